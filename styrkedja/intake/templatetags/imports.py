"""Words for what an import holds: names of formats, messages of the parser, counts as they are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import get_language

from styrkedja.intake.formats import formats
from styrkedja.intake.messages import text_of

register = template.Library()
STATE_ORDER = ("shown", "approximate", "suppressed", "missing", "not_applicable")


@register.filter
def format_name(format_id: str) -> str:
    """ "Skolverket: slutbetyg ..."; the id itself for a format that no longer exists."""
    known = formats().get(format_id)
    return known.TITLE[_language()] if known else format_id


@register.filter
def message(said: Mapping[str, Any]) -> str:
    """The line for a kept message: {"code", "params"}."""
    return text_of(said["code"], said["params"], _language())


@register.filter
def count(number: int) -> str:
    """ "55 419" with a space that does not break."""
    return number_format(number, use_l10n=True, force_grouping=True).replace(" ", "\N{NO-BREAK SPACE}")


@register.filter
def figure(value: float) -> str:
    """ "79,2" or "1 104 634": at most four decimals, none that say nothing."""
    decimals = len(f"{value:.4f}".rstrip("0").partition(".")[2])
    grouped = number_format(value, decimal_pos=decimals, use_l10n=True, force_grouping=True)
    return grouped.replace(" ", "\N{NO-BREAK SPACE}")


@register.filter
def measure_name(row: Mapping[str, Any]) -> str:
    """The measure of a row of the preview: the source's own words, or those of our catalogue."""
    names = row.get("names")
    return str(names[_language()] if names else row["measure"])


@register.filter
def in_order(states: Mapping[str, int]) -> list[tuple[str, int]]:
    """Counts of states, those with a number first."""
    return [(state, states[state]) for state in STATE_ORDER if state in states]


def _language() -> str:
    return "en" if (get_language() or "sv").startswith("en") else "sv"
