"""From a read file to `UnitRow`s. Runs in the parsing child, after the same checks as every other upload.

Shapes (data-formats.md §2.6): Skolenhetsregistret v2, one unit or a list; v1; Skolverket's list of preschools (CSV);
our template. The head teacher's name, addresses and telephone numbers are left in the file.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from styrkedja.intake.formats._contract import Document, RowError, Table
from styrkedja.intake.messages import UnusableFile
from styrkedja.organisation.unit_rows import ACTIVE, CEASED, DORMANT, PLANNED, UnitRow

STATUS = {"AKTIV": ACTIVE, "VILANDE": DORMANT, "UPPHORT": CEASED, "UPPHÖRT": CEASED, "PLANERAD": PLANNED}
FORMS = {
    "fs": ("förskola", "preschool"),
    "fsk": ("förskoleklass", "preschool class"),
    "fth": ("fritidshem", "leisure-time centre"),
    "gr": ("grundskola", "compulsory school"),
    "gran": ("anpassad grundskola", "grundsärskola", "adapted compulsory school"),
    "sp": ("specialskola", "special school"),
    "sam": ("sameskola", "sami school"),
    "gy": ("gymnasieskola", "gymnasium", "upper secondary school"),
    "gyan": ("anpassad gymnasieskola", "gymnasiesärskola", "adapted upper secondary school"),
    "vux": ("komvux", "vuxenutbildning", "adult education"),
}
FORM_OF = {word: code for code, words in FORMS.items() for word in (code, *words)}
OLD_FORMS = {"grs": "gran", "gys": "gyan"}  # codes of before 2023, still met in older answers
TEMPLATE = ("namn", "kod", "skolformer", "under", "från", "till")
NATIONAL_CODE = re.compile(r"^\d{8}$")
OWN_CODE = re.compile(r"^[A-ZÅÄÖ][0-9A-ZÅÄÖ_-]{2,19}$")
EXCEL_DAY_ZERO = dt.date(1899, 12, 30)
MAX_UNITS = 20_000


@dataclass
class UnitFile:
    """What a file holds. form: registry_v2, registry_v1, preschools or template."""

    form: str
    rows: list[UnitRow] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)


def read(document: Document) -> UnitFile | None:
    """The units of a document; None when it is none of the shapes. Raises `UnusableFile` for one without units."""
    for recognise, parse in SHAPES:
        if recognise(document):
            found = parse(document)
            if not found.rows and not found.errors:
                raise UnusableFile("no_units")
            if len(found.rows) > MAX_UNITS:
                raise UnusableFile("too_many_rows", rows=str(MAX_UNITS))
            return _without_repeats(found)
    return None


def _without_repeats(found: UnitFile) -> UnitFile:
    """The same unit twice: once when both rows agree, else an error for each."""
    by_key: dict[str, list[UnitRow]] = {}
    for row in found.rows:
        by_key.setdefault(row.key, []).append(row)
    kept = []
    for rows in by_key.values():
        if len({_says(row) for row in rows}) == 1:
            kept.append(rows[0])
            continue
        for row in rows:
            others = ", ".join(str(other.row) for other in rows if other is not row)
            found.errors.append(RowError(row.row, "", row.code or row.name, "differing_rows", {"rows": others}))
    return UnitFile(found.form, kept, found.errors)


def _says(row: UnitRow) -> tuple[Any, ...]:
    return (row.name, row.status, row.forms, row.first_day, row.last_day, row.under)


# --- Skolenhetsregistret -------------------------------------------------------------------------------------------


def _is_v2(document: Document) -> bool:
    return any(isinstance(r, Mapping) and _v2_units(r) is not None for r in document.records[:20])


def _v2_units(record: Mapping[str, Any]) -> list[Any] | None:
    """The attributes of each unit with its code; None when the record is no answer of v2 about school units."""
    data = record.get("data")
    if not isinstance(data, Mapping) or str(data.get("type", "schoolunit")).lower() != "schoolunit":
        return None
    attributes = data.get("attributes")
    if isinstance(attributes, list):
        return attributes
    if isinstance(attributes, Mapping) and "schoolUnitCode" in {**data, **attributes}:
        return [{"schoolUnitCode": data.get("schoolUnitCode"), **attributes}]
    return None


def _read_v2(document: Document) -> UnitFile:
    found = UnitFile("registry_v2")
    number = 0
    for record in document.records:
        units = _v2_units(record) if isinstance(record, Mapping) else None
        if units is None:
            number += 1
            found.errors.append(RowError(number, "", str(record)[:80], "not_a_unit"))
            continue
        included = record.get("included")
        organiser = included.get("organizationNumber", "") if isinstance(included, Mapping) else ""
        for unit in units:
            number += 1
            _add(found, number, _unit_v2, unit, organiser)
    return found


def _unit_v2(number: int, unit: Any, organiser: str) -> UnitRow:
    if not isinstance(unit, Mapping):
        raise _Bad("", str(unit)[:80], "not_a_unit")
    forms = unit.get("schoolTypes")
    return UnitRow(
        code=_national_code(unit, "schoolUnitCode"),
        name=_name(unit, "displayName" if "displayName" in unit else "name"),
        status=_status(unit.get("status", "AKTIV")),
        forms=None if not isinstance(forms, list) else _forms([str(f).lower() for f in forms], "schoolTypes"),
        first_day=_day(_text(unit.get("startdate") or unit.get("startDate")), "startdate"),
        last_day=_day(_text(unit.get("endDate") or unit.get("enddate")), "endDate"),
        organiser=_digits(organiser, 10),
        municipality=_digits(_text(unit.get("municipalityCode")), 4),
        row=number,
    )


def _is_v1(document: Document) -> bool:
    return any(isinstance(r, Mapping) and isinstance(r.get("Skolenheter"), list) for r in document.records[:20])


def _read_v1(document: Document) -> UnitFile:
    found = UnitFile("registry_v1")
    number = 0
    for record in document.records:
        for unit in record.get("Skolenheter", []) if isinstance(record, Mapping) else []:
            number += 1
            _add(found, number, _unit_v1, unit)
    return found


def _unit_v1(number: int, unit: Any) -> UnitRow:
    if not isinstance(unit, Mapping):
        raise _Bad("", str(unit)[:80], "not_a_unit")
    return UnitRow(
        code=_national_code(unit, "Skolenhetskod"),
        name=_name(unit, "Skolenhetsnamn"),
        status=_status(unit.get("Status", "AKTIV")),
        organiser=_digits(_text(unit.get("PeOrgNr")), 10),
        municipality=_digits(_text(unit.get("Kommunkod")), 4),
        row=number,
    )


# --- Tables ----------------------------------------------------------------------------------------------------------


def _header(table: Table | None, wanted: tuple[str, ...]) -> tuple[int, dict[str, int]] | None:
    """The row of the header (from 0) and the place of every named column."""
    if table is None:
        return None
    for index, row in enumerate(table.head()):
        places = {cell.strip().casefold(): place for place, cell in enumerate(row) if cell.strip()}
        if all(name in places for name in wanted):
            return index, places
    return None


PRESCHOOLS = ("skolverkets_id", "organisationsnummer", "namn", "kommunkod")


def _read_preschools(document: Document) -> UnitFile:
    found = UnitFile("preschools")
    for number, cells in _rows(document.table, PRESCHOOLS):
        _add(found, number, _preschool, cells)
    return found


def _preschool(number: int, cells: Mapping[str, str]) -> UnitRow:
    code = cells["skolverkets_id"].removesuffix(".0")
    if not code.isascii() or not code.isdigit() or len(code) > 7:
        raise _Bad("skolverkets_id", code, "bad_preschool_id")
    return UnitRow(
        code=f"F{code.zfill(7)}",  # no national code exists: a code of our own, stable as long as Skolverket's id
        name=_name(cells, "namn"),
        forms=("fs",),
        organiser=_digits(cells["organisationsnummer"], 10),
        municipality=_digits(cells["kommunkod"], 4),
        row=number,
    )


def _read_template(document: Document) -> UnitFile:
    found = UnitFile("template")
    for number, cells in _rows(document.table, TEMPLATE[:3]):
        _add(found, number, _template_row, cells)
    return found


def _template_row(number: int, cells: Mapping[str, str]) -> UnitRow:
    code = cells["kod"].removesuffix(".0").upper()
    if code and not NATIONAL_CODE.match(code) and not OWN_CODE.match(code):
        raise _Bad("kod", code, "bad_own_code")
    words = [word.strip().casefold() for word in re.split(r"[,;/+]", cells["skolformer"]) if word.strip()]
    first, last = _day(cells.get("från", ""), "från"), _day(cells.get("till", ""), "till")
    if first and last and last < first:
        raise _Bad("till", cells["till"], "ends_before_start")
    return UnitRow(
        code=code,
        name=_name(cells, "namn"),
        forms=_forms(words, "skolformer"),
        first_day=first,
        last_day=last,
        under=cells.get("under", ""),
        row=number,
    )


def _rows(table: Table | None, wanted: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Every filled row below the header: (number in the file, {column: text})."""
    assert table is not None
    found = _header(table, wanted)
    assert found is not None
    at, places = found
    for index in range(at + 1, table.grid.height):
        row = table.row(index)
        if any(row):
            yield index + 1, {name: row[place] for name, place in places.items()}


