"""Meetings: planned, called with their material frozen, moved, held by many at once, minuted once and for all."""

import datetime as dt
import json

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from styrkedja.access.gate import Access
from styrkedja.analyses.models import EarlierText
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.models import AuditEvent
from styrkedja.dialogues.meetings import (
    agreed_actions,
    calling_actions,
    holding_actions,
    minutes_actions,
    planning_actions,
    proposing,
    queries,
    reading,
)
from styrkedja.dialogues.meetings.catalogue import kinds
from styrkedja.dialogues.models import (
    AgendaPoint,
    AgreedPoint,
    Material,
    Meeting,
    MeetingNode,
    MeetingPerson,
    MeetingQuestion,
    Minutes,
    PointNote,
    Proposal,
)
from styrkedja.documents.hashing import content_hash
from tests.dialogues import meeting as m
from tests.dialogues.talking import open_kinds

pytestmark = pytest.mark.django_db


def mails(template: str) -> list[str]:
    """To whom mails of a template are queued."""
    jobs = ProcrastinateJob.objects.filter(task_name="organisation.send").values_list("args", flat=True)
    return sorted(a["person"] for a in jobs if a["template"] == f"dialogues/meetings/email/{template}")


def ids(world, *keys: str) -> list[str]:
    return sorted(str(world.person(key).pk) for key in keys)


def refused_by_database(act) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        act()


# Planning.


def test_a_plan_calls_those_the_kind_usually_calls_and_tells_nobody(world):
    meeting = m.plan(world)
    people = set(MeetingPerson.objects.filter(meeting=meeting).values_list("person__name", flat=True))
    assert people == {"Ragnar Björk", "Filip Förste", "Hanna Förvaltning", "Stig Skolchef", "Karin Kvalitet"}
    assert meeting.title == "Betygsdialog Björkskolan"
    assert meeting.state == "planned"
    assert list(meeting.agenda.values_list("number", flat=True)) == [1, 2, 3, 4, 5]
    assert not ProcrastinateJob.objects.filter(task_name="organisation.send").exists()


def test_a_dialogue_day_calls_the_committee_and_a_team_meeting_the_team(world):
    day = m.plan(world, "dialogdag", concerns=[world.bjork, world.ek])
    assert {"Pia Nämnd", "Ragnar Björk", "Ebba Ek"} <= set(day.people.values_list("person__name", flat=True))
    team = m.plan(world, "arbetslagsmote", node=world.bjork_team, concerns=[world.bjork_team], who="team_lead")
    assert set(team.people.values_list("person__name", flat=True)) == {"Tove Arbetslag", "Lars Lärare"}


def test_what_was_agreed_last_time_opens_the_next(world):
    last = m.minuted(world, day=m.day(-30))
    older = AgreedPoint.objects.get()
    meeting = m.plan(world)
    assert meeting.follows == last
    assert meeting.agenda.first().title == "Sedan förra mötet"
    assert queries.since_last(m.fresh(meeting)) == [older]
    assert m.plan(world, "ska_dag", concerns=[world.bjork]).follows is None
    m.called(world)
    other = m.plan(world, node=world.administration)
    assert other.follows is None


def test_what_a_meeting_before_the_last_left_open_is_not_forgotten(world):
    m.minuted(world, day=m.day(-60))
    forgotten = AgreedPoint.objects.get()
    m.minuted(world, day=m.day(-30))
    open_ones = queries.since_last(m.fresh(m.plan(world)))
    assert forgotten in open_ones
    assert len(open_ones) == 2
    agreed_actions.done(point=forgotten, words="Gjort.", expected=forgotten.version, by=world.person("principal"))
    assert forgotten not in queries.since_last(m.fresh(m.plan(world)))


