"""The pages of the dialogues, clicked through as each side: nothing lost, nothing shown to the wrong one."""

from __future__ import annotations

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from styrkedja.core.models import FormKey
from styrkedja.dialogues.models import Feedback, Obligation, Request, RequestReceiver, Submission
from styrkedja.dialogues.requests import answer_actions
from styrkedja.organisation import actions as organisation
from tests.analyses.writing import PERIOD, begin, established, fill, submitted, unit_established
from tests.reports.material import large

from .talking import accept, ask, day, feedback, hand_in, of, open_kinds

pytestmark = pytest.mark.django_db
KEY = "00000000-0000-4000-8000-000000000001"


def get(client, world, who, name, *args, **query):
    client.force_login(world.person(who))
    answer = client.get(reverse(f"dialogues:{name}", args=args), query)
    assert answer.status_code == 200, answer.status_code
    return re.sub(r"\s+", " ", answer.content.decode())


def post(client, world, who, name, *args, **data):
    client.force_login(world.person(who))
    return client.post(reverse(f"dialogues:{name}", args=args), data, follow=True)


def form(**changed):
    return {
        "what": "document",
        "kind": "analysis",
        "period": PERIOD,
        "forms_asked": ["gr"],
        "purpose": "Underlag till huvudmannens rapport.",
        "due": day(14).isoformat(),
        "answer_within": "21",
        **changed,
    }


def test_asking_all_units_of_a_school_form_for_the_document_that_exists(world, client):
    page = post(client, world, "quality", "ask", world.council.pk, **form()).content.decode()
    assert "Begäran är skickad till 2 enheter." in page
    request = Request.objects.get()
    assert {r.node.name for r in request.receivers.all()} == {"Björkskolan", "Ekskolan"}
    assert str(request) == "Nulägesanalys 2024/25"
    assert Obligation.objects.filter(kind="submission", due=day(14), to=world.council).count() == 2


def test_one_button_hands_in_the_document_that_exists(world, client):
    request = ask(world, what="document", kind="analysis", period=PERIOD, text="")
    row = of(request, world.bjork)
    assert "Lämna in dokumentet" not in get(client, world, "principal", "receiver", row.pk)
    analysis = begin(world)
    fill(analysis, world.person("principal"))
    version = submitted(world, analysis)
    page = get(client, world, "principal", "receiver", row.pk)
    assert "Lämna in dokumentet" in page and "Underlag till nämndens dialogdag." in page
    post(client, world, "principal", "hand_in", row.pk, version=row.version)
    assert Submission.objects.get().document == version
    accept(world, row)
    page = get(client, world, "quality", "answer", row.pk)
    assert "Behov: Fler uppgifter" in page and "Kunskaper" in page  # sections to give feedback on


def test_feedback_on_a_section_keeps_its_words(world, client):
    analysis = unit_established(world)
    request = ask(world, of=[world.bjork], what="document", kind="analysis", period=PERIOD, text="")
    row = of(request, world.bjork)
    post(client, world, "principal", "hand_in", row.pk, version=row.version)
    accept(world, row)
    need = analysis.needs.get()
    said = {"section": f"behov:{need.pk}", "saw": "Bra prioriterat", "use": "I rapporten"}
    post(client, world, "quality", "feedback", row.pk, **said)
    given = Feedback.objects.get()
    assert (given.section, given.section_words) == (f"behov:{need.pk}", f"Behov: {need.text}")
    page = get(client, world, "principal", "receiver", row.pk)
    assert "Bra prioriterat" in page and "Jag har tagit del av återkopplingen" in page


