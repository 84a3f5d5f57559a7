"""Reports on the web: what is listed, what is ready, making once however often one presses, reading and the PDF."""

from __future__ import annotations

import re
import uuid

import pytest
from django.urls import reverse
from django.utils import translation

from styrkedja.analyses.models import Need
from styrkedja.documents import actions as documents
from styrkedja.reports.actions import make_report
from styrkedja.reports.models import Report
from styrkedja.reports.queries import periods_offered
from styrkedja.reports.serving import disposition, file_name
from tests.analyses.writing import begin, established, fill, submitted, unit_established, write
from tests.reports.material import PERIOD, large

pytestmark = pytest.mark.django_db


@pytest.fixture
def log_in(client, world):
    def as_person(key):
        client.force_login(world.person(key))
        return client

    return as_person


def get(client, name, *args, **query):
    return client.get(reverse(f"reports:{name}", args=args), query)


def body(response):
    return response.content.decode()


def test_an_empty_list_says_what_can_be_done(log_in, world):
    assert "Ingen rapport har gjorts ännu" in body(get(log_in("quality"), "list"))
    assert "Se vad som är klart" in body(get(log_in("quality"), "list"))
    assert "Se vad som är klart" not in body(get(log_in("politician"), "list"))


def test_the_list_has_every_report_one_may_read(log_in, world):
    make_report(node=world.bjork, period=PERIOD, by=None)
    make_report(node=world.bjork, period=PERIOD, by=None)
    make_report(node=world.council, period="2023/24", by=None)
    page = body(get(log_in("politician"), "list"))
    assert page.count("<tr>") == 3  # the head and two reports
    assert "version 2" in page
    assert "2023/24" in page


def test_what_is_ready_is_said_before_a_report_is_made(log_in, world):
    unit_established(world)
    page = body(get(log_in("quality"), "node", world.council.pk, period=PERIOD))
    assert "Inte påbörjad" in page
    assert page.count("Inte fastställd") == 2  # Ekskolan and the preschool
    assert "Det blir ett utkast" in page
    assert "Gör rapporten" in page
    assert "Gör rapporten" not in body(get(log_in("politician"), "node", world.council.pk, period=PERIOD))


def test_the_page_opens_at_the_latest_year_there_is_something_of(log_in, world):
    def chosen(node):
        return re.findall(r'<option value="([^"]+)" selected', body(get(log_in("politician"), "node", node.pk)))

    (likeliest,) = chosen(world.ek)
    assert likeliest == periods_offered()[0] != PERIOD
    unit_established(world)
    assert chosen(world.bjork) == [PERIOD]
    make_report(node=world.ek, period="2023/24", by=None)
    assert chosen(world.ek) == ["2023/24"]


def test_a_made_up_period_is_no_error(log_in, world):
    assert get(log_in("quality"), "node", world.council.pk, period="x' OR 1=1").status_code == 200
    response = log_in("quality").post(reverse("reports:make", args=[world.council.pk]), {"period": "i fjol"})
    assert response.url == reverse("reports:node", args=[world.council.pk])
    assert Report.objects.count() == 0


def test_pressed_twice_it_is_made_once(log_in, world):
    client, form = log_in("principal"), {"period": PERIOD, "_key": str(uuid.uuid4())}
    answers = [client.post(reverse("reports:make", args=[world.bjork.pk]), form) for _ in range(2)]
    (report,) = Report.objects.all()
    assert [a.url for a in answers] == [reverse("reports:read", args=[report.pk])] * 2
    assert report.made_by == world.person("principal")
    client.post(reverse("reports:make", args=[world.bjork.pk]), form | {"_key": str(uuid.uuid4())})
    assert Report.objects.count() == 2


@pytest.mark.parametrize(("key", "status"), [("principal_ek", 404), ("teacher", 403), ("politician", 403)])
def test_who_may_not_make_it(log_in, world, key, status):
    node = world.bjork if key != "teacher" else world.bjork_team
    response = log_in(key).post(reverse("reports:make", args=[node.pk]), {"period": PERIOD})
    assert response.status_code == status
    assert Report.objects.count() == 0


def test_reading_one(log_in, world):
    large("11111111", "Björkskolan", [70.0, 74.0, 79.2])
    first = make_report(node=world.bjork, period=PERIOD, by=None)
    second = make_report(node=world.bjork, period=PERIOD, by=None)
    client = log_in("politician")
    page = body(get(client, "read", first.pk))
    assert page.count("<h1") == 1
    assert "79,2\xa0%" in page
    assert "Det finns en senare version" in page
    assert reverse("reports:read", args=[second.pk]) in page
    assert "Utkast: det finns ingen analys att bygga på" in page
    assert "Det finns en senare version" not in body(get(client, "read", second.pk))
    assert "style=" not in page.split("<main")[1]


