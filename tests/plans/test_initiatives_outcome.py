"""Follow-up and evaluation: each cycle, upward when it deviates, and forced when it has ended."""

import datetime as dt
import json

import pytest

from styrkedja.access.gate import Access
from styrkedja.analyses import quoted
from styrkedja.core.errors import Refused
from styrkedja.core.periods import school_year_on
from styrkedja.indicators.disclosure import PUBLIC
from styrkedja.organisation import actions as organisation
from styrkedja.plans.initiatives import actions, cycles, effects, listing, outcome_actions
from styrkedja.plans.models import Evaluation, FollowUp, Initiative, PlanSettings
from tests.plans.initiating import DAY, PERIOD, completed, decided, figures_of, ongoing, proposed, reread, today
from tests.plans.test_initiatives import database_refuses

pytestmark = pytest.mark.django_db
Cycle = PlanSettings.Cycle
DATE = dt.date


class TestCycles:
    @pytest.mark.parametrize(
        ("day", "how", "cycle"),
        [
            (DATE(2026, 6, 30), Cycle.TERM, "2026-VT"),
            (DATE(2026, 7, 1), Cycle.TERM, "2026-HT"),
            (DATE(2026, 4, 30), Cycle.TERTIAL, "2026-T1"),
            (DATE(2026, 5, 1), Cycle.TERTIAL, "2026-T2"),
            (DATE(2026, 12, 31), Cycle.TERTIAL, "2026-T3"),
        ],
    )
    def test_a_day_lies_in_one(self, day, how, cycle):
        assert cycles.on(day, how) == cycle
        first, last = cycles.bounds(cycle)
        assert first <= day <= last

    def test_the_earliest_that_is_not_made_is_due(self):
        def due(today, made=(), first=None):
            begun = first or DATE(2026, 1, 10)
            found = cycles.due(begun, DATE(2026, 12, 20), set(made), today, Cycle.TERM)
            return found and (found.cycle, found.is_late(today))

        assert due(DATE(2026, 3, 1)) == ("2026-VT", False)
        assert due(DATE(2026, 7, 1)) == ("2026-VT", True)
        assert due(DATE(2026, 7, 1), ["2026-VT"]) == ("2026-HT", False)
        assert due(DATE(2026, 7, 1), ["2026-VT", "2026-HT"]) is None
        assert due(DATE(2026, 1, 1)) is None  # has not begun
        # begun eleven days before the term ends: followed up in the next
        assert due(DATE(2026, 6, 25), first=DATE(2026, 6, 19)) is None

    def test_the_next_is_told_before_it_is_due_while_the_initiative_lasts(self):
        assert cycles.coming(DATE(2027, 6, 14), DATE(2026, 11, 22), Cycle.TERTIAL) == cycles.Due(
            "2027-T1", DATE(2027, 4, 30)
        )
        assert cycles.coming(DATE(2026, 12, 31), DATE(2026, 11, 22), Cycle.TERTIAL) is None
        one = Initiative(kind="assignment", state="ongoing", starts_on=DATE(2026, 1, 1), ends_on=DATE(2027, 1, 31))
        assert listing.coming_follow_up(one, DATE(2026, 11, 22), Cycle.TERTIAL).cycle == "2027-VT"
        one.state = "stopped"
        assert listing.coming_follow_up(one, DATE(2026, 11, 22), Cycle.TERTIAL) is None

    def test_an_assignment_is_followed_up_twice_a_year_whatever_the_cycle(self):
        one = Initiative(kind="assignment", state="ongoing", starts_on=DATE(2026, 1, 1), ends_on=DATE(2026, 12, 31))
        assert listing.due_follow_up(one, set(), DATE(2026, 2, 1), Cycle.TERTIAL).cycle == "2026-VT"
        one.kind = "initiative"
        assert listing.due_follow_up(one, set(), DATE(2026, 2, 1), Cycle.TERTIAL).cycle == "2026-T1"


def follow_up(world, made, by="principal", **changes):
    said = {"cycle": "2026-HT", "status": "as_planned", "done": "Två möten"} | changes
    return outcome_actions.follow_up(initiative=made, by=world.person(by), **said)


