"""The few words a renderer adds of its own, and how they are put; the same on the web and in print.

Call under `translation.override(document.language)`: a report keeps its language whoever reads it.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _

from styrkedja.core.values import State
from styrkedja.reports.blocks import FigureItem
from styrkedja.reports.document import ReportDocument

SWEDISH_TIME = ZoneInfo("Europe/Stockholm")


def callout_word(kind: str) -> str:
    """What the callout is, in a word: colour never says it alone."""
    return {
        "info": _("Good to know"),
        "attention": _("Needs attention"),
        "decision": _("Proposed decision"),
        "good": _("Going well"),
    }[kind]


def state_word(state: str) -> str:
    """Why there is no plain number; empty for a figure that is shown."""
    return {
        State.SHOWN: "",
        State.APPROXIMATE: _("Approximate figure"),
        State.SUPPRESSED: _("Withheld: too few to show"),
        State.MISSING: _("No figure reported"),
        State.NOT_APPLICABLE: _("Not applicable"),
    }[State(state)]


def said(item: FigureItem) -> list[str]:
    """What the figure means: its change and its comparison."""
    return [words for words in (item.change, item.comparison) if words]


def facts(item: FigureItem) -> list[str]:
    """What the figure rests on: interval, number, period, source."""
    counted = " · ".join(
        part
        for part in (
            f"n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{_number(item.n)}" if item.n is not None else "",
            item.period,
        )
        if part
    )
    return [line for line in (_interval(item), counted, item.source) if line]


def _interval(item: FigureItem) -> str:
    if item.interval is None:
        return ""
    low, high = (_number(end, decimals=1) for end in item.interval)
    unit = f"\N{NO-BREAK SPACE}{item.unit}" if item.unit == "%" else ""
    return _("Interval %(low)s–%(high)s") % {"low": low, "high": high} + unit


def _number(value: float, decimals: int = 0) -> str:
    return formats.number_format(value, decimal_pos=decimals, use_l10n=True)


def chart_label(number: int) -> str:
    return _("Chart %(number)s") % {"number": number}


def table_label(number: int) -> str:
    return _("Table %(number)s") % {"number": number}


def made_on(made_at: dt.datetime) -> str:
    """The day the report was made, as read in Sweden: "20 november 2025"."""
    return formats.date_format(made_at.astimezone(SWEDISH_TIME), "j F Y")


def about(document: ReportDocument) -> list[tuple[str, str]]:
    """What the report is: whom and when it is about, where it stands, when it was made."""
    pairs = [
        (_("Concerns"), document.node),
        (_("Period"), document.period),
        (_("Status"), document.status),
        (_("Made"), made_on(document.made_at)),
    ]
    return [(name, value) for name, value in pairs if value]
