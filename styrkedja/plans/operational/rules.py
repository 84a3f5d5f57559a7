"""What a plan must hold before it is handed in and established (domain.md §6, invariant 14; issue of the chain, §3).

Works on the body alone, so that what is checked is what is frozen. The database checks it too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from . import plan_types

CONSULTATIONS = "samrad"  # the anchor of the page's part about consultations


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: where on the editing page, and what to do about it."""

    anchor: str
    text: str


def missing(body: dict[str, Any]) -> list[Missing]:
    """Everything that is missing, in reading order; empty when it can be handed in."""
    return [*_sections(body), *_outcomes(body), *_measures(body), *_consultations(body)]


def _sections(body: dict[str, Any]) -> Iterator[Missing]:
    if not any(one["text"].strip() for one in body["sections"]):
        yield Missing(f"del-{body['sections'][0]['key']}", _("Nothing is written yet: write in at least one section."))
        return
    texts = {one["key"]: one["text"] for one in body["sections"]}
    for section in plan_types.sections_of(body["kind"]):
        judged = section.key == plan_types.OUTCOME and body["last_year"] and body["last_year"]["measures"]
        if section.required and not judged and not texts.get(section.key, "").strip():
            yield Missing(f"del-{section.key}", _("“%(section)s” is empty: write in it.") % {"section": section.name})


def _outcomes(body: dict[str, Any]) -> Iterator[Missing]:
    for measure in (body["last_year"] or {}).get("measures", []):
        if not measure["carried_out"] or not measure["outcome"]:
            words = {"start": _start(measure["what"])}
            text = _("Last year's measure “%(start)s”: say whether it was carried out and what it led to.") % words
            yield Missing(f"matt-{measure['id']}", text)


def _measures(body: dict[str, Any]) -> Iterator[Missing]:
    if body["kind"] != plan_types.DEGRADING:
        return
    if not body["measures"]:
        yield Missing("del-atgarder", _("Write at least one measure for this year."))
    for measure in body["measures"]:
        if not measure["what"].strip():
            yield Missing(f"atgard-{measure['id']}", _("A measure has no text: write it or remove it."))


def _consultations(body: dict[str, Any]) -> Iterator[Missing]:
    if not body["consultations"]:
        text = _("Record at least one consultation: where the plan was worked through before it is established.")
        yield Missing(CONSULTATIONS, text)
    for one in body["consultations"]:
        anchor = f"samrad-{one['id']}"
        if not one["forum"].strip():
            yield Missing(anchor, _("A consultation lacks its forum: write with whom it was held."))
        elif not one["held_on"]:
            yield Missing(anchor, _("The consultation “%(start)s”: give its date.") % {"start": _start(one["forum"])})
        elif not one["views"].strip():
            words = {"start": _start(one["forum"])}
            text = _("The consultation “%(start)s”: write which views were put forward, or that there were none.")
            yield Missing(anchor, text % words)


def _start(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59].rstrip() + "…"
