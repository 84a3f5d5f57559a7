"""Goals: proposed, changed, decided by the right authority, ended; what they serve, answer and aim at."""

import datetime as dt
import re
import uuid
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from styrkedja.access.gate import Access
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.models import AuditEvent
from styrkedja.plans.frame import national
from styrkedja.plans.frame.actions import change_settings
from styrkedja.plans.goals import actions, queries, serving, target_actions
from styrkedja.plans.initiatives import effects
from styrkedja.plans.models import Goal, GoalNational, Target
from tests.analyses.writing import unit_established
from tests.plans.chain_of_goals import NATIONAL, committee_goal, decided, decision, need_of, proposed
from tests.reports.material import large, own

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    """In the autumn of the school year the goals are for."""
    monkeypatch.setattr(timezone, "localdate", lambda *_: dt.date(2025, 11, 22))


@pytest.fixture
def log_in(client, world):
    def as_person(key):
        client.force_login(world.person(key))
        return client

    return as_person


@pytest.fixture
def ending(monkeypatch):
    """Lets a national goal of the catalogue end on a day."""

    def end(id, day):
        known = dict(national.national_goals())
        known[id] = replace(known[id], valid_to=day)
        for module in (national, actions, serving):
            monkeypatch.setattr(module, "national_goals", lambda: known)

    return end


def text_of(response):
    return response.content.decode()


def address(name, *args):
    return reverse(f"plans:{name}", args=args)


def form(**changed):
    sent = {"period": "2025/26", "title": "Lugna lektionsstarter", "national": [NATIONAL], "_key": str(uuid.uuid4())}
    return {**sent, **changed}


def reread(goal):
    return Goal.objects.get(pk=goal.pk)


class TestProposing:
    def test_from_the_need_of_the_analysis_nothing_is_retyped(self, log_in, world):
        unit_established(world, period="2024/25")
        need = need_of(world.bjork, "2024/25")
        client = log_in("principal")
        page = text_of(client.get(address("whereto", world.bjork.pk)))
        assert "Behov som inget mål svarar på än" in page
        assert need.text in page
        way = re.search(r'href="([^"]*mal/nytt/[^"]*behov=[^"]*)"', page)[1].replace("&amp;", "&")
        begun = client.get(way)
        key = f"{need.version.pk}:{need.id}"
        assert begun.context["form"].initial["needs"] == [key]
        assert re.search(rf'value="{key}"[^>]* checked', text_of(begun))
        answer = client.post(way, form(needs=[key]))
        made = Goal.objects.get()
        assert answer.headers["Location"] == address("goal", made.pk)
        assert [(n.text, n.source_id) for n in made.needs.all()] == [(need.text, need.version.pk)]
        after = text_of(client.get(address("whereto", world.bjork.pk)))
        assert "Behov som inget mål svarar på än" not in after
        assert "Lugna lektionsstarter" in after
        assert AuditEvent.objects.filter(event="goal_added", about=f"plans.goal:{made.pk}").exists()

    def test_a_proposal_hides_its_answer_from_those_who_may_not_read_it(self, log_in, world):
        unit_established(world, period="2024/25")
        need = need_of(world.bjork, "2024/25")
        goal = proposed(world, needs=[need.tie], title="Hemligt än")
        page = text_of(log_in("teacher").get(address("whereto", world.bjork.pk)))
        assert need.text in page
        assert "Hemligt än" not in page
        assert log_in("teacher").get(address("goal", goal.pk)).status_code == 404
        assert log_in("lead_teacher").get(address("goal", goal.pk)).status_code == 403
        assert log_in("principal_ek").get(address("goal", goal.pk)).status_code == 404

    @pytest.mark.parametrize(
        ("changed", "field", "words"),
        [
            ({"national": []}, "national", "minst ett nationellt mål"),
            ({"national": ["gy/normer/etik"]}, "national", "gäller inte under perioden"),
            ({"title": " "}, "title", ""),
            ({"title": "a" * 301}, "title", ""),
            ({"above": str(uuid.uuid4())}, "above", ""),
        ],
    )
    def test_an_error_stands_at_its_field_and_what_was_written_stays(self, log_in, world, changed, field, words):
        page = log_in("principal").post(address("goal_add", world.bjork.pk), form(text="Mina ord", **changed))
        assert list(page.context["form"].errors) == [field]
        assert f'id="id_{field}_error"' in text_of(page)
        assert words in text_of(page)
        assert "Mina ord" in text_of(page)
        assert not Goal.objects.exists()

    def test_the_same_form_twice_proposes_once(self, log_in, world):
        client, sent = log_in("principal"), form()
        places = {client.post(address("goal_add", world.bjork.pk), sent).headers["Location"] for _ in "12"}
        assert len(places) == 1
        assert Goal.objects.count() == 1

    def test_it_stems_from_a_decided_goal_above_in_a_period_that_shares_a_day(self, world):
        above = committee_goal(world)
        below = decided(world, above=above)
        assert below.above == above
        with pytest.raises(Refused, match="Mål högre upp"):
            proposed(world, above=below)  # of the same node
        with pytest.raises(Refused, match="annan period"):
            proposed(world, above=above, period="2026/27")
        assert proposed(world, above=above, period="2026").above == above

    def test_it_carries_out_what_is_given_to_the_unit_and_not_to_another(self, world):
        ours = decision(world, node=world.administration, kind="assignment", addressed_to=world.bjork)
        theirs = decision(world, node=world.administration, kind="assignment", addressed_to=world.ek)
        assert proposed(world, decision=ours).decision == ours
        with pytest.raises(Refused, match="Beslut"):
            proposed(world, node=world.ek, who="principal_ek", decision=ours)
        assert theirs.addressed_to == world.ek

    def test_only_a_need_of_an_established_analysis_is_answered(self, world):
        unit_established(world, period="2024/25")
        need = need_of(world.bjork, "2024/25")
        with pytest.raises(Refused, match="Behov"):
            proposed(world, needs=[(need.version, str(uuid.uuid4()))])

    def test_words_are_shown_as_words(self, log_in, world):
        goal = decided(world, title="<b>Mål</b> {{ 7 }}", text="</p><script>")
        page = text_of(log_in("teacher").get(address("goal", goal.pk)))
        assert "&lt;b&gt;Mål&lt;/b&gt; {{ 7 }}" in page
        assert "<script>" not in page.replace("<script src", "")


