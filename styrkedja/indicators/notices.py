"""*Iakttagelser*: what stands out in the figures, as plain sentences made by rule.

Serves *Var är vi?* A sentence says what, how much, among how many and compared with whom; it never says why. Neutral
ones can be put away. No sentence crosses a change of definition, and none claims more than chance allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from styrkedja.core.values import Group, State

from . import display
from .comparing import Comparator, Comparison, change_chance, gap_chance
from .figures import Figure
from .series import Series
from .statistics.sets import run

STEPS = 3  # a run is so many changes the same way
NOTABLE = 0.05  # of the scale: a gap worth a sentence where chance cannot be reckoned
RECENT = 2  # a latest figure older than so many years says nothing of today


@dataclass(frozen=True)
class Notice:
    """direction: up, down or flat (its mark); tone: good, bad, neutral; indicator and part: where it leads."""

    text: str
    direction: str
    tone: str
    neutral: bool
    indicator: str
    part: str


def notices(series: Iterable[Series], comparator: Comparator, year: int) -> list[Notice]:
    """The sentences of a page whose year is `year`: first what worries, then what is good, then the neutral."""
    found: list[Notice] = []
    hidden: list[Series] = []
    for one in series:
        latest = one.latest
        if latest.end_year < year - RECENT:
            continue
        if latest.state == State.SUPPRESSED:
            hidden.append(one)
        if latest.value is not None and latest.state == State.SHOWN:
            found += _of_series(one, latest, comparator)
    found.sort(key=lambda n: (n.neutral, n.tone != "bad"))
    return found + _of_hidden(hidden)


def _of_series(series: Series, latest: Figure, comparator: Comparator) -> Iterator[Notice]:
    development = _run(series, latest) or _change(series, latest)
    yield from (n for n in (development, _gap(series, latest)) if n)
    comparison = comparator.beside(series, latest)
    if comparison is not None:
        yield from (n for n in (_beside_one(series, comparison), _among_several(series, comparison)) if n)


def _run(series: Series, latest: Figure) -> Notice | None:
    """Three changes in a row the same way, without a gap or a change of definition."""
    years = range(latest.end_year - STEPS, latest.end_year + 1)
    figures = [series.at(year) for year in years]
    way = run([f.value if f and f.state == State.SHOWN else None for f in figures], STEPS)
    first = figures[0]
    if not way or first is None or series.breaks_between(first, latest):
        return None
    text = (
        _("%(name)s has risen three years in a row, %(from)s → %(to)s%(n)s.")
        if way > 0
        else _("%(name)s has fallen three years in a row, %(from)s → %(to)s%(n)s.")
    )
    return _notice(series, text % {**_words(series, latest), "from": display.display(first)}, way)


def _change(series: Series, latest: Figure) -> Notice | None:
    """The change since the year before, where it is more than chance gives."""
    before = series.before(latest)
    if before is None or before.value is None or latest.value is None or series.breaks_between(before, latest):
        return None
    if change_chance(latest, before) != "beyond":
        return None
    way = 1 if latest.value > before.value else -1
    text = (
        _("%(name)s has risen by %(size)s since %(period)s, to %(to)s%(n)s; more than chance usually gives.")
        if way > 0
        else _("%(name)s has fallen by %(size)s since %(period)s, to %(to)s%(n)s; more than chance usually gives.")
    )
    size = display.size(latest.value - before.value, series.indicator)
    return _notice(series, text % {**_words(series, latest), "size": size, "period": before.period}, way)


def _gap(series: Series, latest: Figure) -> Notice | None:
    """Girls beside boys the same year."""
    girls, boys = (series.at(latest.end_year, group) for group in (Group.GIRLS, Group.BOYS))
    if girls is None or boys is None or girls.value is None or boys.value is None:
        return None
    chance, gap = gap_chance(girls, boys), girls.value - boys.value
    least, most = series.indicator.range
    if chance == "within" or (chance == "unknown" and abs(gap) < NOTABLE * (most - least)):
        return None
    text = (
        _("%(name)s: girls are %(size)s above boys (%(girls)s and %(boys)s).")
        if gap > 0
        else _("%(name)s: girls are %(size)s below boys (%(girls)s and %(boys)s).")
    )
    words = {"size": display.size(gap, series.indicator), "girls": display.with_unit(girls),
             "boys": display.with_unit(boys)}  # fmt: skip
    return Notice(text % {**_words(series, latest), **words}, "flat", "neutral", False, *series.key)


def _beside_one(series: Series, comparison: Comparison) -> Notice | None:
    """Beside one municipality or the nation."""
    gap = comparison.gap
    if not comparison.set.single or gap is None:
        return None
    member = comparison.members[0]
    words = {
        **_words(series, comparison.own),
        "whom": comparison.set.phrase,
        "value": display.with_unit(member),
        "size": display.size(gap, series.indicator),
    }
    if comparison.chance == "within":
        text = _("%(name)s, %(to)s%(n)s, is like %(whom)s (%(value)s); the difference is within what chance gives.")
        return _notice(series, text % words, 0)
    if not gap:
        return _notice(series, _("%(name)s, %(to)s%(n)s, is the same as in %(whom)s.") % words, 0)
    if comparison.chance == "beyond":
        text = (
            _("%(name)s, %(to)s%(n)s, is %(size)s above %(whom)s (%(value)s); more than chance usually gives.")
            if gap > 0
            else _("%(name)s, %(to)s%(n)s, is %(size)s below %(whom)s (%(value)s); more than chance usually gives.")
        )
        return _notice(series, text % words, 1 if gap > 0 else -1)
    least, most = series.indicator.range
    way, notable = (1 if gap > 0 else -1), abs(gap) >= NOTABLE * (most - least)
    if not notable and series.part:
        return None  # of many parts only what is notable
    text = (
        _("%(name)s, %(to)s%(n)s, is %(size)s above %(whom)s (%(value)s). How much is chance cannot be told.")
        if gap > 0
        else _("%(name)s, %(to)s%(n)s, is %(size)s below %(whom)s (%(value)s). How much is chance cannot be told.")
    )
    return Notice(text % words, {1: "up", -1: "down"}[way] if notable else "flat", "neutral", not notable, *series.key)


def _among_several(series: Series, comparison: Comparison) -> Notice | None:
    """Among the members of a set: only the highest and lowest quarter are worth a sentence of their own."""
    place = comparison.quarter
    if place is None:
        return None
    words = {
        **_words(series, comparison.own),
        "set": comparison.set.label,
        "count": len(comparison.values),
    }
    if place == "middle":
        if series.part:
            return None
        text = _("%(name)s, %(to)s%(n)s, is in the middle of the comparison: %(set)s.")
        return _notice(series, text % words, 0)
    text = (
        _("%(name)s, %(to)s%(n)s, is among the 25 %% highest of the comparison: %(set)s, %(count)s with figures.")
        if place == "highest"
        else _("%(name)s, %(to)s%(n)s, is among the 25 %% lowest of the comparison: %(set)s, %(count)s with figures.")
    )
    return _notice(series, text % words, 1 if place == "highest" else -1)


def _of_hidden(hidden: Sequence[Series]) -> list[Notice]:
    """One sentence for all that is not shown."""
    if not hidden:
        return []
    names = ", ".join(dict.fromkeys(str(s.indicator.short_name) for s in hidden))
    text = _("Not shown for the latest year, since too few are concerned or the source withholds it: %(names)s.")
    return [Notice(text % {"names": names}, "lock", "neutral", True, *hidden[0].key)]


def _words(series: Series, latest: Figure) -> dict[str, Any]:
    n = f" (n = {latest.n})" if latest.n is not None else ""
    return {"name": series.indicator.label(series.part, short=True), "to": display.with_unit(latest), "n": n}


def _notice(series: Series, text: str, way: int) -> Notice:
    """A sentence about a movement or a place: its tone follows from which way is good."""
    good = {"up": 1, "down": -1}.get(series.indicator.direction, 0)
    tone = "neutral" if not way or not good else ("good" if way == good else "bad")
    return Notice(text, {1: "up", -1: "down"}.get(way, "flat"), tone, not way, *series.key)
