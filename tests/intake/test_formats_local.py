"""Our own template: what people write in it, and each thing that can be wrong with a row."""

from __future__ import annotations

from pathlib import Path

import pytest

from styrkedja.config.local_indicators import local_indicators
from styrkedja.intake.parsing import IndicatorRule, ParseContext, UnusableFile
from tests.intake.reading_back import Facts, facts
from tests.intake.workbooks import sheet_of, write_workbook

HEADER = "enhet;indikator;del;period;grupp;värde;täljare;nämnare\n"
CONTEXT = ParseContext(
    indicators={
        "absence_total": IndicatorRule(),
        "pupils_per_teacher": IndicatorRule(factor=1, bounded=False, people=""),
        "offence_rate": IndicatorRule(bounded=False),
        "group_size": IndicatorRule(factor=1, bounded=False, people="numerator"),
        "assess_y1": IndicatorRule(parts=("matematik", "svenska")),
    },
    known_units={"95197505": "school_unit", "F-12": "school_unit", "0665": "kommun", "2120000522": "huvudman"},
)


def read(tmp_path: Path, *rows: str, header: str = HEADER, context: ParseContext | None = CONTEXT) -> Facts:
    path = tmp_path / "upload"
    path.write_text(header + "".join(row + "\n" for row in rows), encoding="utf-8")
    return facts(path, tmp_path, context)


def test_values_counts_and_marks(tmp_path: Path) -> None:
    got = read(
        tmp_path,
        "95197505;absence_total;;2024/25;T;7,5;;",
        "95197505;absence_total;;2024/25;flickor;;9;120",
        "95197505;absence_total;;2024/25;M;..;;",
        "95197505;assess_y1;matematik;2024/25;;81 %;;",
        "F-12;pupils_per_teacher;;2024;;;124;10,5",
        "665;absence_total;;VT25;T;6,1;;",
        "212000-0522;absence_total;;2024;T;4 102;;",
    )
    assert got.result.error_count == 0
    assert got.one(code="95197505", measure="absence_total", grp="T").value == 7.5
    girls = got.one(grp="K")
    assert (girls.value, girls.n, girls.numerator) == (7.5, 120, 9)  # 100 * 9 / 120
    boys = got.one(grp="M")
    assert (boys.state, boys.value, boys.raw) == ("suppressed", None, "..")
    assert got.one(measure="assess_y1/matematik").value == 81
    teachers = got.one(measure="pupils_per_teacher")
    assert teachers.value == pytest.approx(11.80952, abs=1e-5)  # 124 / 10.5; no number of people, so no n
    assert (teachers.n, teachers.numerator) == (None, 124)
    assert got.one(code="0665").period == "2024/25"  # the leading zero lost in a spreadsheet
    assert (got.one(code="2120000522").kind, got.one(code="2120000522").value) == ("huvudman", 4102)


def test_how_many_people_a_figure_is_about(tmp_path: Path) -> None:
    """Said in a column of its own, or by the count that counts people."""
    got = read(
        tmp_path,
        "95197505;pupils_per_teacher;;2024/25;T;11,8;;;124",
        "95197505;pupils_per_teacher;;2023/24;T;;124;10,5;124",
        "95197505;absence_total;;2024/25;T;..;;;7",
        "95197505;absence_total;;2023/24;T;7,5;9;120;120",
        "95197505;offence_rate;;2024/25;T;;12;480;",
        "95197505;group_size;;2024/25;T;;129;10;",
        "95197505;group_size;;2023/24;T;12,9;;;129",
        header=HEADER.replace("nämnare\n", "nämnare;antal\n"),
    )
    assert got.result.error_count == 0
    told = [(row.measure, row.period, row.state, row.value and round(row.value, 2), row.n) for row in got.rows]
    assert sorted(told) == [
        ("absence_total", "2023/24", "shown", 7.5, 120),
        ("absence_total", "2024/25", "suppressed", None, 7),
        ("group_size", "2023/24", "shown", 12.9, 129),
        ("group_size", "2024/25", "shown", 12.9, 129),
        ("offence_rate", "2024/25", "shown", 2.5, 480),
        ("pupils_per_teacher", "2023/24", "shown", 11.81, 124),
        ("pupils_per_teacher", "2024/25", "shown", 11.8, 124),
    ]


