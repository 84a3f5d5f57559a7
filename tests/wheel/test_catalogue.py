"""The wheels that ship say what they are to; a file that cannot be used is refused with file, line and reason."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.utils import translation

from styrkedja.access.roles import ROLES
from styrkedja.config import cli
from styrkedja.core import periods
from styrkedja.organisation.models import SchoolForm
from styrkedja.wheel import catalogue, dates
from styrkedja.wheel.catalogue import Faulty, Wheel, When, default_wheel, process, wheels
from styrkedja.wheel.catalogue._reading import read
from styrkedja.wheel.models import Kind

# The source's activities, month by month, counted by hand.
CALENDAR_YEAR = [
    "1.1", "1.2", "1.3", "2.1", "2.2", "3.1", "3.2", "4.1", "4.2", "5.1", "5.2", "6.1", "6.2", "6.3", "8.1", "8.2",
    "8.3", "9.1", "9.2", "10.1", "10.2", "10.3", "11.1", "12.1", "12.2", "12.3",
]  # fmt: skip


def meetings(wheel: Wheel, kind: str) -> list[str]:
    return [one.number for one in wheel.processes if one.done_with.get("kind") == kind and one.done_check == "meeting"]


def test_four_wheels_ship_and_one_is_proposed() -> None:
    assert list(wheels()) == ["lasar", "analysseminarier", "kalenderar", "ska_dagar"]
    assert default_wheel() is wheels()["lasar"]
    assert [wheel.starts for wheel in wheels().values()] == [7, 7, 1, 7]


def test_the_calendar_year_has_every_activity_of_its_source_in_its_month() -> None:
    wheel = wheels()["kalenderar"]
    numbers = [one.number for one in wheel.processes]
    assert [n for n in CALENDAR_YEAR if n not in numbers] == []
    assert sorted(set(numbers) - set(CALENDAR_YEAR)) == ["12.4", "2.3", "8.4", "9.3"]
    for one in wheel.processes:
        month = int(one.number.split(".")[0])
        assert dates.days(one.when, "2026")[0].month == month, one.id
    assert not any(n.startswith("7.") for n in numbers)
    assert meetings(wheel, "presidium") == ["2.3", "9.3"]
    assert meetings(wheel, "amnesgrupp") == ["2.1", "9.1", "10.1"]
    kinds = Counter(one.kind for one in wheel.processes)
    assert (kinds["publication"], kinds["workshop"], kinds["survey"], kinds["common_marking"]) == (3, 5, 2, 1)


def test_a_dialogue_about_one_unit_is_that_units_own_and_is_asked_for_once() -> None:
    about_one = {"betygsdialog", "resursdialog", "verksamhetsdialog"}
    for wheel in wheels().values():
        asked = [one for one in wheel.processes if one.done_check == "meeting" and one.done_with["kind"] in about_one]
        assert {one.responsible.level for one in asked} <= {"unit"}, wheel.id
        assert max(Counter(one.done_with["kind"] for one in asked).values(), default=0) <= 1, wheel.id


def test_the_days_are_four_and_two() -> None:
    wheel = wheels()["ska_dagar"]
    assert meetings(wheel, "ska_dag") == ["2.3", "3.2", "5.2", "6.2"]
    assert meetings(wheel, "dialogdag") == ["4.2", "6.3"]


def test_three_seminars_a_management_group_and_three_analyses_a_school_form() -> None:
    wheel = wheels()["analysseminarier"]
    seminars = Counter(one.school_forms for one in wheel.processes if one.kind == "seminar")
    assert sorted(seminars.values()) == [3, 3, 3]
    assert {"fs"} in [set(forms) for forms in seminars]
    at_committee = [one for one in wheel.processes if one.responsible.level == "committee" and one.kind == "reporting"]
    assert Counter(one.school_forms for one in at_committee) == dict.fromkeys(seminars, 3)
    every_form = set().union(*seminars)
    assert every_form == set(SchoolForm.values)


def test_the_default_year_is_for_all_forms_and_all_rings() -> None:
    wheel = default_wheel()
    assert 35 <= len(wheel.processes) <= 50
    assert {one.responsible.level for one in wheel.processes} == {"committee", "administration", "unit", "team"}
    assert wheel.school_forms == ()
    assert {"meeting", "document", "request", "import", "decision", "follow_up", "goals", "publication", "tick"} == {
        one.done_check for one in wheel.processes
    }


@pytest.mark.parametrize("id", ["lasar", "analysseminarier", "kalenderar", "ska_dagar"])
def test_every_wheel_can_be_laid_on_both_kinds_of_year(id: str) -> None:
    for period in ("2026/27", "2028"):
        first, last = periods.bounds(period)
        for one in wheels()[id].processes:
            starts, ends = dates.days(one.when, period)
            assert first <= starts <= ends <= last


def test_every_word_is_there_in_both_languages_and_no_name_of_a_product() -> None:
    for wheel in wheels().values():
        for one in wheel.processes:
            for words in (one.title, one.about, one.before, one.leaves):
                assert words.sv and words.en and words.sv != words.en, one.id
            said = " ".join((one.title.sv, one.about.sv, one.before.sv, one.leaves.sv))
            assert not any(name in said for name in ("Hypergene", "EdWise", "Stratsys", "Unikum")), one.id
            assert "erkstad" not in said and "erkstad" not in Kind.WORKSHOP.label  # one word for it
            assert one.responsible.level in ROLES[one.responsible.role].levels


def test_a_process_is_found_by_its_id_in_the_readers_language() -> None:
    found = process("lasar/11.2")
    assert found is not None
    with translation.override("sv"):
        assert str(found.title) == "Dialogdag 1: läget i verksamheterna"
    with translation.override("en"):
        assert str(found.title) == "Dialogue day 1: how things stand"
    assert process("lasar/99.9") is None


HEAD = """title_sv = "Hjul"
title_en = "Wheel"
about_sv = "Om."
about_en = "About."
source_sv = "Källa."
source_en = "Source."
starts = 7
"""
ONE = """
[[process]]
number = "1.1"
kind = "dialogue"
title_sv = "Samtal"
title_en = "Talk"
when = { week = 8 }
responsible = { role = "principal", level = "unit" }
"""


def written(folder: Path, text: str, name: str = "prov.toml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_a_small_file_is_read_whole(tmp_path: Path) -> None:
    wheel = read(written(tmp_path, HEAD + ONE))
    (one,) = wheel.processes
    assert (one.id, one.done_check, one.participants, one.when) == ("prov/1.1", "tick", (), When(week=8))


# What is written instead of what, the line that is named, and a piece of the reason. HEAD is lines 1-7, ONE 8-15.
WRONG = [
    ("starts = 7", "starts = 8", 7, "1 (januari) eller 7 (juli)"),
    ("starts = 7", "starts = 7\nfärg = 1", 8, "TOML"),
    ("starts = 7", "starts = 7\ncolour = 1", 8, "okänt ord: colour"),
    ('title_en = "Wheel"\n', "", 1, "saknas: title_en"),
    ('title_en = "Wheel"', 'title_en = " "', 2, "title_en är tomt"),
    ("starts = 7", 'starts = 7\nschool_forms = ["xx"]', 8, "school_forms finns inte: xx"),
    ("starts = 7", "starts = 7\ndefault = 1", 8, "true eller false"),
    ('number = "1.1"', 'number = "ett"', 10, "siffror med punkt"),
    ('number = "1.1"', "number = 1.1", 10, "number är tomt"),
    ('kind = "dialogue"', 'kind = "party"', 11, "kind finns inte: party"),
    ('title_sv = "Samtal"', f'title_sv = "{"s" * 201}"', 12, "högst 200 tecken"),
    ('title_en = "Talk"', 'title_en = "Talk"\nabout_sv = "Bara svenska."', 14, "about_en saknas"),
    ('title_en = "Talk"', 'title_en = "Talk"\nrutine_sv = "x"', 14, "okänt ord: rutine_sv"),
    ("when = { week = 8 }", "when = { week = 54 }", 14, "1-53"),
    ("when = { week = 8 }", "when = { month = 2, day = 30 }", 14, "finns aldrig"),
    ("when = { week = 8 }", "when = { month = 13 }", 14, "1-12"),
    ("when = { week = 8 }", "when = { month = 2, week = 8 }", 14, "en av dem"),
    ("when = { week = 8 }", "when = {}", 14, "en av dem"),
    ("when = { week = 8 }", "when = { week = true }", 14, "heltal"),
    ("when = { week = 8 }", "when = { week = 8, day = 3 }", 14, "hör inte ihop med week"),
    ("when = { week = 8 }", "when = { month = 3, day = 3, to_month = 4 }", 14, "utan to_month"),
    ("when = { week = 8 }", "when = { week = 8, to_week = 9, weekday = 2 }", 14, "utan to_week"),
    ("when = { week = 8 }", 'when = { anchor = "summer" }', 14, "summer finns inte"),
    ("when = { week = 8 }", 'when = { anchor = "tertial_1_end", offset = 400 }', 14, "högst 180"),
    ("when = { week = 8 }", 'when = { anchor = "tertial_1_end", length = 0 }', 14, "1-366"),
    ('role = "principal"', 'role = "boss"', 15, "rollen boss finns inte"),
    ('level = "unit"', 'level = "ward"', 15, "nivån ward finns inte"),
    ('level = "unit"', 'level = "team"', 15, "rollen principal finns inte på nivån team"),
    ('level = "unit" }', 'level = "unit" }\nparticipants = [{ role = "teacher" }]', 16, "{ role = ..., level = ... }"),
    ('level = "unit" }', 'level = "unit" }\ndone_check = "prayer"', 16, "done_check finns inte: prayer"),
    ('level = "unit" }', 'level = "unit" }\ndone_check = "meeting"', 9, "det saknas: kind"),
    ('level = "unit" }', 'level = "unit" }\ndone_with = { kind = "ska_dag" }', 16, "hör inte till tick"),
    (
        'level = "unit" }',
        'level = "unit" }\ndone_check = "meeting"\ndone_with = { kind = "fika" }',
        17,
        "kind finns inte: fika",
    ),
    (
        'level = "unit" }',
        'level = "unit" }\ndone_check = "document"\ndone_with = { kind = "analysis", state = "draft" }',
        17,
        "state finns inte: draft",
    ),
    (
        'level = "unit" }',
        'level = "unit" }\ndone_check = "import"\ndone_with = { sources = ["scb"] }',
        17,
        "sources finns inte: scb",
    ),
    (
        'level = "unit" }',
        'level = "unit" }\ndone_check = "import"\ndone_with = { sources = "local" }',
        17,
        "lista av källor",
    ),
    (
        '"principal", level = "unit" }',
        '"team_lead", level = "team" }\ndone_check = "document"\ndone_with = { kind = "quality_report" }',
        17,
        "quality_report finns inte på nivån team",
    ),
    ("[[process]]", "[[proces]]", 9, "okänt ord: proces"),
    ("week = 8", "week = ", 14, "TOML"),
]


@pytest.mark.parametrize(("what", "instead", "line", "reason"), WRONG, ids=[f"{w[2]}-{w[3][:18]}" for w in WRONG])
def test_what_is_wrong_is_named_with_file_line_and_reason(
    tmp_path: Path, what: str, instead: str, line: int, reason: str
) -> None:
    text = HEAD + ONE
    assert what in text
    with pytest.raises(Faulty) as fault:
        read(written(tmp_path, text.replace(what, instead, 1)))
    said = str(fault.value)
    assert said.startswith(f"prov.toml, rad {line}: ")
    assert reason in said
    assert "\n" not in said


def test_the_table_that_is_wrong_is_found_among_many(tmp_path: Path) -> None:
    again = ONE.replace("1.1", "1.2").replace("week = 8", "week = 60")
    with pytest.raises(Faulty, match=r"prov\.toml, rad 22: process 1\.2: when: en vecka är 1-53"):
        read(written(tmp_path, HEAD + ONE + again))
    with pytest.raises(Faulty, match=r"prov\.toml, rad 18: process 1\.1: numret står två gånger"):
        read(written(tmp_path, HEAD + ONE + ONE))


def test_a_file_that_is_not_text_or_has_no_processes(tmp_path: Path) -> None:
    path = tmp_path / "prov.toml"
    path.write_bytes(HEAD.encode() + b'x = "\xff"\n')
    with pytest.raises(Faulty, match=r"prov\.toml, rad 8: filen är inte skriven i UTF-8"):
        read(path)
    with pytest.raises(Faulty, match="saknas: process"):
        read(written(tmp_path, HEAD))
    with pytest.raises(Faulty, match="filens namn är inget id"):
        read(written(tmp_path, HEAD + ONE, "Hjul 1.toml"))
    with pytest.raises(Faulty, match="saknar processer"):
        read(written(tmp_path, HEAD + "process = []\n"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The catalogue's folder, to be written in."""
    for path in catalogue.FOLDER.glob("*.toml"):
        shutil.copy(path, tmp_path)
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    catalogue.wheels.cache_clear()
    yield tmp_path
    catalogue.wheels.cache_clear()


