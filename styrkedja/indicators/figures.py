"""Observations as figures of indicators. The second step of *Var är vi?*: what the sources' measures say.

One figure per source: sources are never merged into one another, for what one hides another may show, and joining
them would undo the hiding. `preferred` picks which one a page leads with, and the page names it.

Private to this room: nothing here is masked. Pages, exports and reports ask `indicators.queries`, which passes every
figure through `indicators.disclosure` (a test holds the other rooms to that).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from styrkedja.core import periods as period_kinds
from styrkedja.core.values import Population, State
from styrkedja.observations.models import Batch, StatisticalUnit
from styrkedja.observations.queries import (
    ObservationRow,
    Version,
    current,
    measures_with,
    stream_current,
    version_of_current,
)

from .catalogue import CALC, LOCAL, Indicator, Source, catalogue
from .sources import source_name
from .statistics.intervals import wilson


class UnitKey(NamedTuple):
    """Whom a figure is about, as the outside world names it."""

    kind: str
    code: str


_end_year = cache(period_kinds.end_year)


@dataclass(frozen=True, slots=True)
class Figure:
    """One value of one indicator from one source.

    value is None unless the state is shown or a numeric approximate, in the indicator's unit. n is how many pupils,
    respondents or cases it is about, numerator how many of them count; None where the source does not say. raw is the
    source's own symbol. break_before: the definition changed with this period. small: hidden from others, too few.
    operands: of a calculated figure those it was made of, which must all be fit to be shown.
    """

    kind: str
    code: str
    organiser: str
    name: str
    indicator: str
    part: str
    period: str
    group: str
    place: str
    population: str
    state: str
    value: float | None
    n: int | None
    numerator: float | None
    source: str
    batch: str
    retrieved_at: dt.datetime
    raw: str | None
    break_before: bool = False
    small: bool = False
    operands: tuple[Figure, ...] = ()

    @property
    def unit(self) -> UnitKey:
        return UnitKey(self.kind, self.code)

    @property
    def end_year(self) -> int:
        return _end_year(self.period)

    @property
    def definition(self) -> Indicator:
        return catalogue()[self.indicator]

    @property
    def counts(self) -> tuple[float, int] | None:
        """(numerator, n) of a share whose n is known; the numerator of a rounded share is a fraction."""
        if self.state != State.SHOWN or self.value is None or not self.n or self.definition.kind != "share":
            return None
        if self.definition.counts in ("staff", "time"):
            return None
        exact = self.numerator if self.numerator is not None else self.value / 100 * self.n
        return min(max(exact, 0.0), float(self.n)), self.n

    @property
    def interval(self) -> tuple[float, float] | None:
        """What chance alone could give, in percent; None wherever n is unknown."""
        counts = self.counts
        if counts is None:
            return None
        low, high = wilson(*counts)
        return 100 * low, 100 * high


class Meaning(NamedTuple):
    """What a measure is in the catalogue."""

    indicator: Indicator
    source: Source


class _BatchNote(NamedTuple):
    uid: str
    retrieved_at: dt.datetime


@lru_cache(maxsize=4)
def _known(version: Version) -> tuple[dict[int, Meaning], dict[int, _BatchNote]]:
    """What the imported measures mean and where the batches came from, as long as nothing is imported or undone."""
    known = _in_catalogue()
    meanings = {}
    for id, source, code in measures_with(codes=(code for _source, code in known), source=LOCAL):
        if meaning := known.get((source, code)) or _own_measure(source, code):
            meanings[id] = meaning
    batches = Batch.objects.filter(pk__lte=version.last).values_list("pk", "uid", "retrieved_at")
    return meanings, {id: _BatchNote(str(uid), at) for id, uid, at in batches}


class Lookups:
    """What one page's figures stand on: the batches of a moment, and what their measures mean."""

    def __init__(self, indicators: Collection[str] | None = None, *, version: Version | None = None) -> None:
        self.indicators = None if indicators is None else frozenset(indicators)
        self.version = version or version_of_current()

    @cached_property
    def meanings(self) -> dict[int, Meaning]:
        """What each imported measure means, by its id."""
        meanings, _batches = _known(self.version)
        if self.indicators is None:
            return meanings
        wanted = _with_operands(self.indicators)
        return {id: meaning for id, meaning in meanings.items() if meaning.indicator.id in wanted}

    def only(self, indicator: str) -> Lookups:
        """The same, for one indicator; asks nothing again."""
        return Lookups([indicator], version=self.version)

    @property
    def batches(self) -> dict[int, _BatchNote]:
        return _known(self.version)[1]


def raw_figures(
    units: Collection[StatisticalUnit] | None,
    *,
    lookups: Lookups | None = None,
    periods: Collection[str] | None = None,
    groups: Collection[str] | None = None,
) -> Iterator[Figure]:
    """Every figure of the units (None: of all units, read as a stream), unit by unit; nothing masked.

    One query beside those of `lookups`, whatever the number of units, years and indicators; for all units one more.
    """
    lookups = lookups or Lookups()
    meanings, wanted = lookups.meanings, lookups.indicators
    known = {u.pk: u for u in (StatisticalUnit.objects.all() if units is None else units)}
    read = stream_current if units is None else current
    rows = read(
        units=None if units is None else known,
        measures=meanings,
        periods=periods,
        groups=groups,
        version=lookups.version,
    )
    for unit_id, of_unit in groupby(rows, key=attrgetter("unit_id")):
        found = figures_of_rows(known[unit_id], of_unit, lookups)
        yield from (found if wanted is None else (f for f in found if f.indicator in wanted))


