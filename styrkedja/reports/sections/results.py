"""Results under each national goal area: the node's figures, equity between units and groups, and what was seen."""

from __future__ import annotations

from django.utils.translation import gettext as _

from styrkedja.reports import measures, passages
from styrkedja.reports.areas import UnderArea, goal_areas
from styrkedja.reports.blocks import Block, Heading, Text
from styrkedja.reports.scope import Scope


def build(scope: Scope) -> list[Block]:
    found = goal_areas(scope)
    blocks: list[Block] = [_how_to_read(scope)]
    empty: dict[str, list[str]] = {}
    for under in found:
        said = _area(under, scope)
        if said:
            blocks += [Heading(under.name, 2), *said]
        else:
            empty.setdefault(under.curriculum.name, []).append(under.area.name)
    if empty:
        blocks += [Heading(_("Goal areas without material"), 2), Text(_nothing(empty))]
    return blocks


def _how_to_read(scope: Scope) -> Text:
    if scope.above_units:
        return Text(
            _(
                "Results stand under the national goal they are about. Units are listed by name, never by rank: a "
                "difference between units is a question about equity, not a table of the best and the worst."
            )
        )
    return Text(_("Results stand under the national goal they are about."))


def _area(under: UnderArea, scope: Scope) -> list[Block]:
    area = passages.of_area(scope, under.area.key)
    words = passages.words_of_area(area)
    figures = passages.figures_table(area, scope)
    blocks = measures.of_keys(under.keys, scope)
    if words or figures:
        blocks += [Heading(_("From the analysis"), 3), *words, *([figures] if figures else [])]
    return blocks


def _nothing(empty: dict[str, list[str]]) -> str:
    sentence = _("For these areas there are neither figures nor words in the analysis, so nothing is said about them:")
    return passages.lead_and_list(sentence, [f"{name}: {', '.join(areas)}" for name, areas in empty.items()])
