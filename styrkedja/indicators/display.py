"""Figures in words: numbers as the reader's language writes them, states by their symbols, changes with their unit."""

from __future__ import annotations

import datetime as dt

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from styrkedja.core.values import Group, Place, State

from .catalogue import Indicator
from .figures import Figure

SYMBOLS = {State.SUPPRESSED: "..", State.MISSING: "–", State.NOT_APPLICABLE: "*", State.APPROXIMATE: "~"}
MINUS = "−"
UNITS = {
    "percent": "%",
    "percentage_points": gettext_lazy("percentage points"),
    "points": gettext_lazy("points"),
    "days": gettext_lazy("days"),
    "per_100": gettext_lazy("per 100"),
}
GROUPS = {
    Group.ALL.value: gettext_lazy("All"),
    Group.GIRLS.value: gettext_lazy("Girls"),
    Group.BOYS.value: gettext_lazy("Boys"),
}
PLACES = {
    Place.MUNICIPAL.value: gettext_lazy("schools run by the municipality"),
    Place.LOCATION.value: gettext_lazy("all schools in the municipality"),
    Place.HOME.value: gettext_lazy("pupils who live in the municipality"),
    Place.INDEPENDENT.value: gettext_lazy("independent schools in the municipality"),
}


def number(value: float, decimals: int = 1) -> str:
    """ "79,2" in Swedish, "79.2" in English; a true minus sign, and no "−0"."""
    text = f"{value:.{decimals}f}"
    if not float(text):
        text = text.lstrip("-")
    text = text.replace("-", MINUS)
    return text.replace(".", ",") if (get_language() or "sv").startswith("sv") else text


def unit_word(indicator: Indicator) -> str:
    """What stands after the number: "%", "poäng", "" for an index or a plain number."""
    return str(UNITS.get(indicator.unit, ""))


def difference_word(indicator: Indicator) -> str:
    """The unit of a difference: percentages differ by percentage points."""
    return _("percentage points") if indicator.unit == "percent" else unit_word(indicator)


def display(figure: Figure) -> str:
    """The number, or what the source wrote in its stead: "79,2", "cirka 370", "~100", ".."."""
    if figure.value is not None:
        text = number(figure.value, figure.definition.decimals)
        return text if figure.state == State.SHOWN else _("about %(number)s") % {"number": text}
    if figure.state == State.APPROXIMATE and figure.raw:
        return figure.raw
    return SYMBOLS.get(State(figure.state), "–")


def with_unit(figure: Figure) -> str:
    return _beside(display(figure), figure.definition) if figure.value is not None else display(figure)


def counted(value: float, indicator: Indicator) -> str:
    """ "81,4 %", "5,0": a value of an indicator that is no figure, such as the highest of several."""
    return _beside(number(value, indicator.decimals), indicator)


def _beside(text: str, indicator: Indicator) -> str:
    unit = unit_word(indicator)
    return f"{text}\N{NO-BREAK SPACE}{unit}" if unit else text


def interval_text(figure: Figure) -> str:
    """ "68–87 %"; "" where none can be computed."""
    interval = figure.interval
    return f"{number(interval[0], 0)}–{number(interval[1], 0)}\N{NO-BREAK SPACE}%" if interval else ""


def signed(value: float, indicator: Indicator) -> str:
    """ "+3,1 procentenheter"."""
    text = number(value, indicator.decimals)
    if value > 0 and float(f"{value:.{indicator.decimals}f}"):
        text = "+" + text
    return f"{text} {difference_word(indicator)}".strip()


def size(value: float, indicator: Indicator) -> str:
    """A difference without its sign: "3,1 procentenheter"."""
    return f"{number(abs(value), indicator.decimals)} {difference_word(indicator)}".strip()


def group_word(group: str) -> str:
    return str(GROUPS.get(group, group))


def place_word(place: str) -> str:
    """Which of a municipality's figures it is; "" where there is only one."""
    return str(PLACES.get(place, ""))


def read_on(moment: dt.datetime) -> str:
    return date_format(localtime(moment), "j F Y")