@pytest.mark.parametrize(
    ("kind", "first", "then", "follows"),
    [
        ("betygsdialog", ["bjork"], ["ek"], False),
        ("betygsdialog", ["bjork"], ["bjork"], True),
        ("analysseminarium", ["bjork", "lind"], ["ek"], False),
        ("analysseminarium", ["bjork", "lind"], ["ek", "lind"], True),
        ("ska_dag", ["bjork"], ["ek"], True),
    ],
)
def test_a_dialogue_with_one_school_does_not_follow_that_with_another(world, kind, first, then, follows):
    last = m.minuted(world, kind, day=m.day(-30), concerns=[getattr(world, key) for key in first])
    meeting = m.called(world, kind, concerns=[getattr(world, key) for key in then])
    assert (meeting.follows == last) is follows
    gathered = json.dumps([row.body for row in Material.objects.filter(meeting=meeting)], ensure_ascii=False)
    assert ("gemensamma lektionsstarter" in gathered) is follows
    assert bool(queries.since_last(m.fresh(meeting))) is follows
    assert (meeting.agenda.first().title == "Sedan förra mötet") is follows


def test_a_subject_group_follows_that_of_its_subject(world):
    said = {"concerns": [world.bjork, world.ek]}
    maths = m.minuted(world, "amnesgrupp", subject="mat", day=m.day(-40), **said)
    swedish = m.minuted(world, "amnesgrupp", subject="sve", day=m.day(-20), **said)
    assert swedish.follows is None
    assert m.plan(world, "amnesgrupp", subject="mat", **said).follows == maths
    other = m.plan(world, "amnesgrupp", subject="eng", **said)
    by = world.person("quality")
    planning_actions.change(meeting=other, fields={"subject": "sve"}, expected=other.version, by=by)
    assert m.fresh(other).follows == swedish


def test_meetings_planned_in_august_open_with_what_the_one_before_agreed(world):
    first, second = m.plan(world, day=m.day(-10)), m.plan(world)
    assert second.follows is None
    m.call(world, first)
    m.agree(world, first, "Läs tillsammans.")
    m.hold(world, first)
    m.minute(world, first)
    m.call(world, second)
    assert m.fresh(second).follows == first
    titles = list(second.agenda.values_list("number", "title"))
    assert titles[0] == (1, "Sedan förra mötet") and [n for n, _title in titles] == [1, 2, 3, 4, 5, 6]
    body = Material.objects.get(meeting=second, gatherer="agreed_points").body
    assert [point["what"] for point in body["points"]] == ["Läs tillsammans."]


def test_an_opening_that_was_taken_out_does_not_come_back(world):
    m.minuted(world, day=m.day(-30))
    meeting = m.plan(world)
    planning_actions.remove_point(point=m.point(meeting), by=world.person("quality"))
    m.call(world, meeting)
    assert not meeting.agenda.filter(opening=True).exists()


def test_the_agenda_is_added_to_changed_moved_and_taken_from(world):
    meeting, by = m.plan(world), world.person("quality")
    planning_actions.add_point(meeting=meeting, title=" Övrigt ", text="", minutes=None, by=by)
    planning_actions.move_point(point=m.point(meeting, 6), up=True, by=by)
    planning_actions.move_point(point=m.point(meeting, 1), up=True, by=by)  # no higher
    planning_actions.remove_point(point=m.point(meeting, 1), by=by)
    titles = list(meeting.agenda.values_list("number", "title"))
    assert titles[3] == (4, "Övrigt")
    assert [n for n, _title in titles] == [1, 2, 3, 4, 5]
    row = m.point(meeting, 4)
    planning_actions.change_point(point=row, title="Sist", text="Ord", minutes=5, expected=row.version, by=by)
    with pytest.raises(Conflict) as told:
        planning_actions.change_point(point=m.point(meeting, 4), title="Nej", text="", minutes=None, expected=1, by=by)
    assert told.value.current.title == "Sist"
    with pytest.raises(Refused):
        planning_actions.add_point(meeting=meeting, title="  ", text="", minutes=None, by=by)


def test_a_point_on_which_something_is_written_stays(world):
    meeting = m.called(world)
    m.note(world, meeting, "Något viktigt", number=2)
    with pytest.raises(Refused, match=r"stays|kvar"):
        planning_actions.remove_point(point=m.point(meeting, 2), by=world.person("quality"))


# The call.


