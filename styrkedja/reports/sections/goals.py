"""How far one has come towards the national goals, as the analysis weighed it; silence is said, not filled in."""

from __future__ import annotations

from django.utils.translation import gettext as _

from styrkedja.reports import passages
from styrkedja.reports.areas import goal_areas
from styrkedja.reports.blocks import Block, Table, Text
from styrkedja.reports.scope import Scope


def build(scope: Scope) -> list[Block]:
    if scope.body is None:
        return [Text(_("Goal attainment has not been assessed.")), Text(passages.without_analysis(scope))]
    found = goal_areas(scope)
    rows = []
    assessed = 0
    for under in found:
        area = passages.of_area(scope, under.area.key)
        said = (area or {}).get("assessment") or {}
        assessed += bool(said.get("attainment"))
        word = passages.attainment_word(said.get("attainment", "")) or _("Not assessed")
        rows.append((under.name, word, passages.one_line(said.get("text", "")) or "–"))
    lead = Text(
        _(
            "The assessment weighs figures and what people have seen together. It is made in the situation analysis, "
            "area by area; %(assessed)s of %(all)s areas have been assessed."
        )
        % {"assessed": assessed, "all": len(rows)}
    )
    if not assessed:
        return [Text(_("The analysis assesses no goal area, so nothing is said here about how far one has come."))]
    header = (_("National goal area"), _("Assessment"), _("Grounds"))
    return [lead, Table(_("Assessed goal attainment by national goal area"), header, tuple(rows))]
