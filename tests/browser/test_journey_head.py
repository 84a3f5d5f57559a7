"""J4 (interface.md §6): the head of administration before the day of dialogue.

Measured: late units found within 2 clicks and 30 s; report, slides in the municipality's own template and package for
the registry within 8 clicks. Choosing priorities belongs to the dialogues' own journey.
"""

from __future__ import annotations

import re
import time
import zipfile

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from pptx import Presentation
from pptx.util import Inches

from styrkedja.analyses.queries import default_period
from styrkedja.dialogues.models import Feedback, Obligation
from styrkedja.dialogues.requests import answer_actions
from styrkedja.documents.models import Document
from styrkedja.reports import slide_template_actions, slide_templates
from styrkedja.reports.models import Report
from tests.analyses.writing import begin, established, fill, unit_established, write
from tests.browser.journeying import Counted, delivered, look_over, look_through, press_key
from tests.dialogues.talking import ask, day, of
from tests.indicators.facts import observe, unit
from tests.reports.test_slides import narrow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

UNITS = (("bjork", "principal"), ("ek", "principal_ek"), ("lind", "principal_lind"))


@pytest.fixture
def period() -> str:
    return default_period(timezone.localdate())


@pytest.fixture
def asked(town, period):
    """Everybody's analysis; the first has answered, the second is 3 days late, the third 12."""
    analysis = unit_established(town, period=period)
    said = {"what": "document", "kind": "analysis", "period": period, "text": "", "who": "head"}
    request = ask(town, of=[town.bjork, town.ek, town.lind], **said)
    for node, days in ((town.ek, 3), (town.lind, 12)):
        Obligation.objects.filter(owes=node).update(due=day(-days), opened_at=timezone.now() - timezone.timedelta(30))
    hand_in(town, request, analysis, "bjork", "principal")
    return request


def hand_in(town, request, analysis, node: str, who: str) -> None:
    row, version = of(request, getattr(town, node)), analysis.document.versions.latest("number")
    answer_actions.hand_in_document(receiver=row, version=version, expected=row.version, by=town.person(who))


def test_late_units_within_two_clicks_and_a_reminder_to_each(visit, town, asked):
    visitor = visit("head")
    page = visitor.go("desk:start")
    look_over(visitor, page)
    counted, begun = Counted(visitor), time.monotonic()
    page.get_by_role("link", name="Hur långt alla har kommit").click()
    rows = page.locator(".matrix tbody tr")
    expect(rows.first).to_contain_text("Lindens förskola")
    expect(rows.nth(1)).to_contain_text("Ekskolan")
    assert 0 < counted.clicks <= 2 and time.monotonic() - begun < 30
    look_over(visitor, page)

    visitor.tab_to(page.get_by_role("link", name="Bara sena"))  # and on with the keys
    page.keyboard.press("Enter")
    expect(rows).to_have_count(2)
    visitor.tab_to(page.get_by_role("button", name="Påminn dem som är sena med svar"))
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("2 påminnelser är på väg")
    for who in ("principal_ek", "principal_lind"):
        reminders = [m for m in delivered(town.person(who).email) if "påminnelse" in m.subject.lower()]
        assert len(reminders) == 1
        assert "Nulägesanalys" not in reminders[0].subject + str(reminders[0].body)  # a link, never what it is about
    assert not any("påminnelse" in m.subject.lower() for m in delivered(town.person("principal").email))


