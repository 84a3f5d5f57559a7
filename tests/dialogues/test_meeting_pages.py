"""The pages of meetings: who gets in, what each sees, and that nothing grows with what is written."""

import json
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from styrkedja.core.models import AuditEvent
from styrkedja.dialogues import tasks
from styrkedja.dialogues.meetings import holding_actions, queries
from styrkedja.dialogues.models import AgreedPoint, Meeting, MeetingPerson, Minutes, PointNote, Request
from styrkedja.organisation import actions as organisation
from tests.dialogues import meeting as m
from tests.dialogues.talking import day
from tests.world import START

pytestmark = pytest.mark.django_db


def get(client, world, who, name, *args, query=""):
    client.force_login(world.person(who))
    return client.get(reverse(f"dialogues:{name}", args=args) + query)


def post(client, world, who, name, *args, data=None, **headers):
    client.force_login(world.person(who))
    sent = {"_key": str(uuid.uuid4()), **(data or {})}
    return client.post(reverse(f"dialogues:{name}", args=args), sent, headers=headers)


@pytest.mark.parametrize(
    ("who", "planned", "called", "work", "minuted"),
    [("quality", 200, 200, 200, 200), ("head", 200, 200, 200, 200), ("principal", 404, 200, 200, 200),
     ("auditor", 403, 200, 200, 200), ("chief", 403, 200, 200, 200),
     ("teacher", 404, 200, 404, 200), ("health", 404, 200, 404, 200), ("principal_ek", 404, 404, 404, 404),
     ("politician", 404, 404, 404, 404), ("operator", 403, 403, 403, 403), ("registrar", 403, 403, 403, 403)],
)  # fmt: skip
def test_what_is_planned_is_the_callers_the_work_is_the_calleds_and_minutes_are_read_where_it_concerns(
    world, client, who, planned, called, work, minuted
):
    meeting = m.plan(world, purpose="Vad gör vi åt läsningen?")

    def status(*page) -> int:
        return get(client, world, who, *page).status_code

    assert status("meeting", meeting.pk) == planned
    m.call(world, meeting)
    m.conclude(world, meeting, "Det vi kom fram till")
    point = m.agree(world, meeting)
    assert status("meeting", meeting.pk) == called
    shown = get(client, world, who, "meeting", meeting.pk).content.decode()
    for words in ("Det vi kom fram till", "gemensamma lektionsstarter", "Vad gör vi åt läsningen?", "Betygen över tid"):
        assert (words in shown) is (work == 200), words
    assert status("meeting_material", meeting.pk) == work
    assert (status("agreed", point.pk) == 200) is (work == 200)
    m.hold(world, meeting)
    m.minute(world, meeting)
    assert status("minutes", meeting.pk, 1) == minuted
    assert status("agreed", point.pk) == minuted
    assert status("meeting_material", meeting.pk) == work


@pytest.mark.parametrize(
    ("kind", "who", "read"),
    [("resursdialog", "teacher", False), ("verksamhetsdialog", "teacher", True), ("presidium", "principal_ek", False),
     ("presidium", "politician", True)],
)  # fmt: skip
def test_minutes_of_a_kind_for_the_called_are_not_read_where_it_concerns(world, client, kind, who, read):
    """The presidium is the committee's: its members read its minutes, not what is said while it goes on."""
    said = {"node": world.committee, "concerns": [world.committee]} if kind == "presidium" else {}
    meeting = m.called(world, kind, people=["quality"], **said)
    m.conclude(world, meeting, "Det vi kom fram till")
    shown = get(client, world, who, "meeting", meeting.pk)
    assert "Det vi kom fram till" not in shown.content.decode()
    m.hold(world, meeting)
    m.minute(world, meeting)
    answer = get(client, world, who, "minutes", meeting.pk, 1)
    assert ("Det vi kom fram till" in answer.content.decode()) is read


