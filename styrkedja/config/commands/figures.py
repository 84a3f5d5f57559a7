"""`styrkedja figures`: indicators as their sources published them, for scripts and for checking against the files."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from styrkedja.config.cli import Unusable

if TYPE_CHECKING:
    from styrkedja.indicators.figures import Figure
    from styrkedja.observations.models import StatisticalUnit

HELP = "ge siffror som JSON: för namngivna enheter eller alla"


def configure(parser: argparse.ArgumentParser) -> None:
    whom = parser.add_mutually_exclusive_group(required=True)
    whom.add_argument(
        "--unit", nargs="+", action="extend", metavar="KOD",
        help="skolenhet (8 siffror), kommun (4), huvudman (10), riket, eller huvudman för vår egen",
    )  # fmt: skip
    whom.add_argument("--all", action="store_true", help="alla enheter")
    parser.add_argument("--indicator", nargs="+", action="extend", metavar="ID", help="bara dessa indikatorer")
    parser.add_argument(
        "--period", nargs="+", action="extend", metavar="P", help="bara dessa perioder, som 2024/25 eller 2024"
    )
    parser.add_argument("--group", choices=("T", "K", "M"), help="T alla, K flickor, M pojkar")
    form = parser.add_mutually_exclusive_group(required=True)
    form.add_argument("--json", action="store_true", help="en lista")
    form.add_argument("--jsonl", action="store_true", help="en rad var, allt eftersom")


def run(options: argparse.Namespace) -> int:
    from styrkedja.core.periods import is_period
    from styrkedja.indicators.catalogue import catalogue
    from styrkedja.indicators.queries import as_published

    if unknown := set(options.indicator or ()) - catalogue().keys():
        raise Unusable(f"det finns ingen indikator {', '.join(sorted(unknown))}")
    if wrong := [p for p in options.period or () if not is_period(p)]:
        raise Unusable(f"inte en period (2024/25 eller 2024): {', '.join(wrong)}")
    figures = as_published(
        None if options.all else _units(options.unit),
        indicators=options.indicator,
        periods=options.period,
        groups=[options.group] if options.group else None,
    )
    _write(map(_row, figures), lines=options.jsonl)
    return 0


def _units(codes: list[str]) -> list[StatisticalUnit]:
    """Statistical units by code; one nothing has been imported about gives none. Raises Unusable for no code."""
    from styrkedja.observations.queries import units_named
    from styrkedja.organisation.models import Organiser

    found = []
    for code in dict.fromkeys(codes):
        if code == "huvudman":
            organiser = Organiser.objects.first()
            if organiser is None:
                raise Unusable("det finns ingen huvudman än")
            found += list(units_named(organiser.organisation_number))
            continue
        if not re.fullmatch(r"[\w-]{2,20}", code):
            raise Unusable(f"inte en enhets kod: {code}")
        found += list(units_named(code))
    return list({unit.pk: unit for unit in found}.values())


def _row(f: Figure) -> dict[str, Any]:
    return {
        "unit": f.code, "kind": f.kind, "indicator": f.indicator, "period": f.period, "group": f.group,
        "place": f.place, "state": f.state, "value": f.value, "n": f.n, "source": f.source, "batch": f.batch,
        "part": f.part, "population": f.population, "organiser": f.organiser,
    }  # fmt: skip


def _write(rows: Iterator[dict[str, Any]], *, lines: bool) -> None:
    encode = json.JSONEncoder(ensure_ascii=False).encode
    out = sys.stdout
    if lines:
        out.writelines(encode(row) + "\n" for row in rows)
        return
    out.write("[")
    for number, row in enumerate(rows):
        out.write(("," if number else "") + "\n" + encode(row))
    out.write("\n]\n")
