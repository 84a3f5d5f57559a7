"""Finding decisions, goals, initiatives and plans: by any form of a word, and never in somebody else's draft."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from styrkedja.access.gate import Access
from styrkedja.core.searching import query_of
from styrkedja.organisation import actions as organisation
from styrkedja.plans import search
from styrkedja.plans.goals import actions as goals
from styrkedja.plans.initiatives import actions as initiatives
from styrkedja.plans.models import PlanWords
from styrkedja.plans.operational import actions
from tests.analyses.writing import unit_established
from tests.plans.chain_of_goals import decided as decided_goal
from tests.plans.chain_of_goals import decision
from tests.plans.chain_of_goals import proposed as proposed_goal
from tests.plans.initiating import DAY, completed, decided, ongoing, proposed, reread, today
from tests.plans.operating import begin, corrected, fill, section, submitted, whole, write
from tests.plans.test_initiatives_outcome import follow_up, judge, with_figures

pytestmark = pytest.mark.django_db
EVERYBODY = ("politician", "principal", "principal_ek", "teacher", "quality", "registrar", "auditor")


def found(world, who: str, question: str) -> list[str]:
    told = search.hits(Access(world.person(who)), query_of(question), limit=20)
    return [f"{hit.kind}: {hit.title}, {hit.place}" for hit in told]


class TestDecisions:
    def test_by_another_form_of_a_word_and_by_its_number(self, world):
        decision(world, title="Vision", text="Alla barn ska kunna läsa.", registry_number="UN 2025/114")
        for question in ("barnen kunna", "läser", "un 2025/114", "84"):
            assert found(world, "teacher", question) == ["Beslut: Vision, Ekköpings kommun"], question

    def test_nobody_without_the_right_to_plans_finds_one(self, world):
        decision(world, text="Alla barn ska kunna läsa.")
        assert found(world, "operator", "barn") == []


class TestGoals:
    def test_what_is_decided_is_found_by_everyone_who_reads_plans(self, world):
        decided_goal(world, title="Studiero på lektionerna", text="Eleverna får lugn och ro.")
        for who in EVERYBODY:
            assert found(world, who, "lektion") == ["Mål: Studiero på lektionerna, Björkskolan"], who
        assert found(world, "operator", "lektion") == []

    def test_a_proposal_is_found_by_its_writers_and_leaders_alone(self, world):
        proposed_goal(world, title="Studiero på lektionerna")
        assert found(world, "principal", "lektionen") == ["Mål: Studiero på lektionerna, Björkskolan"]
        for who in ("principal_ek", "politician", "teacher", "quality", "auditor"):
            assert found(world, who, "lektionen") == [], who

    def test_a_changed_proposal_by_its_new_words_a_deleted_one_not_at_all(self, world):
        goal, by = proposed_goal(world, title="Studiero"), world.person("principal")
        goal = goals.change(
            goal=goal, expected=goal.version, title="Trygghet", national=["lgr22/normer/trygghet"], by=by
        )
        assert found(world, "principal", "studiero") == []
        assert len(found(world, "principal", "tryggheten")) == 1
        goals.delete_goal(goal=goal, by=by)
        assert found(world, "principal", "trygghet") == []
        goals.restore_goal(goal=goal, by=by)
        assert len(found(world, "principal", "trygghet")) == 1

    def test_the_outcome_of_a_closed_one(self, world):
        goal, by = decided_goal(world), world.person("principal")
        goals.close(goal=goal, expected=goal.version, outcome="Eleverna berättar om lugnare raster.", by=by)
        assert found(world, "principal_ek", "rast lugn") == ["Mål: Studiero, Björkskolan"]


class TestInitiatives:
    def test_a_proposal_is_found_by_its_writers_and_leaders_alone(self, world):
        made = proposed(world, aim="Fler elever simmar")
        assert found(world, "principal", "elev simmar") == ["Insats: Gemensam lektionsstart, Björkskolan"]
        for who in ("principal_ek", "politician", "teacher", "quality"):
            assert found(world, who, "simmar") == [], who
        initiatives.decide(initiative=made, expected=made.version, by=world.person("principal"))
        for who in EVERYBODY:
            assert len(found(world, who, "simmar")) == 1, who

    def test_how_it_went_and_what_was_learned_is_found_as_the_initiative(self, world):
        made = ongoing(world)
        follow_up(world, made, done="Vi övade rösträkning i kapprummet")
        assert found(world, "principal_ek", "kapprummen") == ["Insats: Gemensam lektionsstart, Björkskolan"]
        other = completed(world, title="Lugn start")
        judge(world, other, verdict="no_effect", decision="stop", learned="Matematiklektionerna blev inte lugnare")
        assert found(world, "principal_ek", "matematiklektion") == ["Insats: Lugn start, Björkskolan"]
        assert found(world, "principal_ek", "lektionsstarten") != []  # an activity

    def test_no_figure_is_among_the_words(self, world):
        judge(world, with_figures(world, before=58.25, after=62.75, n=4), words="Vi ser det i vardagen")
        kept = PlanWords.objects.get(kind="initiative")
        assert "62" not in kept.text and "58" not in kept.text
        assert "vardagen" in kept.text
        assert "68" not in kept.text  # nor the target

    def test_a_deleted_proposal_is_not_found(self, world):
        made = reread(proposed(world))
        initiatives.remove(initiative=made, by=world.person("principal"))
        assert found(world, "principal", "lektionsstart") == []


class TestPlans:
    def test_what_is_established_is_found_by_everyone(self, world):
        whole(world)
        for who in EVERYBODY:
            assert found(world, who, "bygga vidare") == ["Verksamhetsplan: Verksamhetsplan 2026/27, Björkskolan"], who
        assert len(found(world, "teacher", "samplaneringen")) == 1  # what was said in consultation

    def test_a_draft_by_its_writers_and_when_it_is_shared_by_the_staff(self, world, client):
        plan, by = begin(world), world.person("principal")
        write(section(plan, "bakgrund"), by, text="Vi börjar om med simningen.")
        (told,) = search.hits(Access(by), query_of("simning"), limit=9)
        assert (told.kind, told.title) == ("Utkast till plan", "Verksamhetsplan 2026/27")
        client.force_login(by)
        assert client.get(told.url).status_code == 200
        others = ("quality", "head", "politician", "principal_ek", "auditor", "health")
        for who in ("teacher", "lead_teacher", *others):
            assert found(world, who, "simning") == [], who
        plan.document.refresh_from_db()
        actions.share(plan=plan, shared=True, by=by)
        for who in ("teacher", "lead_teacher"):
            assert len(found(world, who, "simning")) == 1, who
        for who in ("quality", "politician", "principal_ek", "auditor"):
            assert found(world, who, "simning") == [], who

    def test_a_handed_in_one_by_those_it_was_handed_in_to(self, world):
        plan = begin(world)
        fill(plan, world.person("principal"))
        submitted(world, plan)
        for who in ("principal", "quality", "head", "teacher"):
            assert len(found(world, who, "samplanering")) == 1, who
        for who in ("principal_ek", "politician", "registrar"):
            assert found(world, who, "samplanering") == [], who

    def test_the_version_that_holds_and_the_one_handed_in_after_it(self, world):
        plan, by = whole(world), world.person("principal")
        corrected(world, plan)
        write(section(plan, "bakgrund"), by, text="Vi börjar om med simningen.")
        submitted(world, plan)
        assert len(found(world, "politician", "bygga")) == 1  # holds until then
        assert found(world, "politician", "simning") == []
        assert len(found(world, "principal", "simning")) == 1
        actions.establish(plan=plan, expected=plan.document.version, by=by)
        assert found(world, "politician", "bygga") == []
        assert len(found(world, "politician", "simning")) == 1


def test_what_a_closed_unit_decided_is_found_as_long_as_its_pages_open(world):
    decided_goal(world, title="Studiero på lektionerna")
    organisation.close_node(node=world.bjork, last_day=today() - DAY, with_below=True, by=None)
    assert found(world, "principal_ek", "lektion") == ["Mål: Studiero på lektionerna, Björkskolan"]


def test_the_queries_do_not_grow(world):
    def count() -> int:
        access = Access(world.person("principal"))
        access.nodes_for()
        with CaptureQueriesContext(connection) as queries:
            found_now.append(search.hits(access, query_of("lektion"), limit=20))
        return len(queries)

    found_now: list = []
    unit_established(world)
    decided(world)
    first = count()
    decided(world)
    decided_goal(world, title="Lektionerna")
    assert count() == first
    assert len(found_now[1]) == 3
