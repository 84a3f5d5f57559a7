"""`styrkedja wheel`: the year of a node as rows for other programs, and as a picture that stands alone."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from styrkedja.config import cli
from tests.wheel.year import activity, day, year

pytestmark = pytest.mark.django_db


@pytest.fixture
def styrkedja(monkeypatch, capsys):
    """Run a command on the test's database; (exit code, out, err)."""
    monkeypatch.setattr(cli, "prepare", lambda: None)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.main(["wheel", *arguments])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def period(world) -> str:
    cycle = year(world)
    activity(
        cycle, at=[world.council], starts=-3, ends=-2, number="1.1", title_sv="Start & mål", role="quality_lead",
        kind="decision",
    )  # fmt: skip
    activity(cycle, at=[world.bjork, world.ek], starts=2, ends=3, number="1.2", title_sv="Enheter", kind="survey")
    return cycle.period


def test_the_year_is_rows_of_exactly_these_words(styrkedja, world, period):
    code, out, err = styrkedja("--node", "huvudman", "--year", period, "--json")
    assert (code, err) == (0, "")
    rows = json.loads(out)
    assert [list(row.items()) for row in rows] == [
        [
            ("number", "1.1"), ("title", "Start & mål"), ("kind", "decision"), ("start", day(-3).isoformat()),
            ("end", day(-2).isoformat()), ("responsible", "Karin Kvalitet"), ("node", "Ekköpings kommun"),
            ("state", "late"),
        ],
        [
            ("number", "1.2"), ("title", "Enheter"), ("kind", "survey"), ("start", day(2).isoformat()),
            ("end", day(3).isoformat()), ("responsible", "Rektor"), ("node", "Ekköpings kommun"), ("state", "coming"),
        ],
    ]  # fmt: skip
    assert json.loads(styrkedja("--node", "11111111", "--year", period, "--json")[1])[1]["node"] == "Björkskolan"


def test_the_year_is_drawn_to_a_file_with_rings_as_asked(styrkedja, world, period, tmp_path):
    path = tmp_path / "hjul.svg"
    asked = ["--node", "11111111", "--year", period, "--format", "svg"]
    assert styrkedja(*asked, "--output", str(path)) == (0, f"Björkskolan, {period}: {path}\n", "")
    root = ElementTree.parse(path).getroot()
    said = " ".join(root.itertext())
    assert root.tag == "{http://www.w3.org/2000/svg}svg" and root.get("width")
    assert all(words in said for words in ("Start & mål", "Enheter", period, "ENHET"))
    code, drawn, err = styrkedja(*asked, "--rings", "kind")
    said = " ".join(ElementTree.fromstring(drawn).itertext())
    assert (code, err) == (0, "") and "UPPFÖLJNING OCH ENKÄTER" in said and "ENHET" not in said


@pytest.mark.parametrize("form", [["--json"], ["--format", "svg"]])
@pytest.mark.parametrize(
    ("node", "asked", "reason"),
    [
        ("99999999", "", "ingen nod har koden 99999999"),
        ("", "", "ingen nod har koden (tom)"),
        ("huvudman", "2025/27", "inte ett år (2025/26 eller 2026): 2025/27"),
        ("huvudman", "2019/20", "Ekköpings kommun har inget publicerat årshjul för 2019/20"),
    ],
)
def test_what_cannot_be_meant_is_one_line(styrkedja, period, form, node, asked, reason):
    assert styrkedja("--node", node, "--year", asked or period, *form) == (2, "", f"styrkedja: {reason}\n")


@pytest.mark.parametrize("where", ["finns/inte/hjul.svg", "."])
def test_a_file_that_cannot_be_written_is_one_line(styrkedja, period, tmp_path, where):
    path = tmp_path / where
    code, out, err = styrkedja("--node", "huvudman", "--year", period, "--format", "svg", "--output", str(path))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"styrkedja: {path} går inte att skriva: ")
