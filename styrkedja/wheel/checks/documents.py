"""A document is handed in, established, or out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from styrkedja.documents.models import DocumentKind, DocumentState, DocumentVersion, VersionEvent
from styrkedja.wheel.models import DoneCheck

from .showing import Asked, Evidence, Found, Shown, Window, by_day, text

State = DocumentState
PAGES = {DocumentKind.ANALYSIS: "analyses:node", DocumentKind.QUALITY_REPORT: "reports:node"}


def shown(asked: Asked) -> Shown:
    """By the state each activity asks for: handed in, established (where it does not say) or published."""
    states = {_state(one) for one in asked.windows}
    found: list[Found] = []
    if states & {State.SUBMITTED, State.ESTABLISHED}:
        found += _made(asked, states)
    if State.PUBLISHED in states:
        found += _published(asked)
    return by_day(asked, found, _fits)


def _state(one: Window) -> str:
    return State.PUBLISHED if one.check == DoneCheck.PUBLICATION else one.asks.get("state", State.ESTABLISHED)


def _made(asked: Asked, states: set[str]) -> Iterator[Found]:
    """Every established version, also one that another has taken the place of; handed in, unless it was returned."""
    versions = DocumentVersion.objects.filter(
        state__in=states,
        document__kind__in=asked.each("kind"),
        document__period__in=asked.periods,
        document__node__any_of=asked.nodes,
        made_at__range=asked.moments,
    )
    if State.SUBMITTED in states:
        returned = VersionEvent.objects.filter(version=OuterRef("pk"), state=State.RETURNED)
        versions = versions.filter(~Exists(returned))
    columns = ("document__kind", "state", "document__period", "made_at", "decided_on", "made_by__name")
    return _found(versions.values_list(text("document__node"), *columns))


def _published(asked: Asked) -> Iterator[Found]:
    events = VersionEvent.objects.filter(
        state=State.PUBLISHED,
        version__document__kind__in=asked.each("kind"),
        version__document__period__in=asked.periods,
        version__document__node__any_of=asked.nodes,
        at__range=asked.moments,
    )
    document = "version__document__"
    columns = (f"{document}kind", "state", f"{document}period", "at", "by__name")
    return _found((*row[:5], None, row[5]) for row in events.values_list(text(f"{document}node"), *columns))


SAID = {
    State.SUBMITTED: _("%(kind)s %(period)s is handed in"),
    State.ESTABLISHED: _("%(kind)s %(period)s is established"),
    State.PUBLISHED: _("%(kind)s %(period)s is out"),
}


def _found(rows: Iterable[tuple[Any, ...]]) -> Iterator[Found]:
    for node, kind, state, period, made_at, decided_on, by in rows:
        on = decided_on or timezone.localdate(made_at)
        page = partial(reverse, PAGES.get(DocumentKind(kind), "plans:plans"), args=[node])
        evidence = Evidence(on, by or "", partial(_words, state, kind, period), page)
        yield Found(node, (kind, state, period), evidence)


def _fits(one: Window, of: tuple[str, str, str]) -> bool:
    kind, state, period = of
    return state == _state(one) and kind in one.each("kind") and one.takes(period)


def _words(state: str, kind: str, period: str) -> str:
    return str(SAID[State(state)]) % {"kind": DocumentKind(kind).label, "period": period}
