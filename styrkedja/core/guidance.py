"""Long guidance texts: `content/<language>/<name>.md`, in plain paragraphs and lists ("- "). Serves every step.

Nothing else of Markdown is read, so nothing in a text can become markup by mistake.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

CONTENT = Path(__file__).resolve().parents[2] / "content"


def guidance(name: str) -> SafeString:
    """The text in the reader's language, as HTML. Raises FileNotFoundError for a name there is no text of."""
    return _read(name, _language())


def points(name: str) -> tuple[str, ...]:
    """The points of the text's lists, as plain text. Raises as `guidance`."""
    return tuple(line[2:] for line in _text(name, _language()).splitlines() if line.startswith("- "))


def _language() -> str:
    return "sv" if (get_language() or "sv").startswith("sv") else "en"


def _text(name: str, language: str) -> str:
    return (CONTENT / language / f"{name}.md").read_text("utf-8")


@cache
def _read(name: str, language: str) -> SafeString:
    text = _text(name, language)
    return format_html_join("\n", "{}", ((_block(block),) for block in text.strip().split("\n\n")))


def _block(block: str) -> SafeString:
    lines = block.splitlines()
    if all(line.startswith("- ") for line in lines):
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((line[2:],) for line in lines)))
    return format_html("<p>{}</p>", " ".join(lines))
