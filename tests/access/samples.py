"""An object for every id in a route: kwarg name -> factory(place) -> the value. A new kwarg needs a line here."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import transaction
from django.utils import timezone

from styrkedja.analyses import actions as analyses
from styrkedja.analyses.body import working_body
from styrkedja.analyses.models import Analysis, Cause, Need
from styrkedja.documents.hashing import content_hash
from styrkedja.documents.models import (
    DelegationRule,
    Document,
    DocumentKind,
    DocumentState,
    DocumentVersion,
    RetentionRule,
)
from styrkedja.organisation import actions, unit_actions
from styrkedja.organisation.models import Node, Person
from styrkedja.organisation.unit_rows import UnitRow
from styrkedja.plans.models import OperationalPlan, PlanComment, PlanSection
from styrkedja.plans.operational import actions as plans
from styrkedja.plans.operational.body import working_body as plan_body
from styrkedja.reports.blocks import Heading, Text
from styrkedja.reports.models import Report, SlideTemplate
from tests.reports.sample_report import sample_document

CANARY = "KANARIEFÅGEL"
START = dt.date(2021, 1, 1)
# One analysis a node and year: every state has a year of its own.
PERIODS = {"draft": "2024/25", "submitted": "2023/24", "established": "2022/23", "": "2021/22"}


@dataclass
class Place:
    """Where samples are made, for whom, and in which state; ids of one route belong together."""

    node: Node
    asker: Person
    stranger: Person  # holds a role at the node and has a canary for a name
    state: str = ""
    version: DocumentVersion | None = None  # the latest of `analysis`; a draft has none
    values: dict[str, Any] = field(default_factory=dict)

    def value(self, kwarg: str) -> Any:
        """The value of a route's parameter; its object is made once."""
        if kwarg not in self.values:
            with transaction.atomic():  # what is one thing to the database's rules is written as one
                self.values[kwarg] = SAMPLES[kwarg](self)
        return self.values[kwarg]

    @cached_property
    def analysis(self) -> Analysis:
        """An analysis of the node, somebody else's, with a canary in its text."""
        made = analyses.start(node=self.node, period=PERIODS[self.state], by=self.stranger)
        self.cause = Cause.objects.filter(analysis=made).first()
        Cause.objects.filter(pk=self.cause.pk).update(text=CANARY)
        self.need = Need.objects.filter(analysis=made).first()
        Need.objects.filter(pk=self.need.pk).update(text=CANARY)
        if self.state != DocumentState.DRAFT:
            self._freeze(made, DocumentState.SUBMITTED, 1)
        if self.state == DocumentState.ESTABLISHED:
            self._freeze(made, DocumentState.ESTABLISHED, 2)
        return Analysis.objects.get(pk=made.pk)

    def _freeze(self, made: Analysis, state: str, number: int) -> None:
        body = working_body(made)
        said = {"state": state, "body": body, "content_hash": content_hash(body), "made_by": self.stranger}
        if state == DocumentState.ESTABLISHED:
            said["authority"] = "own"
        self.version, new = DocumentVersion.objects.get_or_create(
            document=made.document, number=number, defaults={**said, "made_at": timezone.now()}
        )
        if new:  # else a place made before this one has brought it here
            Document.objects.filter(pk=made.document_id).update(state=state)

    @cached_property
    def row(self) -> Any:
        assert self.analysis
        return self.cause


def _document(place: Place) -> Any:
    """An operational plan of the node, somebody else's, with a canary in its text and a comment."""
    period = PERIODS[place.state]
    plan = plans.start(kind=DocumentKind.OPERATIONAL_PLAN, node=place.node, period=period, by=place.stranger)
    place.plan_section = PlanSection.objects.filter(plan=plan).first()
    PlanSection.objects.filter(pk=place.plan_section.pk).update(text=CANARY)
    place.plan_comment, new = PlanComment.objects.get_or_create(
        plan=plan, defaults={"text": CANARY, "made_by": place.stranger}
    )
    if new and place.state in (DocumentState.SUBMITTED, DocumentState.ESTABLISHED):
        _frozen_plan(plan, place)
    return plan.pk