def test_the_call_freezes_the_material_and_tells_those_called(world):
    meeting = m.called(world)
    assert meeting.state == "called"
    assert mails("called") == ids(world, "principal", "lead_teacher", "head", "chief", "quality")
    rows = Material.objects.filter(meeting=meeting).values_list("edition", "number", "gatherer")
    assert list(rows) == [(1, 1, "agreed_points"), (1, 2, "grades_and_tests"), (1, 3, "effects")]
    job = ProcrastinateJob.objects.filter(task_name="organisation.send").values_list("args", flat=True)[0]
    assert job["path"] == reverse("dialogues:meeting", args=[meeting.pk])
    assert "Vad har förändrats" not in str(job)


def test_a_meeting_without_anybody_or_anything_is_not_called(world):
    nobody = m.plan(world, people=[])
    with pytest.raises(Refused, match=r"Nobody|Ingen"):
        m.call(world, nobody)
    empty = m.plan(world)
    empty.agenda.all().delete()
    with pytest.raises(Refused, match=r"empty|tom"):
        m.call(world, empty)
    meeting = m.plan(world)
    with pytest.raises(Conflict):
        calling_actions.call(meeting=meeting, access=Access(world.person("quality")), expected=9, by=None)
    m.call(world, meeting)
    with pytest.raises(Refused):
        m.call(world, meeting)
    assert Material.objects.filter(meeting=meeting, edition=2).count() == 0


def test_gathered_again_it_is_a_new_edition_with_a_reason(world):
    meeting, by = m.called(world), world.person("quality")
    said = {"meeting": meeting, "access": Access(by), "by": by}
    with pytest.raises(Refused):
        calling_actions.gather_again(reason=" ", expected=1, **said)
    assert calling_actions.gather_again(reason="Betygen är inlästa.", expected=1, **said) == 2
    with pytest.raises(Conflict):
        calling_actions.gather_again(reason="En gång till.", expected=1, **said)
    assert Material.objects.filter(meeting=meeting).values("edition").distinct().count() == 2
    assert set(Material.objects.filter(edition=2).values_list("reason", flat=True)) == {"Betygen är inlästa."}
    refused_by_database(lambda: Material.objects.filter(edition=2).update(reason="Annat"))


# Moving and cancelling.


def test_moved_after_the_call_it_is_another_sequence_each_time(world):
    meeting, by = m.plan(world), world.person("quality")

    def move(**fields):
        now = m.fresh(meeting)
        return planning_actions.change(meeting=now, fields=fields, expected=now.version, by=by)

    move(day=m.day(3))
    assert m.fresh(meeting).sequence == 0  # before the call nobody is told
    m.call(world, meeting)
    move(day=m.day(5))
    move(starts=dt.time(13), ends=dt.time(15))
    move(place="Aulan")
    move(day=m.day(5))  # the same is no change
    move(purpose="Läsningen")  # what for is no matter of a calendar's time
    assert m.fresh(meeting).sequence == 3
    assert mails("moved") == sorted(3 * ids(world, "principal", "lead_teacher", "head", "chief", "quality"))
    with pytest.raises(Refused):
        move(ends=dt.time(12))
    with pytest.raises(Conflict) as told:
        planning_actions.change(meeting=meeting, fields={"title": "Min"}, expected=1, by=by)
    assert told.value.current.place == "Aulan"


def test_cancelled_with_a_reason_those_called_are_told(world):
    meeting, by = m.called(world), world.person("quality")
    with pytest.raises(Refused):
        planning_actions.cancel(meeting=meeting, reason="", expected=meeting.version, by=by)
    done = planning_actions.cancel(meeting=meeting, reason="Storm.", expected=meeting.version, by=by)
    assert (done.state, done.sequence, done.cancelled_reason) == ("cancelled", 1, "Storm.")
    assert mails("cancelled") == ids(world, "principal", "lead_teacher", "head", "chief", "quality")
    with pytest.raises(Refused):
        planning_actions.cancel(meeting=m.fresh(meeting), reason="Igen", expected=done.version, by=by)
    with pytest.raises(Refused):
        m.note(world, meeting, "För sent")
    quiet = m.plan(world)
    planning_actions.cancel(meeting=quiet, reason="Ångrade mig.", expected=quiet.version, by=by)
    assert len(mails("cancelled")) == 5


