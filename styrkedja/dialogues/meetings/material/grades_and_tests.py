"""A unit's grades and national tests: the latest year beside the years before and others. *Var är vi?*"""

from __future__ import annotations

from typing import Any

from styrkedja.analyses import quoted
from styrkedja.organisation.models import Node

from .figures import Seen, UnitFigures, both
from .scope import Scope

GRADES = (
    "pass_all_final", "merit17", "elig_yr", "pass_all_y6", "pass_subject_y6", "np3_all_parts", "subject_points",
    "np_points", "np_net", "salsa_merit_res", "exam_3y", "gbp_exam", "he_elig",
)  # fmt: skip


def build(scope: Scope) -> dict[str, Any]:
    figures = UnitFigures(scope, GRADES)
    return {"units": [_of_unit(figures, unit) for unit in scope.units]}


def _of_unit(figures: UnitFigures, unit: Node) -> dict[str, Any]:
    rows = []
    for (indicator, part), series in figures.series(unit).items():
        kept = [one for f in series.whole if (one := figures.keep(unit, f)) is not None]
        latest = figures.keep(unit, series.latest)
        if latest is None:
            continue
        rows.append(
            {
                "indicator": indicator,
                "part": part,
                "label": both(lambda series=series: series.label),  # type: ignore[misc]
                "figure": latest,
                "earlier": [one for one in kept if one["period"] != latest["period"]],
                "beside": figures.beside(unit, series),
                "breaks": [{"period": b.period, **both(lambda b=b: str(b.text))} for b in series.breaks],  # type: ignore[misc]
            }
        )
    return {"node": str(unit.pk), "name": unit.name, "rows": rows}


def show(body: dict[str, Any], seen: Seen) -> dict[str, Any]:
    """{"units": [{"name", "rows": [{"label", "figure", "earlier": [figure], "beside": [text], "breaks"}], "breaks"}]}.

    breaks: of a row the periods, of a unit what they mean: {(period, text)}, each once.
    """
    return {"units": [_shown(unit, seen) for unit in body["units"]]}


def _shown(unit: dict[str, Any], seen: Seen) -> dict[str, Any]:
    rows = [
        {
            **row,
            "label": quoted.said(row["label"]),
            "figure": seen.figure(row["figure"]),
            "earlier": [seen.figure(one) for one in row["earlier"]],
            "beside": [quoted.said(words) for words in row["beside"]],
            "breaks": list(dict.fromkeys(b["period"] for b in row["breaks"])),
        }
        for row in unit["rows"]
    ]
    breaks = dict.fromkeys((b["period"], quoted.said(b)) for row in unit["rows"] for b in row["breaks"])
    return {**unit, "rows": rows, "breaks": sorted(breaks)}