class TestChanging:
    def test_what_is_written_replaces_what_stood(self, log_in, world):
        goal = proposed(world)
        sent = form(version=goal.version, title="Nya ord", national=["lgr22/kunskaper/svenska"])
        assert log_in("principal").post(address("goal_change", goal.pk), sent).status_code == 302
        after = reread(goal)
        assert (after.title, after.version) == ("Nya ord", 2)
        assert [n.national_goal for n in after.national.all()] == ["lgr22/kunskaper/svenska"]

    def test_two_editors_see_both_and_choose(self, log_in, world):
        goal = proposed(world, title="Studiero")
        actions.change(
            goal=goal, expected=1, title="Hannas mål", national=[NATIONAL], text="Två", by=world.person("principal")
        )
        client = log_in("principal")
        page = client.post(address("goal_change", goal.pk), form(version=1, title="Mitt mål", text="Ett"))
        assert page.status_code == 409
        for words in ("Mitt mål", "Hannas", "Ragnar Björk har ändrat samma text"):
            assert words in text_of(page)
        assert reread(goal).title == "Hannas mål"
        assert 'name="version" value="2"' in text_of(page)
        client.post(address("goal_change", goal.pk), form(version=2, title="Mitt mål", text="Ett", keep="mine"))
        assert reread(goal).title == "Mitt mål"

    def test_the_same_again_is_no_change(self, world):
        goal = proposed(world)
        again = actions.change(
            goal=goal, expected=99, title="Studiero", national=[NATIONAL], by=world.person("principal")
        )
        assert again.version == 1

    def test_what_is_decided_keeps_its_words(self, log_in, world):
        goal = decided(world)
        with pytest.raises(Refused, match="beslutat"):
            actions.change(goal=goal, expected=2, title="Annat", national=[NATIONAL], by=world.person("principal"))
        assert log_in("principal").get(address("goal_change", goal.pk)).status_code == 302


