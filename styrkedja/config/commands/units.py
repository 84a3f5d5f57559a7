"""`styrkedja units FILE`: the organiser's units from the national register, the list of preschools or our template."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import tempfile
from pathlib import Path
from typing import Any

from styrkedja.config.cli import Unusable

HELP = "läs in enheter från en fil i kedjan"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FIL", type=Path, help="Skolverkets register, listan över förskolor eller vår mall"
    )
    parser.add_argument(
        "--under", metavar="NAMN", help="nod som nya enheter läggs under (annars den enda förvaltningen)"
    )
    parser.add_argument(
        "--first-day",
        type=dt.date.fromisoformat,
        metavar="DAG",
        help="nya enheters första dag där filen inte ger någon, som 2024-07-01",
    )
    parser.add_argument("--dry-run", action="store_true", help="säg vad som skulle göras, skriv ingenting")
    parser.add_argument("--json", action="store_true", help="som JSON")


def run(options: argparse.Namespace) -> int:
    from styrkedja.core.errors import Refused
    from styrkedja.intake.messages import UnusableFile
    from styrkedja.intake.units.parsing import parse_units

    if not options.file.is_file():
        raise Unusable(f"{options.file}: filen finns inte")
    try:
        with tempfile.TemporaryDirectory(prefix="enheter-") as folder:
            read = parse_units(options.file, work_dir=Path(folder))
        answer = _load(options, read)
    except UnusableFile as refusal:
        raise Unusable(f"{options.file.name}: {refusal.message_sv}") from refusal
    except Refused as refusal:
        raise Unusable(str(refusal)) from refusal
    answer |= {"errors": [error.as_json() for error in read.errors]}
    if options.json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        _print(answer)
    return 0


def _load(options: argparse.Namespace, read: Any) -> dict[str, Any]:
    """Compare, and write unless it is a rehearsal. Names by what is done with them: add, change, close, left."""
    from django.utils import timezone

    from styrkedja.organisation import unit_actions, unit_lists
    from styrkedja.organisation.models import Organiser
    from styrkedja.organisation.tree import tree_on

    organiser = Organiser.objects.first()
    if organiser is None:
        raise Unusable("det finns ingen huvudman i databasen")
    tree = tree_on(timezone.localdate())
    reach = set(tree.nodes)
    comparison = unit_lists.compare(read.rows, organiser=organiser, tree=tree, reach=reach)
    if not options.dry_run and comparison.changes:
        kept = unit_actions.keep_unit_list(
            file_name=options.file.name, form=read.form, rows=read.rows, errors=[vars(e) for e in read.errors], by=None
        )
        unit_actions.load_units(
            units=kept,
            take={change.key for change in comparison.changes},
            under=_place(unit_lists.places(tree, reach), options.under),
            first_day=options.first_day or timezone.localdate(),
            fingerprint=comparison.fingerprint,
            reach=reach,
            by=None,
        )
    done = {what: [c.row.name for c in comparison.changes if c.what == what] for what in ("add", "change", "close")}
    return {
        "file": options.file.name,
        "form": read.form,
        **done,
        "left": {why: [row.name for row in rows] for why, rows in comparison.left.items()},
        "unmentioned": [node.name for node in comparison.unmentioned],
    }


def _place(places: list[Any], named: str | None) -> Any:
    """The node new units lie under; None where it cannot be told, which is refused only if one is needed."""
    from styrkedja.organisation.models import NodeKind

    if named:
        found = [n for n in places if n.name.casefold() == named.casefold()]
        if len(found) != 1:
            raise Unusable(f"{named}: ingen plats för enheter, eller flera, med det namnet")
        return found[0]
    offices = [n for n in places if n.kind == NodeKind.ADMINISTRATION]
    return offices[0] if len(offices) == 1 else None


def _print(answer: dict[str, Any]) -> None:
    for what, words in (("add", "nya"), ("change", "ändrade"), ("close", "avslutade")):
        print(f"{words}: {len(answer[what])}" + "".join(f"\n  {name}" for name in answer[what]))
    for error in answer["errors"]:
        print(f"rad {error['row']}, {error['column']}: {error['value']}: {error['message']}")
