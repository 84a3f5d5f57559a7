"""Skolverket's school CSV: figures read off the published file, other years' headers, what is cut off or doubled."""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from styrkedja import indicators
from styrkedja.intake.parsing import UnusableFile
from tests.intake.reading_back import facts

BANNER = (
    "Statistik från Skolverket;;\n;;\nGrundskola - Slutbetyg årskurs 9, samtliga elever;;\nValt läsår: {year};;\n;;\n"
)
FOOTER = ";;\nRapportbeskrivning och definitioner etc.  ;;\n;;\nAntal elever;Antal elever som har avslutat årskurs 9\n"
HEADER = (
    "Skola;Skol-enhetskod;Skolkommun;Kommun-kod;Typ av huvudman;Huvudman;Huvudman orgnr;Antal elever;"
    "Andel (%) elever som uppfyllt betygskriterierna i alla ämnen;Andel (%) elever behöriga till yrkesprog.;"
    "Genomsnittligt meritvärde (17 ämnen)\n"
)
ROW = "Hjortsjöskolan 7-9;95197505;Vaggeryd;0665;Kommunal;Vaggeryds kommun;2120000522;90;43,3;73,3;186,2\n"


def saved(tmp_path: Path, text: str, encoding: str = "utf-8-sig") -> Path:
    path = tmp_path / "upload"
    path.write_bytes(text.encode(encoding))
    return path


def test_the_published_figures_of_one_school(shared: Path, tmp_path: Path) -> None:
    read = facts(shared / "data/slutbetyg_ak9_2025_dev.csv", tmp_path)
    assert (read.result.format, read.result.source, read.result.rows) == ("slutbetyg9", "skv_slutbetyg9", 329)
    assert read.result.periods == ("2024/25",)
    of_school = read.where(code="95197505")
    assert {fact.measure: fact.value for fact in of_school} == {
        "antal_elever": 90,
        "andel_alla_amnen": 43.3,
        "andel_behoriga_yr": 73.3,
        "meritvarde_17": 186.2,
    }
    assert {(fact.n, fact.organiser, fact.population, fact.grp) for fact in of_school} == {
        (90, "2120000522", "all", "T")
    }
    assert read.names["95197505"] == "Hjortsjöskolan 7-9"


def test_states_agree_with_a_count_by_hand(shared: Path, tmp_path: Path) -> None:
    path = shared / "data/slutbetyg_ak9_2025_dev.csv"
    with path.open(encoding="utf-8-sig") as file:
        rows = [row for row in csv.reader(file, delimiter=";") if re.fullmatch(r"\d{8}", row[1])]
    marks = {"..": "suppressed", ".": "missing", "~100": "approximate"}
    expected = Counter(marks.get(cell, "shown") for row in rows for cell in row[7:11])
    read = facts(path, tmp_path)
    assert read.result.states == expected
    assert read.result.error_count == 0
    assert all(fact.value is None for fact in read.rows if fact.state != "shown")
    assert {fact.raw for fact in read.rows if fact.state == "approximate"} == {"~100"}


def test_n_is_unknown_where_pupils_are_not_stated(tmp_path: Path) -> None:
    row = ROW.replace(";90;43,3", ";..;43,3")
    assert (
        facts(saved(tmp_path, BANNER.format(year="2024/25") + HEADER + row + FOOTER), tmp_path)
        .one(measure="andel_alla_amnen")
        .n
        is None
    )


def test_headers_of_other_years(tmp_path: Path) -> None:
    header = (
        HEADER.replace("Skolkommun;", "Lägeskommun;")
        .replace("uppfyllt betygskriterierna", "uppnått kunskapskraven")
        .replace("(17 ämnen)", "(16 ämnen)")
        .replace("\n", ";\n")
    )
    read = facts(saved(tmp_path, BANNER.format(year="2012/13") + header + ROW.replace("\n", ";\n") + FOOTER), tmp_path)
    assert read.one(measure="andel_alla_amnen").value == 43.3
    assert read.one(measure="meritvarde_16").period == "2012/13"
    assert read.result.measures == 4


