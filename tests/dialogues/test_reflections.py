"""A reflection: a few questions a team answers together, beside last time's answers and above colleagues' words."""

import json

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from styrkedja.analyses.models import EarlierText
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.models import AuditEvent
from styrkedja.dialogues.models import ReflectionAnswer, ReflectionComment, Request, Submission, What
from styrkedja.dialogues.reflections import actions as writing
from tests.dialogues.talking import accept, ask, feedback, of, open_kinds

pytestmark = pytest.mark.django_db

QUESTIONS = ("Vad har gått bra?", "Vad har varit svårt?", "Vad prövar ni nu?")


def reflection(world, questions=QUESTIONS, **said):
    said = {
        "what": What.REFLECTION,
        "text": "",
        "questions": questions,
        "node": world.bjork,
        "who": "principal",
        **said,
    }
    return of(ask(world, of=[world.bjork_team], **said), world.bjork_team)


def write(world, row, number, text, who="team_lead"):
    version = ReflectionAnswer.objects.get(receiver=row, number=number).version
    by = world.person(who)
    return writing.save_answer(receiver=row, number=number, text=text, expected=version, by=by)


def handed_in(world, row, *texts):
    for number, text in enumerate(texts, start=1):
        write(world, row, number, text)
    return writing.hand_in(receiver=row, expected=of(row.request, row.node).version, by=world.person("team_lead"))


def page(client, world, who, row):
    client.force_login(world.person(who))
    return client.get(reverse("dialogues:receiver", args=[row.pk]))


def test_a_reflection_has_one_to_three_questions_and_nothing_else_has_any(world):
    for questions in ((), ("a", "b", "c", "d")):
        with pytest.raises(Refused, match=r"one to three|en till tre"):
            reflection(world, questions)
    with pytest.raises(Refused):
        ask(world, questions=("En fråga",))
    with pytest.raises(IntegrityError), transaction.atomic():
        Request.objects.filter(pk=ask(world).pk).update(questions=["x"])


def test_it_is_handed_in_as_one_answer_and_the_principal_owes_feedback(world):
    row = reflection(world)
    made = handed_in(world, row, "Lugnare starter.", "Helklass i NO.", "Halvklass varannan vecka.")
    assert made.text.split("\n\n")[1] == "2. Vad har varit svårt?\nHelklass i NO."
    assert made.made_by == world.person("team_lead")
    row = accept(world, row, who="principal")[0]
    assert open_kinds(row) == ["feedback"]
    feedback(world, row, who="principal", use="Lyfts i skolans analys.")
    assert open_kinds(row) == []


def test_an_empty_answer_is_told_by_its_number(world):
    row = reflection(world)
    write(world, row, 1, "Något.")
    write(world, row, 2, "   ")
    with pytest.raises(Refused, match="2, 3"):
        writing.hand_in(receiver=row, expected=row.version, by=world.person("team_lead"))
    assert not Submission.objects.exists()


def test_two_who_write_at_once_both_keep_their_words(world):
    row = reflection(world)
    answer = write(world, row, 1, "Toves ord")
    said = {"receiver": row, "number": 1, "by": world.person("principal")}
    with pytest.raises(Conflict) as told:
        writing.save_answer(text="Andras ord", expected=answer.version - 1, **said)
    assert told.value.current.text == "Toves ord"
    writing.save_answer(text="Andras ord", expected=answer.version, **said)
    kept = EarlierText.objects.get(row_id=answer.pk)
    assert (kept.fields, kept.by) == ({"text": "Toves ord"}, world.person("team_lead"))
    again = writing.save_answer(text="Andras ord", expected=1, **said)  # a repeated save is answered as it was
    assert again.version == answer.version + 1


def test_what_is_handed_in_stays_also_in_the_database(world):
    row = reflection(world, QUESTIONS[:1])
    handed_in(world, row, "Klart.")
    with pytest.raises(Refused):
        write(world, row, 1, "Ändrat efteråt")
    with pytest.raises(Refused):
        writing.comment(receiver=row, number=1, text="För sent", by=world.person("teacher"))
    with pytest.raises(IntegrityError, match="handed in"), transaction.atomic():
        ReflectionAnswer.objects.filter(receiver=row).update(text="Bakvägen")
    with pytest.raises(IntegrityError, match="handed in"), transaction.atomic():
        ReflectionComment.objects.create(receiver=row, number=1, text="Bakvägen")


def test_last_times_answer_to_the_same_question_stands_beside(world, client):
    before = reflection(world)
    handed_in(world, before, "Förra svaret.", "Svårt förut.", "Prövade grupper.")
    other = of(ask(world, of=[world.ek_team], node=world.ek, who="principal_ek", what=What.REFLECTION, text="",
                   questions=QUESTIONS), world.ek_team)  # fmt: skip
    row = reflection(world, ("Vad  har gått BRA?", "Något helt annat?"))
    told = {part.question: part.before for part in page(client, world, "team_lead", row).context["parts"]}
    assert told["Vad  har gått BRA?"].text == "Förra svaret."
    assert told["Något helt annat?"] is None
    assert "Svårt förut." not in page(client, world, "team_lead", row).content.decode()
    assert other.answers.count() == 3  # another team has its own


