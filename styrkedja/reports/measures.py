"""One indicator in a report: its key figures, what stands out, its charts and its tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from django.utils.translation import gettext as _

from styrkedja.indicators.catalogue import catalogue
from styrkedja.indicators.notices import caution, notices
from styrkedja.indicators.series import Key

from . import showing
from .blocks import Block, Figures, Heading, Text
from .catalogue import outline
from .passages import as_list
from .scope import Scope

MANY_PARTS = 3  # from here on the parts of an indicator share a table
WIDEST = 6  # columns of a heat chart
MOST_CARDS = 6
MOST_SENTENCES = 6


def of_keys(keys: Sequence[Key], scope: Scope, level: Literal[2, 3] = 3) -> list[Block]:
    """Key figures of the node, sentences about what stands out, then each indicator under a heading of `level`."""
    by_indicator: dict[str, list[Key]] = {}
    for key in keys:
        by_indicator.setdefault(key[0], []).append(key)
    few = [k for held in by_indicator.values() if len(held) < MANY_PARTS for k in held]
    blocks: list[Block] = [*_cards(few, scope), *_sentences(keys, scope)]
    for id, held in by_indicator.items():
        blocks += _indicator(id, held, scope, level)
    table = showing.gender_table(
        (scope.series[k] for k in keys if k in scope.series), _("Girls and boys, %(node)s") % {"node": scope.node.name}
    )
    return [*blocks, table] if table else blocks


def _cards(keys: Iterable[Key], scope: Scope) -> list[Block]:
    items = [showing.figure_item(scope.series[k], scope) for k in keys if k in scope.series][:MOST_CARDS]
    return [Figures(tuple(items))] if items else []


def _sentences(keys: Iterable[Key], scope: Scope) -> list[Block]:
    """What stands out, the neutral left out: the reader has the charts."""
    held = [scope.series[k] for k in keys if k in scope.series]
    year = max((s.latest.end_year for s in held), default=0)
    found = [n for n in notices(held, scope.comparator, year) if not n.neutral][:MOST_SENTENCES]
    said = [Text(as_list([n.text for n in found]))] if found else []
    return [*said, *([Text(caution(found))] if caution(found) else [])]


def _indicator(id: str, keys: Sequence[Key], scope: Scope, level: Literal[2, 3]) -> list[Block]:
    """Nothing where the key figure says all there is."""
    blocks: list[Block] = []
    if len(keys) >= MANY_PARTS:
        blocks += _parts(id, keys, scope)
    else:
        for key in keys:
            blocks += _charts(key, scope)
    return [Heading(str(catalogue()[id].name), level), *blocks] if blocks else []


def _charts(key: Key, scope: Scope) -> list[Block]:
    """The node's course, its units the same year, and, for the most telling indicators, their courses.

    What is neither good nor bad in itself, such as a modelled value, stands in the tables alone.
    """
    telling = key[0] in outline("quality").key_figures
    if not telling and catalogue()[key[0]].direction == "neutral":
        return []
    own = scope.series.get(key)
    line = showing.line_chart(own, scope, scope.node.name) if own else None
    dots = showing.dots_chart(key, scope, least=2 if telling else 3)
    multiples = showing.multiples_chart(key, scope) if telling else None
    moved = showing.unit_change(key, scope) if dots else ""
    return [block for block in (line, dots, Text(moved) if moved else None, multiples) if block]


def _parts(id: str, keys: Sequence[Key], scope: Scope) -> list[Block]:
    own = [scope.series[k] for k in keys if k in scope.series]
    name = str(catalogue()[id].name)
    blocks: list[Block] = []
    if own:
        blocks.append(showing.parts_table(own, scope, name))
    shared = [k for k in keys if sum(showing.has_number(line.series.get(k)) for line in scope.lines) > 1][:WIDEST]
    if shared:
        columns = [str(catalogue()[id].part(part).name) if part else _("All") for _id, part in shared]
        title = showing.variation(shared[0], scope)
        if chart := showing.heat_chart(shared, scope, columns, title):
            blocks.append(chart)
    return blocks
