"""J3 (interface.md §6): a mail leads a team to its reflection; written by phone, talked over, handed in, used.

Measured: at most 5 fields, all of it at 360 px, last time's answer beside each question.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from styrkedja.dialogues.models import ReflectionAnswer, Submission
from tests.browser.conftest import NARROW, Visitor
from tests.browser.journeying import Counted, delivered, link_in, look_over, look_through
from tests.dialogues.talking import accept, feedback
from tests.dialogues.test_reflections import QUESTIONS, handed_in, reflection, write
from tests.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAVED = re.compile(r"^Sparat \d\d:\d\d$")
FIELDS = "main :is(textarea, select, input:not([type=hidden])):visible"


@pytest.fixture
def asked(town):
    """Last term's reflection is answered and closed in words; this term's has just been asked."""
    before = reflection(town)
    handed_in(town, before, "Lugnare starter i åk 7.", "Helklass i NO.", "Halvklass varannan vecka.")
    accept(town, before, who="principal")
    feedback(town, before, who="principal", use="Lyfts i skolans analys.")
    return reflection(town)


def by_mail(visitor: Visitor, town, who: str) -> Page:
    """From the link of the mail, over the login, to the page: with the keys alone."""
    person = town.person(who)
    mails = delivered(person.email)
    path = link_in(next(m for m in reversed(mails) if "svar" in m.subject))
    page = visitor.page
    page.goto(visitor.address + path)
    visitor.tab_to(page.locator("input[name=login]"))
    page.keyboard.type(person.email)
    visitor.tab_to(page.locator("input[name=password]"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{path}", wait_until="load")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Reflektion")
    return page


def answer_to(page: Page, number: int):
    return page.locator(f"#fraga-{number}-text")


def status(page: Page, number: int):
    return page.locator(f"#fraga-{number} [data-autosave-text]")


def test_from_the_mail_to_the_principal_on_a_phone_by_keyboard(visit, town, asked):
    phone = visit(None, viewport=NARROW)
    page = by_mail(phone, town, "team_lead")
    counted = Counted(phone)
    assert page.locator(FIELDS).count() == len(QUESTIONS) <= 5
    for number, (question, before) in enumerate(
        zip(QUESTIONS, ("Lugnare starter i åk 7.", "Helklass i NO.", "Halvklass varannan vecka."), strict=True), start=1
    ):
        part = page.locator(f"#fraga-{number}")
        expect(part.get_by_role("heading")).to_contain_text(question)
        expect(part.locator(".last-time")).to_contain_text(before)
        phone.tab_to(answer_to(page, number))
        page.keyboard.type(f"Svar {number} skrivet i mobilen.")
    expect(status(page, 3)).to_have_text(SAVED, timeout=9000)
    look_over(phone, page)
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    send = page.get_by_role("button", name="Lämna in till Björkskolan")
    phone.tab_to(send)
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("är skyldig er återkoppling")
    assert counted.clicks == 0
    made = Submission.objects.get(receiver=asked)
    assert "2. Vad har varit svårt?\nSvar 2 skrivet i mobilen." in made.text
    look_over(phone, page)


def test_by_finger_it_takes_five_presses_with_a_colleagues_comment_on_the_way(visit, town, asked):
    lead = visit("team_lead", viewport=NARROW)
    page = lead.go("desk:start")
    counted = Counted(lead)
    page.get_by_role("link", name=re.compile(r"Svar på begäran: Reflektion")).click()
    answer_to(page, 1).click()
    page.keyboard.type("Vi börjar lika.")
    expect(status(page, 1)).to_have_text(SAVED, timeout=9000)

    colleague = visit("teacher", viewport=NARROW)
    other = colleague.go("desk:start")
    other.get_by_role("link", name=re.compile(r"^Reflektion")).click()  # without a mail: it stands on the list
    expect(other.locator("#fraga-1")).to_contain_text("Vi börjar lika.")
    expect(answer_to(other, 1)).to_have_count(0)  # whoever answers for the team writes
    other.locator("#fraga-1").get_by_text("Kommentera").first.click()
    other.get_by_label("Din kommentar").first.fill("Inte i slöjden än.")
    other.locator("#fraga-1").get_by_role("button", name="Kommentera").click()
    expect(other.locator("#fraga-1 .talk-one")).to_contain_text("Inte i slöjden än.")
    look_over(colleague, other)

    page.reload()
    expect(page.locator("#fraga-1 .talk-one")).to_contain_text("Lars Lärare")
    for number in (2, 3):
        answer_to(page, number).click()
        page.keyboard.type("Vi vet inte än.")
    page.get_by_role("button", name="Lämna in till Björkskolan").click()  # at once: what is unsaved is saved first
    expect(page.locator("#messages")).to_contain_text("är skyldig er återkoppling")
    assert 0 < counted.clicks <= 5
    assert "Vi vet inte än." in Submission.objects.get(receiver=asked).text


def test_two_who_write_at_once_see_both_texts(visit, town, asked):
    mine = visit("team_lead")
    page = mine.go("dialogues:receiver", asked.pk)
    write(town, asked, 1, "Skrivet på en annan dator", who="team_lead")
    answer_to(page, 1).fill("Skrivet här")
    conflict = page.locator("#fraga-1 [data-autosave-conflict]")
    expect(conflict).to_contain_text("Skrivet här", timeout=9000)
    mine.assert_accessible()
    conflict.get_by_role("button", name="Behåll min text").click()
    expect(status(page, 1)).to_have_text(SAVED, timeout=9000)
    assert ReflectionAnswer.objects.get(receiver=asked, number=1).text == "Skrivet här"


def test_the_team_sees_how_it_was_used(visit, town, asked):
    handed_in(town, asked, "Ett", "Två", "Tre")
    principal = visit("principal")
    page = principal.go("dialogues:answer", asked.pk)
    look_over(principal, page)
    page.get_by_role("button", name="Ta emot svaret").click()
    page.get_by_label("Hur det kommer att användas").fill("Står under orsaker i skolans analys.")
    page.get_by_role("button", name="Ge återkoppling").click()
    expect(page.locator("#messages")).to_contain_text("Återkopplingen är given")

    lead = visit("team_lead", viewport=NARROW)
    page = lead.page
    page.goto(lead.address + link_in(delivered(town.person("team_lead").email)[-1]))  # the mail about the feedback
    expect(page.locator(".turn-feedback").first).to_contain_text("Står under orsaker i skolans analys.")
    page.get_by_role("link", name="Var vårt arbete har använts").click()
    expect(page.locator("main")).to_contain_text("Står under orsaker i skolans analys.")
    expect(page.locator("main")).to_contain_text("Lyfts i skolans analys.")  # last term's too
    look_over(lead, page)


def test_every_page_of_the_journey_in_english_too(visit, town, asked):
    look_through(visit("team_lead"), [("desk:start", None), ("dialogues:receiver", asked.pk)])
    look_through(visit("teacher"), [("dialogues:receiver", asked.pk), ("dialogues:uses", town.bjork_team.pk)])
    look_through(visit("principal"), [("dialogues:ask", town.bjork.pk), ("dialogues:request", asked.request_id)])
