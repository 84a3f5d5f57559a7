"""The rows of the list, written at once: a year has more of them than a template would be quick with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from styrkedja.core.templatetags.components import icon

BETWEEN = "\u00a0· "  # a line never begins with the dot


def listed(rows: Iterable[Mapping[str, Any]]) -> SafeString:
    """`<ul class="wheel-list">`; a row is of `reading.row`, and every word of it is escaped here."""
    draft = pgettext("annual cycle", "Draft")
    icons: dict[str, str] = {}

    def sign(name: str) -> str:
        if name not in icons:
            icons[name] = icon(name)
        return icons[name]

    return SafeString(f'<ul class="wheel-list">{"".join(_row(row, draft, sign) for row in rows)}</ul>')


def _row(row: Mapping[str, Any], draft: str, sign: Any) -> str:
    said = (f"<b>{escape(row['number'])}</b> " if row["number"] else "") + escape(row["title"])
    if row["url"]:
        said = f'<a href="{escape(row["url"])}">{said}</a>'
    facts = [row["days"], row["kind_word"], row["place"], row["responsible"], draft if row["draft"] else ""]
    places = f"<small>{escape(row['places'])}</small>" if row["places"] else ""
    return (
        f'<li class="wheel-row state-{row["state"]}">{sign(row["kind_icon"])}<div><p class="wheel-what">{said}</p>'
        f'<p class="wheel-facts">{escape(BETWEEN.join(fact for fact in facts if fact))}</p></div>'
        f'<span class="mark tone-{row["tone"]}">{sign(row["icon"])} {escape(row["state_word"])}{places}</span></li>'
    )