@pytest.mark.parametrize(
    ("who", "reads", "writes"),
    [("team_lead", True, True), ("teacher", True, False), ("lead_teacher", True, False), ("health", True, False),
     ("principal", False, False), ("quality", False, False)],
)  # fmt: skip
def test_what_is_being_written_is_the_teams_and_its_colleagues(world, client, who, reads, writes):
    row = reflection(world)
    write(world, row, 1, "Ett hemligt utkast")
    writing.comment(receiver=row, number=1, text="Ett kollegialt ord", by=world.person("teacher"))
    shown = page(client, world, who, row).content.decode()
    assert ("Ett hemligt utkast" in shown) == reads
    assert ("Ett kollegialt ord" in shown) == reads
    assert ('name="text"' in shown) == reads  # a field to write or to comment in
    saved = client.post(reverse("dialogues:reflection_save", args=[row.pk, 1]), {"version": "2", "text": "Mitt"})
    assert saved.status_code == (302 if writes else 403)
    said = client.post(reverse("dialogues:reflection_talk", args=[row.pk, 2]), {"text": "Håller med."})
    assert said.status_code == (302 if reads else 403)


def test_whoever_asked_reads_the_answers_but_not_what_colleagues_said(world, client):
    row = reflection(world, QUESTIONS[:1])
    writing.comment(receiver=row, number=1, text="Bara mellan oss", by=world.person("teacher"))
    handed_in(world, row, "Det vi kom fram till.")
    client.force_login(world.person("principal"))
    shown = client.get(reverse("dialogues:answer", args=[row.pk])).content.decode()
    assert "Det vi kom fram till." in shown
    assert "Bara mellan oss" not in shown
    assert "Bara mellan oss" in page(client, world, "teacher", row).content.decode()


def test_colleagues_find_it_on_their_list_until_it_is_handed_in(world, client):
    row = reflection(world, QUESTIONS[:1])

    def listed(who):
        client.force_login(world.person(who))
        return [task["label"] for task in client.get("/").context["tasks"] if "Reflektion" in task["label"]]

    assert listed("teacher") == ["Reflektion: Vad har gått bra?"]
    assert listed("team_lead") == []  # who owes it has it among what is owed
    assert listed("principal") == []
    handed_in(world, row, "Klart.")
    assert listed("teacher") == []


def test_saving_by_script_answers_as_the_protocol_says(world, client):
    row = reflection(world)
    client.force_login(world.person("team_lead"))
    address = reverse("dialogues:reflection_save", args=[row.pk, 1])

    def send(**fields):
        return client.post(address, fields, headers={"X-Autosave": "1"})

    assert send(version="1", text="Ett").json()["version"] == 2
    stale = send(version="1", text="Två")
    assert stale.status_code == 409
    assert "Ett" in stale.json()["html"]
    assert send(version="2", text="x" * 100_001).status_code == 422
    assert send(version="2", text="Två", _person="00000000-0000-0000-0000-000000000000").status_code == 403
    handed_in(world, row, "Ett", "b", "c")
    assert send(version="2", text="Efteråt").status_code == 422
    assert ReflectionAnswer.objects.get(receiver=row, number=1).text == "Ett"


def test_without_script_words_that_are_refused_stay_on_the_page(world, client):
    row = reflection(world)
    write(world, row, 1, "Toves ord")
    client.force_login(world.person("team_lead"))
    both = client.post(reverse("dialogues:reflection_save", args=[row.pk, 1]), {"version": "1", "text": "Mina ord"})
    assert both.status_code == 409
    assert "Mina ord" in both.content.decode()
    assert "Toves" in both.content.decode()
    assert "Tove Arbetslag" in both.content.decode()
    empty = client.post(reverse("dialogues:reflection_talk", args=[row.pk, 1]), {"text": " "})
    assert empty.status_code == 422
    assert client.post(reverse("dialogues:reflection_talk", args=[row.pk, 4]), {"text": "Hej"}).status_code == 404


def test_it_is_asked_on_the_page_and_asked_again_with_the_same_words(world, client):
    client.force_login(world.person("principal"))
    address = reverse("dialogues:ask", args=[world.bjork.pk])
    sent = {
        "what": "reflection", "question_1": QUESTIONS[0], "question_2": "", "question_3": QUESTIONS[2],
        "chosen": [str(world.bjork_team.pk)], "purpose": "Skolans analys.", "due": "2099-01-01", "answer_within": "14",
    }  # fmt: skip
    refused = client.post(address, sent)  # a day too far away
    assert refused.context["open_questions"]
    made = client.post(address, {**sent, "due": str(ask(world).due)})
    assert made.status_code == 302, made.context["form"].errors
    request = Request.objects.get(what=What.REFLECTION)
    assert request.questions == [QUESTIONS[0], QUESTIONS[2]]
    assert client.post(address, {**sent, "question_1": "", "question_3": ""}).context["form"].errors["question_1"]
    again = client.get(address, {"som": str(request.pk)}).context["form"]
    assert again["question_2"].value() == QUESTIONS[2]
    assert again["chosen"].value() == [str(world.bjork_team.pk)]
    for strange in ("x", str(world.bjork.pk)):
        assert client.get(address, {"som": strange}).context["form"]["question_1"].value() is None


def test_each_saved_change_leaves_a_line_in_the_trail_without_its_words(world):
    row = reflection(world)
    write(world, row, 1, "Känsligt")
    writing.comment(receiver=row, number=1, text="Känsligt", by=world.person("teacher"))
    told = AuditEvent.objects.filter(event="answer_written")
    assert [line.node_id for line in told] == [world.bjork_team.pk] * 2
    assert "Känsligt" not in json.dumps([line.details for line in told])
