"""`styrkedja report quality`: the latest version as a file, a new one when asked, one clear line when it cannot be."""

from __future__ import annotations

import argparse

import pytest

from styrkedja.config.cli import Unusable
from styrkedja.config.commands import report as command
from styrkedja.reports.models import Report
from tests.indicators.facts import observe, unit
from tests.reports.material import PERIOD, large

pytestmark = pytest.mark.django_db


def run(folder, *more, node="11111111", period=PERIOD, form="html", output="r.html"):
    parser = argparse.ArgumentParser()
    command.configure(parser)
    arguments = ["quality", "--node", node, "--period", period, "--format", form, "--output", str(folder / output)]
    assert command.run(parser.parse_args([*arguments, *more])) == 0
    return (folder / output).read_bytes()


def test_a_page_and_a_file_with_the_same_figures(world, tmp_path):
    large("11111111", "Björkskolan", [79.2])
    page = run(tmp_path).decode()
    assert page.startswith("<!doctype html>")
    assert "79,2" in page
    assert run(tmp_path, form="pdf", output="r.pdf")[:5] == b"%PDF-"
    assert run(tmp_path, form="pptx", output="r.pptx")[:2] == b"PK"
    assert Report.objects.count() == 1


def test_made_again_it_is_the_version_there_is(world, tmp_path):
    large("11111111", "Björkskolan", [79.2])
    first, first_pdf = run(tmp_path), run(tmp_path, form="pdf", output="r.pdf")
    observe(unit("school_unit", "11111111"), "skv_slutbetyg9", "andel_alla_amnen",
            [{"period": PERIOD, "value": 33.3, "n": 60}])  # fmt: skip
    assert run(tmp_path) == first
    assert run(tmp_path, form="pdf", output="r.pdf") == first_pdf
    new = run(tmp_path, "--new").decode()
    assert "33,3" in new
    assert Report.objects.count() == 2
    assert run(tmp_path).decode() == new  # the latest


def test_our_own_organiser_and_english(world, tmp_path):
    assert "Ekköpings kommun" in run(tmp_path, node="huvudman").decode()
    assert 'lang="en"' in run(tmp_path, "--language", "en", node="huvudman").decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"node": "99999999"},
        {"node": "../etc"},
        {"node": ""},  # most nodes have no code: it names none of them
        {"period": "2031/32"},
        {"period": "2031"},
        {"period": "2024/26"},
        {"period": "i fjol"},
        {"output": "finns/inte/r.html"},
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(world, tmp_path, wrong):
    with pytest.raises(Unusable) as refused:
        run(tmp_path, **wrong)
    assert "\n" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []
    assert Report.objects.count() == 0


def test_without_an_organiser(db, tmp_path):
    with pytest.raises(Unusable, match="ingen huvudman"):
        run(tmp_path, node="huvudman")