def test_the_whole_way_round_by_clicking(world, client):
    request = ask(world, of=[world.bjork])
    row = of(request, world.bjork)
    post(client, world, "principal", "answer_in_words", row.pk, version=1, text="Vi har gemensam lektionsstart.")
    post(client, world, "quality", "return_answer", row.pk, version=2, reason="I vilka årskurser?", due=day(5))
    page = get(client, world, "principal", "receiver", row.pk)
    assert "I vilka årskurser?" in page
    post(client, world, "principal", "answer_in_words", row.pk, version=3, text="I årskurs 7–9.")
    post(client, world, "quality", "accept", request.pk, chosen=f"{row.pk}:4")
    assert open_kinds(row) == ["feedback"]
    post(
        client,
        world,
        "quality",
        "feedback_to_many",
        request.pk,
        receivers=[row.pk],
        use="I dialogen",
        question="Och F–6?",
    )
    assert open_kinds(row) == ["reply"]
    question = Obligation.objects.get(kind="reply", met_at=None)
    post(client, world, "principal", "receiver_reply", row.pk, obligation=question.pk, text="Från hösten.")
    post(client, world, "principal", "acknowledge", row.pk, up_to=1, question="Kommer pengar?")
    back = Obligation.objects.get(kind="reply", met_at=None)
    assert (back.owes, back.to) == (world.council, world.bjork)
    answer = post(client, world, "quality", "close", request.pk, version=request.version)
    assert "har frågat tillbaka" in answer.content.decode()
    post(client, world, "quality", "answer_reply", row.pk, obligation=back.pk, text="I budgeten.")
    answer = post(client, world, "quality", "close", request.pk, version=request.version)
    assert "Begäran är avslutad" in answer.content.decode()


def test_the_asker_cannot_reply_for_the_receiver(world, client):
    request = ask(world, of=[world.bjork])
    row = of(request, world.bjork)
    hand_in(world, row)
    accept(world, row)
    feedback(world, row, question="Hur?")
    owed = Obligation.objects.get(kind="reply")
    client.force_login(world.person("head"))
    refused = client.post(reverse("dialogues:receiver_reply", args=[row.pk]), {"obligation": owed.pk, "text": "Så"})
    assert refused.status_code == 403
    post(client, world, "head", "answer_reply", row.pk, obligation=owed.pk, text="Så")
    assert Obligation.objects.get(pk=owed.pk).met_at is None


def test_a_unit_sees_only_its_own_part(world, client):
    request = ask(world)
    mine, other = of(request, world.bjork), of(request, world.ek)
    client.force_login(world.person("principal"))
    for name, pk in (("receiver", other.pk), ("answer", mine.pk), ("request", request.pk)):
        assert client.get(reverse(f"dialogues:{name}", args=[pk])).status_code == 404
    assert "Ekskolan" not in get(client, world, "principal", "receiver", mine.pk)


def test_the_matrix_shows_who_is_late_first_and_reminds_them_once(world, client):
    request = ask(world, due=day(0))
    hand_in(world, of(request, world.bjork))
    Obligation.objects.filter(owes=world.ek).update(due=day(-3))
    page = get(client, world, "head", "matrix", world.council.pk)
    assert page.index("Ekskolan</a>") < page.index("Björkskolan</a>")
    assert "3 dagar sen" in page and "1 av 3 är sena" in page
    late = get(client, world, "head", "matrix", world.council.pk, visa="sena")
    assert "Björkskolan</a>" not in late and "Ekskolan</a>" in late
    said = post(client, world, "head", "matrix_remind", world.council.pk).content.decode()
    assert "En påminnelse är på väg till Ekskolan." in said
    said = post(client, world, "head", "matrix_remind", world.council.pk).content.decode()
    assert "Redan påminda i dag: Ekskolan." in said
    csv = client.get(reverse("dialogues:matrix_csv", args=[world.council.pk])).content.decode("utf-8-sig")
    assert csv.splitlines()[1].startswith("Ekskolan;Nej;Nej;Nej;3 dagar sen;") and csv.splitlines()[1].endswith(";3")


