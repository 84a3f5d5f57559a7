"""The pages of *Var är vi?* as people see them."""

import csv
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from styrkedja.indicators import figures, members, queries
from styrkedja.indicators.sources import source_line
from styrkedja.observations.queries import facets as facets_of
from styrkedja.organisation.actions import add_node
from tests.indicators.facts import batch, observe, unit
from tests.world import START

pytestmark = pytest.mark.django_db
PASS, MERIT = "andel_alla_amnen", "meritvarde_17"


@pytest.fixture
def facts(world):
    """Björkskolan: 71, 73, 76 and 79 % of 62 have passed all; Ekskolan is small; the nation has 71.9."""
    bjork, ek = unit("school_unit", "11111111", "Björkskolan"), unit("school_unit", "22222222", "Ekskolan")
    years = [("2022/23", 71.0), ("2023/24", 73.0), ("2024/25", 79.0)]
    of = batch()
    observe(bjork, "skv_slutbetyg9", PASS, [{"period": p, "value": v, "n": 62} for p, v in years], of)
    observe(bjork, "skv_slutbetyg9", MERIT, [{"period": p, "value": v * 3, "n": 62} for p, v in years], of)
    observe(ek, "skv_slutbetyg9", PASS, [{"period": "2024/25", "value": 55.5, "n": 9}], of)
    observe(unit("riket", "riket", "Riket"), "skv_underlag",
            "Delmål 1: Andel (%) elever som har lägst betyget E i samtliga ämnen efter årskurs 9",
            [{"period": "2024/25", "value": 60.0}])  # fmt: skip
    return world


def get(world, who, node, **query):
    client = Client(headers={"accept-language": "sv"})
    client.force_login(world.person(who))
    return client.get(reverse("indicators:node", args=[node.pk]), query)


def text(response):
    """The words of a page; a link within a sentence leaves no gap."""
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())).replace("\N{NO-BREAK SPACE}", " ")
    return words.replace(" , ", ", ")


def test_a_unit_shows_value_n_source_interval_and_the_named_comparison(facts):
    page = text(get(facts, "principal", facts.bjork))
    assert "79,0 %" in page
    assert "n = 62" in page
    assert "Osäkerhet 67–87 %" in page  # Wilson of 49 of 62
    assert "Källa: Skolverket, slutbetyg i årskurs 9" in page
    assert "Riket 60,0 %" in page
    assert "Kunskaper" in page
    assert "+6,0 procentenheter sedan 2023/24, inom slumpen" in page  # 45.3 and 49 of 62


def test_a_line_under_figures_names_each_source_once_and_own_calculations_have_none():
    assert source_line(["kolada", "kolada"]) == "Källa: Kolada"  # as Kolada asks, under its own values
    assert source_line(["kolada"], "skolor som kommunen driver") == "Källa: Kolada, skolor som kommunen driver"
    assert source_line(["skv_underlag", "kolada"]) == "Källor: Skolverket, Underlag för analys; Kolada"
    assert source_line(["calc"]) == "Egen beräkning"  # and never under what is reckoned from them


def test_sentences_say_what_chance_allows_and_neutral_ones_can_be_put_away(facts):
    page = text(get(facts, "principal", facts.bjork))
    assert (
        "Andelen med godkänt i alla ämnen, 79,0 % (n = 62), ligger 19,0 procentenheter över riket (60,0 %);"
        " det är mer än slumpen brukar ge."
    ) in page
    observe(unit("riket", "riket"), "skv_underlag",
            "Delmål 1: Andel (%) elever som har lägst betyget E i samtliga ämnen efter årskurs 9",
            [{"period": "2024/25", "value": 75.0}])  # fmt: skip
    within = "är i nivå med riket (75,0 %); skillnaden ryms inom vad slumpen ger."
    assert within in text(get(facts, "principal", facts.bjork))
    assert within not in text(get(facts, "principal", facts.bjork, dolj="neutrala"))


def test_a_team_shows_its_units_figures_and_says_so(facts):
    page = text(get(facts, "teacher", facts.bjork_team))
    assert "siffrorna för hela enheten, Björkskolan" in page
    assert "79,0 %" in page


def test_small_groups_are_the_units_own(facts):
    own = text(get(facts, "principal_ek", facts.ek))
    assert "55,5 %" in own
    assert "Få personer: visas bara för dig" in own
    for who in ("principal", "teacher", "politician"):
        page = get(facts, who, facts.ek)
        assert page.status_code == 200
        assert "55,5" not in text(page)
        assert "n = 9" not in text(page)
        rows = get(facts, who, facts.ek, visa="csv").content.decode("utf-8-sig")
        assert "55,5" not in rows
        assert ";9;" not in rows


