"""A quality report made and read in a real browser: keyboard, phone, no script, both languages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from styrkedja.reports.models import Report
from tests.analyses.writing import PERIOD, unit_established
from tests.browser.conftest import NARROW
from tests.indicators.facts import observe, unit
from tests.reports.material import large, nation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def figures(town):
    large("11111111", "Björkskolan", [71.0, 74.0, 76.0, 79.2], n=400)
    large("22222222", "Ekskolan", [80.0, 74.0, 70.0, 66.0], n=400)
    nation()
    observe(unit("huvudman", "2129999999"), "skv_underlag", "Personal: Antal elever per lärare (heltidstjänster)",
            [{"period": PERIOD, "value": 12.0}])  # fmt: skip
    unit_established(town)


def test_made_read_and_fetched_with_the_keyboard(visit, town, figures):
    visitor = visit("principal")
    page = visitor.go("reports:list")
    visitor.assert_accessible()
    page.get_by_role("link", name="Björkskolan").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/om/**")
    page.get_by_label("Läsår").select_option(PERIOD)
    page.get_by_role("button", name="Visa").press("Enter")
    page.wait_for_url("**period=**")
    visitor.assert_accessible()
    page.get_by_role("button", name="Gör rapporten").press("Enter")
    page.wait_for_url(re.compile(r"/rapporter/[0-9a-f-]{36}/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Kvalitetsrapport 2024/25")
    visitor.assert_accessible()
    visitor.assert_no_sideways_scroll()
    page.get_by_role("navigation", name="Innehåll").get_by_role("link", name="Behov och prioriteringar").press("Enter")
    expect(page.get_by_role("heading", name="Behov och prioriteringar")).to_be_in_viewport()
    with page.expect_download() as download:
        page.get_by_role("link", name="Ladda ner PDF").click()
    assert download.value.suggested_filename == "Kvalitetsrapport 2024-25 Björkskolan v1.pdf"
    assert Report.objects.get().made_by == town.person("principal")


def test_two_clicks_make_one_version(visit, town, figures):
    page = visit("quality").go("reports:node", town.council.pk, suffix=f"?period={PERIOD}")
    page.get_by_role("button", name="Gör rapporten").dblclick(no_wait_after=True)
    page.wait_for_url(re.compile(r"/rapporter/[0-9a-f-]{36}/$"))
    assert Report.objects.count() == 1


@pytest.mark.parametrize("language", ["sv", "en"])
def test_on_a_phone(visit, town, figures, language):
    from styrkedja.reports.actions import make_report

    report = make_report(node=town.council, period=PERIOD, by=town.person("quality"))
    visitor = visit("politician", viewport=NARROW)
    person = town.person("politician")
    person.language = language
    person.save()
    visitor.speak(language)
    for name, *arguments in (("list",), ("node", town.council.pk), ("read", report.pk)):
        page = visitor.go(f"reports:{name}", *arguments)
        expect(page.locator("html")).to_have_attribute("lang", language)
        visitor.assert_accessible()
        visitor.assert_no_sideways_scroll()


def test_without_script_it_is_all_there(visit, town, figures):
    visitor = visit("principal", script=False)
    page = visitor.go("reports:node", town.bjork.pk, suffix=f"?period={PERIOD}")
    page.get_by_role("button", name="Gör rapporten").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kvalitetsrapport 2024/25")
    expect(page.get_by_role("button", name="Skriv ut")).to_be_hidden()
    expect(page.locator("figure svg:visible").first).to_be_visible()
