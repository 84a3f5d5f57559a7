"""The wide workbook: published figures, periods of costs, organisers kept apart, states counted by another reader."""

from __future__ import annotations

import time
import unicodedata
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from tests.intake.reading_back import Facts, facts
from tests.intake.test_safety import peak_megabytes
from tests.intake.workbooks import sheet_of, wide_rows, write_workbook

SHARE_9 = "Delmål 1: Andel (%) elever som har lägst betyget E i samtliga ämnen efter årskurs 9"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    path = Path(__file__).resolve().parents[3] / "shared/data/underlag_for_analys_2024_25_dev.xlsx"
    if not path.exists():
        pytest.skip("the reference material (../shared) is not on this machine")
    return facts(path, tmp_path_factory.mktemp("underlag"))


def test_the_nations_published_figures(published: Facts) -> None:
    nation = {fact.measure: fact for fact in published.where(kind="riket", code="riket")}
    assert len(nation) == 49
    assert nation["Delmål 1: Andel (%) elever som har lägst betyget E i samtliga ämnen efter årskurs 6"].value == 70.4
    assert nation[SHARE_9].value == 71.9
    assert nation["Elever: Antal elever"].value == 1104634
    survey = nation["Delmål 2: Elevers upplevelse av trygghet i årskurs 5 (medelvärde)"]  # "*" of the label removed
    assert (survey.value, survey.period) == (8.2, "2024/25")


def test_costs_belong_to_the_first_calendar_year(published: Facts) -> None:
    cost = published.one(kind="riket", measure="Kostnader: Per elev")
    assert (cost.value, cost.period) == (140200, "2024")
    assert published.result.periods == ("2024", "2024/25")


def test_units_of_every_kind(published: Facts) -> None:
    last = published.where(code="57548666")  # the sheet's last column: ÖSTHAMMARS KOMMUN: ÖSTERBYSKOLAN
    assert {(fact.kind, fact.organiser) for fact in last} == {("school_unit", "2120000290")}
    assert {fact.measure: fact.value for fact in last}["Elever: Antal elever"] == 383
    organiser = published.where(kind="huvudman", code="5560354309")
    assert len(organiser) == 49 and {fact.organiser for fact in organiser} == {""}
    assert published.where(code="34699165")[0].organiser == "2120000282"  # "... : S:T ILIANSSKOLAN (34699165)"


def test_states_agree_with_a_count_by_openpyxl(published: Facts, shared: Path) -> None:
    book = openpyxl.load_workbook(shared / "data/underlag_for_analys_2024_25_dev.xlsx", read_only=True)
    marks = {"..": "suppressed", "...": "suppressed", "-": "suppressed", ".": "missing", None: "missing"}
    expected = Counter(
        marks.get(value, "shown") if not isinstance(value, float | int) else "shown"
        for row in book.worksheets[0].iter_rows(min_row=5, max_row=53, min_col=2, values_only=True)
        for value in row
    )
    assert published.result.states == expected
    assert sum(expected.values()) == published.result.observations == 49 * 1131
    assert published.result.error_count == 0
    assert Counter(f.raw for f in published.rows)["..."] == 2128


def test_one_code_under_two_organisers_stays_two_units(tmp_path: Path) -> None:
    rows = wide_rows(16)
    rows[2][-1] = "ANNAN AB (5599999999): SKOLA (10000000)"
    read = facts(write_workbook(tmp_path / "a.xlsx", sheet_of(rows)), tmp_path)
    assert {fact.organiser for fact in read.where(code="10000000")} == {"5560000000", "5599999999"}
    assert read.result.error_count == 0


def test_cells_in_error_are_named_as_the_user_sees_them(tmp_path: Path) -> None:
    rows = wide_rows(8, measures=3)
    rows[5][2] = "oklart"  # row 6, column C when the sheet begins in A
    rows[2][3] = "en rubrik utan kod"
    for first_column, cells in ((0, ["D3", "C6"]), (2, ["F3", "E6"])):
        path = write_workbook(tmp_path / "a.xlsx", sheet_of(rows, first_column=first_column))
        read = facts(path, tmp_path)
        assert [error.cell for error in read.result.errors] == cells
        assert [error.code for error in read.result.errors] == ["bad_unit_heading", "not_a_number"]
        assert read.result.observations == 3 * (len(rows[2]) - 2) - 1


