"""The world of the tests: one municipality, one cast, built only through actions.

Invented throughout. `build()` gives a `World`; rooms' tests add what they need through their own actions.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from styrkedja.core.values import UnitKind
from styrkedja.organisation import actions
from styrkedja.organisation.models import Node, NodeKind, Organiser, Person

START = dt.date(2020, 7, 1)
PASSWORD = "en lång hemlig mening"


@dataclass
class World:
    organiser: Organiser
    council: Node
    committee: Node
    administration: Node
    bjork: Node  # compulsory school, code 11111111
    ek: Node  # compulsory school, code 22222222: the sibling
    lind: Node  # preschool, code of our own
    bjork_team: Node
    ek_team: Node
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, key: str) -> Person:
        return self.people[key]


# key, name, role, where
CAST = (
    ("politician", "Pia Nämnd", "committee_member", "committee"),
    ("head", "Hanna Förvaltning", "administration_head", "council"),
    ("chief", "Stig Skolchef", "chief_education_officer", "council"),
    ("quality", "Karin Kvalitet", "quality_lead", "council"),
    ("principal", "Ragnar Björk", "principal", "bjork"),
    ("principal_ek", "Ebba Ek", "principal", "ek"),
    ("principal_lind", "Lena Lind", "principal", "lind"),
    ("team_lead", "Tove Arbetslag", "team_lead", "bjork_team"),
    ("lead_teacher", "Filip Förste", "lead_teacher", "bjork"),
    ("teacher", "Lars Lärare", "teacher", "bjork_team"),
    ("health", "Elin Hälsa", "pupil_health", "bjork"),
    ("registrar", "Rut Registrator", "registrar", "council"),
    ("auditor", "Anna Revisor", "auditor", "council"),
    ("operator", "Otto Drift", "operator", "council"),
)


def build() -> World:
    organiser = actions.found_organiser(
        name="Ekköpings kommun",
        organisation_number="2129999999",
        municipality_code="9999",
        sector="public",
        root_name="Ekköpings kommun",
        valid_from=START,
        fictional=True,
        by=None,
    )
    council = organiser.root
    committee = _add(council, NodeKind.COMMITTEE, "Utbildningsnämnden")
    administration = _add(committee, NodeKind.ADMINISTRATION, "Utbildningsförvaltningen")
    bjork = _add(administration, NodeKind.UNIT, "Björkskolan", ["gr", "fsk", "fth"], "11111111")
    ek = _add(administration, NodeKind.UNIT, "Ekskolan", ["gr"], "22222222")
    lind = _add(administration, NodeKind.UNIT, "Lindens förskola", ["fs"], "F0000001")
    world = World(
        organiser=organiser,
        council=council,
        committee=committee,
        administration=administration,
        bjork=bjork,
        ek=ek,
        lind=lind,
        bjork_team=_add(bjork, NodeKind.TEAM, "Arbetslag 7-9"),
        ek_team=_add(ek, NodeKind.TEAM, "Arbetslag F-3"),
    )
    for key, name, role, where in CAST:
        person = actions.add_person(email=f"{key}@ekkoping.example", name=name, password=PASSWORD, by=None)
        actions.assign_role(person=person, role=role, node=getattr(world, where), valid_from=START, by=None)
        world.people[key] = person
    return world


def _add(parent: Node, kind: str, name: str, forms: list[str] | None = None, code: str = "") -> Node:
    return actions.add_node(
        parent=parent,
        kind=kind,
        name=name,
        school_forms=forms or [],
        statistical_kind=UnitKind.SCHOOL_UNIT if code else "",
        statistical_code=code,
        valid_from=START,
        by=None,
    )