def _frozen_plan(plan: OperationalPlan, place: Place) -> None:
    consulted = {"id": "", "forum": CANARY, "held_on": None, "views": CANARY, "entered_by": ""}
    body = {**plan_body(plan), "consultations": [consulted]}
    said = {"body": body, "content_hash": content_hash(body), "made_by": place.stranger, "made_at": timezone.now()}
    moves = [DocumentState.SUBMITTED, DocumentState.ESTABLISHED]
    for number, state in enumerate(moves[: moves.index(DocumentState(place.state)) + 1], start=1):
        own = {"authority": "own"} if state == DocumentState.ESTABLISHED else {}
        DocumentVersion.objects.create(document=plan.document, number=number, state=state, **said, **own)
        Document.objects.filter(pk=plan.pk).update(state=state)


def _of_plan(place: Place, name: str) -> Any:
    assert place.value("document_id")
    return getattr(place, name).pk


def _assignment(place: Place) -> Any:
    return place.stranger.assignments.get(node=place.node).pk


def _unit_list(place: Place) -> Any:
    return unit_actions.keep_unit_list(
        file_name="lista.csv", form="template", rows=[UnitRow("99999999", "Ny skola")], errors=[], by=place.asker
    ).pk


def _upload(place: Place) -> Any:
    from styrkedja.intake.models import Upload

    return Upload.objects.create(
        file_name=f"{CANARY}.csv", size=1, sha256="0" * 64, state="ready", preview=None, uploaded_by=place.asker
    ).pk


def _batch(place: Place) -> Any:
    from styrkedja.observations.models import Batch

    return Batch.objects.create(
        uid=uuid.uuid4(),
        source="local",
        format="local",
        file_name=f"{CANARY}.csv",
        sha256="0" * 64,
        retrieved_at=_now(),
        committed_at=_now(),
        committed_by=place.asker,
    ).uid


def _report(place: Place) -> Any:
    """Of an established analysis, or (state "draft") of one that is only handed in."""
    state = DocumentState.SUBMITTED if place.state == DocumentState.DRAFT else DocumentState.ESTABLISHED
    basis = Place(place.node, place.asker, place.stranger, state)
    assert basis.analysis
    document = sample_document(title=CANARY, blocks=(Heading(CANARY, 1), Text(CANARY))).to_data()
    snapshot = {"sv": document, "en": document}
    return Report.objects.create(
        node=place.node,
        period=PERIODS[state],
        number=uuid.uuid4().int % 1_000_000 + 1,
        analysis=basis.version,
        snapshot=snapshot,
        content_hash=content_hash(snapshot),
        made_by=place.stranger,
        made_at=_now(),
    ).pk


def _slide_template(place: Place) -> Any:
    return SlideTemplate.objects.create(number=uuid.uuid4().int % 1_000_000 + 1, made_by=place.stranger, made_at=_now())


def _receiver(place: Place) -> Any:
    """A part of a request that the node has made of itself, for it stands for both sides; somebody else's words."""
    from styrkedja.dialogues.models import ReflectionAnswer, Request, RequestReceiver, What
    from styrkedja.dialogues.requests.asking_actions import answer_owed

    node, due = place.node, timezone.localdate() + dt.timedelta(days=9)
    said = {"what": What.REFLECTION, "title": CANARY, "text": CANARY, "purpose": CANARY, "due": due}
    said["questions"] = [CANARY]
    request = Request.objects.create(node=node, original=node, asked_by=place.stranger, **said)
    receiver = RequestReceiver.objects.create(request=request, node=node, original=node)
    ReflectionAnswer.objects.create(receiver=receiver, number=1, changed_by=place.stranger)
    answer_owed(receiver, due).save(force_insert=True)
    place.values["request_id"] = request.pk
    return receiver.pk