@pytest.mark.parametrize("what", ["conclusion", "note", "agreed", "question", "proposal"])
def test_what_is_noted_or_agreed_is_not_cancelled_away(world, what):
    meeting, by = m.called(world, day=m.day(0 if what == "note" else 3)), world.person("quality")
    leave = {
        "conclusion": lambda: m.conclude(world, meeting, "Läsningen först."),
        "note": lambda: m.note(world, meeting, "Något viktigt"),
        "agreed": lambda: m.agree(world, meeting),
        "question": lambda: holding_actions.ask(
            meeting=meeting, node=world.bjork, text="Hur många?", due=m.day(9), by=by
        ),
        "proposal": lambda: Proposal.objects.create(
            meeting=meeting, node=world.council, kind="other", title="Läslyft", period="2025/26", position=1
        ),
    }
    leave[what]()
    with pytest.raises(Refused, match=r"noted or agreed|antecknat eller överenskommet"):
        planning_actions.cancel(meeting=meeting, reason="Storm.", expected=m.fresh(meeting).version, by=by)
    assert m.fresh(meeting).state == "called"


def test_what_is_noted_ahead_of_a_meeting_does_not_keep_it(world):
    meeting, by = m.called(world, day=m.day(3)), world.person("quality")
    m.note(world, meeting, "Det här vill jag ta upp")
    assert planning_actions.cancel(meeting=meeting, reason="Storm.", expected=meeting.version, by=by).cancelled_at


def test_places_above_the_units_can_be_concerned(world):
    tree = Access(world.person("quality")).tree
    names = [n.name for n in proposing.places(tree, world.administration)]
    assert names[:3] == ["Ekköpings kommun", "Utbildningsnämnden", "Utbildningsförvaltningen"]
    assert names[3:] == ["Björkskolan", "Ekskolan", "Lindens förskola"]
    assert [n.name for n in proposing.places(tree, world.bjork)] == ["Björkskolan", "Arbetslag 7-9"]


def test_what_a_kind_is_about_is_chosen_to_begin_with(world):
    tree = Access(world.person("quality")).tree

    def usual(kind):
        return [n.name for n in proposing.usually_concerned(tree, world.committee, kinds()[kind])]

    assert usual("ska_dag") == ["Björkskolan", "Ekskolan", "Lindens förskola"]
    assert usual("betygsdialog") == usual("analysseminarium") == []
    assert usual("presidium") == ["Utbildningsnämnden"]


def test_what_the_material_is_about_changes_before_the_call_and_not_after(world):
    meeting, by = m.plan(world), world.person("quality")
    meeting = planning_actions.change(meeting=meeting, fields={"period": "2023/24"}, expected=1, by=by)
    assert meeting.period == "2023/24"
    meeting = m.call(world, meeting)
    with pytest.raises(Refused):
        planning_actions.change(meeting=meeting, fields={"period": "2024/25"}, expected=meeting.version, by=by)


def test_held_by_mistake_it_is_opened_again_until_there_are_minutes(world):
    meeting, by = m.called(world), world.person("quality")
    held = m.hold(world, meeting)
    again = holding_actions.reopen(meeting=held, expected=held.version, by=by)
    assert (again.state, again.held_at) == ("called", None)
    m.hold(world, meeting)
    m.minute(world, meeting)
    with pytest.raises(Refused):
        holding_actions.reopen(meeting=meeting, expected=m.fresh(meeting).version, by=by)


def test_a_substitute_who_came_is_added_once_it_is_held(world):
    meeting, by = m.called(world, people=["principal"]), world.person("quality")
    came = {world.person("lead_teacher").pk: world.bjork.pk, world.person("principal").pk: world.bjork.pk}
    with pytest.raises(Refused):
        holding_actions.add_who_came(meeting=meeting, people=came, by=by)
    m.hold(world, meeting)
    holding_actions.add_who_came(meeting=meeting, people=came, by=by)
    said = dict(MeetingPerson.objects.filter(meeting=meeting).values_list("person__name", "attended"))
    assert said == {"Ragnar Björk": None, "Filip Förste": True}
    m.minute(world, meeting)
    with pytest.raises(Refused):
        holding_actions.add_who_came(meeting=meeting, people={world.person("health").pk: world.bjork.pk}, by=by)


