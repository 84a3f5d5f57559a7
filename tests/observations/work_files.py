"""Writes the work files of a parsed import by hand, so that storing is tested apart from parsing."""

import csv
import datetime as dt
import hashlib
import uuid

from styrkedja.observations.actions import IncomingBatch

UTC = dt.UTC


def incoming(folder, rows, *, source="skv_slutbetyg9", names=None, uid=None, sha256=None, format="slutbetyg9"):
    """rows: (unit (kind, code, organiser), measure, period, group, state, value, n, raw)."""
    folder.mkdir(exist_ok=True)
    units = list(dict.fromkeys(row[0] for row in rows))
    measures = list(dict.fromkeys(row[1] for row in rows))
    with (folder / "units.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["unit", "kind", "code", "organiser", "name", "row", "column"])
        for line, unit in enumerate(units):
            writer.writerow([line, *unit, (names or {}).get(unit[1], ""), 1, ""])
    with (folder / "measures.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["measure", "code", "title"])
        writer.writerows([line, code, code.capitalize()] for line, code in enumerate(measures))
    facets = list(dict.fromkeys((row[2], row[3]) for row in rows))
    with (folder / "facets.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["facet", "period", "grp", "place", "population"])
        writer.writerows([line, *facet, "", "all"] for line, facet in enumerate(facets))
    lines = []
    for unit, measure, period, group, state, value, n, raw in rows:
        places = units.index(unit), measures.index(measure), facets.index((period, group))
        cells = [*places, state, value, n, None, raw]
        lines.append(",".join("" if cell is None else str(cell) for cell in cells) + "\n")
    text = "".join(lines)
    (folder / "observations.csv").write_text(text, encoding="utf-8")
    states = {}
    for row in rows:
        states[row[4]] = states.get(row[4], 0) + 1
    return IncomingBatch(
        uid=uid or uuid.uuid4(),
        format=format,
        source=source,
        file_name="betyg.csv",
        sha256=sha256 or hashlib.sha256(text.encode()).hexdigest(),
        stored_as="import/x.csv",
        retrieved_at=dt.datetime(2025, 10, 1, tzinfo=UTC),
        rows=len(units),
        observations=len(rows),
        states=states,
        periods=sorted({row[2] for row in rows}),
        folder=folder,
    )
