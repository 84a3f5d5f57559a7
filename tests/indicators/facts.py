"""Facts for the tests of figures: observations written as the tests need them, apart from any file."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from styrkedja.core.values import Group, Population, State
from styrkedja.indicators.figures import Figure
from styrkedja.observations.models import Batch, Facet, Measure, Observation, StatisticalUnit

READ = dt.datetime(2025, 10, 1, 12, tzinfo=dt.UTC)


def batch(source: str = "skv_slutbetyg9", at: dt.datetime = READ) -> Batch:
    return Batch.objects.create(
        uid=uuid.uuid4(), format=source, source=source, file_name="f", sha256=uuid.uuid4().hex, stored_as="f",
        retrieved_at=at, committed_at=at,
    )  # fmt: skip


def unit(kind: str, code: str, name: str = "", organiser: str = "") -> StatisticalUnit:
    found, _made = StatisticalUnit.objects.get_or_create(
        kind=kind, code=code, organiser=organiser, defaults={"name": name or code}
    )
    return found


def observe(about: StatisticalUnit, source: str, measure: str, rows: Iterable[dict[str, Any]], of: Batch | None = None):
    """Rows of {period, value?, state?, n?, numerator?, group?, place?, raw?} in one batch."""
    of = of or batch(source)
    known, _made = Measure.objects.get_or_create(source=source, code=measure)
    stored = []
    for row in rows:
        when_and_whom = {"group": "T", "place": "", "population": "all"}
        when_and_whom |= {key: row[key] for key in ("period", *when_and_whom) if key in row}
        facet, _made = Facet.objects.get_or_create(**when_and_whom)
        says = {"state": "shown"} | {key: value for key, value in row.items() if key not in when_and_whom}
        stored.append(Observation(unit=about, measure=known, facet=facet, batch=of, **says))
    Observation.objects.bulk_create(stored)
    return of


def figure(**changes: Any) -> Figure:
    """A figure: 40 of 50 pupils of one school, 2024/25; `changes` say what is different."""
    fields: dict[str, Any] = {
        "kind": "school_unit", "code": "11111111", "organiser": "", "name": "Björkskolan",
        "indicator": "pass_all_final", "part": "", "period": "2024/25", "group": Group.ALL.value, "place": "",
        "population": Population.ALL.value, "state": State.SHOWN.value, "value": 80.0, "n": 50, "numerator": None,
        "source": "skv_slutbetyg9", "batch": "b", "retrieved_at": READ, "raw": None,
    }  # fmt: skip
    return Figure(**(fields | changes))