def test_another_place_after_the_call_is_said_and_gathered_again(world):
    meeting, by = m.called(world), world.person("quality")
    nodes = [world.ek]
    assert not reading.gathered_elsewhere(meeting, [world.bjork])
    called = {world.person("principal_ek").pk: world.ek.pk}
    planning_actions.set_called(meeting=meeting, concerns=nodes, called=called, expected=meeting.version, by=by)
    assert m.fresh(meeting).title == "Betygsdialog Ekskolan"
    assert reading.gathered_elsewhere(meeting, nodes)
    calling_actions.gather_again(meeting=meeting, access=Access(by), reason="Annan skola.", expected=1, by=by)
    assert not reading.gathered_elsewhere(meeting, nodes)
    assert mails("gathered") == ids(world, "principal_ek")


def test_minutes_of_a_kind_for_the_called_are_sent_to_them_alone(world):
    for kind, told in (("resursdialog", ["head", "quality"]), ("verksamhetsdialog", ["head", "principal", "quality"])):
        ProcrastinateJob.objects.all().delete()
        m.minuted(world, kind, people=["quality"])
        assert mails("minuted") == ids(world, *told), kind


def test_whoever_is_added_or_taken_away_after_the_call_is_told(world):
    meeting, by = m.called(world, people=["principal", "lead_teacher"]), world.person("quality")
    called = {world.person("principal").pk: world.bjork.pk, world.person("health").pk: world.bjork.pk}
    said = {"concerns": [world.bjork, world.ek], "called": called}
    planning_actions.set_called(meeting=meeting, expected=meeting.version, by=by, **said)
    assert mails("called") == ids(world, "health", "lead_teacher", "principal")
    assert mails("not_called") == ids(world, "lead_teacher")
    assert set(queries.concerned_ids(meeting)) == {world.bjork.pk, world.ek.pk}
    with pytest.raises(Conflict):
        planning_actions.set_called(meeting=meeting, expected=meeting.version, by=by, **said)
    with pytest.raises(Refused):
        now = m.fresh(meeting)
        planning_actions.set_called(meeting=now, concerns=[world.bjork], called={}, expected=now.version, by=by)


# During.


def test_each_writes_a_note_of_their_own(world):
    meeting = m.called(world)
    with pytest.raises(Refused):
        m.note(world, m.plan(world), "Innan någon är kallad")
    first = m.note(world, meeting, "Min iakttagelse")
    m.note(world, meeting, "En annan syn", who="lead_teacher")
    assert PointNote.objects.count() == 2
    again = m.note(world, meeting, "Min iakttagelse", expected=0)  # a repeated save is answered as it was
    assert again.version == 1
    with pytest.raises(Conflict) as told:
        m.note(world, meeting, "Från ett annat fönster", expected=0)
    assert told.value.current.text == "Min iakttagelse"
    assert m.note(world, meeting, "Båda", expected=first.version).version == 2


def test_a_conclusion_is_one_text_and_anothers_words_are_kept(world):
    meeting = m.called(world)
    m.conclude(world, meeting, "Karins ord")
    row = m.point(meeting)
    with pytest.raises(Conflict):
        holding_actions.save_conclusion(point=row, text="Hannas", expected=row.version - 1, by=world.person("head"))
    m.conclude(world, meeting, "Hannas ord", who="head")
    kept = EarlierText.objects.get(row_id=row.pk)
    assert (kept.fields, kept.by) == ({"text": "Karins ord"}, world.person("quality"))


def test_renaming_a_point_is_not_writing_its_conclusion(world):
    meeting = m.called(world)
    m.conclude(world, meeting, "Karins ord", who="quality")
    row, head = m.point(meeting), world.person("head")
    said = {"title": "Ny rubrik", "text": "", "minutes": None}
    planning_actions.change_point(point=row, expected=row.version, by=head, **said)
    m.conclude(world, meeting, "Hannas ord", who="head")
    kept = EarlierText.objects.get(row_id=row.pk)
    assert (kept.fields, kept.by) == ({"text": "Karins ord"}, world.person("quality"))


