"""Initiatives as pages list them: each with its latest follow-up, what is due, its verdict, and whether it is overdue.

*Hur gör vi? Hur blev det?* at every level: a node lists its own and those of everything below it. A fixed number of
queries, whatever the number of initiatives.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from styrkedja.access.gate import Access
from styrkedja.organisation.models import Assignment, Node
from styrkedja.organisation.tree import valid_on
from styrkedja.plans.models import Evaluation, FollowUp, Initiative, InitiativeKind, InitiativeState, PlanSettings

from . import cycles, queries
from .places import Places
from .transitions import ENDED, RUNNING

DEVIATES = (FollowUp.Status.DEVIATES, FollowUp.Status.DEVIATES_MUCH, FollowUp.Status.NOT_BEGUN)


@dataclass(frozen=True)
class Line:
    """One initiative. here: the node that answers for it today; due: the follow-up that is to be made.

    coming: the one that will be, where none is due.
    """

    initiative: Initiative
    here: Node
    latest: FollowUp | None
    evaluation: Evaluation | None
    due: cycles.Due | None
    coming: cycles.Due | None
    overdue_since: dt.date | None
    holder_gone: bool
    today: dt.date

    @property
    def overdue_days(self) -> int | None:
        """Days past the day it was to be judged; None for what is not overdue."""
        return (self.today - self.overdue_since).days if self.overdue_since else None

    @property
    def late_follow_up(self) -> bool:
        return self.due is not None and self.due.is_late(self.today)

    @property
    def deviates(self) -> bool:
        """An early deviation: told while there is still time to do something about it."""
        return self.latest is not None and self.latest.status in DEVIATES and self.initiative.state in RUNNING

    @property
    def moved(self) -> bool:
        """Its node is closed; another answers for it."""
        return self.here.pk != self.initiative.node_id


def overdue_since(initiative: Initiative, today: dt.date) -> dt.date | None:
    """Since when an initiative waits to be judged: its evaluation date, or the day it ended if that came first."""
    planned = initiative.evaluation_date
    if initiative.state in RUNNING:
        return planned if planned and planned < today else None
    if initiative.state in ENDED and initiative.ended_at:
        ended = timezone.localdate(initiative.ended_at)
        return min(planned, ended) if planned else ended
    return None


def due_follow_up(initiative: Initiative, made: set[str], today: dt.date, how: str) -> cycles.Due | None:
    """The follow-up that is to be made of what runs. Assignments: twice a year."""
    if initiative.state not in RUNNING or initiative.starts_on is None or initiative.ends_on is None:
        return None
    return cycles.due(initiative.starts_on, initiative.ends_on, made, today, _cycle(initiative, how))


def coming_follow_up(initiative: Initiative, today: dt.date, how: str) -> cycles.Due | None:
    if initiative.state not in RUNNING or initiative.ends_on is None:
        return None
    return cycles.coming(initiative.ends_on, today, _cycle(initiative, how))


def _cycle(initiative: Initiative, how: str) -> str:
    return PlanSettings.Cycle.TERM if initiative.kind == InitiativeKind.ASSIGNMENT else how


def at_node(access: Access, node: Node, *states: str) -> list[Line]:
    """Initiatives of a node and of everything below it, as far as this person may read them; most pressing first."""
    places = Places(access.tree)
    nodes = places.at_or_under(node)
    return lines(access, Q(node__any_of=nodes), places, *states)


def lines(access: Access, wanted: Q, places: Places, *states: str) -> list[Line]:
    """Initiatives that fit, as this person may read them. Six queries at most."""
    found = queries.initiatives().filter(wanted, deleted_at=None)
    if states:
        found = found.filter(state__in=states)
    listed = list(found)
    here = {i.pk: queries.answering(i.node, places) for i in listed}
    drafts = access.nodes_for(*queries.READ_PROPOSAL)
    read = [i for i in listed if i.state != InitiativeState.PROPOSED or here[i.pk].pk in drafts]
    return _with_what_is_due(read, here, places, access.today)


def _with_what_is_due(read: list[Initiative], here: dict[UUID, Node], places: Places, today: dt.date) -> list[Line]:
    if not read:
        return []
    follow_ups: dict[UUID, list[FollowUp]] = defaultdict(list)
    for one in FollowUp.objects.filter(initiative__in=read).order_by("number"):
        follow_ups[one.initiative_id].append(one)
    evaluations = latest_evaluations(read)
    how = queries.follow_up_cycle()
    gone = holders_gone(read, places)
    made = [
        Line(
            initiative=i,
            here=here[i.pk],
            latest=follow_ups[i.pk][-1] if follow_ups[i.pk] else None,
            evaluation=evaluations.get(i.pk),
            due=due_follow_up(i, {f.cycle for f in follow_ups[i.pk]}, today, how),
            coming=coming_follow_up(i, today, how),
            overdue_since=overdue_since(i, today),
            holder_gone=i.pk in gone,
            today=today,
        )
        for i in read
    ]
    return sorted(made, key=_pressing)


def _pressing(line: Line) -> tuple[int, int, dt.date]:
    """Overdue first, oldest first; then late follow-ups; then by the date of evaluation."""
    waited = -1 if line.overdue_days is None else line.overdue_days
    return (-waited, 0 if line.late_follow_up else 1, line.initiative.evaluation_date or dt.date.max)


def latest_evaluations(of: Iterable[Initiative]) -> dict[UUID, Evaluation]:
    """The evaluation that counts, by initiative: the latest. One query."""
    found = Evaluation.objects.filter(initiative__in=list(of)).select_related("made_by")
    return {e.initiative_id: e for e in found.order_by("number")}


def holders_gone(of: Iterable[Initiative], places: Places) -> set[UUID]:
    """Ids of initiatives not yet ended whose holder has no role here any more, or does not log in. One query."""
    open_ones = [i for i in of if i.state in RUNNING and i.holder_id]
    held: dict[UUID, set[UUID]] = defaultdict(set)
    people = {i.holder_id for i in open_ones}
    roles = Assignment.objects.filter(valid_on(places.tree.day), person__in=people, person__is_active=True)
    for person, node in roles.values_list("person_id", "node_id"):
        held[person].add(node)
    around = {node: places.around(node) for node in {i.node_id for i in open_ones}}
    return {i.pk for i in open_ones if i.holder_id and not held[i.holder_id] & around[i.node_id]}


def without_holder(access: Access, node: Node) -> list[Line]:
    """What the node's leader is asked to give to somebody else (trust.md: nothing is orphaned)."""
    return [line for line in at_node(access, node, *RUNNING) if line.holder_gone]


def due_follow_ups(access: Access, node: Node) -> list[Line]:
    """What is to be followed up in this cycle, or was in the last."""
    return [line for line in at_node(access, node, *RUNNING) if line.due]


def deviations(access: Access, node: Node) -> list[Line]:
    """What does not go as planned, told upward while it still runs."""
    return [line for line in at_node(access, node, *RUNNING) if line.deviates]


def overdue(access: Access, node: Node) -> list[Line]:
    """What waits to be judged, oldest first: of the node and of every level below it."""
    return [line for line in at_node(access, node, *RUNNING, *ENDED) if line.overdue_days is not None]
