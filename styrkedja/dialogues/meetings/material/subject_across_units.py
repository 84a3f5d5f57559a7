"""A school subject at each unit: grades and national tests side by side, by name and never ranked (S3.6)."""

from __future__ import annotations

import re
from typing import Any

from styrkedja.analyses import quoted
from styrkedja.core.charts import draw_for_page
from styrkedja.indicators import display
from styrkedja.indicators.catalogue import catalogue
from styrkedja.indicators.series import Key

from .figures import Seen, UnitFigures, both
from .scope import Scope

MEASURES = ("subject_points", "np_points", "np_net", "pass_subject_y6", "np3_all_parts")
SHORT = {"ma": "mat"}  # what parts call a subject in short
WIDE = 860


def subjects() -> dict[str, str]:
    """The subjects a meeting can be about, by id, in the reader's language."""
    return {id: str(part.name) for id, part in catalogue()["subject_points"].parts.items() if id}


def subject_of(part: str) -> str:
    """The subject of a part: "mat" of "mat", "ma9" and "mat6"; what stands for two subjects is of neither."""
    word = re.sub(r"\d+$", "", part)
    return SHORT.get(word, word)


def build(scope: Scope) -> dict[str, Any]:
    """groups: measures counted in the same unit, a row a unit. Without a subject: the grades of every subject."""
    figures = UnitFigures(scope, MEASURES, years=2)
    of_units = [(unit, figures.series(unit)) for unit in scope.units]
    subject = scope.meeting.subject
    columns: list[Key] = []
    for _unit, series in of_units:
        columns += [key for key in series if key not in columns and _wanted(key, subject)]
    order = {id: place for place, id in enumerate(MEASURES)}
    groups: dict[str, list[Key]] = {}
    for key in sorted(columns, key=lambda key: order[key[0]]):
        groups.setdefault(catalogue()[key[0]].unit, []).append(key)
    rows = [(unit, series) for unit, series in of_units if any(key in series for key in columns)]
    return {
        "subject": subject,
        "groups": [
            {
                "unit_word": both(lambda keys=keys: display.unit_word(catalogue()[keys[0][0]])),  # type: ignore[misc]
                "columns": [both(lambda key=key: catalogue()[key[0]].label(key[1])) for key in keys],  # type: ignore[misc]
                "rows": [
                    {
                        "node": str(unit.pk),
                        "name": unit.name,
                        "cells": [figures.keep(unit, series[key].latest) if key in series else None for key in keys],
                    }
                    for unit, series in rows
                ],
            }
            for keys in groups.values()
        ],
        "without": [unit.name for unit, series in of_units if not any(key in series for key in columns)],
    }


def _wanted(key: Key, subject: str) -> bool:
    return subject_of(key[1]) == subject if subject else key[0] == "subject_points"


def show(body: dict[str, Any], seen: Seen) -> dict[str, Any]:
    """{"groups": [{"columns", "rows": [{"name", "cells": [figure]}], "chart": svg}], "without", "subject_name"}."""
    groups = []
    for group in body["groups"]:
        rows = [{**row, "cells": [seen.figure(cell) for cell in row["cells"]]} for row in group["rows"]]
        columns = [quoted.said(words) for words in group["columns"]]
        unit_word = quoted.said(group["unit_word"])
        groups.append(
            {"columns": columns, "rows": rows, "unit_word": unit_word, "chart": _heat(columns, rows, unit_word)}
        )
    return {**body, "groups": groups, "subject_name": subjects().get(body["subject"], "")}


def _heat(columns: list[str], rows: list[dict[str, Any]], unit_word: str) -> str:
    nothing = {"display": "–", "value": None, "state": "missing"}
    data: dict[str, Any] = {
        "unit": unit_word,
        "columns": columns,
        "rows": [
            {
                "label": row["name"],
                "cells": [
                    {key: cell[key] for key in ("display", "value", "state")} if cell else nothing
                    for cell in row["cells"]
                ],
            }
            for row in rows
        ],
    }
    alt = "; ".join(f"{r['label']}: " + ", ".join(c["display"] for c in r["cells"]) for r in data["rows"])
    return draw_for_page("heat", data, title=", ".join(columns), alt=alt, width=WIDE)
