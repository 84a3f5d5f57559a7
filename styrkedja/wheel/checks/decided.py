"""What is decided: decisions entered, and goals. And what has no place of its own: figures imported for everybody."""

from __future__ import annotations

from functools import partial

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.observations.models import Batch
from styrkedja.plans.models import Decision, DecisionKind, Goal, GoalState

from .showing import Asked, Evidence, Found, Shown, Window, by_day, text


def decisions(asked: Asked) -> Shown:
    """A decision that another has taken the place of shows nothing; the one that did may."""
    rows = Decision.objects.filter(node__any_of=asked.nodes, decided_on__range=asked.days, replaced_by=None)
    if not asked.open_to_all("kind"):
        rows = rows.filter(kind__in=asked.each("kind"))
    columns = (text("node"), "kind", "pk", "decided_on", "paragraph", "entered_by__name")
    found = [
        Found(
            node,
            kind,
            Evidence(on, by or "", partial(_decision, kind, paragraph), partial(reverse, "plans:decision", args=[pk])),
        )
        for node, kind, pk, on, paragraph, by in rows.order_by().values_list(*columns)
    ]
    return by_day(asked, found, lambda one, of: one.has("kind", of))


def _decision(kind: str, paragraph: str) -> str:
    return _("%(kind)s decided, %(paragraph)s") % {"kind": DecisionKind(kind).label, "paragraph": paragraph}


def goals(asked: Asked) -> Shown:
    rows = Goal.objects.filter(
        node__any_of=asked.nodes,
        period__in=asked.periods,
        state__in=(GoalState.DECIDED, GoalState.CLOSED),
        decided_at__range=asked.moments,
        deleted_at=None,
    )
    columns = (text("node"), "period", "decided_at", "decided_by__name")
    found = [
        Found(
            node,
            period,
            Evidence(
                timezone.localdate(at), by or "", partial(_goal, period), partial(reverse, "plans:whereto", args=[node])
            ),
        )
        for node, period, at, by in rows.order_by().values_list(*columns)
    ]
    return by_day(asked, found, Window.takes)


def _goal(period: str) -> str:
    return _("Goals for %(period)s are decided") % {"period": period}


def imports(asked: Asked) -> Shown:
    """Figures are imported for all at once: every place with the task has it done. An undone import shows nothing."""
    rows = Batch.objects.filter(
        status=Batch.Status.STANDING, committed_at__range=asked.moments, source__in=asked.each("sources")
    )
    found = [
        Found(
            "",
            source,
            Evidence(timezone.localdate(at), by or "", _imported, partial(reverse, "intake:batch", args=[uid])),
        )
        for source, uid, at, by in rows.values_list("source", "uid", "committed_at", "committed_by__name")
    ]
    return by_day(asked, found, lambda one, of: of in one.each("sources"))


def _imported() -> str:
    return _("The figures are imported")
