"""Translations: one `locale/sv/<room>.po` a room, merged into the one catalogue Django reads.

English msgids stand in the code. `--check` fails on a missing, fuzzy or contradicting entry, `--update` adds
missing msgids (with an empty msgstr, for a person to fill in), and the merged file is compiled when stale. Babel
does the work, so no GNU gettext is needed on the machine.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "locale" / "sv"
COMPILED = LOCALE / "LC_MESSAGES" / "django.mo"
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
# Their words are Django's own; we only use the languages' names.
NOT_OURS = {"Swedish", "English"}


def room_of(path: Path) -> str:
    """The room a source file or template belongs to; what no room owns is core's."""
    parts = path.relative_to(ROOT).parts
    rooms = {p.name for p in (ROOT / "styrkedja").iterdir() if p.is_dir()}
    return parts[1] if len(parts) > 2 and parts[1] in rooms else "core"


def messages() -> Iterator[tuple[str, str | tuple[str, str], str | None, str]]:
    """Every (room, msgid or (singular, plural), context, place) in code and templates."""
    for path in sorted((ROOT / "styrkedja").rglob("*.py")):
        yield from _from_python(path, path.read_bytes())
    for path in sorted((ROOT / "templates").rglob("*.*")):
        if path.suffix in (".html", ".txt", ".svg"):
            yield from _from_python(path, _templatize(path).encode())


def _templatize(path: Path) -> str:
    from django.conf import settings

    if not settings.configured:
        settings.configure()
    from django.utils.translation.template import templatize

    # Indentation means nothing in a template but would to the reader of Python it is turned into.
    return "\n".join(line.lstrip() for line in str(templatize(path.read_text("utf-8"), origin=str(path))).splitlines())


def _from_python(path: Path, source: bytes) -> Iterator[tuple[str, str | tuple[str, str], str | None, str]]:
    for line, message, _comments, context in extract("python", io.BytesIO(source), keywords=KEYWORDS):
        yield (
            room_of(path),
            message if isinstance(message, str) else (message[0], message[1]),
            context,
            f"{path.name}:{line}",
        )


def catalogues() -> dict[str, Catalog]:
    found = {}
    for path in sorted(LOCALE.glob("*.po")):
        with path.open("rb") as file:
            found[path.stem] = read_po(file, locale="sv")
    return found


def check() -> list[str]:
    """Every fault, one line each."""
    rooms, faults = catalogues(), []
    for room, message, context, place in messages():
        first = message if isinstance(message, str) else message[0]
        entry = rooms.get(room, Catalog(locale="sv")).get(first, context)
        if first in NOT_OURS:
            continue
        if entry is None or not entry.string or (isinstance(entry.string, tuple) and not all(entry.string)):
            faults.append(f"{room}.po: no Swedish for {first!r} ({place})")
        elif entry.fuzzy:
            faults.append(f"{room}.po: fuzzy: {first!r}")
    return sorted(set(faults)) + _contradictions(rooms)


def _contradictions(rooms: dict[str, Catalog]) -> list[str]:
    seen: dict[tuple[str, str | None], tuple[str, object]] = {}
    faults = []
    for room, catalogue in rooms.items():
        for entry in catalogue:
            first = entry.id if isinstance(entry.id, str) else entry.id[0]
            if not first or not entry.string:
                continue
            other = seen.setdefault((first, entry.context), (room, entry.string))
            if other[1] != entry.string:
                faults.append(f"{room}.po and {other[0]}.po say different things for {first!r}")
    return faults


def update() -> None:
    """Add what is missing to each room's file and take out what nobody says any more."""
    rooms = catalogues()
    wanted: dict[str, set[tuple[str, str | None]]] = {}
    for room, message, context, _place in messages():
        first = message if isinstance(message, str) else message[0]
        if first in NOT_OURS:
            continue
        catalogue = rooms.setdefault(room, Catalog(locale="sv", fuzzy=False))
        wanted.setdefault(room, set()).add((first, context))
        if catalogue.get(first, context) is None:
            catalogue.add(message, context=context)
    for room, catalogue in rooms.items():
        for entry in [e for e in catalogue if e.id]:
            first = entry.id if isinstance(entry.id, str) else entry.id[0]
            if (first, entry.context) not in wanted.get(room, set()):
                catalogue.delete(first, entry.context)
        write(room, catalogue)


def write(room: str, catalogue: Catalog) -> None:
    LOCALE.mkdir(parents=True, exist_ok=True)
    with (LOCALE / f"{room}.po").open("wb") as file:
        write_po(file, catalogue, omit_header=True, sort_output=True, width=110, no_location=True)


def compile_if_stale() -> None:
    """Merge and compile when a room's file is newer than the compiled catalogue."""
    sources = sorted(LOCALE.glob("*.po"))
    newest = max((path.stat().st_mtime for path in sources), default=0.0)
    if COMPILED.exists() and COMPILED.stat().st_mtime >= newest:
        return
    merged = Catalog(locale="sv", fuzzy=False)
    for catalogue in catalogues().values():
        for entry in catalogue:
            if entry.id and entry.string:
                merged.add(entry.id, entry.string, context=entry.context)
    COMPILED.parent.mkdir(parents=True, exist_ok=True)
    fresh = COMPILED.with_suffix(f".{os.getpid()}")  # two who start at once: each its own
    with fresh.open("wb") as file:
        write_mo(file, merged)
    fresh.replace(COMPILED)


def main(arguments: list[str]) -> int:
    if "--update" in arguments:
        update()
        return 0
    faults = check()
    print("\n".join(faults) or "translations complete")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
