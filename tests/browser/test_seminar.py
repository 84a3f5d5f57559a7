"""A seminar and a self-check as people use them: by keyboard, on a phone, saved as one types, and without script."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from styrkedja.analyses import actions as analyses
from styrkedja.analyses.models import Finding
from styrkedja.dialogues.models import SelfCheckAnswer, SelfCheckSheet, SeminarNote
from tests.browser.conftest import NARROW
from tests.dialogues import seminar as s
from tests.dialogues.test_selfcheck import FIRST, opened, sheet

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAVED = re.compile(r"^Sparat \d\d:\d\d$")


def test_each_writes_alone_the_leader_shows_and_the_analysis_takes_it_in(town, visit):
    meeting = s.called(town)
    analyses.start(node=town.bjork, period="2024/25", by=town.person("principal"))
    writer, leader = visit("principal_ek", viewport=NARROW), visit("quality")

    page = writer.go("dialogues:seminar", meeting.pk)
    place = page.locator(f"#om-{town.bjork.pk}")
    writer.tab_to(place.locator("textarea"))
    page.keyboard.type("Flickorna läser mer än pojkarna.")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(place.locator("[data-autosave-text]")).to_have_text(SAVED, timeout=15_000)
    writer.assert_accessible()
    writer.assert_no_sideways_scroll()
    assert SeminarNote.objects.get().may_use

    seen = leader.go("dialogues:seminar", meeting.pk)
    expect(seen.get_by_text("1 av 3 kallade har skrivit")).to_be_visible()
    assert "Flickorna" not in seen.content()
    leader.tab_to(seen.get_by_role("button", name="Visa anteckningarna"))
    seen.keyboard.press("Enter")
    expect(seen.get_by_text("Flickorna läser mer än pojkarna.")).to_be_visible()
    expect(seen.get_by_text("Ebba Ek")).to_be_visible()
    leader.assert_accessible()

    principal = visit("principal")
    page = principal.go("dialogues:seminar", meeting.pk, suffix="?steg=se")
    assert page.locator(f"#underlag-{town.bjork.pk}").is_hidden()
    page.get_by_role("navigation", name="Enheterna i underlaget").get_by_role("link", name="Björkskolan").click()
    expect(page.locator(f"#underlag-{town.bjork.pk}")).to_be_visible()  # folded until it is asked for
    page.locator("a[href$='/fran-seminarier/']", has_text="Björkskolan").click()
    expect(page.get_by_text("Flickorna läser mer")).to_be_visible()
    principal.assert_accessible()
    page.get_by_label("Målområde för ett resultat").select_option(index=1)
    page.get_by_role("button", name="Ta in", exact=True).click()
    expect(page.locator(".seminar-note .note").first).to_contain_text("Intagen")
    assert Finding.objects.filter(text__contains="Från Ebba Ek").count() == 1
    page.get_by_role("link", name="Till analysen").click()
    page.get_by_role("link", name="Från Ebba Ek, Analysseminarium").click()
    page.wait_for_url(f"**/seminarium/?steg=se#om-{town.bjork.pk}")


def test_words_are_not_lost_when_the_login_ends_while_one_thinks(town, visit):
    meeting = s.called(town)
    writer = visit("principal")
    page = writer.go("dialogues:seminar", meeting.pk)
    writer.log_out_behind_the_page()
    place = page.locator("#om-alla")
    place.locator("textarea").fill("Skrivet efter att inloggningen gick ut.")
    expect(place.locator("[data-autosave-text]")).to_contain_text("utloggad", timeout=15_000)
    writer.log_in(town.person("principal").email)
    page = writer.go("dialogues:seminar", meeting.pk)
    expect(page.locator("#om-alla textarea")).to_have_value("Skrivet efter att inloggningen gick ut.")
    expect(page.locator("#om-alla [data-autosave-text]")).to_have_text(SAVED, timeout=15_000)
    assert SeminarNote.objects.get().text == "Skrivet efter att inloggningen gick ut."


@pytest.mark.parametrize("script", [True, False])
def test_a_self_check_is_answered_and_handed_in_with_and_without_script(town, visit, script):
    check = opened(town)
    row = sheet(check, town.bjork)
    visitor = visit("principal", viewport=NARROW, script=script)
    page = visitor.go("dialogues:self_check_sheet", row.pk)
    statement = page.locator(f"#{FIRST}")
    statement.get_by_label("Stämmer till en del").check()
    statement.locator("textarea").fill("Två svarade olika.")
    if script:
        expect(page.locator("[data-autosave-text]")).to_have_text(SAVED, timeout=15_000)
        visitor.assert_accessible()
        visitor.assert_no_sideways_scroll()
    page.get_by_role("button", name="Lämna in").click()
    expect(page.get_by_role("button", name="Ta tillbaka")).to_be_visible()
    told = SelfCheckAnswer.objects.get()
    assert (told.level, told.shows) == (2, "Två svarade olika.")
    assert SelfCheckSheet.objects.get(pk=row.pk).handed_in_at
    page.goto(visitor.address + reverse("dialogues:self_check", args=[check.pk]))
    expect(page.get_by_role("heading", name="Påståenden per nivå")).to_be_visible()
