"""A year is made, looked over as a draft, and published: who gets a task, and that nothing is published twice."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import override

from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.models import AuditEvent
from styrkedja.organisation import actions as organisation
from styrkedja.wheel import catalogue
from styrkedja.wheel.models import Activity, AnnualCycle, Task
from styrkedja.wheel.years import actions, drafting_actions, places, queries

from .yearing import NEXT, PERIOD, SMALL, TODAY, draft, fields, fresh, move, of, publish, published

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)


def days(cycle):
    return {a.number: (a.starts, a.ends) for a in cycle.activities.all()}


def places_of(cycle, number):
    return sorted(Task.objects.filter(activity=of(cycle, number)).values_list("node__name", flat=True))


def test_every_activity_of_the_wheel_is_laid_on_days(world):
    cycle = draft(world)
    assert (cycle.state, cycle.period, cycle.wheel, cycle.version) == ("draft", PERIOD, "liten", 1)
    assert days(cycle) == {
        "1": (dt.date(2026, 8, 1), dt.date(2026, 8, 31)),
        "2": (dt.date(2026, 9, 28), dt.date(2026, 10, 2)),  # ISO week 40 of 2026, Monday to Friday
        "3": (dt.date(2026, 12, 24), dt.date(2026, 12, 24)),
        "4": (dt.date(2027, 2, 1), dt.date(2027, 2, 12)),  # weeks 5-6 of 2027
        "5": (dt.date(2027, 3, 1), dt.date(2027, 3, 31)),
        "6": (dt.date(2027, 6, 1), dt.date(2027, 6, 1)),
    }
    one = of(cycle, "3")
    assert (one.title_sv, one.title_en, one.before_sv, one.role, one.level) == (
        "Aktivitet 3", "Activity 3", "Läs", "principal", "unit",
    )  # fmt: skip
    assert not Task.objects.exists()
    assert AuditEvent.objects.get(event="cycle_made").details["activities"] == 6


def test_a_year_that_begins_in_january_holds_the_same_activities(world):
    cycle = draft(world, period="2027")
    assert days(cycle)["1"] == (dt.date(2027, 8, 1), dt.date(2027, 8, 31))
    assert days(cycle)["5"] == (dt.date(2027, 3, 1), dt.date(2027, 3, 31))


def test_a_year_for_some_school_forms_leaves_out_what_is_for_others(world):
    assert sorted(days(draft(world, forms=("fs",)))) == ["1", "2", "3", "5", "6"]


@pytest.mark.parametrize("period", ["2026/28", "26/27", ""])
def test_what_is_no_period_is_refused(world, period):
    with pytest.raises(Refused):
        draft(world, period=period)


def test_a_year_of_a_wheel_is_made_once_and_not_for_a_unit(world):
    draft(world)
    with pytest.raises(Refused, match="2026"):
        draft(world)
    draft(world, node=world.administration)  # a year of another place is another year
    with pytest.raises(Refused):
        draft(world, node=world.bjork)


def test_publishing_gives_every_place_concerned_its_task(world):
    cycle = published(world)
    assert places_of(cycle, "1") == ["Utbildningsnämnden"]
    assert places_of(cycle, "2") == ["Utbildningsförvaltningen"]
    assert places_of(cycle, "3") == ["Björkskolan", "Ekskolan", "Lindens förskola"]
    assert places_of(cycle, "4") == ["Arbetslag 7-9", "Arbetslag F-3"]
    assert places_of(cycle, "5") == ["Lindens förskola"]
    assert fresh(cycle).state == "published"
    event = AuditEvent.objects.get(event="cycle_published")
    assert event.details == {"period": PERIOD, "activities": 6, "tasks": 11, "units": 3, "left_out": []}
    assert all(task.original_id == task.node_id for task in Task.objects.all())


def test_where_the_chain_has_no_such_place_the_place_of_the_year_has_the_task(world):
    cycle = published(world, node=world.administration)
    assert places_of(cycle, "1") == ["Utbildningsförvaltningen"]


def test_a_unit_that_takes_no_part_gets_nothing_and_neither_do_its_teams(world):
    cycle = published(world, units=[world.ek])
    assert places_of(cycle, "3") == ["Ekskolan"]
    assert places_of(cycle, "4") == ["Arbetslag F-3"]
    assert places_of(cycle, "5") == []


def test_a_unit_without_school_forms_gets_what_is_for_all(world):
    bare = organisation.add_node(
        parent=world.administration, kind="unit", name="Nya enheten", valid_from=dt.date(2025, 1, 1), by=None
    )
    cycle = published(world, units=[bare])
    assert places_of(cycle, "3") == ["Nya enheten"]
    assert places_of(cycle, "5") == []


def test_what_was_changed_after_somebody_looked_is_not_published(world):
    cycle = draft(world)
    move(world, cycle, "3", dt.date(2026, 12, 22))
    with pytest.raises(Conflict):
        actions.publish(cycle=cycle, expected=1, by=world.person("quality"))
    assert not Task.objects.exists()


def test_a_year_is_published_once(world):
    cycle = published(world)
    with pytest.raises(Refused):
        publish(world, cycle)
    assert Task.objects.count() == 11


def test_days_are_changed_all_or_none(world):
    cycle, quality = draft(world), world.person("quality")
    good = {of(cycle, "3").pk: (dt.date(2026, 12, 22), dt.date(2026, 12, 22))}
    bad = {of(cycle, "6").pk: (dt.date(2029, 1, 1), dt.date(2029, 1, 2))}
    with pytest.raises(Refused, match="2026/27"), transaction.atomic():
        drafting_actions.change_days(cycle=cycle, expected=1, days=good | bad, by=quality)
    assert days(cycle)["3"][0] == dt.date(2026, 12, 24)
    drafting_actions.change_days(cycle=cycle, expected=1, days=good, by=quality)
    drafting_actions.change_days(cycle=cycle, expected=1, days=good, by=quality)  # the same again
    assert fresh(cycle).version == 2
    with pytest.raises(Conflict), transaction.atomic():
        drafting_actions.change_days(
            cycle=cycle, expected=1, days={of(cycle, "6").pk: (dt.date(2027, 6, 2),) * 2}, by=quality
        )


def test_what_is_taken_out_can_be_put_back_until_it_is_published(world):
    cycle, quality = draft(world), world.person("quality")
    for number in ("1", "2"):
        drafting_actions.take_out(cycle=cycle, expected=fresh(cycle).version, activity=of(cycle, number).pk, by=quality)
    drafting_actions.put_back(cycle=cycle, expected=fresh(cycle).version, activity=of(cycle, "2").pk, by=quality)
    publish(world, cycle)
    assert sorted(days(cycle)) == ["2", "3", "4", "5", "6"]
    assert AuditEvent.objects.get(event="cycle_published").details["left_out"] == ["1"]


def test_an_activity_is_added_to_a_draft(world):
    cycle = draft(world)
    made = drafting_actions.add(cycle=cycle, expected=1, fields=fields(), by=world.person("quality"))
    with pytest.raises(Refused), transaction.atomic():
        late = fields(starts=dt.date(2028, 1, 1))
        drafting_actions.add(cycle=cycle, expected=2, fields=late, by=world.person("quality"))
    publish(world, cycle)
    assert made.tasks.count() == 3


def test_only_units_of_the_year_take_part(world):
    cycle, quality = draft(world, node=world.administration), world.person("quality")
    drafting_actions.choose_units(cycle=cycle, expected=1, units=[world.ek], by=quality)
    assert [u.node for u in cycle.units.all()] == [world.ek]
    with pytest.raises(Refused):
        drafting_actions.choose_units(cycle=cycle, expected=2, units=[world.bjork_team], by=quality)


def test_next_year_lies_on_the_same_weeks_and_leaves_behind_what_was_cancelled(world):
    from styrkedja.wheel.years import changing_actions

    cycle, quality = published(world), world.person("quality")
    changing_actions.cancel(activity=of(cycle, "6"), expected=1, reason="Ersatt.", by=quality)
    changing_actions.add(cycle=cycle, node=world.bjork, fields=fields(), by=world.person("principal"))
    new = actions.carry_on(previous=cycle, period=NEXT, by=quality)
    assert (new.state, new.follows, new.wheel, new.period) == ("draft", cycle, "liten", NEXT)
    assert days(new) == {
        "1": (dt.date(2027, 8, 1), dt.date(2027, 8, 31)),
        "2": (dt.date(2027, 10, 4), dt.date(2027, 10, 8)),  # week 40 of 2027
        "3": (dt.date(2027, 12, 30), dt.date(2027, 12, 30)),  # Thursday of week 52, as 24 December 2026
        "4": (dt.date(2028, 1, 31), dt.date(2028, 2, 11)),  # weeks 5-6 of 2028
        "5": (dt.date(2028, 3, 1), dt.date(2028, 3, 31)),
    }
    assert {a.title_sv for a in new.activities.all()} == {f"Aktivitet {n}" for n in range(1, 6)}
    assert new.units.count() == 3


def test_what_the_wheel_has_a_date_for_keeps_it_and_each_says_how_it_came(world, monkeypatch):
    monkeypatch.setattr(catalogue, "process", {p.id: p for p in SMALL.processes}.get)
    cycle = published(world)
    Activity.objects.filter(pk=of(cycle, "6").pk).update(starts=dt.date(2027, 6, 2), ends=dt.date(2027, 6, 2))
    new = actions.carry_on(previous=cycle, period=NEXT, by=None)
    assert days(new)["3"][0] == dt.date(2027, 12, 24)
    assert days(new)["6"][0] == dt.date(2028, 5, 31)  # it had been moved, to Wednesday of week 22
    move(world, new, "2", dt.date(2027, 10, 11))
    with override("sv"):
        said = {row.activity.number: row.moved for row in queries.rows_of(fresh(new))}
    assert said == {
        "1": "samma månader", "2": "andra dagar, valda här", "3": "behåller sitt datum", "4": "samma vecka, vecka 5",
        "5": "samma månader", "6": "samma vecka, vecka 22",
    }  # fmt: skip


def test_what_has_been_already_is_taken_out_at_once_and_put_back(world):
    """On 23 November August's decision and week 40 have been; the others have not."""
    cycle, by = draft(world), world.person("quality")
    found = queries.totals(cycle, queries.rows_of(cycle))
    assert (found.passed, found.late) == (2, 2)
    assert drafting_actions.take_out_passed(cycle=cycle, expected=1, by=by) == 2
    assert set(cycle.activities.exclude(cancelled_at=None).values_list("number", flat=True)) == {"1", "2"}
    with pytest.raises(Conflict), transaction.atomic():
        drafting_actions.put_back_passed(cycle=cycle, expected=1, by=by)
    drafting_actions.put_back_passed(cycle=cycle, expected=2, by=by)
    assert not cycle.activities.exclude(cancelled_at=None).exists()