def test_several_years_under_one_heading(tmp_path: Path) -> None:
    rows = [
        ["Underlag för analys för grundskola efter mått, huvudman och läsår"],
        [],
        [None, "RIKET: TOTALT", None, "A AB (5560354309): HUVUDMAN", None],
        [None, "2023/24", "2024/25", "2023/24", "2024/25"],
        ["Elever: Antal elever", 1.0, 2.0, 3.0, 4.0],
        ["Kostnader: Per elev", 5.0, 6.0, "..", "."],
    ]
    read = facts(write_workbook(tmp_path / "a.xlsx", sheet_of(rows)), tmp_path)
    assert {(f.kind, f.period, f.value) for f in read.where(measure="Elever: Antal elever")} == {
        ("riket", "2023/24", 1),
        ("riket", "2024/25", 2),
        ("huvudman", "2023/24", 3),
        ("huvudman", "2024/25", 4),
    }
    assert read.one(kind="riket", measure="Kostnader: Per elev", period="2023").value == 5


FOUR_MEASURES = [
    ["Underlag för analys för grundskola efter mått, huvudman och läsår"],
    [],
    [None, "RIKET: TOTALT", "A AB (5560354309): HUVUDMAN"],
    [None, "2024/25", "2024/25"],
    [],
    ["ELEVER"],
    ["Elever: Antal elever", 1.0, 2.0],
    ["Elever: Andel (%) flickor", 3.0, ".."],
    [],
    ["KOSTNADER"],
    ["Kostnader: Per elev", 5.0, "."],
    [None, 8.0, 9.0],
    ["PERSONAL"],
    [],
    ["Personal: Totalt", 6.0, "oklart"],
    [],
    ["TECKENFÖRKLARINGAR"],
    [".", "Uppgiften saknas"],
    ["Statistikdatabasen uppdateras löpande."],
]


def test_empty_rows_and_headings_do_not_end_the_table(tmp_path: Path) -> None:
    read = facts(write_workbook(tmp_path / "a.xlsx", sheet_of(FOUR_MEASURES)), tmp_path)
    assert [(f.kind, f.measure, f.period, f.value, f.raw) for f in read.rows] == [
        ("riket", "Elever: Antal elever", "2024/25", 1, None),
        ("riket", "Elever: Andel (%) flickor", "2024/25", 3, None),
        ("riket", "Kostnader: Per elev", "2024", 5, None),
        ("riket", "Personal: Totalt", "2024/25", 6, None),
        ("huvudman", "Elever: Antal elever", "2024/25", 2, None),
        ("huvudman", "Elever: Andel (%) flickor", "2024/25", None, ".."),
        ("huvudman", "Kostnader: Per elev", "2024", None, "."),
    ]
    assert [(e.row, e.cell, e.code) for e in read.result.errors] == [
        (12, "A12", "no_measure_name"),
        (15, "C15", "not_a_number"),
    ]


def test_doubled_columns_that_differ_are_errors_by_their_cells(tmp_path: Path) -> None:
    rows = [row[:2] + row[2:3] * 2 + row[1:2] for row in FOUR_MEASURES[2:4]]
    rows = [FOUR_MEASURES[0], [], *rows]
    rows += [["Elever: Antal elever", 1.0, 2.0, 2.5, 1.0], ["Elever: Andel (%) flickor", 3.0, "..", "..", 4.0]]
    for first_column, (c5, d5, b6, e6) in ((0, ("C5", "D5", "B6", "E6")), (2, ("E5", "F5", "D6", "G6"))):
        read = facts(write_workbook(tmp_path / "a.xlsx", sheet_of(rows, first_column=first_column)), tmp_path)
        found = {e.cell: (e.row, e.column, e.value, e.code, e.params["cells"]) for e in read.result.errors}
        assert found == {
            c5: (5, c5[0], "2", "differing_cells", d5),
            d5: (5, d5[0], "2,5", "differing_cells", c5),
            b6: (6, b6[0], "3", "differing_cells", e6),
            e6: (6, e6[0], "4", "differing_cells", b6),
        }
        assert [(f.kind, f.measure, f.value, f.raw) for f in read.rows] == [
            ("riket", "Elever: Antal elever", 1, None),
            ("huvudman", "Elever: Andel (%) flickor", None, ".."),
        ]
        assert [(w.code, dict(w.params)) for w in read.result.warnings] == [("identical_rows", {"rows": "2"})]


