"""A round of self-check: opened for a node and what lies below, answered, handed in, taken back, reminded of, closed.

Rows are locked in this order: the round, the sheet; the trail last.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from styrkedja.analyses.models import EarlierText
from styrkedja.core import audit, periods
from styrkedja.core.audit import Event
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.writing import action, save_version, unless_taken
from styrkedja.dialogues.leaders import leaders_of
from styrkedja.dialogues.models import SelfCheck, SelfCheckAnswer, SelfCheckSheet
from styrkedja.dialogues.requests.reminder_actions import APART, Reminded
from styrkedja.organisation import mailing
from styrkedja.organisation.models import Mail, Node, Person
from styrkedja.organisation.tree import tree_on

from . import queries
from .catalogue import form, forms


@dataclass(frozen=True)
class Said:
    """An answer: level 1-4, or None for one that cannot be given; and what shows it."""

    level: int | None
    shows: str


@action
def open_round(
    *, node: Node, form_id: str, period: str, due: dt.date, levels: Collection[str], by: Person | None
) -> SelfCheck:
    """Ask the node and everything below it, of these levels, to examine itself. Raises Refused where it cannot be."""
    if form_id not in forms() or not periods.is_period(period):
        raise Refused(_("Choose a form and a school year among those listed."))
    today = timezone.localdate()
    if due < today:
        raise Refused(_("Answer by: choose a day that has not passed."))
    tree = tree_on(today)
    places = queries.places(tree, tree.nodes[node.pk], levels) if node.pk in tree.nodes else []
    if not places:
        raise Refused(_("Who is asked: choose at least one level that there are places at."))
    made = SelfCheck(node=node, form=form_id, period=period, due=due, opened_by=by)
    with unless_taken(_("A self-check of this period is open here already. Close it first."), "self_check_one_open"):
        made.save(force_insert=True)
    SelfCheckSheet.objects.bulk_create(SelfCheckSheet(check_round=made, node=place) for place in places)
    _tell(made, places)
    details = {"form": form_id, "period": period, "levels": sorted(levels), "places": len(places)}
    audit.record(Event.SELF_CHECK_OPENED, by=by, node=node, about=made, details=details)
    return made


def _tell(made: SelfCheck, places: Collection[Node]) -> None:
    sheets = {one.node_id: one for one in made.sheets.all()}
    for node_id, people in leaders_of([place.pk for place in places]).items():
        for person in people:
            _mail(person, made, sheets[node_id], Mail.NEWS, "self_check")


def _mail(person: Person, found: SelfCheck, sheet: SelfCheckSheet, kind: Mail, template: str) -> None:
    mailing.send(
        to=person,
        kind=kind,
        template=f"dialogues/email/{template}",
        words={"node": found.node, "due": date_format(found.due, "Y-m-d")},
        path=reverse("dialogues:self_check_sheet", args=[sheet.pk]),
    )


@action
def save(*, sheet: SelfCheckSheet, answers: Mapping[str, Said], expected: int, by: Person | None) -> SelfCheckSheet:
    """Write a place's answers. The same again is no change, whatever the version.

    Raises Conflict with the sheet as it stands now when somebody else was first, Refused when it is handed in or the
    round is closed.
    """
    row = _open(sheet)
    standing = queries.answers_of(row)
    wanted = _wanted(row, answers, standing)
    if not wanted:
        return row
    if row.version != expected:
        raise Conflict(row)
    _write(row, wanted, standing, by)
    save_version(row, expected=expected, fields={})
    details = {"statements": sorted(wanted), "version": row.version}
    audit.record(Event.SELF_CHECK_ANSWERED, by=by, node=row.node, about=row, details=details)
    return row


def _wanted(
    row: SelfCheckSheet, answers: Mapping[str, Said], standing: Mapping[str, SelfCheckAnswer]
) -> dict[str, Said]:
    """Those of the answers that change something."""
    known = {one.id for one in form(row.check_round.form).statements}
    changed = {}
    for statement, said in answers.items():
        if statement not in known or said.level not in (None, *queries.WORDS):
            raise Refused(_("There is no such statement or answer."))
        now = standing.get(statement)
        before = Said(now.level, now.shows) if now else None
        if said != before:
            changed[statement] = said
    return changed


def _write(
    row: SelfCheckSheet, wanted: Mapping[str, Said], standing: Mapping[str, SelfCheckAnswer], by: Person | None
) -> None:
    now = timezone.now()
    new = [
        SelfCheckAnswer(sheet=row, statement=id, level=said.level, shows=said.shows, changed_by=by)
        for id, said in wanted.items()
        if id not in standing
    ]
    SelfCheckAnswer.objects.bulk_create(new)
    for id in wanted.keys() & standing.keys():
        stored, said = standing[id], wanted[id]
        if stored.shows.strip() and stored.changed_by_id != getattr(by, "pk", None):  # another's words are kept
            kept = {"by": stored.changed_by, "at": stored.changed_at, "version": stored.version}
            EarlierText.objects.create(row_id=stored.pk, fields={"level": stored.level, "text": stored.shows}, **kept)
        fields: dict[str, Any] = {"level": said.level, "shows": said.shows, "changed_by": by, "changed_at": now}
        save_version(stored, expected=stored.version, fields=fields)


@action
def hand_in(*, sheet: SelfCheckSheet, answers: Mapping[str, Said], expected: int, by: Person | None) -> SelfCheckSheet:
    """Save and hand in: from now on the answers are read by all who read the round. Raises Refused where nothing is
    said, Conflict and Refused as `save`."""
    row = save(sheet=sheet, answers=answers, expected=expected, by=by)
    if not queries.answers_of(row):
        raise Refused(_("Nothing is answered yet. Answer at least one statement before you hand in."))
    fields = {"handed_in_at": timezone.now(), "handed_in_by": by}
    save_version(row, expected=row.version, fields=fields)
    audit.record(Event.SELF_CHECK_ANSWERED, by=by, node=row.node, about=row, details={"handed_in": True})
    return row


@action
def take_back(*, sheet: SelfCheckSheet, by: Person | None) -> SelfCheckSheet:
    """Open a handed-in sheet again; its answers are the place's own until it is handed in anew."""
    row = _locked(sheet)
    if row.check_round.closed_at is not None:
        raise Refused(_("The self-check is closed, so the answers stand."))
    if row.handed_in_at is None:
        return row
    save_version(row, expected=row.version, fields={"handed_in_at": None, "handed_in_by": None})
    audit.record(Event.SELF_CHECK_ANSWERED, by=by, node=row.node, about=row, details={"handed_in": False})
    return row