class TestDeciding:
    def test_the_principal_decides_and_everybody_reads(self, log_in, world):
        goal = proposed(world)
        client = log_in("principal")
        assert client.get(address("goal_decide", goal.pk)).status_code == 200
        client.post(address("goal_decide", goal.pk), {"version": 1})
        after = reread(goal)
        assert (after.state, after.decided_by) == ("decided", world.person("principal"))
        assert log_in("teacher").get(address("goal", goal.pk)).status_code == 200
        assert AuditEvent.objects.filter(event="goal_decided").count() == 1

    def test_invariant_02_only_the_right_authority_decides(self, log_in, world):
        goal = proposed(world)
        for who in ("head", "quality", "registrar", "team_lead", "principal_ek", "chief"):
            with pytest.raises(Refused, match="befogenhet"):
                actions.decide(goal=goal, expected=1, by=world.person(who))
            assert log_in(who).post(address("goal_decide", goal.pk), {"version": 1}).status_code in (403, 404)
        with pytest.raises(Refused, match="befogenhet"):
            actions.decide(goal=goal, expected=1, by=None)
        assert reread(goal).state == "proposed"

    def test_invariant_02_goals_above_the_units_are_the_committees(self, log_in, world):
        goal = proposed(world, node=world.council, who="quality")
        for who in ("head", "quality"):
            with pytest.raises(Refused, match="befogenhet"):
                actions.decide(goal=goal, expected=1, decision=decision(world), by=world.person(who))
        registrar = world.person("registrar")
        with pytest.raises(Refused, match="nämndens"):
            actions.decide(goal=goal, expected=1, by=registrar)
        with pytest.raises(Refused, match="nämndens"):
            actions.decide(goal=goal, expected=1, decision=decision(world, kind="programme"), by=registrar)
        later = decision(world, valid_from=dt.date(2026, 7, 1))
        with pytest.raises(Refused, match="gäller inte under målets period"):
            actions.decide(goal=goal, expected=1, decision=later, by=registrar)
        right = decision(world, title="Mål 2025/26")
        client = log_in("registrar")
        waiting = text_of(client.get(address("whereto", world.council.pk)))
        assert "Väntar på nämndens beslut" in waiting
        answer = client.post(address("goal_register", goal.pk), {"version": 1, "decision": str(right.pk)})
        assert answer.status_code == 302
        after = reread(goal)
        assert (after.state, after.decision) == ("decided", right)
        assert "§ 84" in text_of(log_in("teacher").get(address("goal", goal.pk)))

    def test_the_registrar_reads_no_proposals_of_units(self, log_in, world):
        goal = proposed(world, title="Skolans eget")
        client = log_in("registrar")
        assert client.get(address("goal_register", goal.pk)).status_code == 404
        assert "Skolans eget" not in text_of(client.get(address("whereto", world.bjork.pk)))

    def test_two_who_decide_at_once_one_wins_and_the_other_is_told(self, log_in, world):
        goal = proposed(world)
        actions.decide(goal=goal, expected=1, by=world.person("principal"))
        with pytest.raises(Refused, match="Bara ett föreslaget"):
            actions.decide(goal=goal, expected=1, by=world.person("principal"))

    def test_what_was_changed_meanwhile_is_read_again(self, log_in, world):
        goal = proposed(world)
        actions.change(goal=goal, expected=1, title="Annat", national=[NATIONAL], by=world.person("principal"))
        with pytest.raises(Conflict):
            actions.decide(goal=goal, expected=1, by=world.person("principal"))
        page = log_in("principal").post(address("goal_decide", goal.pk), {"version": 1}, follow=True)
        assert "ändrades medan du läste" in text_of(page)
        assert reread(goal).state == "proposed"


