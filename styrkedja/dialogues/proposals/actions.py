"""Decisions proposed at a meeting: written, put in order, grounded, withdrawn, and decided by whoever may.

Rows are locked in this order: the meeting, the proposal; the trail last. What is decided no longer changes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.core import audit, periods
from styrkedja.core.audit import Event
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.writing import action, save_version
from styrkedja.dialogues.meetings.transitions import WRITTEN_IN
from styrkedja.dialogues.models import AgendaPoint, Meeting, MeetingState, Proposal
from styrkedja.organisation.models import Node, Person
from styrkedja.organisation.tree import tree_on
from styrkedja.plans.frame.actions import enter_decision
from styrkedja.plans.models import DecisionKind

from . import queries
from .grounds import Frozen

WORDS = ("node", "kind", "period", "title", "text", "ground", "point")
MOST_GROUNDS = 40  # of one proposal: more is a report, not a ground


@action
def propose(
    *,
    meeting: Meeting,
    node: Node,
    kind: str,
    period: str,
    title: str,
    text: str = "",
    ground: str = "",
    point: AgendaPoint | None = None,
    by: Person | None,
) -> Proposal:
    """Propose that a node at or above decides something. Raises Refused where it cannot be proposed so."""
    held = _locked(meeting)
    said = {"node": node, "kind": kind, "period": period, "title": title, "text": text, "ground": ground}
    _refuse_wrong(held, {**said, "point": point})
    last = Proposal.objects.filter(meeting=held).aggregate(last=Max("position"))["last"] or 0
    who = {"created_by": by, "changed_by": by}
    made = Proposal.objects.create(meeting=held, position=last + 1, point=point, **said, **who)
    audit.record(Event.PROPOSAL_MADE, by=by, node=held.node, about=made, details={"kind": kind, "period": period})
    return made


@action
def change(*, proposal: Proposal, expected: int, fields: dict[str, Any], by: Person | None) -> Proposal:
    """Write over a proposal. fields: of `WORDS`. Raises Conflict, and Refused for what is decided or withdrawn."""
    held = _locked(proposal.meeting)
    stored = _standing(proposal)
    wanted = {name: getattr(stored, name) for name in WORDS} | fields
    if all(getattr(stored, name) == value for name, value in wanted.items()):
        return stored
    if stored.version != expected:
        raise Conflict(stored)
    _refuse_wrong(held, wanted)
    return _changed(stored, expected, fields, by)


@action
def rest_on(*, proposal: Proposal, grounds: Iterable[Frozen], by: Person | None) -> Proposal:
    """Add what it rests on, as it stands now; what is there already stays as it was."""
    _locked(proposal.meeting)
    stored = _standing(proposal)
    there = {one["key"] for one in stored.grounds}
    new = [one for one in grounds if one["key"] not in there]
    if not new:
        return stored
    if len(stored.grounds) + len(new) > MOST_GROUNDS:
        raise Refused(_("A proposal rests on at most %(most)s things. Choose the ones that weigh most.") % _most())
    return _changed(stored, stored.version, {"grounds": [*stored.grounds, *new]}, by)


def _most() -> dict[str, int]:
    return {"most": MOST_GROUNDS}


@action
def leave_ground(*, proposal: Proposal, key: str, by: Person | None) -> Proposal:
    """Take away one thing it rests on."""
    _locked(proposal.meeting)
    stored = _standing(proposal)
    left = [one for one in stored.grounds if one["key"] != key]
    if len(left) == len(stored.grounds):
        return stored
    return _changed(stored, stored.version, {"grounds": left}, by)


@action
def move(*, proposal: Proposal, up: bool, by: Person | None) -> None:
    """Change places with the one before (or after) in the meeting's order; at the end nothing happens."""
    held = _locked(proposal.meeting)
    _standing(proposal)
    rows = Proposal.objects.filter(meeting=held, withdrawn_at=None, decision=None)
    ordered = list(rows.order_by("position", "created_at"))
    place = next(i for i, one in enumerate(ordered) if one.pk == proposal.pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(ordered):
        return
    one, two = ordered[place], ordered[other]
    for row, position in ((one, two.position), (two, one.position)):
        Proposal.objects.filter(pk=row.pk).update(position=position)
    audit.record(Event.PROPOSAL_MADE, by=by, node=held.node, about=one, details={"position": two.position})


@action
def withdraw(*, proposal: Proposal, reason: str, by: Person | None) -> Proposal:
    """Take a proposal back, with a reason that stays. Raises Refused without one, or when it is decided."""
    if not reason.strip():
        raise Refused(_("Write why it is withdrawn."))
    meeting = _row(proposal.meeting)
    stored = _standing(proposal)
    fields = {"withdrawn_at": timezone.now(), "withdrawn_reason": reason, "changed_by": by}
    save_version(stored, expected=stored.version, fields=fields)
    audit.record(Event.PROPOSAL_ENDED, by=by, node=meeting.node, about=stored, details={"withdrawn": True})
    return stored


@action
def decide(
    *,
    proposal: Proposal,
    decided_on: dt.date,
    paragraph: str,
    registry_number: str,
    valid_from: dt.date,
    valid_to: dt.date | None = None,
    addressed_to: Node | None = None,
    global_goals: Iterable[int] = (),
    expected: int,
    by: Person | None,
) -> Proposal:
    """Enter what was decided, in the proposal's words. Raises Conflict when the words have changed since the page was
    opened, Refused as `enter_decision`, and when it is decided or withdrawn already."""
    stored = _standing(proposal)
    if stored.version != expected:
        raise Conflict(stored)
    if stored.meeting.state in (MeetingState.PLANNED, MeetingState.CANCELLED):
        raise Refused(_("The meeting it was proposed at did not come about."))
    made = enter_decision(
        node=stored.node,
        kind=stored.kind,
        title=stored.title,
        text=stored.text.strip() or stored.title,
        decided_on=decided_on,
        paragraph=paragraph,
        registry_number=registry_number,
        valid_from=valid_from,
        valid_to=valid_to,
        addressed_to=addressed_to,
        global_goals=global_goals,
        by=by,
    )
    save_version(stored, expected=expected, fields={"decision": made, "changed_by": by, "changed_at": timezone.now()})
    audit.record(Event.PROPOSAL_ENDED, by=by, node=stored.node, about=stored, details={"decision": made.pk})
    return stored


def _row(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_for_update(no_key=True, of=("self",)).select_related("node").get(pk=meeting.pk)


def _locked(meeting: Meeting) -> Meeting:
    """Raises Refused where the meeting is not going on."""
    held = _row(meeting)
    if held.state not in WRITTEN_IN:
        raise Refused(_("Decisions are proposed from the call until the minutes are established."))
    return held


def _standing(proposal: Proposal) -> Proposal:
    rows = Proposal.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "node", "meeting__node", "point"
    )
    stored = rows.get(pk=proposal.pk)
    if stored.decision_id is not None:
        raise Refused(_("It has been decided, and no longer changes."))
    if stored.withdrawn_at is not None:
        raise Refused(_("It has been withdrawn, and no longer changes."))
    return stored


def _changed(stored: Proposal, expected: int, fields: dict[str, Any], by: Person | None) -> Proposal:
    fields = {**fields, "changed_by": by, "changed_at": timezone.now()}
    save_version(stored, expected=expected, fields=fields)
    details = {"fields": sorted(fields), "version": stored.version}
    audit.record(Event.PROPOSAL_MADE, by=by, node=stored.meeting.node, about=stored, details=details)
    return stored


def _refuse_wrong(held: Meeting, wanted: dict[str, Any]) -> None:
    if not wanted["title"].strip():
        raise Refused(_("What is to be decided: write it in a line."))
    if wanted["kind"] not in DecisionKind.values:
        raise Refused(_("Kind: choose among those listed."))
    if not periods.is_period(wanted["period"]):
        raise Refused(_("Period: choose among those listed."))
    if wanted["kind"] == DecisionKind.DEVELOPMENT_AREA and not wanted["ground"].strip():
        raise Refused(_("Ground: a priority says what it rests on."))
    deciding = {node.pk for node in queries.who_may_decide(tree_on(timezone.localdate()), held.node)}
    if wanted["node"].pk not in deciding:
        raise Refused(_("Who is to decide: choose the meeting's node or one above it."))
    if wanted["point"] is not None and wanted["point"].meeting_id != held.pk:
        raise Refused(_("Point on the agenda: choose among the meeting's own."))