def test_those_called_take_part_whatever_their_role_until_it_ends(world, client):
    meeting = m.called(world, people=["registrar", "politician"])
    for who in ("registrar", "politician"):
        assert get(client, world, who, "meeting", meeting.pk).status_code == 200
        data = {"version": 0, "text": "x"}
        saved = post(client, world, who, "point_note", meeting.pk, m.point(meeting).pk, data=data)
        assert saved.status_code == 302
        assert post(client, world, who, "meeting_hold", meeting.pk).status_code in (403, 404)
    role = world.person("politician").assignments.get()
    organisation.end_assignment(assignment=role, last_day=m.day(-1), by=None)
    assert get(client, world, "politician", "meeting", meeting.pk).status_code == 404
    again = post(client, world, "politician", "point_note", meeting.pk, m.point(meeting).pk, data={"text": "y"})
    assert again.status_code == 404


def test_notes_are_for_those_who_take_part(world, client):
    meeting = m.called(world)
    m.note(world, meeting, "Bara för oss som är här")
    assert "Bara för oss" in get(client, world, "lead_teacher", "meeting", meeting.pk).content.decode()
    assert "Bara för oss" not in get(client, world, "auditor", "meeting", meeting.pk).content.decode()


def test_the_secretary_keeps_the_meeting_but_does_not_establish(world, client):
    meeting = m.called(world)
    Meeting.objects.filter(pk=meeting.pk).update(secretary=world.person("lead_teacher"))
    row = m.point(meeting)
    data = {"version": row.version, "text": "Skrivet av sekreteraren"}
    assert post(client, world, "lead_teacher", "point_conclusion", meeting.pk, row.pk, data=data).status_code == 302
    assert m.point(meeting).conclusion == "Skrivet av sekreteraren"
    assert post(client, world, "principal", "point_conclusion", meeting.pk, row.pk, data=data).status_code == 403
    assert "Skicka en fråga tillbaka" not in get(client, world, "lead_teacher", "meeting", meeting.pk).content.decode()
    asked = {"to": str(world.bjork.pk), "text": "Hur många?", "due": m.day(20)}
    assert post(client, world, "lead_teacher", "meeting_ask", meeting.pk, data=asked).status_code == 403
    assert not Request.objects.exists()
    m.hold(world, meeting)
    assert get(client, world, "lead_teacher", "minutes_prepare", meeting.pk).status_code == 200
    assert post(client, world, "lead_teacher", "minutes_establish", meeting.pk).status_code in (403, 404)


