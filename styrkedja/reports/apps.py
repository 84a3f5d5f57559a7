from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "styrkedja.reports"

    def ready(self) -> None:
        """Reports are named where a node sees what its work was used for, a page of the room of dialogues below."""
        from styrkedja.dialogues.overview.provenance import FURTHER

        from .provenance import built_on

        FURTHER.append(built_on)
