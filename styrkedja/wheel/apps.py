from typing import Any

from django.apps import AppConfig
from django.core import checks


class WheelConfig(AppConfig):
    name = "styrkedja.wheel"

    def ready(self) -> None:
        checks.register(_catalogue, "catalogue")


def _catalogue(**_asked: Any) -> list[checks.CheckMessage]:
    """A wheel that cannot be used stops the start (`config.cli`), and is named by Django's own check."""
    from .catalogue import Faulty, wheels

    try:
        wheels()
    except Faulty as error:
        return [checks.Error(str(error), id="wheel.E001")]
    return []