def test_the_organisers_page_masks_units_by_who_asks(facts):
    seen = text(get(facts, "quality", facts.council, matt="pass_all_final"))
    assert "55,5" in seen
    masked = get(facts, "politician", facts.council, matt="pass_all_final")
    assert "55,5" not in masked.content.decode()
    assert "1 enhet har uppgift för 2024/25" in text(masked)
    assert "För 1 enhet är uppgiften skyddad." in text(masked)


def test_units_together_are_reckoned_from_counts_or_not_at_all(facts):
    """10 of 20 and 30 of 40 are 40 of 60: 66.7 %, not 62.5."""
    of = batch("local")
    for code, numerator, n in (("11111111", 10, 20), ("22222222", 30, 40)):
        row = {"period": "2025/26", "value": 100 * numerator / n, "numerator": numerator, "n": n}
        observe(unit("school_unit", code), "local", "absence_problem", [row], of)
    assert "Tillsammans 66,7 % (n = 60)" in text(get(facts, "quality", facts.council, matt="absence_problem"))
    observe(unit("school_unit", "22222222"), "local", "absence_problem", [{"period": "2025/26", "value": 75.0}])
    assert "Tillsammans" not in text(get(facts, "quality", facts.council, matt="absence_problem"))


def test_units_stand_by_name_and_preschools_have_other_indicators(facts):
    page = get(facts, "quality", facts.council, visa="tabell", matt="pass_all_final").content.decode()
    units = page[page.index('id="units"') :]
    assert units.index("Björkskolan") < units.index("Ekskolan")
    preschool = text(get(facts, "principal_lind", facts.lind))
    assert "Meritvärde" not in preschool
    assert "Inskrivna barn per årsarbetare" in preschool  # among those without figures, with the reason


def test_nothing_imported_says_so_and_leads_those_who_may_to_the_import(world):
    quality = get(world, "quality", world.bjork)
    assert "Inga siffror än" in text(quality)
    assert reverse("intake:list") in quality.content.decode()
    assert "Importera resultat" not in text(get(world, "teacher", world.bjork))


def test_csv_is_what_a_spreadsheet_reads_and_runs_nothing(facts):
    evil = unit("school_unit", "11111111", "Björkskolan")
    evil.name = "=cmd()"
    evil.save()
    response = get(facts, "principal", facts.bjork, visa="csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    header, first = rows[0], rows[1]
    assert first[header.index("Enhet")] == "'=cmd()"
    latest = next(r for r in rows if r[header.index("Period")] == "2024/25" and r[1] == "11111111")
    assert latest[header.index("Värde")] == "79"
    assert latest[header.index("n")] == "62"


def test_negative_numbers_stay_numbers_in_csv(facts):
    observe(unit("school_unit", "11111111"), "skv_salsa_survey", "salsaDev", [{"period": "2024/25", "value": -9.0}])
    assert ";-9;" in get(facts, "principal", facts.bjork, visa="csv").content.decode()


def test_the_table_holds_the_same_figures(facts):
    page = text(get(facts, "principal", facts.bjork, visa="tabell"))
    for value in ("71,0", "73,0", "79,0", "213,0", "237,0"):
        assert value in page


def test_a_year_can_be_chosen(facts):
    page = text(get(facts, "principal", facts.bjork, lasar="2023/24"))
    assert "73,0 %" in page
    assert "79,0" not in page
    assert get(facts, "principal", facts.bjork, lasar="nonsens").status_code == 200


def test_a_change_of_definition_is_marked_and_no_change_is_told_across_it(facts):
    ek = unit("school_unit", "22222222")
    observe(ek, "skv_planned_educations", "gr/averageGradesMeritRating9thGrade",
            [{"period": "2021/22", "value": 200.0}, {"period": "2022/23", "value": 210.0}])  # fmt: skip
    page = text(get(facts, "principal_ek", facts.ek))
    assert "ny definition från 2022/23" in page
    assert "+10,0 poäng" not in page


def test_the_indicator_page_tells_what_why_and_whence(facts):
    client = Client(headers={"accept-language": "sv"})
    client.force_login(facts.person("principal"))
    page = text(client.get(reverse("indicators:indicator", args=[facts.bjork.pk, "pass_all_final"])))
    for words in ("Vad den mäter", "Varför den är viktig", "Ändrade definitioner", "Ny definition", "1 oktober 2025"):
        assert words in page
    assert client.get(reverse("indicators:indicator", args=[facts.bjork.pk, "no_such"])).status_code == 404
    empty = client.get(reverse("indicators:indicator", args=[facts.bjork.pk, "gbp"]))
    assert "N17500" in text(empty)


def test_girls_and_boys_stand_beside_each_other(facts):
    bjork = unit("school_unit", "11111111")
    rows = [{"period": "2024/25", "value": 90.0, "n": 31, "group": "K"},
            {"period": "2024/25", "value": 68.0, "n": 31, "group": "M"}]  # fmt: skip
    observe(bjork, "skv_slutbetyg9", PASS, rows)
    page = text(get(facts, "principal", facts.bjork))
    assert "Flickor 90,0 %, pojkar 68,0 %" in page
    assert "flickorna ligger 22,0 procentenheter över pojkarna" in page  # Newcombe: 2 to 40


def test_everything_is_said_in_english_too(facts):
    client, person = Client(), facts.person("principal")
    person.language = "en"
    person.save()
    client.force_login(person)
    page = text(client.get(reverse("indicators:node", args=[facts.bjork.pk])))
    assert "79.0 %" in page
    assert "more than chance usually gives" in page


def counted(world, node, **query):
    client = Client()
    client.force_login(world.person("quality"))
    client.get(reverse("indicators:node", args=[node.pk]), query)
    for kept in (facets_of, figures._known, queries._chosen, members._read):
        kept.cache_clear()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse("indicators:node", args=[node.pk]), query).status_code == 200
    return len(captured)