def test_the_same_measure_in_two_rows(tmp_path: Path) -> None:
    rows = [
        *FOUR_MEASURES[:4],
        ["Elever: Antal elever*", 1.0, 2.0],
        ["Kostnader: Per elev", 5.0, 6.0],
        ["Elever: Antal elever", 1.0, 3.0],
    ]
    read = facts(write_workbook(tmp_path / "a.xlsx", sheet_of(rows)), tmp_path)
    assert [(f.kind, f.measure, f.period, f.value) for f in read.rows] == [
        ("riket", "Elever: Antal elever", "2024/25", 1),
        ("riket", "Kostnader: Per elev", "2024", 5),
        ("huvudman", "Kostnader: Per elev", "2024", 6),
    ]
    assert [(e.cell, e.code, e.params["cells"]) for e in read.result.errors] == [
        ("C5", "differing_cells", "C7"),
        ("C7", "differing_cells", "C5"),
    ]
    assert read.result.measures == 2


def test_other_school_forms_do_not_mix_with_compulsory_school(tmp_path: Path) -> None:
    rows = wide_rows(8, measures=1)
    rows[0] = ["Underlag för analys för gymnasieskola efter mått, huvudman och läsår"]
    read = facts(write_workbook(tmp_path / "a.xlsx", sheet_of(rows)), tmp_path)
    assert {fact.measure.split(":")[0] for fact in read.rows} == {"gymnasieskola"}


def test_a_full_workbook_fits_its_time_and_memory(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "full.xlsx", sheet_of(wide_rows(5325)))
    started = time.monotonic()
    work = tmp_path / "work"
    work.mkdir()
    from styrkedja.intake.parsing import parse_file

    stages: list[str] = []
    result = parse_file(path, work_dir=work, on_progress=lambda stage, _: stages.append(stage))
    assert result.observations == 49 * 5992
    assert time.monotonic() - started < 20  # far above what it needs, far below what a loop over cells would
    assert peak_megabytes(path, tmp_path) < 450
    assert stages == ["checking", "reading", "sorting", "writing"]


def test_decomposed_letters_in_a_workbook_are_composed(tmp_path: Path) -> None:
    rows = [[unicodedata.normalize("NFD", c) if isinstance(c, str) else c for c in row] for row in wide_rows(8, 2)]
    rows[2][-1] = unicodedata.normalize("NFD", "ÅRE KOMMUN (2120002494): ÖSTERSKOLAN (12345678)")
    read = facts(write_workbook(tmp_path / "a.xlsx", sheet_of(rows)), tmp_path)
    assert read.names["12345678"] == "\u00d6STERSKOLAN"
    assert {fact.measure.split(":")[0] for fact in read.rows} == {"Kostnader", "Delm\u00e5l 1"}


def test_a_period_nobody_knows_leaves_out_its_column_alone(tmp_path: Path) -> None:
    rows = wide_rows(8, measures=2)
    rows[3][1] = "2024/26"
    read = facts(write_workbook(tmp_path / "a.xlsx", sheet_of(rows)), tmp_path)
    assert [(e.row, e.column, e.value, e.cell) for e in read.result.errors] == [(4, "B", "2024/26", "B4")]
    assert read.result.observations == 2 * (len(rows[2]) - 2)