@action
def remind(*, check: SelfCheck, by: Person | None) -> Reminded:
    """Remind the places that have not handed in; each at most once a day."""
    now, found = timezone.now(), _locked_round(check)
    if found.closed_at is not None:
        return Reminded([], [], [])
    rows = SelfCheckSheet.objects.select_for_update(no_key=True, of=("self",)).filter(check_round=found)
    waiting = list(rows.filter(handed_in_at=None).select_related("node").order_by("node__name", "pk"))
    leaders = leaders_of([one.node_id for one in waiting])
    fresh = [one for one in waiting if one.reminded_at is None or now - one.reminded_at > APART]
    told = [one for one in fresh if one.node_id in leaders]
    SelfCheckSheet.objects.filter(pk__in=[one.pk for one in told]).update(reminded_at=now)
    for one in told:
        for person in leaders[one.node_id]:
            _mail(person, found, one, Mail.REMINDER, "self_check_reminder")
    if told:
        audit.record(Event.REMINDED, by=by, node=found.node, about=found, details={"places": len(told)})
    return Reminded(
        sent=[one.node.name for one in told],
        already=[one.node.name for one in waiting if one not in fresh],
        nobody=[one.node.name for one in fresh if one not in told],
    )


@action
def close(*, check: SelfCheck, expected: int, by: Person | None) -> SelfCheck:
    """End a round; what is handed in stands. Pressed twice it is closed once. Raises Conflict."""
    found = _locked_round(check)
    if found.closed_at is not None:
        return found
    save_version(found, expected=expected, fields={"closed_at": timezone.now(), "closed_by": by})
    audit.record(Event.SELF_CHECK_CLOSED, by=by, node=found.node, about=found)
    return found


def _locked_round(check: SelfCheck) -> SelfCheck:
    rows = SelfCheck.objects.select_for_update(no_key=True, of=("self",)).select_related("node")
    return rows.get(pk=check.pk)


def _locked(sheet: SelfCheckSheet) -> SelfCheckSheet:
    """With its round, so that nothing is answered while it is being closed."""
    _locked_round(sheet.check_round)
    rows = SelfCheckSheet.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "check_round__node", "node"
    )
    return rows.get(pk=sheet.pk)


def _open(sheet: SelfCheckSheet) -> SelfCheckSheet:
    row = _locked(sheet)
    if row.check_round.closed_at is not None:
        raise Refused(_("The self-check is closed. Your text has not been saved."))
    if row.handed_in_at is not None:
        raise Refused(_("It has been handed in. Take it back to change it; your text has not been saved."))
    return row
