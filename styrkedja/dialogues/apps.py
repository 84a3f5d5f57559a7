from django.apps import AppConfig

from styrkedja.core.catalogues import read_at_start


class DialoguesConfig(AppConfig):
    name = "styrkedja.dialogues"

    def ready(self) -> None:
        """Its catalogues; what pages of plans show beside decisions."""
        from styrkedja.plans.frame import beside

        from .meetings.catalogue import kinds
        from .proposals import showing
        from .selfcheck.catalogue import forms

        read_at_start("möten", kinds)
        read_at_start("självskattningar", forms)
        beside.show(of_decision=showing.of_decision, of_node=showing.of_node)