@pytest.mark.parametrize("query", [{}, {"visa": "tabell"}, {"visa": "csv"}, {"jamfor": "enheter"}])
def test_queries_do_not_grow_with_units_years_or_indicators(facts, query):
    before = [counted(facts, node, **query) for node in (facts.bjork, facts.council)]
    of = batch("local")
    for i in range(12):
        code = f"{30000000 + i}"
        about = {"statistical_kind": "school_unit", "statistical_code": code, "school_forms": ["gr"]}
        add_node(parent=facts.administration, kind="unit", name=f"Skola {i}", valid_from=START, by=None, **about)
        one = unit("school_unit", code, f"Skola {i}")
        for measure in ("pass_all_final", "merit17", "absence_problem", "survey_index/trygghet-ak8"):
            years = [f"{y - 1}/{y % 100}" for y in range(2020, 2026)]
            observe(one, "local", measure, [{"period": period, "value": 7.0, "n": 40} for period in years], of)
    assert [counted(facts, node, **query) for node in (facts.bjork, facts.council)] == before


def test_where_chance_is_not_known_it_is_said_once_and_only_the_name_leads_on(facts):
    observe(unit("kommun", "9999"), "kolada", "N15505", [{"period": "2025", "value": 150.0, "place": "kommunal"}])
    page = get(facts, "principal", facts.bjork, jamfor="huvudman")
    words = text(page)
    assert words.count("går det inte att säga hur mycket som är slump.") == 1
    assert "Hur mycket som är slump" not in words
    html = page.content.decode()
    listed = html[html.index('<ul class="notices">') : html.index("</ul>", html.index('<ul class="notices">'))]
    assert 'merit17/?jamfor=huvudman">Det genomsnittliga meritvärdet (17 ämnen)</a>, 237,0' in listed


def test_old_figures_are_marked_and_tell_no_change(facts):
    ek = unit("school_unit", "22222222")
    observe(ek, "skv_planned_educations", "gr/averageGradesMeritRating9thGrade",
            [{"period": "2017/18", "value": 200.0}, {"period": "2018/19", "value": 230.0}])  # fmt: skip
    page = text(get(facts, "principal_ek", facts.ek))
    assert "230,0 poäng äldre uppgift" in page
    assert "sedan 2017/18" not in page
    then = text(get(facts, "principal_ek", facts.ek, lasar="2018/19"))
    assert "+30,0 poäng sedan 2017/18" in then
    assert "äldre uppgift" not in then


SMALL = {"absence_total": 93.37, "absence_problem": 91.63}  # numbers no page has otherwise


def test_own_figures_about_few_are_the_units_and_the_organisers_only(facts):
    """Six pupils' absence: marked for the principal in every view, and nowhere in what others are sent."""
    of = batch("local")
    for measure, value in SMALL.items():
        rows = [{"period": p, "value": value + i, "n": 6} for i, p in enumerate(("2024/25", "2023/24", "2022/23"))]
        observe(unit("school_unit", "11111111"), "local", measure, rows, of)
    pages = [(facts.bjork, "", {}), (facts.bjork, "absence_total/", {}), (facts.ek, "", {"jamfor": "enheter"})]
    pages += [(facts.council, "", {"matt": measure}) for measure in SMALL]
    for node, indicator, query in pages:
        for view in ("", "tabell", "csv"):
            address = reverse("indicators:node", args=[node.pk]) + indicator
            for who in ("principal", "principal_ek", "teacher", "politician"):
                client = Client(headers={"accept-language": "sv"})
                client.force_login(facts.person(who))
                sent = client.get(address, {**query, "visa": view}).content.decode("utf-8-sig")
                told = [v for v in ("93,4", "93,37", "91,6", "91,63", "n = 6<", ";6;") if v in sent]
                if who == "principal" and node == facts.bjork:
                    assert told, (address, view)
                    assert "Få personer" in sent
                elif who != "principal":
                    assert not told, (who, address, view)
