"""Loads the demo: a fictional municipality with real published figures, through the same actions as anybody's work.

Each step is found again by what it makes, so a load that was interrupted is taken up where it stopped.
"""

from __future__ import annotations

from pathlib import Path

from styrkedja.intake.importing import import_file
from styrkedja.observations import loading
from styrkedja.organisation import actions
from styrkedja.organisation.models import Node, Organiser, Person

from . import cast, meetings, wheel, work, year

DATA = Path(__file__).parent / "data"
FILES = (
    "slutbetyg_ak9_2025.csv",
    "underlag_for_analys_2024_25.xlsx",
    "statistics_gr_v4.jsonl",
    "salsa_skolenkat.json",
    "kolada_2016_2019.json",
    "forskolor.csv",
)


def load() -> None:
    """The chain, people and figures, then work, meetings and the year. Raises Refused where another organiser lives."""
    nodes = _chain()
    people = _people(nodes)
    importer = next(people[m.email] for m in cast.PEOPLE if m.role == "quality_lead")
    for name in FILES:
        import_file(DATA / name, by=importer)
    loading.refresh_statistics()
    work.write(nodes=nodes, people=people)
    year.write(nodes=nodes, people=people)
    work.report(nodes=nodes, people=people)
    meetings.write(nodes=nodes, people=people)
    wheel.write(nodes=nodes, people=people)


def _chain() -> dict[str, Node]:
    organiser = Organiser.objects.first()
    if organiser is None or not organiser.fictional:
        organiser = actions.found_organiser(
            name="Ekköpings kommun",
            organisation_number="2129999999",
            municipality_code="9999",
            sector="public",
            root_name="Ekköpings kommun",
            valid_from=cast.FOUNDED,
            fictional=True,
            by=None,
        )
    nodes = {"huvudman": organiser.root}
    for place in cast.PLACES:
        parent = nodes[place.parent]
        found = Node.objects.filter(placements__parent=parent, name=place.name).first()
        nodes[place.key] = found or actions.add_node(
            parent=parent,
            kind=place.kind,
            name=place.name,
            school_forms=place.forms,
            statistical_kind="school_unit" if place.code else "",
            statistical_code=place.code,
            valid_from=cast.FOUNDED,
            by=None,
        )
    return nodes


def _people(nodes: dict[str, Node]) -> dict[str, Person]:
    people = {}
    for member in cast.PEOPLE:
        person = Person.objects.filter(email=member.email).first()
        if person is None:
            person = actions.add_person(email=member.email, name=member.name, password=cast.PASSWORD, by=None)
            for place in filter(None, (member.place, member.also)):
                node, since = nodes[place], cast.FOUNDED
                actions.assign_role(person=person, role=member.role, node=node, valid_from=since, by=None)
        people[member.email] = person
    return people


def logins() -> list[str]:
    """One line for each role: what to log in with."""
    from styrkedja.access.roles import ROLES

    shown = [m for m in cast.PEOPLE if m.shown]
    lines = [f"  {ROLES[m.role].name!s:<24} {m.email:<36} {m.name}" for m in shown]
    return [f"Logga in med lösenordet {cast.PASSWORD} som", *lines]
