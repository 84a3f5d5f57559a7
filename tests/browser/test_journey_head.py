"""J4 (interface.md §6): the head of administration before the day of dialogue.

Measured: late units found within 2 clicks and 30 s; the report made and handed in within 8 clicks. Choosing priorities,
slides and the registry package belong to later parts of the program and are not walked here.
"""

from __future__ import annotations

import re
import time

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from styrkedja.analyses.queries import default_period
from styrkedja.dialogues.models import Feedback, Obligation
from styrkedja.dialogues.requests import answer_actions
from styrkedja.documents.models import Document
from styrkedja.reports.models import Report
from tests.analyses.writing import begin, established, fill, unit_established, write
from tests.browser.conftest import NARROW
from tests.browser.journeying import Counted, delivered, look_over, look_through
from tests.dialogues.talking import ask, day, of
from tests.indicators.facts import observe, unit

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


def test_the_report_is_made_and_frozen_within_eight_clicks(visit, town, period):
    for node, who in UNITS:
        unit_established(town, node=getattr(town, node), who=who, period=period)
    analysis = begin(town, node=town.council, who="head", period=period)
    fill(analysis, town.person("head"))
    for row in analysis.unitinclusions.filter(included=None):
        write(row, town.person("head"), included_id=None, reason="Ej klar")
    established(town, analysis, "head")
    visitor = visit("head")
    page = visitor.go("desk:start")
    counted = Counted(visitor)
    page.locator("nav.nav").get_by_role("link", name="Rapporter").click()
    page.wait_for_url("**/rapporter/")
    look_over(visitor, page)
    page.locator("main").get_by_role("link", name="Ekköpings kommun", exact=True).first.click()
    page.wait_for_url("**/rapporter/om/**")
    look_over(visitor, page)
    page.get_by_role("button", name="Gör rapporten").click()
    page.get_by_role("link", name="Lämna in …").click()
    page.wait_for_url("**/lamna-in/")
    look_over(visitor, page)
    page.get_by_role("button", name="Lämna in").click()
    expect(page.locator("#messages")).to_contain_text("Rapporten har lämnats in.")
    assert 0 < counted.clicks <= 8
    report, document = Report.objects.get(), Document.objects.get(kind="quality_report")
    assert document.state == "submitted"
    assert document.versions.get().body["hash"] == report.content_hash
    look_over(visitor, page)
    phone = visit("head", viewport=NARROW)
    phone.speak("en")
    look_over(phone, phone.go("reports:read", report.pk), language="en")
