"""A report that is handed in, returned, established by whoever may, published and archived; its cover says so."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.models import AuditEvent
from styrkedja.documents import actions as documents
from styrkedja.documents.authority import Minutes
from styrkedja.documents.models import DelegationRule, Document, DocumentState, DocumentVersion
from styrkedja.documents.queries import altered_versions
from styrkedja.organisation.models import Organiser
from styrkedja.reports import files, queries, standing
from styrkedja.reports.actions import hand_in, make_report, publish
from styrkedja.reports.models import Report
from styrkedja.reports.renderers.html import render_html
from tests.analyses.writing import begin, established, fill, unit_established
from tests.conftest import as_owner
from tests.reports.material import PERIOD
from tests.reports.test_snapshot import words_of

pytestmark = pytest.mark.django_db

MINUTES = Minutes(dt.date(2025, 11, 20), "§ 84", "UBN 2025/112")
FORM = {"decided_on": "2025-11-20", "paragraph": "84", "registry_number": "UBN 2025/112"}


@pytest.fixture
def log_in(client, world):
    def as_person(key):
        client.force_login(world.person(key))
        return client

    return as_person


def address(name, report):
    return reverse(f"reports:{name}", args=[report.pk])


def plain(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode().split("<main")[1]).split())


def unit_report(world, who="head") -> Report:
    unit_established(world)
    return make_report(node=world.bjork, period=PERIOD, by=world.person(who))


def council_report(world) -> Report:
    """The organiser's, on its own analysis with reasons for every unit."""
    head, analysis = world.person("head"), begin(world, node=world.council, who="head")
    fill(analysis, head)
    for row in analysis.unitinclusions.all():
        row.__class__.objects.filter(pk=row.pk).update(reason="Startar till hösten")
    established(world, analysis, "head")
    return make_report(node=world.council, period=PERIOD, by=world.person("quality"))


def handed_in(world, report, who) -> Document:
    hand_in(report=report, expected=1, by=world.person(who))
    found = standing.document_behind(report)
    assert found is not None
    return found


def test_the_units_report_is_established_by_its_principal(log_in, world, tmp_path):
    report = unit_report(world)
    before = files.path_of(report, "sv")
    page = plain(log_in("principal").get(address("read", report)))
    assert "Utkast" in page and "Lämna in …" in page
    log_in("head").post(address("hand_in", report), {"version": 1})
    assert "Inlämnad" in plain(log_in("principal").get(address("read", report)))
    done = plain(log_in("principal").post(address("establish", report), {"version": 2}, follow=True))
    assert "Rapporten är fastställd" in done
    day = timezone.localdate()
    assert f"Version {report.number}. Fastställd av Ragnar Björk den {day.day} " in done
    assert "Fastställd av Ragnar Björk" in words_of(files.pdf_of(report, "sv"), tmp_path)
    assert "Established by Ragnar Björk" in render_html(queries.document_of(report, "en"))
    assert files.path_of(report, "sv") != before


def test_invariant_02_the_organisers_report_is_the_committees(log_in, world, tmp_path):
    report = council_report(world)
    document = handed_in(world, report, "quality")
    for key, status in (("head", 403), ("quality", 403), ("chief", 403), ("politician", 404)):
        assert log_in(key).get(address("establish", report)).status_code == status
        with pytest.raises(Refused):
            documents.establish(document=document, expected=2, by=world.person(key), minutes=MINUTES)
    registrar = log_in("registrar")
    asked = registrar.post(address("establish", report), {"version": 2}).content.decode()
    assert all(f'href="#id_{name}"' in asked for name in FORM)
    tomorrow = str(timezone.localdate() + dt.timedelta(days=1))
    future = registrar.post(address("establish", report), {**FORM, "version": 2, "decided_on": tomorrow})
    assert "kan inte vara daterat efter i dag" in plain(future)
    document.refresh_from_db()
    assert document.state == DocumentState.SUBMITTED
    page = plain(registrar.post(address("establish", report), {**FORM, "version": 2}, follow=True))
    line = "Fastställd av nämnden den 20 november 2025, § 84, dnr UBN 2025/112"
    assert f"Version 1. {line}" in page
    assert line in words_of(files.pdf_of(report, "sv"), tmp_path)
    version = standing.established_as(report)
    assert (version.authority, version.made_by) == ("committee", world.person("registrar"))
    trail = AuditEvent.objects.get(event="document_established", about__endswith=str(document.pk)).details
    assert (trail["paragraph"], trail["registry_number"], trail["decided_on"]) == ("§ 84", "UBN 2025/112", "2025-11-20")
    assert list(altered_versions()) == []
    as_owner(f"UPDATE documents_documentversion SET paragraph = '§ 85' WHERE id = '{version.pk}'")
    assert [v.pk for v in altered_versions()] == [version.pk]


def test_an_independent_organiser_has_a_board(world):
    Organiser.objects.update(sector="private")
    report = council_report(world)
    documents.establish(
        document=handed_in(world, report, "quality"), expected=2, by=world.person("registrar"), minutes=MINUTES
    )
    assert "Fastställd av styrelsen den 20 november 2025" in queries.document_of(report, "sv").status


@pytest.mark.parametrize(
    "minutes", [None, Minutes(dt.date(2025, 11, 20), " ", "1"), Minutes(dt.date(2099, 1, 1), "§ 1", "1")]
)
def test_a_decision_is_named_and_has_been(world, minutes):
    document = handed_in(world, council_report(world), "quality")
    with pytest.raises(Refused):
        documents.establish(document=document, expected=2, by=world.person("registrar"), minutes=minutes)


