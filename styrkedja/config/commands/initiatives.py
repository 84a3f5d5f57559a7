"""`styrkedja initiatives --node KOD --json`: a node's initiatives and those below it, expected beside actual."""

from __future__ import annotations

import argparse
import json

from styrkedja.config.unusable import Unusable

HELP = "lista insatser vid en nod och under den, med förväntat, faktiskt och dom"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--node", required=True, metavar="KOD", help="enhetens kod, eller huvudman")
    parser.add_argument("--json", action="store_true", help="som JSON")


def run(options: argparse.Namespace) -> int:
    from styrkedja.organisation.queries import node_by_code
    from styrkedja.plans.initiatives.exports import initiatives_of

    node = node_by_code(options.node)
    if node is None:
        raise Unusable(f"det finns ingen nod med koden {options.node}")
    rows = initiatives_of(node)
    if options.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for row in rows:
        late = "försenad" if row["overdue"] else ""
        print(
            "\t".join(str(row[key] or "") for key in ("state", "title", "expected", "actual", "verdict")) + f"\t{late}"
        )
    return 0
