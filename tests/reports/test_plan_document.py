"""An operational plan by the report renderers: every word of it, in HTML and tagged PDF."""

from __future__ import annotations

import io

import pikepdf
import pytest

from styrkedja.reports.plan_document import plan_document
from tests.analyses.writing import unit_established
from tests.plans import initiating
from tests.plans.operating import DEGRADING, begin, fill, submitted, whole


@pytest.fixture
def version(world):
    unit_established(world)
    initiating.ongoing(world, aim="Lugnare lektioner *utan* #tecken")
    return whole(world).document.versions.select_related("document__node", "made_by").get(state="established")


def words(document) -> str:
    return str(document.to_data())


def test_every_section_need_and_initiative_is_in_the_document(version):
    said = words(plan_document(version, "sv"))
    for text in ("Bakgrund och behov", "Fler uppgifter som kräver resonemang.", "Gemensam lektionsstart"):
        assert text in said
    assert "Lugnare lektioner *utan* #tecken" in said
    assert "Vi bygger vidare på förra årets analys." in said
    assert "Mer tid för samplanering." in said
    assert "Fastställd av Ragnar Björk" in said


def test_an_english_reader_gets_english_headings_and_swedish_words(version):
    document = plan_document(version, "en")
    assert "Background and needs" in words(document)
    assert "Vi bygger vidare på förra årets analys." in words(document)
    assert document.words_language == "sv"


def test_a_plan_that_is_only_handed_in_says_so(world):
    plan = begin(world)
    fill(plan, world.person("principal"))
    document = plan_document(submitted(world, plan), "sv")
    assert "Utkast" in document.status


def test_last_years_measures_are_told(world):
    whole(world, DEGRADING, "2025/26")
    whole(world, DEGRADING, "2026/27")
    from styrkedja.documents.models import DocumentVersion

    found = DocumentVersion.objects.filter(document__period="2026/27", state="established")
    said = words(plan_document(found.select_related("document__node", "made_by").get(), "sv"))
    assert "Åtgärderna i planen för 2025/26" in said
    assert "Lugnare på höstterminen." in said


def test_the_pages_give_html_and_tagged_pdf(client, world, version):
    client.force_login(world.person("politician"))
    page = client.get(f"/rapporter/plan/{version.document_id}/")
    assert "Fler uppgifter som kräver resonemang." in page.content.decode()
    answer = client.get(f"/rapporter/plan/{version.document_id}/pdf/?version={version.number}")
    assert answer["Content-Type"] == "application/pdf"
    assert "Verksamhetsplan" in answer["Content-Disposition"]
    with pikepdf.open(io.BytesIO(answer.content)) as read:
        assert read.Root.MarkInfo.Marked
        assert read.open_metadata()["pdfuaid:part"] == "1"


def test_what_is_only_handed_in_is_not_for_everybody(client, world):
    plan = begin(world)
    fill(plan, world.person("principal"))
    submitted(world, plan)
    client.force_login(world.person("politician"))
    assert client.get(f"/rapporter/plan/{plan.pk}/pdf/").status_code in (403, 404)