class TestNationalGoals:
    def test_invariant_09_a_goal_links_to_a_national_goal_valid_in_its_period(self, world, ending):
        goal = proposed(world, period="2025/26")
        ending(NATIONAL, dt.date(2025, 6, 30))
        with pytest.raises(Refused, match="gäller inte under 2025/26"):
            actions.decide(goal=goal, expected=1, by=world.person("principal"))
        with pytest.raises(Refused, match="gäller inte under 2025/26"):
            proposed(world)
        with pytest.raises(Refused, match="välj minst ett"):
            proposed(world, national=[])
        ending(NATIONAL, dt.date(2025, 7, 1))  # holds on the period's first day
        assert actions.decide(goal=goal, expected=1, by=world.person("principal")).state == "decided"

    def test_invariant_09_holds_in_the_database_itself(self, world):
        goal = proposed(world)
        GoalNational.objects.filter(goal=goal).update(valid_to=dt.date(2025, 6, 30))
        with pytest.raises(IntegrityError, match="serves no national goal"), transaction.atomic():
            Goal.objects.filter(pk=goal.pk).update(state="decided", decided_at=timezone.now())
            self._at_commit()
        sound = decided(world, title="Annat")
        with pytest.raises(IntegrityError, match="serves no national goal"), transaction.atomic():
            GoalNational.objects.filter(goal=sound).delete()
            self._at_commit()
        assert GoalNational.objects.filter(goal=sound).exists()

    @staticmethod
    def _at_commit():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def test_the_database_knows_the_moves(self, world):
        goal = decided(world)
        with pytest.raises(IntegrityError, match="cannot go from decided"), transaction.atomic():
            Goal.objects.filter(pk=goal.pk).update(state="proposed")
        other = proposed(world, title="Annat")
        with pytest.raises(IntegrityError, match="cannot go from proposed"), transaction.atomic():
            Goal.objects.filter(pk=other.pk).update(
                state="closed", decided_at=timezone.now(), closed_at=timezone.now(), outcome="Klart"
            )

    def test_page_and_list_say_when_a_national_goal_has_expired(self, log_in, world, ending):
        goal = decided(world)
        client = log_in("teacher")
        assert "gällde till och med" not in text_of(client.get(address("goal", goal.pk)))
        ending(NATIONAL, dt.date(2025, 10, 31))
        for page in (address("goal", goal.pk), address("whereto", world.bjork.pk)):
            assert "gällde till och med 2025-10-31" in text_of(client.get(page))
        assert "Ett nationellt mål gäller inte längre" in text_of(client.get(address("goal", goal.pk)))

    def test_the_form_offers_only_what_holds_for_the_school_forms(self, log_in, world, ending):
        ending("lgr22/kunskaper/svenska", dt.date(2025, 6, 30))
        page = text_of(log_in("principal").get(address("goal_add", world.bjork.pk)))
        assert NATIONAL in page
        assert "lgr22/fritidshem/fritid" in page
        assert "lgr22/kunskaper/svenska" not in page
        assert "lpfo18/" not in page


class TestEnding:
    def test_a_goal_ends_with_an_outcome_in_words(self, log_in, world):
        goal = decided(world)
        client = log_in("principal")
        empty = client.post(address("goal_close", goal.pk), {"version": 2, "outcome": " \n", "then": "close"})
        assert list(empty.context["form"].errors) == ["outcome"]
        client.post(address("goal_close", goal.pk), {"version": 2, "outcome": "Vi nådde dit.", "then": "close"})
        after = reread(goal)
        assert (after.state, after.outcome, after.closed_by) == ("closed", "Vi nådde dit.", world.person("principal"))
        assert "Vi nådde dit." in text_of(log_in("teacher").get(address("goal", goal.pk)))

    def test_who_leads_may_say_what_became_of_the_committees_goal(self, world):
        goal = committee_goal(world)
        closed = actions.close(goal=goal, expected=2, outcome="Delvis.", by=world.person("head"))
        assert closed.state == "closed"

    def test_only_what_is_decided_ends_and_only_once(self, world):
        principal, goal = world.person("principal"), proposed(world)
        with pytest.raises(Refused, match="Bara ett beslutat"):
            actions.close(goal=goal, expected=1, outcome="Klart", by=principal)
        goal = actions.decide(goal=goal, expected=1, by=principal)
        actions.close(goal=goal, expected=2, outcome="Klart", by=principal)
        with pytest.raises(Refused, match="Bara ett beslutat"):
            actions.carry_on(goal=goal, expected=3, outcome="Klart", by=principal)


