"""What every page has around it: skip link, language, help, errors, pages that are not there, expired login, print."""

from __future__ import annotations

import re
import shutil

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser import conftest
from tests.browser.conftest import NARROW

pytestmark = pytest.mark.browser
in_a_town = pytest.mark.django_db(transaction=True)


@in_a_town
def test_the_skip_link_is_first_and_leads_past_the_menu(visit):
    visitor = visit("principal")
    page = visitor.go("desk:start")
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    visitor.tab_to(page.locator("main a[href]").first, most=1)


@in_a_town
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_language_is_switched_on_the_spot_and_kept(visit, town, script):
    visitor = visit("quality", script=script)
    page = visitor.go("organisation:chain", suffix="?q=Bj%C3%B6rk")
    address = page.url
    page.locator("form.language button[value=en]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_have_text("The chain")
    assert page.url == address
    elsewhere = visit("quality")  # another browser: the choice is the person's
    expect(elsewhere.page.locator("html")).to_have_attribute("lang", "en")


@in_a_town
def test_a_visitor_may_switch_before_logging_in(visit):
    visitor = visit(None)
    page = visitor.go("account_login", suffix="?next=/rapporter/")
    expect(page.locator("html")).to_have_attribute("lang", "sv")
    page.locator("form.language button[value=en]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    assert page.url.endswith("?next=/rapporter/")


@in_a_town
def test_question_mark_opens_the_help(visit):
    page = visit("principal").go("organisation:chain")
    help_ = page.get_by_role("dialog", name="Tangentbordshjälp")
    page.locator("main input[type=search], main input[type=text]").first.focus()
    page.keyboard.press("?")  # typing is typing
    expect(help_).to_be_hidden()
    opener = page.get_by_role("link", name="Tangentbordshjälp")
    opener.focus()
    page.keyboard.press("?")
    expect(help_).to_be_visible()
    page.keyboard.press("Escape")
    expect(help_).to_be_hidden()
    expect(opener).to_be_focused()
    opener.press("Enter")
    page.get_by_label("Använd ? och / som snabbtangenter").uncheck()  # WCAG 2.1.4: single keys can be turned off
    help_.get_by_role("button", name="Stäng").press("Enter")
    page.keyboard.press("?")
    expect(help_).to_be_hidden()


@in_a_town
@pytest.mark.parametrize(("language", "prefix"), [("sv", "Fel:"), ("en", "Error:")])
def test_the_error_summary_takes_the_focus_and_leads_to_the_field(visit, language, prefix):
    visitor = visit("quality", viewport=NARROW)
    visitor.speak(language)
    page = visitor.go("intake:new")
    page.locator("main form button[type=submit]").first.click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    assert page.title().startswith(prefix)
    field = page.locator("input[type=file]")
    described = page.locator("#" + field.get_attribute("aria-describedby").split()[-1])
    said = summary.locator("li").inner_text()
    assert said.split(": ", 1)[1] in described.inner_text()  # the same words at the field
    visitor.assert_accessible()
    summary.get_by_role("link").press("Enter")
    expect(field).to_be_focused()
    expect(field).to_be_in_viewport()


@in_a_town
@pytest.mark.parametrize(
    ("language", "forbidden", "missing"),
    [("sv", "Du får inte göra det här", "Sidan finns inte"), ("en", "You may not do this", "The page is not here")],
)
def test_refusals_are_pages_too(visit, town, language, forbidden, missing):
    visitor = visit("teacher", viewport=NARROW)
    visitor.speak(language)
    for address, status, heading in (
        (reverse("intake:list"), 403, forbidden),
        (reverse("analyses:node", args=[town.bjork.pk])[:-37] + "00000000-0000-4000-8000-000000000000/", 404, missing),
        ("/finns/inte/", 404, missing),
    ):
        answer = visitor.page.goto(visitor.address + address)
        assert (answer.status, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
        expect(visitor.page.get_by_role("heading", level=1)).to_contain_text(heading)
        expect(visitor.page.get_by_role("navigation").first).to_be_visible()  # one can go on from here
        visitor.assert_accessible()
        visitor.assert_no_sideways_scroll()


@in_a_town
def test_an_expired_login_comes_back_to_the_page(visit, town):
    visitor = visit("principal")
    page = visitor.go("reports:list")
    visitor.log_out_behind_the_page()
    page.get_by_role("link", name="Björkskolan").first.click()
    page.wait_for_url("**/logga-in/**")
    page.fill("input[name=login]", town.person("principal").email)
    page.fill("input[name=password]", conftest.PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**" + reverse("reports:node", args=[town.bjork.pk]))


@in_a_town
def test_logging_out_asks_nothing_and_leaves_nothing(visit):
    visitor = visit("principal")
    page = visitor.go("reports:list")
    page.locator("details.menu summary").last.press("Enter")
    page.get_by_role("button", name="Logga ut").press("Enter")
    page.wait_for_url("**/logga-in/")
    page.go_back()  # nothing of the page before is shown again from the browser's memory
    expect(page.get_by_role("heading", level=1)).to_have_text("Logga in")


@in_a_town
def test_on_paper_there_is_nothing_to_press(visit, town):
    page = visit("principal").go("indicators:node", town.bjork.pk)
    page.emulate_media(media="print")
    for part in (".skip", ".sidebar", ".topbar-tools", ".tabs", ".footer", ".page-actions"):
        for found in page.locator(part).all():
            expect(found).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    background = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert background == "rgb(255, 255, 255)"


class TestWithoutChromium:
    """Without a browser these tests are skipped and say so; where all of them are due they fail."""

    @pytest.fixture(autouse=True)
    def no_chromium(self, monkeypatch):
        monkeypatch.delenv("STYRKEDJA_CHROMIUM", raising=False)
        monkeypatch.setattr(shutil, "which", lambda _name: None)

    def test_skipped_with_one_line(self, monkeypatch):
        monkeypatch.delenv("CI", raising=False)
        with pytest.raises(pytest.skip.Exception) as told:
            conftest.required_chromium()
        assert re.fullmatch(r"browser tests need Chromium: apt-get install chromium \(.*\)", told.value.msg)

    def test_in_ci_a_failure(self, monkeypatch):
        monkeypatch.setenv("CI", "true")
        with pytest.raises(pytest.fail.Exception, match="apt-get install chromium"):
            conftest.required_chromium()