# --- Values ----------------------------------------------------------------------------------------------------------


class _Bad(Exception):
    """A value that cannot be used: its column, itself, and the code of the message."""

    def __init__(self, column: str, value: str, code: str) -> None:
        super().__init__(code)
        self.column, self.value, self.code = column, value, code


def _add(found: UnitFile, number: int, make: Callable[..., UnitRow], *said: Any) -> None:
    try:
        found.rows.append(make(number, *said))
    except _Bad as bad:
        found.errors.append(RowError(number, bad.column, bad.value[:200], bad.code))


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _digits(value: str, length: int) -> str:
    """A number that may have lost its leading zeros or carry a hyphen: "662" -> "0662"; "" stays ""."""
    digits = value.strip().removesuffix(".0").replace("-", "")
    return digits.zfill(length) if digits else ""


def _national_code(unit: Mapping[str, Any], column: str) -> str:
    code = _text(unit.get(column))
    if not NATIONAL_CODE.match(code):
        raise _Bad(column, code, "bad_school_code")
    return code


def _name(cells: Mapping[str, Any], column: str) -> str:
    name = _text(cells.get(column))
    if not name:
        raise _Bad(column, "", "name_missing")
    if len(name) > 200:
        raise _Bad(column, name, "name_too_long")
    return name


