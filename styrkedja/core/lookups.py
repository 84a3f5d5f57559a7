"""A lookup of our own: `node__any_of=ids`, one of many ids, as one array. `__in` sends a parameter for each, and an
organiser's chain has hundreds of nodes in every query of a page.
"""

from __future__ import annotations

from typing import Any

from django.db.models import ForeignKey, Lookup, OneToOneField, UUIDField


class AnyOf(Lookup):  # type: ignore[type-arg]
    """`column = ANY(array)`; the ids as an iterable, which may be empty."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", [*params, list(self.rhs)]


def register() -> None:
    for field in (UUIDField, ForeignKey, OneToOneField):
        field.register_lookup(AnyOf)
