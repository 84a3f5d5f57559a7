"""An object for every id in a route: kwarg name -> factory(place) -> the value. A new kwarg needs a line here."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils import timezone

from styrkedja.analyses import actions as analyses
from styrkedja.analyses.body import working_body
from styrkedja.analyses.models import Analysis, Cause
from styrkedja.documents.hashing import content_hash
from styrkedja.documents.models import Document, DocumentState, DocumentVersion
from styrkedja.organisation import actions, unit_actions
from styrkedja.organisation.models import Node, Person
from styrkedja.organisation.unit_rows import UnitRow
from styrkedja.reports.blocks import Heading, Text
from styrkedja.reports.models import Report
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
            self.values[kwarg] = SAMPLES[kwarg](self)
        return self.values[kwarg]

    @cached_property
    def analysis(self) -> Analysis:
        """An analysis of the node, somebody else's, with a canary in its text."""
        made = analyses.start(node=self.node, period=PERIODS[self.state], by=self.stranger)
        self.cause = Cause.objects.filter(analysis=made).first()
        Cause.objects.filter(pk=self.cause.pk).update(text=CANARY)
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
        self.version, _new = DocumentVersion.objects.get_or_create(
            document=made.document, number=number, defaults={**said, "made_at": timezone.now()}
        )
        Document.objects.filter(pk=made.document_id).update(state=state)

    @cached_property
    def row(self) -> Any:
        assert self.analysis
        return self.cause


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
    "report_id": _report,
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