@pytest.mark.parametrize(
    ("year", "text", "measure"),
    [
        ("2018/19", "Andel (%) behörig yrkesprog.", "andel_behoriga_yr"),
        ("2013/14", "Andel (%) behöriga till yrkesprogram", "andel_behoriga_yr"),
        ("2020/21", "Andel behöriga yrkesprogram", "andel_behoriga_yr"),
        ("2024/25", "Antal elever behöriga till yrkesprog.", "antal_elever_behoriga_till_yrkesprog"),
        ("2011/12", "Andel som uppnått målen i alla ämnen", "andel_alla_amnen"),
        ("2009/10", "Andel (%) som uppnått målen i alla ämnen", "andel_alla_amnen"),
        ("2018/19", "Andel som uppnått kunskapskraven i alla ämnen", "andel_alla_amnen"),
        ("2016/17", "Andel (%) elever som nått kunskapskraven i alla ämnen", "andel_alla_amnen"),
        ("2022/23", "Andel (%) uppnått kunskapskraven i alla ämnen", "andel_alla_amnen"),
        ("2024/25", "Andel (%) elever som uppfyllt betygskriterierna i alla ämnen", "andel_alla_amnen"),
        ("2024/25", "Andel (%) elever som saknar godkänt betyg i alla ämnen", None),
        ("2024/25", "Andel (%) elever som ej uppnått kunskapskraven i alla ämnen", None),
        ("2012/13", "Genomsnittligt meritvärde (16)", "meritvarde_16"),
        ("2018/19", "Genomsnittligt meritvärde (17)", "meritvarde_17"),
        ("2013/14", "Genomsnittligt meritvärde", "meritvarde_16"),
        ("2014/15", "Genomsnittligt meritvärde", "meritvarde_17"),
    ],
)
def test_the_same_measure_in_the_words_of_other_years(
    tmp_path: Path, year: str, text: str, measure: str | None
) -> None:
    header = f"{IDENTITY};{text};Genomsnittligt meritvärde (99)\n"
    read = facts(saved(tmp_path, BANNER.format(year=year) + header + SCHOOL + ";73,3;1\n" + FOOTER), tmp_path)
    named = {fact.measure for fact in read.rows if fact.value == 73.3}
    assert named == {measure} if measure else not named & {"andel_alla_amnen", "andel_behoriga_yr"}


def test_doubled_columns_count_once_and_differing_ones_are_row_errors(tmp_path: Path) -> None:
    header = HEADER.replace("\n", ";Genomsnittligt meritvärde (17 ämnen)\n")
    same = facts(
        saved(tmp_path, BANNER.format(year="2024/25") + header + ROW.replace("\n", ";186,2\n") + FOOTER), tmp_path
    )
    assert len(same.where(measure="meritvarde_17")) == 1
    assert same.result.error_count == 0
    other = facts(
        saved(tmp_path, BANNER.format(year="2024/25") + header + ROW.replace("\n", ";190\n") + FOOTER), tmp_path
    )
    assert other.where(measure="meritvarde_17") == []
    assert {error.code for error in other.result.errors} == {"differing_rows"}
    assert other.one(measure="andel_alla_amnen").value == 43.3


def test_a_header_of_two_rows_with_groups(tmp_path: Path) -> None:
    first = "Skola;Skol-enhetskod;Genomsnittligt meritvärde (17 ämnen);;\n;;Totalt;Flickor;Pojkar\n"
    row = "Hjortsjöskolan 7-9;95197505;186,2;190,1;180\n"
    read = facts(saved(tmp_path, BANNER.format(year="2024/25") + first + row + FOOTER), tmp_path)
    assert {fact.grp: fact.value for fact in read.rows} == {"T": 186.2, "K": 190.1, "M": 180.0}