def test_posts_of_staff_have_fractions_and_people_have_not(tmp_path: Path) -> None:
    got = read(
        tmp_path,
        "95197505;teacher_cert;;2024/25;T;;9,75;12,5;",  # full-time posts: 78 %
        "95197505;preschool_cert;;2024/25;T;;4;10;14",  # fourteen people hold the ten posts
        "95197505;teacher_cert;;2023/24;T;;13;12,5;",
        "95197505;absence_problem;;2024/25;T;;9;120,5;",
        header=HEADER.replace("nämnare\n", "nämnare;antal\n"),
        context=ParseContext({i.id: i.rule for i in local_indicators()}, CONTEXT.known_units),
    )
    told = [(row.measure, row.value, row.n, row.numerator) for row in got.rows]
    assert sorted(told) == [("preschool_cert", 40.0, 14, 4.0), ("teacher_cert", 78.0, None, 9.75)]
    assert [(e.row, e.code) for e in got.result.errors] == [(4, "numerator_above_denominator"), (5, "count_not_whole")]


@pytest.mark.parametrize("name", ["antal", "n", "count", "Antal"])
def test_the_column_of_people_has_names(tmp_path: Path, name: str) -> None:
    got = read(
        tmp_path, "95197505;pupils_per_teacher;2024/25;11,8;124", header=f"enhet;indikator;period;värde;{name}\n"
    )
    assert got.rows[0].n == 124


@pytest.mark.parametrize(
    ("row", "value", "code"),
    [
        ("95197505;absence_total;;2024/25;T;7,5;;;12,5", "12,5", "people_not_whole"),
        ("95197505;absence_total;;2024/25;T;7,5;;;-3", "-3", "people_not_whole"),
        ("95197505;absence_total;;2024/25;T;7,5;;;..", "..", "people_not_whole"),
        ("95197505;absence_total;;2024/25;T;7,5;;;många", "många", "not_a_number"),
        ("95197505;absence_total;;2024/25;T;;9;120;121", "121", "people_not_of_counts"),
        ("95197505;group_size;;2024/25;T;;129;10;10", "10", "people_not_of_counts"),
    ],
)
def test_a_wrong_number_of_people_is_named(tmp_path: Path, row: str, value: str, code: str) -> None:
    got = read(tmp_path, row, header=HEADER.replace("nämnare\n", "nämnare;antal\n"))
    [error] = got.result.errors
    assert (error.column, error.value, error.code) == ("antal", value, code)
    assert error.message("sv") and error.message("en") and "{" not in error.message("sv")
    assert not got.rows


@pytest.mark.parametrize(
    ("row", "column", "value", "code"),
    [
        ("11111111;absence_total;;2024/25;T;7,5;;", "enhet", "11111111", "unknown_unit"),
        ("95197505;nonsense;;2024/25;T;7,5;;", "indikator", "nonsense", "unknown_indicator"),
        ("95197505;assess_y1;slöjd;2024/25;T;7,5;;", "del", "slöjd", "unknown_part"),
        ("95197505;absence_total;;2024/26;T;7,5;;", "period", "2024/26", "bad_period"),
        ("95197505;absence_total;;2024/25;åk 3;7,5;;", "grupp", "åk 3", "bad_group"),
        ("95197505;absence_total;;2024/25;T;sju;;", "värde", "sju", "not_a_number"),
        ("95197505;absence_total;;2024/25;T;;121;120", "täljare", "121", "numerator_above_denominator"),
        ("95197505;absence_total;;2024/25;T;;9;0", "nämnare", "0", "denominator_not_positive"),
        ("95197505;absence_total;;2024/25;T;;9;", "nämnare", "", "count_missing"),
        ("95197505;absence_total;;2024/25;T;;9;12,5", "nämnare", "12,5", "count_not_whole"),
        ("95197505;offence_rate;;2024/25;T;;9;12,5", "nämnare", "12,5", "count_not_whole"),
        ("95197505;group_size;;2024/25;T;;12,5;2", "täljare", "12,5", "count_not_whole"),
        ("95197505;absence_total;;2024/25;T;50;9;120", "värde", "50", "value_not_of_counts"),
    ],
)
def test_what_is_wrong_is_named_and_the_rest_offered(
    tmp_path: Path, row: str, column: str, value: str, code: str
) -> None:
    got = read(tmp_path, "95197505;absence_total;;2023/24;T;1;;", row)
    [error] = got.result.errors
    assert (error.row, error.column, error.value, error.code) == (3, column, value, code)
    assert error.message("sv") and error.message("en") and "\n" not in error.message("sv")
    assert [fact.value for fact in got.rows] == [1.0]


