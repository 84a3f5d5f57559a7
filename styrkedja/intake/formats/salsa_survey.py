"""SALSA with survey indices, one record per school, as collected from Skolverket's open API (data `salsa_skolenkat`).

`{generatedAt, latestPeriod, salsaPeriod, schools: [{kod, namn, period, meritvarde, ..., series, salsa*, survey:
{p, e}}]}`. SALSA figures stand at the file's `salsaPeriod`, other figures at the record's `period`, earlier years
in `series`. A survey of VT26 belongs to the school year 2025/26; its `n` is the number of answers. p: guardians,
e: pupils, by year group.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

from styrkedja.core.values import Group, Place, Population, UnitKind
from styrkedja.intake.formats._contract import Document, ParseContext, Parsed, RowError, Unit
from styrkedja.intake.formats._names import period_of
from styrkedja.intake.formats._values import LONGEST_CODE, Collector, json_text
from styrkedja.intake.messages import UnusableFile

ID = "salsa_survey"
SOURCE = "skv_salsa_survey"
TITLE = {"sv": "SALSA och Skolenkätens index per skola (JSON)", "en": "SALSA and survey indices per school (JSON)"}
CHECKS_UNITS = False

SALSA = ("salsaDev", "salsaActual", "salsaCalc", "salsaReqDev", "salsaParents")
NOT_MEASURES = {"kod", "namn", "kommun", "ort", "huvudman", "lat", "lng", "period", "series", "survey"}
NOT_INDICES = {"n", "sem", "ak"}
KEYS_OF_A_SCHOOL = {"survey", "salsaDev", "meritvarde"}
RECORDS_LOOKED_AT = 200
MOST_ANSWERS = 10_000_000
SHOWN = 80  # characters of what is wrong


def recognise(document: Document) -> bool:
    top = document.records[0] if len(document.records) == 1 else None
    schools = top.get("schools") if isinstance(top, dict) else None
    return isinstance(schools, list) and any(_is_school(school) for school in schools[:RECORDS_LOOKED_AT])


def _is_school(school: Any) -> bool:
    return isinstance(school, dict) and "kod" in school and bool(KEYS_OF_A_SCHOOL & school.keys())


def parse(document: Document, _context: ParseContext) -> Parsed:
    top = document.records[0]
    rows = Collector()
    for number, school in enumerate(top["schools"], start=1):
        if not isinstance(school, dict) or not re.fullmatch(r"[0-9]{8}", str(school.get("kod"))):
            shown = school.get("kod") if isinstance(school, dict) else school
            rows.errors.append(RowError(number, "kod", str(shown)[:80], "bad_school_code"))
            continue
        reader = _School(rows, number, school)
        reader.figures(str(school.get("period") or top.get("latestPeriod") or ""), str(top.get("salsaPeriod") or ""))
        reader.surveys()
    if not rows.unit_list:
        raise UnusableFile("no_rows")
    parsed = rows.parsed(rows=len(top["schools"]), title=str(top.get("source") or TITLE["sv"]))
    parsed.retrieved_at = _time(top.get("generatedAt"))
    return parsed


class _School:
    """One record's values, on their way into the common rows."""

    def __init__(self, rows: Collector, number: int, school: dict[str, Any]) -> None:
        self.rows, self.number, self.school = rows, number, school
        name = str(school.get("namn") or "")
        self.unit = rows.unit(Unit(UnitKind.SCHOOL_UNIT.value, str(school["kod"]), "", name, number, "kod"))

    def figures(self, period: str, salsa_period: str) -> None:
        for key, value in self.school.items():
            if key not in NOT_MEASURES:
                self._add(key, key, salsa_period if key in SALSA else period, value)
        for key, years in self._block(self.school, "series", "series").items():
            for year, value in self._block({key: years}, key, f"series/{key}").items():
                if year != period or key not in self.school:
                    self._add(key, f"series/{key}", year, value)

    def surveys(self) -> None:
        survey = self._block(self.school, "survey", "survey")
        for respondent in survey:
            block = self._block(survey, respondent, f"survey/{respondent}")
            year_group = f"/{block['ak']}" if block.get("ak") else ""
            n = _count(block.get("n"))
            for key, value in block.items():
                if key not in NOT_INDICES:
                    code = f"survey/{respondent}/{key}{year_group}"
                    self._add(code, code, str(block.get("sem") or ""), value, n)

    def _block(self, holder: dict[str, Any], key: str, column: str) -> dict[str, Any]:
        """The values below a key; nothing where they are not in the shape of this file, and an error says so."""
        block = holder.get(key)
        if block is not None and not isinstance(block, dict):
            self._refuse(column, json.dumps(block, ensure_ascii=False), "not_a_block")
        return block if isinstance(block, dict) else {}

    def _refuse(self, column: str, value: str, code: str) -> None:
        self.rows.errors.append(RowError(self.number, column[:SHOWN], value[:SHOWN], code))

    def _add(self, code: str, column: str, period_text: str, value: object, n: int | None = None) -> None:
        if isinstance(value, dict | list):
            self._refuse(column, json.dumps(value, ensure_ascii=False), "not_a_number")
            return
        if len(code) > LONGEST_CODE:
            self._refuse(column, code, "name_too_long_for_a_measure")
            return
        period = period_of(period_text)
        if period is None:
            self._refuse(column, period_text, "bad_period")
            return
        measure = self.rows.measure(code, code)
        group = (Group.ALL.value, Place.NONE.value, Population.ALL.value)
        self.rows.add((self.unit, measure, period, *group, json_text(value), n, self.number, column))


def _count(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST_ANSWERS:
        return None
    return int(value) if value == int(value) else None


def _time(text: object) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
