"""The one place that decides what leaves: which figures a reader may see, and what stands in for the others.

Every page, table, chart, CSV and report takes its figures from `indicators.queries`, and those from `disclose` here
(invariants 15 and 16). What a source has hidden stays hidden for everybody. Complementary suppression across units,
years and earlier publications belongs in `disclose` too: it already gets all figures of a view together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from styrkedja.core.values import Group, State, UnitKind
from styrkedja.indicators.catalogue import LOCAL, Indicator
from styrkedja.indicators.figures import Figure, UnitKey

from .limits import least, limits


class Told(Protocol):
    """What of a value decides whether it may be told; a `Figure`, or an observation on its way to become one."""

    @property
    def period(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def value(self) -> float | None: ...
    @property
    def n(self) -> int | None: ...
    @property
    def numerator(self) -> float | None: ...


@dataclass(frozen=True)
class Audience:
    """Who reads: `full` names the units whose small figures they may see; everybody else's are masked."""

    name: str
    full: frozenset[UnitKey] = frozenset()

    def sees_all_of(self, unit: UnitKey) -> bool:
        return unit in self.full


SEXES = {Group.GIRLS.value, Group.BOYS.value}
NOTHING = ".."
MASKED = Audience("masked")  # logged in, without the right to unmasked figures
PUBLIC = Audience("public")  # a report: whoever gets hold of it


def disclose(figures: Iterable[Figure], audience: Audience) -> list[Figure]:
    """The figures as this audience may see them, in the order given.

    A hidden figure keeps what it is about and loses value, n, numerator and raw. One that only a reader with the right
    to it sees carries `small`, so that a page can say so.
    """
    result = list(figures)
    cells: dict[tuple[str, ...], list[int]] = {}
    for position, figure in enumerate(result):
        cells.setdefault(_cell(figure), []).append(position)
    for cell in cells.values():
        marks = _instead([result[i] for i in cell])
        for position, mark in zip(cell, marks, strict=True):
            if mark:
                figure = result[position]
                own = audience.sees_all_of(figure.unit)
                result[position] = replace(figure, small=True) if own else _masked(figure, mark)
    return result


def hides_more(today: Figure | None, *, state: str, value: float | None) -> bool:
    """Whether a figure kept with this state and value, as it was told on an earlier day, is told less of today.

    Who keeps figures shows today's then, to everybody without the right to all of it: the stricter of both days.
    """
    return today is not None and _hidden(today.state, today.value) > _hidden(state, value)


def _hidden(state: str, value: float | None) -> int:
    """0: the number is told, or nobody reported one; 1: that it is nearly all or none ("~100"); 2: nothing."""
    if value is not None:
        return 0
    return {State.SUPPRESSED: 2, State.APPROXIMATE: 1}.get(State(state), 0)


def withheld(told: Told, indicator: Indicator, source: str, level: str) -> bool:
    """Whether everybody but the unit itself is told something else than the number of a figure of all."""
    floor = least(source, level, told.period, indicator.counts)
    return bool(floor) and (_few(told, floor, indicator, source, level) or bool(_outside(told, indicator, source)))


def _cell(figure: Figure) -> tuple[str, ...]:
    """Figures that differ only in group belong together: one can be computed from the others."""
    f = figure
    return (f.kind, f.code, f.organiser, f.indicator, f.part, f.period, f.place, f.population, f.source)


def _instead(cell: list[Figure]) -> list[str]:
    """What others are told in place of each figure of a cell: "" itself, ".." nothing, "~100" or "~0" about it."""
    first = cell[0]
    floor = least(first.source, first.kind, first.period, first.definition.counts)
    if not floor:
        return [""] * len(cell)
    if len(cell) == 1:  # most figures: nobody gives their sexes
        return [NOTHING if _too_few(first, floor) else _outside(first, first.definition, first.source)]
    if all(f.n is None and f.source != LOCAL and not f.operands for f in cell):
        return [""] * len(cell)  # its publisher decided, and says no numbers to decide by
    hidden = {f.group for f in cell if _too_few(f, floor)}
    sizes = {f.group: f.n for f in cell}
    if Group.ALL in hidden or hidden & SEXES or _rest_too_few(sizes, floor):
        hidden |= SEXES  # one sex below the limit hides both; a small whole hides its parts
    # Own shares where only a few did not count, or did, are told as "~100" or "~0", and the other sex is then hidden.
    few = {f.group: mark for f in cell if f.group not in hidden and (mark := _outside(f, f.definition, f.source))}
    if few.keys() & SEXES:
        hidden |= SEXES - few.keys()
    return [NOTHING if f.group in hidden else few.get(f.group, "") for f in cell]


def _too_few(figure: Figure, floor: int) -> bool:
    """A calculated figure is as small as what it was made of: with one part known it would tell the other."""
    if any(withheld(f, f.definition, f.source, f.kind) for f in figure.operands):
        return True
    return _few(figure, floor, figure.definition, figure.source, figure.kind)


def _few(told: Told, floor: int, indicator: Indicator, source: str, level: str) -> bool:
    """Fewer than the limit; a unit's own data about people that do not say how many are treated the same."""
    if told.n is None:
        unsaid = source == LOCAL and level == UnitKind.SCHOOL_UNIT and told.value is not None
        return unsaid and indicator.counts != "cases"
    return told.n < floor


def _rest_too_few(sizes: dict[str, int | None], floor: int) -> bool:
    """True where the whole minus the sex that is given leaves too few of the other."""
    whole = sizes.get(Group.ALL)
    return whole is not None and any(
        size is not None and 0 < whole - size < floor for group, size in sizes.items() if group != Group.ALL
    )


def _outside(told: Told, indicator: Indicator, source: str) -> str:
    """ "~100" or "~0" of an own share where only a few did not count, or did; "" otherwise.

    Official shares have passed their publisher's rule for this already.
    """
    if source != LOCAL or indicator.kind != "share" or indicator.counts == "time" or told.state != State.SHOWN:
        return ""
    if told.value is None or told.n is None:
        return ""
    # A share and how many it is of tell how many counted, also where the file does not say it.
    counted = told.numerator if told.numerator is not None else round(told.value / 100 * told.n)
    most = limits().complement
    if 0 < told.n - counted <= most:
        return "~100"
    return "~0" if 0 < counted <= most else ""


def _masked(figure: Figure, mark: str) -> Figure:
    """What nobody reported stays "not reported"; everything else becomes hidden, or nearly all or none."""
    if mark != NOTHING:
        return replace(figure, state=State.APPROXIMATE, value=None, numerator=None, raw=mark)
    state = figure.state if figure.state in (State.MISSING, State.NOT_APPLICABLE) else State.SUPPRESSED
    return replace(figure, state=state, value=None, n=None, numerator=None, raw=None, operands=())
