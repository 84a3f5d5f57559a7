"""Reads a wheel's file and refuses what cannot be: a typo stops the start, with the file, the line and the reason.

What it says is Swedish, for it reaches whoever starts the program as the one line they are told.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from styrkedja.organisation.models import SchoolForm
from styrkedja.wheel.models import Activity, DoneCheck, Kind

from ._checking import check_done, check_when, check_who
from ._shapes import Faulty, Process, Wheel, When, WhoAt, Words

ID = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*\Z")
NUMBER = re.compile(r"[0-9]+(\.[0-9]+)*[a-z]?\Z")
TABLE = re.compile(r"\s*\[\[\s*process\s*\]\]")
LINE = re.compile(r"at line (\d+)")
LONGEST_ID = 40  # as `AnnualCycle.wheel` keeps it
WORDS = ("title", "about", "before", "leaves", "routine")
ONE_LINE = {"title", "routine"}
OF_FILE = {"title_sv", "title_en", "about_sv", "about_en", "source_sv", "source_en", "starts", "process"}
OF_PROCESS = {"number", "kind", "title_sv", "title_en", "when", "responsible"}
ALSO_OF_FILE = {"school_forms", "default"}
ALSO_OF_PROCESS = {
    *(f"{word}_{language}" for word in WORDS[1:] for language in ("sv", "en")),
    "participants", "school_forms", "done_check", "done_with", "public",
}  # fmt: skip

Table = Mapping[str, Any]


def read(path: Path) -> Wheel:
    """The wheel of one file. Raises Faulty."""
    return _Reading(path).wheel()


def default_of(paths: Iterable[Path], wheels: Mapping[str, Wheel]) -> Wheel:
    """The one that is proposed when nobody has chosen. Raises Faulty where none is, or more than one."""
    chosen = [path for path in paths if wheels[path.stem].default]
    if not chosen:
        raise Faulty("inget årshjul i katalogen är valt som förval (default = true)")
    if len(chosen) > 1:
        line = _line_of("default", chosen[1].read_text("utf-8").splitlines(), 0)
        raise Faulty(f"{chosen[1].name}, rad {line}: {chosen[0].name} är redan förval (default)")
    return wheels[chosen[0].stem]


def _line_of(key: str, lines: Sequence[str], start: int) -> int:
    """The number of the line that says `key` in the table that begins on line `start` (from 0), else that table's."""
    says = re.compile(rf"\s*(\[\s*process\.)?[\"']?{re.escape(key)}[\"']?\s*[=.\]]")
    for at in range(start, len(lines)):
        if at > start and TABLE.match(lines[at]):
            break
        if says.match(lines[at]):
            return at + 1
    header = re.compile(rf"\s*\[+\s*[\"']?{re.escape(key)}[\"']?\s*\]")  # a table of a name we do not know
    return next((at + 1 for at, line in enumerate(lines) if header.match(line)), start + 1)


