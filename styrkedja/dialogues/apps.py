from django.apps import AppConfig


class DialoguesConfig(AppConfig):
    name = "styrkedja.dialogues"

    def ready(self) -> None:
        """A catalogue that cannot be used is refused at start, with file and reason."""
        from .meetings.catalogue import kinds

        kinds()
