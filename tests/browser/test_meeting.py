"""A meeting as people use it: planned, called, noted in by two at once, concluded by two, agreed, held and minuted."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from styrkedja.dialogues.models import AgreedPoint, Meeting, Minutes, Request
from tests.browser.conftest import NARROW
from tests.browser.journeying import press_key, write_keys

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAVED = re.compile(r"^Sparat \d\d:\d\d$")
TODAY = timezone.localdate


def test_a_dialogue_from_its_plan_to_its_minutes(town, visit):
    leader = visit("quality")
    page = leader.go("dialogues:meeting_plan", town.council.pk)
    press_key(leader, page.get_by_role("link", name="Betygsdialog"))
    leader.assert_accessible()
    page.get_by_label("Dag").fill(TODAY().isoformat())
    leader.tab_to(page.get_by_label("Vad rör mötet?"))
    page.keyboard.type("Björkskolan")
    press_key(leader, page.get_by_role("button", name="Planera mötet"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Betygsdialog Björkskolan")
    leader.assert_accessible()
    press_key(leader, page.get_by_role("button", name="Skicka kallelsen"))
    meeting = Meeting.objects.get()
    assert meeting.state == "called"

    # Two note on the same point at once, each in a note of their own.
    principal, teacher = visit("principal", viewport=NARROW), visit("lead_teacher")
    one, other = (who.go("dialogues:meeting", meeting.pk) for who in (principal, teacher))
    for who, view, words in ((principal, one, "Flickorna läser mer."), (teacher, other, "Proven var svårare i år.")):
        write_keys(who, view.get_by_label("Din anteckning på punkt 1"), words)
    for view in (one, other):
        expect(view.locator("#punkt-1 [data-autosave-text]")).to_have_text(SAVED, timeout=15_000)
    press_key(principal, one.get_by_role("link", name="Visa nya anteckningar"))
    expect(one.locator("#punkt-1")).to_contain_text("Proven var svårare i år.")
    expect(one.get_by_label("Din anteckning på punkt 1")).to_have_value("Flickorna läser mer.")
    principal.assert_accessible()
    principal.assert_no_sideways_scroll()

    # Two conclude on the same point: whoever is second reads both, and loses neither.
    head = visit("head")
    theirs = head.go("dialogues:meeting", meeting.pk)
    mine = leader.go("dialogues:meeting", meeting.pk)
    theirs.get_by_label("Slutsats på punkt 1").fill("Hannas slutsats")
    theirs.get_by_label("Slutsats på punkt 1").blur()
    concluded = ".conclusion [data-autosave-text]"
    expect(theirs.locator(f"#punkt-1 {concluded}")).to_have_text(SAVED, timeout=15_000)
    mine.get_by_label("Slutsats på punkt 1").fill("Karins slutsats")
    mine.get_by_label("Slutsats på punkt 1").blur()
    conflict = mine.locator("#punkt-1 .conclusion [data-autosave-conflict]")
    expect(conflict).to_contain_text("Hanna Förvaltning har ändrat samma text", timeout=15_000)
    for words in ("Karins", "Hannas"):
        expect(conflict).to_contain_text(words)
    leader.assert_accessible()
    conflict.get_by_role("button", name="Behåll min text").click()
    expect(mine.locator(f"#punkt-1 {concluded}")).to_have_text(SAVED, timeout=15_000)
    mine = leader.go("dialogues:meeting", meeting.pk)
    mine.locator("#punkt-1").get_by_text("Tidigare texter").click()
    expect(mine.locator("#punkt-1")).to_contain_text("Hannas slutsats")

    # What is agreed, and a question back.
    mine.get_by_text("Kom överens om något: vad, vem, till när").click()
    mine.locator("#agree-what").fill("Läs tillsammans varje dag")
    mine.locator("#agree-who").select_option(label="Ragnar Björk")
    mine.get_by_role("button", name="Kom överens").click()
    expect(mine.locator("#overenskommet .agreed-list")).to_contain_text("Läs tillsammans varje dag")
    assert AgreedPoint.objects.get().holder == town.person("principal")
    mine.get_by_text("Skicka en fråga tillbaka till en enhet").click()
    mine.locator("#ask-to").select_option(label="Björkskolan")
    mine.locator("#ask-text").fill("Hur många elever gäller det?")
    mine.get_by_role("button", name="Skicka frågan").click()
    expect(mine.locator("#fragor")).to_contain_text("Hur många elever gäller det?")
    assert Request.objects.get().text == "Hur många elever gäller det?"

    # Held, and minuted with a note that is chosen.
    press_key(leader, mine.get_by_role("button", name="Markera som genomfört"))
    press_key(leader, mine.get_by_role("link", name="Sätt ihop protokollet"))
    mine.get_by_text("Välj anteckningar som ska stå i protokollet").click()
    mine.get_by_label("Proven var svårare i år.").check()
    mine.get_by_role("button", name="Visa protokollet så").click()
    expect(mine.locator(".minutes")).to_contain_text("Proven var svårare i år.")
    leader.assert_accessible()
    press_key(leader, mine.get_by_role("button", name="Fastställ protokollet"))
    leader.assert_accessible()
    assert Minutes.objects.get().body["points"][0]["conclusion"] == "Karins slutsats"
    read = principal.go("dialogues:minutes", meeting.pk, 1)
    for words in ("Karins slutsats", "Läs tillsammans varje dag", "Proven var svårare i år."):
        expect(read.locator(".minutes")).to_contain_text(words)
    principal.assert_accessible()
    principal.assert_no_sideways_scroll()
