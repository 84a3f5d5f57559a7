"""The demo's chain and its people. Invented throughout; one person a role, and a principal for each unit."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

FOUNDED = dt.date(2019, 7, 1)
PASSWORD = "demo-styrkedja-2026"  # noqa: S105 - printed at every start of the demo, which holds nothing secret
DOMAIN = "ekkoping.example"


class Place(NamedTuple):
    key: str  # how people and texts name it
    parent: str
    kind: str
    name: str
    code: str = ""
    forms: tuple[str, ...] = ()


# The root, `huvudman`, is founded with the organiser.
PLACES = (
    Place("namnd", "huvudman", "committee", "Barn- och utbildningsnämnden"),
    Place("forvaltning", "namnd", "administration", "Barn- och utbildningsförvaltningen"),
    Place("grundskola", "forvaltning", "administration", "Grundskola och fritidshem"),
    Place("forskola", "forvaltning", "administration", "Förskola"),
    Place("00010001", "grundskola", "unit", "Almskolan 7-9", "00010001", ("gr",)),
    Place("00010002", "grundskola", "unit", "Björkängsskolan", "00010002", ("gr", "fsk", "fth")),
    Place("00010003", "grundskola", "unit", "Ekbacksskolan", "00010003", ("gr", "fsk", "fth")),
    Place("00010004", "grundskola", "unit", "Hasselskolan", "00010004", ("gr", "fsk", "fth")),
    Place("00010005", "grundskola", "unit", "Rönnskolan", "00010005", ("gr", "fsk", "fth")),
    Place("F0000101", "forskola", "unit", "Granens förskola", "F0000101", ("fs",)),
    Place("F0000102", "forskola", "unit", "Klövervägens förskola", "F0000102", ("fs",)),
    Place("F0000103", "forskola", "unit", "Tallkottens förskola", "F0000103", ("fs",)),
    Place("F0000104", "forskola", "unit", "Vitsippans förskola", "F0000104", ("fs",)),
    Place("gymnasiet", "forvaltning", "unit", "Ekköpings gymnasium", "00010011", ("gy",)),
    Place("bjork-7-9", "00010002", "team", "Arbetslag 7-9"),
    Place("bjork-f-6", "00010002", "team", "Arbetslag F-6"),
    Place("alm-8", "00010001", "team", "Arbetslag åk 8"),
    Place("kotten", "F0000101", "team", "Avdelning Kotten"),
)


class Member(NamedTuple):
    name: str
    role: str
    place: str
    shown: bool = False  # one login of each role is printed when the demo starts
    also: str = ""  # another place of the same role

    @property
    def email(self) -> str:
        return f"{_ascii(self.name)}@{DOMAIN}"


def _ascii(name: str) -> str:
    return name.lower().translate(str.maketrans("åäöé ", "aaoe."))


PEOPLE = (
    Member("Margareta Lindqvist", "committee_member", "namnd", shown=True),
    Member("Johan Sandell", "administration_head", "huvudman", shown=True),
    Member("Birgitta Åhs", "chief_education_officer", "huvudman", shown=True),
    Member("Amina Warsame", "quality_lead", "huvudman", shown=True, also="namnd"),
    Member("Erik Hallgren", "principal", "00010002", shown=True),
    Member("Sofia Berglund", "principal", "00010001"),
    Member("Daniel Kvist", "principal", "00010003"),
    Member("Maria Ståhl", "principal", "00010004"),
    Member("Peter Novak", "principal", "00010005"),
    Member("Lena Fors", "principal", "F0000101"),
    Member("Hanna Ek", "principal", "F0000102"),
    Member("Josefin Dahl", "principal", "F0000103"),
    Member("Ulrika Sjö", "principal", "F0000104"),
    Member("Karim Haddad", "principal", "gymnasiet"),
    Member("Tova Grahn", "team_lead", "bjork-7-9", shown=True),
    Member("Nils Persson", "lead_teacher", "00010002", shown=True),
    Member("Ylva Nyström", "teacher", "bjork-7-9", shown=True),
    Member("Petra Wallin", "pupil_health", "00010002", shown=True),
    Member("Gunnar Hedlund", "registrar", "huvudman", shown=True),
    Member("Ingrid Malm", "auditor", "huvudman", shown=True),
    Member("Oskar Rydén", "operator", "huvudman", shown=True),
)