def test_a_reminder_is_a_mail_with_a_link_and_no_content(world, client):
    from procrastinate.contrib.django.models import ProcrastinateJob

    request = ask(world, of=[world.ek])
    before = ProcrastinateJob.objects.filter(task_name="organisation.send").count()
    owed = Obligation.objects.get(owes=world.ek)
    post(client, world, "quality", "remind", request.pk, owed=owed.pk)
    job = ProcrastinateJob.objects.filter(task_name="organisation.send").order_by("-id").first()
    assert ProcrastinateJob.objects.filter(task_name="organisation.send").count() == before + 1
    assert job.args["person"] == str(world.person("principal_ek").pk)
    assert "studiero" not in json.dumps(job.args)


def test_a_request_to_a_unit_without_a_principal_says_so_and_stands(world, client):
    held = world.person("principal_lind").assignments.get()
    organisation.end_assignment(assignment=held, last_day=day(-1), by=None)
    page = get(client, world, "quality", "ask", world.council.pk)
    assert "Lindens förskola (saknar rektor)" in page
    said = post(client, world, "quality", "ask", world.council.pk, **form(forms_asked=["fs"])).content.decode()
    assert "I dag finns ingen som svarar för Lindens förskola" in said
    assert "Ingen svarar där" in get(client, world, "head", "node", world.council.pk)
    (owed,) = Obligation.objects.all()
    said = post(client, world, "quality", "remind", Request.objects.get().pk, owed=owed.pk).content.decode()
    assert "begäran står kvar: Lindens förskola" in said


def test_a_unit_sees_where_its_work_was_used(world, client):
    unit_established(world)
    request = ask(world, of=[world.bjork])
    row = of(request, world.bjork)
    hand_in(world, row)
    accept(world, row)
    feedback(world, row, use="Citeras i nämndens underlag.")
    analysis = begin(world, node=world.council, who="head")
    fill(analysis, world.person("head"))
    for one in analysis.unitinclusions.filter(included=None):
        one.reason = "Ingen analys i år."
        one.save()
    established(world, analysis, who="head")
    page = get(client, world, "principal", "uses", world.bjork.pk)
    assert "Underlag till nämndens dialogdag." in page and "Citeras i nämndens underlag." in page
    assert "analysen är med" in page or "tas med" in page or "ingår" in page


def test_the_same_form_twice_writes_once(world, client):
    client.force_login(world.person("quality"))
    data = form(_key=KEY)
    for _ in range(2):
        client.post(reverse("dialogues:ask", args=[world.council.pk]), data)
    assert Request.objects.count() == 1 and FormKey.objects.count() == 1


def test_a_form_with_errors_keeps_what_was_written(world, client):
    answer = post(client, world, "quality", "ask", world.council.pk, **form(purpose="", text="Ett ord till er"))
    text = answer.content.decode()
    assert "Ett ord till er" in text and "Skriv vad svaren ska användas till." in text
    assert not Request.objects.exists()


def test_a_second_tab_is_told_and_loses_nothing(world, client):
    request = ask(world, of=[world.bjork])
    row = of(request, world.bjork)
    hand_in(world, row)
    text = post(
        client, world, "principal", "answer_in_words", row.pk, version=1, text="Ett andra svar"
    ).content.decode()
    assert "har redan svarat" in text and "Ett andra svar" in text
    assert Submission.objects.count() == 1


@pytest.mark.parametrize("size", [100_000, 100_001])
def test_very_long_words_are_kept_or_refused_whole(world, client, size):
    request = ask(world, of=[world.bjork])
    row = of(request, world.bjork)
    text = post(client, world, "principal", "answer_in_words", row.pk, version=1, text="å" * size).content.decode()
    assert Submission.objects.count() == (size == 100_000)
    assert ("Texten är för lång" in text) == (size > 100_000)


def test_naughty_strings_come_back_as_they_were(world, client, shared):
    words = json.loads((shared / "badinput" / "blns.json").read_text("utf-8"))
    words = "\n".join(w for w in words if "\x00" not in w).replace("\r\n", "\n").replace("\r", "\n")
    row = of(ask(world, of=[world.bjork]), world.bjork)
    post(client, world, "principal", "answer_in_words", row.pk, version=1, text=words)
    assert Submission.objects.get().text == words
    accept(world, row)
    post(client, world, "quality", "feedback", row.pk, saw=words, use=words, action=words, question=words)
    page = get(client, world, "principal", "receiver", row.pk)
    assert "<script>alert" not in page


