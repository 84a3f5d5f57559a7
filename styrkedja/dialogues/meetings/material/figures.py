"""Figures of a meeting's material: read for many units at once, kept as everybody called may see them, and shown."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import translation

from styrkedja.analyses import quoted
from styrkedja.core import periods
from styrkedja.indicators import queries as indicators
from styrkedja.indicators.comparing import Comparator
from styrkedja.indicators.comparisons import ComparisonSet, comparison_sets, own_places, own_units
from styrkedja.indicators.disclosure import PUBLIC, Audience
from styrkedja.indicators.figures import Figure, Lookups, UnitKey
from styrkedja.indicators.series import Key, Series, all_series
from styrkedja.organisation.models import Node

from .scope import Scope

YEARS = 5
Frozen = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """Who reads, and what everybody may see today."""

    audience: Audience
    today: quoted.Today

    def figure(self, frozen: Frozen | None) -> dict[str, Any] | None:
        """A kept figure as the reader may see it."""
        return quoted.release(frozen, self.audience, self.today) if frozen else None


def frozen_in(body: Any) -> Iterator[Frozen]:
    """Every kept figure of a body, wherever it stands."""
    if isinstance(body, dict):
        if "full" in body and "released" in body:
            yield body
            return
        body = body.values()
    elif not isinstance(body, list):
        return
    for part in body:
        yield from frozen_in(part)


def masked(frozen: Frozen, audience: Audience) -> Frozen:
    """A figure somebody else has kept, no more of it than everybody called may see."""
    whole = audience.sees_all_of(UnitKey(frozen["kind"], frozen["code"]))
    return frozen if whole else {**frozen, "full": frozen["released"]}


def both(say: Callable[[], str]) -> dict[str, str]:
    """Words in both languages, as they are kept."""
    words = {}
    for language in quoted.LANGUAGES:
        with translation.override(language):
            words[language] = str(say())
    return words


class UnitFigures:
    """The figures of the meeting's units up to its year, as everybody called may see them, and beside whom.

    The number of readings does not depend on how many units there are.
    """

    def __init__(self, scope: Scope, wanted: Collection[str] | None = None, *, years: int = YEARS) -> None:
        self.scope, self.years = scope, years
        self.lookups = Lookups(wanted)
        self.year = periods.end_year(scope.period)
        keys = {unit.pk: own_units(scope.organiser, unit) for unit in scope.units}
        every = {key for of_unit in keys.values() for key in of_unit}
        self._full = self._by_unit(self._read(every, scope.audience))
        self._outside = {quoted.identity(f): f for f in self._read(every, PUBLIC)}
        self._keys = keys

    def _read(self, units: Collection[UnitKey], audience: Audience) -> list[Figure]:
        return indicators.figures_of(
            units,
            audience,
            organiser=self.scope.organiser,
            period=self.scope.period,
            years=self.years,
            both_sexes=False,
            lookups=self.lookups,
        )

    @staticmethod
    def _by_unit(figures: Iterable[Figure]) -> dict[UnitKey, list[Figure]]:
        found: dict[UnitKey, list[Figure]] = {}
        for figure in figures:
            found.setdefault(figure.unit, []).append(figure)
        return found

    def series(self, unit: Node) -> dict[Key, Series]:
        """What a source has reported of the unit, of its school forms."""
        keys = self._keys[unit.pk]
        held = [f for key in keys for f in self._full.get(key, ()) if self._of_form(f, unit)]
        found = all_series(held, keys, own_places(self.scope.organiser))
        return {key: series for key, series in found.items() if series.reported}

    @staticmethod
    def _of_form(figure: Figure, unit: Node) -> bool:
        forms = set(unit.school_forms)
        return not forms or bool(forms & set(figure.definition.school_forms))

    def keep(self, unit: Node, figure: Figure) -> Frozen | None:
        """The figure ready to be kept; None where an import was undone between the two readings."""
        outside = self._outside.get(quoted.identity(figure))
        return quoted.keep(unit.name, figure, outside) if outside is not None else None

    def outside(self, series: Series) -> Series:
        """The same years as everybody may see them: what is said of them in words is for everybody."""
        years = {
            group: {year: self._outside.get(quoted.identity(f), f) for year, f in of_group.items()}
            for group, of_group in series.years.items()
        }
        return Series(series.indicator, series.part, years)

    @cached_property
    def _comparators(self) -> dict[str, dict[str, Comparator]]:
        """By language and id of the set: the organiser, the nation, similar municipalities. One reading for all."""
        found: dict[str, dict[str, ComparisonSet]] = {}
        for language in quoted.LANGUAGES:
            with translation.override(language):
                sets = [one for unit in self.scope.units for one in self._sets(unit)]
                found[language] = {one.id: one for one in sets}
        every = self._by_unit(self._read({key for one in found["sv"].values() for key in one.units}, PUBLIC))
        return {
            language: {
                id: Comparator(one, [f for key in one.units for f in every.get(key, ())]) for id, one in sets.items()
            }
            for language, sets in found.items()
        }

    def _sets(self, unit: Node) -> list[ComparisonSet]:
        """Whom a unit stands beside: whom it belongs to first."""
        offered = comparison_sets(unit, self.scope.organiser, ())
        return [one for one in offered if one.id in ("huvudman", "riket") or one.id.startswith("liknande")]

    def comparators(self, unit: Node, language: str) -> list[Comparator]:
        return [self._comparators[language][one.id] for one in self._sets(unit)]

    def beside(self, unit: Node, series: Series) -> list[dict[str, str]]:
        """What others have the same year, in words of both languages; those that have nothing are left out."""
        outside = self.outside(series)
        lines = {}
        for language in quoted.LANGUAGES:
            with translation.override(language):
                found = [c.beside(outside, outside.latest) for c in self.comparators(unit, language)]
                lines[language] = [one.text for one in found if one is not None and one.text]
        return [{"sv": sv, "en": en} for sv, en in zip(lines["sv"], lines["en"], strict=True)]
