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
    silent: dict[str, list[str]] = {}
    for under in found:
        area = passages.of_area(scope, under.area.key)
        said = (area or {}).get("assessment") or {}
        word = passages.attainment_word(said.get("attainment", ""))
        if word or said.get("text", "").strip():
            rows.append((under.name, word or _("Not assessed"), passages.one_line(said.get("text", "")) or "–"))
        else:
            silent.setdefault(under.curriculum.name, []).append(under.area.name)
    lead = Text(
        _(
            "The assessment weighs figures and what people have seen together. It is made in the situation analysis, "
            "area by area; %(assessed)s of %(all)s areas have been assessed."
        )
        % {"assessed": len(rows), "all": len(found)}
    )
    if not rows:
        return [Text(_("The analysis assesses no goal area, so nothing is said here about how far one has come."))]
    header = (_("National goal area"), _("Assessment"), _("Grounds"))
    blocks: list[Block] = [lead, _table(header, rows)]
    if silent:
        listed = [f"{name}: {', '.join(areas)}" for name, areas in silent.items()]
        blocks.append(Text(passages.lead_and_list(_("Not assessed:"), listed)))
    return blocks


def _table(header: tuple[str, ...], rows: list[tuple[str, str, str]]) -> Table:
    words = tuple((place, 2) for place in range(len(rows)))
    return Table(_("Assessed goal attainment by national goal area"), header, tuple(rows), words=words)
