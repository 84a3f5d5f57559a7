"""The duty to answer in a real browser: journey J4's matrix and feedback, J2's answer and acknowledgement.

Clicks are counted as interface.md §6 does, without the login.
"""

from __future__ import annotations

import datetime as dt
import time

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from styrkedja.dialogues.models import Acknowledgement, Feedback, Obligation, Request
from tests.analyses.writing import PERIOD, unit_established
from tests.browser.conftest import NARROW, WIDE
from tests.dialogues.talking import accept, ask, day, feedback, hand_in, of, open_kinds

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def asked_for_analyses(town) -> Request:
    """Two units late, one of them by more; one has answered."""
    unit_established(town)
    request = ask(town, of=[town.bjork, town.ek, town.lind], what="document", kind="analysis", period=PERIOD, text="")
    for node, days in ((town.ek, 3), (town.lind, 12)):
        owed = Obligation.objects.filter(owes=node)
        owed.update(due=day(-days), opened_at=timezone.now() - dt.timedelta(days=30))
    return request


def test_j4_the_late_ones_are_found_and_reminded(visit, town):
    asked_for_analyses(town)
    visitor = visit("head")
    page = visitor.go("dialogues:node", town.council.pk)
    begun = time.monotonic()
    page.get_by_role("link", name="Hur långt alla har kommit").first.click()  # 1
    rows = page.locator(".matrix tbody tr")
    expect(rows.first).to_contain_text("Lindens förskola")
    expect(rows.nth(1)).to_contain_text("Ekskolan")
    assert time.monotonic() - begun < 30
    visitor.assert_accessible()
    page.get_by_role("link", name="Bara sena").click()  # 2
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Påminn dem som är sena med svar").click()  # 3
    expect(page.locator("#messages")).to_contain_text("2 påminnelser är på väg")
    expect(rows).to_have_count(2)  # the filter stays
    assert Obligation.objects.exclude(reminded_at=None).count() == 2


def test_j2_handing_in_what_exists_is_one_press_and_feedback_comes_back(visit, town):
    row = of(asked_for_analyses(town), town.bjork)
    principal = visit("principal")
    page = principal.go("dialogues:node", town.bjork.pk)
    page.get_by_role("link", name="Svar på begäran: Nulägesanalys 2024/25").click()  # 1
    principal.assert_accessible()
    principal.tab_to(page.get_by_role("button", name="Lämna in dokumentet"))
    page.keyboard.press("Enter")  # 2
    expect(page.locator("#messages")).to_contain_text("är skyldig er återkoppling")

    head = visit("head")
    page = head.go("dialogues:answer", row.pk)
    page.get_by_role("button", name="Ta emot svaret").click()
    expect(page.locator("#messages")).to_contain_text("inom 21 dagar")
    page.get_by_label("Om", exact=True).select_option(label="Kunskaper")
    page.get_by_label("Hur det kommer att användas").fill("Citeras i huvudmannens rapport.")
    page.get_by_label("En fråga tillbaka").fill("Hur är det i F–6?")
    page.get_by_role("button", name="Ge återkoppling").click()
    expect(page.locator("#messages")).to_contain_text("Återkopplingen är given")
    head.assert_accessible()
    assert Feedback.objects.get().section_words == "Kunskaper"

    page = principal.go("dialogues:receiver", row.pk)
    expect(page.locator(".turn-feedback")).to_contain_text("Citeras i huvudmannens rapport.")
    page.get_by_label("Ert svar").fill("Likadant.")
    page.get_by_role("button", name="Svara").click()
    page.get_by_role("button", name="Jag har tagit del av återkopplingen").click()
    expect(page.locator("#messages")).to_contain_text("tagit del")
    assert Acknowledgement.objects.get().made_by == town.person("principal")
    assert open_kinds(row) == []


def test_asking_with_the_keyboard_alone(visit, town):
    visitor = visit("quality")
    page = visitor.go("dialogues:ask", town.council.pk)
    visitor.tab_to(page.get_by_label("Grundskola", exact=True))
    page.keyboard.press("Space")
    visitor.tab_to(page.get_by_label("Vad ska svaren användas till?"))
    page.keyboard.type("Underlag till rapporten.")
    visitor.tab_to(page.get_by_role("button", name="Skicka begäran"))
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Begäran är skickad till 2 enheter.")
    visitor.assert_accessible()


def test_what_is_written_survives_a_login_that_has_expired(visit, town):
    row = of(ask(town, of=[town.bjork]), town.bjork)
    hand_in(town, row)
    accept(town, row)
    visitor = visit("quality")
    page = visitor.go("dialogues:answer", row.pk)
    page.get_by_label("Vad vi såg").fill("En lång text som inte får försvinna.")
    visitor.log_out_behind_the_page()
    page.get_by_role("button", name="Ge återkoppling").click()
    page.wait_for_url("**/logga-in/**")
    page.fill("input[name=login]", town.person("quality").email)
    page.fill("input[name=password]", "en lång hemlig mening")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(f"**{row.pk}/")
    expect(page.get_by_label("Vad vi såg")).to_have_value("En lång text som inte får försvinna.")
    page.get_by_role("button", name="Ge återkoppling").click()
    expect(page.locator("#messages")).to_contain_text("Återkopplingen är given")
    expect(page.get_by_label("Vad vi såg")).to_have_value("")
    assert Feedback.objects.get().saw == "En lång text som inte får försvinna."


def test_two_clicks_send_one_request(visit, town):
    page = visit("quality").go("dialogues:ask", town.council.pk)
    page.get_by_label("Förskola", exact=True).check()
    page.get_by_label("Vad ska svaren användas till?").fill("Underlag.")
    page.get_by_role("button", name="Skicka begäran").dblclick(no_wait_after=True)
    expect(page.locator("#messages")).to_contain_text("Begäran är skickad")
    assert Request.objects.count() == 1


def test_without_script_it_is_all_there(visit, town):
    row = of(ask(town, of=[town.bjork]), town.bjork)
    page = visit("principal", script=False).go("dialogues:receiver", row.pk)
    page.get_by_label("Ert svar").fill("Så här gör vi.")
    page.get_by_role("button", name="Skicka svaret").click()
    expect(page.locator("#messages")).to_contain_text("Inlämnat.")
    assert open_kinds(row) == []


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_page_keeps_within_the_window_and_is_accessible(visit, town, language, viewport):
    request = asked_for_analyses(town)
    other = ask(town, of=[town.bjork])
    row = of(other, town.bjork)
    hand_in(town, row)
    accept(town, row)
    feedback(town, row, question="Hur?")
    looked_at = {
        "quality": [
            ("node", town.council), ("ask", town.council), ("matrix", town.council), ("request", request),
            ("feedback_to_many", other), ("answer", row), ("answer", of(request, town.ek)),
        ],
        "principal": [
            ("node", town.bjork), ("receiver", row), ("receiver", of(request, town.bjork)), ("uses", town.bjork),
        ],
    }  # fmt: skip
    for who, pages in looked_at.items():
        visitor = visit(who, viewport=viewport)
        visitor.speak(language)
        for name, about in pages:
            page = visitor.go(f"dialogues:{name}", about.pk)
            expect(page.locator("html")).to_have_attribute("lang", language)
            visitor.assert_accessible()
            visitor.assert_no_sideways_scroll()
