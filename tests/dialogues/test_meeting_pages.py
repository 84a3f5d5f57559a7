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
    ("who", "planned", "called"),
    [("quality", 200, 200), ("head", 200, 200), ("principal", 404, 200), ("teacher", 404, 200), ("chief", 403, 200),
     ("principal_ek", 404, 404), ("politician", 404, 404), ("operator", 403, 403), ("registrar", 403, 403)],
)  # fmt: skip
def test_what_is_planned_is_the_callers_and_what_is_called_is_read_where_it_concerns(
    world, client, who, planned, called
):
    meeting = m.plan(world)
    assert get(client, world, who, "meeting", meeting.pk).status_code == planned
    m.call(world, meeting)
    assert get(client, world, who, "meeting", meeting.pk).status_code == called
    assert get(client, world, who, "meeting_material", meeting.pk).status_code == called


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
    assert "Bara för oss" not in get(client, world, "teacher", "meeting", meeting.pk).content.decode()
    m.conclude(world, meeting, "Det vi kom fram till")
    assert "Det vi kom fram till" in get(client, world, "teacher", "meeting", meeting.pk).content.decode()


def test_the_secretary_keeps_the_meeting_but_does_not_establish(world, client):
    meeting = m.called(world)
    Meeting.objects.filter(pk=meeting.pk).update(secretary=world.person("lead_teacher"))
    row = m.point(meeting)
    data = {"version": row.version, "text": "Skrivet av sekreteraren"}
    assert post(client, world, "lead_teacher", "point_conclusion", meeting.pk, row.pk, data=data).status_code == 302
    assert m.point(meeting).conclusion == "Skrivet av sekreteraren"
    assert post(client, world, "principal", "point_conclusion", meeting.pk, row.pk, data=data).status_code == 404
    m.hold(world, meeting)
    assert get(client, world, "lead_teacher", "minutes_prepare", meeting.pk).status_code == 200
    assert post(client, world, "lead_teacher", "minutes_establish", meeting.pk).status_code in (403, 404)


def test_from_plan_to_minutes_through_the_pages(world, client):
    address = reverse("dialogues:meeting_plan", args=[world.council.pk])
    client.force_login(world.person("quality"))
    assert "Dialogdag" in client.get(address).content.decode()
    form = client.get(address + "?kind=betygsdialog&day=2026-12-01").context["form"]
    assert str(form.initial["day"]) == "2026-12-01"
    data = {"title": "Betygsdialog", "day": m.day(0), "period": "2024/25", "concerns": [str(world.bjork.pk)],
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
    data = {"version": 1, "title": "Karins titel", "day": m.day(0)}
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
    for who, status in (("principal_ek", 404), ("teacher", 404), ("lead_teacher", 404), ("principal", 200)):
        data = {"version": 1, "words": " "}
        answer = post(client, world, who, "agreed_end", row.pk, data=data)
        assert (who, answer.status_code) == (who, status)
    data = {"version": 1, "words": "Görs nu i alla klasser."}
    assert post(client, world, "principal", "agreed_end", row.pk, data=data).status_code == 302
    shown = get(client, world, "teacher", "agreed", row.pk).content.decode()
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
