"""A task is done by the work: not before it, by it, and not when it is taken back."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.utils import timezone, translation

from styrkedja.analyses import actions as analysing
from styrkedja.dialogues.models import Meeting, MeetingNode, MeetingState, Minutes
from styrkedja.dialogues.requests import answer_actions, asking_actions
from styrkedja.documents import actions as documents
from styrkedja.documents.models import Document
from styrkedja.observations.models import Batch
from styrkedja.organisation import actions as organisation
from styrkedja.plans.initiatives import outcome_actions
from styrkedja.plans.models import PlanSettings
from styrkedja.wheel.checks import done_of, how_of
from styrkedja.wheel.checks.following_up import nearest_cycle
from styrkedja.wheel.checks.showing import Asked, Evidence, Row, Wanted, Window, by_day
from styrkedja.wheel.models import DoneCheck, Task, Tick
from tests.analyses.writing import begin, fill, submitted, unit_established
from tests.dialogues.talking import accept, ask, close, feedback, hand_in, of
from tests.plans import chain_of_goals as goals
from tests.plans.initiating import ongoing
from tests.wheel.year import activity, day, task, tasks, year

pytestmark = pytest.mark.django_db


def is_done(made, node) -> bool:
    one = task(made, node)
    return one.pk in done_of([one])


def own_period() -> str:
    from styrkedja.core import periods

    return periods.school_year_on(day())


# Which task the evidence is for


def window(starts, ends, year="2025/26", check="document", **asks) -> Window:
    first, last = (dt.date.fromisoformat(one) for one in (starts, ends))
    return Window(uuid4(), first, last, check, asks, ("same",), year)


def goes_to(windows, *days) -> list[int]:
    """Numbers of the windows that are shown done by evidence of these days, at one place."""
    asked = Asked(Wanted({one.id: {"p"} for one in windows}), windows, dt.date(2026, 6, 30))
    found = [Row("document", "p", [], dt.date.fromisoformat(one), "", "") for one in days]
    shown = by_day(asked, found, lambda _window, _of: True, lambda row: Evidence(row.on, "", str, str))
    return [number for number, one in enumerate(windows) if one.id in shown]


THREE = (("2025-10-01", "2025-10-31"), ("2026-02-01", "2026-02-28"), ("2026-06-01", "2026-06-15"))


@pytest.mark.parametrize(
    ("days", "done"),
    [
        (["2025-10-20"], [0]),
        (["2025-12-16"], [0]),  # 46 days after the first, 47 before the second
        (["2025-12-17"], [1]),  # 47 after, 46 before
        (["2026-04-15"], [1]),  # 46 after the second, 47 before the third
        (["2026-08-29"], [2]),  # 60 days after the year: the last that counts
        (["2026-08-30"], []),
        (["2025-06-01"], [0]),  # 30 days before the year: the first that counts
        (["2025-05-31"], []),
        (["2025-10-20", "2025-10-25"], [0]),  # two in October are not February's
        (["2025-10-20", "2026-02-20", "2026-06-20"], [0, 1, 2]),
    ],
)
def test_evidence_goes_to_the_nearest_of_three_analyses(days, done):
    assert goes_to([window(*one) for one in THREE], *days) == done


def test_at_the_same_distance_to_the_earlier_then_to_the_one_that_has_none():
    two = [window("2025-10-01", "2025-10-10"), window("2025-10-20", "2025-10-30")]
    assert goes_to(two, "2025-10-15") == [0]
    overlapping = [window("2025-10-01", "2025-10-20"), window("2025-10-10", "2025-10-30")]
    assert goes_to(overlapping, "2025-10-15") == [0]
    assert goes_to(overlapping, "2025-10-15", "2025-10-16") == [0, 1]


def test_work_between_two_years_goes_to_the_year_it_lies_nearest():
    years = [window("2026-06-01", "2026-06-15"), window("2026-08-10", "2026-08-20", year="2026/27")]
    assert goes_to(years, "2026-07-10") == [0]  # 25 days after June's, 31 before August's
    assert goes_to(years, "2026-07-20") == [1]


@pytest.mark.parametrize("check", ["import", "meeting", "request"])
def test_what_returns_each_term_is_not_done_by_the_term_before(check):
    two = [window("2025-08-01", "2025-08-31", check=check), window("2026-01-18", "2026-01-22", check=check)]
    assert goes_to(two, "2025-12-03") == [0]  # nearer the second, but 46 days before it begins
    assert goes_to(two, "2025-12-04") == [1]
    assert goes_to(two[1:], "2025-12-03") == []


@pytest.mark.parametrize(
    ("named", "period", "taken"),
    [
        ({}, "2024/25", True),
        ({}, "2026/27", True),
        ({}, "2027/28", False),
        ({}, "2026", True),
        ({"period": "own"}, "2025/26", True),
        ({"period": "own"}, "2026", True),
        ({"period": "own"}, "2026/27", False),
        ({"period": "next"}, "2026/27", True),
        ({"period": "before"}, "2024/25", True),
        ({"period": "before"}, "2025/26", False),
    ],
)
def test_which_periods_a_document_may_be_for(named, period, taken):
    assert window("2025-10-01", "2025-10-31", **named).takes(period) is taken


# Each check


def test_a_document_is_done_when_established_and_says_by_whom(world):
    cycle = year(world)
    made = activity(cycle, at=[world.bjork, world.ek], check=DoneCheck.DOCUMENT, done_with={"kind": "analysis"})
    analysis = begin(world, period=own_period())
    fill(analysis, world.person("principal"))
    submitted(world, analysis)
    assert not is_done(made, world.bjork)
    analysing.establish(analysis=analysis, expected=analysis.document.version, by=world.person("principal"))
    done = done_of(tasks())[task(made, world.bjork).pk]
    assert (done.by, done.on) == ("Ragnar Björk", day())
    assert done.words == f"Nulägesanalys {own_period()} är fastställd"
    assert str(world.bjork.pk) in done.url
    assert not is_done(made, world.ek)


def test_what_is_handed_in_is_open_again_when_it_is_returned(world):
    handed = {"kind": "analysis", "state": "submitted"}
    made = activity(year(world), at=[world.bjork], check=DoneCheck.DOCUMENT, done_with=handed)
    analysis = begin(world, period=own_period())
    fill(analysis, world.person("principal"))
    assert not is_done(made, world.bjork)
    submitted(world, analysis)
    assert is_done(made, world.bjork)
    document = Document.objects.get(pk=analysis.document_id)
    documents.give_back(document=document, expected=document.version, reason="Mer om NP", by=world.person("quality"))
    assert not is_done(made, world.bjork)


def test_another_kind_and_another_year_show_nothing(world):
    cycle = year(world)
    other = activity(cycle, at=[world.bjork], check=DoneCheck.DOCUMENT, done_with={"kind": "operational_plan"})
    coming = {"kind": "analysis", "period": "next"}
    following = activity(cycle, at=[world.bjork], check=DoneCheck.DOCUMENT, done_with=coming)
    right = activity(cycle, at=[world.bjork], check=DoneCheck.DOCUMENT, done_with={"kind": "analysis"})
    unit_established(world, period=own_period())
    assert [is_done(one, world.bjork) for one in (other, following, right)] == [False, False, True]


def test_of_three_analyses_one_established_is_one_done(world):
    cycle, asked = year(world), {"kind": "analysis"}
    windows = ((-60, -50), (-5, 5), (60, 70))
    made = [
        activity(cycle, at=[world.bjork], starts=first, ends=last, check=DoneCheck.DOCUMENT, done_with=asked)
        for first, last in windows
    ]
    unit_established(world, period=own_period())
    assert [is_done(one, world.bjork) for one in made] == [False, True, False]


def test_a_publication_is_done_when_it_is_out(world):
    made = activity(year(world), at=[world.bjork], check=DoneCheck.PUBLICATION, done_with={"kind": "analysis"})
    analysis = unit_established(world, period=own_period())
    assert not is_done(made, world.bjork)
    document = Document.objects.get(pk=analysis.document_id)
    documents.publish(document=document, expected=document.version, by=world.person("head"))
    done = done_of(tasks())[task(made, world.bjork).pk]
    assert done.by == "Hanna Förvaltning" and "publicerad" in done.words


def test_whoever_is_asked_is_done_when_they_have_answered_and_not_when_it_comes_back(world):
    made = activity(year(world), at=[world.bjork, world.ek], check=DoneCheck.REQUEST)
    row = of(ask(world), world.bjork)
    assert not is_done(made, world.bjork)
    hand_in(world, row)
    assert is_done(made, world.bjork) and not is_done(made, world.ek)
    row = of(row.request, world.bjork)
    asking_actions.return_answer(
        receiver=row, reason="Mer", due=day(5), expected=row.version, by=world.person("quality")
    )
    assert not is_done(made, world.bjork)


def test_whoever_asks_is_done_when_it_is_closed(world):
    made = activity(year(world), at=[world.council], check=DoneCheck.REQUEST, done_with={"what": "question"})
    sent = activity(year(world, wheel="b"), at=[world.council], check=DoneCheck.REQUEST, done_with={"until": "sent"})
    request = ask(world, of=[world.bjork])
    assert is_done(sent, world.council)
    row = of(request, world.bjork)
    hand_in(world, row)
    accept(world, row)
    assert not is_done(made, world.council)
    feedback(world, row)
    row = of(request, world.bjork)
    answer_actions.acknowledge(receiver=row, up_to=1, by=world.person("principal"))
    close(world, request)
    assert is_done(made, world.council)


def test_figures_imported_are_done_for_all_and_an_undone_import_is_not(world):
    asked = {"sources": ["skv_slutbetyg9"]}
    made = activity(year(world), at=[world.council, world.bjork], check=DoneCheck.IMPORT, done_with=asked)
    batch = imported("skv_salsa_survey", world)
    assert not is_done(made, world.council)
    batch = imported("skv_slutbetyg9", world)
    assert is_done(made, world.council) and is_done(made, world.bjork)
    Batch.objects.filter(pk=batch.pk).update(status=Batch.Status.UNDONE)
    assert not is_done(made, world.council)


def imported(source, world) -> Batch:
    return Batch.objects.create(
        uid=uuid4(), source=source, format="local", file_name="f.csv", sha256="0" * 64, retrieved_at=timezone.now(),
        committed_at=timezone.now(), committed_by=world.person("quality"),
    )  # fmt: skip


def minuted(world, node, *concerned, kind="dialogdag") -> Meeting:
    """A meeting of a node three days ago, its minutes established."""
    meeting = Meeting.objects.create(
        node=node, original=node, kind=kind, title="Möte", period=own_period(), day=day(-3), called_at=timezone.now(),
    )  # fmt: skip
    for one in concerned:
        MeetingNode.objects.create(meeting=meeting, node=one)
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.CALLED)
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.HELD, held_at=timezone.now())
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.MINUTED)
    said = {"body": {}, "content_hash": "x", "established_by": world.person("head")}
    Minutes.objects.create(meeting=meeting, number=1, **said)
    return meeting


def test_a_meeting_is_done_by_its_minutes_for_those_it_concerns(world):
    cycle = year(world)
    made = activity(
        cycle, at=[world.council, world.bjork, world.ek], check=DoneCheck.MEETING, done_with={"kind": "dialogdag"}
    )
    meeting = Meeting.objects.create(
        node=world.council, original=world.council, kind="dialogdag", title="Dialogdag", period=own_period(),
        day=day(-3), called_at=timezone.now(),
    )  # fmt: skip
    for state in (MeetingState.CALLED, MeetingState.HELD):
        Meeting.objects.filter(pk=meeting.pk).update(state=state, held_at=timezone.now())
        assert not is_done(made, world.council)
    minuted(world, world.council, world.bjork)
    assert is_done(made, world.council) and is_done(made, world.bjork) and not is_done(made, world.ek)
    assert done_of(tasks())[task(made, world.bjork).pk].on == day(-3)


@pytest.mark.parametrize(
    ("at", "of", "done"),
    [
        ("council", "ek", ("committee", "administration")),
        ("committee", "ek", ("committee", "administration")),
        ("administration", "ek", ("committee", "administration")),
        ("council", "lone", ()),  # a unit under another committee
        ("council", None, ()),
        ("other", "lone", ()),
        ("other_office", "lone", ()),
    ],
)
def test_a_day_called_further_up_or_by_the_administration_is_the_same_day(world, at, of, done):
    """Of those that lie between the caller and its units, and of what an administration calls for."""
    added = {"valid_from": dt.date(2020, 7, 1), "by": None}
    other = organisation.add_node(parent=world.council, kind="committee", name="Gymnasienämnden", **added)
    office = organisation.add_node(parent=other, kind="administration", name="Gymnasieförvaltningen", **added)
    lone = organisation.add_node(parent=office, kind="unit", name="Gymnasiet", school_forms=["gy"], **added)
    places = {"other": other, "other_office": office, "lone": lone}
    cycle = year(world)
    made = {
        name: activity(cycle, at=[getattr(world, name)], check=DoneCheck.MEETING, done_with={"kind": "dialogdag"})
        for name in ("committee", "administration")
    }
    node = places.get(at) or getattr(world, at)
    minuted(world, node, *([places.get(of) or getattr(world, of)] if of else []))
    assert [name for name, one in made.items() if is_done(one, getattr(world, name))] == list(done)


def test_a_seminar_of_one_school_form_is_not_that_of_another(world):
    cycle, asked = year(world), {"check": DoneCheck.MEETING, "done_with": {"kind": "analysseminarium"}}
    fs, gr, everyone = (
        activity(cycle, at=[world.administration], school_forms=f, **asked) for f in (["fs"], ["gr"], [])
    )
    minuted(world, world.administration, world.bjork, world.ek, kind="analysseminarium")
    assert [is_done(one, world.administration) for one in (fs, gr, everyone)] == [False, True, True]


def test_a_decision_is_done_when_entered_and_one_that_is_replaced_is_not(world):
    made = activity(year(world), at=[world.council], check=DoneCheck.DECISION, done_with={"kind": "committee_goal"})
    goals.decision(world, kind="other", decided_on=day(-2))
    assert not is_done(made, world.council)
    entered = goals.decision(world, decided_on=day(-2), valid_from=day(-1))
    assert is_done(made, world.council)
    goals.decision(world, kind="other", decided_on=day(-1), valid_from=day(-1), replaces=entered)
    assert not is_done(made, world.council)


def test_goals_are_done_when_one_is_decided(world):
    made = activity(year(world), at=[world.bjork], check=DoneCheck.GOALS, done_with={"period": "own"})
    goals.proposed(world, period=own_period())
    assert not is_done(made, world.bjork)
    goals.decided(world, period=own_period())
    assert is_done(made, world.bjork)


def test_ticked_and_taken_back(world):
    made = activity(year(world), at=[world.bjork])
    one = task(made, world.bjork)
    assert not is_done(made, world.bjork)
    Tick.objects.create(task=one, done=True, words="Klart på APT", made_by=world.person("principal"))
    done = done_of([one])[one.pk]
    assert (done.words, done.by, done.on) == ("Klart på APT", "Ragnar Björk", day())
    Tick.objects.create(task=one, done=False, made_by=world.person("principal"))
    assert done_of([one]) == {}


# Follow-up


@pytest.mark.parametrize(
    ("starts", "ends", "how", "cycle"),
    [
        ("2026-05-01", "2026-05-31", "tertial", "2026-T1"),  # the day after tertial 1
        ("2026-04-20", "2026-04-30", "tertial", "2026-T1"),
        ("2026-02-14", "2026-02-14", "tertial", "2025-T3"),  # 45 days after it, 75 before the end of the next
        ("2026-03-20", "2026-03-20", "tertial", "2026-T1"),  # 79 and 41
        ("2026-01-10", "2026-01-20", "term", "2025-HT"),
        ("2026-06-10", "2026-06-12", "term", "2026-VT"),
    ],
)
def test_which_cycle_an_activity_follows_up(starts, ends, how, cycle):
    assert nearest_cycle(window(starts, ends), how) == cycle


def test_all_that_ran_must_be_followed_up(world):
    PlanSettings.objects.update_or_create(defaults={"follow_up": "term"})
    from styrkedja.plans.initiatives import cycles

    last = cycles.bounds(cycles.on(day(), "term"))[1]
    cycle = year(world)
    made = activity(cycle, at=[world.bjork, world.ek], starts=last, check=DoneCheck.FOLLOW_UP)
    running = [ongoing(world), ongoing(world)]
    assert not is_done(made, world.bjork)
    for number, one in enumerate(running):
        outcome_actions.follow_up(
            initiative=one, cycle=cycles.on(day(), "term"), status="as_planned", done="Allt",
            carried_out_in=[world.bjork_team.pk], by=world.person("lead_teacher"),
        )  # fmt: skip
        assert is_done(made, world.bjork) is (number == 1)
    done = done_of(tasks())[task(made, world.bjork).pk]
    assert done.by == "Filip Förste" and "2" in done.words


def test_nothing_to_follow_up_is_done_after_the_last_day_and_says_so(world):
    cycle = year(world)
    past = activity(cycle, at=[world.ek], starts=-5, ends=-1, check=DoneCheck.FOLLOW_UP)
    now = activity(cycle, at=[world.ek], starts=-5, ends=0, check=DoneCheck.FOLLOW_UP)
    assert is_done(past, world.ek) and not is_done(now, world.ek)
    assert "inget att följa upp" in done_of(tasks())[task(past, world.ek).pk].words


# The rest


def test_a_merged_place_has_the_work_of_both(world):
    made = activity(year(world), at=[world.ek], check=DoneCheck.DOCUMENT, done_with={"kind": "analysis"})
    Task.objects.filter(activity=made).update(node=world.bjork)  # Ekskolan has become part of Björkskolan
    unit_established(world, period=own_period())
    assert Task.objects.get(activity=made).original == world.ek
    assert len(done_of(tasks())) == 1


def test_a_closed_year_says_what_was_kept(world):
    made = activity(year(world), at=[world.bjork])
    how = {"words_sv": "Protokollet justerat", "words_en": "Minutes established", "by": "Rut", "at": "2026-03-02"}
    Task.objects.filter(activity=made).update(outcome="done", outcome_at=timezone.now(), how=how)
    one = task(made, world.bjork)
    assert done_of([one])[one.pk].words == "Protokollet justerat"
    with translation.override("en"):
        done = done_of([one])[one.pk]
    assert (done.words, done.by, done.on) == ("Minutes established", "Rut", dt.date(2026, 3, 2))


def test_what_is_kept_is_in_both_languages(world):
    made = activity(year(world), at=[world.bjork], check=DoneCheck.DOCUMENT, done_with={"kind": "analysis"})
    unit_established(world, period=own_period())
    kept = how_of(tasks())[task(made, world.bjork).pk]
    assert kept["words_sv"].endswith("är fastställd") and kept["words_en"].endswith("is established")
    assert (kept["by"], kept["at"]) == ("Ragnar Björk", day().isoformat())


def test_as_many_queries_for_many_tasks_as_for_few(world, django_assert_num_queries):
    cycle = year(world)
    wanted = {
        DoneCheck.DOCUMENT: {"kind": "analysis"}, DoneCheck.PUBLICATION: {"kind": "analysis"},
        DoneCheck.MEETING: {"kind": "dialogdag"}, DoneCheck.DECISION: {"kind": "other"},
        DoneCheck.IMPORT: {"sources": ["kolada"]},
    }  # fmt: skip
    for check in DoneCheck.values:
        activity(cycle, at=[world.bjork], check=check, done_with=wanted.get(check, {}))
    with django_assert_num_queries(5):
        done_of(tasks())
    for check in DoneCheck.values * 5:
        activity(cycle, at=[world.bjork, world.ek, world.lind], check=check, done_with=wanted.get(check, {}))
    with django_assert_num_queries(5):
        done_of(tasks())
