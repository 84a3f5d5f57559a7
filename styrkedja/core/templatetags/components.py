"""Tags of the page components: icons, charts, and the few components that wrap other content.

Serves every step of the cycle: one look for the same thing everywhere. Components without content of
their own are plain includes in `templates/_components/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import Storage
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from styrkedja.core.charts import draw_for_page
from styrkedja.core.values import State
from styrkedja.core.words import WRITTEN_IN, compare_words

register = template.Library()

TONE_ICONS = {
    "info": "info",
    "good": "ok",
    "success": "ok",
    "attention": "attention",
    "warning": "attention",
    "bad": "bad",
    "error": "bad",
    "decision": "report",
}
TONE_WORDS = {
    "info": _("Information"),
    "good": _("Good"),
    "success": _("Done"),
    "attention": _("Note"),
    "warning": _("Note"),
    "bad": _("Problem"),
    "error": _("Error"),
    "decision": _("Decision"),
}
STATE_WORDS: dict[str, Any] = {
    State.SHOWN: _("Shown"),
    State.APPROXIMATE: _("Approximate"),
    State.SUPPRESSED: _("Withheld, too few"),
    State.MISSING: _("Not reported"),
    State.NOT_APPLICABLE: _("Not applicable"),
}
STATE_ICONS: dict[str, str] = {State.SUPPRESSED: "lock", State.MISSING: "flat", State.NOT_APPLICABLE: "flat"}


@register.simple_tag
def own_words() -> SafeString:
    """The language of people's own words, as an attribute, where it is not the page's."""
    written_here = (get_language() or WRITTEN_IN).startswith(WRITTEN_IN)
    return SafeString("") if written_here else format_html(' lang="{}"', WRITTEN_IN)


@cache
def _sprite(storage: Storage) -> str:
    """Asked for once: a page has a hundred icons."""
    return storage.url("icons.svg")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite. Decorative unless `label` says what it means."""
    address = f"{_sprite(staticfiles_storage)}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, address)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', address)


@register.simple_tag
def chart(kind: str, data: Mapping[str, Any], title: str, alt: str, width: int | None = None) -> SafeString:
    """A chart of the kit for a page. Shapes: `styrkedja.core.charts.draw`."""
    return draw_for_page(kind, data, title=title, alt=alt, width=width)


@register.simple_block_tag
def callout(content: str, kind: str = "info", title: str = "") -> SafeString:
    """A note set apart. `kind`: info, good, attention, bad or decision; the kind is also said in words."""
    return render_to_string("_components/callout.html", {"kind": kind, "title": title, "content": content})


@register.simple_block_tag
def disclosure(content: str, summary: str, open: bool = False) -> SafeString:
    """Detail on demand: a summary that unfolds, without script."""
    return render_to_string("_components/disclosure.html", {"summary": summary, "content": content, "open": open})


@register.simple_block_tag
def scroll(content: str, label: str) -> SafeString:
    """A region that scrolls sideways and can be reached by keyboard; wrap wide tables and charts in it."""
    return format_html('<div class="scroll" role="region" tabindex="0" aria-label="{}">{}</div>', label, content)


@register.filter
def tone_icon(kind: str) -> str:
    """The icon of a tone; several tags of a message are tried in turn."""
    return next((TONE_ICONS[word] for word in str(kind).split() if word in TONE_ICONS), "info")


@register.filter
def tone_word(kind: str) -> str:
    return str(next((TONE_WORDS[word] for word in str(kind).split() if word in TONE_WORDS), TONE_WORDS["info"]))


@register.filter
def state_word(state: str) -> str:
    """What a value's state is called: "Withheld, too few" for suppressed. Unknown states are shown as they are."""
    return str(STATE_WORDS.get(state, state))


@register.filter
def state_icon(state: str) -> str:
    return STATE_ICONS.get(state, "info")


@register.filter
def has_number(state: str) -> bool:
    """True where the state can carry a number to print large."""
    return state in {"", State.SHOWN, State.APPROXIMATE}


@register.filter
def initials(name: str) -> str:
    """Up to two initials of a name or e-mail address: "Anna Lind" -> "AL", "rektor@x.se" -> "R"."""
    words = [word for word in str(name).split("@")[0].replace(".", " ").split() if word[0].isalnum()]
    chosen = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0] for word in chosen).upper() or "?"


@register.simple_tag
def word_diff(before: str, after: str) -> SafeString:
    """`after` with the words that differ from `before` marked as <ins> and <del>."""
    return compare_words(before, after)


@register.filter
def page_numbers(paginator: Paginator, number: int) -> Iterable[int | str]:
    """The pages to offer around page `number`, with an ellipsis where some are left out."""
    return paginator.get_elided_page_range(number, on_each_side=1, on_ends=1)
