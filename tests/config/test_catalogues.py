"""A catalogue with a file that cannot be used: the program does not start, and says which and why in one line."""

from __future__ import annotations

import shutil

import pytest

from styrkedja.config import cli
from styrkedja.dialogues.meetings import catalogue as meetings
from styrkedja.dialogues.selfcheck import catalogue as selfcheck
from styrkedja.indicators import catalogue as indicators
from styrkedja.plans.frame import national
from styrkedja.plans.operational import plan_types


@pytest.mark.parametrize(
    ("module", "read", "named"),
    [
        (indicators, indicators.catalogue, "indikatorer"),
        (national, national.national_goals, "nationella mål"),
        (meetings, meetings.kinds, "möten"),
        (selfcheck, selfcheck.forms, "självskattningar"),
        (plan_types, plan_types.plan_types, "planer"),
    ],
)
@pytest.mark.parametrize(("added", "reason"), [("\nhittepa = 1\n", ""), ("\n[[[\n", "(at line ")])
def test_a_faulty_file_is_one_line_and_nothing_is_written(
    tmp_path, monkeypatch, capsys, request, module, read, named, added, reason
):
    attribute = "TABLE" if module is plan_types else "FOLDER"
    place = getattr(module, attribute)
    folder = tmp_path / "katalog"
    shutil.copytree(place.parent if place.is_file() else place, folder)
    path = folder / place.name if place.is_file() else min(folder.glob("*.toml"))
    path.write_text(path.read_text("utf-8") + added, "utf-8")
    monkeypatch.setattr(module, attribute, path if place.is_file() else folder)
    monkeypatch.setattr(cli, "start_database", lambda: None)
    monkeypatch.setattr("styrkedja.config.translations.compile_if_stale", lambda: None)
    monkeypatch.setattr(cli, "_migrate", lambda: pytest.fail("nothing is written before the catalogues are read"))
    request.addfinalizer(read.cache_clear)
    read.cache_clear()
    assert cli.main(["people"]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"styrkedja: {named}: {path.name}: ") and said.count("\n") == 1
    assert reason in said
