"""`styrkedja figures`: the shapes scripts rely on, and the values of the real files."""

import argparse
import csv
import json

import pytest

from styrkedja.config.cli import Unusable
from styrkedja.config.commands import figures
from tests.indicators.facts import observe, unit

KEYS = ["unit", "kind", "indicator", "period", "group", "place", "state", "value", "n", "source", "batch"]


def run(capsys, *arguments):
    parser = argparse.ArgumentParser()
    figures.configure(parser)
    assert figures.run(parser.parse_args(arguments)) == 0
    out = capsys.readouterr().out
    return [json.loads(line) for line in out.splitlines()] if "--jsonl" in arguments else json.loads(out)


@pytest.fixture
def facts(world):
    one = unit("school_unit", "11111111", "Björkskolan")
    observe(one, "skv_slutbetyg9", "meritvarde_17", [{"period": "2024/25", "value": 224.0, "n": 8}])
    observe(one, "skv_slutbetyg9", "andel_alla_amnen", [{"period": "2024/25", "state": "suppressed", "raw": ".."}])
    observe(unit("huvudman", "2129999999"), "kolada", "N15485",
            [{"period": "2019", "group": g, "value": 90.0} for g in "TKM"])  # fmt: skip
    observe(unit("riket", "riket"), "skv_underlag", "Personal: Antal elever per lärare (heltidstjänster)",
            [{"period": "2024/25", "value": 12.0}])  # fmt: skip


def test_a_unit_as_its_sources_published_it(capsys, facts):
    rows = run(capsys, "--unit", "11111111", "--json")
    assert [list(row)[:11] for row in rows] == [KEYS, KEYS]
    by_id = {row["indicator"]: row for row in rows}
    assert (by_id["merit17"]["value"], by_id["merit17"]["n"]) == (224.0, 8)  # our own limits are not applied here
    assert (by_id["pass_all_final"]["state"], by_id["pass_all_final"]["value"]) == ("suppressed", None)


def test_codes_filters_and_lines(capsys, facts):
    assert {r["kind"] for r in run(capsys, "--all", "--jsonl")} == {"school_unit", "huvudman", "riket"}
    own = run(capsys, "--unit", "huvudman", "--indicator", "pass_subject_y6", "--group", "K", "--jsonl")
    assert [(r["unit"], r["group"], r["part"]) for r in own] == [("2129999999", "K", "mat")]
    assert run(capsys, "--unit", "riket", "--period", "2023/24", "--json") == []
    assert len(run(capsys, "--unit", "riket", "11111111", "--json")) == 3
    assert run(capsys, "--unit", "99999999", "--json") == []


def test_what_cannot_be_meant_is_refused_in_one_line(capsys, facts):
    for wrong in (["--unit", "11111111", "--indicator", "merit18"], ["--unit", "hej på dig!"],
                  ["--all", "--period", "2024/26"]):  # fmt: skip
        with pytest.raises(Unusable) as refused:
            run(capsys, *wrong, "--json")
        assert "\n" not in str(refused.value)


@pytest.mark.django_db(transaction=True)
def test_the_school_csv_comes_out_as_it_went_in(capsys, shared):
    from styrkedja.intake.importing import import_file

    path = shared / "data/slutbetyg_ak9_2025_dev.csv"
    import_file(path, by=None)
    out = {(r["unit"], r["indicator"]): r for r in run(capsys, "--all", "--jsonl") if r["source"] == "skv_slutbetyg9"}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [r for r in csv.reader(file, delimiter=";") if len(r) > 10 and r[1].isdigit()]
    assert len(rows) > 300
    for row in rows:
        for id, cell in zip(("pass_all_final", "elig_yr", "merit17"), row[8:11], strict=True):
            got = out[row[1], id]
            if cell in ("..", ".", "~100"):
                state = {"..": "suppressed", ".": "missing", "~100": "approximate"}[cell]
                assert (got["state"], got["value"]) == (state, None)
            else:
                assert (got["state"], got["value"]) == ("shown", float(cell.replace(",", ".")))
            assert got["n"] == (int(row[7]) if row[7].isdigit() else None)
