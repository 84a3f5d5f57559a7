"""A document is handed in, established, or out."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from styrkedja.documents.models import DocumentKind, DocumentState
from styrkedja.wheel.models import DoneCheck

from .showing import Asked, Evidence, Row, Window

State = DocumentState
PAGES = {DocumentKind.ANALYSIS: "analyses:node", DocumentKind.QUALITY_REPORT: "reports:node"}
# Every established version is evidence, also one that another has taken the place of; handed in, unless returned.
MADE = """
SELECT 'document', d.node_id::text, ARRAY[d.kind, v.state, d.period],
  COALESCE(v.decided_on, (v.made_at AT TIME ZONE %(zone)s)::date), p.name, ''
FROM documents_documentversion v JOIN documents_document d ON d.id = v.document_id
LEFT JOIN organisation_person p ON p.id = v.made_by_id
WHERE d.node_id = ANY(%(nodes)s::uuid[]) AND d.kind = ANY(%(documents)s) AND d.period = ANY(%(periods)s)
  AND v.state = ANY(%(states)s) AND v.made_at BETWEEN %(since)s AND %(until)s
  AND NOT EXISTS (SELECT FROM documents_versionevent e WHERE e.version_id = v.id AND e.state = 'returned')
"""
OUT = """
SELECT 'document', d.node_id::text, ARRAY[d.kind, e.state, d.period], (e.at AT TIME ZONE %(zone)s)::date, p.name, ''
FROM documents_versionevent e JOIN documents_documentversion v ON v.id = e.version_id
JOIN documents_document d ON d.id = v.document_id LEFT JOIN organisation_person p ON p.id = e.by_id
WHERE d.node_id = ANY(%(nodes)s::uuid[]) AND d.kind = ANY(%(documents)s) AND d.period = ANY(%(periods)s)
  AND e.state = 'published' AND e.at BETWEEN %(since)s AND %(until)s
"""


def select(asked: Asked) -> list[str]:
    states = {_state(one) for one in asked.windows}
    asked.values |= {"documents": sorted(asked.each("kind")), "periods": asked.periods, "states": sorted(states)}
    return [*([MADE] if states - {State.PUBLISHED} else []), *([OUT] if State.PUBLISHED in states else [])]


def _state(one: Window) -> str:
    """What the activity asks for: established, where it does not say."""
    return State.PUBLISHED if one.check == DoneCheck.PUBLICATION else one.asks.get("state", State.ESTABLISHED)


SAID = {
    State.SUBMITTED: _("%(kind)s %(period)s is handed in"),
    State.ESTABLISHED: _("%(kind)s %(period)s is established"),
    State.PUBLISHED: _("%(kind)s %(period)s is out"),
}


def evidence(row: Row) -> Evidence:
    kind, state, period = row.of
    page = partial(reverse, PAGES.get(DocumentKind(kind), "plans:plans"), args=[row.node])
    return Evidence(row.on, row.by or "", partial(_words, state, kind, period), page)


def fits(one: Window, of: list[Any]) -> bool:
    kind, state, period = of
    return state == _state(one) and kind in one.each("kind") and one.takes(period)


def _words(state: str, kind: str, period: str) -> str:
    return str(SAID[State(state)]) % {"kind": DocumentKind(kind).label, "period": period}
