"""Recorded answers of Skolverket's Planned Educations API v4: statistics of a school unit, or national values (§2.5).

One record is `{url, fetchedAt, response: {status, message, body}}`, or the answer alone. Every list of
`{value, valueType, timePeriod}` is a measure; its code is "<form>/<key>", deeper keys joined by "/". A null value
with a null timePeriod says that there is nothing for any year: it is kept as missing for the latest year the file
has of that measure.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterator
from typing import Any

from styrkedja.core.values import Group, Place, Population, UnitKind
from styrkedja.intake.formats._contract import Document, FileWarning, ParseContext, Parsed, RowError, Unit
from styrkedja.intake.formats._names import period_of
from styrkedja.intake.formats._values import Collector, json_text
from styrkedja.intake.messages import UnusableFile

ID = "planned_educations"
SOURCE = "skv_planned_educations"
TITLE = {
    "sv": "Skolverket: Planned Educations v4, statistik (JSON)",
    "en": "Skolverket: Planned Educations v4, statistics (JSON)",
}
CHECKS_UNITS = False
RECORDS_LOOKED_AT = 200  # the first schools may have no figures at all

FORM = re.compile(r"/statistics/(?:national-values/)?(fsk|gran|gr|gyan|gy|[a-z]{2,6})(?:/([A-Z0-9]{2,8}))?(?:[/?#]|$)")
UNIT = re.compile(r"/school-units/(\d{8})\b")
NATIONAL = "/statistics/national-values/"
WITHOUT_VALUE = {  # what valueType says when the value itself is null
    "OMITTED_DUE_TO_BASED_ON_FEW_PUPILS": "..",
    "ROUNDED_OFF_DUE_TO_FEW_PUPILS_NOT_ELIGIBLE": "~100",
    "TEACHERS_EXCLUDED_DUE_TO_NO_REQUIRED_LEGITIMATION": "*",
}


def recognise(document: Document) -> bool:
    return any(_has_figures(record) for record in itertools.islice(document.records, RECORDS_LOOKED_AT))


def _has_figures(record: Any) -> bool:
    body, url, _ = _opened(record)
    known = isinstance(body, dict) and (UNIT.search(url) or NATIONAL in url or "schoolUnit" in body)
    return bool(known) and any(True for _ in _series(body))


def _opened(record: Any) -> tuple[Any, str, str]:
    """Body, address and time of one recorded answer."""
    if not isinstance(record, dict):
        return None, "", ""
    answer = record.get("response", record)
    answer = answer if isinstance(answer, dict) else {}
    body = answer.get("body", answer)
    url = str(record.get("url") or "")
    if not url and isinstance(body, dict):
        url = _self_link(body)
    return body, url, str(record.get("fetchedAt") or "")


def _self_link(body: dict[str, Any]) -> str:
    links = body.get("_links")
    self_link = links.get("self") if isinstance(links, dict) else None
    return str(self_link.get("href") or "") if isinstance(self_link, dict) else ""


def _series(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    """Every list of values below a node, with its path; programmes in a list are told apart by their code."""
    if isinstance(node, dict):
        for key, child in node.items():
            if key != "_links":
                yield from _series(child, (*path, str(key)))
    elif isinstance(node, list) and node and all(isinstance(item, dict) for item in node):
        if all("valueType" in item for item in node):
            yield path, node
            return
        for item in node:
            code = item.get("programCode") or item.get("studyPathCode")
            yield from _series(item, (*path[:-1], str(code)) if code else path)


def parse(document: Document, _context: ParseContext) -> Parsed:
    rows = Collector()
    unplaced: list[tuple[int, int, str | None, int, str]] = []
    latest: dict[int, str] = {}
    taken: set[tuple[int, int]] = set()
    times = []
    for number, record in enumerate(document.records, start=1):
        body, url, fetched = _opened(record)
        times.append(fetched)
        unit = _unit(body, url, number) if isinstance(body, dict) else None
        if unit is None:
            rows.errors.append(RowError(number, "url", url[:200], "no_school_unit"))
            continue
        form = _form(url)
        for path, items in _series(body):
            measure = rows.measure("/".join((form, *path)), path[-1])
            for item in items:
                text = _text(item)
                if item.get("timePeriod") is None:
                    unplaced.append((rows.unit(unit), measure, text, number, path[-1]))
                    continue
                period = period_of(str(item["timePeriod"]))
                if period is None:
                    rows.errors.append(RowError(number, path[-1], str(item["timePeriod"]), "bad_period"))
                    continue
                latest[measure] = max(period, latest.get(measure, ""))
                at = rows.unit(unit)
                taken.add((at, measure))
                _add(rows, at, measure, period, text, number, path[-1])
    if not rows.unit_list:
        raise UnusableFile("no_rows")
    left_out = _add_unplaced(rows, unplaced, latest, taken)
    parsed = rows.parsed(rows=len(document.records), title=TITLE["sv"])
    parsed.retrieved_at = _latest_time(times)
    if left_out:
        parsed.warnings.append(FileWarning("values_without_period", {"values": str(left_out)}))
    return parsed


def _add(rows: Collector, unit: int, measure: int, period: str, text: str | None, row: int, column: str) -> None:
    rows.add((unit, measure, period, Group.ALL.value, Place.NONE.value, Population.ALL.value, text, None, row, column))


def _add_unplaced(
    rows: Collector,
    unplaced: list[tuple[int, int, str | None, int, str]],
    latest: dict[int, str],
    taken: set[tuple[int, int]],
) -> int:
    """Place values without a year in their measure's latest year; how many had none, or a number without a year."""
    left_out = 0
    for unit, measure, text, row, column in unplaced:
        period = latest.get(measure)
        if period is None or (unit, measure) in taken or text not in (None, "."):
            left_out += 1
        else:
            _add(rows, unit, measure, period, text, row, column)
    return left_out


def _unit(body: dict[str, Any], url: str, row: int) -> Unit | None:
    if NATIONAL in url:
        return Unit(UnitKind.RIKET.value, UnitKind.RIKET.value, "", "Riket", row, "url")
    found = UNIT.search(url)
    code = str(body.get("schoolUnit") or body.get("schoolUnitCode") or (found[1] if found else ""))
    return Unit(UnitKind.SCHOOL_UNIT.value, code, "", "", row, "schoolUnit") if re.fullmatch(r"\d{8}", code) else None


def _form(url: str) -> str:
    found = FORM.search(url)
    if not found:
        return "gr"
    return f"{found[1]}/{found[2]}" if found[2] else found[1]


def _text(item: dict[str, Any]) -> str | None:
    value = item.get("value")
    return WITHOUT_VALUE.get(str(item.get("valueType"))) if value is None else json_text(value)


def _latest_time(times: list[str]) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(max(times)) if any(times) else None
    except ValueError:
        return None
