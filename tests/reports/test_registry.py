"""The package for the registry read back: checksums, XML, the same bytes twice, and no figure the PDF does not show."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from xml.etree import ElementTree as ET

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone

from styrkedja.core.errors import Refused
from styrkedja.core.models import AuditEvent
from styrkedja.documents import actions as documents
from styrkedja.organisation.models import Organiser
from styrkedja.reports import queries
from styrkedja.reports.blocks import Chart
from styrkedja.reports.models import CaseNumber
from styrkedja.reports.registry.package import case_number
from styrkedja.reports.registry.package_actions import enter_case_number, fetch_package
from styrkedja.reports.renderers.pdf import prepare
from tests.indicators.facts import observe, unit
from tests.reports.material import PERIOD, large, nation
from tests.reports.test_standing import MINUTES, council_report, handed_in, unit_report

pytestmark = pytest.mark.django_db

NAMES = ["kvalitetsrapport.pdf", "siffror.json", "arende.xml", "manifest-sha256.txt"]
FGS = {"f": "http://xml.ra.se/e-arkiv/FGS-ERMS"}


@pytest.fixture
def report(world):
    """The unit's, established by its principal, with a course, a hidden year and a comparison."""
    large("11111111", "Björkskolan", [70.0, 74.0, 76.0, 79.166667], n=400)
    large("22222222", "Ekskolan", [66.0, 65.0, 64.0, 63.0], n=400)
    nation()
    few = [{"period": PERIOD, "value": 41.666667, "n": 12}, {"period": "2023/24", "value": None, "state": "suppressed",
                                                             "raw": ".."}]  # fmt: skip
    observe(unit("school_unit", "11111111", "Björkskolan"), "skv_slutbetyg9", "andel_behoriga_yr", few)
    made = unit_report(world)
    document = handed_in(world, made, "head")
    documents.establish(document=document, expected=document.version, by=world.person("principal"))
    return made


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name) for name in packed.namelist()}


def test_what_is_in_it(world, report):
    made = fetch_package(report=report, by=world.person("registrar"))
    assert made.sha256 == hashlib.sha256(made.content).hexdigest()
    parts = parts_of(made.content)
    assert list(parts) == NAMES
    sums = dict(reversed(line.split("  ")) for line in parts["manifest-sha256.txt"].decode().splitlines())
    assert sums == {name: hashlib.sha256(parts[name]).hexdigest() for name in NAMES[:3]}
    with pikepdf.open(io.BytesIO(parts["kvalitetsrapport.pdf"])) as pdf:
        claims = str(pdf.open_metadata())
    assert "<pdfuaid:part>1<" in claims and "<pdfaid:part>2<" in claims and "<pdfaid:conformance>A<" in claims

    root = ET.fromstring(parts["arende.xml"])
    assert root.find(".//f:Arendemening", FGS).text == f"Kvalitetsrapport {PERIOD}, Björkskolan"
    assert root.find(".//f:Agent/f:IDnummer", FGS).text == Organiser.objects.get().organisation_number
    enclosed = {one.get("Lank"): one for one in root.findall(".//f:ArkivobjektHandling/f:Bilaga", FGS)}
    assert {name: one.get("Checksumma") for name, one in enclosed.items()} == {name: sums[name] for name in NAMES[:2]}
    assert int(enclosed[NAMES[0]].get("Storlek")) == len(parts[NAMES[0]])


def test_the_same_version_is_the_same_bytes_and_each_fetching_is_noted(world, report, monkeypatch):
    first = fetch_package(report=report, by=world.person("registrar"))
    enter_case_number(report=report, number="BUN 2026/7", seen="", by=world.person("registrar"))
    tomorrow = timezone.now() + timezone.timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    again = fetch_package(report=report, by=world.person("head"))
    assert first.content == again.content
    noted = AuditEvent.objects.filter(event="package_fetched").order_by("seq")
    assert [row.actor_id for row in noted] == [world.person("registrar").pk, world.person("head").pk]
    assert {row.details["sha256"] for row in noted} == {first.sha256}


NUMBER = re.compile(r"\d+(?:,\d+)?")


def test_no_figure_in_it_that_the_pdf_does_not_show(world, report):
    data = parts_of(fetch_package(report=report, by=None).content)["siffror.json"].decode()
    document = queries.document_of(report, "sv")
    shown = json.loads(prepare(document).document)
    for block in shown["blocks"]:
        block.pop("svg", None)  # what is written, not where the curve goes
    there = set(NUMBER.findall(json.dumps(shown, ensure_ascii=False)))
    held = json.loads(data)
    held.pop("made_at"), held.pop("schema")
    levels = {block.pop("level", None) for block in held["blocks"]}
    assert levels
    assert set(NUMBER.findall(json.dumps(held, ensure_ascii=False))) <= there
    assert not re.search("79.16|41.66", data)
    assert "41,7" in data and "79,2" in data
    chart = next(block for block in document.blocks if isinstance(block, Chart) and block.data.get("comparisons"))
    points = next(block for block in held["blocks"] if block.get("title") == chart.title)["points"]
    assert {point["label"] for point in points} == {"Björkskolan"}


def test_a_committees_decision_brings_its_number(world):
    made = council_report(world)
    document = handed_in(world, made, "quality")
    with pytest.raises(Refused, match="fastställd"):
        fetch_package(report=made, by=None)
    documents.establish(document=document, expected=document.version, by=world.person("registrar"), minutes=MINUTES)
    root = ET.fromstring(parts_of(fetch_package(report=made, by=None).content)["arende.xml"])
    assert root.find(".//f:ArkivobjektArende/f:ArkivobjektID", FGS).text == "UBN 2025/112"
    assert root.find(".//f:Beslutat", FGS).text == "2025-11-20"


def test_the_number_that_comes_back(client, world, report):
    client.force_login(world.person("registrar"))
    page = client.get(reverse("reports:read", args=[report.pk])).content.decode()
    assert "Hämta diariepaketet" in page and "Inget nummer har kommit tillbaka" in page
    address = reverse("reports:case_number", args=[report.pk])
    assert client.post(address, {"number": "  BUN  2026/112 ", "seen": ""}).status_code == 302
    assert "BUN 2026/112</strong>" in client.get(reverse("reports:read", args=[report.pk])).content.decode()
    assert "Någon annan har angett" in client.post(address, {"number": "BUN 2026/9", "seen": ""}).content.decode()
    assert client.post(address, {"number": "BUN 2026/113", "seen": "BUN 2026/112"}).status_code == 302
    assert case_number(report) == "BUN 2026/113" and CaseNumber.objects.count() == 2
    answer = client.post(reverse("reports:package", args=[report.pk]))
    assert answer["Content-Type"] == "application/zip" and list(parts_of(answer.content)) == NAMES
    client.force_login(world.person("politician"))
    assert "Hämta diariepaketet" not in client.get(reverse("reports:read", args=[report.pk])).content.decode()