@pytest.mark.parametrize(
    ("today", "july", "january"),
    [
        (dt.date(2026, 11, 23), "2026/27", "2027"),  # two months are left of 2026
        (dt.date(2027, 3, 31), "2026/27", "2027"),
        (dt.date(2027, 4, 1), "2027/28", "2027"),
        (dt.date(2026, 9, 30), "2026/27", "2026"),
    ],
)
def test_the_year_that_goes_on_is_proposed_until_three_quarters_have_passed(today, july, january):
    ahead = queries.periods_ahead(today)
    assert [queries.proposed_period(ahead[name], today) for name in ("july", "january")] == [july, january]


def test_a_year_is_called_what_its_wheel_is_in_the_readers_language_unless_somebody_has_named_it():
    ours = AnnualCycle(wheel="lasar", title="Läsåret", period=PERIOD)
    with override("en"):
        assert str(ours) == "The school year 2026/27"
        assert str(AnnualCycle(wheel="lasar", title="Skolans år", period=PERIOD)) == "Skolans år 2026/27"
    with override("sv"):
        assert str(ours) == "Läsåret 2026/27"


def test_29_february_and_week_53_come_along(world):
    cycle = published(world)
    Activity.objects.filter(pk=of(cycle, "6").pk).update(starts=dt.date(2026, 12, 31), ends=dt.date(2026, 12, 31))
    new = actions.carry_on(previous=cycle, period=NEXT, by=None)  # 31 December 2026 lies in week 53; 2027 has none
    assert days(new)["6"][0].isocalendar()[:2] == (2027, 52)
    publish(world, new)
    Activity.objects.filter(pk=of(new, "6").pk).update(starts=dt.date(2028, 2, 29), ends=dt.date(2028, 2, 29))
    after = actions.carry_on(previous=new, period="2028/29", by=None)  # a Tuesday of week 9
    assert days(after)["6"] == (dt.date(2029, 2, 27), dt.date(2029, 2, 27))


