"""The year in a browser: by keyboard through its arcs, as a list on a phone, in both languages."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from styrkedja.wheel.pages import embed_actions
from tests.browser.conftest import NARROW, WIDE
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
    """Those who listen meet the list first; a first link takes those who see straight to the wheel."""
    visitor = visit("principal")
    page = visitor.go("wheel:node", town.bjork.pk)
    arcs, straight = page.locator(".wheel-picture a"), page.get_by_role("link", name="Gå till hjulet")
    assert arcs.count() == 3
    visitor.tab_to(straight)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(arcs.nth(0)).to_be_focused()
    expect(arcs.nth(0).locator(".w-full")).to_be_visible()
    page.keyboard.press("Tab")
    expect(arcs.nth(1)).to_be_focused()
    expect(arcs.nth(1).locator(".w-full")).to_contain_text("Dialogdagen")
    expect(arcs.nth(0).locator(".w-full")).to_be_hidden()
    expect(page.locator(".w-now text").first).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/arshjul/uppgift/"))


VIEWS = ("", "?visa=hjul&ringar=slag", "?visa=lista", "?visa=tidslinje", "?visa=tabell&slag=follow_up")


@pytest.mark.parametrize(("language", "window"), [("sv", WIDE), ("en", NARROW)])
def test_every_view_is_accessible_and_keeps_within_its_window(visit, town, laid, language, window):
    late = activity(laid, at=[town.ek], title_sv="Ekskolans öppna hus", starts=-9, public=True)
    embed_actions.show_publicly(cycle=laid, expected=laid.version, shown=True, by=town.person("quality"))
    visitor = visit("quality", viewport=window)
    visitor.go("wheel:node", town.bjork.pk)
    visitor.speak(language)
    for name, args, suffix in [
        *(("wheel:node", [town.bjork.pk], view) for view in VIEWS),
        ("wheel:progress", [town.council.pk], ""), ("wheel:year_settle", [laid.pk, late.pk], ""),
        ("wheel:embed", [laid.pk], ""), ("wheel:public", [laid.pk], ""), ("wheel:public", [laid.pk], "?ringar=slag"),
    ]:  # fmt: skip
        visitor.go(name, *args, suffix=suffix)
        assert urlsplit(visitor.page.url).path == reverse(name, args=args)  # and nowhere else
        visitor.assert_accessible()
        visitor.assert_no_sideways_scroll()
    visitor.go("wheel:node", town.bjork.pk)
    visitor.page.emulate_media(media="print")
    expect(visitor.page.locator(".wheel-figure")).to_be_visible()
    expect(visitor.page.locator(".wheel-all").get_by_text("Dialogdagen")).to_be_visible()  # no month is folded on paper
    visitor.assert_accessible()


def test_the_form_for_ones_own_is_accessible_and_the_wheel_has_one_way_to_it(visit, town, laid):
    activity(year(town, wheel="annat"), at=[town.bjork], title_sv="I ett annat årshjul")
    visitor = visit("principal")
    page = visitor.go("wheel:node", town.bjork.pk)
    page.get_by_role("link", name="Lägg till en egen aktivitet").click()
    expect(page).to_have_url(re.compile(f"/egen/{town.bjork.pk}/"))
    visitor.assert_accessible()


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
