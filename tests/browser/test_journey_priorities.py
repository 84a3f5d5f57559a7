"""J4 (interface.md §6), step 4: from the task to call the dialogue day to a goal that carries out what it put first.

The rest of the journey stands in `test_journey_head`.
"""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from styrkedja.analyses.queries import default_period, needs_of
from styrkedja.dialogues.models import Meeting, Proposal
from styrkedja.plans.models import Decision, Goal
from styrkedja.wheel.models import DoneCheck
from tests.analyses.writing import unit_established
from tests.browser.conftest import NARROW
from tests.browser.journeying import look_over, look_through, press_key, write_keys
from tests.dialogues.talking import day
from tests.plans.initiating import completed
from tests.plans.test_initiatives_outcome import judge
from tests.wheel import year as wheel

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_priorities_from_the_call_over_the_decision_to_a_goal_below(visit, town):
    """By keys alone: call, read the material, propose on its ground, decide, and make it a goal."""
    period = default_period(timezone.localdate())
    need = next(iter(needs_of(unit_established(town, period=period).document.versions.latest("number").body)))["text"]
    initiative = completed(town)
    judge(town, initiative)
    day_of_dialogue = {"check": DoneCheck.MEETING, "done_with": {"kind": "dialogdag"}, "role": "administration_head"}
    wheel.activity(wheel.year(town), at=[town.committee], title_sv="Dialogdag 1", **day_of_dialogue)
    head = visit("head")
    page = head.go("desk:start")

    press_key(head, page.locator("main").get_by_role("link", name="Dialogdag 1"))
    look_over(head, page)
    press_key(head, page.get_by_role("link", name="Kalla till mötet"))
    look_over(head, page)
    press_key(head, page.get_by_role("button", name="Planera mötet"))
    press_key(head, page.get_by_role("button", name="Skicka kallelsen"))
    look_over(head, page)
    meeting = Meeting.objects.get()
    assert (meeting.state, meeting.node, meeting.period) == ("called", town.committee, period)

    press_key(head, page.get_by_role("link", name="Enheterna, en sida var"))
    for heading in ("Enheterna, en sida var", "Behov som väntar på en insats", "Vad insatserna gav"):
        expect(page.get_by_role("heading", name=heading, level=2)).to_be_visible()
    expect(page.locator("main")).to_contain_text(need)
    expect(page.locator("main")).to_contain_text(initiative.title)
    look_over(head, page)

    for title in ("Fler behöriga lärare", "Studiero i alla klassrum"):
        head.go("dialogues:meeting", meeting.pk)
        press_key(head, page.get_by_role("link", name="Föreslå ett beslut"))
        write_keys(head, page.get_by_label("Vad som ska beslutas"), title)
        write_keys(head, page.get_by_label("Grund", exact=True), "Behovet återkommer, och en insats har gett effekt.")
        press_key(head, page.get_by_role("button", name="Föreslå", exact=True))
    press_key(head, page.get_by_role("link", name="Välj vad det bygger på"))
    page.get_by_label("Plats").select_option(label="Björkskolan")
    press_key(head, page.get_by_role("button", name="Visa", exact=True))
    look_over(head, page)
    for group, words in (("Behov", need), ("Vad utvärderade insatser gav", initiative.title)):
        chosen = page.get_by_role("group", name=re.compile(group)).get_by_role("checkbox", name=words)
        press_key(head, chosen.first)
    press_key(head, page.get_by_role("button", name="Lägg till de valda"))
    press_key(head, page.get_by_role("link", name="Klart, till förslaget"))
    expect(page.locator("main .grounds")).to_contain_text([need, initiative.title])
    look_over(head, page)
    page = head.go("dialogues:meeting", meeting.pk)
    press_key(head, page.get_by_role("button", name=re.compile("Flytta upp.*Studiero")))
    expect(page.locator(".proposals .proposal-name").first).to_contain_text("Studiero i alla klassrum")
    assert [p.title for p in Proposal.objects.order_by("position")] == [
        "Studiero i alla klassrum",
        "Fler behöriga lärare",
    ]

    registrar = visit("registrar", viewport=NARROW)
    page = registrar.go("plans:decisions", town.committee.pk)
    look_over(registrar, page)
    press_key(registrar, page.get_by_role("link", name="Studiero i alla klassrum"))
    for label, text in (("Beslutsdag", day(0).isoformat()), ("Paragraf", "§ 84"), ("Diarienummer", "UN 2026/114")):
        write_keys(registrar, page.get_by_label(label), text)
    look_over(registrar, page)
    press_key(registrar, page.get_by_role("button", name="För in beslutet"))
    decision = Decision.objects.get()
    assert (decision.node, decision.paragraph, decision.registry_number) == (town.committee, "§ 84", "UN 2026/114")

    principal = visit("principal", viewport=NARROW)
    page = principal.go("dialogues:priorities", town.bjork.pk)
    expect(page.locator(".priority").first).to_contain_text("Beslutat, § 84")
    look_over(principal, page)
    press_key(principal, page.get_by_role("link", name="Gör till mål hos oss"))
    write_keys(principal, page.get_by_label("Målet i en mening"), "Lektionerna börjar i lugn och ro")
    principal.tab_to(page.locator("details.area > summary").first)
    page.keyboard.press("Enter")
    press_key(principal, page.locator("input[name=national]").first)
    look_over(principal, page)
    press_key(principal, page.get_by_role("button", name="Spara", exact=True))
    assert Goal.objects.get(decision=decision).node == town.bjork
    page = principal.go("dialogues:priorities", town.bjork.pk)
    expect(page.locator(".priority").first.get_by_role("link", name="Lektionerna börjar i lugn")).to_be_visible()
    look_through(principal, [("dialogues:priorities", town.bjork.pk)])
    proposal = Proposal.objects.get(decision=decision).pk
    meetings = [("dialogues:meeting", meeting.pk), ("dialogues:meeting_material", meeting.pk)]
    look_through(head, [*meetings, ("dialogues:proposal", proposal)])