def test_units_that_have_come_take_part_in_the_next_year_and_those_left_out_or_closed_do_not(world):
    cycle = published(world, units=[world.bjork, world.lind])  # without Ekskolan
    opened = organisation.add_node(
        parent=world.administration, kind="unit", name="Nya skolan", school_forms=["gr"],
        valid_from=dt.date(2027, 7, 1), by=None,
    )  # fmt: skip
    organisation.close_node(node=world.lind, last_day=dt.date(2027, 6, 30), with_below=True, by=None)
    new = actions.carry_on(previous=cycle, period=NEXT, by=None)
    assert {u.node for u in new.units.all()} == {world.bjork, opened}
    shown = {u.node: (u.new, u.left_out) for u in queries.units_of(fresh(new), places.tree_of(new))}
    assert shown == {world.bjork: (False, False), world.ek: (False, True), opened: (True, False)}


def test_a_draft_is_deleted_and_put_back(world):
    cycle = draft(world)
    actions.delete_draft(cycle=cycle, expected=1, by=None)
    with pytest.raises(Refused), transaction.atomic():
        publish(world, cycle)
    other = draft(world)  # in its place
    with pytest.raises(Refused), transaction.atomic():
        actions.restore_draft(cycle=cycle, by=None)
    actions.delete_draft(cycle=other, expected=1, by=None)
    actions.restore_draft(cycle=cycle, by=None)
    assert fresh(cycle).deleted_at is None
    AnnualCycle.objects.filter(pk=other.pk).update(deleted_at=timezone.now() - dt.timedelta(days=31))
    with pytest.raises(Refused, match="30"):
        actions.restore_draft(cycle=other, by=None)