def _request(place: Place) -> Any:
    place.value("receiver_id")
    return place.values["request_id"]


def _meeting(place: Place) -> Any:
    """Somebody else's meeting, planned (state "draft") or called, with canaries for words; nobody is called.

    State "submitted": a seminar that is going on, with a note that is not shown yet; "minuted": with its minutes.
    """
    from styrkedja.dialogues.models import AgendaPoint, AgreedPoint, Meeting, MeetingNode, PointNote, SeminarNote

    node, day = place.node, timezone.localdate()
    seminar = place.state == "submitted"
    kind = "analysseminarium" if seminar else "samrad"
    said = {"kind": kind, "title": CANARY, "period": "2025/26", "day": day, "purpose": CANARY}
    called = {"state": "called", "called_at": _now()} if seminar or place.state == "established" else {}
    made = Meeting.objects.create(node=node, original=node, created_by=place.stranger, **said, **called)
    MeetingNode.objects.create(meeting=made, node=node)
    point = AgendaPoint.objects.create(meeting=made, number=1, title=CANARY, text=CANARY, conclusion=CANARY)
    PointNote.objects.create(point=point, person=place.stranger, text=CANARY)
    agreed = AgreedPoint.objects.create(meeting=made, what=CANARY, node=node, due=day)
    place.values |= {"point_id": point.pk, "agreed_id": agreed.pk}
    if seminar:
        who = {"person": place.stranger, "changed_by": place.stranger}
        SeminarNote.objects.create(meeting=made, step="see", text=CANARY, may_use=True, **who)
    if place.state == "minuted":
        _minute(made)
    return made.pk


def _minute(meeting: Any) -> None:
    from styrkedja.dialogues.meetings.minutes import put_together
    from styrkedja.dialogues.models import Meeting, Minutes

    for state in ("called", "held", "minuted"):
        Meeting.objects.filter(pk=meeting.pk).update(state=state, called_at=_now(), held_at=_now())
    body = put_together(Meeting.objects.get(pk=meeting.pk))
    Minutes.objects.create(meeting=meeting, number=1, body=body, content_hash=content_hash(body))


def _proposal(place: Place) -> Any:
    from styrkedja.dialogues.models import Proposal

    said = {"kind": "development_area", "title": CANARY, "text": CANARY, "ground": CANARY, "period": "2025/26"}
    meeting = place.value("meeting_id")
    return Proposal.objects.create(meeting_id=meeting, node=place.node, position=1, **said).pk


def _sheet(place: Place) -> Any:
    """Of a self-check the node has opened for itself; its answers are not handed in."""
    from styrkedja.dialogues.models import SelfCheck, SelfCheckAnswer, SelfCheckSheet

    said = {"due": timezone.localdate(), "opened_by": place.stranger}
    made, _new = SelfCheck.objects.get_or_create(
        node=place.node, form="styrkedjan", period="2025/26", closed_at=None, defaults=said
    )
    sheet, new = SelfCheckSheet.objects.get_or_create(check_round=made, node=place.node)
    if new:  # one open round a period
        SelfCheckAnswer.objects.create(sheet=sheet, statement="samma-mal", level=2, shows=CANARY)
    place.values["check_id"] = made.pk
    return sheet.pk


def _self_check(place: Place) -> Any:
    place.value("sheet_id")
    return place.values["check_id"]


def _of_meeting(place: Place, kwarg: str) -> Any:
    place.value("meeting_id")
    return place.values[kwarg]


