"""The limits as data: source x period x level, and our own. `limits.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from styrkedja.core.periods import end_year
from styrkedja.core.values import UnitKind

COUNTS = {"pupils", "children", "respondents", "cases", "staff", "time"}


@dataclass(frozen=True)
class _Limit:
    counts: frozenset[str]
    least: int
    sources: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    first: int = 0
    last: int = 9999

    def holds(self, source: str, level: str, year: int, counts: str) -> bool:
        return (
            counts in self.counts
            and (not self.sources or source in self.sources)
            and (not self.levels or level in self.levels)
            and self.first <= year <= self.last
        )


@dataclass(frozen=True)
class Limits:
    limits: tuple[_Limit, ...]
    complement: int


@cache
def limits() -> Limits:
    """Raises KeyError or ValueError for a limit that cannot be meant."""
    data = tomllib.loads((Path(__file__).parent / "limits.toml").read_text("utf-8"))
    return Limits(
        tuple(_limit(entry) for kind in ("published", "own") for entry in data[kind]), data["complement"]["most"]
    )


@cache
def least(source: str, level: str, period: str, counts: str) -> int:
    """The smallest n that may be shown; 0 where the figure is not about people."""
    year = end_year(period)
    return max((entry.least for entry in limits().limits if entry.holds(source, level, year, counts)), default=0)


def _limit(entry: dict[str, object]) -> _Limit:
    unknown = entry.keys() - {"sources", "counts", "levels", "from", "to", "least"}
    counts, levels = set(entry["counts"]), set(entry.get("levels", []))  # type: ignore[call-overload]
    if unknown or counts - COUNTS or levels - {k.value for k in UnitKind}:
        raise ValueError(f"limits.toml: {entry}")
    return _Limit(
        counts=frozenset(counts),
        least=int(entry["least"]),  # type: ignore[call-overload]
        sources=frozenset(entry.get("sources", [])),  # type: ignore[call-overload]
        levels=frozenset(levels),
        first=end_year(str(entry["from"])) if "from" in entry else 0,
        last=end_year(str(entry["to"])) if "to" in entry else 9999,
    )
