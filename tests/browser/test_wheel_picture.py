"""The year in a browser: by keyboard through its arcs, as a list on a phone, in both languages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW
from tests.wheel.year import activity, year

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def laid(town):
    cycle = year(town)
    activity(cycle, at=[town.committee], title_sv="Nämnden beslutar", level="committee", starts=-40, ends=-39)
    activity(cycle, at=[town.administration], title_sv="Dialogdagen", starts=-3, ends=4)
    activity(cycle, at=[town.bjork], title_sv="Analysen av läsårets resultat på hela skolan", starts=9, ends=11)
    return cycle


def test_the_keyboard_goes_from_arc_to_arc_and_the_middle_says_the_whole(visit, town, laid):
    visitor = visit("principal")
    page = visitor.go("wheel:node", town.bjork.pk)
    arcs = page.locator(".wheel-picture a")
    assert arcs.count() == 3
    visitor.tab_to(arcs.nth(0))
    expect(arcs.nth(0).locator(".w-full")).to_be_visible()
    page.keyboard.press("Tab")
    expect(arcs.nth(1)).to_be_focused()
    expect(arcs.nth(1).locator(".w-full")).to_contain_text("Dialogdagen")
    expect(arcs.nth(0).locator(".w-full")).to_be_hidden()
    expect(page.locator(".w-now text").first).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/arshjul/uppgift/"))


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_view_is_accessible_and_keeps_within_its_window(visit, town, laid, language):
    visitor = visit("principal")
    visitor.go("wheel:node", town.bjork.pk)
    visitor.speak(language)
    for size in (None, NARROW):
        if size:
            visitor.page.set_viewport_size(size)
        for view in ("", "?visa=hjul", "?visa=lista", "?visa=tidslinje", "?visa=tabell&slag=follow_up"):
            visitor.go("wheel:node", town.bjork.pk, suffix=view)
            visitor.assert_accessible()
            visitor.assert_no_sideways_scroll()


def test_a_phone_shows_the_list_and_the_wheel_to_those_who_ask(visit, town, laid):
    visitor = visit("principal", viewport=NARROW, script=False)
    page = visitor.go("wheel:node", town.bjork.pk)
    expect(page.locator(".wheel-picture")).to_be_hidden()
    page.locator(".wheel-all summary").last.click()
    expect(page.locator(".wheel-all").get_by_role("link", name="Analysen av läsårets")).to_be_visible()
    page.get_by_role("link", name="Hjul", exact=True).click()
    expect(page.locator(".wheel-picture")).to_be_visible()


def test_a_filter_is_chosen_without_script_and_stays_in_the_address(visit, town, laid):
    page = visit("principal", script=False).go("wheel:node", town.bjork.pk, suffix="?visa=lista")
    page.locator(".wheel-choices > summary").click()
    page.get_by_label("Nivå", exact=True).select_option("committee")
    page.locator(".wheel-choices").get_by_role("button", name="Visa").click()
    expect(page.locator(".wheel-list a")).to_have_count(1)
    assert "visa=lista" in page.url and "ring=committee" in page.url
