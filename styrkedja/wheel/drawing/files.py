"""The year as a file to keep or print: SVG, PNG and PDF (A4 and A3, landscape, the list after the wheel).

The PDF is PDF/UA-1 and PDF/A-2a, set by Typst; what somebody wrote travels as JSON and is never read as markup.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import typst
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from styrkedja.core.charts.text import clean
from styrkedja.core.printable import SANS, fonts, printable
from styrkedja.wheel.entries import Entry

from . import words
from .picture import Scene, draw, sign

FOLDER = Path(__file__).parent / "typst"
FONT_FAMILY = re.compile(r' font-family="[^"]*"')
REGIONS = {"sv": "SE", "en": "GB"}
PAPERS = ("a4", "a3")
DOTS = 160  # an inch, of the picture


@dataclass(frozen=True)
class Sheet:
    """What a file says beside the wheel."""

    scene: Scene
    organiser: str


def as_svg(scene: Scene) -> str:
    """A picture that stands alone: explicit colours, its signs explained under it."""
    return str(draw(scene, "print"))


def as_png(scene: Scene) -> bytes:
    compiler = _compiler("picture.typ", {"svg": _set(str(draw(_readable(scene), "print")))})
    png = compiler.compile(format="png", ppi=DOTS)
    assert isinstance(png, bytes)  # one page
    return png


def as_pdf(sheet: Sheet, paper: str) -> bytes:
    """Raises typst.TypstError when the file would not be accessible."""
    compiler = _compiler("wheel.typ", {"document": json.dumps(_document(sheet, paper), ensure_ascii=False)})
    made = int(timezone.now().timestamp())
    pdf = compiler.compile(format="pdf", pdf_standards=["ua-1", "a-2a"], timestamp=made)
    assert isinstance(pdf, bytes)  # one file, no output path
    return pdf


def _compiler(name: str, inputs: dict[str, str]) -> typst.Compiler:
    return typst.Compiler(FOLDER / name, root=FOLDER, font_paths=fonts(), ignore_system_fonts=True, sys_inputs=inputs)


def _set(svg: str) -> str:
    """In the program's own sans: Typst knows no generic family."""
    return FONT_FAMILY.sub("", svg).replace("<svg ", f'<svg font-family="{SANS}" ', 1)


def _document(sheet: Sheet, paper: str) -> dict[str, Any]:
    scene = sheet.scene
    columns = _columns(states=scene.states)
    signs = words.legend(scene.entries, returns=bool(scene.returns), states=scene.states)
    language = (get_language() or "sv")[:2]
    said = {
        "title": f"{scene.title} {scene.year.period}",
        "subtitle": scene.subtitle,
        "organiser": sheet.organiser,
        "alt": words.alt(scene.entries, scene.year.period, states=scene.states) + " " + _("The list follows."),
        "foot": " · ".join(
            part for part in dict.fromkeys((sheet.organiser, scene.subtitle, date_format(scene.today, "j F Y"))) if part
        ),
        "words": {"page": _("Page %(page)s of %(pages)s"), "signs": _("What the signs mean")},
        "header": [str(name) for name, _width in columns],
        "months": _months(scene.entries, states=scene.states),
        "closing": "",
    }
    said, replaced = printable(said, FOLDER, fonts())
    if replaced:
        said["closing"] = _("%(sign)s stands for a sign this file has no letter for; the web version shows it.") % {
            "sign": "▯"
        }
    return said | {
        "svg": _set(str(draw(_readable(scene), "print", legend=False))),
        "signs": [{"svg": _set(sign(one)), "word": one["word"]} for one in signs],
        "widths": [width for _name, width in columns],
        "paper": paper,
        "lang": language,
        "region": REGIONS[language],
    }


def _columns(*, states: bool) -> list[tuple[str, int]]:
    """Heading and share of the width."""
    columns = [(_("No."), 4), (_("Activity"), 31), (_("When"), 19), (_("Kind"), 10), (pgettext("wheel", "Place"), 15)]
    return columns + ([(_("Responsible"), 14), (_("State"), 16)] if states else [])


def _months(entries: Sequence[Entry], *, states: bool) -> list[dict[str, Any]]:
    ordered = sorted(entries, key=lambda e: (e.starts, e.ends, e.activity.number))
    grouped = groupby(ordered, key=lambda e: e.starts.replace(day=1))
    return [
        {"name": date_format(first, "F Y").capitalize(), "rows": [_row(e, states=states) for e in held]}
        for first, held in grouped
    ]


def _row(entry: Entry, *, states: bool) -> list[str]:
    row = [
        entry.activity.number,
        clean(entry.title),
        words.days(entry.starts, entry.ends, year=entry.starts.year != entry.ends.year),
        words.kind(entry.activity.kind),
        entry.node.name,
    ]
    return row + ([entry.responsible, words.state(entry)] if states else [])


def _readable(scene: Scene) -> Scene:
    """The scene with every word one that the typeface has letters for."""
    said = {"titles": [e.activity.title for e in scene.entries], "subtitle": scene.subtitle, "title": scene.title}
    shown, replaced = printable(said, FOLDER, fonts())
    if not replaced:
        return scene
    entries = [replace(e, activity=_named(e, title)) for e, title in zip(scene.entries, shown["titles"], strict=True)]
    return replace(scene, entries=entries, title=shown["title"], subtitle=shown["subtitle"])


def _named(entry: Entry, title: str) -> Any:
    activity = copy.copy(entry.activity)
    activity.title_sv = activity.title_en = title
    return activity
