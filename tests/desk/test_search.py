"""Search: Swedish words, the beginning of one is enough, and nobody finds what they may not read."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from styrkedja.access.gate import Access
from styrkedja.analyses.models import VersionWords
from styrkedja.core.searching import as_written, passage, query_of, words_of
from styrkedja.desk.search import results, shortcuts
from tests.analyses.writing import begin, fill, submitted, unit_established, write

pytestmark = pytest.mark.django_db


def found(world, who: str, question: str) -> list[str]:
    return [f"{result.hit.title}: {result.hit.place}" for result in results(Access(world.person(who)), question)]


@pytest.mark.parametrize("question", ["resonerar", "resone", "eleverna", "uppgift resonemang", "LANDET", "kräv"])
def test_swedish_words_in_any_form_and_by_their_beginning(world, question):
    unit_established(world)  # "Fler uppgifter som kräver resonemang." "Få tillfällen att resonera." ...
    assert found(world, "teacher", question) == ["Nulägesanalys 2024/25: Björkskolan"]


@pytest.mark.parametrize(
    "question", ["", " ", "&!:*()'\"", "finnsinte", "uppgifter finnsinte", "11111111", "\u0000", "_"]
)
def test_what_is_not_there_is_not_found_and_nothing_breaks(world, question):
    unit_established(world)
    assert found(world, "teacher", question) == []


def test_what_is_handed_in_is_found_upward_and_by_nobody_else(world):
    analysis = begin(world)
    fill(analysis, world.person("principal"))
    assert [r.hit.kind for r in results(Access(world.person("principal")), "resonemang")] == ["Utkast till analys"]
    for who in ("quality", "head", "chief", "teacher", "principal_ek", "politician", "auditor"):
        assert found(world, who, "resonemang") == [], who  # somebody else's draft
    submitted(world, analysis)
    for who in ("principal", "quality", "head", "teacher"):  # the teacher's unit reads what it has handed in
        assert len(found(world, who, "resonemang")) == 1, who
    for who in ("principal_ek", "politician", "registrar", "operator"):
        assert found(world, who, "resonemang") == [], who


def test_only_the_latest_version_is_found(world):
    from styrkedja.analyses import actions

    analysis = unit_established(world)
    principal = world.person("principal")
    analysis.document.refresh_from_db()
    actions.open_correction(analysis=analysis, expected=analysis.document.version, reason="Fel ord", by=principal)
    need = analysis.needs.get()
    write(need, principal, text="Tid för läsning varje dag.")
    submitted(world, analysis)
    assert found(world, "teacher", "uppgifter") == ["Nulägesanalys 2024/25: Björkskolan"]  # holds until then
    actions.establish(analysis=analysis, expected=analysis.document.version, by=principal)
    assert found(world, "politician", "uppgifter") == []
    assert found(world, "politician", "läsa") == ["Nulägesanalys 2024/25: Björkskolan"]


def test_figures_are_not_among_the_words(world):
    unit_established(world)
    kept = VersionWords.objects.values_list("text", flat=True)
    assert {text.count("\n") for text in kept} == {4}  # need, cause, finding, evidence, the cause's rival
    assert "Elevrådet" not in "".join(kept)  # who said it is no search word


def test_a_very_long_text_can_be_handed_in_and_its_beginning_found(world):
    analysis = begin(world)
    rows = fill(analysis, world.person("principal"))
    long = "Början. " + " ".join(f"ord{number}x" for number in range(60_000))
    write(rows["need"], world.person("principal"), text=long)
    submitted(world, analysis)
    assert len(found(world, "principal", "början")) == 1


def test_the_queries_do_not_grow_with_what_is_found(world):
    unit_established(world)

    def count() -> int:
        access = Access(world.person("quality"))
        access.nodes_for()
        with CaptureQueriesContext(connection) as queries:
            results(access, "resonemang")
        return len(queries)

    first = count()
    unit_established(world, node=world.ek, who="principal_ek")
    assert len(found(world, "quality", "resonemang")) == 2
    assert count() == first


def test_places_and_indicators_by_name(world):
    told = shortcuts(Access(world.person("principal")), "björk")
    assert [(one["label"], one["kind"]) for one in told] == [("Björkskolan", "Enhet")]
    labels = [one["label"] for one in shortcuts(Access(world.person("principal")), "merit")]
    assert any("meritvärde" in label.lower() for label in labels)
    assert shortcuts(Access(world.person("operator")), "merit") == []


def test_the_page_marks_the_words_and_escapes_the_rest(world, client):
    analysis = begin(world)
    rows = fill(analysis, world.person("principal"))
    write(rows["need"], world.person("principal"), text="<script>alert(1)</script> läsningen")
    submitted(world, analysis)
    client.force_login(world.person("principal"))
    page = client.get("/sok/", {"q": "läsning"}).content.decode()
    assert "<mark>läsningen</mark>" in page and "<script>alert" not in page
    assert "1 träff" in page
    assert "Inget som du får läsa" in client.get("/sok/", {"q": "ingenting"}).content.decode()
    assert client.get("/sok/", {"q": "x" * 5000}).status_code == 200
    assert client.get("/sok/").status_code == 200


def test_a_passage_is_cut_at_words_round_what_was_asked_for():
    text = "A " * 200 + "mitten " + "b " * 200
    cut = passage(text, "mitt", around=20)
    assert cut.startswith("… A") and "mitten" in cut and cut.endswith("b …") and len(cut) < 50
    assert passage("kort text", "saknas") == "kort text"
    assert passage("ett\n\ntvå  ord", "tv") == "ett · två ord"
    assert passage("a " * 200 + "läsning", "läsa").endswith("läsning")
    assert (as_written("All läsning", "läsa"), as_written("Lugn", "lä")) == ("läs", None)
    assert words_of("2025/26 7-9") == ["2025/26", "7-9"]
    assert words_of("läs_om det-här!") == ["läs", "om", "det", "här"]
    assert query_of("!!") is None
