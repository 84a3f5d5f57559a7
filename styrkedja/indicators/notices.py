"""*Iakttagelser*: what stands out in the figures, as plain sentences made by rule.

Serves *Var är vi?* A sentence says what, how much, among how many and compared with whom; it never says why. Neutral
ones can be put away. No sentence crosses a change of definition, and none claims more than chance allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any, NamedTuple

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


class Subject(NamedTuple):
    """Words of a sentence that name an indicator, and where they lead."""

    words: str
    indicator: str
    part: str


@dataclass(frozen=True)
class Notice:
    """direction: up, down or flat (its mark); tone: good, bad, neutral; indicator and part: where it leads.

    subjects: what the sentence names, in its order. unsure: how much of it is chance cannot be reckoned, which a list
    of sentences says once (`caution`). leaning: the tone it would have were it sure.
    """

    text: str
    direction: str
    tone: str
    neutral: bool
    indicator: str
    part: str
    subjects: tuple[Subject, ...] = ()
    unsure: bool = False
    leaning: str = ""

    @property
    def rank(self) -> tuple[bool, int, bool]:
        """Its place in a list: what worries, what is good, what is neither; the neutral last."""
        tone = self.tone if self.tone != "neutral" else self.leaning
        return self.neutral, {"bad": 0, "good": 1}.get(tone, 2), self.unsure


def notices(series: Iterable[Series], comparator: Comparator, year: int) -> list[Notice]:
    """The sentences of a page whose year is `year`: what worries, what is good, the neutral, what is not shown."""
    found: list[Notice] = []
    hidden: list[Series] = []
    for one in series:
        latest = one.latest
        if is_old(latest, year):
            continue
        if latest.state == State.SUPPRESSED:
            hidden.append(one)
        if latest.value is not None and latest.state == State.SHOWN:
            found += _of_series(one, latest, comparator)
    return sorted(found, key=attrgetter("rank")) + _of_hidden(hidden)


def is_old(figure: Figure, year: int) -> bool:
    """True of a figure from long before the year shown: it stands with a mark, and nothing is said of its course."""
    return figure.end_year < year - RECENT


def caution(found: Iterable[Notice]) -> str:
    """What holds for all the sentences that do not mention chance, said once; "" where none needs it."""
    if not any(n.unsure for n in found):
        return ""
    return _(
        "Where the source does not give the number of pupils, or the spread behind a mean, "
        "it cannot be told how much is chance."
    )


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
    subject = _subject(series)
    unsure = chance == "unknown"
    filled = text % {**_words(series, latest), **words}
    return Notice(filled, "flat", "neutral", False, *series.key, subjects=(subject,), unsure=unsure)


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
        _("%(name)s, %(to)s%(n)s, is %(size)s above %(whom)s (%(value)s).")
        if gap > 0
        else _("%(name)s, %(to)s%(n)s, is %(size)s below %(whom)s (%(value)s).")
    )
    sure = _notice(series, text % words, way)
    direction = sure.direction if notable else "flat"
    return replace(sure, direction=direction, tone="neutral", neutral=not notable, unsure=True, leaning=sure.tone)


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
    first: dict[str, Series] = {}
    for one in hidden:
        first.setdefault(one.indicator.id, one)
    subjects = tuple(Subject(str(s.indicator.short_name), *s.key) for s in first.values())
    names = "; ".join(s.words for s in subjects)
    text = _("Not shown for the latest year, since too few are concerned or the source withholds it: %(names)s.")
    return [Notice(text % {"names": names}, "lock", "neutral", True, *hidden[0].key, subjects=subjects)]


def _words(series: Series, latest: Figure) -> dict[str, Any]:
    n = f" (n = {latest.n})" if latest.n is not None else ""
    return {"name": series.indicator.subject(series.part), "to": display.with_unit(latest), "n": n}


def _notice(series: Series, text: str, way: int) -> Notice:
    """A sentence about a movement or a place: its tone follows from which way is good."""
    good = {"up": 1, "down": -1}.get(series.indicator.direction, 0)
    tone = "neutral" if not way or not good else ("good" if way == good else "bad")
    direction = {1: "up", -1: "down"}.get(way, "flat")
    return Notice(text, direction, tone, not way, *series.key, subjects=(_subject(series),))


def _subject(series: Series) -> Subject:
    return Subject(series.indicator.subject(series.part), *series.key)
