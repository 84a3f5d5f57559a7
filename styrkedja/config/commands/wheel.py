"""`styrkedja wheel --node CODE --year 2025/26 --json`: the year as a node sees it, each activity with how it stands.

`--format svg --output FILE` draws it, its rings the levels of the chain or (`--rings kind`) the kinds of process.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styrkedja.config.cli import Unusable

if TYPE_CHECKING:
    from styrkedja.organisation.models import Node
    from styrkedja.wheel.entries import Entry
    from styrkedja.wheel.models import AnnualCycle

RINGS = {"level": "", "kind": "slag"}  # as said here, and in an address (`wheel.drawing.rings`)
HELP = "lista årets aktiviteter för en nod och hur långt de har kommit, eller rita årshjulet"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--node", required=True, metavar="KOD", help="en enhets kod, eller huvudman för vår egen")
    parser.add_argument("--year", required=True, metavar="ÅR", help="läsår, som 2025/26, eller kalenderår, som 2026")
    parser.add_argument("--json", action="store_true", help="som JSON")
    parser.add_argument("--format", choices=("svg",), help="rita årshjulet i stället för att lista det")
    parser.add_argument("--rings", choices=tuple(RINGS), default="level", help="ringarna är nivåer eller slag")
    parser.add_argument("--output", type=Path, metavar="FIL", help="var bilden skrivs; annars på skärmen")


def run(options: argparse.Namespace) -> int:
    node, cycles = _asked(options.node, options.year)
    if options.format:
        return _draw(node, options)
    rows = [_row(entry) for entry in _entries(node, cycles)]
    if options.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for row in rows:
        print("\t".join(str(value) for value in row.values()))
    return 0


def _draw(node: Node, options: argparse.Namespace) -> int:
    """The wheel as a picture that stands alone."""
    from django.utils import timezone

    from styrkedja.wheel.pages.picturing import svg_of

    svg = svg_of(node, options.year, timezone.localdate(), RINGS[options.rings])
    output: Path | None = options.output
    if output is None:
        print(svg)
        return 0
    try:
        output.write_text(svg, encoding="utf-8")
    except OSError as error:
        raise Unusable(f"{output} går inte att skriva: {error.strerror}") from error
    print(f"{node.name}, {options.year}: {output}")
    return 0


def _asked(code: str, year: str) -> tuple[Node, list[AnnualCycle]]:
    """The node, and the published years it works by that are of this period. Raises Unusable."""
    from styrkedja.core.periods import is_period
    from styrkedja.organisation.queries import node_by_code
    from styrkedja.wheel.tasks.queries import cycles_of

    if not is_period(year):
        raise Unusable(f"inte ett år (2025/26 eller 2026): {year or '(tomt)'}")
    node = node_by_code(code)
    if node is None:
        raise Unusable(f"ingen nod har koden {code or '(tom)'}")
    cycles = [one for one in cycles_of(_tree(), node) if one.period == year]
    if not cycles:
        raise Unusable(f"{node.name} har inget publicerat årshjul för {year}")
    return node, cycles


def _tree() -> Any:
    from django.utils import timezone

    from styrkedja.organisation.tree import tree_on

    return tree_on(timezone.localdate())


def _entries(node: Node, cycles: list[AnnualCycle]) -> list[Entry]:
    from styrkedja.wheel.tasks.reading import entries_of

    return entries_of(_tree(), node, cycles)


def _row(entry: Entry) -> dict[str, Any]:
    """node: whose it is; of what many places below do, the node asked about."""
    return {
        "number": entry.activity.number,
        "title": entry.title,
        "kind": entry.activity.kind,
        "start": entry.starts.isoformat(),
        "end": entry.ends.isoformat(),
        "responsible": entry.responsible,
        "node": entry.node.name,
        "state": entry.state.value,
    }
