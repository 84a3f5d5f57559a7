"""Figures are imported: for everybody at once, so that every place with the task has it done."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from .showing import Asked, Evidence, Row, Window

# An undone import shows nothing.
IMPORTED = """
SELECT 'import', '', ARRAY[b.source]::text[], (b.committed_at AT TIME ZONE %(zone)s)::date, p.name, b.uid::text
FROM observations_batch b LEFT JOIN organisation_person p ON p.id = b.committed_by_id
WHERE b.status = 'standing' AND b.source = ANY(%(sources)s) AND b.committed_at BETWEEN %(since)s AND %(until)s
"""


def select(asked: Asked) -> list[str]:
    asked.values["sources"] = sorted(asked.each("sources"))
    return [IMPORTED]


def evidence(row: Row) -> Evidence:
    page = partial(reverse, "intake:batch", args=[row.ref])
    return Evidence(row.on, row.by or "", _words, page)


def fits(one: Window, of: list[Any]) -> bool:
    return of[0] in one.each("sources")


def _words() -> str:
    return _("The figures are imported")
