"""Odd but possible requests: refused in words or as 4xx, never a 500 (trust.md §9, G4)."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from styrkedja.analyses import actions as analyses
from styrkedja.documents.models import Document
from styrkedja.organisation.models import Assignment, Node
from styrkedja.reports.models import Report

pytestmark = pytest.mark.django_db
NO_PERIODS = ("9999/00", "0000/01", "2024/25\n", "\u0662\u0660\u0662\u0664/\u0662\u0665", "2024/25\0", "1850/51")


@pytest.fixture
def as_person(world):
    def log_in(key: str) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(world.person(key))
        return client

    return log_in


@pytest.mark.parametrize("period", NO_PERIODS)
def test_what_is_no_period_begins_no_analysis_and_no_report(world, as_person, period):
    client, at = as_person("principal"), [world.bjork.pk]
    assert client.post(reverse("analyses:start", args=at), {"period": period}).status_code == 302
    assert client.post(reverse("reports:make", args=at), {"period": period}).status_code == 302
    assert client.get(reverse("indicators:node", args=at), {"lasar": period}).status_code == 200
    assert (Document.objects.count(), Report.objects.count()) == (0, 0)


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_at_the_end_of_all_time_closes_nothing(world, as_person, day):
    quality, operator = as_person("quality"), as_person("operator")
    role = Assignment.objects.get(role="operator")
    sent = {"version": 1, "last_day": day}
    assert quality.post(reverse("organisation:node_close", args=[world.ek_team.pk]), sent).status_code == 200
    assert operator.post(reverse("organisation:role_end", args=[role.pk]), sent).status_code == 200
    assert quality.get(reverse("organisation:chain"), {"datum": day}).status_code == 200
    assert Node.objects.get(pk=world.ek_team.pk).valid_to is None


def test_nul_in_an_address_or_a_cookie_is_a_bad_request(world, as_person):
    found = analyses.start(node=world.bjork, period="2024/25", by=None)
    address = reverse("analyses:add", args=[found.pk, "x"]).replace("/x/", "/%00/")
    assert as_person("principal").post(address, {"_key": str(uuid.uuid4())}).status_code == 400
    visitor = Client(raise_request_exception=False)
    for cookie in ("sessionid", "csrftoken", "language", "messages"):
        answer = visitor.get("/konto/logga-in/", headers={"cookie": f'{cookie}="\\000aaaaaaaaaaaa"'})
        assert answer.status_code == 400, cookie


def test_a_form_sent_after_the_login_has_expired_leads_back_to_its_page(world):
    address = reverse("analyses:start", args=[world.bjork.pk])
    page = f"http://testserver{reverse('analyses:node', args=[world.bjork.pk])}?x=1"
    visitor = Client()
    kept = visitor.post(address, {"period": "2024/25"}, headers={"referer": page})
    assert kept.url == f"/konto/logga-in/?next=/analyser/nod/{world.bjork.pk}/%3Fx%3D1"
    for elsewhere in ("", "https://elak.example/x", "//elak.example/"):
        assert visitor.post(address, headers={"referer": elsewhere}).url == "/konto/logga-in/?next=/"
