"""What the reader has chosen to see of the year, kept in the address so that a page can be sent to somebody else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from styrkedja.wheel.drawing.rings import CHOICES, KINDS, LEVELS, Rings
from styrkedja.wheel.drawing.rings import chosen as rings_chosen
from styrkedja.wheel.entries import Entry, EntryState
from styrkedja.wheel.models import Kind

WHEEL, LIST, TIMELINE, TABLE = VIEWS = ("hjul", "lista", "tidslinje", "tabell")
NAMES = {  # of a choice, in the address
    "view": "visa", "period": "ar", "cycle": "hjul", "kind": "slag", "ring": "ring", "state": "lage", "month": "manad",
    "mine": "mina", "rings": "ringar",
}  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """ "" where nothing is chosen. month: "2025-10"; mine: "1"; what is not among the choices is not chosen.

    rings: what those of the picture stand for.
    """

    view: str = ""
    period: str = ""
    cycle: str = ""
    kind: str = ""
    ring: str = ""
    state: str = ""
    month: str = ""
    mine: str = ""
    rings: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str], periods: Sequence[str], cycles: Sequence[str]) -> Choice:
        known: dict[str, Sequence[str]] = {
            "view": VIEWS,
            "period": periods,
            "cycle": cycles,
            "kind": Kind.values,
            "ring": (*LEVELS.names, *KINDS.names),
            "state": EntryState.values,
            "mine": ("1",),
            "rings": tuple(CHOICES),
        }
        given = {name: query.get(word, "") for name, word in NAMES.items()}
        chosen = {name: given[name] if given[name] in values else "" for name, values in known.items()}
        return cls(**chosen, month=_month(given["month"]))

    def address(self, **changes: str) -> str:
        """The query of the same page with other choices: "?visa=lista&slag=dialogue"."""
        chosen = {name: changes.get(name, getattr(self, name)) for name in NAMES}
        said = urlencode({NAMES[name]: value for name, value in chosen.items() if value})
        return f"?{said}" if said else "?"

    @property
    def shown(self) -> str:
        return self.view or WHEEL

    @property
    def ringed(self) -> Rings:
        return rings_chosen(self.rings)

    @property
    def filtered(self) -> bool:
        return bool(self.cycle or self.kind or self.ring or self.state or self.month or self.mine)

    def fits(self, entry: Entry) -> bool:
        """By everything but `mine`, which the roles of the day decide."""
        activity = entry.activity
        return (
            (not self.cycle or str(activity.cycle_id) == self.cycle)
            and (not self.kind or activity.kind == self.kind)
            and (not self.ring or self.ring in (entry.ring, KINDS.of(entry)))
            and (not self.state or entry.state == self.state)
            and (not self.month or _during(entry, self.month))
        )


def divisions(choice: Choice) -> list[dict[str, Any]]:
    """What the rings of the wheel and the bands of the timeline may stand for."""
    named = ((LEVELS, "", _("Level")), (KINDS, KINDS.id, _("Kind")))
    return [
        {"label": label, "url": choice.address(rings=said, ring=""), "current": choice.ringed is one}
        for one, said, label in named
    ]


def _month(text: str) -> str:
    year, dash, month = text.partition("-")
    fits = dash and len(year) == 4 and len(month) == 2 and (year + month).isascii() and (year + month).isdigit()
    return text if fits and 1 <= int(month) <= 12 and int(year) else ""


def _during(entry: Entry, month: str) -> bool:
    return f"{entry.starts:%Y-%m}" <= month <= f"{entry.ends:%Y-%m}"
