"""Who answers for a task, what a node sees of the year, and what stands on whose list."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from styrkedja.access.gate import Access
from styrkedja.organisation import actions
from styrkedja.organisation.models import Assignment, Person
from styrkedja.organisation.tree import tree_on
from styrkedja.wheel.calendar.events import events_of
from styrkedja.wheel.drawing.words import returned
from styrkedja.wheel.models import CycleState, DoneCheck, Task, Tick
from styrkedja.wheel.tasks.duties import duties_of
from styrkedja.wheel.tasks.reading import entries_of
from styrkedja.wheel.tasks.responsible import responsible_of, words
from styrkedja.wheel.tasks.returns import returns_of
from tests.analyses.writing import unit_established
from tests.dialogues.talking import accept, ask, hand_in, of
from tests.wheel.year import activity, day, task, tasks, year

pytestmark = pytest.mark.django_db


def tree():
    return tree_on(timezone.localdate())


def answers(one: Task) -> list[str]:
    one = task(one.activity, one.node)
    return [person.name for person in responsible_of([one], tree())[one.pk]]


def give(world, name: str, role: str, node, **said):
    person = actions.add_person(email=f"{name}@ekkoping.example", name=name, by=None)
    actions.assign_role(person=person, role=role, node=node, valid_from=dt.date(2020, 7, 1), by=None, **said)
    return person


def leave(world, who: str) -> None:
    """Their roles end yesterday."""
    Assignment.objects.filter(person=world.person(who)).update(valid_to=day(-1))


# Who answers


def test_whoever_holds_the_role_at_the_place(world):
    one = task(activity(year(world), at=[world.bjork], role="principal"), world.bjork)
    assert answers(one) == ["Ragnar Björk"]


def test_else_the_nearest_above_who_holds_it(world):
    made = activity(year(world), at=[world.administration], role="quality_lead")
    assert answers(task(made, world.administration)) == ["Karin Kvalitet"]
    give(world, "Nära", "quality_lead", world.committee)
    assert answers(task(made, world.administration)) == ["Nära"]


def test_else_those_who_answer_for_the_place_and_else_those_above(world):
    made = activity(year(world), at=[world.bjork_team, world.ek_team], role="pupil_health", level="team")
    assert answers(task(made, world.bjork_team)) == ["Elin Hälsa"]  # at the unit above
    assert answers(task(made, world.ek_team)) == ["Ebba Ek"]  # nobody has the role; nobody leads the team
    leave(world, "principal_ek")
    assert set(answers(task(made, world.ek_team))) == {"Hanna Förvaltning", "Karin Kvalitet"}


def test_it_moves_the_day_somebody_leaves_and_the_word_says_who_has_nobody(world):
    made = activity(year(world), at=[world.bjork], role="principal")
    Assignment.objects.filter(person=world.person("principal")).update(valid_to=day(0))
    assert answers(task(made, world.bjork)) == ["Ragnar Björk"]  # the last day
    leave(world, "principal")
    assert set(answers(task(made, world.bjork))) == {"Hanna Förvaltning", "Karin Kvalitet"}
    for who in ("head", "quality"):
        leave(world, who)
    assert words([], made) == "Rektor (ingen har rollen)"
    assert answers(task(made, world.bjork)) == []


def test_a_named_holder_answers_as_long_as_they_have_a_role_there(world):
    made = activity(year(world), at=[world.bjork], role="principal")
    Task.objects.filter(activity=made).update(holder=world.person("teacher"))  # within the unit
    assert answers(task(made, world.bjork)) == ["Lars Lärare"]
    leave(world, "teacher")
    assert answers(task(made, world.bjork)) == ["Ragnar Björk"]
    Task.objects.filter(activity=made).update(holder=world.person("principal_ek"))  # somewhere else
    assert answers(task(made, world.bjork)) == ["Ragnar Björk"]


def test_who_cannot_log_in_answers_for_nothing(world):
    made = activity(year(world), at=[world.bjork], role="principal")
    give(world, "Två", "principal", world.bjork)
    assert answers(task(made, world.bjork)) == ["Ragnar Björk", "Två"]
    world.person("principal").is_active = False
    world.person("principal").save()
    assert answers(task(made, world.bjork)) == ["Två"]


def test_a_role_for_a_school_form_answers_for_what_is_of_that_form(world):
    cycle = year(world)
    leave(world, "principal")
    for name, form in (("Skola", "gr"), ("Fritids", "fth")):
        give(world, name, "principal", world.bjork, school_forms=[form])
    of_school = activity(cycle, at=[world.bjork], school_forms=["gr"])
    of_all = activity(cycle, at=[world.bjork])
    assert answers(task(of_school, world.bjork)) == ["Skola"]
    assert answers(task(of_all, world.bjork)) == ["Skola", "Fritids"]


def test_as_many_queries_for_many_tasks(world, django_assert_num_queries):
    cycle = year(world)
    for role in ("principal", "pupil_health", "quality_lead") * 5:
        activity(cycle, at=[world.bjork, world.ek, world.lind, world.ek_team], role=role)
    Task.objects.filter(node=world.ek).update(holder=world.person("chief"))
    found, today = tasks(), tree()
    with django_assert_num_queries(1):
        responsible_of(found, today)


# What a node sees


def seen(world, node, *cycles) -> list[tuple[str, str, str, int]]:
    return [(e.activity.title, e.ring, e.state.value, e.places) for e in entries_of(tree(), node, cycles)]


def test_a_node_sees_its_own_tasks_those_above_and_those_below_together(world):
    cycle = year(world)
    activity(cycle, at=[world.committee], starts=1, title_sv="Nämnd")
    activity(cycle, at=[world.administration], starts=2, title_sv="Förvaltning")
    activity(cycle, at=[world.bjork, world.ek, world.lind], starts=3, title_sv="Enheter")
    activity(cycle, at=[world.bjork_team, world.ek_team], starts=4, title_sv="Lag")
    everything = [
        ("Nämnd", "committee", "coming", 1),
        ("Förvaltning", "administration", "coming", 1),
        ("Enheter", "unit", "coming", 3),
        ("Lag", "team", "coming", 2),
    ]
    assert seen(world, world.council, cycle) == everything
    assert seen(world, world.bjork, cycle) == [
        *everything[:2],
        ("Enheter", "unit", "coming", 1),
        (*everything[3][:3], 1),
    ]
    assert seen(world, world.bjork_team, cycle) == seen(world, world.bjork, cycle)
    assert [one[0] for one in seen(world, world.lind, cycle)] == ["Nämnd", "Förvaltning", "Enheter"]


def test_what_a_unit_adds_stands_there_and_in_its_teams_and_nowhere_above(world):
    cycle = year(world)
    activity(cycle, at=[world.bjork], node=world.bjork, title_sv="Egen")
    activity(cycle, at=[world.bjork_team], node=world.bjork_team, level="team", title_sv="Lagets")
    assert seen(world, world.council, cycle) == [] == seen(world, world.ek, cycle)
    assert [one[0] for one in seen(world, world.bjork, cycle)] == ["Egen"]
    assert [one[0] for one in seen(world, world.bjork_team, cycle)] == ["Egen", "Lagets"]


@pytest.mark.parametrize(
    ("starts", "ends", "state"), [(-5, -1, "late"), (-5, 0, "ongoing"), (0, 5, "ongoing"), (1, 5, "coming")]
)
def test_states_by_the_days(world, starts, ends, state):
    cycle = year(world)
    activity(cycle, at=[world.bjork, world.ek], starts=starts, ends=ends)
    assert seen(world, world.bjork, cycle)[0][2] == state == seen(world, world.council, cycle)[0][2]


def test_many_places_are_late_if_one_is_and_done_when_all_are(world):
    cycle = year(world)
    made = activity(cycle, at=[world.bjork, world.ek], starts=-9, ends=-2)
    for node, done, late, state in ((world.bjork, 1, 1, "late"), (world.ek, 2, 0, "done")):
        Tick.objects.create(task=task(made, node), done=True, made_by=world.person("quality"))
        (entry,) = entries_of(tree(), world.council, [cycle])
        assert (entry.places_done, entry.places_late, entry.state.value) == (done, late, state)
        assert entry.task is None and entry.responsible == "Rektor"


def test_what_is_decided_stands_before_what_the_work_shows(world):
    cycle = year(world)
    made = activity(cycle, at=[world.bjork, world.ek], starts=-9, ends=-2)
    Task.objects.filter(activity=made, node=world.ek).update(outcome="dropped", outcome_at=timezone.now(), reason="Nej")
    Tick.objects.create(task=task(made, world.bjork), done=True, made_by=world.person("quality"))
    assert seen(world, world.ek, cycle)[0][2] == "dropped"
    (entry,) = entries_of(tree(), world.council, [cycle])
    assert (entry.state.value, entry.places, entry.places_done, entry.places_late) == ("done", 2, 1, 0)
    made.cancelled_at, made.cancelled_reason = timezone.now(), "Sjukdom"
    made.save()
    assert seen(world, world.council, cycle)[0][2] == "cancelled" == seen(world, world.bjork, cycle)[0][2]


def test_an_entry_says_what_showed_it_done_and_who_answers(world):
    cycle = year(world)
    activity(cycle, at=[world.bjork], check=DoneCheck.DOCUMENT, done_with={"kind": "analysis"}, starts=-40, ends=-30)
    unit_established(world, period=cycle.period)
    (entry,) = entries_of(tree(), world.bjork, [cycle])
    assert (entry.state.value, entry.done.by, entry.responsible) == ("done", "Ragnar Björk", "Ragnar Björk")


def test_a_draft_has_an_entry_for_each_activity_and_no_places(world):
    cycle = year(world)
    activity(cycle, title_sv="Utkast", role="principal", starts=-9, ends=-8)
    type(cycle).objects.filter(pk=cycle.pk)
    cycle.state = CycleState.DRAFT
    assert seen(world, world.council, cycle) == [("Utkast", "unit", "coming", 0)]


def test_as_many_queries_whatever_the_year_holds(world, django_assert_num_queries):
    cycle = year(world)
    asked = {DoneCheck.DOCUMENT: {"kind": "analysis"}, DoneCheck.TICK: {}}
    for check, done_with in asked.items():
        activity(cycle, at=[world.bjork, world.ek], check=check, done_with=done_with)
        activity(cycle, at=[world.council], check=check, done_with=done_with)
    today = tree()
    with django_assert_num_queries(6):  # activities, below, tasks, windows, what shows them done, roles
        entries_of(today, world.council, [cycle])
    for check, done_with in list(asked.items()) * 6:
        activity(cycle, at=[world.bjork, world.ek, world.lind], check=check, done_with=done_with)
        activity(cycle, at=[world.council], check=check, done_with=done_with)
    with django_assert_num_queries(6):
        assert len(entries_of(today, world.council, [cycle])) == 16 - 12 + 24


# Promised feedback


def test_promised_feedback_goes_back_down_from_both_sides(world):
    cycle = year(world)
    request = ask(world)
    for node, who in ((world.bjork, "principal"), (world.ek, "principal_ek")):
        row = of(request, node)
        hand_in(world, row, who=who)
        accept(world, row)
    (given,) = returns_of(world.council, cycle, Access(world.person("quality")))
    assert (given.owes, given.to, given.from_ring, given.to_ring, given.late) == (
        "Ekköpings kommun", "2 enheter", "committee", "unit", False,
    )  # fmt: skip
    assert "studiero" in given.title and given.url == reverse("dialogues:request", args=[request.pk])
    (got,) = returns_of(world.bjork, cycle, Access(world.person("principal")))
    assert (got.owes, got.to, got.opened) == ("Ekköpings kommun", "Björkskolan", day())
    assert "studiero" in got.title and got.url
    assert returns_of(world.lind, cycle) == []


def test_what_was_asked_is_told_only_to_those_who_may_read_it(world):
    """The question is somebody's own words; everybody of the organiser sees the year."""
    cycle, request = year(world), ask(world)
    row = of(request, world.bjork)
    hand_in(world, row)
    accept(world, row)
    for node, who in (
        (world.council, "principal_ek"), (world.council, "politician"), (world.council, None),
        (world.bjork, "principal_ek"), (world.bjork, "registrar"), (world.bjork, None),
    ):  # fmt: skip
        (one,) = returns_of(node, cycle, Access(world.person(who)) if who else None)
        assert (one.title, one.url, one.to) == ("", "", "Björkskolan"), who
        assert returned(one).startswith("Återkoppling från Ekköpings kommun till Björkskolan, utlovad")
    (one,) = returns_of(world.bjork, cycle, Access(world.person("teacher")))
    assert one.title and one.url