def test_what_is_agreed_says_who_and_when(world):
    meeting = m.called(world)
    mine = m.agree(world, meeting, holder=world.person("principal"))
    theirs = m.agree(world, meeting, "Se över schemat.")
    for wrong in ({"what": " "}, {"due": m.day(-1)}, {"holder": world.person("principal_ek")}):
        with pytest.raises(Refused):
            m.agree(world, meeting, **wrong)
    assert set(queries.open_agreed(world.person("principal"), [world.bjork.pk])) == {mine, theirs}
    assert queries.open_agreed(world.person("principal_ek"), [world.ek.pk]) == []


def test_done_or_dropped_with_words_once(world):
    meeting, by = m.called(world), world.person("principal")
    row = m.agree(world, meeting)
    with pytest.raises(Refused):
        agreed_actions.done(point=row, words=" ", expected=1, by=by)
    agreed_actions.done(point=row, words="Alla arbetslag börjar likadant.", expected=1, by=by)
    with pytest.raises(Refused):
        agreed_actions.drop(point=row, reason="Nej", expected=2, by=by)
    other = m.agree(world, meeting)
    with pytest.raises(Conflict):
        agreed_actions.drop(point=other, reason="Läggs i planen.", expected=7, by=by)
    agreed_actions.drop(point=other, reason="Läggs i planen.", expected=1, by=by)
    assert queries.open_agreed(by, [world.bjork.pk]) == []
    refused_by_database(lambda: AgreedPoint.objects.filter(pk=row.pk).update(done_at=None))


def test_another_day_is_another_sequence_and_the_minutes_stay(world):
    meeting = m.minuted(world)
    row = AgreedPoint.objects.get(meeting=meeting)
    by = world.person("principal")
    agreed_actions.hand_on(point=row, due=m.day(40), holder=by, expected=row.version, by=by)
    row.refresh_from_db()
    assert (row.sequence, row.holder, row.due) == (1, by, m.day(40))
    assert Minutes.objects.get().body["agreed"][0]["due"] == m.day(14).isoformat()
    refused_by_database(lambda: AgreedPoint.objects.filter(pk=row.pk).update(what="Något annat"))


def test_a_question_back_is_a_request_that_is_owed_an_answer(world):
    meeting = m.called(world)
    said = {"node": world.bjork, "text": "Hur många elever gäller det?", "due": m.day(10)}
    request = holding_actions.ask(meeting=meeting, by=world.person("quality"), **said)
    assert MeetingQuestion.objects.get().request == request
    assert open_kinds(request.receivers.get()) == ["submission"]
    assert "Betygsdialog" in request.purpose
    with pytest.raises(Refused):
        holding_actions.ask(meeting=meeting, by=world.person("quality"), **{**said, "node": world.council})


# After.


def test_minutes_hold_what_was_concluded_and_agreed_and_the_notes_chosen(world):
    meeting = m.called(world)
    m.conclude(world, meeting, "Läsningen först.")
    chosen = m.note(world, meeting, "Tas med")
    m.note(world, meeting, "Tas inte med", who="lead_teacher")
    m.agree(world, meeting, holder=world.person("principal"))
    attended = {world.person("principal").pk: True, world.person("head").pk: False}
    holding_actions.set_attendance(meeting=meeting, attended=attended, by=world.person("quality"))
    m.hold(world, meeting)
    made = m.minute(world, meeting, [chosen.pk])
    body = made.body
    assert body["points"][0]["conclusion"] == "Läsningen först."
    assert [n["text"] for n in body["points"][0]["notes"]] == ["Tas med"]
    assert [(a["who"], a["node"]) for a in body["agreed"]] == [("Ragnar Björk", "Björkskolan")]
    assert {p["name"]: p["attended"] for p in body["people"]}["Hanna Förvaltning"] is False
    assert made.content_hash == content_hash(Minutes.objects.get().body)
    assert mails("minuted") == ids(world, "principal", "lead_teacher", "head", "chief", "quality")
    assert m.fresh(meeting).state == "minuted"


