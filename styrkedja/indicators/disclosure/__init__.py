"""The one place that decides what leaves: which figures a reader may see, and what stands in for the others.

Every page, table, chart, CSV and report takes its figures from `indicators.queries`, and those from `disclose` here
(invariants 15 and 16). What a source has hidden stays hidden for everybody. Complementary suppression across units,
years and earlier publications belongs in `disclose` too: it already gets all figures of a view together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from styrkedja.core.values import Group, State, UnitKind
from styrkedja.indicators.catalogue import LOCAL
from styrkedja.indicators.figures import Figure, UnitKey

from .limits import least, limits


@dataclass(frozen=True)
class Audience:
    """Who reads: `full` names the units whose small figures they may see; everybody else's are masked."""

    name: str
    full: frozenset[UnitKey] = frozenset()

    def sees_all_of(self, unit: UnitKey) -> bool:
        return unit in self.full


MASKED = Audience("masked")  # logged in, without the right to unmasked figures
PUBLIC = Audience("public")  # a report: whoever gets hold of it


def disclose(figures: Iterable[Figure], audience: Audience) -> list[Figure]:
    """The figures as this audience may see them, in the order given.

    A hidden figure keeps what it is about and loses value, n, numerator and raw. One that only a reader with the right
    to it sees carries `small`, so that a page can say so.
    """
    held = list(figures)
    masked = _masked(held)
    return [
        _for(audience, figure, outside) if outside is not figure else figure
        for figure, outside in zip(held, masked, strict=True)
    ]


def _for(audience: Audience, figure: Figure, outside: Figure) -> Figure:
    return replace(figure, small=True) if audience.sees_all_of(figure.unit) else outside


def _masked(figures: list[Figure]) -> list[Figure]:
    """Each figure as everybody may see it: the same object where nothing has to be hidden."""
    result = list(figures)
    cells: dict[tuple[str, ...], list[int]] = {}
    for position, figure in enumerate(figures):
        cells.setdefault(_cell(figure), []).append(position)
    for cell in cells.values():
        if len(cell) == 1:
            result[cell[0]] = _alone_masked(figures[cell[0]])
            continue
        for position, outside in zip(cell, _cell_masked([figures[i] for i in cell]), strict=True):
            result[position] = outside
    return result


def _alone_masked(figure: Figure) -> Figure:
    """As `_cell_masked`, of a figure whose sexes nobody gives: most are."""
    floor = least(figure.source, figure.kind, figure.period, figure.definition.counts)
    if not floor:
        return figure
    if _too_few(figure, floor):
        return _hidden(figure)
    mark = _few_outside(figure)
    return _nearly(figure, mark) if mark else figure


def _cell(figure: Figure) -> tuple[str, ...]:
    """Figures that differ only in group belong together: one can be computed from the others."""
    f = figure
    return (f.kind, f.code, f.organiser, f.indicator, f.part, f.period, f.place, f.population, f.source)


def _cell_masked(cell: list[Figure]) -> list[Figure]:
    floor = least(cell[0].source, cell[0].kind, cell[0].period, cell[0].definition.counts)
    if not floor:
        return cell
    if all(f.n is None and f.source != LOCAL for f in cell):
        return cell  # its publisher decided, and says no numbers to decide by
    hidden = {f.group for f in cell if _too_few(f, floor)}
    sizes = {f.group: f.n for f in cell}
    if Group.ALL in hidden or hidden & {Group.GIRLS, Group.BOYS} or _rest_too_few(sizes, floor):
        hidden |= {Group.GIRLS, Group.BOYS}  # one sex below the limit hides both; a small whole hides its parts
    return _without_complements([_hidden(f) if f.group in hidden else f for f in cell])


def _too_few(figure: Figure, floor: int) -> bool:
    """Fewer than the limit; a unit's own data about people that do not say how many are treated the same."""
    if figure.n is None:
        unsaid = figure.source == LOCAL and figure.kind == UnitKind.SCHOOL_UNIT and figure.value is not None
        return unsaid and figure.definition.counts != "cases"
    return figure.n < floor


def _rest_too_few(sizes: dict[str, int | None], floor: int) -> bool:
    """True where the whole minus the sex that is given leaves too few of the other."""
    whole = sizes.get(Group.ALL)
    return whole is not None and any(
        size is not None and 0 < whole - size < floor for group, size in sizes.items() if group != Group.ALL
    )


def _without_complements(cell: list[Figure]) -> list[Figure]:
    """Own shares where only a few did not count, or did, are told as "~100" or "~0"; the other sex is then hidden.

    Official shares have passed their publisher's rule for this already.
    """
    few = {f.group: mark for f in cell if (mark := _few_outside(f))}
    result = [_nearly(f, few[f.group]) if f.group in few else f for f in cell]
    if few.keys() & {Group.GIRLS, Group.BOYS}:
        result = [_hidden(f) if f.group in (Group.GIRLS, Group.BOYS) and f.group not in few else f for f in result]
    return result


def _few_outside(figure: Figure) -> str:
    if figure.source != LOCAL or figure.definition.kind != "share" or figure.state != State.SHOWN:
        return ""
    if figure.numerator is None or figure.n is None:
        return ""
    most = limits().complement
    if 0 < figure.n - figure.numerator <= most:
        return "~100"
    return "~0" if 0 < figure.numerator <= most else ""


def _nearly(figure: Figure, mark: str) -> Figure:
    return replace(figure, state=State.APPROXIMATE, value=None, numerator=None, raw=mark)


def _hidden(figure: Figure) -> Figure:
    """What nobody reported stays "not reported"; everything else becomes hidden."""
    state = figure.state if figure.state in (State.MISSING, State.NOT_APPLICABLE) else State.SUPPRESSED
    return replace(figure, state=state, value=None, n=None, numerator=None, raw=None)
