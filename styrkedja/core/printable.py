"""Signs that no font of ours has a letter for (emoji, some scripts) shown as a box in print.

PDF/UA-1 refuses a text with a missing letter, and a report or a wheel must never fail because somebody wrote a
name in Thai. Which signs are missing is asked of Typst itself, about those words alone: it shapes a
word as it will in the document, so combining marks and joined letters are judged where they stand. `folder`
holds a `probe.typ` that sets the words in the document's own typefaces.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import fontpkg_ibm_plex_sans  # type: ignore[import-untyped]
import typst

SANS: str = fontpkg_ibm_plex_sans.FAMILY
BOX = "▯"
# Every letter of the Latin scripts of Europe, and the punctuation and arrows of a report: known to be there.
USUAL = re.compile(
    r"[\n\t\x20-\x7e\u00a0-\u017f\u2010-\u2014\u2018-\u201e\u2022\u2026\u2190-\u2193\u2212\u25b2\u25ac\u25bc]*"
)
SPACE = re.compile(r"[ \n\t]+")  # other spaces are signs too: a font may lack them
REFUSED = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
UNPRINTABLE = {"Cc", "Cs", "Co", "Cn"}  # controls, lone surrogates, private use, unassigned
INVISIBLE = {"Cf", "Zs", "Mn"}  # format, space, combining mark
BREAKING = {"\ufeff", "\u2028", "\u2029", "\u0085"}  # ends of line and the byte order mark, wherever they strayed


@cache
def fonts() -> typst.Fonts:
    """Typst's own fonts and the sans; never those of the machine."""
    return typst.Fonts(include_system_fonts=False, font_paths=[fontpkg_ibm_plex_sans.ROOT / "files"])


def printable(data: dict[str, Any], folder: Path, fonts: typst.Fonts) -> tuple[dict[str, Any], bool]:
    """The data with every string printable, and whether a sign had to give way to a box."""
    clean: dict[str, Any] = _each_string(data, _without_controls)
    unusual = (string for string in _strings(clean) if not USUAL.fullmatch(string))
    words = {word for string in unusual for word in SPACE.split(string) if not USUAL.fullmatch(word)}
    missing = _missing(words, folder, fonts)
    boxes = {ord(sign): BOX for sign in missing}
    shown: dict[str, Any] = _each_string(clean, lambda string: string.translate(boxes)) if boxes else clean
    return shown, bool(boxes) or any(BOX in string for string in _strings(shown))


def _missing(words: set[str], folder: Path, fonts: typst.Fonts) -> set[str]:
    """The signs among the words that cannot be set. Each round names at least one more, or gives them all up."""
    missing: set[str] = set()
    while words:
        refused = _refused(sorted(words), folder, fonts)
        found = {sign for text in refused for sign in text if not USUAL.fullmatch(sign)} - missing
        if refused and not found:
            return missing | {sign for word in words for sign in word if not USUAL.fullmatch(sign)}
        if not refused:
            break
        missing |= found
        words = {word.translate({ord(sign): BOX for sign in found}) for word in words}
    return missing


def _refused(words: list[str], folder: Path, fonts: typst.Fonts) -> list[str]:
    """What Typst says it cannot set; `[""]` when it refuses for another reason."""
    try:
        typst.compile(
            folder / "probe.typ",
            root=folder,
            font_paths=fonts,
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"words": json.dumps(words)},
            pdf_standards=["ua-1", "a-2a"],
            timestamp=0,
        )
    except typst.TypstError as error:
        return [
            ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) for text in REFUSED.findall(error.diagnostic)
        ] or [""]
    return []


def _without_controls(string: str) -> str:
    """No sign that PDF/A forbids; a string of nothing but invisible signs becomes a box, so that it is not empty."""
    if USUAL.fullmatch(string):
        return string
    clean = "".join(_visible(sign) for sign in string)
    unseen = string and all(unicodedata.category(sign) in INVISIBLE for sign in clean)
    return BOX if unseen else clean


def _visible(sign: str) -> str:
    if sign in "\n\t":
        return sign
    if sign in BREAKING:
        return " "
    return BOX if unicodedata.category(sign) in UNPRINTABLE else sign


def _strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for part in value.values():
                yield from _strings(part)
        case list() | tuple():
            for part in value:
                yield from _strings(part)


def _each_string(value: Any, change: Callable[[str], str]) -> Any:
    match value:
        case str():
            return change(value)
        case dict():
            return {key: _each_string(part, change) for key, part in value.items()}
        case list() | tuple():
            return [_each_string(part, change) for part in value]
    return value
