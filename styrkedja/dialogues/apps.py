from django.apps import AppConfig


class DialoguesConfig(AppConfig):
    name = "styrkedja.dialogues"

    def ready(self) -> None:
        """A catalogue that cannot be used is refused at start; what pages of plans show beside decisions."""
        from styrkedja.plans.frame import beside

        from .meetings.catalogue import kinds
        from .proposals import showing

        kinds()
        beside.show(of_decision=showing.of_decision, of_node=showing.of_node)
