from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_save

FOLLOW = "dialogues.follow_successions"  # name of the task in `dialogues.tasks`


class DialoguesConfig(AppConfig):
    name = "styrkedja.dialogues"

    def ready(self) -> None:
        from styrkedja.organisation.models import Succession

        post_save.connect(_follow, sender=Succession, dispatch_uid=FOLLOW)


def _follow(*, created: bool, raw: bool, **_: Any) -> None:
    """A merger leaves a job in its transaction: the chain, a room below, knows nothing of what is owed."""
    if created and not raw:
        from procrastinate.contrib.django import app

        app.configure_task(FOLLOW, queue="tending").defer()
