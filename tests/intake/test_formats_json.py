"""JSON formats: Kolada's answers of both versions, SKR's file, Planned Educations, SALSA with surveys."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from styrkedja.intake.parsing import UnusableFile
from tests.intake.reading_back import Facts, facts


def saved(tmp_path: Path, content: Any, *, lines: bool = False) -> Path:
    path = tmp_path / "upload"
    text = "\n".join(json.dumps(record) for record in content) if lines else json.dumps(content)
    path.write_text(text, encoding="utf-8")
    return path


def item(values: list[tuple[str, float | None]], kpi: str = "N15428", unit: str = "0138", period: Any = 2023) -> Any:
    return {
        "kpi": kpi,
        "municipality": unit,
        "period": period,
        "values": [{"gender": g, "count": 1, "status": "", "value": v, "isdeleted": False} for g, v in values],
    }


def answer(*items: Any, **more: Any) -> Any:
    return {"count": len(items), "next_url": None, "previous_url": None, "values": list(items), **more}


# --- Kolada ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [("T", "K", "M"), ("M", "T", "K"), ("K", "M", "T"), ("K", "M"), ("K",)])
def test_genders_in_any_order(tmp_path: Path, order: tuple[str, ...]) -> None:
    values = {"T": 74.1, "K": 77.0, "M": 71.4}
    read = facts(saved(tmp_path, answer(item([(g, values[g]) for g in order]))), tmp_path)
    assert {fact.grp: fact.value for fact in read.rows} == {g: values[g] for g in order}
    assert {(f.kind, f.code, f.period, f.place) for f in read.rows} == {("kommun", "0138", "2023", "hemkommun")}


def test_v2_pages_and_recorded_answers_give_the_same(tmp_path: Path) -> None:
    first, second = item([("T", 74.1)]), item([("T", 70.0)], period="2022")
    v3 = answer(first, second)
    v2 = [
        {"count": 1, "next_page": "http://x/2", "values": [first]},
        {"count": 1, "previous_page": "http://x/1", "values": [second]},
    ]
    recorded = [{"url": "https://api.kolada.se/v3/data/...", "response": answer(part)} for part in (first, second)]
    rows = [
        facts(saved(tmp_path, v3), tmp_path).rows,
        facts(saved(tmp_path, v2), tmp_path).rows,
        facts(saved(tmp_path, recorded, lines=True), tmp_path).rows,
    ]
    assert rows[0] == rows[1] == rows[2]
    assert [fact.value for fact in rows[0]] == [74.1, 70.0]


def test_nation_units_nulls_and_deletions(tmp_path: Path) -> None:
    deleted = item([("T", 55.0)], period=2021)
    deleted["values"][0]["isdeleted"] = True
    old = item([("T", 44.0)], period=2020)
    del old["values"][0]["isdeleted"]
    old["values"][0]["is_deleted"] = True
    school = {"kpi": "N15419", "ou": "V15E068401501", "period": 2023, "values": [{"gender": "T", "value": 81.0}]}
    read = facts(saved(tmp_path, answer(item([("T", None)], unit="0000"), deleted, old, school)), tmp_path)
    assert [(f.kind, f.code, f.state, f.value) for f in read.rows] == [
        ("riket", "riket", "missing", None),
        ("kommun", "0138", "missing", None),
        ("kommun", "0138", "missing", None),
        ("school_unit", "V15E068401501", "shown", 81.0),
    ]


def test_a_bare_list_of_data_items(tmp_path: Path) -> None:
    read = facts(saved(tmp_path, [item([("K", 77.0), ("T", 74.1)]), item([("T", 70.5)], unit="0685")]), tmp_path)
    assert [(f.code, f.grp, f.value) for f in read.rows] == [
        ("0138", "K", 77),
        ("0138", "T", 74.1),
        ("0685", "T", 70.5),
    ]
    assert (read.result.rows, read.result.warnings) == (2, ())


def test_units_nobody_knows_are_row_errors_that_name_their_key(tmp_path: Path) -> None:
    units = [{"municipality": "9999"}, {"municipality": 684}, {"ou": "V15X"}, {}]
    items = [{"kpi": "N15419", "period": 2023, "values": [{"gender": "T", "value": 1.0}], **unit} for unit in units]
    read = facts(saved(tmp_path, answer(item([("T", 70.5)], unit="0001"), *items)), tmp_path)
    assert [(e.row, e.column, e.value, e.code) for e in read.result.errors] == [
        (2, "municipality", "9999", "unknown_municipality_code"),
        (3, "municipality", "684", "unknown_municipality_code"),
        (4, "ou", "V15X", "bad_ou"),
        (5, "municipality", "", "bad_kolada_unit"),
    ]
    assert [(f.code, f.value) for f in read.rows] == [("0001", 70.5)]
    assert read.names == {"0001": "Region Stockholm"}


def test_groups_and_unknown_genders_are_row_errors(tmp_path: Path) -> None:
    read = facts(saved(tmp_path, answer(item([("T", 1.0)], unit="G114418"), item([("X", 1.0), ("T", 2.0)]))), tmp_path)
    assert [(e.row, e.column, e.value) for e in read.result.errors] == [
        (1, "municipality", "G114418"),
        (2, "gender", "X"),
    ]
    assert [fact.value for fact in read.rows] == [2.0]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"error": "This endpoint is deprecated. Please use /v3 instead."}, "kolada_deprecated"),
        ({"count": 0, "next_url": None, "previous_url": None, "values": []}, "kolada_empty"),
        ({"hello": 1}, "unknown_format"),
        ([], "unknown_format"),
    ],
)
def test_answers_without_figures_are_refused(tmp_path: Path, content: Any, code: str) -> None:
    with pytest.raises(UnusableFile) as refused:
        facts(saved(tmp_path, content), tmp_path)
    assert refused.value.code == code


def test_a_missing_page_is_said(tmp_path: Path) -> None:
    read = facts(saved(tmp_path, answer(item([("T", 1.0)]), next_url="https://x/?page=2")), tmp_path)
    assert [warning.code for warning in read.result.warnings] == ["missing_page"]


def test_skr_file_whole(shared: Path, tmp_path: Path) -> None:
    path = shared / "data/kolada_skr_MasterData_2016_2019_dev.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    flat = {
        (name, kpi, year, grp): value
        for name, kpis in data.items()
        for kpi, years in kpis.items()
        for year, values in years.items()
        for grp, value in values.items()
    }
    read = facts(path, tmp_path)
    assert read.result.error_count == 0
    assert read.result.states == Counter("missing" if value is None else "shown" for value in flat.values())
    assert len({fact.code for fact in read.rows}) == len(data) == 290
    names = read.names
    assert all(flat[names[f.code], f.measure, f.period, f.grp] == f.value for f in read.rows)
    astorp = read.one(code="1277", measure="N15008", period="2019", grp="T")
    assert astorp.value == pytest.approx(data["Åstorp"]["N15008"]["2019"]["T"])
    assert {f.place for f in read.where(measure="N15505")} == {"kommunal"}


def test_a_municipality_that_does_not_exist_is_a_row_error(tmp_path: Path) -> None:
    content = {"Ankeborg": {"N15505": {"2019": {"T": 1.0}}}, "Åstorp": {"N15505": {"2019": {"T": 2.0, "K": None}}}}
    read = facts(saved(tmp_path, content), tmp_path)
    assert [(e.row, e.value, e.code) for e in read.result.errors] == [(1, "Ankeborg", "unknown_municipality")]
    assert [(f.code, f.grp, f.value) for f in read.rows] == [("1277", "T", 2.0), ("1277", "K", None)]


# --- Planned Educations ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    path = Path(__file__).resolve().parents[3] / "shared/data/statistics_gr_v4_dev.jsonl"
    if not path.exists():
        pytest.skip("the reference material (../shared) is not on this machine")
    return facts(path, tmp_path_factory.mktemp("planned"))


def test_planned_educations_published_figures(planned: Facts) -> None:
    merit = planned.where(code="48134074", measure="gr/averageGradesMeritRating9thGrade")
    assert {fact.period: fact.value for fact in merit} == {
        "2024/25": 242.4,
        "2023/24": 233.7,
        "2022/23": 215.1,
        "2021/22": 208.8,
        "2020/21": 229.0,
    }
    pupils = planned.one(code="48134074", measure="gr/totalNumberOfPupils")
    assert (pupils.state, pupils.value, pupils.raw) == ("approximate", 310, "cirka 310")
    assert planned.result.retrieved_at is not None and planned.result.retrieved_at.date().isoformat() == "2026-04-21"


def test_planned_educations_states_follow_the_value_types(planned: Facts, shared: Path) -> None:
    meaning = {
        "EXISTS": "shown",
        "OMITTED_DUE_TO_BASED_ON_FEW_PUPILS": "suppressed",
        "MISSING": "missing",
        "ROUNDED_OFF_DUE_TO_FEW_PUPILS_NOT_ELIGIBLE": "approximate",
        "TEACHERS_EXCLUDED_DUE_TO_NO_REQUIRED_LEGITIMATION": "not_applicable",
    }
    expected: Counter[str] = Counter()
    lines = (shared / "data/statistics_gr_v4_dev.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines:
        for series in json.loads(line)["response"]["body"].values():
            for value in series if isinstance(series, list) else []:
                rounded = str(value["value"]).startswith("cirka")
                expected["approximate" if rounded else meaning[value["valueType"]]] += 1
    assert planned.result.states == expected
    assert planned.result.rows == len(lines) == 296


def test_a_value_without_a_year_is_missing_in_the_measures_latest_year(tmp_path: Path) -> None:
    def record(code: str, items: list[Any]) -> Any:
        url = f"https://api.skolverket.se/planned-educations/v4/school-units/{code}/statistics/gy"
        return {"url": url, "response": {"status": "OK", "body": {"schoolUnit": code, "x": items}}}

    dated = [{"value": "1,5", "valueType": "EXISTS", "timePeriod": year} for year in ("2023/24", "2024/25")]
    nothing = [{"value": None, "valueType": "MISSING", "timePeriod": None}]
    read = facts(saved(tmp_path, [record("48134074", dated), record("97655739", nothing)], lines=True), tmp_path)
    [fact] = read.where(code="97655739")
    assert (fact.measure, fact.period, fact.state, fact.value) == ("gy/x", "2024/25", "missing", None)


def test_schools_without_figures_first(tmp_path: Path) -> None:
    def record(number: int, answer: Any) -> Any:
        url = f"https://api.skolverket.se/planned-educations/v4/school-units/{48134000 + number}/statistics/gr"
        return {"url": url, "response": answer}

    empty = [record(0, {"body": {"schoolUnit": "48134000", "x": []}}), record(1, {"body": {"schoolUnit": "48134001"}})]
    gone = [record(number, {"status": "NOT_FOUND", "body": None}) for number in range(2, 9)]
    one = [{"value": "264,4", "valueType": "EXISTS", "timePeriod": "2024/25"}]
    read = facts(saved(tmp_path, [*empty, *gone, record(9, {"body": {"x": one}})], lines=True), tmp_path)
    assert [(f.code, f.measure, f.value) for f in read.rows] == [("48134009", "gr/x", 264.4)]
    assert [(e.row, e.code) for e in read.result.errors] == [(row, "no_school_unit") for row in range(3, 10)]


def test_programmes_and_national_values(tmp_path: Path) -> None:
    one = [{"value": "14,1", "valueType": "EXISTS", "timePeriod": "2024/25"}]
    body = {"programMetrics": [{"programCode": "NA", "gbp": one}, {"programCode": "TE", "gbp": one}]}
    url = "https://api.skolverket.se/planned-educations/v4/statistics/national-values/gr"
    school = {"url": url.replace("statistics/national-values/gr", "school-units/48134074/statistics/gy")}
    records = [
        {**school, "response": {"body": {"schoolUnit": "48134074", **body}}},
        {"url": url, "response": {"body": {"x": one}}},
    ]
    read = facts(saved(tmp_path, records), tmp_path)
    assert [(f.kind, f.measure) for f in read.rows] == [
        ("school_unit", "gy/NA/gbp"),
        ("school_unit", "gy/TE/gbp"),
        ("riket", "gr/x"),
    ]


# --- SALSA and surveys -----------------------------------------------------------------------------------------------


def test_salsa_published_figures(shared: Path, tmp_path: Path) -> None:
    read = facts(shared / "data/salsa_skolenkat_dev.json", tmp_path)
    school = read.where(code="22335099")  # Adolfsbergsskolan, Knivsta
    by_measure = {(fact.measure, fact.period): fact for fact in school}
    assert by_measure["salsaDev", "2024/25"].value == -10
    assert by_measure["meritvarde", "2024/25"].value == 229.7
    assert by_measure["meritvarde", "2020/21"].value == 247.4
    pupils = by_measure["survey/e/trygg/ak8", "2025/26"]
    assert (pupils.value, pupils.n) == (7.9, 98)
    guardians = by_measure["survey/p/trygg", "2025/26"]
    assert (guardians.value, guardians.n) == (7.2, 62)
    assert ("series", "2024/25") not in by_measure
    assert read.result.error_count == 0


def test_salsa_every_value_is_there(shared: Path, tmp_path: Path) -> None:
    path = shared / "data/salsa_skolenkat_dev.json"
    fields = ["meritvarde", "behorighet", "np", "npSve", "npEng", "npMa", "andelGodkand", "lararbehorighet", "elever"]
    fields += ["salsaDev", "salsaActual", "salsaCalc", "salsaReqDev", "salsaParents"]
    expected: Counter[str] = Counter()
    for school in json.loads(path.read_text(encoding="utf-8"))["schools"]:
        values = [school[key] for key in fields if key in school]
        for key, years in school["series"].items():
            values += [value for year, value in years.items() if (key, year) != (key, school["period"])]
        for block in school["survey"].values():
            values += [block[key] for key in ("trygg", "nojd", "ro", "stod", "stim")] if block else []
        expected.update("missing" if value is None else "shown" for value in values)
    assert facts(path, tmp_path).result.states == expected


def test_odd_records_are_row_errors_and_the_others_are_offered(tmp_path: Path) -> None:
    odd = [
        None,
        {"kod": 22335100, "meritvarde": 200.5},
        {"kod": "22335101", "meritvarde": 201, "series": {"meritvarde": [1, 2]}},
        {"kod": "22335102", "meritvarde": 202, "series": 5},
        {"kod": "22335103", "meritvarde": 203, "survey": [1]},
        {"kod": "22335104", "meritvarde": 204, "survey": {"p": 3, "e": {"trygg": [1], "sem": "VT25"}}},
        {"kod": "22335105", "meritvarde": 205, "x" * 3000: 1.5},
        {"kod": "22335106", "meritvarde": "x" * 3000},
        {"kod": "22335107", "survey": {"p": {"trygg": 5.5, "n": 12.0, "sem": "VT25"}}},
        {"kod": "22335108", "survey": {"p": {"trygg": 5.6, "n": 10**30, "sem": "VT25"}}},
    ]
    read = facts(saved(tmp_path, {"latestPeriod": "2024/25", "schools": odd}), tmp_path)
    assert {f.code: (f.value, f.n) for f in read.rows} == {
        "22335100": (200.5, None),
        **{str(22335100 + number): (200 + number, None) for number in range(1, 6)},
        "22335107": (5.5, 12),
        "22335108": (5.6, None),
    }
    assert [(e.row, e.column[:20], e.code) for e in read.result.errors] == [
        (1, "kod", "bad_school_code"),
        (3, "series/meritvarde", "not_a_block"),
        (4, "series", "not_a_block"),
        (5, "survey", "not_a_block"),
        (6, "survey/p", "not_a_block"),
        (6, "survey/e/trygg", "not_a_number"),
        (7, "x" * 20, "name_too_long_for_a_measure"),
        (8, "meritvarde", "not_a_number"),
    ]
    assert all(len(e.column) <= 80 and len(e.value) <= 200 and e.message("sv") for e in read.result.errors)


def test_half_a_json_file_is_refused(shared: Path, tmp_path: Path) -> None:
    for name in ("salsa_skolenkat_dev.json", "statistics_gr_v4_dev.jsonl", "kolada_skr_MasterData_2016_2019_dev.json"):
        data = (shared / "data" / name).read_bytes()
        path = tmp_path / "half.json"
        path.write_bytes(data[: len(data) // 2])
        with pytest.raises(UnusableFile) as refused:
            facts(path, tmp_path)
        assert refused.value.code in ("cut_off", "broken_json")