def _status(value: Any) -> str:
    status = STATUS.get(_text(value).upper())
    if status is None:
        raise _Bad("status", _text(value), "unknown_status")
    return status


def _forms(words: list[str], column: str) -> tuple[str, ...]:
    """Codes in the order of `FORMS`, whatever the order of the file."""
    named = {FORM_OF.get(OLD_FORMS.get(word, word), "") for word in words}
    if "" in named:
        unknown = next(w for w in words if OLD_FORMS.get(w, w) not in FORM_OF)
        raise _Bad(column, unknown, "unknown_form")
    return tuple(code for code in FORMS if code in named)


def _day(text: str, column: str) -> str:
    """ISO, from "2024-08-01", "2024-08-01 00:00:00", "20240801" or a spreadsheet's day number; "" stays ""."""
    text = text.strip()
    if not text:
        return ""
    try:
        if re.fullmatch(r"\d{5}(\.0)?", text):
            return (EXCEL_DAY_ZERO + dt.timedelta(days=int(text[:5]))).isoformat()
        return dt.date.fromisoformat(text[:10] if "-" in text else text).isoformat()
    except ValueError as error:
        raise _Bad(column, text, "bad_day") from error


SHAPES: tuple[tuple[Callable[[Document], bool], Callable[[Document], UnitFile]], ...] = (
    (_is_v2, _read_v2),
    (_is_v1, _read_v1),
    (lambda document: _header(document.table, PRESCHOOLS) is not None, _read_preschools),
    (lambda document: _header(document.table, TEMPLATE[:3]) is not None, _read_template),
)
