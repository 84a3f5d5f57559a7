"""J1 (interface.md §6), the wheel: the quality lead makes the next year from the last, and everyone gets their tasks.

Measured: from the menu to a published year within 12 clicks, with two days fixed and the units chosen; the same by keys
alone on a phone in English.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from procrastinate.contrib.django.models import ProcrastinateJob

from styrkedja.core import periods
from styrkedja.wheel.catalogue import default_wheel
from styrkedja.wheel.checks import evidence_of
from styrkedja.wheel.models import Activity, AnnualCycle, Task
from styrkedja.wheel.years import actions, closing_actions, jobs, publishing_actions, queries
from tests.browser.conftest import NARROW, WIDE
from tests.browser.journeying import Counted, look_over, look_through, press_key, write_keys
from tests.wheel.calendars import events

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


@pytest.fixture
def last_year(town):
    """The year before this one, closed. What is made from it is what people work by today."""
    wheel, by = default_wheel(), town.person("quality")
    ended = periods.end_year(periods.school_year_on(timezone.localdate())) - 1
    cycle = actions.make_cycle(
        node=town.council, period=periods.school_year(ended), wheel=wheel, title=wheel.title.sv,
        school_forms=(), units=[town.bjork, town.ek, town.lind], by=by,
    )  # fmt: skip
    cycle = actions.publish(cycle=cycle, expected=cycle.version, by=by)
    tasks = list(Task.objects.filter(activity__cycle=cycle).select_related("activity__cycle", "node", "holder"))
    undone = {task.pk for task in tasks} - set(evidence_of(tasks))
    closing_actions.drop(cycle=cycle, tasks=undone, reason="Gjort före årshjulet.", by=by)
    cycle.refresh_from_db()
    return closing_actions.close(cycle=cycle, expected=cycle.version, by=by)


def two_rows(cycle) -> list[tuple[Activity, dt.date, dt.date]]:
    """Two that principals answer for, later in the year, and the days near today that they should have instead."""
    mine = cycle.activities.filter(level="unit", role="principal", school_forms=[], starts__gt=timezone.localdate())
    last = min(timezone.localdate() + dt.timedelta(12), periods.bounds(cycle.period)[1] - dt.timedelta(12))
    first = mine.order_by("starts", "number")[:2]
    return [(one, last - dt.timedelta(5 * n), last - dt.timedelta(4 * n)) for n, one in enumerate(first)]


@pytest.mark.parametrize(("by", "language", "window"), [("mouse", "sv", WIDE), ("keys", "en", NARROW)])
def test_the_year_from_last_with_two_days_fixed_to_every_principals_list_and_calendar(
    visit, town, last_year, by, language, window
):
    following = queries.next_period(last_year.period)
    visitor = visit("quality", viewport=window)
    page = visitor.go("desk:start")
    visitor.speak(language)
    said = (lambda sv, en: sv) if language == "sv" else (lambda sv, en: en)

    def look() -> None:
        visitor.assert_accessible()
        visitor.assert_no_sideways_scroll()

    def press(wanted) -> None:
        if by == "keys":
            press_key(visitor, wanted, most=500)
        elif wanted.get_attribute("type") == "checkbox":
            wanted.click()
        else:
            with page.expect_navigation():
                wanted.click()

    def write(first, last, days) -> None:
        if by == "mouse":
            first.click()
            first.fill(days[0].isoformat())
        else:
            write_keys(visitor, first, days[0].isoformat(), most=500)
        write_keys(visitor, last, days[1].isoformat(), most=500)

    counted, begun = Counted(visitor), time.monotonic()
    press(
        page.get_by_role("navigation")
        .get_by_role("link", name=said("Årshjulet", "Annual wheel"))
        .locator("visible=true")
        .first
    )
    page.wait_for_url(re.compile(r"/arshjul/"))
    press(page.locator("main").get_by_role("link", name=said("Planera år", "Plan years")))
    page.wait_for_url("**/arshjul/ar/")
    look()
    press(page.get_by_role("button", name=said(f"Nytt år {following} från", f"New year {following} from")))
    page.wait_for_url(re.compile(r"/ar/[0-9a-f-]{36}/$"))
    cycle = AnnualCycle.objects.get(period=following)
    assert page.locator("input[name^=starts_]").count() == last_year.activities.count()
    press(page.get_by_role("button", name=said("Ta ut det som redan har varit", "Take out what has been already")))
    fixed = two_rows(cycle)
    for one, first, last in fixed:
        assert (one.starts, one.ends) != (first, last)
        fields = [page.locator(f"input[name='{part}_{one.pk.hex}']") for part in ("starts", "ends")]
        write(*fields, (first, last))
    look()
    press(page.get_by_role("button", name=said("Spara och välj enheter", "Save and choose units")))
    page.wait_for_url("**/enheter/")
    look()
    press(page.get_by_label(re.compile("Lindens förskola")))
    press(page.get_by_role("button", name=said("Spara och se helheten", "Save and look at it all")))
    page.wait_for_url("**/publicera/")
    look()
    publish = page.get_by_role("button", name=said("Publicera året", "Publish the year"))
    publish.dblclick() if by == "mouse" else press(publish)
    page.wait_for_selector("progress")
    look()
    the_worker_publishes()
    page.wait_for_url(re.compile(r"/arshjul/ar/[0-9a-f-]{36}/$"))
    clicks = counted.clicks
    print(f"J1 by {by}: {clicks} clicks, {time.monotonic() - begun:.0f} s")
    assert clicks <= 12 and time.monotonic() - begun < 600 and bool(clicks) == (by == "mouse")
    look()

    cycle.refresh_from_db()
    assert cycle.state == "published" and cycle.follows == last_year
    for one, first, last in fixed:
        one.refresh_from_db()
        assert (one.starts, one.ends) == (first, last)
        row = page.locator(".year-rows > li", has=page.locator(f"a[href$='/{one.pk}/']"))
        expect(row).to_contain_text(f"{first} – {last}" if first != last else str(first))
    taking_part = Task.objects.filter(activity=fixed[0][0]).values_list("node", flat=True)
    assert set(taking_part) == {town.bjork.pk, town.ek.pk}
    if by == "mouse":  # to each the same, whoever made the year and however
        for who in ("principal", "principal_ek"):
            each_has_it(visit(who), [(str(one.title), first, last) for one, first, last in fixed], theirs=True)
        each_has_it(
            visit("principal_lind"), [(str(one.title), first, last) for one, first, last in fixed], theirs=False
        )


def each_has_it(visitor, wanted, *, theirs: bool) -> None:
    """On the list at the start, as a link to the task, and in the calendar: the same title and days; or in neither."""
    page = visitor.go("desk:start")
    for title, _first, _last in wanted:
        link = page.locator("main").get_by_role("link", name=title)
        assert theirs or not link.count()
        if theirs:
            link.first.click()
            expect(page.get_by_role("heading", level=1)).to_contain_text(title)
            visitor.go("desk:start")
    page = visitor.go("wheel:calendar")
    page.get_by_role("button", name="Gör min adress").click()
    address = urlsplit(page.locator("#address").input_value())
    body = page.request.get(visitor.address + address.path, headers={"cookie": ""}).body()
    held = {(e.summary.value, e.dtstart.value, e.dtend.value) for e in events(body).values()}
    told = {
        (title, first, last + dt.timedelta(1)) for title, first, last in wanted
    }  # the end is the day after (RFC 5545)
    assert told <= held if theirs else not told & held


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
    page = visitor.go("wheel:activity_change", one.pk)  # what was sent is forgotten, with the version it wrote over
    expect(page.locator("main [name=version]")).to_have_value(str(one.version))
