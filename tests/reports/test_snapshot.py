"""A report is written down once: same figures for ever, numbered versions, nothing hidden in it comes out."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import subprocess
import threading
from pathlib import Path

import pytest
from django.db import connection, connections, transaction
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext

from styrkedja.access.gate import Access
from styrkedja.analyses import quoted, row_actions
from styrkedja.config.commands import check
from styrkedja.core.errors import Refused
from styrkedja.core.models import AuditEvent
from styrkedja.documents.hashing import content_hash
from styrkedja.organisation import actions as organisation
from styrkedja.reports import files, queries
from styrkedja.reports.actions import make_report
from styrkedja.reports.models import Basis, Report
from styrkedja.reports.renderers.html import render_html, render_page
from tests.analyses.writing import begin, established, fill, submitted, unit_established
from tests.conftest import as_owner
from tests.indicators.facts import observe, unit
from tests.reports.material import PERIOD, large, nation, own, text_of
from tests.world import START

pytestmark = pytest.mark.django_db


def words_of(pdf: bytes, folder: Path) -> str:
    file = folder / "rapport.pdf"
    file.write_bytes(pdf)
    run = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True, text=True)
    return " ".join(run.stdout.split())


def everything(report: Report, folder: Path) -> str:
    """All that leaves: the snapshot, both renderings, in both languages."""
    found = [json.dumps(report.snapshot, ensure_ascii=False)]
    for language in ("sv", "en"):
        document = queries.document_of(report, language)
        found += [render_html(document), render_page(document), words_of(files.pdf_of(report, language), folder)]
    return " ".join(found)


def test_the_same_figures_after_new_imports(world, tmp_path):
    large("11111111", "Björkskolan", [70.0, 74.0, 79.2])
    first = make_report(node=world.bjork, period=PERIOD, by=world.person("principal"))
    before = render_html(queries.document_of(first, "sv"))
    large("11111111", "Björkskolan", [70.0, 74.0, 33.3])
    again = Report.objects.get(pk=first.pk)
    assert render_html(queries.document_of(again, "sv")) == before
    assert "79,2" in before
    assert "79,2" in words_of(files.pdf_of(again, "sv"), tmp_path)
    second = make_report(node=world.bjork, period=PERIOD, by=world.person("principal"))
    assert (first.number, second.number) == (1, 2)
    assert "33,3" in render_html(queries.document_of(second, "sv"))
    assert queries.latest_report(world.bjork, PERIOD) == second


def test_it_is_written_once_and_leaves_a_trail(world):
    report = make_report(node=world.council, period=PERIOD, by=world.person("quality"))
    event = AuditEvent.objects.get(event="report_made")
    assert (event.actor_id, event.node_id) == (world.person("quality").pk, world.council.pk)
    assert event.details["hash"] == report.content_hash
    kept = Report.objects.get(pk=report.pk)
    assert content_hash(kept.snapshot) == kept.content_hash
    for change in (
        lambda: Report.objects.filter(pk=report.pk).update(period="2023/24"),
        lambda: Report.objects.filter(pk=report.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert list(queries.altered_reports()) == []
    as_owner("UPDATE reports_report SET snapshot = jsonb_set(snapshot, '{sv,title}', '\"Annat\"')")
    assert list(queries.altered_reports()) == [report]


def test_a_report_changed_together_with_its_hash_or_taken_away_is_found_by_the_trail(world, capsys):
    changed, gone = (make_report(node=node, period=PERIOD, by=None) for node in (world.council, world.bjork))
    assert check.run(argparse.Namespace()) == 0
    snapshot = {**changed.snapshot, "sv": {**changed.snapshot["sv"], "title": "Annat"}}
    as_owner(
        "UPDATE reports_report SET snapshot = jsonb_set(snapshot, '{sv,title}', '\"Annat\"'),"
        f" content_hash = '{content_hash(snapshot)}' WHERE id = '{changed.pk}'",
        f"DELETE FROM reports_report WHERE id = '{gone.pk}'",
    )
    assert list(queries.altered_reports()) == [changed]
    assert check.run(argparse.Namespace()) == 1
    told = capsys.readouterr().out
    assert f"rapport {changed.pk}: innehållet är inte det som sparades" in told
    assert f"rapport {gone.pk}: borta" in told


def test_both_languages_have_the_same_figures(world):
    large("11111111", "Björkskolan", [70.0, 74.0, 79.2])
    report = make_report(node=world.bjork, period=PERIOD, by=None)
    swedish, english = (queries.document_of(report, language) for language in ("sv", "en"))
    assert (swedish.language, english.language) == ("sv", "en")
    assert [type(b) for b in swedish.blocks] == [type(b) for b in english.blocks]
    assert "79,2 %" in text_of(swedish).replace("\\xa0", " ")
    assert "79.2 %" in text_of(english).replace("\\xa0", " ")
    assert "79,2" not in text_of(english)


def test_what_is_hidden_comes_out_nowhere(world, tmp_path):
    """313,7 of 7 pupils; 57,1 of 7; a sex below the limit and the other with it; own data of few; quotes of them."""
    björk = unit("school_unit", "11111111", "Björkskolan")
    large("22222222", "Ekskolan", [66.6])
    observe(björk, "skv_slutbetyg9", "meritvarde_17", [{"period": PERIOD, "value": 313.7, "n": 7}])
    shares = [("T", 83.9, 16), ("K", 91.8, 12), ("M", 26.3, 4)]
    observe(
        björk, "skv_slutbetyg9", "andel_alla_amnen",
        [{"period": PERIOD, "group": g, "value": v, "n": n} for g, v, n in shares],
    )  # fmt: skip
    own(world.bjork, 3, 44.7)
    principal = world.person("principal")
    analysis = begin(world)
    fill(analysis, principal)
    access = Access(principal)
    figures = quoted.figures_to_quote(access, world.bjork, PERIOD)
    assert {313.7, 91.8, 26.3, 44.7} <= {f.value for f in figures}  # the principal sees them
    for figure in figures:
        frozen = quoted.freeze(access, world.bjork, PERIOD, quoted.identity(figure))
        row_actions.quote_figure(
            analysis=analysis, area="lgr22/kunskaper", node=world.bjork, figure=frozen, by=principal
        )
    established(world, analysis)
    for node in (world.bjork, world.council):
        found = everything(make_report(node=node, period=PERIOD, by=principal), tmp_path)
        assert "83,9" in found if node is world.bjork else "66,6" in found
        for hidden in ("313", "91.8", "91,8", "26.3", "26,3", "44.7", "44,7"):
            assert not re.search(rf"(?<![\d.,-]){re.escape(hidden)}(?![\d-])", found), hidden


def test_a_quote_hidden_since_then_is_hidden(world, tmp_path):
    """Quoted when only the girls were known; the boys, too few, came later: now both are hidden."""
    björk = unit("school_unit", "11111111", "Björkskolan")
    observe(björk, "skv_slutbetyg9", "andel_alla_amnen", [{"period": PERIOD, "group": "K", "value": 91.8, "n": 12}])
    principal, analysis = world.person("principal"), begin(world)
    fill(analysis, principal)
    access = Access(principal)
    (figure,) = quoted.figures_to_quote(access, world.bjork, PERIOD)
    frozen = quoted.freeze(access, world.bjork, PERIOD, quoted.identity(figure))
    row_actions.quote_figure(analysis=analysis, area="lgr22/kunskaper", node=world.bjork, figure=frozen, by=principal)
    established(world, analysis)
    first = make_report(node=world.bjork, period=PERIOD, by=principal)
    assert "91,8" in text_of(queries.document_of(first, "sv"))
    observe(björk, "skv_slutbetyg9", "andel_alla_amnen", [{"period": PERIOD, "group": "M", "value": 26.3, "n": 4}])
    later = make_report(node=world.bjork, period=PERIOD, by=principal)
    assert "91,8" not in everything(later, tmp_path)


def test_a_draft_is_never_built_on(world):
    analysis = begin(world)
    fill(analysis, world.person("principal"))
    draft = make_report(node=world.bjork, period=PERIOD, by=world.person("principal"))
    assert draft.basis == Basis.NONE
    assert "Få tillfällen att resonera" not in text_of(queries.document_of(draft, "sv"))
    assert "ingår inte i en rapport" in text_of(queries.document_of(draft, "sv"))
    submitted(world, analysis)
    handed_in = make_report(node=world.bjork, period=PERIOD, by=world.person("principal"))
    assert handed_in.basis == Basis.SUBMITTED
    document = queries.document_of(handed_in, "sv")
    assert "Utkast – bygger på ej fastställd analys" in document.status
    assert "Få tillfällen att resonera" in text_of(document)


def test_an_established_analysis_makes_a_report(world):
    unit_established(world)
    report = make_report(node=world.bjork, period=PERIOD, by=world.person("principal"))
    assert report.basis == Basis.ESTABLISHED
    assert "Utkast" not in queries.document_of(report, "sv").status


def test_who_reads_what(world):
    analysis = begin(world)
    fill(analysis, world.person("principal"))
    submitted(world, analysis)
    draft = make_report(node=world.bjork, period=PERIOD, by=world.person("principal"))
    plain = make_report(node=world.ek, period=PERIOD, by=world.person("principal_ek"))
    reads = {key for key in world.people if draft in queries.readable(Access(world.person(key)))}
    assert reads == {
        "head", "chief", "quality", "principal", "team_lead", "lead_teacher", "teacher", "health", "auditor",
    }  # fmt: skip
    assert {key for key in world.people if plain in queries.readable(Access(world.person(key)))} == set(
        world.people
    ) - {"operator"}


def test_reports_of_a_closed_node_are_read_as_before(world):
    report = make_report(node=world.lind, period=PERIOD, by=None)
    organisation.close_node(node=world.lind, last_day=dt.date(2025, 6, 30), by=None)
    readers = [k for k in ("head", "politician", "principal") if report in queries.readable(Access(world.person(k)))]
    assert readers == ["head", "politician", "principal"]


@pytest.mark.parametrize("period", ["", "i fjol", "2024/26"])
def test_a_period_has_to_be_one(world, period):
    with pytest.raises(Refused):
        make_report(node=world.bjork, period=period, by=None)


def test_no_report_of_a_team(world):
    with pytest.raises(Refused):
        make_report(node=world.bjork_team, period=PERIOD, by=None)


def test_queries_do_not_grow_with_units(world):
    def made(node):
        with CaptureQueriesContext(
            connection,
        ) as caught:
            make_report(node=node, period=PERIOD, by=None)
        return len(caught)

    large("11111111", "Björkskolan", [70.0, 74.0, 79.2])
    nation()
    few = made(world.council)
    for number in range(20):
        code = f"3000{number:04d}"
        organisation.add_node(
            parent=world.administration, kind="unit", name=f"Skola {number}", school_forms=["gr"],
            statistical_kind="school_unit", statistical_code=code, valid_from=START, by=None,
        )  # fmt: skip
        large(code, f"Skola {number}", [60.0 + number, 61.0, 62.0, 63.0])
    assert made(world.council) == few
    assert few < 40


def test_the_pdf_is_kept_as_first_set(world, monkeypatch):
    report = make_report(node=world.bjork, period=PERIOD, by=None)
    first = files.pdf_of(report, "sv")
    with monkeypatch.context() as later:
        later.setattr(files, "render_pdf", lambda _document: b"a newer Typst")
        assert files.pdf_of(report, "sv") == first
    files.path_of(report, "sv").write_bytes(first[: len(first) // 2])  # the disk was full
    assert files.pdf_of(report, "sv") == first
    files.path_of(report, "sv").unlink()
    assert files.pdf_of(report, "sv") == first
    assert [p.name for p in files.path_of(report, "sv").parent.iterdir()] == [f"{report.content_hash}.sv.pdf"]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_two_versions():
    from tests.world import build

    world = build()
    numbers = []

    def press():
        try:
            numbers.append(make_report(node=world.bjork, period=PERIOD, by=None).number)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == [1, 2, 3]