# Lists


def mine(world, who: str) -> list[tuple[str, str, bool]]:
    return [(d.activity.title, d.state.value, d.mine) for d in duties_of(Access(world.person(who)))]


def test_what_is_late_going_on_or_near_stands_on_the_list_of_who_answers(world):
    cycle = year(world)
    for title, starts, ends in (("Sen", -20, -9), ("Pågår", -1, 3), ("Nära", 60, 70), ("Långt bort", 61, 70)):
        activity(cycle, at=[world.bjork, world.ek], title_sv=title, starts=starts, ends=ends)
    listed = [("Sen", "late", True), ("Pågår", "ongoing", True), ("Nära", "coming", True)]
    assert mine(world, "principal") == listed == mine(world, "principal_ek")
    assert mine(world, "principal_lind") == mine(world, "teacher") == mine(world, "quality") == []


def test_what_is_done_or_cancelled_or_of_no_published_year_is_on_no_list(world):
    cycle = year(world)
    made = activity(cycle, at=[world.bjork])
    assert len(mine(world, "principal")) == 1
    Tick.objects.create(task=task(made, world.bjork), done=True, made_by=world.person("principal"))
    assert mine(world, "principal") == []
    Tick.objects.create(task=task(made, world.bjork), done=False, made_by=world.person("principal"))
    assert len(mine(world, "principal")) == 1
    made.cancelled_at, made.cancelled_reason = timezone.now(), "Sjukdom"
    made.save()
    assert mine(world, "principal") == []


