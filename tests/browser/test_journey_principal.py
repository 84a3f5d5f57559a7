"""J2 (interface.md §6): the principal is asked for an analysis, writes it, comes back by phone, hands it in.

Measured: at most 3 clicks to the first sentence; no text lost in a forced logout.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from styrkedja.analyses.models import Analysis, Finding, Participation
from styrkedja.dialogues.models import Acknowledgement
from styrkedja.dialogues.requests import answer_actions
from styrkedja.plans.models import Initiative
from styrkedja.plans.operational import actions as sharing
from tests.analyses.writing import PERIOD, begin, established, fill, reread, unit_established
from tests.browser.conftest import NARROW, Visitor
from tests.browser.journeying import Counted, delivered, link_in, look_over, look_through
from tests.dialogues.talking import accept, ask, day, feedback, of
from tests.plans import operating
from tests.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAVED = re.compile(r"^Sparat \d\d:\d\d$")
SENTENCE = "Fyra av fem elever når betygskriterierna i alla ämnen."


@pytest.fixture
def asked(town):
    """The head of administration's quality lead wants the unit's analysis in 12 days."""
    said = {"what": "document", "kind": "analysis", "period": PERIOD, "text": "", "due": day(12)}
    return of(ask(town, of=[town.bjork], **said), town.bjork)


def to_the_text(visitor: Visitor) -> tuple[Page, Finding]:
    """From the start page to the first field, as one would press."""
    page = visitor.go("desk:start")
    page.get_by_role("link", name=f"Svar på begäran: Nulägesanalys {PERIOD}").click()
    page.get_by_role("button", name="Börja skriva").click()
    page.wait_for_url("**/skriv/")
    return page, Finding.objects.filter(analysis__document__node__name="Björkskolan").first()


def field(page: Page, row, name: str = "text"):
    return page.locator(f"[id='{row.anchor}-{name}']")


def status(page: Page, row):
    return page.locator(f"[id='{row.anchor}'] [data-autosave-text]")


def test_three_clicks_to_the_first_sentence_and_back_to_it_from_a_phone(visit, town, asked):
    visitor = visit("principal")
    begun = visitor.go("desk:start")
    expect(begun.locator("main")).to_contain_text("12 dagar kvar")
    look_over(visitor, begun)
    counted = Counted(visitor)
    page, finding = to_the_text(visitor)
    field(page, finding).click()
    page.keyboard.type(SENTENCE)
    assert 0 < counted.clicks <= 3
    expect(status(page, finding)).to_have_text(SAVED, timeout=9000)
    look_over(visitor, page)

    phone = visit("principal", viewport=NARROW)
    again = phone.go("desk:start")
    again.get_by_role("link", name=f"Svar på begäran: Nulägesanalys {PERIOD}").click()
    phone.assert_accessible()
    again.get_by_role("link", name="Skriv vidare").click()
    expect(field(again, finding)).to_have_value(SENTENCE)
    field(again, finding).press_sequentially(" Det är fler än i fjol.")
    expect(status(again, finding)).to_have_text(SAVED, timeout=9000)
    page.reload()
    expect(field(page, finding)).to_have_value(
        re.compile("Fyra av fem .*Det är fler än i fjol|Det är fler än i fjol.*Fyra")
    )


def test_a_forced_logout_takes_no_word_with_it(visit, town, asked):
    visitor = visit("principal")
    page, finding = to_the_text(visitor)
    field(page, finding).fill(SENTENCE)
    expect(status(page, finding)).to_have_text(SAVED, timeout=9000)
    visitor.log_out_behind_the_page()
    field(page, finding).press_sequentially(" Skrivet efter midnatt.")
    expect(status(page, finding)).to_contain_text("Du har blivit utloggad", timeout=9000)
    page.close(run_before_unload=False)
    again = visitor.page = page.context.new_page()
    visitor.log_in(town.person("principal").email)
    visitor.go("analyses:edit", finding.analysis_id)
    expect(status(again, finding)).to_have_text(SAVED, timeout=9000)
    kept = reread(finding).text
    assert SENTENCE in kept and "Skrivet efter midnatt." in kept


def test_marked_read_through_and_handed_in(visit, town, asked):
    analysis = written(town)
    visitor = visit("principal")
    page = visitor.go("analyses:edit", analysis.pk)
    counted = Counted(visitor)
    for step in ("Resultat", "Orsaker", "Behov", "Delaktighet"):
        page.get_by_role("button", name=re.compile(f"Markera steget som klart ?: {step}")).click()
        expect(page.locator(".rail li.done", has_text=step)).to_be_visible()
    page.get_by_role("link", name="Förhandsgranska").first.click()
    expect(page.locator("article.analysis")).to_contain_text("Fler uppgifter som kräver resonemang.")
    look_over(visitor, page)
    page.get_by_role("link", name="Skriv vidare").click()
    page.wait_for_url("**/skriv/")
    page.get_by_role("link", name="Lämna in …").first.click()
    page.wait_for_url("**/lamna-in/")  # the editing page lets go when the last words are saved
    look_over(visitor, page)
    page.get_by_role("button", name="Lämna in").click()
    expect(page.get_by_text("Analysen har lämnats in.")).to_be_visible()
    visitor.go("dialogues:receiver", asked.pk)
    page.get_by_role("button", name="Lämna in dokumentet").click()
    expect(page.locator("#messages")).to_contain_text("är skyldig er återkoppling")
    assert 0 < counted.clicks <= 9
    look_through(visitor, [("desk:start", None), ("dialogues:receiver", asked.pk), ("analyses:read", analysis.pk)])


def written(town) -> Analysis:
    """Everything the analysis needs, as its principal has written it; not marked and not handed in."""
    analysis = begin(town)
    fill(analysis, town.person("principal"))
    assert Participation.objects.filter(analysis=analysis, how="").count() == 0
    return analysis


def test_a_need_becomes_an_initiative_with_an_owner_an_effect_and_a_date(visit, town):
    analysis = written(town)
    established(town, analysis)
    visitor = visit("principal")
    page = visitor.go("analyses:read", analysis.pk)
    counted = Counted(visitor)
    page.locator(".read-needs").get_by_role("link", name=re.compile("Påbörja en insats")).click()
    page.get_by_label("Vad gör ni?").click()
    page.keyboard.type("Resonemang varje vecka")
    page.get_by_role("button", name="Gå vidare").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Skriv insatsen")
    assert 0 < counted.clicks <= 3
    look_over(visitor, page)
    page.get_by_label("Syfte").fill("Eleverna ska öva att resonera.")
    page.get_by_label("Ett tecken på framgång").check()
    page.get_by_label("Tecken på framgång:").fill("Varje elev visar två egna resonemang.")
    page.get_by_label("Ansvarig").select_option(label="Tove Arbetslag")
    page.get_by_label("Datum för utvärdering").fill(str(day(200)))
    expect(page.locator(".initiative-form [data-autosave-text]").first).to_have_text(SAVED, timeout=9000)
    page.get_by_role("link", name="Läs igenom").click()
    expect(page.locator("main")).to_contain_text("Varje elev visar två egna resonemang.")
    made = Initiative.objects.get()
    assert (made.holder, made.sign) == (town.person("team_lead"), "Varje elev visar två egna resonemang.")
    assert made.evaluation_date == day(200)
    assert made.needs.get().source.document.node == town.bjork  # the need is linked, not typed again
    look_over(visitor, page)


def test_the_feedback_is_read_and_acknowledged_by_keyboard_alone(visit, town, asked):
    analysis = unit_established(town)
    version = analysis.document.versions.latest("number")
    principal = town.person("principal")
    answer_actions.hand_in_document(receiver=asked, version=version, expected=asked.version, by=principal)
    accept(town, asked)
    feedback(town, asked, use="Citeras i huvudmannens rapport.")
    visitor = visit(None)
    page = visitor.go("account_login")
    visitor.tab_to(page.locator("input[name=login]"))
    page.keyboard.type(principal.email)
    visitor.tab_to(page.locator("input[name=password]"))
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    follow(visitor, page, page.locator("main").get_by_role("link", name=re.compile("Återkoppling lämnad")).first)
    expect(page.locator(".turn-feedback")).to_contain_text("Citeras i huvudmannens rapport.")
    look_over(visitor, page)
    follow(visitor, page, page.get_by_role("button", name="Jag har tagit del av återkopplingen"))
    assert Acknowledgement.objects.get().made_by == principal
    follow(visitor, page, page.get_by_role("link", name="Var vårt arbete har använts"))
    expect(page.locator("main")).to_contain_text("Citeras i huvudmannens rapport.")
    look_over(visitor, page)


def follow(visitor: Visitor, page: Page, wanted) -> None:
    """Tab to it and press Enter."""
    visitor.tab_to(wanted)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_the_team_leader_is_mentioned_gets_a_mail_and_answers(visit, town):
    """Drafts are talked over in plans; an analysis has no comments yet, so the mention of J2 is made there."""
    plan = operating.begin(town)
    operating.write(operating.section(plan, "insatser"), town.person("principal"), text="Kartläggning i åk 7.")
    sharing.share(plan=plan, shared=True, by=town.person("principal"))
    visitor = visit("principal")
    page = visitor.go("plans:plan_edit", plan.pk)
    part = page.locator("#del-insatser")
    part.get_by_text("Kommentera detta").click()
    part.get_by_label("Din kommentar").fill("@Tove Arbetslag, hinner ni före höstlovet?")
    part.get_by_role("button", name="Kommentera").click()
    expect(page.locator("#messages")).to_contain_text("Ett mejl har skickats till Tove Arbetslag")
    look_over(visitor, page)

    lead = visit("team_lead", viewport=NARROW)
    (mention,) = delivered(town.person("team_lead").email)
    assert "höstlovet" not in str(mention.body)
    page = lead.page
    page.goto(lead.address + link_in(mention))
    expect(page.locator(".talk-one:target")).to_contain_text("hinner ni före höstlovet?")
    lead.assert_accessible()
    thread = page.locator(".talk", has_text="höstlovet")
    thread.get_by_text("Svara", exact=False).first.click()
    thread.get_by_label("Ert svar").fill("Tre klasser av fyra.")
    thread.get_by_role("button", name="Svara").click()
    expect(page.locator(".talk-answer")).to_contain_text("Tre klasser av fyra.")
