"""What stands out most, for the first page: what went well, what worries, and the message of the whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from styrkedja.core import periods
from styrkedja.indicators.notices import RECENT, Notice, notices
from styrkedja.indicators.series import Series

from .scope import Scope

MOST = 3
WORTH_SAYING = 0.02  # of the scale: a smaller gap to the nation is no news


@dataclass(frozen=True)
class Highlights:
    """Sentences, most telling first, one an indicator."""

    good: tuple[str, ...]
    bad: tuple[str, ...]

    @property
    def message(self) -> str:
        """The sentence that heads the page: what worries before what went well."""
        return (self.bad or self.good or (_("The figures point in no clear direction"),))[0].removesuffix(".")


def highlights(scope: Scope) -> Highlights:
    """Sentences whose tone is known first; then the largest gaps to the comparison, of which chance is not known."""
    year = periods.end_year(scope.period)
    held = list(scope.series.values())
    sure = [n for n in notices(held, scope.comparator, year) if n.tone in ("good", "bad")]
    unsure = list(_gaps(held, scope, year))
    return Highlights(_pick("good", sure, unsure), _pick("bad", sure, unsure))


def first_sentence(text: str) -> str:
    """What a text says first: the whole of it stands further on."""
    words = " ".join(text.split())
    start, stop, _rest = words.partition(". ")
    return f"{start}." if stop else words


def _pick(tone: str, sure: list[Notice], unsure: list[Notice]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for notice in (*sure, *unsure):
        if notice.tone == tone:
            found.setdefault(notice.indicator, first_sentence(notice.text))
    return tuple(found.values())[:MOST]


def _gaps(held: list[Series], scope: Scope, year: int) -> Iterator[Notice]:
    """Figures beside the nation where the source does not say how many they are about, the largest gap first."""
    found = []
    for series in held:
        comparison = scope.comparator.beside(series, series.latest)
        way = {"up": 1, "down": -1}.get(series.indicator.direction, 0)
        if comparison is None or comparison.gap is None or comparison.chance != "unknown" or not way:
            continue
        if not comparison.set.single or series.latest.end_year < year - RECENT:
            continue
        least, most = series.indicator.range
        share = comparison.gap / (most - least)
        if abs(share) >= WORTH_SAYING:
            sentence = next((n for n in notices([series], scope.comparator, year) if n.tone == "neutral"), None)
            if sentence:
                tone = "good" if share * way > 0 else "bad"
                found.append((abs(share), Notice(sentence.text, "flat", tone, False, *series.key)))
    yield from (notice for _share, notice in sorted(found, key=lambda pair: -pair[0]))