def test_those_who_take_part_see_it_until_its_day(world):
    cycle = year(world)
    part = [{"role": "principal", "level": "unit"}]
    activity(cycle, at=[world.administration], role="quality_lead", participants=part, title_sv="Dialog", starts=3)
    activity(cycle, at=[world.administration], role="quality_lead", participants=part, title_sv="Förra", starts=-3)
    assert mine(world, "principal") == [("Dialog", "coming", False)]
    assert mine(world, "quality") == [("Förra", "late", True), ("Dialog", "coming", True)]
    assert mine(world, "teacher") == []


def test_a_seminar_is_for_the_units_of_its_school_form_that_take_part_in_the_year(world):
    """On the list, and in the year of the place, where what is done above would stand as well."""
    part = [{"role": "principal", "level": "unit"}, {"role": "quality_lead", "level": "administration"}]
    cycle = year(world, units=[world.bjork, world.lind])
    for form in ("fs", "gr"):
        activity(
            cycle, at=[world.administration], role="quality_lead", participants=part, school_forms=[form],
            title_sv=f"Seminarium {form}", starts=3,
        )  # fmt: skip
    activity(cycle, at=[world.lind], role="principal", title_sv="Eget", starts=4, school_forms=["gr"])
    assert mine(world, "principal_lind") == [("Seminarium fs", "coming", False), ("Eget", "coming", True)]
    assert mine(world, "principal") == [("Seminarium gr", "coming", False)]
    assert mine(world, "principal_ek") == []
    assert [one.title for one in events_of(Access(world.person("principal_lind")))] == ["Seminarium fs", "Eget"]
    assert [one[0] for one in seen(world, world.lind, cycle)] == ["Seminarium fs", "Eget"]
    assert [one[0] for one in seen(world, world.bjork_team, cycle)] == ["Seminarium gr"]
    assert seen(world, world.ek, cycle) == []
    assert len(seen(world, world.administration, cycle)) == 3
    give(world, "Förskolans", "quality_lead", world.administration, school_forms=["fs"])
    assert [one.activity.title for one in duties_of(Access(Person.objects.get(name="Förskolans")))] == ["Seminarium fs"]