def test_everything_wrong_with_a_row_is_said_at_once(tmp_path: Path) -> None:
    got = read(tmp_path, "x;y;;z;å;ö;;")
    assert [error.column for error in got.result.errors] == ["enhet", "indikator", "period", "grupp", "värde"]


def test_identical_rows_count_once_and_differing_rows_are_both_errors(tmp_path: Path) -> None:
    same = "95197505;absence_total;;2024/25;T;7,5;;"
    got = read(tmp_path, same, same, "95197505;absence_total;;2023/24;T;1;;", "95197505;absence_total;;2023/24;T;2;;")
    assert [fact.value for fact in got.rows] == [7.5]
    assert [(error.row, error.value, error.code) for error in got.result.errors] == [
        (4, "1", "differing_rows"),
        (5, "2", "differing_rows"),
    ]
    assert "rad 5" in got.result.errors[0].message()
    assert [warning.code for warning in got.result.warnings] == ["identical_rows"]


@pytest.mark.parametrize(
    "header",
    [
        "unit,indicator,period,group,value\n",
        "unit\tindicator\tperiod\tgroup\tvalue\n",
        "Enhet;Indikator;Period;Grupp;Värde\n",
    ],
)
def test_headers_and_delimiters(tmp_path: Path, header: str) -> None:
    mark = next(mark for mark in ",\t;" if mark in header)
    assert (
        read(tmp_path, mark.join(["95197505", "absence_total", "2024/25", "T", "7.5"]), header=header).rows[0].value
        == 7.5
    )


def test_a_workbook_is_read_the_same_and_names_cells(tmp_path: Path) -> None:
    rows = [
        ["Lokala uppgifter"],
        ["enhet", "indikator", "period", "grupp", "värde"],
        [95197505.0, "absence_total", "2024/25", "T", 7.5],
        ["95197505", "absence_total", "2024/25", "K", "sju"],
    ]
    got = facts(write_workbook(tmp_path / "a.xlsx", sheet_of(rows, first_row=3, first_column=1)), tmp_path, CONTEXT)
    assert [(fact.code, fact.value) for fact in got.rows] == [("95197505", 7.5)]
    assert [(error.row, error.cell) for error in got.result.errors] == [(6, "F6")]


def test_without_context_shapes_alone_are_checked(tmp_path: Path) -> None:
    got = read(
        tmp_path,
        "12345678;whatever;;2024;T;1;;",
        "1234567;whatever;;2024;T;1;;",
        "abc;whatever;;2024;T;1;;",
        context=None,
    )
    assert [fact.code for fact in got.rows] == ["12345678", "01234567"]
    assert [error.code for error in got.result.errors] == ["bad_unit_code"]


def test_cut_off_in_its_last_row_it_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_text(HEADER + "95197505;absence_total;;2024/25;T;7,5;;\n95197505;absence_total;;2023", encoding="utf-8")
    with pytest.raises(UnusableFile) as refused:
        facts(path, tmp_path, CONTEXT)
    assert refused.value.code == "cut_off"


def test_a_wrong_or_unknown_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_text(HEADER + "95197505;absence_total;;2024/25;T;7,5;;\n", encoding="utf-8")
    for format_id, code in (("underlag", "wrong_format"), ("nonsense", "no_such_format")):
        with pytest.raises(UnusableFile) as refused:
            facts(path, tmp_path, CONTEXT, format_id)
        assert refused.value.code == code
    assert facts(path, tmp_path, CONTEXT, "local").result.format == "local"