class TestFollowUp:
    def test_it_says_in_which_teams_it_is_really_carried_out(self, world):
        made = ongoing(world, participants=[world.bjork.pk, world.bjork_team.pk])
        told = follow_up(world, made, carried_out_in=[world.bjork_team.pk])
        assert [p.node for p in told.places.all()] == [world.bjork_team]
        with pytest.raises(Refused):
            follow_up(world, made, carried_out_in=[world.ek.pk])

    @pytest.mark.parametrize("status", ["deviates", "deviates_much", "not_begun"])
    def test_a_deviation_is_told_with_a_measure(self, world, status):
        made = ongoing(world)
        for lacking in ({}, {"deviation": "Sjuka"}, {"measure": "Vikarie"}, {"deviation": " ", "measure": "\n"}):
            with pytest.raises(Refused):
                follow_up(world, made, status=status, **lacking)
        assert follow_up(world, made, status=status, deviation="Sjuka", measure="Vikarie").number == 1

    def test_the_one_responsible_follows_up_and_others_do_not(self, world):
        made = ongoing(world)
        assert follow_up(world, made, by="lead_teacher").made_by == world.person("lead_teacher")
        for who in ("teacher", "principal_ek", "politician"):
            with pytest.raises(Refused):
                follow_up(world, made, by=who)

    def test_what_has_ended_or_not_begun_is_not_followed_up(self, world):
        with pytest.raises(Refused):
            follow_up(world, completed(world))

    def test_early_deviations_are_listed_at_every_level_above(self, world):
        made = ongoing(world)
        follow_up(world, made, status="deviates", deviation="Sjuka", measure="Vikarie")
        for node in (world.bjork, world.administration, world.committee, world.council):
            found = listing.deviations(Access(world.person("politician")), node)
            assert [line.initiative for line in found] == [made]
        assert listing.deviations(Access(world.person("politician")), world.ek) == []
        follow_up(world, made)
        assert listing.deviations(Access(world.person("politician")), world.bjork) == []

    def test_due_until_it_is_made(self, world):
        made = ongoing(world, starts_on=today() - 100 * DAY)
        access = Access(world.person("principal"))
        (line,) = listing.due_follow_ups(access, world.bjork)
        while line.due:
            follow_up(world, made, cycle=line.due.cycle)
            (line,) = listing.at_node(access, world.bjork)
        assert listing.due_follow_ups(access, world.bjork) == []

    def test_written_once(self, world):
        follow_up(world, ongoing(world))
        with pytest.raises(Exception, match="permission denied"):
            FollowUp.objects.update(done="Annat")


def judge(world, made, by="principal", **changes):
    said = {
        "words": "Lektionerna börjar i tid", "carried_out": "yes", "carried_out_how": "", "verdict": "effect",
        "other_explanations": "Nytt schema", "decision": "keep", "learned": "Det tar en termin",
    } | changes  # fmt: skip
    return outcome_actions.evaluate(initiative=made, by=world.person(by), **said)


def year(back: int) -> str:
    start = today().replace(day=1, month=2)
    return school_year_on(start.replace(year=start.year - back))


BY_INDICATOR = {"effect": "indicator", "indicator": "pass_all_final", "target": 68.0}


def with_figures(world, before=58.0, after=62.5, n=50, **changes):
    """Completed, with a figure from before it was decided and one since."""
    figures_of((year(1), before), n=n)
    made = completed(world, **BY_INDICATOR, target_date=today() + 100 * DAY, **changes)
    if after is not None:
        figures_of((year(0), after), n=n)
    return made


