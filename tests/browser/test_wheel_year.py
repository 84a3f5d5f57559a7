"""J1 (interface.md §6), the wheel: the quality lead makes the next year from the last, and everyone gets their tasks.

Measured: from the menu to a published year within 12 clicks, with two days fixed and the units chosen.
"""

from __future__ import annotations

import re
import time

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from procrastinate.contrib.django.models import ProcrastinateJob

from styrkedja.core import periods
from styrkedja.wheel.catalogue import default_wheel
from styrkedja.wheel.models import AnnualCycle, Task
from styrkedja.wheel.years import actions, jobs, publishing_actions, queries
from tests.browser.conftest import NARROW
from tests.browser.journeying import Counted, look_over, look_through

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def this_year(town):
    """The year that goes on, published from the wheel that is proposed."""
    wheel, by = default_wheel(), town.person("quality")
    cycle = actions.make_cycle(
        node=town.council, period=periods.school_year_on(timezone.localdate()), wheel=wheel, title=wheel.title.sv,
        school_forms=(), units=[town.bjork, town.ek, town.lind], by=by,
    )  # fmt: skip
    return actions.publish(cycle=cycle, expected=cycle.version, by=by)


def the_worker_publishes():
    for job in ProcrastinateJob.objects.filter(task_name=publishing_actions.PUBLISH, status="todo"):
        jobs.publish(**job.args)


def test_next_year_from_last_within_twelve_clicks(visit, town, this_year):
    following = queries.next_period(this_year.period)
    visitor = visit("quality")
    page = visitor.go("desk:start")
    counted, begun = Counted(visitor), time.monotonic()
    page.get_by_role("navigation").get_by_role("link", name="Årshjulet").first.click()
    page.locator("main").get_by_role("link", name="Planera år").click()
    page.get_by_role("button", name=f"Nytt år {following} från").click()
    days = page.locator("input[name^=starts_]")
    assert days.count() == this_year.activities.count()
    for number in (1, 4):  # two that should lie elsewhere
        row = page.locator(".year-rows > li").nth(number)
        first, last = row.locator("input").first, row.locator("input").last
        first.click()
        first.fill(last.input_value())
    page.get_by_role("button", name="Spara och välj enheter").click()
    page.get_by_label(re.compile("Lindens förskola")).uncheck()
    page.get_by_role("button", name="Spara och se helheten").click()
    expect(page.get_by_role("heading", name="Det här händer")).to_be_visible()
    page.get_by_role("button", name="Publicera året").dblclick()
    page.wait_for_selector("progress")
    the_worker_publishes()
    page.wait_for_url(re.compile(r"/arshjul/ar/[0-9a-f-]{36}/$"))
    expect(page.locator("main")).to_contain_text("publicerat")
    assert 0 < counted.clicks <= 12 and time.monotonic() - begun < 600
    cycle = AnnualCycle.objects.get(period=following)
    assert cycle.state == "published" and cycle.follows == this_year
    with_task = set(Task.objects.filter(activity__cycle=cycle).values_list("node", flat=True))
    assert {town.bjork.pk, town.ek.pk, town.committee.pk} <= with_task and town.lind.pk not in with_task


def test_a_whole_year_by_keyboard_alone(visit, town):
    visitor = visit("quality")
    page = visitor.go("wheel:years")
    for name in ("Nytt år från ett hjul", "Gör utkastet", "Spara och välj enheter", "Spara och se helheten"):
        wanted = page.get_by_role("link" if name.startswith("Nytt") else "button", name=re.compile(name)).first
        visitor.tab_to(wanted, most=400)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    visitor.tab_to(page.get_by_role("button", name="Publicera året"))
    page.keyboard.press("Enter")
    page.wait_for_selector("progress")
    the_worker_publishes()
    page.wait_for_url(re.compile(r"/arshjul/ar/[0-9a-f-]{36}/$"))
    assert AnnualCycle.objects.get().state == "published"


def test_every_page_of_years_in_both_languages_and_windows(visit, town, this_year):
    visitor = visit("quality")
    draft = actions.carry_on(previous=this_year, period=queries.next_period(this_year.period), by=None)
    one, theirs = this_year.activities.first(), draft.activities.first()
    pages = [
        ("wheel:years", None), ("wheel:year_new", town.council.pk), ("wheel:year", draft.pk),
        ("wheel:year_units", draft.pk), ("wheel:year_publish", draft.pk), ("wheel:year_activity_add", draft.pk),
        ("wheel:year", this_year.pk), ("wheel:year_activity", one.pk), ("wheel:activity_change", one.pk),
        ("wheel:activity_change", theirs.pk), ("wheel:activity_cancel", one.pk), ("wheel:year_close", this_year.pk),
    ]  # fmt: skip
    for name, about in pages:
        look_over(visitor, visitor.go(name, *([about] if about else [])))
    look_through(visitor, pages)


def test_what_moves_is_seen_on_a_phone_before_it_is_changed(visit, town, this_year):
    visitor = visit("head")
    visitor.page.set_viewport_size(NARROW)
    one = this_year.activities.exclude(starts=None).last()
    page = visitor.go("wheel:activity_change", one.pk)
    page.get_by_label("Sista dag").fill((one.ends + timezone.timedelta(days=1)).isoformat())
    page.get_by_role("button", name="Se vad som ändras").click()
    expect(page.get_by_role("heading", name="Det här ändras")).to_be_visible()
    look_over(visitor, page)
    page.get_by_role("button", name="Ändra och meddela dem").click()
    expect(page.locator("#messages")).to_contain_text("får veta")
    one.refresh_from_db()
    assert one.sequence == 1
