"""How wide the words of an arc are, and which of them there is room for: number and word, the number, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from styrkedja.core.charts.text import clean, fit, width_of
from styrkedja.wheel.entries import Entry, EntryState

SIZE = 11.5
ICON, BETWEEN = 11.0, 2.5  # an icon in an arc, and what parts it from the next
PAD = 4.0  # within an arc, before its icon and after it
LEAST_WORDS = 30.0  # less room than this is no room for a word
MARKED = (EntryState.DONE, EntryState.LATE, EntryState.ONGOING, EntryState.CARRIED, EntryState.DROPPED)


@dataclass(frozen=True, eq=False)
class Words:
    """What an arc may say. `marked`: its state has an icon of its own beside that of its kind."""

    entry: Entry

    @cached_property
    def number(self) -> str:
        return clean(self.entry.activity.number)

    @cached_property
    def title(self) -> str:
        return clean(self.entry.title)

    @cached_property
    def marked(self) -> bool:
        return self.entry.state in (*MARKED, EntryState.CANCELLED)

    @cached_property
    def icons(self) -> float:
        """The shortest arc: its icons and the air around them."""
        return ICON + PAD * 2 - 2 + (ICON + BETWEEN if self.marked else 0)

    @cached_property
    def number_width(self) -> float:
        return width_of(self.number, SIZE, bold=True) if self.number else 0.0

    @cached_property
    def width(self) -> float:
        between = SIZE * 0.36 if self.number else 0.0
        return self.number_width + between + width_of(self.title, SIZE)

    def within(self, room: float) -> tuple[str, str]:
        """Number and title as far as `room` goes; an ellipsis where the title is cut."""
        if room >= self.width:
            return self.number, self.title
        left = room - self.number_width - (SIZE * 0.36 if self.number else 0.0)
        if left >= LEAST_WORDS:
            return self.number, fit(self.title, left, SIZE)
        return (self.number, "") if self.number and room >= self.number_width else ("", "")
