"""What each section says, with material and without: never a heading alone, never a ranking, never a made-up word."""

from __future__ import annotations

from pathlib import Path

import pytest

from styrkedja.analyses import actions as analyses
from styrkedja.analyses.models import Assessment, UnitInclusion
from styrkedja.core.values import State
from styrkedja.reports import catalogue as outlines
from styrkedja.reports.actions import make_report
from styrkedja.reports.blocks import Callout, Chart, Figures, Heading, Table, Text
from styrkedja.reports.catalogue import outline
from styrkedja.reports.document import ReportDocument
from styrkedja.reports.queries import document_of
from tests.analyses.writing import established, fill, unit_established, write
from tests.indicators.facts import observe, unit
from tests.reports.material import PERIOD, large, nation, text_of, under

pytestmark = pytest.mark.django_db
SECTIONS = Path(outlines.__file__).parents[1] / "sections"


def made(node, language="sv") -> ReportDocument:
    return document_of(make_report(node=node, period=PERIOD, by=None), language)


def test_a_file_in_the_folder_is_a_section_and_the_other_way_round():
    files = {path.stem for path in SECTIONS.glob("*.py")} - {"__init__"}
    assert {section.id for section in outline("quality").sections} == files
    for section in outline("quality").sections:
        assert section.name.sv and section.name.en
        assert callable(section.build)


@pytest.mark.parametrize("place", ["council", "committee", "administration", "bjork", "lind"])
@pytest.mark.parametrize("language", ["sv", "en"])
def test_without_material_every_section_says_so(world, place, language):
    document = made(getattr(world, place), language)
    sections = [str(getattr(s.name, language)) for s in outline("quality").sections]
    assert [b.text for b in document.blocks if isinstance(b, Heading) and b.level == 1] == sections
    blocks = document.blocks
    alone = [
        a.text
        for a, b in zip(blocks, (*blocks[1:], None), strict=True)
        if isinstance(a, Heading) and (b is None or (isinstance(b, Heading) and b.level <= a.level))
    ]
    assert alone == []
    assert not [b for b in blocks if isinstance(b, Text) and not b.text.strip()]
    assert not [b for b in blocks if isinstance(b, Chart | Figures)]


def test_an_honest_sentence_where_there_is_no_analysis(world):
    document = made(world.bjork)
    for heading in ("Analys: orsaker och osäkerhet", "Bedömd måluppfyllelse", "Behov och prioriteringar"):
        assert "Ingen nulägesanalys har gjorts för 2024/25" in str(under(document, heading))
    (decision,) = [b for b in document.blocks if isinstance(b, Callout) and b.kind == "decision"]
    assert decision.title == "Inget beslut föreslås ännu"


def test_the_first_page_of_a_unit(world):
    """60 of 100, 79 of 100 the year before: worse than the nation's 71,9 beyond chance, by Wilson's interval."""
    large("11111111", "Björkskolan", [79.0, 60.0], n=100)
    nation(71.9)
    first = under(made(world.bjork), "På en sida")
    (figures,) = [b for b in first if isinstance(b, Figures)]
    (item,) = figures.items
    assert (item.display, item.n, item.period) == ("60,0\xa0%", 100, PERIOD)
    assert item.change == "▼ −19,0 procentenheter sedan 2023/24"
    assert "71,9" in item.comparison
    assert "Skolverket" in item.source
    worry = next(b for b in first if isinstance(b, Callout) and b.kind == "attention")
    assert "60,0" in worry.text
    message = next(b for b in first if isinstance(b, Heading))
    assert "godkänt i alla ämnen" in message.text