def test_small_multiples_of_the_units_and_only_what_stands_out(visit, town):
    for code, name, values in (("11111111", "Björkskolan", (61.0, 70.0, 79.0, 88.0)),
                               ("22222222", "Ekskolan", (80.0, 79.0, 80.0, 79.0))):  # fmt: skip
        years = ("2022/23", "2023/24", "2024/25", "2025/26")
        rows = [{"period": p, "value": v, "n": 60} for p, v in zip(years, values, strict=True)]
        observe(unit("school_unit", code, name), "skv_slutbetyg9", "andel_alla_amnen", rows)
    visitor = visit("head")
    page = visitor.go("indicators:node", town.council.pk)
    figure = page.locator("figure", has=page.get_by_role("heading", name="Varje enhets utveckling"))
    expect(figure.locator("svg").first).to_contain_text("Ekskolan")
    look_over(visitor, page)
    visitor.tab_to(page.get_by_label("bara enheter som sticker ut"))
    page.keyboard.press("Space")
    press_key(visitor, page.locator("form", has=page.locator("#units-measure")).get_by_role("button", name="Visa"))
    page.wait_for_url("**dolj=neutrala**")
    expect(figure.locator("svg").first).to_contain_text("Björkskolan")  # risen three years in a row
    expect(figure.locator("svg").first).not_to_contain_text("Ekskolan")
    expect(page.locator("section", has=page.locator("#units"))).to_contain_text("1 enhet utelämnad")
    look_over(visitor, page)
    visitor.speak("en")
    look_over(visitor, page, language="en")
    visitor.speak("sv")
    page = visitor.go("indicators:node", town.bjork.pk)
    page.get_by_label("dölj neutrala").check()
    page.locator("form", has=page.get_by_label("dölj neutrala")).get_by_role("button", name="Visa").click()
    page.wait_for_url("**dolj=neutrala**")
    expect(page.locator("section", has=page.locator("#notices"))).to_contain_text("Andel")
    look_over(visitor, page)


def test_three_analyses_are_read_asked_about_and_answered(visit, town, asked, period):
    for node, who in UNITS[1:]:
        analysis = unit_established(town, node=getattr(town, node), who=who, period=period)
        hand_in(town, asked, analysis, node, who)
    visitor = visit("head")
    page = visitor.go("dialogues:request", asked.pk)
    counted = Counted(visitor)
    page.get_by_role("button", name="Ta emot de valda").click()
    expect(page.locator("#messages")).to_contain_text("3 svar är mottagna")
    look_over(visitor, page)
    for name in ("Björkskolan", "Ekskolan", "Lindens förskola"):
        page.locator("main table").get_by_role("link", name=name, exact=True).click()
        page.get_by_role("link", name="Läs det").first.click()
        expect(page.locator("article.analysis")).to_contain_text("Fler uppgifter som kräver resonemang.")
        visitor.go("dialogues:request", asked.pk)
    assert 0 < counted.clicks <= 7
    page.get_by_role("link", name="Återkoppla till flera").click()
    page.wait_for_url("**/aterkoppling/")
    look_over(visitor, page)
    page.get_by_label("Vad vi såg").fill("Tydliga orsaker.")
    page.get_by_label("Hur det kommer att användas").fill("Underlag på dialogdagen.")
    page.get_by_label(re.compile("En fråga tillbaka")).fill("Vad behöver ni av oss?")
    page.get_by_role("button", name=re.compile("Ge återkoppling")).click()
    expect(page.locator("#messages")).to_contain_text("3")
    assert Feedback.objects.filter(question="Vad behöver ni av oss?").count() == 3
    assert Obligation.objects.filter(kind="reply", met_at=None).count() == 3
    look_through(visitor, [("dialogues:request", asked.pk), ("dialogues:matrix", town.council.pk)])


