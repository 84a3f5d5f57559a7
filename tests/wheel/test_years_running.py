"""A published year: changed in the open, joined in mid-year, followed through mergers, and closed with nothing left."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.models import AuditEvent
from styrkedja.organisation import actions as organisation
from styrkedja.organisation import mailing
from styrkedja.wheel.checks import evidence_of
from styrkedja.wheel.checks.showing import period_from
from styrkedja.wheel.models import Activity, Task, Tick
from styrkedja.wheel.years import (
    actions,
    changing_actions,
    closing,
    closing_actions,
    drafting_actions,
    jobs,
    joining_actions,
    queries,
)
from tests.plans.chain_of_goals import decided as goal_decided

from .yearing import NEXT, TODAY, draft, fields, fresh, of, own, publish, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def today(monkeypatch):
    def is_(day):
        monkeypatch.setattr(timezone, "localdate", lambda *a: a[0].date() if a and a[0] else day)

    is_(TODAY)
    return is_


@pytest.fixture(autouse=True)
def _today(today):
    pass


def open_of(cycle, number):
    return {t.node.name for t in Task.objects.filter(activity=of(cycle, number), outcome="").select_related("node")}


def tick(world, task):
    Tick.objects.create(task=task, done=True, made_by=world.person("principal"))


def ids(cycle, *numbers):
    return list(Task.objects.filter(activity__cycle=cycle, activity__number__in=numbers).values_list("pk", flat=True))


def all_ids(cycle):
    return list(Task.objects.filter(activity__cycle=cycle, outcome="").values_list("pk", flat=True))


def test_the_number_of_moves_grows_with_the_days_alone(world):
    cycle, by = published(world), world.person("quality")
    changing_actions.change(activity=of(cycle, "6"), expected=1, fields={"title_sv": "Ny rubrik"}, by=by)
    assert of(cycle, "6").sequence == 0
    moved = {"starts": dt.date(2027, 6, 3), "ends": dt.date(2027, 6, 4)}
    changing_actions.change(activity=of(cycle, "6"), expected=2, fields=moved, by=by)
    changing_actions.change(activity=of(cycle, "6"), expected=3, fields={**moved, "ends": dt.date(2027, 6, 7)}, by=by)
    assert of(cycle, "6").sequence == 2
    with pytest.raises(Conflict), transaction.atomic():
        changing_actions.change(activity=of(cycle, "6"), expected=3, fields={"title_sv": "Sent"}, by=by)
    with pytest.raises(Refused), transaction.atomic():
        changing_actions.change(activity=of(cycle, "6"), expected=4, fields={"ends": dt.date(2030, 1, 1)}, by=by)


def test_tasks_that_have_ended_concern_nobody_any_more(world):
    cycle = published(world)
    closing_actions.drop(cycle=cycle, tasks=ids(cycle, "6")[:2], reason="Ersatt.", by=None)
    told = changing_actions.concerned(of(cycle, "6"))
    assert (told.places, len(told.people)) == (1, 1)


def test_a_unit_that_opens_in_mid_year_gets_what_has_not_ended(world):
    cycle = published(world)
    new = organisation.add_node(
        parent=world.administration, kind="unit", name="Nya skolan", school_forms=["gr"], valid_from=TODAY, by=None
    )
    team = organisation.add_node(parent=new, kind="team", name="Laget", valid_from=TODAY, by=None)
    Activity.objects.filter(pk=of(cycle, "3").pk).update(starts=TODAY, ends=TODAY - dt.timedelta(0))
    Activity.objects.filter(pk=of(cycle, "6").pk).update(starts=dt.date(2026, 9, 1), ends=dt.date(2026, 9, 1))
    assert joining_actions.join(cycle=cycle, unit=new, by=world.person("quality")) == 2
    got = set(Task.objects.filter(node__in=[new, team]).values_list("activity__number", "node__name"))
    assert got == {("3", "Nya skolan"), ("4", "Laget")}
    with pytest.raises(Refused):
        joining_actions.join(cycle=cycle, unit=new, by=None)


def test_a_team_that_starts_after_the_year_is_published_gets_what_has_not_ended(world, today):
    cycle = published(world, units=[world.bjork, world.lind])
    assert joining_actions.take_in_new_places(by=None) == 0
    own(world, cycle, level="team", role="team_lead", title="Lagens dag")
    made = [
        organisation.add_node(parent=unit, kind="team", name="Nya laget", valid_from=TODAY, by=None)
        for unit in (world.bjork, world.ek)  # Ekskolan takes no part
    ]
    jobs.follow(timestamp=0)
    assert set(Task.objects.filter(node=made[0]).values_list("activity__title_sv", flat=True)) == {
        "Aktivitet 4", "Lagens dag",
    }  # fmt: skip
    assert not Task.objects.filter(node=made[1]).exists()
    before = Task.objects.count()
    assert joining_actions.take_in_new_places(by=None) == 0 and Task.objects.count() == before


def test_the_first_unit_of_a_school_form_brings_tasks_to_those_who_lead_it(world):
    cycle = draft(world, units=[world.bjork])
    preschools = fields("Förskolornas", level="administration", school_forms=["fs"])
    one = drafting_actions.add(cycle=cycle, expected=1, fields=preschools, by=None)
    publish(world, cycle)
    joining_actions.join(cycle=cycle, unit=world.ek, by=None)  # of another form
    assert not one.tasks.exists()
    joining_actions.join(cycle=cycle, unit=world.lind, by=None)
    assert [t.node for t in one.tasks.all()] == [world.administration]


def test_open_tasks_follow_a_merger_and_say_whose_they_were(world):
    cycle = published(world, units=[world.bjork, world.lind])
    closing_actions.drop(
        cycle=cycle, tasks=[t.pk for t in of(cycle, "3").tasks.filter(node=world.bjork)], reason="Klart", by=None
    )
    organisation.merge_nodes(predecessors=[world.bjork], successor=world.ek, on_date=TODAY, with_below=True, by=None)
    jobs.follow(timestamp=0)
    assert open_of(cycle, "6") == {"Ekskolan", "Lindens förskola"}
    moved = of(cycle, "6").tasks.get(node=world.ek)
    assert moved.original == world.bjork
    assert of(cycle, "3").tasks.get(original=world.bjork).node == world.bjork  # it had ended
    assert world.ek.pk in cycle.units.values_list("node_id", flat=True)
    before = AuditEvent.objects.count()
    jobs.follow(timestamp=0)
    assert AuditEvent.objects.count() == before


def test_units_add_only_where_they_take_part(world):
    cycle = published(world, units=[world.ek])
    with pytest.raises(Refused):
        own(world, cycle)
    mine = changing_actions.add(cycle=cycle, node=world.ek_team, fields=fields(level="team"), by=None)
    assert [t.node for t in mine.tasks.all()] == [world.ek_team]
    with pytest.raises(Refused), transaction.atomic():
        changing_actions.add(cycle=cycle, node=world.ek_team, fields=fields(level="unit"), by=None)


def test_a_year_is_closed_when_nothing_is_left_and_then_stands(world, today):
    cycle, by = published(world), world.person("quality")
    done = Task.objects.get(activity=of(cycle, "6"), node=world.bjork)
    tick(world, done)
    with pytest.raises(Refused), transaction.atomic():
        closing_actions.close(cycle=cycle, expected=fresh(cycle).version, by=by)
    today(dt.date(2027, 7, 1))
    with pytest.raises(Refused, match="10"), transaction.atomic():
        closing_actions.close(cycle=cycle, expected=fresh(cycle).version, by=by)
    with pytest.raises(Refused), transaction.atomic():
        closing_actions.drop(cycle=cycle, tasks=[done.pk], reason="Är klar", by=by)  # what is done is not dropped
    closing_actions.drop(cycle=cycle, tasks=set(all_ids(cycle)) - {done.pk}, reason="Hanns inte med.", by=by)
    closing_actions.close(cycle=cycle, expected=fresh(cycle).version, by=by)
    done.refresh_from_db()
    assert (done.outcome, done.how["by"]) == ("done", "Ragnar Björk")
    assert done.how["words_sv"] and done.how["words_en"] and done.how["at"]
    counted = queries.compared([fresh(cycle)])[cycle.pk]
    assert (counted["tasks"], counted["dropped"], counted["in_time"] + counted["late"]) == (11, 10, 1)
    for statement in (
        "UPDATE wheel_task SET outcome = '' WHERE outcome = 'dropped'",
        "UPDATE wheel_activity SET title_sv = 'Annat'",
        "UPDATE wheel_annualcycle SET title = 'Annat'",
        "INSERT INTO wheel_tick SELECT gen_random_uuid(), false, '', now(), NULL, id FROM wheel_task",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(Refused):
        changing_actions.change(activity=of(cycle, "6"), expected=1, fields={"title_sv": "Nej"}, by=by)


def test_what_is_undone_goes_on_in_a_later_year_for_those_alone(world, today):
    cycle, by = published(world), world.person("quality")
    later = actions.carry_on(previous=cycle, period=NEXT, by=by)
    with pytest.raises(Refused), transaction.atomic():  # nothing goes on in a draft
        closing_actions.carry_over(cycle=cycle, tasks=ids(cycle, "3"), to=later, ends=dt.date(2027, 9, 1), by=by)
    actions.publish(cycle=later, expected=1, by=by)
    today(dt.date(2027, 7, 1))
    chosen = [t.pk for t in of(cycle, "3").tasks.filter(node__in=[world.bjork, world.ek])]
    closing_actions.carry_over(cycle=cycle, tasks=chosen, to=later, ends=dt.date(2027, 9, 1), reason="Sjukdom", by=by)
    went = Task.objects.get(activity=of(cycle, "3"), node=world.bjork)
    assert (went.outcome, went.carried_to, went.reason) == ("carried", later, "Sjukdom")
    goes_on = Activity.objects.get(cycle=later, continues=of(cycle, "3"))
    assert (goes_on.starts, goes_on.ends, goes_on.number) == (dt.date(2027, 7, 1), dt.date(2027, 9, 1), "3")
    assert {t.node for t in goes_on.tasks.all()} == {world.bjork, world.ek}
    third = actions.carry_on(previous=later, period="2028/29", by=by)
    assert third.activities.filter(number="3").count() == 1  # what was left over is not next year's
    with pytest.raises(Refused), transaction.atomic():
        closing_actions.carry_over(cycle=cycle, tasks=chosen, to=later, ends=dt.date(2027, 9, 1), by=by)
    with pytest.raises(Refused), transaction.atomic():
        closing_actions.carry_over(cycle=later, tasks=ids(later, "6"), to=cycle, ends=dt.date(2027, 6, 1), by=by)


@pytest.fixture
def two_years(world, today):
    """2026/27, which is over, and 2027/28; both published."""

    def made(**said):
        cycle = published(world, **said)
        later = actions.carry_on(previous=cycle, period=NEXT, by=None)
        actions.publish(cycle=later, expected=1, by=None)
        return cycle, later

    return made


SEPTEMBER = dt.date(2027, 9, 1)


def carried(cycle, later, tasks, by=None):
    return closing_actions.carry_over(cycle=cycle, tasks=tasks, to=later, ends=SEPTEMBER, by=by)


def test_a_place_that_has_taken_over_anothers_task_carries_one_on(world, today, two_years):
    cycle, later = two_years()
    for name, note in (("bjork", "Vi väntar på lokalen."), ("ek", "Halva är klart.")):
        Task.objects.filter(activity=of(cycle, "6"), node=getattr(world, name)).update(note=note)
    organisation.merge_nodes(predecessors=[world.bjork], successor=world.ek, on_date=TODAY, with_below=True, by=None)
    jobs.follow(timestamp=0)
    today(dt.date(2027, 7, 1))
    with override("sv"):
        places = sorted(closing.place_of(t) for t in closing.tasks_of_activity(of(cycle, "6")))
    assert places == ["Ekskolan", "Ekskolan (tidigare Björkskolan)", "Lindens förskola"]
    carried(cycle, later, ids(cycle, "6"))
    new = {t.node: t for t in Task.objects.filter(activity__continues=of(cycle, "6"))}
    assert set(new) == {world.ek, world.lind} and new[world.ek].original == world.ek
    assert new[world.ek].note == "Halva är klart.\n\nBjörkskolan: Vi väntar på lokalen."
    both = list(of(cycle, "6").tasks.filter(node=world.ek).values_list("pk", flat=True))
    closing_actions.take_back(cycle=cycle, tasks=both[:1], by=None)
    new[world.ek].refresh_from_db()
    assert new[world.ek].outcome == ""  # it still stands for the other
    closing_actions.take_back(cycle=cycle, tasks=both[1:], by=None)
    new[world.ek].refresh_from_db()
    assert new[world.ek].outcome == "dropped"


def test_goals_that_are_carried_over_are_still_for_the_year_they_were_for(world, today, two_years):
    cycle, later = two_years()
    said = {"done_check": "goals", "level": "unit", "role": "principal", "node": cycle.node, "kind": "decision"}
    day = dt.date(2027, 6, 1)
    old = [
        Activity.objects.create(cycle=cycle, title_sv=name, starts=day, ends=day, done_with={"period": name}, **said)
        for name in ("own", "next", "before")
    ]
    new = Activity.objects.create(
        cycle=later, title_sv="Årets egna", starts=SEPTEMBER, ends=SEPTEMBER, done_with={"period": "own"}, **said
    )
    for one in (*old, new):
        Task.objects.create(activity=one, node=world.bjork, original=world.bjork)
    today(dt.date(2027, 7, 1))
    carried(cycle, later, [one.tasks.get().pk for one in old])
    goes_on = {a.title_sv: a for a in Activity.objects.filter(cycle=later).exclude(continues=None)}
    assert {name: a.done_with["period"] for name, a in goes_on.items()} == {
        "own": "before", "next": "own", "before": "2025/26",
    }  # fmt: skip

    def shown():
        tasks = Task.objects.filter(activity__cycle=later, activity__done_check="goals").select_related(
            "activity__cycle"
        )
        found = evidence_of(list(tasks))
        return {t.activity.title_sv for t in tasks if t.pk in found}

    goal_decided(world, period="2026/27")
    assert shown() == {"own"}
    goal_decided(world, period="2027/28")
    assert shown() == {"own", "next", "Årets egna"}  # what shows it done does so for what was carried over too
    goal_decided(world, period="2025/26")
    assert shown() == {"own", "next", "Årets egna", "before"}
    assert period_from("before", NEXT, "2028/29") == "2026/27"  # carried over once more


def test_what_was_carried_over_is_taken_back_as_long_as_nothing_is_done_on_it(world, today, two_years):
    cycle, later = two_years()
    today(dt.date(2027, 7, 1))
    carried(cycle, later, ids(cycle, "6"))
    goes_on = Activity.objects.get(continues=of(cycle, "6"))
    begun = goes_on.tasks.get(node=world.ek)
    tick(world, begun)
    with pytest.raises(Refused), transaction.atomic():
        closing_actions.take_back(cycle=cycle, tasks=ids(cycle, "6"), by=None)
    Tick.objects.create(task=begun, done=False, made_by=None)
    assert closing_actions.take_back(cycle=cycle, tasks=ids(cycle, "6"), by=None) == 3
    assert open_of(cycle, "6") == {"Björkskolan", "Ekskolan", "Lindens förskola"}
    goes_on.refresh_from_db()
    assert (goes_on.tasks.filter(outcome="").count(), goes_on.cancelled_at is None, goes_on.sequence) == (0, False, 1)
    carried(cycle, later, ids(cycle, "6"))  # and once more


def test_what_was_dropped_can_be_taken_back_and_each_time_they_are_told(world, today, two_years, monkeypatch):
    cycle, later = two_years()
    said = []
    monkeypatch.setattr(mailing, "send_each", lambda *, template, letters, **_: said.append((template, len(letters))))
    closing_actions.drop(cycle=cycle, tasks=ids(cycle, "6"), reason="Nej", by=world.person("principal_ek"))
    assert closing_actions.take_back(cycle=cycle, tasks=ids(cycle, "6"), by=None) == 3
    assert len(open_of(cycle, "6")) == 3
    carried(cycle, later, ids(cycle, "6"))
    assert said == [("wheel/email/dropped", 2), ("wheel/email/reopened", 3), ("wheel/email/carried", 3)]


def test_what_is_late_stands_first(world):
    standing = closing.standing(published(world), TODAY)
    assert [(s.activity.number, s.late) for s in standing] == [
        ("1", True), ("2", True), ("3", False), ("4", False), ("5", False), ("6", False),
    ]  # fmt: skip
    assert standing[2].undone == 3


def test_what_units_have_added_is_decided_on_as_one_or_by_themselves(world, client, today):
    """And the page asks as much of the database, and is as long, however many have added something."""
    cycle = published(world)
    mine, theirs = own(world, cycle), own(world, cycle, node=world.ek, who="principal_ek", title="Ekdagen")
    client.force_login(world.person("quality"))
    close = reverse("wheel:year_close", args=[cycle.pk])
    with CaptureQueriesContext(connection) as few:
        short = len(client.get(close).content)
    for number in range(6):
        own(world, cycle, title=f"Till {number}")
    with CaptureQueriesContext(connection) as many:
        page = client.get(close)
    assert len(many) == len(few) and abs(len(page.content) - short) < 50
    assert page.context["units_own"].undone == 8 and "Ekdagen" not in page.content.decode()

    client.force_login(world.person("principal"))
    settle = reverse("wheel:year_settle", args=[cycle.pk, mine.pk])
    sent = {"tasks": [str(mine.tasks.get().pk)], "what": "drop", "reason": "Snö."}
    assert client.post(settle, {**sent, "confirmed": "1", "count": "1"}).url == reverse("wheel:year", args=[cycle.pk])
    assert mine.tasks.get().outcome == "dropped"
    assert "Den ska göras i år ändå" in client.get(settle).content.decode()
    client.post(reverse("wheel:year_take_back", args=[cycle.pk, mine.pk]))
    assert mine.tasks.get().outcome == ""
    closing_actions.drop(cycle=cycle, tasks=[mine.tasks.get().pk], reason="Snö.", by=None)
    for other in (theirs, of(cycle, "6")):
        assert client.get(reverse("wheel:year_settle", args=[cycle.pk, other.pk])).status_code in (403, 404)

    client.force_login(world.person("quality"))
    one = of(cycle, "6").pk
    many_page = f"{reverse('wheel:year_settle_many', args=[cycle.pk])}?egna=1&aktivitet={one}"
    sent = {"what": "drop", "reason": "Hanns inte med."}
    asked = client.post(many_page, sent)
    assert asked.context["tasks"] == 10 and asked.context["count"] == 8  # 7 of units, and three places of number 6
    tick(world, of(cycle, "6").tasks.get(node=world.ek))
    assert client.post(many_page, {**sent, "confirmed": "1", "count": "10"}).context["tasks"] == 9  # asks once more
    assert client.post(many_page, {**sent, "confirmed": "1", "count": "9"}).url == close
    assert open_of(cycle, "6") == {"Ekskolan"} and theirs.tasks.get().reason == "Hanns inte med."
    client.post(reverse("wheel:year_take_back_own", args=[cycle.pk]))
    assert not Task.objects.exclude(activity__node=cycle.node).exclude(outcome="").exists()


def test_the_pages_of_closing(world, client, today):
    cycle, by = published(world), world.person("quality")
    client.force_login(by)
    close = reverse("wheel:year_close", args=[cycle.pk])
    page = client.get(close).content.decode()
    assert page.index("1 Aktivitet 1") < page.index("3 Aktivitet 3") and "Stängs" not in page
    settle = reverse("wheel:year_settle", args=[cycle.pk, of(cycle, "3").pk])
    chosen = [str(pk) for pk in ids(cycle, "3")]
    refused = client.post(settle, {"tasks": chosen, "what": "drop", "reason": " "})
    assert refused.status_code == 200 and "Skriv varför den stryks." in refused.content.decode()
    sent = {"tasks": chosen[:1], "what": "drop", "reason": "Nej"}
    assert "1 uppgift stryks" in client.post(settle, sent).content.decode()
    assert client.post(settle, {**sent, "confirmed": "1", "count": "1"}).url == close
    again = client.post(settle, {**sent, "confirmed": "1", "count": "1"})  # ended already
    assert again.status_code == 200 and Task.objects.filter(outcome="dropped").count() == 1
    client.post(reverse("wheel:year_take_back", args=[cycle.pk, of(cycle, "3").pk]))
    closing_actions.drop(cycle=cycle, tasks=all_ids(cycle), reason="Slut", by=by)
    today(dt.date(2027, 7, 1))
    client.post(close, {"version": fresh(cycle).version})
    assert fresh(cycle).state == "closed"
    table = client.get(reverse("wheel:years")).content.decode()
    assert fresh(cycle).get_state_display() in table and ">11<" in table


def test_the_mail_says_which_places_and_where_to_read_and_no_more(world):
    person = world.person("principal")
    words = {"node": "Ekköpings kommun", "place": "Björkskolan", "period": "2026/27", "more": "2"}
    for what in ("added", "cancelled", "carried", "changed", "dropped", "moved", "reopened"):
        for person.language, said in (("sv", "sitt år"), ("en", "its year")):
            mail = mailing.message(person, f"wheel/email/{what}", words, "/arshjul/uppgift/1/", "1")
            assert f"{said} 2026/27" in mail.subject and "\n" not in mail.subject
            assert mail.subject.startswith("Ekköpings kommun ") and mail.body.startswith(mail.subject + ".")
            more = {"sv": "Björkskolan och 2 till.", "en": "Björkskolan and 2 more."}[person.language]
            assert more in mail.body and mail.body.count("/arshjul/uppgift/1/") == 1
    alone = mailing.message(person, "wheel/email/moved", {**words, "more": ""}, "/arshjul/uppgift/1/", "1")
    assert "It concerns Björkskolan." in alone.body


def test_a_unit_cancels_its_own_and_the_year_above_stands(world, client):
    cycle = published(world)
    mine = own(world, cycle)
    client.force_login(world.person("principal"))
    address = reverse("wheel:activity_cancel", args=[mine.pk])
    assert client.post(address, {"version": mine.version, "reason": "Snö."}).status_code == 302
    mine.refresh_from_db()
    assert (mine.cancelled_reason, mine.sequence) == ("Snö.", 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.objects.filter(pk=of(cycle, "6").pk).update(node=world.bjork)  # what is from above is not taken over


def test_a_unit_comes_in_through_its_page(world, client):
    cycle = published(world, units=[world.ek])
    client.force_login(world.person("quality"))
    page = reverse("wheel:year_units", args=[cycle.pk])
    assert "Björkskolan" in client.get(page).content.decode()
    assert client.post(page, {"unit": "ingen"}).url == page
    assert client.post(page, {"unit": str(world.bjork.pk)}).status_code == 302
    assert open_of(cycle, "6") == {"Ekskolan", "Björkskolan"}
