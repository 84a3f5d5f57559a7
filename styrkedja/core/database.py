"""The wall in the database: the program works as a role that owns nothing.

The owner migrates; everything else runs as `styrkedja_app`. On append-only tables that role may read
and insert, no more; rows others point at it may not delete; and a trigger stops even the owner from doing so by
mistake.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, transaction

APP_ROLE = "styrkedja_app"

# What a retention rule lets go is emptied by the owner's functions alone, which set the word while they run
# (`documents/migrations/0006_retention_rules`; by hand, since a SET clause of a function asks for a superuser). The app
# role may set it too and gets nothing by it: it lacks the right.
FORBID_CHANGE = """
CREATE OR REPLACE FUNCTION forbid_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'TRUNCATE' AND current_setting('styrkedja.disposing', true) = 'on' THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION '% on % is not allowed', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$
"""


def create_role_sql() -> str:
    """SQL that makes the role where the owner may; a role that stands already is left alone.

    From PostgreSQL 16 who makes a role is its member without the right to work as it (SET): that is granted too.
    """
    return f"""
    DO $$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP_ROLE}') THEN
        CREATE ROLE {APP_ROLE} NOLOGIN;
      END IF;
      IF NOT pg_has_role(current_user, '{APP_ROLE}',
          CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) THEN
        EXECUTE format('GRANT {APP_ROLE} TO %I', current_user);
      END IF;
    END $$
    """


def walls() -> dict[str, str]:
    """What nobody may do, by table: changes and deletions on append-only tables, deletions on kept ones."""
    from .models import AppendOnly, Kept

    found = {}
    for model in apps.get_models():
        if issubclass(model, AppendOnly):
            found[model._meta.db_table] = "UPDATE, DELETE"
        elif issubclass(model, Kept):
            found[model._meta.db_table] = "DELETE"
    return found


def grant_app_role(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Give the app role what it needs on every table, and less on those with a wall. All of it or nothing."""
    with transaction.atomic(using), connections[using].cursor() as cursor:
        cursor.execute(create_role_sql())
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APP_ROLE}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE}")
        cursor.execute(f"REVOKE ALL ON TABLE django_migrations FROM {APP_ROLE}")
        cursor.execute(f"GRANT SELECT ON TABLE django_migrations TO {APP_ROLE}")
        cursor.execute(FORBID_CHANGE)
        existing = set(connections[using].introspection.table_names(cursor))
        for table, forbidden in walls().items():
            if table in existing:  # else a later migration makes it, and this runs again after that
                _build_wall(cursor, table, forbidden)


def is_granted(using: str = DEFAULT_DB_ALIAS) -> bool:
    """False where migrating ended before `grant_app_role`: some table the app role may not even read."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            """
            SELECT to_regrole(%(role)s) IS NOT NULL AND NOT EXISTS (
              SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
              AND NOT has_table_privilege(to_regrole(%(role)s), oid, 'SELECT'))
            """,
            {"role": APP_ROLE},
        )
        return bool(cursor.fetchone()[0])


def owner_and_right(using: str = DEFAULT_DB_ALIAS) -> tuple[str, bool]:
    """The role that migrates, quoted for SQL, and whether it may make tables."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_user), has_schema_privilege('public', 'CREATE')")
        owner, may_create = cursor.fetchone()
    return str(owner), bool(may_create)


def _build_wall(cursor: Any, table: str, forbidden: str) -> None:
    cursor.execute(f'REVOKE {forbidden}, TRUNCATE ON "{table}" FROM {APP_ROLE}')
    for name, events in (("wall", forbidden.replace(", ", " OR ")), ("wall_truncate", "TRUNCATE")):
        cursor.execute(
            f'CREATE OR REPLACE TRIGGER {name} BEFORE {events} ON "{table}"'
            " FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()"
        )
