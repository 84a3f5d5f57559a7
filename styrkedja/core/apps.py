from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "styrkedja.core"

    def ready(self) -> None:
        from .database import grant_app_role
        from .lookups import register

        register()
        # Wiring, not domain logic: whoever migrates (command line, tests) leaves the walls standing.
        post_migrate.connect(grant_app_role, sender=self)
