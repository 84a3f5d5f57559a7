"""Many write in one meeting at the same moment, over connections of their own: nothing acknowledged is lost.

Each saves a note of their own on every point, twice; some write conclusions over one another. Meanwhile the minutes are
established: what the server said yes to before that stands, and what comes after is refused and keeps its words.
"""

import time
from collections import Counter

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from styrkedja.analyses.models import EarlierText
from styrkedja.core.audit import breaks
from styrkedja.core.errors import Conflict, Refused
from styrkedja.dialogues.models import AgendaPoint, MeetingPerson, Minutes, PointNote
from styrkedja.organisation import actions as organisation
from tests.dialogues import meeting as m
from tests.plans.test_operational_at_once import at_once
from tests.world import START, build

SCRIPT = {"X-Autosave": "1"}
PEOPLE, ROUNDS = 12, 2


def writers(world, meeting) -> list:
    made = []
    for number in range(PEOPLE):
        person = organisation.add_person(email=f"w{number}@ekkoping.example", name=f"Skrivare {number}", by=None)
        role = "principal" if number % 3 else "quality_lead"
        node = world.bjork if number % 3 else world.council
        organisation.assign_role(person=person, role=role, node=node, valid_from=START, by=None)
        MeetingPerson.objects.create(meeting=meeting, person=person, node=node)
        made.append(person)
    return made


def writes(meeting, points, person, number: int, kept: list, heard: Counter, stop: bool = False):
    """Save notes, and conclusions where one may; keep what the server acknowledged."""

    def work() -> None:
        client = Client()
        client.force_login(person)
        versions: dict = {}
        for turn in range(15 if stop else ROUNDS):
            if stop:
                time.sleep(0.04 * turn)  # longer and longer pauses, so that whoever establishes gets a word in
            for pk in points:
                mine = f"«{number}.{turn}»"
                address = reverse("dialogues:point_note", args=[meeting.pk, pk])
                said = {"version": versions.get(pk, 0), "text": mine}
                answer = client.post(address, said, headers=SCRIPT)
                heard[answer.status_code] += 1
                if answer.status_code == 200:
                    versions[pk] = answer.json()["version"]
                    kept.append(("note", pk, person.pk, mine))
                if answer.status_code == 422:
                    return
                if number % 3 == 0:
                    conclude(client, pk, mine)

    def conclude(client, pk, mine) -> None:
        version, address = 1, reverse("dialogues:point_conclusion", args=[meeting.pk, pk])
        for _try in range(60):
            answer = client.post(address, {"version": version, "text": mine}, headers=SCRIPT)
            heard[f"c{answer.status_code}"] += 1
            if answer.status_code != 409:
                break
            assert mine in answer.json()["html"].replace("<ins>", "").replace("</ins>", "")
            version = answer.json()["version"]
        if answer.status_code == 200:
            kept.append(("conclusion", pk, person.pk, mine))

    return work


def lost(kept: list) -> list:
    """What was acknowledged and stands nowhere: the last of one's own notes, every conclusion or its earlier text."""
    last = {(pk, person): text for what, pk, person, text in kept if what == "note"}
    notes = {(n.point_id, n.person_id): n.text for n in PointNote.objects.all()}
    gone = [key for key, text in last.items() if notes.get(key) != text]
    texts = {p.pk: p.conclusion for p in AgendaPoint.objects.all()}
    for one in EarlierText.objects.all():
        texts[one.row_id] = texts.get(one.row_id, "") + one.fields["text"]
    by_person = {}
    for what, pk, person, text in kept:
        if what == "conclusion":
            by_person[pk, person] = text
    return gone + [key for key, text in by_person.items() if text not in texts[key[0]]]


@pytest.mark.django_db(transaction=True)
def test_twelve_write_at_once_and_nothing_acknowledged_is_lost():
    world = build()
    meeting = m.called(world)
    points = list(AgendaPoint.objects.filter(meeting=meeting).values_list("pk", flat=True))[:3]
    kept: list = []
    heard: Counter = Counter()
    works = [writes(meeting, points, p, n, kept, heard) for n, p in enumerate(writers(world, meeting))]
    at_once(works)
    assert heard[200] == PEOPLE * ROUNDS * len(points)
    assert PointNote.objects.count() == PEOPLE * len(points)
    assert lost(kept) == []
    assert heard["c409"] > 0  # they did meet
    assert list(breaks()) == []


@pytest.mark.django_db(transaction=True)
def test_what_is_written_while_minutes_are_established_is_in_before_or_refused():
    world = build()
    meeting = m.called(world)
    m.hold(world, meeting)
    points = list(AgendaPoint.objects.filter(meeting=meeting).values_list("pk", flat=True))[:2]
    kept: list = []
    heard: Counter = Counter()
    people = writers(world, meeting)[:4]
    works = [writes(meeting, points, p, n + 1, kept, heard, stop=True) for n, p in enumerate(people)]

    def establish() -> None:
        try:
            for _try in range(200):
                time.sleep(0.2)
                try:
                    m.minute(world, meeting, list(PointNote.objects.values_list("pk", flat=True)))
                except (Refused, Conflict):
                    continue
                return
        finally:
            connections.close_all()

    at_once([*works, establish])
    if not Minutes.objects.exists():
        m.minute(world, meeting)
    stands = {(str(n.point_id), n.text) for n in PointNote.objects.exclude(text="")}
    body = Minutes.objects.get().body
    minuted = {(p["id"], n["text"]) for p in body["points"] for n in p["notes"]}
    assert lost(kept) == []
    assert minuted <= stands