GROUPS = "Totalt;Flickor;Pojkar;Totalt;Flickor;Pojkar;"
IDENTITY = "Skola;Skol-enhetskod"
SCHOOL = "Hjortsjöskolan 7-9;95197505"
BY_GROUP = {
    ("antal_elever", "T"): (25, 25),
    ("antal_elever", "K"): (12, 12),
    ("antal_elever", "M"): (13, 13),
    ("meritvarde_17", "T"): (274.2, 25),
    ("meritvarde_17", "K"): (280.1, 12),
    ("meritvarde_17", "M"): (269, 13),
}


@pytest.mark.parametrize(
    "header",
    [
        f"{IDENTITY};Antal elever;;;Genomsnittligt meritvärde (17);;;\n;;{GROUPS}\n",
        f";;Antal elever;;;Genomsnittligt meritvärde (17);;;\n{IDENTITY};{GROUPS}\n",
    ],
)
def test_the_empty_column_of_a_trailing_semicolon_is_no_measure(tmp_path: Path, header: str) -> None:
    text = BANNER.format(year="2022/23") + header + SCHOOL + ";25;12;13;274,2;280,1;269;\n" + FOOTER
    read = facts(saved(tmp_path, text), tmp_path)
    assert {(f.measure, f.grp): (f.value, f.n) for f in read.rows} == BY_GROUP
    assert read.result.states == {"shown": 6}
    assert (read.result.measures, read.result.error_count) == (2, 0)


def test_groups_above_their_measures(tmp_path: Path) -> None:
    measures = "Antal elever;Genomsnittligt meritvärde (17)"
    header = f";;Totalt;;Flickor;;Pojkar;;\n{IDENTITY};{measures};{measures};{measures};\n"
    text = BANNER.format(year="2022/23") + header + SCHOOL + ";25;274,2;12;280,1;13;269;\n" + FOOTER
    read = facts(saved(tmp_path, text), tmp_path)
    assert {(f.measure, f.grp): (f.value, f.n) for f in read.rows} == BY_GROUP
    assert (read.result.states, read.result.error_count) == ({"shown": 6}, 0)


def test_a_heading_ends_where_the_one_above_it_does(tmp_path: Path) -> None:
    header = f";;Genomsnittligt meritvärde (17);;;Antal elever;\n{IDENTITY};Totalt;Flickor;Pojkar;;\n"
    text = BANNER.format(year="2022/23") + header + SCHOOL + ";274,2;280,1;269;25;\n" + FOOTER
    read = facts(saved(tmp_path, text), tmp_path)
    assert read.one(measure="antal_elever").grp == "T"
    assert {f.grp: f.value for f in read.where(measure="meritvarde_17")} == {"T": 274.2, "K": 280.1, "M": 269}


@pytest.mark.parametrize("spread", [False, True])
def test_two_populations_side_by_side(tmp_path: Path, spread: bool) -> None:
    everybody, fewer = "Samtliga elever;", "Samtl. elever, exklusive nyinvandrade och med okänd bakgr.;"
    above = everybody * 2 + fewer * 2 if spread else everybody + ";" + fewer + ";"
    header = f";;{above}\n{IDENTITY};{'Antal elever;Genomsnittligt meritvärde (17 ämnen);' * 2}\n"
    banner = BANNER.format(year="2015/16").replace("samtliga elever", "utan nyinvandrade och elever med okänd bakgrund")
    read = facts(saved(tmp_path, banner + header + SCHOOL + ";25;220,1;22;231,4;\n" + FOOTER), tmp_path)
    assert {(f.measure, f.population): (f.value, f.n) for f in read.rows} == {
        ("antal_elever", "all"): (25, 25),
        ("meritvarde_17", "all"): (220.1, 25),
        ("antal_elever", "excl_new_unknown"): (22, 22),
        ("meritvarde_17", "excl_new_unknown"): (231.4, 22),
    }
    assert (read.result.states, read.result.error_count) == ({"shown": 4}, 0)
    assert read.titles["meritvarde_17"] == "Genomsnittligt meritvärde (17 ämnen)"