class _Reading:
    """One file, with the table that is being read: what is wrong is said with its line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: list[str] = []
        self.start = 0
        self.named = ""

    def wheel(self) -> Wheel:
        data = self._data()
        self.lines = self.path.read_text("utf-8").splitlines()
        if not ID.match(self.path.stem) or len(self.path.stem) > LONGEST_ID:
            self._refuse("", f"filens namn är inget id (a-z, 0-9, _; högst {LONGEST_ID} tecken)")
        self._keys(data, OF_FILE, ALSO_OF_FILE)
        forms = self._forms(data, ())
        if data["starts"] not in (1, 7) or isinstance(data["starts"], bool):
            self._refuse("starts", "starts är 1 (januari) eller 7 (juli)")
        head = {word: self._words(data, word) for word in ("title", "about", "source")}
        default = self._flag(data, "default")
        return Wheel(
            id=self.path.stem,
            **head,
            starts=data["starts"],
            school_forms=forms,
            processes=tuple(self._processes(data["process"], forms)),
            default=default,
        )

    def _data(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.path.read_bytes().decode("utf-8"))
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise Faulty(f"{self.path.name}, rad {line}: filen är inte skriven i UTF-8") from error
        except tomllib.TOMLDecodeError as error:
            found = LINE.search(str(error))
            line = int(found[1]) if found else self.path.read_text("utf-8").count("\n") + 1
            raise Faulty(f"{self.path.name}, rad {line}: går inte att läsa som TOML ({error})") from error

    def _refuse(self, key: str, reason: str) -> None:
        line = _line_of(key, self.lines, self.start) if key else self.start + 1
        about = f"{self.named}: " if self.named else ""
        raise Faulty(f"{self.path.name}, rad {line}: {about}{reason}")

    def _processes(self, tables: Any, forms: tuple[str, ...]) -> Iterable[Process]:
        if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
            self._refuse("process", "årshjulet saknar processer ([[process]])")
        starts = [at for at, line in enumerate(self.lines) if TABLE.match(line)]
        numbers: set[str] = set()
        for place, table in enumerate(tables):
            self.start = starts[place] if len(starts) == len(tables) else 0
            self.named = f"process {table.get('number', place + 1)}"
            made = self._process(table, forms)
            if made.number in numbers:
                self._refuse("number", "numret står två gånger")
            numbers.add(made.number)
            yield made

    def _process(self, table: Table, forms: tuple[str, ...]) -> Process:
        self._keys(table, OF_PROCESS, ALSO_OF_PROCESS)
        number = self._text(table, "number", _longest("number"))
        if not NUMBER.match(number):
            self._refuse("number", "number är siffror med punkt emellan, till exempel 3.1 eller 3.1b")
        responsible = self._who(table["responsible"], "responsible")
        check = self._one_of(table.get("done_check", DoneCheck.TICK), DoneCheck.values, "done_check")
        done_with = table.get("done_with", {})
        self._asked("done_with", check_done(check, done_with, responsible.level))
        self._asked("when", check_when(table["when"]))
        participants = table.get("participants", [])
        if not isinstance(participants, list):
            self._refuse("participants", "participants är en lista av roll och nivå")
        return Process(
            id=f"{self.path.stem}/{number}",
            number=number,
            kind=self._one_of(table["kind"], Kind.values, "kind"),
            **{word: self._words(table, word) for word in WORDS},
            when=When(**table["when"]),
            responsible=responsible,
            participants=tuple(self._who(one, "participants") for one in participants),
            school_forms=self._forms(table, forms),
            done_check=check,
            done_with=dict(done_with),
            public=self._flag(table, "public"),
        )

    def _keys(self, table: Table, required: Collection[str], optional: Collection[str]) -> None:
        for key in sorted(table.keys() - {*required, *optional}):
            self._refuse(key, f"okänt ord: {key}")
        if lacks := sorted({*required} - table.keys()):
            self._refuse("", f"det saknas: {', '.join(lacks)}")

    def _words(self, table: Table, word: str) -> Words:
        """Both languages, or neither where the words may be left out."""
        keys = (f"{word}_sv", f"{word}_en")
        if not any(key in table for key in keys):
            return Words()
        for key, other in (keys, keys[::-1]):
            if key not in table:
                self._refuse(other, f"{key} saknas: det som sägs på ett språk sägs på båda")
        longest = _longest(keys[0]) if word in ONE_LINE else None
        return Words(sv=self._text(table, keys[0], longest), en=self._text(table, keys[1], longest))

    def _text(self, table: Table, key: str, longest: int | None) -> str:
        value = table[key]
        if not isinstance(value, str) or not value.strip():
            self._refuse(key, f"{key} är tomt")
        text = str(value).strip()
        if longest and ("\n" in text or len(text) > longest):
            self._refuse(key, f"{key} är en rad på högst {longest} tecken")
        return text

    def _flag(self, table: Table, key: str) -> bool:
        if not isinstance(table.get(key, False), bool):
            self._refuse(key, f"{key} är true eller false")
        return bool(table.get(key, False))

    def _one_of(self, value: Any, known: Collection[str], key: str) -> str:
        if value not in known:
            self._refuse(key, f"{key} finns inte: {value} (välj bland {', '.join(known)})")
        return str(value)

    def _forms(self, table: Table, of_file: tuple[str, ...]) -> tuple[str, ...]:
        """None: all of the file's."""
        forms = table.get("school_forms", [])
        if not isinstance(forms, list) or ("school_forms" in table and not forms):
            self._refuse("school_forms", "school_forms är en lista av skolformer; utelämnad gäller det alla")
        for form in forms:
            self._one_of(form, SchoolForm.values, "school_forms")
            if of_file and form not in of_file:
                self._refuse("school_forms", f"årshjulet är inte för skolformen {form}")
        return tuple(forms)

    def _who(self, table: Any, key: str) -> WhoAt:
        self._asked(key, check_who(table))
        return WhoAt(role=table["role"], level=table["level"])

    def _asked(self, key: str, fault: str) -> None:
        if fault:
            self._refuse(key, f"{key}: {fault}")


def _longest(field: str) -> int:
    return int(Activity._meta.get_field(field).max_length)  # type: ignore[union-attr, arg-type]