def test_units_stand_by_name_and_missing_is_no_zero(world):
    large("22222222", "Ekskolan", [55.0])
    large("11111111", "Björkskolan", [80.0])
    observe(unit("school_unit", "33333333", "Ängsskolan"), "skv_slutbetyg9", "andel_alla_amnen",
            [{"period": PERIOD, "state": "suppressed", "raw": ".."}])  # fmt: skip
    from styrkedja.organisation import actions
    from tests.world import START

    actions.add_node(
        parent=world.administration, kind="unit", name="Ängsskolan", school_forms=["gr"],
        statistical_kind="school_unit", statistical_code="33333333", valid_from=START, by=None,
    )  # fmt: skip
    document = made(world.council)
    chart = next(b for b in document.blocks if isinstance(b, Chart) and b.kind == "dots")
    assert [i["label"] for i in chart.data["items"]] == ["Björkskolan", "Ekskolan", "Ängsskolan"]
    assert [i["value"] for i in chart.data["items"]] == [80.0, 55.0, None]
    assert chart.data["items"][2]["display"] == ".."
    assert (
        chart.title
        == "Godkänt i alla ämnen: 25,0 procentenheter skiljer mellan lägsta och högsta av 2 enheter (55,0–80,0\xa0%)"
    )
    assert "Ängsskolan .." in chart.alt
    assert "visas inte" in chart.note


def test_a_course_is_told_as_a_message_and_never_across_a_gap(world):
    large("11111111", "Björkskolan", [71.0, 74.0, 76.0, 79.0], n=400)
    chart = next(b for b in made(world.bjork).blocks if isinstance(b, Chart) and b.kind == "line")
    assert [p["value"] for p in chart.data["points"]] == [71.0, 74.0, 76.0, 79.0]
    assert all(p["display"] in chart.alt for p in chart.data["points"])


def test_girls_and_boys(world):
    björk = unit("school_unit", "11111111", "Björkskolan")
    rows = [
        {"period": PERIOD, "group": g, "value": v, "n": n}
        for g, v, n in (("T", 70.0, 80), ("K", 75.0, 40), ("M", 65.0, 40))
    ]
    observe(björk, "skv_slutbetyg9", "andel_alla_amnen", rows)
    table = next(b for b in made(world.bjork).blocks if isinstance(b, Table) and "Flickor och pojkar" in b.caption)
    assert table.rows[0][1:] == (PERIOD, "75,0\xa0%", "65,0\xa0%", "+10,0 procentenheter")


def test_causes_needs_and_goals_are_the_analysis_own_words(world):
    analysis = unit_established(world)
    document = made(world.bjork)
    causes = under(document, "Analys: orsaker och osäkerhet")
    assert next(b.text for b in causes if isinstance(b, Text)) == "Få tillfällen att resonera."
    assert "Fyra av fem elever" in str(causes)
    assert "Elevrådet, 4 juni 2025" in str(causes)
    rival = next(b for b in causes if isinstance(b, Callout))
    assert (rival.title, rival.text) == ("En annan möjlig förklaring", "Det är likadant i hela landet.")
    assert "Fler uppgifter som kräver resonemang." in str(under(document, "Behov och prioriteringar"))
    assert "bedömer inget målområde" in str(under(document, "Bedömd måluppfyllelse"))
    assert "Vid analysdagen" in str(under(document, "Kedjan, arbetet och underlaget"))
    assert analysis.document.node == world.bjork


def test_peoples_own_words_are_known_as_such_in_both_languages(world):
    unit_established(world)
    own = ("Få tillfällen att resonera.", "Fyra av fem elever", "Det är likadant", "Fler uppgifter", "Vid analysdagen")
    for language in ("sv", "en"):
        holding = [b for b in made(world.bjork, language).blocks if any(words in str(b) for words in own)]
        assert len(holding) >= len(own)
        assert all(b.words for b in holding), language


def test_the_second_language_has_none_of_the_first(world):
    """Both are built from one reading of the figures."""
    nation()
    large("11111111", "Björkskolan", [70.0, 74.0, 60.0], n=400)
    report = make_report(node=world.bjork, period=PERIOD, by=None)
    swedish, english = (text_of(document_of(report, language)) for language in ("sv", "en"))
    for words in ("Godkänt i alla ämnen", "Uppfyllda betygskriterier", "riket", "Riket"):
        assert words in swedish
        assert words not in english
    assert "Passed all subjects" in english and "the nation" in english


