"""Findings of data-formats §3: where two sources publish the same figure they agree, and both survive the import."""

from __future__ import annotations

from pathlib import Path

import pytest

from styrkedja.intake.formats import formats
from styrkedja.intake.formats._contract import Document
from styrkedja.intake.reading import text_document, workbook_documents
from tests.intake.reading_back import Facts, facts

SHARE_9 = "Delmål 1: Andel (%) elever som har lägst betyget E i samtliga ämnen efter årskurs 9"


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Facts]:
    data = Path(__file__).resolve().parents[3] / "shared/data"
    if not data.is_dir():
        pytest.skip("the reference material (../shared) is not on this machine")
    names = {
        "csv": "slutbetyg_ak9_2025_dev.csv",
        "underlag": "underlag_for_analys_2024_25_dev.xlsx",
        "api": "statistics_gr_v4_dev.jsonl",
    }
    return {key: facts(data / name, tmp_path_factory.mktemp(key)) for key, name in names.items()}


def numbers(read: Facts, measure: str) -> dict[str, float]:
    found = read.where(measure=measure, period="2024/25", kind="school_unit")
    return {fact.code: fact.value for fact in found if fact.value is not None}


def test_the_share_of_year_9_is_identical_in_csv_and_underlag(sources: dict[str, Facts]) -> None:
    csv, underlag = numbers(sources["csv"], "andel_alla_amnen"), numbers(sources["underlag"], SHARE_9)
    both = csv.keys() & underlag.keys()
    assert len(both) == 210
    assert all(csv[code] == underlag[code] for code in both)


def test_merit_values_are_identical_in_csv_and_api(sources: dict[str, Facts]) -> None:
    csv, api = numbers(sources["csv"], "meritvarde_17"), numbers(sources["api"], "gr/averageGradesMeritRating9thGrade")
    both = csv.keys() & api.keys()
    assert len(both) == 123
    assert all(csv[code] == api[code] for code in both)


def test_what_one_source_masks_the_other_may_show(sources: dict[str, Facts]) -> None:
    csv = numbers(sources["csv"], "andel_alla_amnen")
    masked = {f.code for f in sources["underlag"].where(measure=SHARE_9, raw="...")}
    assert len(masked & csv.keys()) == 71
    assert not masked & numbers(sources["underlag"], SHARE_9).keys()


def test_each_file_is_recognised_by_one_format_alone(shared: Path) -> None:
    data = shared / "data"
    documents: dict[str, Document] = {
        "slutbetyg9": text_document(data / "slutbetyg_ak9_2025_dev.csv"),
        "underlag": next(workbook_documents(data / "underlag_for_analys_2024_25_dev.xlsx", 0)),
        "planned_educations": text_document(data / "statistics_gr_v4_dev.jsonl"),
        "kolada": text_document(data / "kolada_skr_MasterData_2016_2019_dev.json"),
        "salsa_survey": text_document(data / "salsa_skolenkat_dev.json"),
    }
    for expected, document in documents.items():
        assert [key for key, module in formats().items() if module.recognise(document)] == [expected]
    others = [text_document(data / "forskolor_dev.csv"), text_document(data / "skolenkaten_riket_till_2023_dev.json")]
    others.append(text_document(data / "kolada_metadata_v3/municipality.json"))
    assert not [key for other in others for key, module in formats().items() if module.recognise(other)]


def test_a_file_in_the_folder_is_the_registration() -> None:
    assert sorted(formats()) == ["kolada", "local", "planned_educations", "salsa_survey", "slutbetyg9", "underlag"]
    for key, module in formats().items():
        assert module.__name__.endswith(key)  # type: ignore[attr-defined]
        assert set(module.TITLE) == {"sv", "en"} and module.SOURCE
