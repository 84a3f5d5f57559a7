"""Röda tråden: whole from every way in, in reading order, only what the reader may read, however many objects."""

import datetime as dt
import uuid
from dataclasses import dataclass

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from styrkedja.access.gate import Access
from styrkedja.plans.goals import lineage, thread
from styrkedja.plans.models import Decision, Evaluation, Goal, Initiative
from tests.analyses.writing import unit_established
from tests.plans import initiating
from tests.plans.chain_of_goals import committee_goal, decided, decision, need_of, proposed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: dt.date(2025, 11, 22))


@dataclass
class Line:
    """One thread, from the vision to a team's initiative."""

    vision: Decision
    top: Goal
    school: Goal
    team: Goal
    initiative: Initiative
    need: object


@pytest.fixture
def line(world):
    unit_established(world, period="2024/25")
    need = need_of(world.bjork, "2024/25")
    vision = decision(world, kind="vision", title="Vision 2030", global_goals=[4])
    top = committee_goal(world, title="Alla klarar skolan")
    Goal.objects.filter(pk=top.pk).update(decision=decision(world, title="Mål för året", above=vision))
    top.refresh_from_db()
    school = decided(world, title="Lugna starter", above=top, needs=[need.tie])
    team = decided(world, node=world.bjork_team, title="Arbetslagets mål", above=school)
    initiative = initiating.decided(world, title="Samma lektionsstart")
    Initiative.objects.filter(pk=initiative.pk).update(goal=school)
    return Line(vision, top, school, team, initiative, need)


@pytest.fixture
def read(client, world):
    def page(who, name, *args):
        client.force_login(world.person(who))
        return client.get(reverse(f"plans:{name}", args=args))

    return page


def ways_in(line):
    return {
        "thread": [line.school.pk],
        "initiative_thread": [line.initiative.pk],
        "decision_thread": [line.vision.pk],
        "need_thread": [line.need.version.pk, line.need.id],
    }


def in_order(text, *words):
    places = [text.index(word) for word in words]
    assert places == sorted(places), dict(zip(words, places, strict=True))


@pytest.mark.parametrize("way", ["thread", "initiative_thread", "decision_thread", "need_thread"])
def test_it_opens_whole_from_every_object_in_it(read, line, way):
    text = read("teacher", way, *ways_in(line)[way]).content.decode()
    main = text[text.index('<ol class="thread">') :]
    in_order(main, "God utbildning för alla", "Ingen utsätts", "Vision 2030", "Mål för året", "Lugna starter")
    in_order(main, "Lugna starter", "Samma lektionsstart", "Arbetslagets mål")
    assert "Fler uppgifter som kräver resonemang." in main or way == "decision_thread"
    assert "Alla klarar skolan" in main
    assert "Arbetslag 7-9" in main  # where it is carried out


def test_where_one_came_from_is_marked(read, line):
    for way, title in (("thread", "Lugna starter"), ("initiative_thread", "Samma lektionsstart")):
        text = read("teacher", way, *ways_in(line)[way]).content.decode().split('<ol class="thread">')[1]
        assert text.count('aria-current="true"') == 1
        assert title in text[text.index('aria-current="true"') :][:400]


def test_the_effect_of_what_was_done_stands_in_it(world, read, line):
    Initiative.objects.filter(pk=line.initiative.pk).update(state="ongoing")
    Initiative.objects.filter(pk=line.initiative.pk).update(state="completed", ended_at=timezone.now())
    Initiative.objects.filter(pk=line.initiative.pk).update(state="evaluated")
    Evaluation.objects.create(
        initiative=line.initiative, number=1, expected={}, actual={}, carried_out="yes",
        other_explanations="Ny skolledning", verdict="no_effect", decision="stop", learned="Det räckte inte.",
    )  # fmt: skip
    text = read("teacher", "thread", line.top.pk).content.decode()
    assert "Ingen effekt" in text
    assert "Avsluta" in text or "Sluta" in text or "Stoppa" in text


def test_a_proposal_is_told_only_to_those_who_may_read_it(world, read, line):
    hidden = proposed(world, title="Hemligt förslag", above=line.top)
    below = decided(world, node=world.bjork_team, title="Öppet under", above=line.school)
    for who, sees in (("teacher", False), ("principal_ek", False), ("principal", True)):
        text = read(who, "thread", line.top.pk).content.decode()
        assert ("Hemligt förslag" in text) is sees
        assert "Öppet under" in text
    assert read("teacher", "thread", hidden.pk).status_code == 404
    assert read("lead_teacher", "thread", hidden.pk).status_code == 403
    assert read("operator", "thread", below.pk).status_code in (403, 404)


