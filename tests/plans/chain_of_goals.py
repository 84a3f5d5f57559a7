"""What the tests of goals are made of: decisions, goals and a whole thread, built through actions alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from styrkedja.documents.models import DocumentKind, DocumentVersion
from styrkedja.documents.queries import established_version
from styrkedja.organisation.models import Node
from styrkedja.plans.frame import actions as frame
from styrkedja.plans.goals import actions
from styrkedja.plans.models import Decision, Goal

NATIONAL = "lgr22/normer/trygghet"
PERIOD = "2025/26"
DECIDED = dt.date(2025, 5, 20)


def decision(world, *, node: Node | None = None, kind="committee_goal", title="Nämndens mål", **fields) -> Decision:
    """A decision of the committee, entered by the registrar; holds from 1 July 2025."""
    given = {
        "text": "Nämnden beslutar …",
        "decided_on": DECIDED,
        "paragraph": "§ 84",
        "registry_number": "UN 2025/114",
        "valid_from": dt.date(2025, 7, 1),
        **fields,
    }
    by = world.person("registrar")
    return frame.enter_decision(node=node or world.council, kind=kind, title=title, by=by, **given)


def proposed(world, *, node: Node | None = None, who="principal", period=PERIOD, title="Studiero", **fields) -> Goal:
    by = world.person(who)
    given = {"national": [NATIONAL], **fields}
    return actions.propose(node=node or world.bjork, period=period, title=title, by=by, **given)


def decided(world, *, who="principal", **fields) -> Goal:
    goal = proposed(world, who=who, **fields)
    return actions.decide(goal=goal, expected=goal.version, by=world.person(who))


def committee_goal(world, *, title="Alla elever klarar skolan", **fields) -> Goal:
    """A goal of the council's node, made valid by the committee's decision."""
    goal = proposed(world, node=world.council, who="quality", title=title, **fields)
    made = decision(world)
    return actions.decide(goal=goal, expected=goal.version, decision=made, by=world.person("registrar"))


@dataclass(frozen=True)
class NeedOf:
    version: DocumentVersion
    id: str
    text: str

    @property
    def tie(self) -> tuple[DocumentVersion, str]:
        return self.version, self.id


def need_of(node: Node, period: str) -> NeedOf:
    """The first need of the established analysis."""
    version = established_version(DocumentKind.ANALYSIS, node, period)
    assert version is not None
    need = version.body["needs"][0]
    return NeedOf(version, need["id"], need["text"])
