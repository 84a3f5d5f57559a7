"""The demo's meetings (`meetings.toml`), through the actions by those whose work it is: some held, some to come."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from styrkedja.access.gate import Access
from styrkedja.core import periods
from styrkedja.dialogues.meetings import agreed_actions, calling_actions, holding_actions, minutes_actions, proposing
from styrkedja.dialogues.meetings import planning_actions as planning
from styrkedja.dialogues.meetings.catalogue import kinds
from styrkedja.dialogues.meetings.minutes import put_together
from styrkedja.dialogues.models import AgendaPoint, Meeting, MeetingPerson, Proposal, SelfCheckSheet
from styrkedja.dialogues.proposals import actions as proposals
from styrkedja.dialogues.proposals import grounds
from styrkedja.dialogues.selfcheck import actions as checking
from styrkedja.dialogues.selfcheck.catalogue import form
from styrkedja.dialogues.seminar import actions as seminar
from styrkedja.documents.hashing import content_hash
from styrkedja.organisation.models import Node, Person

from . import cast

ANALYSED = "2024/25"
REGISTRAR = "Gunnar Hedlund"
LEADING = ("principal", "administration_head", "team_lead")
FORM = "styrkedjan"
NEEDS_KEPT = 2  # of each place a priority rests on
Told = dict[str, Any]


def write(*, nodes: dict[str, Node], people: dict[str, Person]) -> None:
    """All of them, unless there are some. `nodes` by the keys of `cast`, `people` by e-mail."""
    if Meeting.objects.exists():
        return
    told = tomllib.loads(Path(__file__).with_name("meetings.toml").read_text("utf-8"))
    named = {member.name: people[member.email] for member in cast.PEOPLE}
    with transaction.atomic():
        for one in told["meetings"]:
            OneMeeting(nodes, named, one).write()
        _examine(told["self_check"], nodes, named)


class OneMeeting:
    """One meeting, as far as it has come."""

    def __init__(self, nodes: dict[str, Node], people: dict[str, Person], told: Told) -> None:
        self.nodes, self.people, self.told = nodes, people, told
        self.by = people[told["by"]]
        self.access = Access(self.by)
        self.today = timezone.localdate()
        self.proposed: list[tuple[Proposal, Told]] = []

    def write(self) -> None:
        meeting = self._plan()
        meeting = calling_actions.call(meeting=meeting, access=self.access, expected=meeting.version, by=self.by)
        for step, node, who, text, may_use in self.told.get("seminar", ()):
            said = {"step": step, "node": self.nodes[node], "text": text, "may_use": may_use}
            seminar.write(meeting=meeting, expected=0, by=self.people[who], **said)
        if self.told["state"] == "minuted":
            self._hold(meeting)

    def _plan(self) -> Meeting:
        told, node = self.told, self.nodes[self.told["node"]]
        kind, tree = kinds()[told["kind"]], self.access.tree
        concerned = [self.nodes[key] for key in told.get("concerns", ())]
        concerned = concerned or proposing.usually_concerned(tree, node, kind) or tree.units(node.pk)
        usual = [one for one in proposing.candidates(tree, node, kind, concerned) if one.usual]
        return planning.plan(
            node=node,
            kind=kind,
            title=told["title"],
            period=told.get("period", ANALYSED),
            day=self.today + dt.timedelta(days=told["in"]),
            starts=dt.time.fromisoformat(told["starts"]),
            ends=dt.time.fromisoformat(told["ends"]),
            place=told["place"],
            purpose=told.get("purpose", ""),
            concerns=concerned,
            called={one.person.pk: one.node.pk for one in usual},
            subject=told.get("subject", ""),
            secretary=self.people[told["secretary"]],
            by=self.by,
        )

    def _hold(self, meeting: Meeting) -> None:
        agenda = list(AgendaPoint.objects.filter(meeting=meeting).order_by("number"))
        for number, who, text in self.told.get("notes", ()):
            holding_actions.save_note(point=agenda[number - 1], text=text, expected=0, by=self.people[who])
        for point, text in zip(agenda, self.told["conclusions"], strict=False):
            holding_actions.save_conclusion(point=point, text=text, expected=point.version, by=self.by)
        absent = {self.people[name].pk for name in self.told.get("absent", ())}
        called = MeetingPerson.objects.filter(meeting=meeting).values_list("person", flat=True)
        came = {person: person not in absent for person in called}
        holding_actions.set_attendance(meeting=meeting, attended=came, by=self.by)
        for one in self.told.get("agreed", ()):
            self._agree(meeting, agenda, one)
        for one in self.told.get("proposals", ()):
            self._propose(meeting, agenda, one)
        if question := self.told.get("question"):
            holding_actions.ask(
                meeting=meeting,
                node=self.nodes[question["to"]],
                text=question["text"],
                due=self.today + dt.timedelta(days=question["due"]),
                point=agenda[question["point"] - 1],
                by=self.by,
            )
        meeting.refresh_from_db()
        meeting = holding_actions.hold(meeting=meeting, expected=meeting.version, by=self.by)
        # As the page does: what is established is what was previewed.
        previewed = content_hash(put_together(meeting))
        minutes_actions.establish(meeting=meeting, notes=(), previewed=previewed, expected=meeting.version, by=self.by)
        for made, one in self.proposed:
            self._decide(made, one)

    def _agree(self, meeting: Meeting, agenda: list[AgendaPoint], told: Told) -> None:
        made = holding_actions.agree(
            meeting=meeting,
            what=told["what"],
            node=self.nodes[told["place"]],
            holder=self.people[told["who"]],
            due=self.today + dt.timedelta(days=told["due"]),
            point=agenda[told["point"] - 1] if "point" in told else None,
            by=self.by,
        )
        if "done" in told:
            agreed_actions.done(point=made, words=told["done"], expected=made.version, by=self.people[told["who"]])

    def _propose(self, meeting: Meeting, agenda: list[AgendaPoint], told: Told) -> None:
        ends = periods.end_year(periods.school_year_on(self.today))
        made = proposals.propose(
            meeting=meeting,
            node=self.nodes["namnd"],
            kind="development_area",
            period=periods.school_year(ends + 1),
            title=told["title"],
            text=told["text"],
            ground=told["ground"],
            point=agenda[4],
            by=self.by,
        )
        rests_on = []
        for key in told["from"]:
            found = [one for one in grounds.offered(self.access, meeting, self.nodes[key]) if one["kind"] != "figure"]
            rests_on += found[:NEEDS_KEPT]
        made = proposals.rest_on(proposal=made, grounds=rests_on, by=self.by)
        self.proposed.append((made, told))

    def _decide(self, made: Proposal, told: Told) -> None:
        paragraph, registry_number = told["decided"]
        made.refresh_from_db()
        proposals.decide(
            proposal=made,
            decided_on=self.today - dt.timedelta(days=6),
            paragraph=paragraph,
            registry_number=registry_number,
            valid_from=periods.bounds(made.period)[0],
            valid_to=periods.bounds(made.period)[1],
            global_goals=(4,),
            expected=made.version,
            by=self.people[REGISTRAR],
        )


def _examine(told: Told, nodes: dict[str, Node], people: dict[str, Person]) -> None:
    """A round of self-check, answered by those named; the rest have some days left."""
    leaders = {m.place: people[m.name] for m in cast.PEOPLE if m.role in LEADING}
    today = timezone.localdate()
    opened = checking.open_round(
        node=nodes[told["node"]],
        form_id=FORM,
        period=periods.school_year_on(today),
        due=today + dt.timedelta(days=told["due"]),
        levels=told["levels"],
        by=people[told["by"]],
    )
    statements = form(FORM).statements
    for key, levels in told["answers"].items():
        sheet = SelfCheckSheet.objects.get(check_round=opened, node=nodes[key])
        said = {one.id: checking.Said(level or None, "") for one, level in zip(statements, levels, strict=True)}
        checking.hand_in(sheet=sheet, answers=said, expected=sheet.version, by=leaders[key])
