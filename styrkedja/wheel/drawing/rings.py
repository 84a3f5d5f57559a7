"""What the rings of the picture stand for, from outside in: the levels of the chain, or the kinds of process.

There are more kinds than a wheel can have rings and still be read: those that belong together share one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from styrkedja.wheel.entries import RINGS, Entry, Return
from styrkedja.wheel.models import Kind

OF_KIND = {
    "decisions": (Kind.DECISION,),
    "reports": (Kind.REPORTING, Kind.PUBLICATION),
    "dialogues": (Kind.DIALOGUE, Kind.DAY, Kind.SEMINAR, Kind.WORKSHOP),
    "follow_ups": (Kind.FOLLOW_UP, Kind.SURVEY, Kind.COMMON_MARKING),
}
RING_OF_KIND: dict[str, str] = {kind: ring for ring, kinds in OF_KIND.items() for kind in kinds}


@dataclass(frozen=True)
class Rings:
    """id: as the address says it. names: of every ring there can be; what has nothing in it is not drawn."""

    id: str
    names: Mapping[str, str | Promise]
    by_level: bool

    def of(self, entry: Entry) -> str:
        return entry.ring if self.by_level else RING_OF_KIND[entry.activity.kind]

    def back(self, one: Return) -> str:
        """Where promised feedback stands."""
        return one.to_ring if self.by_level else "dialogues"

    def leads(self, one: Return) -> int:
        """Which way it points: 1 inward, -1 outward, 0 along the ring."""
        if not self.by_level:
            return 0
        return 1 if RINGS.index(one.from_ring) <= RINGS.index(one.to_ring) else -1


LEVELS = Rings(
    "niva",
    {
        "committee": pgettext_lazy("ring of the wheel", "Committee"),
        "administration": pgettext_lazy("ring of the wheel", "Administration"),
        "unit": pgettext_lazy("ring of the wheel", "Unit"),
        "team": pgettext_lazy("ring of the wheel", "Team"),
    },
    by_level=True,
)
KINDS = Rings(
    "slag",
    {
        "decisions": pgettext_lazy("ring of the wheel", "Decisions"),
        "reports": pgettext_lazy("ring of the wheel", "Reporting and publications"),
        "dialogues": pgettext_lazy("ring of the wheel", "Dialogues, days and seminars"),
        "follow_ups": pgettext_lazy("ring of the wheel", "Follow-up and surveys"),
    },
    by_level=False,
)
CHOICES = {rings.id: rings for rings in (LEVELS, KINDS)}


def chosen(said: str) -> Rings:
    """By the id in an address; the levels where nothing known is said."""
    return CHOICES.get(said, LEVELS)