def test_exactly_one_wheel_is_the_default(folder: Path) -> None:
    written(folder, HEAD + "default = true\n" + ONE)
    with pytest.raises(Faulty, match=r"prov\.toml, rad 8: lasar\.toml är redan förval"):
        wheels()
    written(folder, HEAD + ONE)
    assert "prov" in wheels()
    (folder / "lasar.toml").unlink()
    catalogue.wheels.cache_clear()
    with pytest.raises(Faulty, match="inget årshjul i katalogen"):
        wheels()


def test_the_program_does_not_start_with_a_wheel_that_cannot_be_used(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    written(folder, HEAD + ONE.replace("week = 8", "week = 80"))
    (found,) = run_checks(tags=["catalogue"])
    assert "prov.toml, rad 14" in str(found.msg)
    monkeypatch.setattr(cli, "start_database", lambda: None)
    monkeypatch.setattr("styrkedja.config.translations.compile_if_stale", lambda: None)
    monkeypatch.setattr(cli, "_migrate", lambda: pytest.fail("nothing is written before the catalogue is read"))
    for command in (["serve"], ["people"], ["check"]):
        assert cli.main(command) == 2
        said = capsys.readouterr().err
        assert said == "styrkedja: årshjul: prov.toml, rad 14: process 1.1: when: en vecka är 1-53\n"