def test_it_is_read_in_the_readers_language(log_in, world):
    report = make_report(node=world.bjork, period=PERIOD, by=None)
    person = world.person("politician")
    client = log_in("politician")
    client.cookies["language"] = "en"
    person.language = "en"
    person.save()
    with translation.override("en"):
        page = body(get(client, "read", report.pk))
    assert '<article class="report" lang="en">' in page
    assert "Quality report 2024/25" in page


def test_a_draft_is_for_those_who_may_read_the_analysis(log_in, world):
    fill(begin(world), world.person("principal"))
    submitted(world, begin(world))
    report = make_report(node=world.bjork, period=PERIOD, by=None)
    assert "Utkast: bygger på ej fastställd analys" in body(get(log_in("head"), "read", report.pk))
    for name in ("read", "pdf"):
        assert get(log_in("politician"), name, report.pk).status_code == 403
        assert get(log_in("principal_ek"), name, report.pk).status_code == 404
        assert get(log_in("registrar"), name, report.pk).status_code == 403
        assert get(log_in("quality"), name, report.pk).status_code == 200
    assert str(report.pk) not in body(get(log_in("politician"), "list"))


def test_the_file(log_in, world):
    report = make_report(node=world.bjork, period=PERIOD, by=None)
    response = get(log_in("politician"), "pdf", report.pk)
    assert response["Content-Type"] == "application/pdf"
    assert response.content[:5] == b"%PDF-"
    assert b"/MarkInfo" in response.content or b"StructTreeRoot" in response.content
    header = response["Content-Disposition"]
    assert 'filename="kvalitetsrapport-2024-25-bjorkskolan-v1.pdf"' in header
    assert "filename*=UTF-8''Kvalitetsrapport%202024-25%20Bj%C3%B6rkskolan%20v1.pdf" in header
    english = get(log_in("politician"), "pdf", report.pk, lang="en")
    assert "Quality" in english["Content-Disposition"]


def test_a_name_of_a_file_is_safe_whatever_the_node_is_called(world):
    world.bjork.name = '../../etc/"passwd\r\nX: y'
    report = Report(
        node=world.bjork, number=1, snapshot={"sv": make_report(node=world.ek, period=PERIOD, by=None).snapshot["sv"]}
    )
    name = file_name(report, "sv")
    assert not set('/\\"\r\n') & set(name)
    assert "\n" not in disposition(name) and "\r" not in disposition(name)


def test_a_report_that_is_none(log_in, world):
    for name in ("read", "pdf"):
        assert get(log_in("quality"), name, uuid.uuid4()).status_code == 404


def test_a_team_is_led_to_its_unit(log_in, world):
    page = body(get(log_in("principal"), "node", world.bjork_team.pk))
    assert reverse("reports:node", args=[world.bjork.pk]) in page
    assert "Gör rapporten" not in page


@pytest.mark.parametrize(
    ("who", "told"),
    [("principal", True), ("quality", True), ("auditor", True), ("politician", False), ("principal_ek", False)],
)
def test_how_far_an_analysis_has_come_is_told_those_who_may_read_it(log_in, world, who, told):
    analysis = begin(world)
    page = body(get(log_in(who), "node", world.bjork.pk, period=PERIOD))
    assert ("Skrivs" in page, "Inte fastställd" in page) == (told, not told)
    fill(analysis, world.person("principal"))
    submitted(world, analysis)
    page = body(get(log_in(who), "node", world.bjork.pk, period=PERIOD))
    assert ("Inlämnad, ej fastställd" in page) is told
    assert ("version 1" in page) is told


def test_two_versions_are_compared_word_by_word(log_in, world):
    analysis = unit_established(world)
    make_report(node=world.bjork, period=PERIOD, by=None)
    principal = world.person("principal")
    documents.open_correction(
        document=analysis.document, expected=analysis.document.version, reason="Skarpare", by=principal
    )
    need = Need.objects.filter(analysis=analysis).first()
    write(need, principal, text="Fler uppgifter som kräver skriftliga resonemang.")
    established(world, analysis)
    later = make_report(node=world.bjork, period=PERIOD, by=None)
    client = log_in("teacher")
    assert reverse("reports:compare", args=[later.pk]) in body(get(client, "read", later.pk))
    page = body(get(client, "compare", later.pk))
    assert re.search(r"<ins>.*?skriftliga", page)
    assert "version 2" in page
    assert "oförändrade" in page
    back = body(get(client, "compare", Report.objects.get(number=1).pk, fran="2"))
    assert re.search(r"<del>.*?skriftliga", back)


def test_one_version_has_nothing_to_be_compared_with(log_in, world):
    made = make_report(node=world.bjork, period=PERIOD, by=None)
    assert "Det finns bara en version" in body(get(log_in("principal"), "compare", made.pk))