class TestEvaluation:
    def test_invariant_05_expected_stands_beside_actual_frozen(self, world):
        made = with_figures(world)
        told = judge(world, made, words="")
        assert reread(made).state == "evaluated"
        assert told.expected["figure"]["full"]["value"] == 58.0
        assert (told.expected["target"], told.actual["figure"]["full"]["value"]) == (68.0, 62.5)
        figures_of((year(0), 99.0))
        assert Evaluation.objects.get().actual["figure"]["full"]["value"] == 62.5

    def test_invariant_05_only_what_has_ended_is_judged(self, world):
        with pytest.raises(Refused):
            judge(world, ongoing(world))

    @pytest.mark.parametrize(
        "lacking",
        [{"other_explanations": " "}, {"learned": ""}, {"verdict": "x"}, {"decision": ""}, {"carried_out": ""},
         {"carried_out": "partly"}, {"words": " "}],
    )  # fmt: skip
    def test_invariant_05_everything_is_asked_for(self, world, lacking):
        made = completed(world)
        with pytest.raises(Refused):
            judge(world, made, **lacking)
        assert reread(made).state == "completed"

    def test_a_figure_that_is_withheld_says_so_and_asks_for_words(self, world):
        made = with_figures(world, n=4)
        access = Access(world.person("lead_teacher"))
        assert effects.actual(access, made, "", closed=False)["problem"] == "suppressed"
        with pytest.raises(Refused):
            judge(world, made, by="lead_teacher", words="")
        assert judge(world, made, by="lead_teacher").actual["words"] == "Lektionerna börjar i tid"

    def test_small_numbers_are_never_told_to_who_has_no_right_to_them(self, world):
        told = judge(world, with_figures(world, n=4))
        today_s = quoted.today_of(effects.all_figures([], [told]))
        for kept in (told.expected, told.actual):
            seen = effects.shown(kept, PUBLIC, today_s)
            assert "62" not in json.dumps(seen["figure"]["display"]) + seen["text"].replace(seen.get("target", "¤"), "")
            assert "58" not in seen["text"]
            assert seen["figure"]["value"] is None

    def test_no_new_figure_says_so(self, world):
        made = with_figures(world, after=None)
        assert effects.actual(Access(world.person("principal")), made, "", closed=False)["problem"] == "old"
        with pytest.raises(Refused):
            judge(world, made, words="")

    def test_an_indicator_that_is_gone_says_so(self, world, monkeypatch):
        made = with_figures(world)
        rest = {k: v for k, v in effects.catalogue().items() if k != "pass_all_final"}
        monkeypatch.setattr(effects, "catalogue", lambda: rest)
        actual = effects.actual(Access(world.person("principal")), made, "", closed=False)
        assert actual["problem"] == "gone"
        assert actual["label"]["sv"]

    def test_a_changed_definition_says_so(self, world, monkeypatch):
        from dataclasses import replace

        from styrkedja.indicators.catalogue import Break, Words

        made = with_figures(world)
        known = effects.catalogue()
        broken = replace(known["pass_all_final"], breaks=(Break(year(0), Words("Ny", "New")),))
        monkeypatch.setattr(effects, "catalogue", lambda: {**known, "pass_all_final": broken})
        actual = effects.actual(Access(world.person("principal")), made, "", closed=False)
        assert actual["problem"] == "break"

    def test_a_correction_is_a_new_evaluation_with_a_reason(self, world):
        made = with_figures(world)
        judge(world, made, words="")
        figures_of((year(0), 99.0))
        with pytest.raises(Refused):
            judge(world, made, verdict="no_effect")
        judge(world, made, verdict="no_effect", reason="Räknade fel")
        first, second = Evaluation.objects.order_by("number")
        assert (first.verdict, second.verdict, second.reason) == ("effect", "no_effect", "Räknade fel")
        assert second.actual["figure"] == first.actual["figure"]
        with pytest.raises(Exception, match="permission denied"):
            Evaluation.objects.update(verdict="effect")

    def test_invariant_05_straight_against_the_database(self, world):
        made = completed(world)
        database_refuses(lambda: Initiative.objects.filter(pk=made.pk).update(state="evaluated"))
        database_refuses(lambda: Initiative.objects.filter(pk=made.pk).update(state="ongoing"))

    def test_overdue_is_listed_at_every_level_above_with_its_age(self, world):
        made = ongoing(world, starts_on=today() - 90 * DAY, evaluation_date=today() - 12 * DAY)
        for node in (world.bjork, world.administration, world.committee, world.council):
            (line,) = listing.overdue(Access(world.person("politician")), node)
            assert (line.initiative, line.overdue_days) == (made, 12)
        actions.complete(initiative=made, expected=made.version, by=world.person("principal"))
        (line,) = listing.overdue(Access(world.person("principal")), world.council)
        assert line.overdue_days == 12
        judge(world, made)
        assert listing.overdue(Access(world.person("principal")), world.council) == []

    def test_what_ended_today_waits_at_once(self, world):
        completed(world)
        (line,) = listing.overdue(Access(world.person("principal")), world.bjork)
        assert line.overdue_days == 0