@pytest.mark.parametrize(
    "said",
    [
        {"authority": "own"},
        {"authority": ""},
        {"authority": "committee", "paragraph": "§ 84", "registry_number": "1"},
        {"authority": "committee", "decided_on": "2025-11-20", "registry_number": "1"},
        {"authority": "committee", "decided_on": "2025-11-20", "paragraph": "§ 84"},
        {"authority": "committee", "decided_on": "2099-11-20", "paragraph": "§ 84", "registry_number": "1"},
        {"authority": "delegation"},
        {"authority": "own", "paragraph": "§ 84"},
    ],
)
def test_invariant_02_the_database_refuses_what_nobody_with_authority_established(world, said):
    document = handed_in(world, council_report(world), "quality")
    row = {"document": document, "number": 9, "state": "established", "body": {}, "content_hash": "x"}
    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentVersion.objects.create(**row, made_by=world.person("head"), made_at=timezone.now(), **said)


def test_invariant_02_the_organisers_report_is_never_delegated(world):
    document = handed_in(world, council_report(world), "quality")
    rule = DelegationRule.objects.create(
        kind="quality_report", level="council", role="quality_lead", node=world.council, valid_from=dt.date(2020, 1, 1),
        decided_on=dt.date(2019, 12, 1), paragraph="§ 1", registry_number="UBN 2019/1",
    )  # fmt: skip
    with pytest.raises(Refused):
        documents.establish(document=document, expected=2, by=world.person("quality"))
    row = {"document": document, "number": 9, "state": "established", "body": {}, "content_hash": "x"}
    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentVersion.objects.create(
            **row, made_by=world.person("quality"), made_at=timezone.now(), authority="delegation", delegation=rule
        )


def test_it_comes_back_with_a_reason_and_a_new_version_is_handed_in(log_in, world):
    report = council_report(world)
    handed_in(world, report, "quality")
    form = {"version": 2, "reason": "Nämnden saknar fritidshemmen"}
    page = plain(log_in("registrar").post(address("return", report), form, follow=True))
    assert "Återlämnad av Rut Registrator" in page
    assert "Nämnden saknar fritidshemmen" in plain(log_in("quality").get(address("read", report)))
    later = make_report(node=world.council, period=PERIOD, by=world.person("quality"))
    with pytest.raises(Refused):
        hand_in(report=report, expected=3, by=world.person("quality"))
    hand_in(report=later, expected=3, by=world.person("quality"))
    first, second = reversed(queries.versions(_access(world, "quality"), world.council, PERIOD))
    assert (first.standing, second.standing) == (DocumentState.RETURNED, DocumentState.SUBMITTED)


def _access(world, key):
    from styrkedja.access.gate import Access

    return Access(world.person(key))


def test_a_later_report_supersedes_the_earlier_with_a_reason(log_in, world):
    first = unit_report(world, "principal")
    documents.establish(document=handed_in(world, first, "principal"), expected=2, by=world.person("principal"))
    second = make_report(node=world.bjork, period=PERIOD, by=world.person("principal"))
    client = log_in("principal")
    assert "Skriv varför" in plain(client.post(address("hand_in", second), {"version": 3, "reason": ""}))
    client.post(address("hand_in", second), {"version": 3, "reason": "Rätt frånvaro"})
    client.post(address("establish", second), {"version": 5})
    page = plain(client.get(address("read", first)))
    assert "Ersatt" in page and "Det finns en senare version" in page
    assert "Varför den rättades: Rätt frånvaro" in plain(client.get(address("read", second)))


def test_who_made_it_or_handed_it_in_does_not_publish_it(log_in, world):
    report = unit_report(world, "head")
    document = handed_in(world, report, "principal")
    documents.establish(document=document, expected=2, by=world.person("principal"))
    assert address("publish", report) not in log_in("head").get(address("read", report)).content.decode()
    with pytest.raises(Refused, match="gjorde rapporten själv"):
        publish(report=report, document=document, expected=3, by=world.person("head"))
    own = make_report(node=world.bjork, period=PERIOD, by=world.person("principal"))
    hand_in(report=own, expected=3, reason="Ny", by=world.person("principal"))
    document.refresh_from_db()
    documents.establish(document=document, expected=document.version, by=world.person("principal"))
    page = plain(log_in("head").post(address("publish", own), {"version": document.version}, follow=True))
    assert "Rapporten är publicerad" in page and "Publicerad" in page


def test_what_is_archived_leaves_the_lists_and_is_read_for_ever(log_in, world):
    report = unit_report(world, "principal")
    document = handed_in(world, report, "principal")
    documents.establish(document=document, expected=2, by=world.person("principal"))
    log_in("registrar").post(address("archive", report), {"version": 3})
    client = log_in("politician")
    assert address("read", report) not in client.get(reverse("reports:list")).content.decode()
    node = client.get(reverse("reports:node", args=[world.bjork.pk]), {"period": "2025/26"})
    assert "1 arkiverad version" in plain(node)
    assert "Arkiverad" in plain(client.get(address("read", report)))


def test_a_draft_is_not_handed_in(world):
    report = make_report(node=world.bjork, period=PERIOD, by=world.person("principal"))
    with pytest.raises(Refused):
        hand_in(report=report, expected=1, by=world.person("principal"))


def test_who_has_read_an_older_state_is_told(world):
    report = unit_report(world, "principal")
    with pytest.raises(Conflict):
        hand_in(report=report, expected=7, by=world.person("principal"))
    assert not DocumentVersion.objects.filter(document__kind="quality_report").exists()