class TestDeleting:
    def test_a_proposal_is_deleted_and_put_back(self, log_in, world):
        goal, client = proposed(world), log_in("principal")
        client.post(address("goal_delete", goal.pk))
        assert reread(goal).deleted_at is not None
        page = text_of(client.get(address("whereto", world.bjork.pk)))
        assert "Borttagna förslag" in page
        client.post(address("goal_restore", goal.pk))
        assert reread(goal).deleted_at is None
        assert [n.national_goal for n in goal.national.all()] == [NATIONAL]

    def test_not_after_thirty_days(self, world):
        goal = proposed(world)
        actions.delete_goal(goal=goal, by=world.person("principal"))
        Goal.objects.filter(pk=goal.pk).update(deleted_at=timezone.now() - dt.timedelta(days=31))
        with pytest.raises(Refused, match="30 dagar"):
            actions.restore_goal(goal=goal, by=world.person("principal"))
        assert queries.deleted_proposals(world.bjork) == []

    def test_a_deleted_proposal_cannot_be_decided_and_a_decided_goal_not_deleted(self, world):
        goal, principal = proposed(world), world.person("principal")
        actions.delete_goal(goal=goal, by=principal)
        with pytest.raises(Refused, match="borttaget"):
            actions.decide(goal=goal, expected=1, by=principal)
        with pytest.raises(Refused, match="beslutat"):
            actions.delete_goal(goal=decided(world, title="Annat"), by=principal)


class TestTargets:
    def test_where_it_stands_is_frozen_with_the_goal(self, log_in, world):
        large("11111111", "Björkskolan", [70.0, 74.0, 79.2])
        goal, client = proposed(world), log_in("principal")
        sent = {"measure": "pass_all_final|", "value": "85,5", "date": "2026-06-30", "_key": str(uuid.uuid4())}
        assert client.post(address("target_add", goal.pk), sent).status_code == 302
        target = Target.objects.get()
        assert (target.indicator, target.value, target.date) == ("pass_all_final", 85.5, dt.date(2026, 6, 30))
        assert target.baseline["full"]["value"] == 79.2
        large("11111111", "Björkskolan", [70.0, 74.0, 12.3])  # a later import changes nothing
        actions.decide(goal=goal, expected=2, by=world.person("principal"))
        page = text_of(log_in("teacher").get(address("goal", goal.pk)))
        assert "79,2" in page
        assert "85,5" in page
        assert "12,3" not in page

    def test_a_small_number_stays_with_those_who_may_see_it(self, log_in, world):
        own(world.bjork, 3, 44.7)
        goal = proposed(world)
        measures = dict(effects.figures(Access(world.person("principal")), world.bjork))
        (indicator, part), figure = next(iter(measures.items()))
        assert figure.value == 44.7
        sent = {"measure": f"{indicator}|{part}", "value": "60", "date": "2026-06-30", "_key": str(uuid.uuid4())}
        assert log_in("principal").post(address("target_add", goal.pk), sent).status_code == 302
        actions.decide(goal=goal, expected=2, by=world.person("principal"))
        pages = [address("goal", goal.pk), address("whereto", world.bjork.pk), address("thread", goal.pk)]
        assert "44,7" in text_of(log_in("principal").get(pages[0]))
        for page in pages:
            told = text_of(log_in("teacher").get(page))
            assert "44,7" not in told
            assert "44.7" not in told

    @pytest.mark.parametrize(
        ("changed", "field"),
        [({"value": "101"}, "value"), ({"value": "NaN"}, "value"), ({"value": "1e9"}, "value"), ({"date": ""}, "date"),
         ({"measure": "hittepå|"}, "measure")],
    )  # fmt: skip
    def test_an_error_stands_at_its_field(self, log_in, world, changed, field):
        large("11111111", "Björkskolan", [70.0, 74.0, 79.2])
        goal = proposed(world)
        sent = {"measure": "pass_all_final|", "value": "85", "date": "2026-06-30", **changed}
        page = log_in("principal").post(address("target_add", goal.pk), sent)
        assert list(page.context["form"].errors) == [field]
        assert not Target.objects.exists()

    def test_a_target_without_a_figure_yet_and_one_taken_away(self, world):
        goal, principal = proposed(world), world.person("principal")
        aim = {"indicator": "merit17", "part": "", "value": 230.0, "date": dt.date(2026, 6, 30)}
        made = target_actions.add(goal=goal, baseline=None, by=principal, **aim)
        shown = serving.targets(Access(principal), [goal])[goal.pk]
        assert "230" in shown[0]["text"]
        for _ in "12":
            target_actions.remove(goal=goal, target_id=made.pk, by=principal)
        assert not Target.objects.exists()
        goal = actions.decide(goal=reread(goal), expected=3, by=principal)
        with pytest.raises(Refused, match="beslutat"):
            target_actions.add(goal=goal, baseline=None, by=principal, **aim)