def test_the_message_of_the_first_page_is_no_line_of_the_contents(world):
    large("11111111", "Björkskolan", [70.0, 74.0, 79.0])
    document = made(world.bjork)
    message = next(b for b in document.blocks if isinstance(b, Heading) and b.level == 2)
    assert message.text not in [entry.text for entry in document.contents]
    assert document.contents[0].text == "På en sida"


def test_assessed_goal_attainment(world):
    from tests.analyses.writing import begin

    analysis = begin(world)
    fill(analysis, world.person("principal"))
    row = Assessment.objects.get(analysis=analysis, area="lgr22/kunskaper")
    write(row, world.person("principal"), attainment="partly", text="De flesta når målen.")
    established(world, analysis)
    table = next(b for b in under(made(world.bjork), "Bedömd måluppfyllelse") if isinstance(b, Table))
    assert table.rows == (("Kunskaper", "Vi är på väg", "De flesta når målen."),)


def test_every_unit_is_there_included_or_with_its_reason(world):
    unit_established(world)
    analysis = analyses.start(node=world.council, period=PERIOD, by=world.person("quality"))
    fill(analysis, world.person("quality"))
    for row in UnitInclusion.objects.filter(analysis=analysis, included=None):
        write(row, world.person("quality"), included_id=None, reason=f"Rektorsbyte på {row.unit}.")
    established(world, analysis, "head")
    table = next(
        b
        for b in under(made(world.council), "Kedjan, arbetet och underlaget")
        if isinstance(b, Table) and b.header[0] == "Enhet"
    )
    assert [(row[0], *row[2:]) for row in table.rows] == [
        ("Björkskolan", "Ingår: fastställd version 2", ""),
        ("Ekskolan", "Ingår inte", "Rektorsbyte på Ekskolan."),
        ("Lindens förskola", "Ingår inte", "Rektorsbyte på Lindens förskola."),
    ]
    assert table.words == ((0, 3), (1, 3), (2, 3))


def test_a_preschool_has_no_grades_and_its_own_curriculum(world):
    large("11111111", "Björkskolan", [80.0])
    observe(unit("school_unit", "F0000001", "Lindens förskola"), "local", "group_size",
            [{"period": PERIOD, "value": 16.4, "n": 82}])  # fmt: skip
    text = text_of(made(world.lind))
    assert "16,4" in text
    assert "Lpfö 18" in text
    assert "Lgr22" not in text
    assert "80,0" not in text


def test_definitions_sources_and_symbols_stand_in_the_appendix(world):
    large("11111111", "Björkskolan", [80.0])
    appendix = under(made(world.bjork), "Bilaga: tabeller, definitioner och källor")
    captions = [b.caption for b in appendix if isinstance(b, Table)]
    assert captions == ["Björkskolan: Kunskaper", "Vad siffrorna mäter", "Var siffrorna kommer ifrån"]
    assert State.SUPPRESSED and "färre än 10 elever eller 5 svar" in str(appendix)
    assert "1 oktober 2025" in str(appendix)


def test_naughty_words_change_nothing(world, shared):
    import json

    from styrkedja.reports.renderers.html import render_html
    from styrkedja.reports.renderers.pdf import render_pdf
    from tests.analyses.writing import begin

    strings = [s for s in json.loads((shared / "badinput" / "blns.json").read_text()) if s.strip() and "\0" not in s]
    analysis, principal = begin(world), world.person("principal")
    rows = fill(analysis, principal)
    write(rows["finding"], principal, text="\n\n".join(strings[:200]))
    write(
        rows["cause"], principal, text="\n".join(strings[200:]), rival="<script>alert(1)</script>", rival_unknown=True
    )
    established(world, analysis)
    document = made(world.bjork)
    assert "<script>alert" not in render_html(document)
    assert render_pdf(document)[:5] == b"%PDF-"
