"""Finding what is asked, answered and said back: on both sides of a dialogue, and by nobody beside it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from styrkedja.access.gate import Access
from styrkedja.core.searching import query_of
from styrkedja.dialogues import search
from styrkedja.dialogues.meetings import minutes_actions
from styrkedja.dialogues.models import Meeting, MeetingWords, Obligation, SeminarNote
from styrkedja.dialogues.requests import answer_actions
from tests.dialogues import meeting as m
from tests.dialogues.talking import accept, ask, feedback, hand_in, of
from tests.dialogues.test_reflections import handed_in, reflection

pytestmark = pytest.mark.django_db
OUTSIDE = ("principal_lind", "politician", "registrar", "operator")


def found(world, who: str, question: str) -> list[str]:
    told = search.hits(Access(world.person(who)), query_of(question), limit=20)
    return [f"{hit.kind}: {hit.title}, {hit.place}, {hit.url.split('/')[2]}" for hit in told]


def talked(world):
    """Björkskolan has answered, got feedback with a question and asked back; both replied."""
    request = ask(world)
    row = of(request, world.bjork)
    hand_in(world, row, text="Vi samlas på torget varje morgon.")
    accept(world, row)
    feedback(world, row, saw="Lugnare korridorer.", question="Hur följer ni upp raster?")
    answer_actions.acknowledge(receiver=row, up_to=1, question="När hörs vi om budgeten?", by=world.person("principal"))
    for text, who, side in (
        ("Rastvärdarna antecknar.", "principal", {"feedback__isnull": False}),
        ("Vi hörs i mars.", "quality", {"feedback": None}),
    ):
        owed = Obligation.objects.get(receiver=row, kind="reply", **side)
        answer_actions.reply(obligation=owed, text=text, by=world.person(who))
    return request, row


SAID = {
    "torg morgonen": "Svar på begäran",
    "korridoren": "Återkoppling",
    "raster följa": "Återkoppling",
    "budget": "Fråga tillbaka",
    "rastvärd": "Svar på en fråga",
    "mars": "Svar på en fråga",
}


@pytest.mark.parametrize("question", SAID)
def test_what_is_said_is_found_on_both_sides_and_by_nobody_else(world, question):
    talked(world)
    kind = SAID[question]
    for who in ("principal", "teacher", "lead_teacher"):
        (hit,) = found(world, who, question)
        assert hit.startswith(f"{kind}: ") and hit.endswith("Björkskolan, begaran"), (who, hit)
    for who in ("quality", "chief", "head", "auditor"):
        (hit,) = found(world, who, question)
        assert hit.startswith(f"{kind}: ") and hit.endswith("Björkskolan, svar"), (who, hit)
    for who in ("principal_ek", *OUTSIDE):
        assert found(world, who, question) == [], who


def test_a_request_leads_the_asker_to_it_and_the_asked_to_their_own(world):
    request = ask(world, purpose="Underlag till dialogdagen.")
    (told,) = search.hits(Access(world.person("quality")), query_of("underlagen"), limit=9)
    assert told.url == f"/dialoger/{request.pk}/"
    assert (told.kind, told.place) == ("Begäran", "Ekköpings kommun")
    for who, node in (("principal", world.bjork), ("principal_ek", world.ek), ("teacher", world.bjork)):
        (told,) = search.hits(Access(world.person(who)), query_of("arbetar"), limit=9)
        assert told.url == f"/dialoger/begaran/{of(request, node).pk}/"
    for who in OUTSIDE:
        assert found(world, who, "underlag") == [], who


def test_the_questions_of_a_reflection_and_what_a_team_answers(world):
    row = reflection(world)
    assert [hit.split(":")[0] for hit in found(world, "team_lead", "svårt")] == ["Begäran"]
    handed_in(world, row, "Samlingarna fungerar.", "Tiden räcker inte.", "Kortare genomgångar.")
    for who in ("team_lead", "principal", "teacher"):
        assert [hit.split(":")[0] for hit in found(world, who, "genomgång")] == ["Svar på begäran"], who
    assert found(world, "principal_ek", "genomgång") == []


def test_what_is_found_opens(world, client):
    talked(world)
    for who in ("principal", "teacher", "quality", "auditor"):
        client.force_login(world.person(who))
        for question in (*SAID, "arbeta"):
            for hit in search.hits(Access(world.person(who)), query_of(question), limit=9):
                assert client.get(hit.url).status_code == 200, (who, hit)


def test_the_queries_do_not_grow(world):
    def count() -> int:
        access = Access(world.person("quality"))
        access.nodes_for()
        with CaptureQueriesContext(connection) as queries:
            search.hits(access, query_of("torget"), limit=20)
        return len(queries)

    talked(world)
    first = count()
    talked(world)
    assert len(found(world, "quality", "torget")) == 2
    assert count() == first


# Meetings.


def met(world, who: str, question: str) -> list[str]:
    told = search.hits(Access(world.person(who)), query_of(question), limit=20)
    return [f"{hit.kind}: {hit.title}" for hit in told]


def test_what_came_of_a_meeting_is_found_by_those_who_read_it_and_by_nobody_else(world):
    meeting = m.plan(world, title="Samtal om läslusten")
    assert met(world, "quality", "läslust") == ["Betygsdialog: Samtal om läslusten"]
    assert met(world, "principal", "läslust") == []  # planned only
    m.call(world, meeting)
    m.conclude(world, meeting, "Kajakpaddling varje tisdag.")
    m.agree(world, meeting, "Beställ kajakerna.")
    m.note(world, meeting, "Min kajakanteckning")
    title, of_all = "Betygsdialog: Samtal om läslusten", {"quality", "head", "principal", "auditor"}
    for who in world.people:
        work = {f"{kind}: Samtal om läslusten" for kind in ("Slutsats från ett möte", "Överenskommet på ett möte")}
        assert set(met(world, who, "kajak")) == (work if who in of_all | {"chief", "lead_teacher"} else set()), who
        knows = of_all | {"chief", "lead_teacher", "teacher", "team_lead", "health"}
        assert met(world, who, "läslust") == ([title] if who in knows else []), who
    m.hold(world, meeting)
    m.minute(world, meeting)
    for who in ("teacher", "principal"):
        assert set(met(world, who, "kajak")) == {
            "Protokoll: Samtal om läslusten",
            "Överenskommet på ett möte: Samtal om läslusten",
        }, who
    assert met(world, "principal_ek", "kajak") == []
    by, point = world.person("quality"), str(m.point(meeting).pk)
    said = {"conclusions": {point: "Simning."}, "attended": {}, "reason": "Fel.", "expected": 1, "by": by}
    minutes_actions.correct(meeting=m.fresh(meeting), **said)
    assert "Protokoll: Samtal om läslusten" in met(world, "teacher", "simning")
    assert "varje tisdag" not in str(MeetingWords.objects.values_list("text", flat=True))


def test_minutes_for_the_called_and_notes_of_a_seminar_are_found_by_those_who_may(world):
    resource = m.called(world, "resursdialog", people=["principal"])
    m.conclude(world, resource, "Fler tjänster i musik.")
    m.hold(world, resource)
    m.minute(world, resource)
    assert met(world, "teacher", "musik") == []
    assert met(world, "principal", "musik") == ["Protokoll: Resursdialog Björkskolan"]
    seminar = m.called(world, "analysseminarium", people=["principal", "lead_teacher"])
    said = {"meeting": seminar, "step": "see", "person": world.person("principal"), "text": "Trumslagarna saknas."}
    SeminarNote.objects.create(changed_by=world.person("principal"), **said)
    assert met(world, "principal", "trumslag") == ["Anteckning från ett seminarium: Analysseminarium"]
    assert met(world, "lead_teacher", "trumslag") == met(world, "quality", "trumslag") == []
    Meeting.objects.filter(pk=seminar.pk).update(revealed=1)
    for who, found in (("lead_teacher", 1), ("quality", 1), ("auditor", 0), ("teacher", 0)):
        assert len(met(world, who, "trumslag")) == found, who
