"""What is written in the forms of plans survives a login that has expired: sections, evaluations, goals, comments."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from styrkedja.plans.goals import actions
from styrkedja.plans.models import Evaluation, Goal, PlanComment
from tests.plans import chain_of_goals, initiating, operating

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "En lång text som inte får försvinna."


def log_in_again(page: Page, person) -> None:
    page.wait_for_url("**/logga-in/**")
    page.fill("input[name=login]", person.email)
    page.fill("input[name=password]", "en lång hemlig mening")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "logga-in" not in url)


def test_a_section_of_a_plan_waits_for_the_login_and_is_saved(visit, town):
    plan = operating.begin(town)
    section = operating.section(plan, "mal")
    visitor = visit("principal")
    page = visitor.go("plans:plan_edit", plan.pk)
    visitor.log_out_behind_the_page()
    page.locator(f"[id='{section.anchor}'] textarea").fill(LONG)
    status = page.locator(f"[id='{section.anchor}'] [data-autosave-text]")
    expect(status).to_contain_text("Du har blivit utloggad", timeout=5000)
    with page.context.expect_page() as opened:
        status.get_by_role("link").click()
    log_in_again(opened.value, town.person("principal"))
    page.bring_to_front()
    expect(status).to_have_text(re.compile(r"^Sparat \d\d:\d\d$"), timeout=9000)
    assert operating.section(plan, "mal").text == LONG


def test_an_evaluation_is_there_after_the_login(visit, town):
    made = initiating.completed(town)
    visitor = visit("principal")
    page = visitor.go("plans:evaluate", made.pk)
    page.locator("[name=learned]").fill(LONG)
    page.locator("[name=words]").fill("Sett i klassrummen.")
    page.locator("[name=other_explanations]").fill("Inga.")
    for name, value in (("carried_out", "yes"), ("verdict", "effect"), ("decision", "keep")):
        page.locator(f"[name={name}][value={value}]").check()
    visitor.log_out_behind_the_page()
    page.locator("main form[data-keep] button[type=submit]").first.click()
    log_in_again(page, town.person("principal"))
    expect(page.locator("[name=learned]")).to_have_value(LONG)
    page.locator("main form[data-keep] button[type=submit]").first.click()
    expect(page.locator("#messages .tone-success")).to_be_visible()
    assert Evaluation.objects.get().learned == LONG


def test_a_proposed_goal_is_there_after_the_login(visit, town):
    visitor = visit("principal")
    page = visitor.go("plans:goal_add", town.bjork.pk)
    page.locator("[name=title]").fill("Studiero i alla klassrum")
    page.locator("[name=text]").fill(LONG)
    page.evaluate("document.querySelectorAll('main details').forEach((one) => (one.open = true))")
    page.locator("[name=national]").first.check()
    visitor.log_out_behind_the_page()
    page.locator("main form[data-keep] button[type=submit]").first.click()
    log_in_again(page, town.person("principal"))
    expect(page.locator("[name=text]")).to_have_value(LONG)
    page.locator("main form[data-keep] button[type=submit]").first.click()
    expect(page.locator("#messages .tone-success")).to_be_visible()
    assert Goal.objects.get().text == LONG


def test_a_comment_is_there_after_the_login_and_is_gone_when_it_is_sent(visit, town):
    plan = operating.begin(town)
    visitor = visit("principal")
    page = visitor.go("plans:plan_edit", plan.pk)
    form = page.locator(".talk-new").first
    form.locator("summary").first.click()
    form.locator("textarea").fill(LONG)
    visitor.log_out_behind_the_page()
    form.locator("button[type=submit]").click()
    log_in_again(page, town.person("principal"))
    again = page.locator(".talk-new textarea").first
    expect(again).to_have_value(LONG)
    page.locator(".talk-new button[type=submit]").first.click()
    expect(page.locator("#messages .tone-success")).to_be_visible()
    assert PlanComment.objects.get().text == LONG
    expect(page.locator(".talk-new textarea").first).to_have_value("")


@pytest.mark.parametrize("meanwhile", [False, True])
def test_a_changed_goal_is_there_after_the_login_and_overwrites_nobody(visit, town, meanwhile):
    goal = chain_of_goals.proposed(town)
    visitor = visit("principal")
    page = visitor.go("plans:goal_change", goal.pk)
    page.locator("[name=text]").fill(LONG)
    visitor.log_out_behind_the_page()
    page.locator("main form[data-keep] button[type=submit]").first.click()
    if meanwhile:
        theirs = {"title": goal.title, "text": "Annat", "national": [chain_of_goals.NATIONAL]}
        actions.change(goal=goal, expected=goal.version, by=town.person("quality"), **theirs)
    log_in_again(page, town.person("principal"))
    expect(page.locator("[name=text]")).to_have_value(LONG)
    page.locator("main form[data-keep] button[type=submit]").first.click()
    if meanwhile:
        expect(page.locator(".conflict")).to_contain_text("Annat")
        assert Goal.objects.get().text == "Annat"
        page.locator(".conflict button[value=mine]").click()
    expect(page.locator("#messages .tone-success")).to_be_visible()
    assert Goal.objects.get().text == LONG