class TestThePage:
    def test_empty_states_in_words(self, log_in, world):
        assert "Inga mål att läsa" in text_of(log_in("teacher").get(address("whereto", world.bjork.pk)))
        page = text_of(log_in("principal").get(address("whereto", world.bjork.pk)))
        assert "Inga mål än" in page
        assert "Inget uppifrån gäller" in page

    def test_what_comes_from_above_can_be_made_ones_own(self, log_in, world):
        above = committee_goal(world, title="Alla klarar skolan")
        task = decision(world, node=world.administration, kind="assignment", title="Uppdrag", addressed_to=world.bjork)
        page = text_of(log_in("principal").get(address("whereto", world.bjork.pk)))
        assert "Uppdrag till enheten" in page
        assert f"over={above.pk}" in page
        assert f"beslut={task.pk}" in page
        assert str(task.pk) not in text_of(log_in("principal_ek").get(address("whereto", world.ek.pk)))

    def test_the_school_year_that_runs_is_chosen_and_others_can_be(self, log_in, world):
        decided(world, title="Årets")
        decided(world, title="Nästa års", period="2026/27")
        client = log_in("teacher")
        now, then = (text_of(client.get(address("whereto", world.bjork.pk) + q)) for q in ("", "?period=2026/27"))
        assert "Årets" in now
        assert "Nästa års" not in now
        assert "Nästa års" in then
        assert '<option value="2025/26" selected>' in now
        assert client.get(address("whereto", world.bjork.pk) + "?period=hej").status_code == 200

    def test_too_many_goals_are_pointed_out_calmly(self, log_in, world):
        decided(world, title="Ett")
        page = text_of(log_in("teacher").get(address("whereto", world.bjork.pk)))
        assert "<strong>1</strong> pågående mål av högst 5" in page
        change_settings(
            expected=1, follow_up="term", goals_at_most=1, initiatives_at_most=8, by=world.person("quality")
        )
        decided(world, title="Två")
        page = text_of(log_in("teacher").get(address("whereto", world.bjork.pk)))
        assert "Många på en gång" in page
        assert "2 pågående mål (gränsen är satt till 1)" in page
        assert reverse("plans:settings") not in page
        assert reverse("plans:settings") in text_of(log_in("quality").get(address("whereto", world.bjork.pk)))

    def test_queries_do_not_grow_with_goals(self, log_in, world, django_assert_max_num_queries):
        client = log_in("principal")

        def count():
            with django_assert_max_num_queries(200) as seen:
                assert client.get(address("whereto", world.bjork.pk)).status_code == 200
            return len(seen)

        above = committee_goal(world)
        for number in range(2):
            decided(world, title=f"Mål {number}", above=above)
        few = count()
        for number in range(12):
            decided(world, title=f"Mål {number + 2}", above=above)
            proposed(world, title=f"Förslag {number}")
        assert count() == few

    def test_in_english(self, log_in, world):
        decided(world)
        client = log_in("teacher")
        client.post(reverse("set_language"), {"language": "en"})
        page = text_of(client.get(address("whereto", world.bjork.pk)))
        assert "Goals for 2025/26" in page
        assert "Nobody is oppressed or degraded at school" in page
