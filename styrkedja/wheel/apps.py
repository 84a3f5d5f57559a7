from django.apps import AppConfig

from styrkedja.core.catalogues import read_at_start


class WheelConfig(AppConfig):
    name = "styrkedja.wheel"

    def ready(self) -> None:
        from .catalogue import wheels

        read_at_start("årshjul", wheels)
