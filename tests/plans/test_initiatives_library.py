"""The library across units, and the command line: stems, filters, and never a number that is withheld."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from styrkedja.plans.initiatives import library
from styrkedja.plans.initiatives.exports import initiatives_of
from styrkedja.plans.models import Initiative
from tests.plans.initiating import completed, ongoing, proposed, today
from tests.plans.test_initiatives_outcome import DAY, judge, with_figures

pytestmark = pytest.mark.django_db


def titles(**wanted):
    return [one.title for one in library.found(wanted)]


@pytest.fixture
def tried(world):
    """Two judged: one about reading, with effect; one whose lesson speaks of mathematics, without."""
    reading = completed(world, title="Gemensam läsning varje morgon", aim="Flera elever läser")
    judge(world, reading)
    calm = completed(world, title="Lugn start")
    judge(world, calm, verdict="no_effect", decision="stop", learned="Matematiklektionerna blev inte lugnare")
    return reading, calm


class TestSearching:
    @pytest.mark.parametrize("word", ["läsningen", "läsning", "läsningar", "LÄSNINGENS", "morgonen"])
    def test_any_form_of_a_word_finds_it(self, tried, word):
        assert titles(q=word) == ["Gemensam läsning varje morgon"]

    def test_what_was_learned_is_searched_too(self, tried):
        assert titles(q="matematiklektion") == ["Lugn start"]
        assert titles(q="simning") == []

    def test_filters(self, tried):
        assert titles(verdict="no_effect") == ["Lugn start"]
        assert len(titles(form="gr")) == 2
        assert titles(form="gy") == []
        assert titles(indicator="merit17") == []
        assert titles(q="läsning", verdict="no_effect") == []

    def test_by_indicator_and_goal_area(self, world):
        judge(world, with_figures(world, title="Efter siffror"))
        assert titles(indicator="pass_all_final") == ["Efter siffror"]
        assert titles(area="lgr22/kunskaper") == ["Efter siffror"]
        assert titles(area="lgr22/normer") == []

    def test_only_what_is_judged_and_the_latest_verdict_counts(self, world, tried):
        ongoing(world, title="Läsning pågår")
        proposed(world, title="Läsning föreslås")
        assert titles(q="läsning") == ["Gemensam läsning varje morgon"]
        judge(world, tried[0], verdict="cannot_tell", reason="Räknade fel")
        assert titles(verdict="effect") == []
        assert titles(verdict="cannot_tell") == ["Gemensam läsning varje morgon"]

    def test_a_team_s_initiative_is_of_its_unit_s_school_form(self, world):
        judge(world, completed(world, node=world.bjork_team, by="team_lead"), by="team_lead")
        assert len(titles(form="gr")) == 1


class TestPage:
    def test_every_unit_reads_it_and_starts_one_like_it(self, client, world, tried):
        client.force_login(world.person("principal_ek"))
        page = client.get(reverse("plans:library"), {"q": "läsningen"}).content.decode()
        assert "Gemensam läsning varje morgon" in page
        assert "Lugn start" not in page
        assert "Björkskolan" in page
        like = reverse("plans:start_like", args=[tried[0].pk])
        assert like in page
        client.post(like, {"node": str(world.ek.pk)})
        own = Initiative.objects.get(node=world.ek)
        assert (own.title, own.state) == ("Gemensam läsning varje morgon", "proposed")

    def test_queries_do_not_grow(self, client, world):
        client.force_login(world.person("principal_ek"))

        def count():
            with CaptureQueriesContext(connection) as queries:
                assert client.get(reverse("plans:library")).status_code == 200
            return len(queries)

        judge(world, completed(world))
        first = count()
        for _ in range(3):
            judge(world, completed(world))
        assert count() == first


class TestCommand:
    def test_it_lists_exactly_these(self, world, tried):
        late = ongoing(world, starts_on=today() - 90 * DAY, evaluation_date=today() - DAY)
        rows = {row["id"]: row for row in initiatives_of(world.council)}
        assert set(rows) == {str(tried[0].pk), str(tried[1].pk), str(late.pk)}
        assert rows[str(tried[1].pk)] == {
            "id": str(tried[1].pk), "title": "Lugn start", "state": "evaluated",
            "expected": "Lektionerna börjar inom två minuter", "actual": "Lektionerna börjar i tid",
            "verdict": "no_effect", "decision": "stop", "overdue": False,
        }  # fmt: skip
        waits = rows[str(late.pk)]
        assert (waits["overdue"], waits["actual"], waits["verdict"], waits["decision"]) == (True, None, None, None)

    def test_a_figure_that_is_withheld_is_never_a_number(self, world):
        judge(world, with_figures(world, n=4), words="")
        (row,) = initiatives_of(world.bjork)
        assert "62" not in row["actual"]
        assert "58" not in row["expected"]
        assert ".." in row["actual"]
