"""A decision is entered. One that another has taken the place of shows nothing; the one that did may."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from styrkedja.plans.models import DecisionKind

from .showing import Asked, Evidence, Row, Window

DECIDED = """
SELECT 'decision', d.node_id::text, ARRAY[d.kind, d.paragraph], d.decided_on, p.name, d.id::text
FROM plans_decision d LEFT JOIN organisation_person p ON p.id = d.entered_by_id
WHERE d.node_id = ANY(%(nodes)s::uuid[]) AND d.decided_on BETWEEN %(first)s AND %(last)s
  AND NOT EXISTS (SELECT FROM plans_decision later WHERE later.replaces_id = d.id)
"""


def select(_asked: Asked) -> list[str]:
    return [DECIDED]


def evidence(row: Row) -> Evidence:
    page = partial(reverse, "plans:decision", args=[row.ref])
    return Evidence(row.on, row.by or "", partial(_words, *row.of), page)


def fits(one: Window, of: list[Any]) -> bool:
    return one.has("kind", of[0])


def _words(kind: str, paragraph: str) -> str:
    return _("%(kind)s decided, %(paragraph)s") % {"kind": DecisionKind(kind).label, "paragraph": paragraph}
