from django.apps import AppConfig

from styrkedja.core.catalogues import read_at_start


class PlansConfig(AppConfig):
    name = "styrkedja.plans"

    def ready(self) -> None:
        from .frame.national import national_goals
        from .operational.plan_types import plan_types

        read_at_start("nationella mål", national_goals)
        read_at_start("planer", plan_types)
