"""J2: the principal writes the analysis, steps 2-6 of interface.md, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from styrkedja.analyses import queries
from styrkedja.analyses.models import Analysis, Finding, Participation
from tests.analyses.writing import begin, established, fill, reread, unit_established, write
from tests.browser.conftest import NARROW
from tests.indicators.facts import observe, unit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAVED = re.compile(r"^Sparat \d\d:\d\d$")


def field(page: Page, row, name="text"):
    return page.locator(f"[id='{row.anchor}-{name}']")


def status(page: Page, row):
    return page.locator(f"[id='{row.anchor}'] [data-autosave-text]")


def start(visitor, node) -> Analysis:
    page = visitor.go("analyses:node", node.pk)
    page.get_by_role("button", name="Börja").click()
    page.wait_for_url("**/skriv/")
    return Analysis.objects.get()


def first_finding(analysis) -> Finding:
    return Finding.objects.filter(analysis=analysis).first()


def test_from_beginning_to_established(visit, town):
    visitor = visit("principal")
    analysis = start(visitor, town.bjork)
    page = visitor.page
    finding = first_finding(analysis)
    field(page, finding).fill("Fler känner sig trygga på rasterna.")
    expect(status(page, finding)).to_have_text(SAVED, timeout=4000)  # at most 3 s after a pause
    assert reread(finding).text == "Fler känner sig trygga på rasterna."
    expect(page.locator("[data-saved-summary]")).to_have_text(SAVED)

    area = page.locator("section.area").first
    area.get_by_role("button", name="Lägg till underlag").click()
    expect(page.locator(".evidence")).to_be_visible()
    evidence = analysis.evidences.get()
    field(page, evidence).fill("Eleverna säger att det är lugnare.")
    field(page, evidence, "author").fill("Elevrådet")
    field(page, evidence, "date").fill("2025-05-20")
    expect(status(page, evidence)).to_have_text(SAVED, timeout=4000)

    page.reload()  # what is written can now be chosen as grounds
    cause = analysis.causes.get()
    field(page, cause).fill("Rastvärdarna är fler.")
    page.locator(f"[id='{cause.anchor}']").get_by_label("Elevrådet: Eleverna säger").check()
    page.locator(f"[id='{cause.anchor}']").get_by_label("Vi vet inte än").check()
    page.get_by_role(
        "button", name=re.compile("Markera steget som klart ?: Orsaker")
    ).click()  # before the pause is over
    expect(page.locator(".rail")).to_contain_text("klar")

    need = analysis.needs.get()
    field(page, need).fill("Fler vuxna ute även på eftermiddagen.")
    page.locator(f"[id='{need.anchor}']").get_by_label("Rastvärdarna är fler.").check()
    for row in Participation.objects.filter(analysis=analysis):
        field(page, row, "how").fill("Analysdag")
        if row.group == "offered":
            field(page, row, "offered").check()
    page.get_by_role("link", name="Lämna in …").first.click()
    page.get_by_role("button", name="Lämna in").click()
    expect(page.get_by_text("Analysen har lämnats in.")).to_be_visible()
    assert reread(cause).rival_unknown

    page.get_by_role("link", name="Fastställ …").click()
    page.get_by_role("button", name="Fastställ").click()
    expect(page.get_by_text("Analysen är fastställd.")).to_be_visible()
    version = queries.frozen_analysis(town.bjork, analysis.period)
    assert version.body["causes"][0]["text"] == "Rastvärdarna är fler."
    assert version.made_by == town.person("principal")
    visitor.assert_accessible()


def test_quote_a_figure_with_one_press(visit, town):
    about = unit("school_unit", "11111111", "Björkskolan")
    years = [("2022/23", 71.0), ("2023/24", 75.0), ("2024/25", 80.0), ("2025/26", 84.0)]
    observe(about, "skv_slutbetyg9", "andel_alla_amnen", [{"period": p, "value": v, "n": 50} for p, v in years])
    visitor = visit("principal")
    analysis = start(visitor, town.bjork)
    page = visitor.page
    finding = first_finding(analysis)
    field(page, finding).fill("Skrivet just före citatet")
    page.locator(".material").get_by_role("button", name=re.compile("^Citera")).first.click()
    expect(page.locator(".quote-row")).to_contain_text("%")
    expect(field(page, finding)).to_have_value("Skrivet just före citatet")
    expect(page.locator(".material").get_by_role("button", name=re.compile("^Citerad")).first).to_be_visible()
    quote = analysis.quotes.get()
    assert quote.figure["full"]["value"] == 84.0
    expect(page.locator(f"[id='{analysis.causes.get().anchor}']").get_by_label(re.compile("84,0"))).to_be_visible()
    visitor.assert_accessible()


def test_what_the_server_does_not_accept_is_said_where_it_was_written(visit, town):
    visitor = visit("principal")
    analysis = start(visitor, town.bjork)
    page, finding = visitor.page, first_finding(analysis)
    field(page, finding).evaluate(
        "(area) => { area.removeAttribute('maxlength'); area.value = 'å'.repeat(100001);"
        " area.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    expect(status(page, finding)).to_contain_text("Texten är för lång", timeout=6000)
    assert reread(finding).text == ""


def test_leave_at_once_and_come_back_from_a_phone_to_the_same_sentence(visit, town):
    visitor = visit("principal")
    analysis = start(visitor, town.bjork)
    finding = first_finding(analysis)
    field(visitor.page, finding).fill("Jag skrev detta och gick")
    visitor.page.locator("main").get_by_role("link", name="Förhandsgranska").first.click()  # before the pause is over
    expect(visitor.page.get_by_text("Jag skrev detta och gick")).to_be_visible()
    phone = visit("principal", viewport=NARROW)
    phone.go("analyses:edit", analysis.pk)
    expect(field(phone.page, finding)).to_have_value("Jag skrev detta och gick")
    phone.assert_no_sideways_scroll()
    phone.assert_accessible()


def test_an_expired_login_loses_nothing(visit, town):
    visitor = visit("principal")
    analysis = start(visitor, town.bjork)
    page, finding = visitor.page, first_finding(analysis)
    visitor.log_out_behind_the_page()
    field(page, finding).fill("Skrivet efter att inloggningen gått ut")
    expect(status(page, finding)).to_contain_text("Du har blivit utloggad", timeout=5000)
    assert reread(finding).text == ""
    with page.context.expect_page() as opened:
        status(page, finding).get_by_role("link").click()
    other = opened.value
    other.fill("input[name=login]", town.person("principal").email)
    other.fill("input[name=password]", "en lång hemlig mening")
    other.locator("main form button[type=submit]").first.click()
    other.wait_for_url(lambda url: "logga-in" not in url)
    page.bring_to_front()
    expect(status(page, finding)).to_have_text(SAVED, timeout=9000)
    assert reread(finding).text == "Skrivet efter att inloggningen gått ut"


def test_a_page_closed_while_logged_out_has_its_text_when_it_is_opened_again(visit, town):
    visitor = visit("principal")
    analysis = start(visitor, town.bjork)
    page, finding = visitor.page, first_finding(analysis)
    visitor.log_out_behind_the_page()
    field(page, finding).fill("Kvar i datorn")
    expect(status(page, finding)).to_contain_text("Du har blivit utloggad", timeout=5000)
    context = page.context
    page.close(run_before_unload=False)
    again = context.new_page()
    visitor.page = again
    visitor.log_in(town.person("principal").email)
    visitor.go("analyses:edit", analysis.pk)
    expect(field(again, finding)).to_have_value("Kvar i datorn")
    expect(status(again, finding)).to_have_text(SAVED, timeout=5000)
    assert reread(finding).text == "Kvar i datorn"


def test_two_editors_see_both_texts_and_lose_neither(visit, town):
    analysis = begin(town)
    finding = first_finding(analysis)
    mine = visit("principal")
    mine.go("analyses:edit", analysis.pk)
    write(finding, town.person("team_lead"), text="Toves mening")
    field(mine.page, finding).fill("Ragnars mening")
    conflict = mine.page.locator(f"[id='{finding.anchor}'] [data-autosave-conflict]")
    expect(conflict).to_contain_text("Tove Arbetslag har ändrat samma text", timeout=5000)
    expect(conflict).to_contain_text("Ragnars mening")
    expect(conflict).to_contain_text("Toves")
    mine.assert_accessible()
    field(mine.page, finding).fill("Ragnars mening och Toves mening")  # put together from both
    conflict.get_by_role("button", name="Behåll min text").click()
    expect(status(mine.page, finding)).to_have_text(SAVED, timeout=5000)
    assert reread(finding).text == "Ragnars mening och Toves mening"
    history = mine.go("analyses:history", analysis.pk, "resultat", finding.pk)
    expect(history.locator("main")).to_contain_text("Tove Arbetslag")
    mine.assert_accessible()


def test_without_script_everything_can_be_done(visit, town):
    visitor = visit("principal", script=False)
    analysis = start(visitor, town.bjork)
    page, finding = visitor.page, first_finding(analysis)
    field(page, finding).fill("Utan skript")
    page.locator(f"[id='{finding.anchor}']").get_by_role("button", name="Spara").click()
    expect(page.get_by_text(re.compile(r"Sparat \d\d:\d\d\."))).to_be_visible()
    assert reread(finding).text == "Utan skript"
    stale = reread(finding)
    page = visitor.go("analyses:edit", analysis.pk)
    write(stale, town.person("team_lead"), text="Toves mening")
    field(page, finding).fill("Min mening")
    page.locator(f"[id='{finding.anchor}']").get_by_role("button", name="Spara").click()
    expect(page.get_by_role("heading", name="Två har skrivit samtidigt")).to_be_visible()
    page.get_by_role("button", name="Spara den här texten").click()
    assert reread(finding).text == "Min mening"
    page.locator(f"[id='{finding.anchor}']").get_by_role("button", name="Ta bort").click()
    expect(page.get_by_text("Borttaget.", exact=True)).to_be_visible()
    page.get_by_role("button", name="Ångra").first.click()
    assert reread(finding).deleted_at is None


def test_by_keyboard_alone(visit, town):
    visitor = visit("principal")
    page = visitor.go("analyses:node", town.bjork.pk)

    tab_to = visitor.tab_to
    tab_to(page.get_by_role("button", name="Börja"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/skriv/")
    analysis = Analysis.objects.get()
    finding = first_finding(analysis)
    tab_to(field(page, finding))
    page.keyboard.type("Skrivet utan mus")
    expect(status(page, finding)).to_have_text(SAVED, timeout=5000)
    fold = page.locator("#steg-orsaker > summary")
    tab_to(fold)
    page.keyboard.press("Enter")
    assert page.locator("#steg-orsaker").get_attribute("open") is None
    page.keyboard.press("Enter")
    tab_to(page.get_by_role("button", name=re.compile("Markera steget som klart ?: Orsaker")))
    page.keyboard.press("Enter")
    expect(page.locator(".rail")).to_contain_text("klar")
    tab_to(page.get_by_role("link", name="Lämna in …").first)
    page.keyboard.press("Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    tab_to(page.locator("[data-error-summary] a").first, most=3)
    page.keyboard.press("Enter")
    page.wait_for_url("**/skriv/#*")


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_every_page_is_accessible(visit, town, language, size):
    of_bjork = unit_established(town)
    council = begin(town, node=town.council, who="head")
    fill(council, town.person("head"))
    team = begin(town, node=town.bjork_team, who="team_lead")
    viewport = NARROW if size == "narrow" else None
    pages = {
        "head": [("node", town.council.pk), ("edit", council.pk), ("preview", council.pk), ("submit", council.pk),
                 ("read", of_bjork.pk)],
        "principal": [("node", town.bjork.pk), ("read", of_bjork.pk), ("correct", of_bjork.pk)],
        "team_lead": [("edit", team.pk), ("submit", team.pk)],
    }  # fmt: skip
    for who, wanted in pages.items():
        visitor = visit(who, viewport=viewport)
        visitor.speak(language)
        for name, *args in wanted:
            page = visitor.go(f"analyses:{name}", *args)
            assert page.locator("html").get_attribute("lang") == language
            visitor.assert_accessible()
            visitor.assert_no_sideways_scroll()


def test_the_unit_sees_where_its_analysis_was_quoted(visit, town):
    of_bjork = unit_established(town)
    council = begin(town, node=town.council, who="head")
    fill(council, town.person("head"))
    head = visit("head")
    page = head.go("analyses:read", of_bjork.pk)
    page.locator(".read-needs").get_by_role("button", name=re.compile("Citera i analysen för Ekköpings kommun")).click()
    page.wait_for_url(f"**/{council.pk}/skriv/#*")
    expect(page.locator(".quote-row")).to_contain_text("Fler uppgifter som kräver resonemang.")
    for row in council.unitinclusions.filter(included=None):
        write(row, town.person("head"), included_id=None, reason="Ej klar")
    established(town, council, "head")
    principal = visit("principal")
    page = principal.go("analyses:node", town.bjork.pk)
    expect(page.locator("main")).to_contain_text("1 passage citeras")
    principal.assert_accessible()
