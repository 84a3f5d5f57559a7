"""The header of Skolverket's school CSV: one row or several, and what each measure column measures, for whom.

Headings may be merged (a text in the first of its columns only), measure names may stand above or below a row of
groups (Totalt, Flickor, Pojkar), and two populations may stand side by side. The texts differ between years.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from styrkedja.core.periods import end_year
from styrkedja.core.values import Population
from styrkedja.intake.formats._names import group_of

FIRST_CELLS = ("skola", "skolenhet", "skolnamn")
CODE = re.compile(r"^skol-?\s?enhets-?\s?kod")
NOT_A_MEASURE = re.compile(r"kommun|^typ av|^huvudman|^l\u00e4n|^skol|organisation|orgnr|^k\u00f6n$")
NEGATED = re.compile(r"saknar|\b(ej|inte) ")
KNOWN = (
    (re.compile(r"^(?!.*(andel|beh\u00f6rig)).*\bantal elever(?! (som|utan|vars|med (?!slutbetyg)))"), "antal_elever"),
    (re.compile(r"\bandel.*(kriterierna|kunskapskraven|m\u00e5len|godk\u00e4n).*alla \u00e4mnen"), "andel_alla_amnen"),
    (re.compile(r"^(?!.*\bantal).*\bbeh\u00f6rig\w*.*yrkes"), "andel_behoriga_yr"),
    (re.compile(r"^(?!.*\bantal).*\bbeh\u00f6rig\w*.*estet"), "andel_behoriga_es"),
    (re.compile(r"^(?!.*\bantal).*\bbeh\u00f6rig\w*.*(ekonomi|humanist|samh\u00e4lls)"), "andel_behoriga_ekhusa"),
    (re.compile(r"^(?!.*\bantal).*\bbeh\u00f6rig\w*.*(naturvet|tekni)"), "andel_behoriga_nate"),
    (re.compile(r"meritv\u00e4rde.*\b17"), "meritvarde_17"),
    (re.compile(r"meritv\u00e4rde.*\b16"), "meritvarde_16"),
)
MERIT = "meritv\u00e4rde"
SEVENTEEN_SINCE = 2015  # the school year 2014/15 is the first counted on 17 subjects
EXCLUDING = re.compile(
    r"\b(exkl|utom|utan|ej)\w*\.? .{0,40}(ok\u00e4nd bakgr|nyinvandrade|nyanl\u00e4nda)", re.IGNORECASE
)
EVERYBODY = re.compile(r"^samtl\w*\.? elever$", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    """One measure column: its place in the grid, what the file calls it, what it measures, for whom.

    grp: "" where the header does not say; then the row's column "Kön" does, if there is one.
    """

    index: int
    header: str
    title: str
    measure: str
    grp: str
    population: str


@dataclass(frozen=True)
class Header:
    """banner: the filled cells above; rows: the header's rows from the top; names: the one that begins with the school;
    first: index of the first data row."""

    banner: list[str]
    rows: list[list[str]]
    names: list[str]
    first: int

    def knows_a_measure(self) -> bool:
        """False also for SALSA's file, whose columns are a model's values of the same measures."""
        texts = [cell.lower() for row in self.rows for cell in row]
        return not any(text.startswith("modell") for text in texts) and any(
            MERIT in text or any(pattern.search(text) for pattern, _ in KNOWN) for text in texts
        )


def found_header(head: list[list[str]]) -> Header | None:
    """The header by its first cell, with the rows of headings directly above and below."""
    at = next((number for number, row in enumerate(head) if _names_schools(row)), None)
    if at is None:
        return None
    top = at
    while top and not head[top - 1][0] and any(head[top - 1]):
        top -= 1
    first = at + 2 if at + 1 < len(head) and _is_below_names(head[at + 1]) else at + 1
    banner = [cell for row in head[:top] for cell in row if cell]
    return Header(banner, head[top:first], head[at], first)


def _names_schools(row: list[str]) -> bool:
    return bool(row) and row[0].lower() in FIRST_CELLS and any(CODE.match(cell.lower()) for cell in row)


def _is_below_names(row: list[str]) -> bool:
    filled = [cell for cell in row if cell]
    starts = re.compile(r"^[A-Za-z\u00c5\u00c4\u00d6\u00e5\u00e4\u00f6(]")
    return not row[0] and len(filled) > 1 and all(starts.match(cell) for cell in filled)


def measure_columns(header: Header, period: str) -> list[Column]:
    """Every column headed as a measure; a column without a text of its own in any row is none."""
    filled = _filled_right(header.rows)
    side_by_side = any(EXCLUDING.search(cell) for row in header.rows for cell in row)
    columns = []
    for index in range(len(header.names)):
        if not any(row[index] for row in header.rows):
            continue
        parts = [row[index] for row in filled if row[index]]
        title = " ".join(filter(None, map(_measure_in, parts)))
        if not title or NOT_A_MEASURE.search(title.lower()):
            continue
        grp = next((group for part in parts if (group := group_of(part))), "")
        if side_by_side and any(EVERYBODY.match(part) for part in parts):
            population = Population.ALL.value
        else:
            population = population_of([*header.banner, *parts])
        columns.append(Column(index, " ".join(parts), title, _measure_code(title, period), grp, population))
    return columns


def _measure_in(part: str) -> str:
    """What a heading says besides for whom."""
    text = EXCLUDING.split(part)[0].strip(" ,(-")
    only_for_whom = EVERYBODY.match(text) or group_of(text) or (text != part and text.lower() == "elever")
    return "" if only_for_whom else text


def population_of(texts: list[str]) -> str:
    excluding = any(EXCLUDING.search(text) for text in texts)
    return (Population.EXCL_NEW_UNKNOWN if excluding else Population.ALL).value


def _filled_right(rows: list[list[str]]) -> list[list[str]]:
    """A merged heading stands in its first column only; give it to the columns it spans, as far as the next heading
    above it."""
    filled = []
    for number, row in enumerate(rows):
        cells, last = [], ""
        for index, cell in enumerate(row):
            ends = any(above[index] and group_of(above[index]) is None for above in rows[:number])
            last = cell or ("" if ends else last)
            cells.append(last)
        filled.append(cells)
    return filled


def _measure_code(title: str, period: str) -> str:
    lowered = title.lower()
    for pattern, code in KNOWN:
        if pattern.search(lowered) and not NEGATED.search(lowered):
            return code
    if MERIT in lowered and not re.search(r"\d", lowered):
        return "meritvarde_17" if end_year(period) >= SEVENTEEN_SINCE else "meritvarde_16"
    plain = lowered.translate(str.maketrans("\u00e5\u00e4\u00f6\u00e9", "aaoe"))
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