def test_from_plan_to_minutes_through_the_pages(world, client):
    address = reverse("dialogues:meeting_plan", args=[world.council.pk])
    client.force_login(world.person("quality"))
    assert "Dialogdag" in client.get(address).content.decode()
    sent = f"&day=2026-12-01&node={world.ek.pk}&uppgift={uuid.uuid4()}"
    assert sent.replace("&", "&amp;") in client.get(f"{address}?{sent[1:]}").content.decode()
    form = client.get(f"{address}?kind=betygsdialog{sent}").context["form"]
    assert (str(form.initial["day"]), form.initial["concerns"]) == ("2026-12-01", str(world.ek.pk))
    assert client.get(address + "?kind=betygsdialog").context["form"].initial["concerns"] == ""
    data = {"title": "Betygsdialog", "day": m.day(0), "period": "2024/25", "concerns": str(world.bjork.pk),
            "starts": "09:00", "ends": "10:30", "_key": str(uuid.uuid4())}  # fmt: skip
    for _twice in range(2):  # a double click
        answer = client.post(address + "?kind=betygsdialog", data)
    meeting = Meeting.objects.get()
    assert answer.url == reverse("dialogues:meeting", args=[meeting.pk])
    shown = client.get(answer.url).content.decode()
    assert "Skicka kallelsen" in shown and "Betygen över tid" in shown
    post(client, world, "quality", "meeting_call", meeting.pk, data={"version": meeting.version})
    shown = get(client, world, "quality", "meeting_material", meeting.pk).content.decode()
    assert "Betyg och nationella prov" in shown and "Björkskolan" in shown
    agreed = {"what": "Lästräning varje dag", "who": f"p:{world.person('principal').pk}", "due": m.day(20)}
    assert post(client, world, "quality", "meeting_agree", meeting.pk, data=agreed).status_code == 302
    assert post(client, world, "quality", "meeting_agree", meeting.pk, data={**agreed, "what": " "}).status_code == 422
    asked = {"to": str(world.bjork.pk), "text": "Hur många?", "due": m.day(20)}
    assert post(client, world, "quality", "meeting_ask", meeting.pk, data=asked).status_code == 302
    assert Request.objects.get().text == "Hur många?"
    came = {f"kom-{world.person('principal').pk}": "ja", f"kom-{world.person('head').pk}": "nej"}
    post(client, world, "quality", "meeting_came", meeting.pk, data=came)
    post(client, world, "quality", "meeting_hold", meeting.pk, data={"version": m.fresh(meeting).version})
    m.note(world, meeting, "En anteckning att ta med")
    note = PointNote.objects.get()
    page = get(client, world, "quality", "minutes_prepare", meeting.pk, query=f"?med={note.pk}")
    assert "En anteckning att ta med" in page.content.decode()
    data = {"version": m.fresh(meeting).version, "previewed": page.context["previewed"], "med": [str(note.pk)]}
    answer = post(client, world, "quality", "minutes_establish", meeting.pk, data=data)
    assert answer.url == reverse("dialogues:minutes", args=[meeting.pk, 1])
    read = get(client, world, "principal", "minutes", meeting.pk, 1).content.decode()
    for words in ("Lästräning varje dag", "Ragnar Björk", "En anteckning att ta med", "Hur många?"):
        assert words in read
    listed = get(client, world, "principal", "meetings", world.bjork.pk).content.decode()
    assert reverse("dialogues:meeting", args=[meeting.pk]) in listed
    point = str(m.point(meeting).pk)
    data = {"version": 1, "reason": "Fel.", f"slutsats-{point}": "Rätt ord"}
    assert post(client, world, "quality", "minutes_correct", meeting.pk, data=data).status_code == 302
    assert "Rätt ord" in get(client, world, "teacher", "minutes", meeting.pk, 2).content.decode()
    assert "har rättats" in get(client, world, "teacher", "minutes", meeting.pk, 1).content.decode()


def test_two_who_change_the_meeting_read_both(world, client):
    meeting = m.plan(world)
    data = {"version": 1, "title": "Karins titel", "day": m.day(0), "period": "2024/25"}
    assert post(client, world, "quality", "meeting_change", meeting.pk, data=data).status_code == 302
    shown = post(client, world, "head", "meeting_change", meeting.pk, data={**data, "title": "Hannas titel"})
    text = shown.content.decode()
    assert "Karins titel" in text and "Hannas titel" in text
    assert m.fresh(meeting).title == "Karins titel"


def test_a_script_that_saves_is_answered_as_the_protocol_says(world, client):
    meeting = m.called(world)
    row = m.point(meeting)
    script = {"X-Autosave": "1"}
    args = ("point_note", meeting.pk, row.pk)
    saved = post(client, world, "principal", *args, data={"version": 0, "text": "Ett"}, **script)
    assert json.loads(saved.content)["version"] == 1
    other = post(client, world, "principal", *args, data={"version": 0, "text": "Två"}, **script)
    assert other.status_code == 409 and "Ett" in json.loads(other.content)["html"]
    long = post(client, world, "principal", *args, data={"version": 1, "text": "x" * 100_001}, **script)
    assert long.status_code == 422
    somebody = {"version": 1, "text": "Tre", "_person": str(world.person("head").pk)}
    assert post(client, world, "principal", *args, data=somebody, **script).status_code == 403
    plain = post(client, world, "principal", *args, data={"version": 0, "text": "Två"})
    assert plain.status_code == 409 and "Två" in plain.content.decode()