def test_report_slides_and_package_within_eight_clicks(visit, town, period, tmp_path):
    for node, who in UNITS:
        unit_established(town, node=getattr(town, node), who=who, period=period)
    analysis = begin(town, node=town.council, who="head", period=period)
    fill(analysis, town.person("head"))
    for row in analysis.unitinclusions.filter(included=None):
        write(row, town.person("head"), included_id=None, reason="Ej klar")
    established(town, analysis, "head")
    template = slide_templates.tried(narrow())
    slide_template_actions.change_template(
        template=template, file_name="Mall.pptx", expected=0, by=town.person("quality")
    )
    visitor, begun = visit("head"), time.monotonic()
    page = visitor.go("desk:start")
    counted = Counted(visitor)
    page.locator("nav.nav").get_by_role("link", name="Rapporter").click()
    page.wait_for_url("**/rapporter/")
    page.locator("main").get_by_role("link", name="Ekköpings kommun", exact=True).first.click()
    page.wait_for_url("**/rapporter/om/**")
    look_over(visitor, page)
    page.get_by_role("button", name="Gör rapporten").click()
    page.get_by_role("link", name="Lämna in …").click()
    page.wait_for_url("**/lamna-in/")
    look_over(visitor, page)
    page.get_by_role("button", name="Lämna in").click()
    expect(page.locator("#messages")).to_contain_text("Rapporten har lämnats in.")
    report, document = Report.objects.get(), Document.objects.get(kind="quality_report")
    assert document.state == "submitted"
    assert document.versions.get().body["hash"] == report.content_hash

    frozen_by_the_registrar(visit("registrar"), report)
    page.reload()
    with page.expect_download() as slides:
        page.get_by_role("link", name="Ladda ner bildspel").click()
    slides.value.save_as(tmp_path / "bildspel.pptx")
    with page.expect_download() as package:
        page.get_by_role("button", name="Hämta diariepaketet").click()
    package.value.save_as(tmp_path / "paket.zip")
    assert 0 < counted.clicks <= 8 and time.monotonic() - begun < 300
    deck = Presentation(tmp_path / "bildspel.pptx")
    assert deck.slide_width == Inches(10) and 8 <= len(deck.slides) <= 12  # the municipality's, no reformatting
    assert "§ 84" in "".join(shape.text_frame.text for shape in deck.slides[0].shapes)
    with zipfile.ZipFile(tmp_path / "paket.zip") as packed:
        assert packed.read("kvalitetsrapport.pdf").startswith(b"%PDF-")
    look_over(visitor, page)
    look_through(visitor, [("reports:read", report.pk)])


def frozen_by_the_registrar(visitor, report) -> None:
    """With the keys alone: what the committee has decided is entered, and later the number from the registry."""
    page = visitor.go("reports:read", report.pk)
    visitor.tab_to(page.get_by_role("link", name="Fastställ …"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/faststall/")
    for label, words in (("Beslutsdatum", "2025-11-20"), ("Paragraf", "§ 84"), ("Diarienummer", "UBN 2025/112")):
        field = page.get_by_label(label)
        visitor.tab_to(field)
        field.fill(words)
    visitor.tab_to(page.get_by_role("button", name="Fastställ"))
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Rapporten är fastställd.")
    visitor.tab_to(page.get_by_role("link", name="Ange numret …"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/diarienummer/")
    look_over(visitor, page)
    page.get_by_label("Diarienummer").fill("UBN 2025/112")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("I diariet har den nummer UBN 2025/112")


def test_a_template_is_changed_with_the_keys(visit, town, tmp_path):
    visitor = visit("quality")
    page = visitor.go("reports:list")
    visitor.tab_to(page.get_by_role("link", name="Mall för bildspel"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/bildspelsmall/")
    look_over(visitor, page)
    (tmp_path / "Hej.pptx").write_text("Hej")
    page.get_by_label("Mall", exact=True).set_input_files(tmp_path / "Hej.pptx")
    page.get_by_role("button", name="Använd den här mallen").press("Enter")
    expect(page.locator(".error-summary")).to_contain_text("ingen PowerPoint-presentation")
    look_over(visitor, page)
    (tmp_path / "Kommunens mall.pptx").write_bytes(narrow())
    page.get_by_label("Mall", exact=True).set_input_files(tmp_path / "Kommunens mall.pptx")
    page.get_by_role("button", name="Använd den här mallen").press("Enter")
    expect(page.locator("main")).to_contain_text("Kommunens mall.pptx, version 1")
    look_through(visitor, [("reports:slide_template", None)])