def _goal(place: Place) -> Any:
    """Somebody else's goal, proposed (state "draft") or decided, with a canary for a title."""
    from styrkedja.plans.models import Goal, GoalNational

    goal = Goal.objects.create(node=place.node, period="2025/26", title=CANARY, created_by=place.stranger)
    holds = {"valid_from": dt.date(2022, 7, 1)}
    GoalNational.objects.create(goal=goal, national_goal="lgr22/normer/trygghet", **holds)
    if place.state == "established":
        Goal.objects.filter(pk=goal.pk).update(state="decided", decided_at=_now())
    return goal.pk


def _initiative(place: Place) -> Any:
    """Somebody else's initiative, proposed (state "draft") or decided, with canaries for words."""
    from styrkedja.plans.models import Activity, Initiative, InitiativeNeed, Participant

    words = dict.fromkeys(("title", "aim", "sign", "reference", "resources", "evaluation_form"), CANARY)
    days = {"starts_on": START, "ends_on": dt.date(2030, 1, 1), "evaluation_date": dt.date(2030, 2, 1)}
    said = {**words, **days, "effect": "sign", "ground": "both", "holder": place.stranger}
    made = Initiative.objects.create(node=place.node, period="2025/26", created_by=place.stranger, **said)
    if place.state == "established":
        assert place.analysis  # whose version the need stands in
        InitiativeNeed.objects.create(initiative=made, source=place.version, need=uuid.uuid4(), text=CANARY)
        Participant.objects.create(initiative=made, node=place.node)
        Activity.objects.create(initiative=made, what=CANARY)
        Initiative.objects.filter(pk=made.pk).update(state="decided", decided_at=_now())
    return made.pk


def _activity(place: Place) -> Any:
    from styrkedja.plans.models import Activity

    return Activity.objects.create(initiative_id=place.value("initiative_id"), what=CANARY).pk


def _decision(place: Place) -> Any:
    from styrkedja.plans.models import Decision

    said = {"title": CANARY, "text": CANARY, "paragraph": "§ 1", "registry_number": "UN 2026/1"}
    days = {"decided_on": START, "valid_from": START}
    return Decision.objects.create(node=place.node, kind="other", entered_by=place.stranger, **said, **days).pk


def _rule(place: Place) -> Any:
    """For those who read no content: it gives nobody of the matrix anything."""
    return DelegationRule.objects.create(
        kind="analysis",
        level="unit",
        role="operator",
        node=place.node,
        valid_from=START,
        decided_on=START,
        paragraph=CANARY,
        registry_number="1",
    ).pk


def _retention(place: Place) -> Any:
    """A rule that lets nothing go."""
    return RetentionRule.objects.create(
        kind="analysis",
        what="archived",
        years=99,
        node=place.node,
        valid_from=START,
        decided_on=START,
        paragraph=CANARY,
        registry_number="1",
    ).pk


def _cycle(place: Place) -> Any:
    """Somebody else's year of the wheel, a draft (state "draft") or published, with canaries for words."""
    from styrkedja.wheel.models import Activity, AnnualCycle, Task

    year = {"period": "2025/26", "wheel": uuid.uuid4().hex, "title": CANARY, "created_by": place.stranger}
    cycle = AnnualCycle.objects.create(node=place.node, **year)
    days = {"starts": dt.date(2025, 9, 1), "ends": dt.date(2025, 9, 5)}
    said = {"kind": "day", "title_sv": CANARY, "about_sv": CANARY, "level": place.node.kind, "role": "principal"}
    activity = Activity.objects.create(cycle=cycle, node=place.node, **days, **said)
    place.values["year_activity_id"] = activity.pk
    if place.state == "established":
        AnnualCycle.objects.filter(pk=cycle.pk).update(state="published", published_at=_now())
        Task.objects.create(activity=activity, node=place.node, original=place.node)
    return cycle.pk


def _shown_cycle(place: Place) -> Any:
    """A year that is shown on an intranet; what stands in it is not for the public."""
    from styrkedja.wheel.models import AnnualCycle

    shown = AnnualCycle.objects.filter(pk=place.value("cycle_id"))
    shown.update(title="Läsåret", state="published", published_at=_now(), embedded_at=_now())
    return place.value("cycle_id")


