from django.apps import AppConfig

from styrkedja.core.catalogues import read_at_start


class IndicatorsConfig(AppConfig):
    name = "styrkedja.indicators"

    def ready(self) -> None:
        from .catalogue import catalogue

        read_at_start("indikatorer", catalogue)
