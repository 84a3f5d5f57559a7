"""What an analysis must hold before it is handed in and established (domain.md §6, invariants 4, 7 and 8).

Works on the body alone, so that what is checked is what is frozen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from styrkedja.organisation.models import NodeKind, SchoolForm

from .models import Participation, Step

Group = Participation.Group
ABOVE_UNITS = (NodeKind.COUNCIL, NodeKind.COMMITTEE, NodeKind.ADMINISTRATION)


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: in which step, where on the editing page, and what to do about it."""

    step: Step
    anchor: str
    text: str


def groups_of(kind: str, school_forms: list[str]) -> list[Group]:
    """Whose participation a node's analysis records.

    Skollagen 4:4: on unit level teachers, preschool teachers, other staff and pupils take part; children in
    preschool and guardians are given the chance. A preschool alone has no pupils, adult education no guardians.
    """
    if kind != NodeKind.UNIT:
        return list(Group)
    forms = set(school_forms)
    groups = list(Group)
    if forms == {SchoolForm.PRESCHOOL}:
        groups.remove(Group.PUPILS)
    if forms == {SchoolForm.ADULT}:
        groups.remove(Group.OFFERED)
    return groups


def lists_units(kind: str) -> bool:
    """Nodes above the units stand on the units' analyses (invariant 7)."""
    return kind in ABOVE_UNITS


def missing(body: dict[str, Any]) -> list[Missing]:
    """Everything that is missing, in the order of the steps; empty when it can be handed in."""
    return [*_results(body), *_causes(body), *_needs(body), *_participation(body), *_units(body)]


def _results(body: dict[str, Any]) -> Iterator[Missing]:
    def lacks(text: str, anchor: str = f"steg-{Step.RESULTS}") -> Missing:
        return Missing(Step.RESULTS, anchor, text)

    areas = body["areas"]
    if not any(area["findings"] for area in areas):
        yield lacks(_("Write at least one result: what do you see?"))
    if not any(area["figures"] or area["evidence"] or area["citations"] for area in areas):
        yield lacks(_("Quote at least one figure or add other evidence for the results."))
    for evidence in (e for area in areas for e in area["evidence"]):
        anchor = f"underlag-{evidence['id']}"
        if not evidence["text"].strip():
            yield lacks(_("Evidence without text: write what was seen or heard, or remove it."), anchor)
        if not evidence["author"].strip():
            yield lacks(_("Evidence “%(start)s”: write who it comes from.") % _start(evidence), anchor)
        if not evidence["date"]:
            yield lacks(_("Evidence “%(start)s”: give its date.") % _start(evidence), anchor)


def _causes(body: dict[str, Any]) -> Iterator[Missing]:
    if not body["causes"]:
        yield Missing(Step.CAUSES, f"steg-{Step.CAUSES}", _("Write at least one cause: why do you think it is so?"))
    for cause in body["causes"]:
        anchor = f"orsak-{cause['id']}"
        if not cause["text"].strip():
            yield Missing(Step.CAUSES, anchor, _("A cause has no text: write it or remove it."))
            continue
        if not cause["grounds"]:
            text = _("Cause “%(start)s”: choose what it rests on.") % _start(cause)
            yield Missing(Step.CAUSES, anchor, text)
        if not cause["rival"].strip() and not cause["rival_unknown"]:
            text = _("Cause “%(start)s”: write another possible explanation, or that you do not know yet.") % _start(
                cause
            )
            yield Missing(Step.CAUSES, anchor, text)


def _needs(body: dict[str, Any]) -> Iterator[Missing]:
    if not body["needs"]:
        yield Missing(Step.NEEDS, f"steg-{Step.NEEDS}", _("Write at least one need: what has to develop?"))
    for need in body["needs"]:
        anchor = f"behov-{need['id']}"
        if not need["text"].strip():
            yield Missing(Step.NEEDS, anchor, _("A need has no text: write it or remove it."))
        elif not need["causes"]:
            text = _("Need “%(start)s”: choose which cause it answers.") % _start(need)
            yield Missing(Step.NEEDS, anchor, text)


def _participation(body: dict[str, Any]) -> Iterator[Missing]:
    if body["node"]["kind"] != NodeKind.UNIT:
        return
    recorded = {p["group"]: p for p in body["participation"]}
    for group in groups_of(body["node"]["kind"], body["node"]["school_forms"]):
        row = recorded.get(group.value, {"how": "", "offered": False})
        anchor = f"grupp-{group.value}"
        if group is Group.OFFERED and not row["offered"]:
            text = _("Say that children and guardians were given the chance to take part, and how.")
            yield Missing(Step.PARTICIPATION, anchor, text)
        elif not row["how"].strip():
            text = _("%(group)s: write how they took part.") % {"group": group.label}
            yield Missing(Step.PARTICIPATION, anchor, text)


def _units(body: dict[str, Any]) -> Iterator[Missing]:
    if not lists_units(body["node"]["kind"]):
        return
    for unit in body["units"]:
        if not unit["version"] and not unit["reason"].strip():
            text = _("%(unit)s: include its analysis, or write why there is none.") % {"unit": unit["name"]}
            yield Missing(Step.UNITS, f"enhet-{unit['node']}", text)


def _start(row: dict[str, Any]) -> dict[str, str]:
    """The first words of a row, so that one knows which it is."""
    words = " ".join(row["text"].split())
    return {"start": words if len(words) <= 50 else words[:49].rstrip() + "…"}
