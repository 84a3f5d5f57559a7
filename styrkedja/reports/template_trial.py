"""Whether slides can be made in a file somebody sent: `python -m styrkedja.reports.template_trial FILE`.

Runs in a process of its own, under limits, without Django or database: whatever a hostile file does, it does it here.
Prints {"opening", "layout"}, names of layouts, or {"refused": code} (`slide_templates` has the sentences).
"""

from __future__ import annotations

import json
import resource
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE

from styrkedja.reports.renderers.slides.layouts import OF_DECK, OF_TEMPLATE, TYPES, NoRoom, chosen, opened

MB = 1024 * 1024
CPU_SECONDS, MEMORY = 20, 700 * MB
MAX_ENTRIES, MAX_INFLATED, MAX_PART = 3_000, 200 * MB, 60 * MB
OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of .ppt and of what is encrypted
XML = (".xml", ".rels", ".vml")


class Refusal(Exception):
    """Why the file is not taken; `code` of `slide_templates`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def main(path: Path) -> dict[str, str]:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    try:
        content = path.read_bytes()
        inspect(content)
        return trial(content)
    except Refusal as refusal:
        return {"refused": refusal.code}
    except NoRoom:
        return {"refused": "no_layout"}


def inspect(content: bytes) -> None:
    """Every part of the file, counted as it is unpacked: its header may lie. Raises Refusal."""
    if content.startswith(OLD_OR_LOCKED):
        raise Refusal("encrypted")
    if not zipfile.is_zipfile(BytesIO(content)):
        raise Refusal("other")
    with zipfile.ZipFile(BytesIO(content)) as packed:
        entries = packed.infolist()
        names = [entry.filename.lower() for entry in entries]
        if len(entries) > MAX_ENTRIES or len(set(names)) < len(names):
            raise Refusal("swells" if len(entries) > MAX_ENTRIES else "broken")
        if any(entry.flag_bits & 0x1 for entry in entries):
            raise Refusal("encrypted")
        if any(name.startswith("/") or "\\" in name or ".." in name.split("/") for name in names):
            raise Refusal("broken")
        _look_at_names(names)
        inflated = 0
        for entry in entries:
            held = _unpacked(packed, entry)
            inflated += len(held)
            if inflated > MAX_INFLATED:
                raise Refusal("swells")
            if entry.filename.lower().endswith(XML):
                _look_at_xml(entry.filename, held)


def _look_at_names(names: list[str]) -> None:
    if any("vbaproject" in name for name in names):
        raise Refusal("macros")
    if any("/activex/" in name or (name.startswith("ppt/embeddings/") and name.endswith(".bin")) for name in names):
        raise Refusal("active")
    if TYPES.lower() not in names:
        raise Refusal("other")


def _unpacked(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with packed.open(entry) as part:
        held = part.read(MAX_PART + 1)
    if len(held) > MAX_PART:
        raise Refusal("swells")
    return held


def _look_at_xml(name: str, held: bytes) -> None:
    """No document types, whose entities could swell or fetch; no macros under another name; nothing fetched."""
    if any(sign in held for word in ("<!DOCTYPE", "<!ENTITY") for sign in (word.encode(), word.encode("utf-16-le"),
                                                                           word.encode("utf-16-be"))):  # fmt: skip
        raise Refusal("broken")
    if name == TYPES:
        if b"macroEnabled" in held or b"vbaProject" in held:
            raise Refusal("macros")
        if OF_DECK not in held and OF_TEMPLATE not in held:
            raise Refusal("other")
    if name.endswith(".rels"):
        for relation in etree.fromstring(held, etree.XMLParser(resolve_entities=False, no_network=True)):
            outside = relation.get("TargetMode") == "External"
            if outside and not relation.get("Type", "").endswith("/hyperlink"):
                raise Refusal("external")


def trial(content: bytes) -> dict[str, str]:
    """A deck of two slides, saved and opened again. Raises NoRoom, Refusal, and whatever a broken file brings about."""
    deck = opened(content)
    found = chosen(deck)
    deck.slides.add_slide(found.opening)
    slide: Any = deck.slides.add_slide(found.content)
    if slide.shapes.title is None:
        raise NoRoom
    slide.shapes.title.text_frame.text = "Åäö"
    data = CategoryChartData()
    data.categories = ["2024/25"]
    data.add_series("Åäö", [1.0])
    area = found.area
    slide.shapes.add_chart(XL_CHART_TYPE.LINE_MARKERS, area.left, area.top, area.width, area.height, data)
    if slide.notes_slide.notes_text_frame is None:
        raise Refusal("no_notes")
    made = BytesIO()
    deck.save(made)
    opened(made.getvalue())
    return {"opening": found.opening.name, "layout": found.content.name}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
