"""What a node's figures are compared with: named sets of statistical units the reader chooses among.

Serves *Var är vi?* A comparison always says with whom and how many (interface.md). Similar municipalities are Kolada's
own groups, kept here as data (`similar_municipalities.json`, cut from Kolada's catalogue of groups, 2026-04-16).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from styrkedja.core.values import Place, UnitKind
from styrkedja.organisation.models import Node, NodeKind, Organiser, SchoolForm

from .figures import UnitKey

RIKET = UnitKey(UnitKind.RIKET, "riket")
# Which of Kolada's groupings describes a school form.
AREAS = {
    "grundskola": (
        SchoolForm.COMPULSORY,
        SchoolForm.PRESCHOOL_CLASS,
        SchoolForm.ADAPTED_COMPULSORY,
        SchoolForm.SAMI,
        SchoolForm.SPECIAL,
        SchoolForm.LEISURE,
    ),
    "gymnasieskola": (SchoolForm.UPPER_SECONDARY, SchoolForm.ADAPTED_UPPER_SECONDARY, SchoolForm.ADULT),
    "förskola": (SchoolForm.PRESCHOOL,),
}


@dataclass(frozen=True)
class ComparisonSet:
    """units: whom it holds; one_body: they are codes of the same body, best first. places: the place tags looked for,
    best first. note: who is in it, where the label does not say.
    """

    id: str
    named: str | Promise  # "Liknande kommuner grundskola (7 kommuner)": with its size
    said: str | Promise  # in a sentence: "riket", "liknande kommuner"
    units: tuple[UnitKey, ...]
    places: tuple[str, ...]
    note: str = ""
    one_body: bool = False

    @property
    def label(self) -> str:
        return str(self.named)

    @property
    def phrase(self) -> str:
        return str(self.said)

    @property
    def members(self) -> tuple[tuple[UnitKey, ...], ...]:
        """Each member by the codes it is known under."""
        return (self.units,) if self.one_body else tuple((unit,) for unit in self.units)

    @property
    def single(self) -> bool:
        return len(self.members) == 1


def own_units(organiser: Organiser | None, unit: Node | None) -> tuple[UnitKey, ...]:
    """The statistical units a page is about, best first; `unit` is the unit its node is or lies in, if any.

    Above the units these are the organiser itself and, for a public one, its municipality.
    """
    if unit is not None:
        return (UnitKey(unit.statistical_kind, unit.statistical_code),) if unit.statistical_code else ()
    if organiser is None:
        return ()
    own = [UnitKey(UnitKind.HUVUDMAN, organiser.organisation_number)]
    if organiser.municipality_code and organiser.sector == Organiser.Sector.PUBLIC:
        own.append(UnitKey(UnitKind.KOMMUN, organiser.municipality_code))
    return tuple(own)


def own_places(organiser: Organiser | None) -> tuple[str, ...]:
    """Which of a municipality's figures are the organiser's own: those of the schools it runs."""
    if organiser is not None and organiser.sector == Organiser.Sector.PRIVATE:
        return (Place.NONE,)
    return (Place.NONE, Place.MUNICIPAL, Place.LOCATION, Place.HOME)


def comparison_sets(node: Node, organiser: Organiser | None, siblings: Iterable[Node]) -> list[ComparisonSet]:
    """The sets offered on a node's page, the usual one first. `siblings`: the organiser's units of the same forms."""
    code = organiser.municipality_code if organiser else ""
    found: list[ComparisonSet] = []
    below = node.kind in (NodeKind.UNIT, NodeKind.TEAM, NodeKind.GROUP)
    if organiser and below:
        units, places = own_units(organiser, None), own_places(organiser)
        found.append(ComparisonSet("huvudman", organiser.name, organiser.name, units, places, one_body=True))
    found.append(
        # A report is built in two languages from one set.
        ComparisonSet("riket", gettext_lazy("The nation"), gettext_lazy("the nation"), (RIKET,),
                      (Place.NONE, Place.MUNICIPAL, *_EVERYWHERE))
    )  # fmt: skip
    if code:
        found.append(
            ComparisonSet("kommun", _("All schools in the municipality"), _("all schools in the municipality"),
                          (UnitKey(UnitKind.KOMMUN, code),), _EVERYWHERE)
        )  # fmt: skip
        found += _similar(node, code)
    others = tuple(UnitKey(n.statistical_kind, n.statistical_code) for n in siblings if n.statistical_code)
    if below and others:
        label = ngettext("%(count)s other unit of ours", "%(count)s other units of ours", len(others))
        found.append(
            ComparisonSet("enheter", label % {"count": len(others)}, _("our other units"), others, (Place.NONE,))
        )
    return found


_EVERYWHERE = (Place.LOCATION, Place.NONE, Place.HOME)


def _similar(node: Node, code: str) -> list[ComparisonSet]:
    forms = set(node.school_forms)
    found = []
    for area, of_area in AREAS.items():
        group = similar_municipalities()["areas"][area]["groups"].get(code)
        if not group or (forms and not forms & set(of_area)):
            continue
        found.append(
            ComparisonSet(
                id="liknande-" + area.replace("ö", "o"),
                named=_("Similar municipalities, %(area)s (%(count)s)") % {"area": area, "count": len(group)},
                said=_("similar municipalities"),
                units=tuple(UnitKey(UnitKind.KOMMUN, member) for member in group),
                places=(Place.MUNICIPAL, Place.LOCATION, Place.NONE, Place.HOME),
                note=", ".join(similar_municipalities()["names"][member] for member in group),
            )
        )
    return found


@cache
def similar_municipalities() -> dict[str, Any]:
    """Kolada's groups: {"source", "year", "names": {code: name}, "areas": {area: {"groups": {code: [codes]}}}}."""
    data: dict[str, Any] = json.loads((Path(__file__).parent / "similar_municipalities.json").read_text("utf-8"))
    return data
