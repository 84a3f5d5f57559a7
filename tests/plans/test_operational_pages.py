"""Pages of operational plans: begun, written, shared, talked about, handed in, established, compared."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from styrkedja.documents.models import Document
from styrkedja.plans.models import Consultation, OperationalPlan, PlanComment, PlanMeasure, PlanMention
from styrkedja.plans.operational import actions
from tests.analyses.writing import unit_established
from tests.plans import initiating
from tests.plans.operating import (
    DEGRADING,
    PERIOD,
    PLAN,
    begin,
    consulted,
    corrected,
    fill,
    section,
    submitted,
    whole,
    write,
)

BASE = "/planer/verksamhetsplan"


@pytest.fixture
def as_(client, world):
    def log_in(who: str):
        client.force_login(world.person(who))
        return client

    return log_in


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_plan_is_begun_from_the_nodes_list(as_, world):
    client = as_("principal")
    page = text_of(client.get(f"/planer/nod/{world.bjork.pk}/verksamhetsplaner/"))
    assert "Verksamhetsplan" in page
    assert "Plan mot kränkande behandling" in page
    answer = client.post(f"/planer/nod/{world.bjork.pk}/verksamhetsplaner/ny/", {"kind": PLAN, "period": PERIOD})
    plan = OperationalPlan.objects.get()
    assert answer.url == f"{BASE}/{plan.pk}/skriv/"
    assert client.get(answer.url).status_code == 200
    assert "2026/27" in text_of(client.get(f"/planer/nod/{world.bjork.pk}/verksamhetsplaner/"))


def test_what_has_to_be_judged_first_is_named(as_, world):
    import datetime as dt

    before = dt.date(2027, 6, 1)
    waits = initiating.ongoing(world, evaluation_date=before, ends_on=before)
    answer = as_("principal").post(
        f"/planer/nod/{world.bjork.pk}/verksamhetsplaner/ny/", {"kind": PLAN, "period": "2027/28"}
    )
    assert answer.status_code == 409
    assert waits.title in text_of(answer)
    assert f"/planer/insatser/{waits.pk}/" in text_of(answer)


def test_needs_and_initiatives_stand_in_the_plan(as_, world):
    unit_established(world)
    made = initiating.ongoing(world)
    initiating.proposed(world, title="Bara en tanke")
    plan = begin(world)
    page = text_of(as_("principal").get(f"{BASE}/{plan.pk}/skriv/"))
    assert "Fler uppgifter som kräver resonemang." in page
    assert made.title in page
    assert "Bara en tanke" not in page
    assert "1 insats är bara föreslagen" in page


def test_a_section_is_saved_by_script_and_by_button(as_, world):
    plan = begin(world)
    row, client = section(plan, "mal"), as_("principal")
    address = f"{BASE}/{plan.pk}/rad/avsnitt/{row.pk}/"
    answer = client.post(address, {"version": 1, "text": "Ett"}, headers={"X-Autosave": "1"})
    assert answer.json()["version"] == 2
    assert client.post(address, {"version": 2, "text": "Två"}).url == f"{BASE}/{plan.pk}/skriv/#avsnitt-{row.pk}"
    both = client.post(address, {"version": 1, "text": "Tre"})
    assert both.status_code == 409
    assert "Tre" in text_of(both)
    assert "Två" in text_of(both)
    both = client.post(address, {"version": 1, "text": "Tre"}, headers={"X-Autosave": "1"})
    assert "Två" in both.json()["html"]


def test_a_section_is_not_saved_under_another_name(as_, world):
    row = section(begin(world), "mal")
    said = {"version": 1, "text": "Tove skrev detta", "_person": str(world.person("team_lead").pk)}
    address = f"{BASE}/{row.plan_id}/rad/avsnitt/{row.pk}/"
    assert as_("principal").post(address, said, headers={"X-Autosave": "1"}).status_code == 403
    assert section(row.plan, "mal").text == ""


def test_what_is_too_long_or_has_a_nul_is_said_at_the_field(as_, world):
    plan = begin(world)
    row, client = section(plan, "mal"), as_("principal")
    address = f"{BASE}/{plan.pk}/rad/avsnitt/{row.pk}/"
    assert client.post(address, {"version": 1, "text": "x" * 100_000}, headers={"X-Autosave": "1"}).status_code == 200
    long = client.post(address, {"version": 2, "text": "x" * 100_001})
    assert long.status_code == 422
    assert "x" * 1000 in text_of(long)
    assert client.post(address, {"version": 2, "text": "a\x00"}).status_code == 422


def test_earlier_words_are_kept_and_can_be_taken_back(as_, world):
    plan = begin(world)
    row = section(plan, "mal")
    write(row, world.person("head"), text="Hannas ord")
    write(row, world.person("principal"), text="Ragnars ord")
    page = text_of(as_("principal").get(f"{BASE}/{plan.pk}/rad/avsnitt/{row.pk}/tidigare/"))
    assert "Hannas" in page
    assert "Hanna Förvaltning" in page


def test_a_row_is_removed_and_put_back(as_, world):
    plan = begin(world, DEGRADING)
    client = as_("principal")
    client.post(f"{BASE}/{plan.pk}/rad/atgard/ny/")
    assert PlanMeasure.objects.filter(plan=plan).count() == 2
    row = PlanMeasure.objects.filter(plan=plan).last()
    address = f"{BASE}/{plan.pk}/rad/atgard/{row.pk}/ta-bort/"
    answer = client.post(address, {"removed": "1"})
    assert "borttaget-nyss" in text_of(client.get(answer.url.partition("#")[0]))
    assert PlanMeasure.objects.filter(plan=plan, deleted_at=None).count() == 1
    client.post(address, {"removed": "0"})
    assert PlanMeasure.objects.filter(plan=plan, deleted_at=None).count() == 2


def test_the_draft_is_its_writers_until_it_is_shared(as_, world):
    plan = begin(world)
    write(section(plan, "mal"), world.person("principal"), text="HEMLIGT UTKAST")
    preview = f"{BASE}/{plan.pk}/utkast/"
    for who, status in (("teacher", 404), ("team_lead", 404), ("lead_teacher", 403), ("principal_ek", 404)):
        assert as_(who).get(preview).status_code == status, who
    actions.share(plan=plan, shared=True, by=world.person("principal"))
    for who in ("teacher", "team_lead", "lead_teacher", "health"):
        assert "HEMLIGT UTKAST" in text_of(as_(who).get(preview)), who
    for who in ("principal_ek", "head", "chief", "auditor"):  # of another unit, or above it
        assert as_(who).get(preview).status_code in (403, 404), who
    assert "HEMLIGT" not in text_of(as_("principal_ek").get(f"/planer/nod/{world.bjork.pk}/verksamhetsplaner/"))
    assert "2026/27" not in text_of(as_("principal_ek").get(f"/planer/nod/{world.bjork.pk}/verksamhetsplaner/"))
    actions.share(plan=plan, shared=False, by=world.person("principal"))
    assert as_("teacher").get(preview).status_code == 404


def test_staff_comment_answer_and_settle(as_, world, mailoutbox):
    plan = begin(world)
    actions.share(plan=plan, shared=True, by=world.person("principal"))
    send = f"{BASE}/{plan.pk}/kommentera/"
    answer = as_("teacher").post(send, {"section": "mal", "text": "Hur mäter vi det, @tove arbetslag?"})
    said = PlanComment.objects.get()
    assert answer.url == f"{BASE}/{plan.pk}/utkast/#kommentar-{said.pk}"
    assert [m.person for m in PlanMention.objects.all()] == [world.person("team_lead")]
    as_("principal").post(send, {"answers": said.pk, "text": "I enkäten."})
    reply = PlanComment.objects.get(answers=said)
    assert reply.section == "mal"
    page = text_of(as_("team_lead").get(f"{BASE}/{plan.pk}/utkast/"))
    assert "Hur mäter vi det" in page
    assert "I enkäten." in page
    as_("principal").post(f"{BASE}/{plan.pk}/kommentar/{said.pk}/klar/", {"resolved": "1", "page": "edit"})
    assert "Klart: kommentar av Lars Lärare" in text_of(as_("principal").get(f"{BASE}/{plan.pk}/skriv/"))
    as_("principal").post(f"{BASE}/{plan.pk}/kommentar/{said.pk}/klar/", {"resolved": "0"})
    assert "Klart: kommentar" not in text_of(as_("principal").get(f"{BASE}/{plan.pk}/skriv/"))


def test_a_mention_sends_a_mail_with_a_link_and_no_words(world):
    from procrastinate.contrib.django.models import ProcrastinateJob

    from styrkedja.plans.operational import talk_actions

    plan = begin(world)
    actions.share(plan=plan, shared=True, by=world.person("principal"))
    before = ProcrastinateJob.objects.count()
    said = talk_actions.comment(
        plan=plan,
        section="",
        text="Hemligt innehåll",
        mentioned=[world.person("teacher"), world.person("principal")],
        by=world.person("principal"),
    )
    [job] = ProcrastinateJob.objects.order_by("-id")[: ProcrastinateJob.objects.count() - before]
    assert job.args["path"] == f"{BASE}/{plan.pk}/utkast/#kommentar-{said.pk}"
    assert job.args["person"] == str(world.person("teacher").pk)  # never to oneself
    assert "Hemligt" not in str(job.args)


def test_what_is_refused_keeps_the_words(as_, world):
    plan = begin(world)
    send = f"{BASE}/{plan.pk}/kommentera/"
    answer = as_("principal").post(send, {"section": "mal", "text": "Vad säger @Tove Arbetslag?"})
    assert answer.status_code == 422
    assert "Vad säger @Tove Arbetslag?" in text_of(answer)
    assert as_("principal").post(send, {"section": "mal", "text": "  "}).status_code == 422
    assert as_("teacher").post(send, {"section": "mal", "text": "Hej"}).status_code == 404
    assert not PlanComment.objects.exists()


def test_a_plan_is_handed_in_returned_established_and_corrected(as_, world):
    plan = begin(world)
    client = as_("principal")
    page = text_of(client.get(f"{BASE}/{plan.pk}/lamna-in/"))
    assert "#samrad" in page
    fill(plan, world.person("principal"))

    def version() -> int:
        return Document.objects.get(pk=plan.pk).version

    assert "Det fanns" not in text_of(client.get(f"{BASE}/{plan.pk}/lamna-in/"))
    client.post(f"{BASE}/{plan.pk}/lamna-in/", {"version": version()})
    assert Document.objects.get(pk=plan.pk).state == "submitted"
    as_("head").post(f"{BASE}/{plan.pk}/aterlamna/", {"version": version(), "reason": "Ett skäl"})
    assert "Ett skäl" in text_of(as_("principal").get(f"{BASE}/{plan.pk}/skriv/"))
    client.post(f"{BASE}/{plan.pk}/lamna-in/", {"version": version()})
    assert as_("head").get(f"{BASE}/{plan.pk}/faststall/").status_code == 403
    client = as_("principal")
    assert client.get(f"{BASE}/{plan.pk}/faststall/").status_code == 200
    client.post(f"{BASE}/{plan.pk}/faststall/", {"version": version()})
    assert Document.objects.get(pk=plan.pk).state == "established"
    read = text_of(as_("politician").get(f"{BASE}/{plan.pk}/"))
    assert "Vi bygger vidare på förra årets analys." in read
    assert "Mer tid för samplanering." in read
    as_("head").post(f"{BASE}/{plan.pk}/publicera/", {"version": version()})
    assert Document.objects.get(pk=plan.pk).state == "published"
    as_("principal").post(f"{BASE}/{plan.pk}/ratta/", {"version": version(), "reason": "Fel datum"})
    assert Document.objects.get(pk=plan.pk).state == "draft"
    assert as_("politician").get(f"{BASE}/{plan.pk}/").status_code == 200


def test_comments_are_not_for_those_who_read_the_established_plan(as_, world):
    plan = begin(world)
    fill(plan, world.person("principal"))
    as_("principal").post(f"{BASE}/{plan.pk}/kommentera/", {"section": "mal", "text": "OSS EMELLAN"})
    submitted(world, plan)
    actions.establish(plan=plan, expected=Document.objects.get(pk=plan.pk).version, by=world.person("principal"))
    assert "OSS EMELLAN" not in text_of(as_("politician").get(f"{BASE}/{plan.pk}/"))
    assert "OSS EMELLAN" in text_of(as_("principal").get(f"{BASE}/{plan.pk}/"))


def test_measures_of_either_year_stand_under_their_own_word(as_, world):
    whole(world, DEGRADING, "2025/26")
    plan = begin(world, DEGRADING, "2026/27")
    page = text_of(as_("principal").get(f"{BASE}/{plan.pk}/jamfor/"))
    assert re.search(r"<h\d[^>]*>\s*Åtgärder\s*</h", page)
    assert "Mått" not in page


def test_last_years_plan_stands_beside_this_years(as_, world):
    whole(world, PLAN, "2025/26")
    plan = begin(world, PLAN, "2026/27")
    write(section(plan, "bakgrund"), world.person("principal"), text="Vi bygger vidare på årets analys.")
    page = text_of(as_("principal").get(f"{BASE}/{plan.pk}/jamfor/"))
    assert re.search(r"<del>.*förra .*</del>", page)
    assert as_("teacher").get(f"{BASE}/{plan.pk}/jamfor/").status_code == 404


def test_versions_of_a_plan_are_compared_word_by_word(as_, world):
    plan = whole(world)
    corrected(world, plan)
    write(section(plan, "bakgrund"), world.person("principal"), text="Vi bygger vidare på årets analys.")
    page = text_of(as_("principal").get(f"{BASE}/{plan.pk}/jamfor/?fran=2"))
    assert "Jämför versioner" in page
    assert re.search(r"<del>.*förra .*</del>", page)
    assert "<del>" not in text_of(as_("politician").get(f"{BASE}/{plan.pk}/jamfor/?fran=2"))  # it is still a draft
    assert as_("politician").get(f"{BASE}/{plan.pk}/jamfor/?fran=1").status_code == 403  # only handed in


def test_pages_ask_no_more_for_more_rows(as_, world):
    plan = begin(world, DEGRADING)
    actions.share(plan=plan, shared=True, by=world.person("principal"))
    client = as_("principal")

    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    pages = [f"{BASE}/{plan.pk}/skriv/", f"{BASE}/{plan.pk}/utkast/"]
    consulted(plan, world.person("principal"))
    client.post(f"{BASE}/{plan.pk}/kommentera/", {"section": "ansvar", "text": "Ett @Lars Lärare"})
    few = [asked(page) for page in pages]
    for number in range(4):
        consulted(plan, world.person("principal"))
        client.post(f"{BASE}/{plan.pk}/rad/atgard/ny/")
        client.post(f"{BASE}/{plan.pk}/kommentera/", {"section": "ansvar", "text": f"{number} @Lars Lärare"})
    assert [asked(page) for page in pages] == few
    assert Consultation.objects.filter(plan=plan).count() == 5


def test_the_list_asks_no_more_for_more_plans(as_, world):
    client = as_("head")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/planer/nod/{world.council.pk}/verksamhetsplaner/").status_code == 200
        return len(queries)

    whole(world)
    few = asked()
    whole(world, DEGRADING)
    whole(world, PLAN, "2025/26")
    begin(world, node=world.ek, by="principal_ek")
    assert asked() == few
