"""What is gathered for a meeting and frozen with its call: a closed list, a module each.

A gatherer has `build(scope) -> JSON` and `show(body, seen) -> context` for its template,
`templates/dialogues/meetings/material/<id>.html`. Only what is established or published is gathered (invariant 19).
Figures are kept as `analyses.quoted` keeps them; whoever reads is told what `quoted.release` lets them see.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from styrkedja.access.gate import Access
from styrkedja.analyses import quoted
from styrkedja.dialogues.meetings.catalogue import Gatherer
from styrkedja.dialogues.models import Material

from . import (
    agreed_points,
    analyses_side_by_side,
    effects,
    grades_and_tests,
    open_needs,
    subject_across_units,
    unit_summaries,
)
from .figures import Seen, frozen_in
from .scope import Scope

GATHERERS: dict[str, ModuleType] = {
    Gatherer.AGREED_POINTS: agreed_points,
    Gatherer.GRADES_AND_TESTS: grades_and_tests,
    Gatherer.UNIT_SUMMARIES: unit_summaries,
    Gatherer.OPEN_NEEDS: open_needs,
    Gatherer.EFFECTS: effects,
    Gatherer.ANALYSES_SIDE_BY_SIDE: analyses_side_by_side,
    Gatherer.SUBJECT_ACROSS_UNITS: subject_across_units,
}
NAMES: dict[str, str | Promise] = {
    Gatherer.AGREED_POINTS: _("What was agreed last time"),
    Gatherer.GRADES_AND_TESTS: _("Grades and national tests"),
    Gatherer.UNIT_SUMMARIES: _("The units, a page each"),
    Gatherer.OPEN_NEEDS: _("Needs that wait for an initiative"),
    Gatherer.EFFECTS: _("What the initiatives gave"),
    Gatherer.ANALYSES_SIDE_BY_SIDE: _("The analyses side by side"),
    Gatherer.SUBJECT_ACROSS_UNITS: _("The subject at each unit"),
}


def build(gatherer: str, scope: Scope) -> dict[str, Any]:
    """The body of one gatherer, ready to be kept."""
    body: dict[str, Any] = GATHERERS[gatherer].build(scope)
    return body


def name(gatherer: str) -> str:
    return str(NAMES.get(gatherer, gatherer))


def shown(access: Access, rows: Iterable[Material]) -> list[dict[str, Any]]:
    """Material as this person may see it: [{"row", "name", "template", **what its template takes}].

    One reading of today's figures for all of it, however many there are.
    """
    known = [row for row in rows if row.gatherer in GATHERERS]
    today = quoted.today_of([figure for row in known for figure in frozen_in(row.body)])
    seen = Seen(quoted.audience_for(access), today)
    return [
        {
            "row": row,
            "name": name(row.gatherer),
            "template": f"dialogues/meetings/material/{row.gatherer}.html",
            **GATHERERS[row.gatherer].show(row.body, seen),
        }
        for row in known
    ]
