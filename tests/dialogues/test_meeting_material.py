"""What a call gathers: only what is established, each figure as everybody called may see it, and frozen."""

import json

import pytest
from django.urls import reverse

from styrkedja.analyses.models import Need
from styrkedja.core.values import UnitKind
from styrkedja.dialogues.models import Material
from styrkedja.indicators.catalogue import catalogue
from styrkedja.observations.models import Observation
from tests.analyses import writing
from tests.dialogues import meeting as m
from tests.indicators.facts import observe, unit

pytestmark = pytest.mark.django_db

SCHOOL = UnitKind.SCHOOL_UNIT.value


def grades(world, small: int = 12) -> None:
    """Two years of Björkskolan; Ekskolan has own figures of too few people."""
    bjork = unit(SCHOOL, "11111111", "Björkskolan")
    rows = [{"period": "2023/24", "value": 70.0, "n": 60}, {"period": "2024/25", "value": 79.2, "n": 62}]
    observe(bjork, "skv_slutbetyg9", "andel_alla_amnen", rows)
    huvudman = unit(UnitKind.HUVUDMAN.value, "2129999999", "Ekköping")
    observe(huvudman, "skv_slutbetyg9", "andel_alla_amnen", [{"period": "2024/25", "value": 71.9, "n": 600}])
    ek = unit(SCHOOL, "22222222", "Ekskolan")
    observe(ek, "local", "absence_problem", [{"period": "2024/25", "value": 33.3, "n": small, "numerator": 4}])


def body(meeting, gatherer: str) -> dict:
    return Material.objects.get(meeting=meeting, gatherer=gatherer).body


def page(client, world, who, meeting) -> str:
    client.force_login(world.person(who))
    return client.get(reverse("dialogues:meeting_material", args=[meeting.pk])).content.decode()


def test_grades_stand_beside_the_years_before_and_the_organiser(world, client):
    grades(world)
    meeting = m.called(world)
    (of_unit,) = body(meeting, "grades_and_tests")["units"]
    (row,) = of_unit["rows"]
    assert row["figure"]["full"]["value"] == 79.2
    assert [one["full"]["value"] for one in row["earlier"]] == [70.0]
    assert row["beside"][0]["sv"].endswith("71,9\N{NO-BREAK SPACE}%")
    shown = page(client, world, "principal", meeting)
    for words in ("79,2", "n = 62", "2023/24: 70,0", "71,9", "Skolverket"):
        assert words in shown


def test_what_is_gathered_stays_when_figures_change(world, client):
    grades(world)
    meeting = m.called(world)
    observe(
        unit(SCHOOL, "11111111"), "skv_slutbetyg9", "andel_alla_amnen", [{"period": "2024/25", "value": 11.1, "n": 62}]
    )
    shown = page(client, world, "principal", meeting)
    assert "79,2" in shown and "11,1" not in shown


def test_a_politician_called_means_masked_figures_for_all(world, client):
    grades(world, small=6)
    said = {"concerns": [world.ek], "people": ["principal_ek", "head"]}
    alone = m.called(world, "resursdialog", **said)
    (kept,) = body(alone, "unit_summaries")["units"][0]["figures"]
    assert (kept["figure"]["full"]["value"], kept["figure"]["released"]["value"]) == (33.3, None)
    assert "33,3" in page(client, world, "principal_ek", alone)
    together = m.called(world, "resursdialog", concerns=[world.ek], people=["principal_ek", "head", "politician"])
    (kept,) = body(together, "unit_summaries")["units"][0]["figures"]
    assert kept["figure"]["full"]["value"] is None
    for who in ("politician", "principal_ek", "quality"):
        shown = page(client, world, who, together)
        assert "33,3" not in shown and ">0<" not in shown
        assert ".." in shown
    assert "33.3" not in json.dumps(Material.objects.get(meeting=together, gatherer="unit_summaries").body)


def test_a_reader_who_was_not_called_sees_no_more_than_they_may(world, client):
    grades(world, small=6)
    meeting = m.called(world, "resursdialog", concerns=[world.ek], people=["principal_ek", "head"])
    assert "33,3" in page(client, world, "head", meeting)
    assert "33,3" not in page(client, world, "auditor", meeting)


def test_drafts_are_never_gathered(world, client):
    analysis = writing.begin(world)
    writing.fill(analysis, world.person("principal"))
    for kind in ("analysseminarium", "verksamhetsdialog"):
        meeting = m.called(world, kind)
        text = json.dumps([r.body for r in Material.objects.filter(meeting=meeting)], ensure_ascii=False)
        assert "Fler uppgifter som kräver resonemang." not in text
        assert "Få tillfällen" not in text
    writing.established(world, analysis)
    Need.objects.filter(analysis=analysis).update(text="Ett utkast till rättelse")
    meeting = m.called(world, "verksamhetsdialog")
    text = json.dumps([r.body for r in Material.objects.filter(meeting=meeting)], ensure_ascii=False)
    assert "Fler uppgifter som kräver resonemang." in text and "Ett utkast" not in text
    side = body(meeting, "analyses_side_by_side")
    assert [u["name"] for u in side["units"]] == ["Björkskolan"]
    assert side["units"][0]["causes"][0]["rival"] == "Det är likadant i hela landet."
    (needs,) = body(meeting, "open_needs")["nodes"]
    assert [n["text"] for n in needs["needs"]] == ["Fler uppgifter som kräver resonemang."]
    assert "Få tillfällen att resonera." in page(client, world, "principal", meeting)


def test_an_analysis_of_a_later_year_is_not_this_meetings(world):
    writing.unit_established(world)
    assert body(m.called(world, "verksamhetsdialog", period="2023/24"), "open_needs")["nodes"] == []
    assert len(body(m.called(world, "verksamhetsdialog", period="2025/26"), "open_needs")["nodes"]) == 1


def test_a_subject_at_each_unit(world, client):
    for code, points in (("11111111", 13.2), ("22222222", 12.1)):
        rows = [{"period": "2024/25", "value": points, "n": 55}]
        source = next(s for s in catalogue()["subject_points"].sources if s.part == "mat")
        observe(unit(SCHOOL, code), source.source, source.measure, rows)
    said = {"concerns": [world.bjork, world.ek, world.lind], "people": ["lead_teacher"]}
    meeting = m.called(world, "amnesgrupp", subject="mat", **said)
    found = body(meeting, "subject_across_units")
    (group,) = found["groups"]
    assert [row["name"] for row in group["rows"]] == ["Björkskolan", "Ekskolan"]
    assert [row["cells"][0]["full"]["value"] for row in group["rows"]] == [13.2, 12.1]
    assert found["without"] == ["Lindens förskola"]
    shown = page(client, world, "lead_teacher", meeting)
    assert "13,2" in shown and "<svg" in shown
    other = m.called(world, "amnesgrupp", subject="eng", **said)
    assert body(other, "subject_across_units")["groups"] == []


def test_a_unit_without_anything_says_so(world, client):
    assert not Observation.objects.exists()
    shown = page(client, world, "principal_lind", m.called(world, "resursdialog", concerns=[world.lind]))
    for words in ("Inga siffror är inlästa för enheten.", "Ingen fastställd analys.", "Ingen insats är beslutad."):
        assert words in shown