STATEMENTS = {
    "back to a draft": "UPDATE wheel_annualcycle SET state = 'draft', published_at = NULL WHERE id = %(cycle)s",
    "another period": "UPDATE wheel_annualcycle SET period = '2030' WHERE id = %(cycle)s",
    "a unit out": "DELETE FROM wheel_cycleunit WHERE cycle_id = %(cycle)s",
    "an activity away": "DELETE FROM wheel_activity WHERE id = %(activity)s",
    "an activity to a unit": "UPDATE wheel_activity SET node_id = %(node)s WHERE id = %(activity)s",
    "fewer moves": "UPDATE wheel_activity SET sequence = sequence - 1 WHERE id = %(activity)s",
    "another level": "UPDATE wheel_activity SET level = 'team' WHERE id = %(activity)s",
    "closed with open tasks": "UPDATE wheel_annualcycle SET state = 'closed', closed_at = now() WHERE id = %(cycle)s",
}


@pytest.mark.parametrize("what", STATEMENTS)
def test_the_database_keeps_a_published_year(world, what):
    cycle = published(world)
    Activity.objects.filter(cycle=cycle).update(sequence=1)
    named = {"cycle": cycle.pk, "activity": of(cycle, "6").pk, "node": world.bjork.pk}
    Task.objects.filter(activity=named["activity"]).update(note="Kvar") if what == "an activity away" else None
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(STATEMENTS[what], named)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_makes_no_tasks_of_a_draft(world):
    one = of(draft(world), "3")
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.create(activity=one, node=world.bjork, original=world.bjork)
    assert SMALL.processes
