"""`styrkedja obligations --node CODE --json`: what a node owes and is owed, the late first."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from styrkedja.config.cli import Unusable

if TYPE_CHECKING:
    from styrkedja.dialogues.owing import Owed

HELP = "lista vad en nod är skyldig och väntar på"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--node", required=True, metavar="KOD", help="en enhets kod, eller huvudman för vår egen")
    parser.add_argument("--json", action="store_true", help="som JSON")


def run(options: argparse.Namespace) -> int:
    from styrkedja.dialogues.owing import owed_by, owed_to
    from styrkedja.organisation.queries import node_by_code

    node = node_by_code(options.node)
    if node is None:
        raise Unusable(f"ingen nod har koden {options.node or '(tom)'}")
    rows = [*(_row("owe", o) for o in owed_by([node.pk])), *(_row("owed", o) for o in owed_to([node.pk]))]
    if options.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for row in rows:
        print("\t".join(str(value) for value in row.values()))
    return 0


def _row(direction: str, owed: Owed) -> dict[str, Any]:
    """`from` owes `to`, whichever of them is asked about."""
    return {
        "direction": direction,
        "kind": owed.kind,
        "from": owed.owes.name,
        "to": owed.to.name,
        "due": owed.due.isoformat(),
        "age_days": owed.age_days,
        "state": owed.state,
    }
