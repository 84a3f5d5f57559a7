"""Many editors of one plan at the same moment: no acknowledged save is lost, and who is second reads both texts.

Real threads with a connection each, through the views, against committed rows. Each of the editors reads a section,
adds to it and saves as the page does; whoever hears of a conflict decides as people do: their own text instead of the
other's, or both. In the end every text the server has said yes to stands in the plan or among its earlier texts.
"""

import html
import random
import re
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from styrkedja.analyses.models import EarlierText
from styrkedja.core.audit import breaks
from styrkedja.core.errors import Conflict
from styrkedja.documents.models import Document, DocumentState, DocumentVersion
from styrkedja.organisation import actions as organisation
from styrkedja.plans.models import Consultation, PlanSection
from styrkedja.plans.operational import actions
from tests.plans import operating
from tests.standing import put_up
from tests.world import START

SCRIPT = {"X-Autosave": "1"}


@dataclass
class Editing:
    """What happened: texts the server said yes to by row, and how often it said something else."""

    saved: list[tuple[str, str]] = field(default_factory=list)  # (row id, the words that are this save's own)
    heard: Counter = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def editors(world, count: int) -> list:
    people = []
    for number in range(count):
        person = organisation.add_person(email=f"e{number}@ekkoping.example", name=f"Redaktör {number}", by=None)
        organisation.assign_role(person=person, role="principal", node=world.bjork, valid_from=START, by=None)
        people.append(person)
    return people


def at_once(works) -> None:
    """Every work in a thread of its own, all begun together."""
    gate = threading.Barrier(len(works))

    def begin(work) -> None:
        try:
            gate.wait(30)
            work()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=begin, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(600)
    assert not any(thread.is_alive() for thread in threads)


def edits(plan, person, number: int, saves: int, told: Editing, *, until_closed: bool = False):
    """One editor: so many saves, each in a section that others write in too; the odd one adds a consultation.

    until_closed: sections alone, with longer and longer pauses, so that whoever hands it in gets a word in; the editor
    goes on until the server says that it is closed.
    """
    chance = random.Random(number)
    client = Client()
    client.force_login(person)

    def save(row, version: int, before: str, mine: str) -> int | None:
        address = reverse("plans:plan_row", args=[plan.pk, row.slug, row.pk])
        name = "views" if isinstance(row, Consultation) else "text"
        text = f"{before}\n{mine}".strip()
        for _try in range(200):
            answer = client.post(address, {"version": version, name: text}, headers=SCRIPT)
            told.heard[answer.status_code] += 1
            if answer.status_code == 200:
                told.saved.append((str(row.pk), mine))
            if answer.status_code != 409:
                return answer.status_code
            both = answer.json()
            shown = html.unescape(re.sub(r"<[^>]+>", "", both["html"]))
            if mine not in shown:
                told.wrong.append(f"{mine}: the conflict does not show one's own text")
            version = both["version"]
            if chance.random() < 0.5:
                text = mine  # instead of the other's, which is kept among the earlier texts
            else:
                stands = type(row).objects.get(pk=row.pk)
                if stands.version == version and getattr(stands, name).split("\n")[-1] not in shown:
                    told.wrong.append(f"{mine}: the conflict does not show the other's text")
                text = f"{getattr(stands, name)}\n{mine}"
        told.wrong.append(f"{mine}: never got through")
        return None

    def work() -> None:
        for turn in range(saves):
            if until_closed:
                time.sleep(chance.random() * 0.1 * turn)
            mine = f"«{number}.{turn}»"
            if not until_closed and turn == saves - 1 and number % 10 == 0:
                client.post(reverse("plans:plan_row_add", args=[plan.pk, "samrad"]))
                row = Consultation.objects.filter(plan=plan, created_by=person).first()
                if row is not None:
                    save(row, row.version, row.views, mine)
                continue
            row = chance.choice(list(PlanSection.objects.filter(plan=plan).order_by("key")[:3]))
            if save(row, row.version, row.text, mine) == 422:
                return  # handed in meanwhile

    return work


def lost(told: Editing) -> list[str]:
    """Texts the server said yes to that stand neither in the plan nor among its earlier texts."""
    kept: dict[str, str] = {}
    for row in PlanSection.objects.all():
        kept[str(row.pk)] = row.text
    for row in Consultation.objects.all():
        kept[str(row.pk)] = row.views
    for text in EarlierText.objects.all():
        kept[str(text.row_id)] = kept.get(str(text.row_id), "") + " ".join(str(v) for v in text.fields.values())
    return [mine for row, mine in told.saved if mine not in kept[row]]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("people", "saves"), [(50, 2), pytest.param(50, 200, marks=pytest.mark.prove)], ids=["fifty", "trust-g7"]
)
def test_fifty_editors_of_one_plan_lose_no_save_that_was_acknowledged(people, saves):
    world = put_up()
    plan = operating.begin(world)
    began = Document.objects.get(pk=plan.pk).version
    told = Editing()
    at_once([edits(plan, one, number, saves, told) for number, one in enumerate(editors(world, people))])
    assert not told.wrong, told.wrong[:3]
    assert set(told.heard) == {200, 409}  # nothing else, and people really met
    assert len(told.saved) == people * saves
    assert lost(told) == []
    versions = [r.version for model in (PlanSection, Consultation) for r in model.objects.filter(plan=plan)]
    assert sum(versions) - len(versions) == len(told.saved)  # one version for each yes, and none without
    added = Consultation.objects.filter(plan=plan, created_by__email__startswith="e").count()
    assert Document.objects.get(pk=plan.pk).version - began == len(told.saved) + added
    assert not list(breaks())


@pytest.mark.django_db(transaction=True)
def test_handed_in_in_the_midst_of_it_every_acknowledged_save_is_in_what_was_handed_in_or_kept():
    world = put_up()
    plan = operating.begin(world)
    operating.fill(plan, world.person("principal"))
    told, handed = Editing(), []

    def hands_in() -> None:
        while len(told.saved) < 10:
            time.sleep(0.01)
        while not handed:
            expected = Document.objects.get(pk=plan.pk).version
            with suppress(Conflict):  # somebody wrote in between: read it again
                handed.append(actions.submit(plan=plan, expected=expected, by=world.person("principal")))

    people = editors(world, 10)
    at_once([hands_in, *(edits(plan, one, n, 100, told, until_closed=True) for n, one in enumerate(people))])
    version = DocumentVersion.objects.get(document=plan.pk)
    assert Document.objects.get(pk=plan.pk).state == DocumentState.SUBMITTED
    assert not told.wrong, told.wrong[:3]
    assert told.heard[422] == len(people)  # each came after, and was told
    assert lost(told) == []
    body = str(version.body)
    for row in PlanSection.objects.filter(plan=plan):  # what stands in the rows was frozen: nothing slipped in after it
        assert row.text.split("\n")[-1] in body