def test_what_was_written_after_the_preview_is_read_once_more(world):
    meeting = m.called(world)
    m.hold(world, meeting)
    with pytest.raises(Refused, match=r"written since|skrivits sedan"):
        now = m.fresh(meeting)
        minutes_actions.establish(meeting=now, notes=(), previewed="0" * 64, expected=now.version, by=None)
    assert m.fresh(meeting).state == "held"
    assert not Minutes.objects.exists()


def test_minutes_are_corrected_by_a_new_number_with_a_reason(world):
    meeting, by = m.minuted(world), world.person("quality")
    point = str(m.point(meeting).pk)
    said = {"meeting": meeting, "attended": {}, "by": by}
    with pytest.raises(Refused):
        minutes_actions.correct(conclusions={point: "Ny"}, reason="", expected=1, **said)
    with pytest.raises(Refused):
        minutes_actions.correct(conclusions={point: "Läsningen först."}, reason="Inget", expected=1, **said)
    made = minutes_actions.correct(conclusions={point: "Skrivningen först."}, reason="Fel ord.", expected=1, **said)
    assert (made.number, made.reason) == (2, "Fel ord.")
    first = Minutes.objects.get(number=1)
    assert first.body["points"][0]["conclusion"] == "Läsningen först."
    assert content_hash(first.body) == first.content_hash
    with pytest.raises(Conflict):
        minutes_actions.correct(conclusions={point: "Tredje."}, reason="Igen.", expected=1, **said)


def test_the_database_lets_nothing_of_minuted_words_change(world):
    meeting = m.called(world)
    m.note(world, meeting, "Min")
    m.hold(world, meeting)
    refused_by_database(lambda: Meeting.objects.filter(pk=meeting.pk).update(state="planned"))
    m.minute(world, meeting)
    of = {"meeting": meeting}
    for act in (
        lambda: AgendaPoint.objects.filter(**of).update(conclusion="Bakvägen"),
        lambda: AgendaPoint.objects.create(number=99, title="Bakvägen", **of),
        lambda: AgendaPoint.objects.filter(number=5, **of).delete(),
        lambda: PointNote.objects.update(text="Bakvägen"),
        lambda: PointNote.objects.all().delete(),
        lambda: MeetingPerson.objects.filter(**of).update(attended=True),
        lambda: MeetingPerson.objects.filter(**of).delete(),
        lambda: MeetingNode.objects.filter(**of).delete(),
        lambda: AgreedPoint.objects.create(what="Bakvägen", node=world.bjork, due=m.day(1), **of),
        lambda: Material.objects.create(edition=9, number=1, gatherer="effects", body={}, reason="x", **of),
        lambda: Meeting.objects.filter(pk=meeting.pk).update(title="Bakvägen"),
        lambda: Meeting.objects.filter(pk=meeting.pk).update(state="held"),
    ):
        refused_by_database(act)
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        Minutes.objects.all().delete()
    with pytest.raises(Refused):
        m.note(world, meeting, "För sent", expected=1)


def test_a_meeting_cannot_be_minuted_without_minutes(world):
    meeting = m.called(world)
    m.hold(world, meeting)
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.filter(pk=meeting.pk).update(state="minuted")
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_it_is_held_from_its_day_on_and_minuted_after(world):
    meeting = m.called(world, day=m.day(1))
    with pytest.raises(Refused):
        m.hold(world, meeting)
    with pytest.raises(Refused):
        m.minute(world, meeting)


def test_everything_leaves_a_trail(world):
    m.minuted(world)
    events = set(AuditEvent.objects.values_list("event", flat=True))
    wanted = {"meeting_planned", "meeting_called", "meeting_changed", "meeting_held", "minutes_established"}
    assert wanted | {"point_agreed"} <= events
    details = str(list(AuditEvent.objects.filter(event="meeting_changed").values_list("details", flat=True)))
    assert "Läsningen" not in details


def test_a_hundred_thousand_characters_are_kept_as_they_are(world):
    meeting = m.called(world)
    text = "å" * 100_000
    m.note(world, meeting, text)
    m.conclude(world, meeting, text)
    m.hold(world, meeting)
    made = m.minute(world, meeting, PointNote.objects.values_list("pk", flat=True))
    assert Minutes.objects.get(pk=made.pk).body["points"][0]["conclusion"] == text