def test_what_is_agreed_is_ended_by_those_who_hold_or_answer_for_it(world, client):
    meeting = m.called(world)
    row = m.agree(world, meeting)
    for who, status in (("principal_ek", 404), ("teacher", 404), ("lead_teacher", 403), ("principal", 200)):
        data = {"version": 1, "words": " "}
        answer = post(client, world, who, "agreed_end", row.pk, data=data)
        assert (who, answer.status_code) == (who, status)
    data = {"version": 1, "words": "Görs nu i alla klasser."}
    assert post(client, world, "principal", "agreed_end", row.pk, data=data).status_code == 302
    shown = get(client, world, "lead_teacher", "agreed", row.pk).content.decode()
    assert "Görs nu i alla klasser." in shown


def test_queries_do_not_grow_with_people_points_and_notes(world, client):
    meeting = m.called(world, concerns=[world.bjork, world.ek, world.lind])

    said = {"node": world.bjork, "text": "Fråga?", "due": day(9)}
    holding_actions.ask(meeting=meeting, by=world.person("quality"), **said)

    def count(name, *args) -> int:
        get(client, world, "quality", name, *args)
        with CaptureQueriesContext(connection) as made:
            assert get(client, world, "quality", name, *args).status_code == 200
        return len(made)

    pages = [("meeting", meeting.pk), ("meeting_material", meeting.pk), ("meetings", world.bjork.pk),
             ("minutes_prepare", meeting.pk), ("agreed", m.agree(world, meeting).pk)]  # fmt: skip
    before = [count(*page) for page in pages]
    for number in range(6):
        person = organisation.add_person(email=f"p{number}@ekkoping.example", name=f"Person {number}", by=None)
        organisation.assign_role(person=person, role="teacher", node=world.bjork_team, valid_from=START, by=None)
        MeetingPerson.objects.create(meeting=meeting, person=person, node=world.bjork_team)
        holding_actions.save_note(point=m.point(meeting, 1 + number % 5), text="Ord", expected=0, by=person)
        m.agree(world, meeting, f"Något {number}", point=m.point(meeting, 1))
        holding_actions.ask(meeting=meeting, by=world.person("quality"), **said)
        m.called(world)
    after = [count(*page) for page in pages]
    assert after == before


def test_what_is_left_goes_with_a_merger_and_minutes_stay(world):
    coming = m.called(world, day=m.day(3), concerns=[world.bjork, world.ek])
    own = m.plan(world, "arbetslagsmote", node=world.bjork, concerns=[world.bjork], who="principal", day=m.day(3))
    ended = m.minuted(world)
    agreed = AgreedPoint.objects.get(meeting=ended)
    organisation.merge_nodes(predecessors=[world.bjork], successor=world.ek, on_date=day(0), with_below=True, by=None)
    for _twice in range(2):
        tasks.follow(timestamp=0)
    assert queries.concerned_ids(coming) == [world.ek.pk]
    assert m.fresh(own).node == world.ek
    assert m.fresh(own).original == world.bjork
    assert queries.concerned_ids(ended) == [world.bjork.pk]
    agreed.refresh_from_db()
    assert agreed.node == world.ek
    assert Minutes.objects.get().body["agreed"][0]["node"] == "Björkskolan"
    assert AuditEvent.objects.filter(event="meeting_changed", node_id=world.ek.pk).count() == 1


def test_whoever_is_called_reads_of_it_on_the_start_page(world, client):
    for who in ("politician", "principal_ek"):  # a first visit: from then on things are new
        get_start(client, world, who)
    meeting = m.called(world, people=["politician"])
    address = reverse("dialogues:meeting", args=[meeting.pk])
    assert address in get_start(client, world, "politician")
    assert address not in get_start(client, world, "principal_ek")


def get_start(client, world, who) -> str:
    client.force_login(world.person(who))
    return client.get(reverse("desk:start")).content.decode()