class TestCarryingOn:
    @pytest.mark.parametrize("decision", ["keep", "change", "scale"])
    def test_it_is_a_new_proposal_with_new_dates_and_a_new_starting_figure(self, world, decision):
        made = with_figures(world)
        judge(world, made, words="", decision=decision)
        again = outcome_actions.carry_on(initiative=made, period=PERIOD, by=world.person("principal"))
        assert (again.state, again.continues, again.starts_on) == ("proposed", made, None)
        assert again.baseline["full"]["value"] == 62.5
        assert [n.text for n in again.needs.all()] == [n.text for n in made.needs.all()]
        with pytest.raises(Refused):
            outcome_actions.carry_on(initiative=made, period=PERIOD, by=world.person("principal"))

    def test_what_was_judged_to_stop_is_not_carried_on(self, world):
        made = completed(world)
        judge(world, made, decision="stop")
        with pytest.raises(Refused):
            outcome_actions.carry_on(initiative=made, period=PERIOD, by=world.person("principal"))

    def test_nothing_is_carried_on_unjudged(self, world):
        with pytest.raises(Refused):
            outcome_actions.carry_on(initiative=completed(world), period=PERIOD, by=world.person("principal"))

    def test_start_one_like_this(self, world):
        made = completed(world)
        judge(world, made)
        ebba = world.person("principal_ek")
        own = outcome_actions.start_like(initiative=made, node=world.ek, period=PERIOD, by=ebba)
        assert (own.node, own.aim, own.holder, own.needs.count()) == (world.ek, made.aim, None, 0)
        with pytest.raises(Refused):
            outcome_actions.start_like(initiative=made, node=world.bjork, period=PERIOD, by=ebba)


class TestEdges:
    def test_a_holder_whose_role_ends_is_asked_about(self, world):
        made, access = ongoing(world), Access(world.person("principal"))
        assert listing.without_holder(access, world.bjork) == []
        held = world.person("lead_teacher").assignments.get()
        organisation.end_assignment(assignment=held, last_day=today() - DAY, by=None)
        assert [line.initiative for line in listing.without_holder(access, world.bjork)] == [made]

    def test_a_holder_who_is_inactive(self, world):
        ongoing(world)
        person = world.person("lead_teacher")
        said = {"name": person.name, "email": person.email, "is_active": False}
        organisation.change_person(person=person, expected=person.version, by=None, **said)
        assert len(listing.without_holder(Access(world.person("principal")), world.bjork)) == 1

    def test_a_unit_that_merges_leaves_its_running_initiatives_to_the_successor(self, world):
        made, proposal = ongoing(world), proposed(world)
        organisation.merge_nodes(
            predecessors=[world.bjork], successor=world.ek, on_date=today(), by=None, with_below=True
        )
        ebba = world.person("principal_ek")
        listed = listing.at_node(Access(ebba), world.ek)
        assert {(line.initiative, line.here) for line in listed} == {(made, world.ek), (proposal, world.ek)}
        assert all(line.moved for line in listed)
        assert reread(made).node == world.bjork  # its history stays
        assert follow_up(world, made, by="principal_ek").number == 1
        made = reread(made)
        actions.change_decided(
            initiative=made, expected=made.version, fields={"holder": ebba}, reason="Sammanslagning", by=ebba
        )
        made = actions.complete(initiative=made, expected=reread(made).version, by=ebba)
        told = judge(world, made, by="principal_ek")
        again = outcome_actions.carry_on(initiative=made, period=PERIOD, by=ebba)
        assert (told.number, again.node) == (1, world.ek)

    def test_a_merged_unit_s_indicator_is_not_compared_with_another_s_pupils(self, world):
        made = with_figures(world)
        organisation.merge_nodes(
            predecessors=[world.bjork], successor=world.ek, on_date=today(), by=None, with_below=True
        )
        with pytest.raises(Refused):
            judge(world, made, by="principal_ek", words="")
        assert judge(world, made, by="principal_ek").actual["problem"] == "closed"

    def test_a_team_that_is_closed_leaves_its_own_to_the_unit(self, world):
        made = ongoing(world, node=world.bjork_team, by="team_lead")
        organisation.close_node(node=world.bjork_team, last_day=today() - DAY, by=None)
        (line,) = listing.at_node(Access(world.person("principal")), world.bjork)
        assert (line.initiative, line.here) == (made, world.bjork)


def test_proposals_are_their_writers_and_leaders(world):
    proposed(world)
    for who, sees in (("principal", 1), ("quality", 0), ("lead_teacher", 0), ("principal_ek", 0), ("politician", 0)):
        assert len(listing.at_node(Access(world.person(who)), world.bjork)) == sees
    decided(world)
    assert len(listing.at_node(Access(world.person("politician")), world.council)) == 1


def test_lists_take_the_same_number_of_queries_whatever_their_length(world, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def counted():
        access = Access(world.person("principal"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            listed = listing.at_node(access, world.council)
        return len(queries), len(listed)

    follow_up(world, ongoing(world))
    judge(world, completed(world))
    first, few = counted()
    for _ in range(4):
        follow_up(world, ongoing(world))
        judge(world, completed(world))
    second, many = counted()
    assert (first, few, many) == (second, 2, 10)
