"""Kolada's answers, v3 and v2, recorded or as they came, and SKR's file "MasterData" (data-formats §2.1).

An answer is `{"values": [{kpi, municipality | ou, period, values: [{gender, value, status, isdeleted}]}]}`; pages
differ in their links and in the name of the deletion mark. Genders stand in any order and any may be absent. SKR's
file is `{municipality name: {kpi: {year: {gender: value}}}}`. Raw values, so the source may be given as Kolada.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import Any

from styrkedja.core.values import Population, UnitKind
from styrkedja.intake.formats._contract import Document, FileWarning, ParseContext, Parsed, RowError, Unit
from styrkedja.intake.formats._names import (
    kolada_titles,
    municipalities,
    municipality_codes,
    period_of,
    place_of,
)
from styrkedja.intake.formats._values import SHOWN, Collector, json_text
from styrkedja.intake.messages import UnusableFile

ID = "kolada"
SOURCE = "kolada"
TITLE = {"sv": "Kolada och SKR:s nyckeltalsfil (JSON)", "en": "Kolada and SKR's key figures (JSON)"}
CHECKS_UNITS = False

KPI = re.compile(r"^[NUX]\d{5}$")
OU = re.compile(r"^V\d{2}[A-Z]\d{6,12}$")
NATION = "0000"
GENDERS = ("T", "K", "M")


def recognise(document: Document) -> bool:
    return any(_is_answer(_opened(record)[0]) or _is_skr(record) for record in document.records[:5])


def _opened(record: Any) -> tuple[Any, str]:
    """The answer itself and when it was recorded."""
    if isinstance(record, dict) and "response" in record:
        answer = record["response"]
        answer = answer.get("body", answer) if isinstance(answer, dict) else answer
        return answer, str(record.get("fetchedAt") or record.get("fetched_at") or "")
    return record, ""


def _is_answer(answer: Any) -> bool:
    if not isinstance(answer, dict):
        return False
    if "deprecated" in str(answer.get("error", "")):
        return True
    if "kpi" in answer and "period" in answer:
        return True
    values = answer.get("values")
    if not isinstance(values, list):
        return False
    paged = bool({"next_url", "next_page", "previous_url", "previous_page"} & answer.keys())
    return (isinstance(values[0], dict) and "kpi" in values[0]) if values else paged or "count" in answer


def _is_skr(record: Any) -> bool:
    if not isinstance(record, dict) or not record:
        return False
    measures = next(iter(record.values()))
    kpi, years = next(iter(measures.items()), ("", None)) if isinstance(measures, dict) else ("", None)
    return bool(KPI.match(str(kpi))) and isinstance(years, dict)


def parse(document: Document, _context: ParseContext) -> Parsed:
    rows = Collector()
    warnings: list[FileWarning] = []
    times: list[str] = []
    if _is_skr(document.records[0]):
        records = _parse_skr(rows, document.records)
    else:
        records = _parse_answers(rows, document.records, warnings, times)
    if not records and not rows.errors:
        raise UnusableFile("kolada_empty")
    parsed = rows.parsed(rows=records, title=TITLE["sv"])
    parsed.warnings += warnings
    parsed.retrieved_at = _time(max(times, default=""))
    return parsed


def _measure(rows: Collector, kpi: str) -> tuple[int, str]:
    """Index of the measure, and the place its title names."""
    title = kolada_titles().get(kpi, "")
    return rows.measure(kpi, title or kpi), place_of(title)


# --- answers of the API ----------------------------------------------------------------------------------------------


def _parse_answers(rows: Collector, records: Sequence[Any], warnings: list[FileWarning], times: list[str]) -> int:
    """Number of data items; adds to `warnings` and `times`."""
    links: list[str] = []
    number = 0
    for record in records:
        answer, time = _opened(record)
        times.append(time)
        if isinstance(answer, dict) and answer.get("error"):
            code = "kolada_deprecated" if "deprecated" in str(answer["error"]) else "kolada_error"
            raise UnusableFile(code, text=str(answer["error"])[:200])
        for item in _items(answer):
            number += 1
            _add_item(rows, item, number)
        links += [str(answer[key]) for key in ("next_url", "next_page") if isinstance(answer, dict) and answer.get(key)]
    answers = len([record for record in records if "values" in (_opened(record)[0] or {})])
    if len(links) >= max(answers, 1):
        warnings.append(FileWarning("missing_page", {"link": links[-1][:200]}))
    return number


def _items(answer: Any) -> Iterator[dict[str, Any]]:
    if isinstance(answer, list):
        for part in answer:
            yield from _items(part)
    elif isinstance(answer, dict):
        if "kpi" in answer:
            yield answer
        else:
            yield from (item for item in answer.get("values") or [] if isinstance(item, dict))


def _add_item(rows: Collector, item: dict[str, Any], number: int) -> None:
    kpi = str(item.get("kpi") or "")
    if not KPI.match(kpi):
        rows.errors.append(RowError(number, "kpi", kpi, "bad_kpi"))
        return
    unit = _unit(item, number)
    if unit is None:
        rows.errors.append(_unit_error(item, number))
        return
    period = period_of(str(item.get("period", "")))
    if period is None:
        rows.errors.append(RowError(number, "period", str(item.get("period")), "bad_period"))
        return
    measure, place = _measure(rows, kpi)
    place = "" if unit.kind == UnitKind.SCHOOL_UNIT.value else place
    at = rows.unit(unit)
    nested = item.get("values")
    for value in nested if isinstance(nested, list) else [item]:
        group = str(value.get("gender") or "").upper() if isinstance(value, dict) else ""
        if group not in GENDERS:
            rows.errors.append(RowError(number, "gender", group, "bad_group"))
            continue
        deleted = value.get("isdeleted") or value.get("is_deleted") or item.get("is_deleted")
        text = None if deleted else json_text(value.get("value"))
        rows.add((at, measure, period, group, place, Population.ALL.value, text, None, number, f"{kpi} {group}"))


def _unit(item: dict[str, Any], number: int) -> Unit | None:
    code = str(item.get("municipality") or "")
    if code == NATION:
        return Unit(UnitKind.RIKET.value, UnitKind.RIKET.value, "", "Riket", number, "municipality")
    if code in municipalities():
        name = str(item.get("municipality_title") or municipalities()[code])
        return Unit(UnitKind.KOMMUN.value, code, "", name, number, "municipality")
    code = str(item.get("ou") or "")
    if OU.match(code):
        return Unit(UnitKind.SCHOOL_UNIT.value, code, "", str(item.get("ou_title") or ""), number, "ou")
    return None


def _unit_error(item: dict[str, Any], number: int) -> RowError:
    municipality, ou = str(item.get("municipality") or ""), str(item.get("ou") or "")
    if ou and not municipality:
        return RowError(number, "ou", ou[:SHOWN], "bad_ou")
    code = "unknown_municipality_code" if re.fullmatch(r"\d{1,4}", municipality) else "bad_kolada_unit"
    return RowError(number, "municipality", municipality[:SHOWN], code)


# --- SKR's file ------------------------------------------------------------------------------------------------------


def _parse_skr(rows: Collector, records: Sequence[Any]) -> int:
    number = 0
    for name, measures in (pair for record in records if isinstance(record, dict) for pair in record.items()):
        number += 1
        code = municipality_codes().get(" ".join(name.lower().removesuffix(" kommun").split()))
        if code is None or not isinstance(measures, dict):
            rows.errors.append(RowError(number, "kommun", name, "unknown_municipality"))
            continue
        unit = rows.unit(
            Unit(UnitKind.RIKET.value, UnitKind.RIKET.value, "", "Riket", number, "kommun")
            if code == NATION
            else Unit(UnitKind.KOMMUN.value, code, "", municipalities()[code], number, "kommun")
        )
        for kpi, years in measures.items():
            _add_years(rows, unit, kpi, years, number)
    return number


def _add_years(rows: Collector, unit: int, kpi: str, years: Any, number: int) -> None:
    if not KPI.match(kpi) or not isinstance(years, dict):
        rows.errors.append(RowError(number, kpi, "", "bad_kpi"))
        return
    measure, place = _measure(rows, kpi)
    for year, values in years.items():
        period = period_of(year)
        if period is None or not isinstance(values, dict):
            rows.errors.append(RowError(number, f"{kpi} {year}", year, "bad_period"))
            continue
        for group, value in values.items():
            if group not in GENDERS:
                rows.errors.append(RowError(number, f"{kpi} {year}", group, "bad_group"))
                continue
            where = f"{kpi} {year} {group}"
            text = json_text(value)
            rows.add((unit, measure, period, group, place, Population.ALL.value, text, None, number, where))


def _time(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
