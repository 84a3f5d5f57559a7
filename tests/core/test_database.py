"""The wall's own making: it has to stand on a server of the user's own, where the owner is no superuser."""

import pytest
from django.db import connection

from styrkedja.core.database import APP_ROLE, create_role_sql


@pytest.mark.django_db
def test_an_owner_who_is_no_superuser_may_work_as_the_role_it_makes():
    """From PostgreSQL 16 the maker of a role is its member without the right to become it."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
        cursor.execute("CREATE ROLE prov_owner CREATEROLE")
        cursor.execute("SET LOCAL SESSION AUTHORIZATION prov_owner")
        for _again in range(2):
            cursor.execute(create_role_sql().replace(APP_ROLE, "prov_app"))
        cursor.execute("SET LOCAL ROLE prov_app")
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("prov_app",)
        cursor.execute("RESET SESSION AUTHORIZATION")
        cursor.execute(f"SET LOCAL ROLE {APP_ROLE}")