def figures_of_rows(unit: StatisticalUnit, rows: Iterable[ObservationRow], lookups: Lookups) -> list[Figure]:
    """The figures of one unit's observations, and those calculated from them; nothing masked."""
    meanings, batches = lookups.meanings, lookups.batches
    found = [_figure(unit, row, meanings[row.measure_id], batches[row.batch_id]) for row in rows]
    return found + _differences(found)


def preferred(figures: Iterable[Figure]) -> dict[tuple[str, str, str, str], Figure]:
    """One figure for each (indicator, part, period, group): of the catalogue's first source that reported anything.

    A source that hides its value is not passed over for one that shows it; only "not reported" gives way.
    """
    best: dict[tuple[str, str, str, str], tuple[tuple[bool, int], Figure]] = {}
    for figure in figures:
        key = (figure.indicator, figure.part, figure.period, figure.group)
        rank = (figure.state == State.MISSING, source_rank(figure))
        if key not in best or rank < best[key][0]:
            best[key] = (rank, figure)
    return {key: figure for key, (_rank, figure) in best.items()}


def source_rank(figure: Figure) -> int:
    """The place of a figure's source and place tag in the catalogue's order; own data come after official."""
    order = _source_order(figure.indicator)
    return order.get((figure.source, figure.part, figure.place, figure.population), len(order))


@cache
def _source_order(indicator: str) -> dict[tuple[str, str, str, str], int]:
    order: dict[tuple[str, str, str, str], int] = {}
    for position, s in enumerate(catalogue()[indicator].sources):
        order.setdefault((s.source, s.part, s.place, s.population or Population.ALL), position)
    return order


def aggregate(members: Collection[Figure]) -> tuple[float, int] | None:
    """(numerator, n) of a whole from its members' counts; None unless both are known for every member.

    Of disclosed figures: a member that is hidden has no counts, so the whole is not told and cannot be subtracted from.
    """
    if not members or any(f.numerator is None or f.n is None or f.state != State.SHOWN for f in members):
        return None
    if any(f.definition.counts == "time" for f in members):  # hours of so many people: n is not what was divided by
        return None
    return sum(f.numerator or 0 for f in members), sum(f.n or 0 for f in members)


def _with_operands(indicators: Collection[str]) -> set[str]:
    return {*indicators, *(id for i in indicators for id in catalogue()[i].difference or ())}


@cache
def _in_catalogue() -> dict[tuple[str, str], Meaning]:
    return {(s.source, s.measure): Meaning(i, s) for i in catalogue().values() for s in i.sources}


def _own_measure(source: str, code: str) -> Meaning | None:
    """Own data name the indicator themselves: "absence_total" or "absence_total/ak7"."""
    id, _slash, part = code.partition("/")
    if source != LOCAL or id not in catalogue():
        return None
    return Meaning(catalogue()[id], Source(LOCAL, code, part=part))


def _figure(unit: StatisticalUnit, row: ObservationRow, meaning: Meaning, batch: _BatchNote) -> Figure:
    indicator, source = meaning
    return Figure(
        kind=unit.kind,
        code=unit.code,
        organiser=unit.organiser,
        name=unit.name,
        indicator=indicator.id,
        part=source.part,
        period=row.period,
        group=row.group,
        place=source.place or row.place,
        population=source.population or row.population,
        state=row.state,
        value=row.value,
        n=row.n,
        numerator=row.numerator,
        source=source.source,
        batch=batch.uid,
        retrieved_at=batch.retrieved_at,
        raw=row.raw,
        break_before=_breaks_at(indicator.id, row.period, unit.kind),
    )


@cache
def _breaks_at(indicator: str, period: str, level: str) -> bool:
    year = period_kinds.end_year(period)
    return any(
        period_kinds.end_year(b.period) == year and (not b.levels or level in b.levels)
        for b in catalogue()[indicator].breaks
    )


DIFFERENCE_DECIMALS = 4
# Of two values only one of which is known, the difference is as unknown as the worse of them.
_WORST = (State.SUPPRESSED, State.NOT_APPLICABLE, State.MISSING, State.APPROXIMATE)


def _differences(figures: Collection[Figure]) -> list[Figure]:
    """Calculated indicators of one unit: a difference of two figures of the same source, period, group and place."""
    made: list[Figure] = []
    for indicator in catalogue().values():
        if not indicator.difference:
            continue
        of, less = ({_identity(f): f for f in figures if f.indicator == id} for id in indicator.difference)
        first_source: dict[tuple[str, ...], Figure] = {}
        for key in sorted((key for key in of if key in less), key=lambda key: source_rank(of[key])):
            first_source.setdefault(key[1:], _difference(indicator, of[key], less[key]))
        made += first_source.values()
    return made


def _identity(f: Figure) -> tuple[str, ...]:
    return (f.source, f.organiser, f.part, f.period, f.group, f.place, f.population)


def _difference(indicator: Indicator, of: Figure, less: Figure) -> Figure:
    states = {of.state, less.state}
    state = next((s for s in _WORST if s in states), State.SHOWN)
    known = state == State.SHOWN and of.value is not None and less.value is not None
    later = max(of, less, key=lambda f: f.retrieved_at)
    return replace(
        of,
        indicator=indicator.id,
        state=State.SUPPRESSED if state == State.APPROXIMATE else state,
        value=round(of.value - less.value, DIFFERENCE_DECIMALS) if known else None,  # type: ignore[operator]
        n=min(of.n, less.n) if of.n is not None and less.n is not None else None,
        numerator=None,
        source=CALC,
        batch=later.batch,
        retrieved_at=later.retrieved_at,
        raw=None,
        break_before=_breaks_at(indicator.id, of.period, of.kind),
        operands=(of, less),
    )


def publisher(figure: Figure) -> str:
    """Whose statistics a figure is: years of one publisher may stand in one line."""
    return source_name(figure.source).publisher