def test_queries_do_not_grow_with_the_units(world, client):
    def count(name, *args):
        client.force_login(world.person("head"))
        client.get(reverse(f"dialogues:{name}", args=args))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(f"dialogues:{name}", args=args)).status_code == 200
        return len(captured)

    request = ask(world)
    hand_in(world, of(request, world.bjork))
    accept(world, of(request, world.bjork))
    ask(world, of=[world.ek, world.lind])
    pages = [("matrix", world.council.pk), ("node", world.council.pk), ("request", request.pk)]
    few = [count(*page) for page in pages]
    units = [
        organisation.add_node(
            parent=world.administration,
            kind="unit",
            name=f"Skola {i}",
            school_forms=["gr"],
            valid_from=day(-90),
            by=None,
        )
        for i in range(12)
    ]
    many = ask(world, of=units)
    for row in many.receivers.all()[:6]:
        answer_actions.answer_in_words(receiver=row, text="Svar", expected=row.version, by=None)
    accept(world, *RequestReceiver.objects.filter(state="submitted"))
    pages[2] = ("request", many.pk)
    assert [count(*page) for page in pages] == few


def test_figures_are_handed_in_as_they_stand_and_kept(world, client):
    large("11111111", "Björkskolan", [71.0, 74.0, 76.0, 79.2], n=400)
    page = post(
        client, world, "quality", "ask", world.council.pk, **form(what="figures", indicators=["pass_all_final"])
    ).content.decode()
    assert "Siffror 2024/25" in page
    row = of(Request.objects.get(), world.bjork)
    page = get(client, world, "principal", "receiver", row.pk)
    assert "79,2 %" in page and "Skolverket, slutbetyg i årskurs 9" in page and "Lämna in siffrorna" in page
    post(client, world, "principal", "hand_in", row.pk, version=1)
    kept = Submission.objects.get().figures
    assert [(f["indicator"], f["period"], f["full"]["value"]) for f in kept] == [("pass_all_final", PERIOD, 79.2)]
    large("11111111", "Björkskolan", [71.0, 74.0, 76.0, 60.0], n=400)
    assert "79,2" in get(client, world, "quality", "answer", row.pk)
    nothing = of(Request.objects.get(), world.ek)
    page = get(client, world, "principal_ek", "receiver", nothing.pk)
    assert "<dt>Siffror</dt><dd>Uppfyllda betygskriterier i alla ämnen, avgångsåret</dd>" in page  # which are asked for
    said = post(client, world, "principal_ek", "hand_in", nothing.pk, version=1).content.decode()
    assert "Det finns inga sådana siffror att lämna in." in said
    assert Submission.objects.count() == 1


def test_a_role_of_one_school_form_asks_and_sees_those_units_alone(world, client):
    person = organisation.add_person(email="gr@ekkoping.example", name="Gunnar Grundskola", by=None)
    organisation.assign_role(
        person=person, role="administration_head", node=world.council, valid_from=day(-9), school_forms=["gr"], by=None
    )
    world.people["gr"] = person
    request = ask(world, of=[world.bjork, world.lind])
    preschool = of(request, world.lind)
    hand_in(world, preschool, text="Bara för förskolan", who="principal_lind")
    for page in (("ask", world.council.pk), ("request", request.pk), ("node", world.council.pk)):
        assert "Lindens" not in get(client, world, "gr", *page)
    assert client.get(reverse("dialogues:answer", args=[preschool.pk])).status_code == 404
    post(client, world, "gr", "accept", request.pk, chosen=f"{preschool.pk}:2")
    assert of(request, world.lind).state == "submitted"