def _task(place: Place) -> Any:
    """A task of the node in a published year, somebody else's, with a canary for a note."""
    from styrkedja.wheel.models import Activity, AnnualCycle, Task

    year = {"period": "2025/26", "wheel": uuid.uuid4().hex, "title": CANARY, "published_at": _now()}
    cycle = AnnualCycle.objects.create(node=place.node, state="published", **year)
    days = {"starts": dt.date(2026, 1, 12), "ends": dt.date(2026, 1, 16)}
    said = {"kind": "follow_up", "title_sv": CANARY, "level": place.node.kind, "role": "principal"}
    made = Activity.objects.create(cycle=cycle, node=place.node, **said, **days)
    return Task.objects.create(activity=made, node=place.node, original=place.node, note=CANARY).pk


def _calendar_token(place: Place) -> str:
    from styrkedja.wheel.calendar.actions import make_feed

    return make_feed(person=place.asker, by=None)


def _year_activity(place: Place) -> Any:
    assert place.value("cycle_id")
    return place.values["year_activity_id"]


def _now() -> dt.datetime:
    return dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


SAMPLES: dict[str, Callable[[Place], Any]] = {
    "node_id": lambda place: place.node.pk,
    "person_id": lambda place: place.stranger.pk,
    "assignment_id": _assignment,
    "list_id": _unit_list,
    "kind": lambda _place: "csv",
    "analysis_id": lambda place: place.analysis.pk,
    "row_id": lambda place: place.row.pk,
    "slug": lambda _place: "orsak",
    "name": lambda _place: "orsaker",
    "number": lambda place: place.version.number if place.analysis and place.version else 1,
    "version_number": lambda place: SAMPLES["number"](place),
    "report_id": _report,
    "template_id": lambda place: _slide_template(place).pk,
    "document_id": _document,
    "part": lambda _place: "avsnitt",
    "part_id": lambda place: _of_plan(place, "plan_section"),
    "comment_id": lambda place: _of_plan(place, "plan_comment"),
    "receiver_id": _receiver,
    "question": lambda _place: 1,
    "answer_id": lambda place: place.value("receiver_id"),
    "request_id": _request,
    "meeting_id": _meeting,
    "point_id": lambda place: _of_meeting(place, "point_id"),
    "agreed_id": lambda place: _of_meeting(place, "agreed_id"),
    "seminar_step": lambda _place: "se",
    "about": lambda _place: "alla",
    "proposal_id": _proposal,
    "sheet_id": _sheet,
    "check_id": _self_check,
    "minutes_number": lambda _place: 1,
    "goal_id": _goal,
    "target_id": lambda _place: uuid.uuid4(),
    "initiative_id": _initiative,
    "activity_id": _activity,
    "decision_id": _decision,
    "version_id": lambda place: place.analysis and place.version.pk,
    "need_id": lambda place: place.analysis and place.need.pk,
    "cycle_id": _cycle,
    "embed_cycle_id": lambda place: place.value("cycle_id"),
    "public_cycle_id": _shown_cycle,
    "picture_format": lambda place: "svg",
    "year_activity_id": _year_activity,
    "task_id": _task,
    "token": _calendar_token,
    "rule_id": _rule,
    "retention_id": _retention,
    "upload_id": _upload,
    "uid": _batch,
    "indicator_id": lambda _place: "merit17",
    "uidb36": lambda _place: "1",
    "key": lambda _place: "set-password",
}


def holder(name: str, role: str, node: Node, *, last_day: dt.date | None = None) -> Person:
    """Somebody with one role at one node."""
    person = actions.add_person(email=f"{name.replace(' ', '.')}@prov.example".lower(), name=name, by=None)
    actions.assign_role(person=person, role=role, node=node, valid_from=START, valid_to=last_day, by=None)
    return person