def test_what_places_below_do_is_for_whoever_is_over_such_a_place_and_once(world):
    part = [{"role": "principal", "level": "unit"}]
    activity(
        year(world), at=[world.ek_team], role="team_lead", participants=part, school_forms=["gr"],
        title_sv="Lagets gr", starts=3,
    )  # fmt: skip
    assert mine(world, "principal_lind") == []
    assert mine(world, "principal_ek") == [("Lagets gr", "coming", True)]  # once, though it is part of it as well


def test_whoever_takes_part_in_what_many_places_do_sees_it_once(world):
    part = [{"role": "quality_lead", "level": "council"}]
    activity(year(world), at=[world.bjork, world.ek, world.lind], participants=part, title_sv="Besök", starts=3)
    assert mine(world, "quality") == [("Besök", "coming", False)]


def test_the_tasks_of_a_place_nobody_answers_for_are_those_aboves(world):
    cycle = year(world)
    activity(cycle, at=[world.ek, world.ek_team], title_sv="Uppgift")
    leave(world, "principal_ek")
    assert mine(world, "quality") == [("Uppgift", "ongoing", True)] * 2 == mine(world, "head")
    assert mine(world, "principal") == []


def test_a_named_holder_has_it_on_their_list(world):
    made = activity(year(world), at=[world.bjork])
    Task.objects.filter(activity=made).update(holder=world.person("teacher"))
    assert len(mine(world, "teacher")) == 1 and mine(world, "principal") == []


def test_lists_take_as_many_queries_however_long(world, django_assert_num_queries):
    cycle = year(world)
    activity(cycle, at=[world.bjork])
    access = Access(world.person("principal"))
    assert access.assignments and access.tree
    with django_assert_num_queries(5):  # who leads below, activities, tasks, roles, what shows them done
        duties_of(access)
    for _n in range(20):
        activity(cycle, at=[world.bjork, world.bjork_team])
    with django_assert_num_queries(5):
        assert len(duties_of(access)) == 41