def test_an_unknown_need_or_a_draft_is_no_way_in(world, read, line):
    assert read("teacher", "need_thread", line.need.version.pk, uuid.uuid4()).status_code == 404
    assert read("teacher", "need_thread", uuid.uuid4(), line.need.id).status_code == 404
    submitted = line.need.version.document.versions.get(state="submitted")
    assert read("teacher", "need_thread", submitted.pk, line.need.id).status_code == 404


def test_an_initiative_without_a_goal_stands_with_its_need(world, read, line):
    Initiative.objects.filter(pk=line.initiative.pk).update(goal=None)
    text = read("teacher", "initiative_thread", line.initiative.pk).content.decode()
    assert "Insatser utan mål" in text
    assert "Fler uppgifter som kräver resonemang." in text
    assert "Lugna starter" not in text


def test_words_are_shown_as_words(read, world, line):
    decided(world, node=world.bjork_team, title="<b>Mål</b> & mer", above=line.school)
    text = read("teacher", "thread", line.school.pk).content.decode()
    assert "&lt;b&gt;Mål&lt;/b&gt; &amp; mer" in text


def test_a_ring_of_goals_ends(world):
    first, second = decided(world, title="Ett"), decided(world, title="Två")
    Goal.objects.filter(pk=first.pk).update(above=second)
    Goal.objects.filter(pk=second.pk).update(above=first)
    up, down = lineage.lineage(Goal, [str(first.pk)])
    assert up == down == {str(first.pk), str(second.pk)}
    tied = thread.of_goal(Access(world.person("principal")), Goal.objects.get(pk=first.pk))
    assert [knot.goal.title for knot in tied.goals] == ["Ett"]


def widened(world, line, goals):
    """So many more goals under the top one, each with an initiative that is carried out in a team."""
    common = {"node": world.bjork, "period": "2025/26"}
    made = Goal.objects.bulk_create(
        Goal(title=f"Mål {n}", above=line.top if n % 3 else line.school, **common) for n in range(goals)
    )
    for initiative, goal in enumerate(made):
        Initiative.objects.create(title=f"Insats {initiative}", goal=goal, **common)


@pytest.mark.parametrize("way", ["thread", "decision_thread"])
def test_ten_and_two_hundred_objects_take_the_same_queries(client, world, line, way):
    client.force_login(world.person("principal"))
    address = reverse(f"plans:{way}", args=[line.top.pk if way == "thread" else line.vision.pk])
    counts = []
    for goals in (5, 95):
        widened(world, line, goals)
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            text = client.get(address).content.decode()
        assert text.count('class="knot"') > 2 * goals
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[0] < 45


def test_a_need_leads_to_its_thread_from_the_analysis_itself(client, world, line):
    analysis = line.need.version.document.analysis
    client.force_login(world.person("teacher"))
    page = client.get(reverse("analyses:read", args=[analysis.pk])).content.decode()
    assert reverse("plans:need_thread", args=[line.need.version.pk, line.need.id]) in page


def test_a_long_thread_is_folded_with_a_line_that_tells_how_much(world, read, line):
    short = read("principal", "thread", line.top.pk).content.decode()
    assert "<details><summary>" not in short and 'class="tally"' not in short
    widened(world, line, 30)  # every third of them under the school's goal
    Initiative.objects.filter(pk=line.initiative.pk).update(state="ongoing")
    text = read("principal", "thread", line.top.pk).content.decode()
    tally = text[text.index('class="tally"') : text.index('<ol class="thread')]
    assert "33 mål, 31 insatser" in tally and "på 3 ställen" in tally
    assert "Pågår: 1" in tally or "Pågående: 1" in tally
    main = text[text.index('<ol class="thread') :]
    assert main.count('<p class="knot">') == 33 + 31 + 2  # folded, not left out; and two decisions
    school = main[main.index("Lugna starter") :]
    assert school[school.index("<summary>") :].startswith("<summary>11 mål, 11 insatser</summary>")
    top = main[: main.index("Lugna starter")]
    assert "<details>" not in top[top.index("Alla klarar skolan") :]  # what one came for stands open
