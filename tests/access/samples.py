"""An object for every id in a route: kwarg name -> factory(place) -> the value. A new kwarg needs a line here."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from styrkedja.organisation import actions, unit_actions
from styrkedja.organisation.models import Node, Person
from styrkedja.organisation.unit_rows import UnitRow

CANARY = "KANARIEFÅGEL"
START = dt.date(2021, 1, 1)


@dataclass(frozen=True)
class Place:
    """Where a sample is made, for whom, and for which route."""

    node: Node
    asker: Person
    stranger: Person  # holds a role at the node and has a canary for a name
    state: str = ""


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


def _now() -> dt.datetime:
    return dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


SAMPLES: dict[str, Callable[[Place], Any]] = {
    "node_id": lambda place: place.node.pk,
    "person_id": lambda place: place.stranger.pk,
    "assignment_id": _assignment,
    "list_id": _unit_list,
    "kind": lambda _place: "csv",
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
