"""What the year says in words, the same in the picture, the list, the timeline and the table."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from styrkedja.core.charts.text import clean, width_of
from styrkedja.wheel.entries import Entry, EntryState, Return
from styrkedja.wheel.models import Kind

from .rings import OF_KIND
from .styles import SIZES

STATE_ICONS = {
    EntryState.COMING: "open",
    EntryState.ONGOING: "half",
    EntryState.LATE: "late",
    EntryState.DONE: "ok",
    EntryState.CARRIED: "onward",
    EntryState.DROPPED: "close",
    EntryState.CANCELLED: "close",
}
STATE_TONES = {EntryState.LATE: "bad", EntryState.DONE: "good", EntryState.ONGOING: "info"}
MORE = gettext_lazy("+ %(count)s more")


def days(starts: dt.date, ends: dt.date, *, year: bool = True) -> str:
    """The same days are asked for by the arc, its name, the middle of the wheel and the list."""
    return _days(starts, ends, year, get_language())


@lru_cache(maxsize=4096)
def _days(starts: dt.date, ends: dt.date, year: bool, _language: str | None) -> str:
    """As 12–14 november 2025, 30 september – 2 oktober 2025, or 3 december 2025."""
    whole = "j F Y" if year else "j F"
    if starts == ends:
        return date_format(starts, whole)
    if (starts.year, starts.month) == (ends.year, ends.month):
        return f"{starts.day}–{date_format(ends, whole)}"
    begin = date_format(starts, whole if starts.year != ends.year else "j F")
    return f"{begin} – {date_format(ends, whole)}"


def short_day(day: dt.date, shape: str = "j M") -> str:
    """As 3 nov, or 3 Nov in English: Django writes short months with a capital also where the language does not."""
    return _short_day(day, shape, get_language() or "sv")


@lru_cache(maxsize=4096)
def _short_day(day: dt.date, shape: str, language: str) -> str:
    said = date_format(day, shape)
    return said.lower() if language.startswith("sv") else said


def days_within(entry: Entry, room: float) -> str:
    """Without the year; months cut short where there is no room for them whole."""
    said = days(entry.starts, entry.ends, year=False)
    if width_of(said, SIZES["c-text"]) <= room or entry.starts == entry.ends:
        return said
    return f"{short_day(entry.starts)} – {short_day(entry.ends)}"


def month_name(first: dt.date) -> str:
    return date_format(first, "F")


def kind(value: str) -> str:
    return _kind(value, get_language() or "sv")


@cache
def _kind(value: str, _language: str) -> str:
    return str(Kind(value).label)


def state(entry: Entry) -> str:
    """Its state; for one that stands for many places also how many of them are done."""
    word = _state(EntryState(entry.state), get_language() or "sv")
    return f"{word}, {places(entry)}" if entry.places > 1 else word


@cache
def _state(value: EntryState, _language: str) -> str:
    return str(value.label)


def places(entry: Entry) -> str:
    return _places(entry.places_done, entry.places, entry.places_late, get_language() or "sv")


@lru_cache(maxsize=4096)
def _places(done: int, of: int, late: int, _language: str) -> str:
    said = _("%(done)s of %(all)s done") % {"done": done, "all": of}
    return f"{said}, {COUNTED[EntryState.LATE](late)}" if late else said


def heading(entry: Entry) -> str:
    """Number and title."""
    return clean(f"{entry.activity.number} {entry.title}")


def brief(entry: Entry) -> str:
    """What stands beside the pointer."""
    return f"{heading(entry)}, {days(entry.starts, entry.ends, year=False)}"


def whole(entry: Entry, *, states: bool = True) -> str:
    """Everything an arc is about, on one line."""
    parts = [heading(entry), days(entry.starts, entry.ends), kind(entry.activity.kind)]
    parts += [entry.node.name, entry.responsible, state(entry)] if states else [entry.node.name]
    return clean(", ".join(part for part in parts if part))


def returned(one: Return) -> str:
    said = _("Feedback on %(title)s from %(owes)s to %(to)s, promised by %(day)s")
    unsaid = _("Feedback from %(owes)s to %(to)s, promised by %(day)s")
    words = (said if one.title else unsaid) % {
        "title": one.title,
        "owes": one.owes,
        "to": one.to,
        "day": date_format(one.due, "j F Y"),
    }
    return clean(words + (f". {EntryState.LATE.label}" if one.late else ""))


def more(count: int) -> str:
    return str(MORE) % {"count": count}


COUNTED: dict[EntryState, Callable[[int], str]] = {
    EntryState.LATE: lambda n: ngettext("%(count)s late", "%(count)s late", n) % {"count": n},
    EntryState.ONGOING: lambda n: ngettext("%(count)s ongoing", "%(count)s ongoing", n) % {"count": n},
    EntryState.DONE: lambda n: ngettext("%(count)s done", "%(count)s done", n) % {"count": n},
    EntryState.COMING: lambda n: ngettext("%(count)s coming", "%(count)s coming", n) % {"count": n},
}


def alt(entries: Sequence[Entry], period: str, *, states: bool = True) -> str:
    """What the picture shows, for those who do not see it."""
    said = ngettext(
        "Annual wheel %(period)s with %(count)s activity.", "Annual wheel %(period)s with %(count)s activities.",
        len(entries),
    ) % {"period": period, "count": len(entries)}  # fmt: skip
    if states and entries:
        counts = Counter(entry.state for entry in entries)
        found = [words(counts[one]) for one, words in COUNTED.items() if counts[one]]
        said += " " + ", ".join(found) + "."
    return said


def legend(entries: Sequence[Entry], *, returns: bool, states: bool = True) -> list[dict[str, Any]]:
    """The signs that occur, each {of: "kind" or "state" or "line", icon, word, value}.

    Kinds that share a ring stand together.
    """
    seen_kinds = {entry.activity.kind for entry in entries}
    kinds = [kind for held in OF_KIND.values() for kind in held if kind in seen_kinds]
    found = [{"of": "kind", "icon": f"kind-{k}", "word": str(k.label), "value": k.value} for k in kinds]
    if states:
        seen = {entry.state for entry in entries}
        found += [
            {"of": "state", "icon": STATE_ICONS[s], "word": str(s.label), "value": s.value}
            for s in EntryState
            if s in seen
        ]
        if returns:
            found.append({"of": "line", "icon": "", "word": _("Promised feedback"), "value": "back"})
    return found