def test_the_population_a_single_column_names(tmp_path: Path) -> None:
    header = HEADER.replace("\n", ";Genomsnittligt meritvärde (17 ämnen), exkl. nyinvandrade\n")
    text = BANNER.format(year="2024/25") + header + ROW.replace("\n", ";190,5\n") + FOOTER
    read = facts(saved(tmp_path, text), tmp_path)
    assert {f.population: f.value for f in read.where(measure="meritvarde_17")} == {
        "all": 186.2,
        "excl_new_unknown": 190.5,
    }


def test_salsa_figures_are_not_taken_for_grades(tmp_path: Path) -> None:
    values = "Faktiskt värde (F);Modell-beräknat värde (B);Residual (R=F-B)"
    header = f";;Genomsnittligt meritvärde;;;\n{IDENTITY};{values};\n"
    with pytest.raises(UnusableFile) as refused:
        facts(saved(tmp_path, BANNER.format(year="2018/19") + header + SCHOOL + ";274;250;24;\n" + FOOTER), tmp_path)
    assert refused.value.code == "unknown_format"


def test_measures_without_a_name_of_ours_are_stored_too(tmp_path: Path) -> None:
    header = HEADER.replace("\n", ";Andel (%) elever med modersmål\n")
    read = facts(
        saved(tmp_path, BANNER.format(year="2024/25") + header + ROW.replace("\n", ";70,1\n") + FOOTER), tmp_path
    )
    assert read.one(measure="andel_elever_med_modersmal").value == 70.1


ELIGIBILITY = (
    "Andel (%) elever behöriga till yrkesprog.;Andel (%) elever behöriga till estetiskt program;"
    "Andel (%) elever behöriga till Ekonomi-, humanistiska och samhällsvetenskaps- program;"
    "Andel (%) elever behöriga till Naturvetenskapligt och tekniskt program"
)


def test_a_row_for_each_group_and_every_eligibility(tmp_path: Path) -> None:
    rows = [f"{SCHOOL};{values}\n" for values in ("Båda könen;22;88;86;80,1;79", "Flickor;12;90;87;81;78,5")]
    rows += [f"{SCHOOL};{values}\n" for values in ("pojkar;10;~100;85;77;.", "Okänt;9;1;2;3;4")]
    text = BANNER.format(year="2023/24") + f"{IDENTITY};Kön;Antal elever;{ELIGIBILITY}\n" + "".join(rows) + FOOTER
    read = facts(saved(tmp_path, text), tmp_path)
    assert {(f.measure, f.grp): f.value for f in read.rows} == {
        (measure, group): value
        for measure, values in {
            "antal_elever": (22, 12, 10),
            "andel_behoriga_yr": (88, 90, None),
            "andel_behoriga_es": (86, 87, 85),
            "andel_behoriga_ekhusa": (80.1, 81, 77),
            "andel_behoriga_nate": (79, 78.5, None),
        }.items()
        for group, value in zip("TKM", values, strict=True)
    }
    assert {(f.grp, f.n) for f in read.rows} == {("T", 22), ("K", 12), ("M", 10)}
    assert [(e.row, e.column, e.value, e.code) for e in read.result.errors] == [(10, "Kön", "Okänt", "bad_group")]


@pytest.mark.parametrize("programme", ["yr", "es", "ekhusa", "nate"])
def test_each_eligibility_is_read_by_its_indicator(programme: str) -> None:
    path = Path(indicators.__file__).parent / f"catalogue/elig_{programme}.toml"
    sources = tomllib.loads(path.read_text(encoding="utf-8"))["sources"]
    assert {"source": "skv_slutbetyg9", "measure": f"andel_behoriga_{programme}"} in sources


