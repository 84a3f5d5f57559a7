"""What a person sees before confirming: what the file is, what it would change, a few of its values. Reads only.

The result is plain JSON (`build`), kept with the upload, in no language: names of states, codes of messages, the
file's own words.
"""

from __future__ import annotations

import csv
from typing import Any

import polars as pl

from styrkedja.core.sorting import swedish_key
from styrkedja.observations import loading
from styrkedja.observations.queries import standing_batch
from styrkedja.organisation.models import Node

from .context import local_indicators
from .formats import formats, local
from .parsing import ParseResult

SAMPLE = 12  # rows shown
UNITS_NAMED = 200  # own units named at most


def build(result: ParseResult, own: list[Node]) -> dict[str, Any]:
    """`own`: nodes the person may import figures about. Keys as the templates read them."""
    comparison = loading.compare(result.work_dir, source=result.source)
    same = standing_batch(sha256=result.sha256, format=result.format, observations=result.observations)
    units = _lines(result.units_path)
    ours = _ours(units, own)
    found = {
        "format": result.format,
        "format_title": formats()[result.format].TITLE,
        "title": result.title,
        "source": result.source,
        "retrieved_at": result.retrieved_at.isoformat() if result.retrieved_at else None,
        "rows": result.rows,
        "observations": result.observations,
        "measures": result.measures,
        "states": dict(result.states),
        "periods": list(result.periods),
        "new": comparison.new,
        "changed": comparison.changed,
        "unchanged": comparison.unchanged,
        "units": result.units,
        "new_units": comparison.new_units,
        "own_units": sorted((node.name for node in ours.values()), key=swedish_key)[:UNITS_NAMED],
        "own_count": len({node.pk for node in ours.values()}),
        "own_total": len(own),
        "sample": _sample(result, units, ours),
        "error_count": result.error_count,
        "errors": [vars(error) for error in result.errors],
        "warnings": [vars(warning) for warning in result.warnings],
        "same_batch": str(same.uid) if same else None,
    }
    return {key: _storable(value) for key, value in found.items()}


def _lines(path: Any) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _ours(units: list[dict[str, str]], own: list[Node]) -> dict[int, Node]:
    """Lines of units.csv that are nodes of ours."""
    by_code = {(node.statistical_kind, node.statistical_code): node for node in own}
    found = ((line, by_code.get((unit["kind"], unit["code"]))) for line, unit in enumerate(units))
    return {line: node for line, node in found if node is not None}


def _sample(result: ParseResult, units: list[dict[str, str]], ours: dict[int, Node]) -> list[dict[str, Any]]:
    """A few rows to recognise the file by: of our own units if it has any, and one of every state."""
    measures, facets = _lines(result.measures_path), _lines(result.facets_path)
    rows = pl.scan_csv(result.observations_path, has_header=False, schema=loading.SCHEMA)
    if ours:
        rows = rows.filter(pl.col("unit").is_in(list(ours)))
    of_each_state = rows.group_by("state", maintain_order=True).head(1)
    picked = pl.concat([of_each_state.select(*loading.SCHEMA), rows.head(SAMPLE)]).unique(maintain_order=True)
    names = {entry.id: entry.name for entry in local_indicators()} if result.format == local.ID else {}
    shown = []
    for row in picked.head(SAMPLE).sort(loading.IDENTITY).collect().iter_rows(named=True):
        unit = units[row["unit"]]
        node = ours.get(row["unit"])
        shown.append(
            {
                "unit": node.name if node else unit["name"] or unit["code"],
                "code": unit["code"],
                "measure": measures[row["measure"]]["title"] or measures[row["measure"]]["code"],
                "names": names.get(measures[row["measure"]]["code"].partition("/")[0]),
                **{name: facets[row["facet"]][name] for name in ("period", "grp", "place")},
                **{name: row[name] for name in ("state", "value", "n", "raw")},
            }
        )
    return shown


def _storable(value: Any) -> Any:
    """The value without NUL characters, which JSON in the database cannot hold."""
    if isinstance(value, str):
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}")
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_storable(item) for item in value]
    return value