def test_the_population_is_that_of_the_title(tmp_path: Path) -> None:
    banner = BANNER.format(year="2024/25").replace("samtliga elever", "exkl. nyinvandrade och okänd bakgrund")
    assert facts(saved(tmp_path, banner + HEADER + ROW + FOOTER), tmp_path).rows[0].population == "excl_new_unknown"


def test_row_errors_name_row_column_and_value(tmp_path: Path) -> None:
    rows = ROW + ROW.replace("95197505", "9519750X") + ROW.replace("95197505", "95197506").replace("43,3", "många")
    read = facts(saved(tmp_path, BANNER.format(year="2024/25") + HEADER + rows + FOOTER), tmp_path)
    found = [(error.row, error.column, error.value, error.code) for error in read.result.errors]
    assert found == [
        (8, "Skol-enhetskod", "9519750X", "bad_school_code"),
        (9, "Andel (%) elever som uppfyllt betygskriterierna i alla ämnen", "många", "not_a_number"),
    ]
    assert len(read.where(code="95197506")) == 3
    assert len(read.where(code="95197505")) == 4


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = BANNER.format(year="2024/25") + HEADER + ROW + FOOTER
    read = facts(saved(tmp_path, text, encoding), tmp_path)
    assert read.names == {"95197505": "Hjortsjöskolan 7-9"}
    assert read.one(measure="andel_alla_amnen").value == 43.3


def test_decomposed_letters_are_composed(tmp_path: Path) -> None:
    import unicodedata

    text = unicodedata.normalize("NFD", BANNER.format(year="2024/25") + HEADER + ROW + FOOTER)
    read = facts(saved(tmp_path, text, "utf-8"), tmp_path)
    assert read.names == {"95197505": "Hjortsj\u00f6skolan 7-9"}
    assert read.one(measure="andel_alla_amnen").value == 43.3


def test_cut_anywhere_in_its_data_it_is_refused_or_right(shared: Path, tmp_path: Path) -> None:
    data = (shared / "data/slutbetyg_ak9_2025_dev.csv").read_bytes()
    path = tmp_path / "half.csv"
    whole = {fact[:5]: fact for fact in facts(shared / "data/slutbetyg_ak9_2025_dev.csv", tmp_path).rows}
    middle = len(data) // 2
    end_of_row = data.index(b"\n", middle) + 1
    for cut in (middle, end_of_row - 1, end_of_row - 2, end_of_row - 3, end_of_row - 6, end_of_row):
        path.write_bytes(data[:cut])
        try:
            read = facts(path, tmp_path)
        except UnusableFile as refused:
            assert refused.code == "cut_off"
        else:
            assert all(whole[fact[:5]] == fact for fact in read.rows)


@pytest.mark.parametrize("ending", ["", "\n", ";;;;\n", "\n\n"])
def test_a_file_that_ends_among_its_schools_says_so(tmp_path: Path, ending: str) -> None:
    read = facts(saved(tmp_path, BANNER.format(year="2024/25") + HEADER + ROW.rstrip() + ending), tmp_path)
    [warning] = read.result.warnings
    assert (warning.code, dict(warning.params)) == ("no_definitions", {"row": "7"})
    assert "rad 7" in warning.message("sv") and "row 7" in warning.message("en")
    assert read.result.observations == 4


@pytest.mark.parametrize("footer", [FOOTER, FOOTER.removeprefix(";;\n"), FOOTER.replace(";;\n", "")])
def test_a_whole_file_has_no_warning(tmp_path: Path, footer: str) -> None:
    result = facts(saved(tmp_path, BANNER.format(year="2024/25") + HEADER + ROW + footer), tmp_path).result
    assert (result.rows, result.warnings, result.errors) == (1, (), ())


def test_without_a_school_year_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile) as refused:
        facts(saved(tmp_path, HEADER + ROW + FOOTER), tmp_path)
    assert refused.value.code == "no_period"
