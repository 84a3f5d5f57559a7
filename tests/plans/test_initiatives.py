"""An initiative from proposal to end: what is missing, who may, what no longer changes; the database too."""

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.models import AuditEvent
from styrkedja.organisation import actions as organisation
from styrkedja.plans.initiatives import actions, activity_actions
from styrkedja.plans.initiatives.transitions import TRANSITIONS, Move
from styrkedja.plans.models import (
    Activity,
    Evaluation,
    Initiative,
    InitiativeChange,
    InitiativeNeed,
    InitiativeState,
    Participant,
)
from tests.plans.initiating import (
    DAY,
    PERIOD,
    completed,
    decided,
    figures_of,
    need_keys,
    ongoing,
    proposed,
    reread,
    today,
)
from tests.standing import put_up

pytestmark = pytest.mark.django_db


def missing_of(made, by):
    with pytest.raises(actions.Incomplete) as refused:
        actions.decide(initiative=made, expected=made.version, by=by)
    return {one.field for one in refused.value.missing}


class TestDeciding:
    def test_everything_that_is_missing_is_said_by_field(self, world):
        made = actions.propose(node=world.bjork, period=PERIOD, title="Läsgrupper", by=world.person("principal"))
        assert missing_of(made, world.person("principal")) == {
            "needs", "aim", "effect", "ground", "reference", "participants", "resources", "starts_on", "ends_on",
            "evaluation_form", "evaluation_date", "holder", "activities",
        }  # fmt: skip
        assert reread(made).state == "proposed"

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("aim", "  \n"),
            ("sign", " "),
            ("reference", ""),
            ("resources", "\t"),
            ("evaluation_form", ""),
            ("ground", ""),
        ],
    )
    def test_a_field_of_blanks_is_missing(self, world, field, value):
        made = proposed(world, **{field: value})
        assert missing_of(made, world.person("principal")) == {field}

    def test_an_indicator_needs_a_figure_to_start_from_target_and_date(self, world):
        made = proposed(world, effect="indicator", indicator="pass_all_final")
        assert missing_of(made, world.person("principal")) == {"indicator", "target", "target_date"}
        figures_of(("2024/25", 58.0))
        made = proposed(world, effect="indicator", indicator="pass_all_final")
        assert missing_of(made, world.person("principal")) == {"target", "target_date"}

    def test_the_holder_has_a_role_that_day_at_or_above_the_node(self, world):
        made = proposed(world, holder=world.person("principal_ek"))
        assert missing_of(made, world.person("principal")) == {"holder"}
        made = actions.change(
            initiative=made,
            expected=made.version,
            fields={"holder": world.person("quality")},
            by=world.person("principal"),
        )
        assert actions.decide(initiative=made, expected=made.version, by=world.person("principal")).state == "decided"

    def test_an_activity_needs_who_and_when(self, world):
        made = proposed(world)
        activity_actions.add(initiative=made, fields={"what": "Läs boken"}, by=world.person("principal"))
        assert missing_of(made, world.person("principal")) == {"activities"}

    def test_only_who_leads_the_unit_decides(self, world):
        made = proposed(world)
        for who in ("lead_teacher", "team_lead", "principal_ek", "quality", "head"):
            with pytest.raises(Refused):
                actions.decide(initiative=made, expected=made.version, by=world.person(who))
        with pytest.raises(Refused):
            actions.decide(initiative=made, expected=made.version, by=None)

    def test_the_principal_decides_for_a_team(self, world):
        made = proposed(world, by="team_lead", node=world.bjork_team)
        assert actions.decide(initiative=made, expected=made.version, by=world.person("principal")).state == "decided"

    def test_who_read_an_older_text_is_told(self, world):
        made, by = proposed(world), world.person("principal")
        read = made.version
        actions.change(initiative=made, expected=read, fields={"aim": "Annat"}, by=by)
        with pytest.raises(Conflict):
            actions.decide(initiative=made, expected=read, by=by)

    def test_every_move_leaves_a_trace_without_words(self, world):
        made = completed(world)
        traces = AuditEvent.objects.filter(about__endswith=str(made.pk), event="initiative_moved")
        assert [t.details["to"] for t in traces] == ["decided", "ongoing", "completed"]
        told = "".join(str(t.details) for t in AuditEvent.objects.filter(about__endswith=str(made.pk)))
        assert "lektion" not in told.lower()


class TestNeeds:
    def test_needs_come_from_the_established_analysis_in_its_words(self, world):
        made = proposed(world)
        assert [n.text for n in made.needs.all()] == ["Fler uppgifter som kräver resonemang."]

    def test_another_unit_s_need_is_refused(self, world):
        made, principal = proposed(world), world.person("principal")
        with pytest.raises(Refused):
            actions.propose(
                node=world.ek, period=PERIOD, title="X", needs=need_keys(world), by=world.person("principal_ek")
            )
        with pytest.raises(Refused):
            actions.change(initiative=made, expected=made.version, fields={}, needs=["x:y"], by=principal)

    def test_a_team_picks_among_its_unit_s(self, world):
        made = proposed(world, by="team_lead", node=world.bjork_team)
        assert made.needs.count() == 1


class TestWriting:
    def test_the_same_words_again_are_no_change(self, world):
        made, by = proposed(world), world.person("principal")
        again = actions.change(initiative=made, expected=1, fields={"aim": made.aim}, by=by)
        assert again.version == made.version

    def test_two_writers_the_second_is_told(self, world):
        made, by = proposed(world), world.person("principal")
        actions.change(initiative=made, expected=made.version, fields={"aim": "Ett"}, by=by)
        with pytest.raises(Conflict) as conflict:
            actions.change(initiative=made, expected=made.version - 1, fields={"aim": "Två"}, by=by)
        assert conflict.value.current.aim == "Ett"

    def test_what_is_decided_is_not_rewritten(self, world):
        made = decided(world)
        with pytest.raises(Refused):
            actions.change(initiative=made, expected=made.version, fields={"aim": "Nytt"}, by=world.person("principal"))

    def test_dates_and_holder_change_with_a_reason_that_is_kept(self, world):
        made, by = ongoing(world), world.person("principal")
        later = made.ends_on + 10 * DAY
        fields = {"ends_on": later, "holder": by}
        with pytest.raises(Refused):
            actions.change_decided(initiative=made, expected=made.version, fields=fields, reason=" ", by=by)
        actions.change_decided(initiative=made, expected=made.version, fields=fields, reason="Sjukdom", by=by)
        assert (reread(made).ends_on, reread(made).holder) == (later, by)
        kept = InitiativeChange.objects.get()
        assert kept.reason == "Sjukdom"
        assert kept.changed["ends_on"] == [made.ends_on.isoformat(), later.isoformat()]

    @pytest.mark.parametrize("field", ["aim", "effect", "sign", "target", "target_date", "indicator", "title"])
    def test_aim_effect_and_target_never_change_after_the_decision(self, world, field):
        made = ongoing(world)
        with pytest.raises(Refused):
            actions.change_decided(
                initiative=made,
                expected=made.version,
                fields={field: "1"},
                reason="Ändrat",
                by=world.person("principal"),
            )

    def test_what_is_decided_cannot_lose_what_it_was_decided_with(self, world):
        made, by = decided(world), world.person("principal")
        for fields, participants in (({"holder": None}, None), ({"resources": " "}, None), ({}, [])):
            with pytest.raises(Refused):
                actions.change_decided(
                    initiative=made, expected=made.version, fields=fields, participants=participants, reason="R", by=by
                )
        with pytest.raises(Refused):
            fields = {"ends_on": made.starts_on - DAY}
            actions.change_decided(initiative=made, expected=made.version, fields=fields, reason="R", by=by)

    def test_activities_of_what_is_decided_ask_for_a_reason_and_a_mark_does_not(self, world):
        made, by = decided(world), world.person("principal")
        one = Activity.objects.get(initiative=made)
        with pytest.raises(Refused):
            activity_actions.change(activity=one, expected=one.version, fields={"what": "Annat"}, by=by)
        activity_actions.change(activity=one, expected=one.version, fields={"what": "Annat"}, reason="Tid", by=by)
        with pytest.raises(Refused):
            activity_actions.remove(activity=one, reason="Bort", by=by)
        for _ in "12":
            activity_actions.mark(activity=one, done=True, by=by)
        assert Activity.objects.get(pk=one.pk).done_by == by

    def test_a_removed_proposal_is_put_back_for_thirty_days(self, world):
        made, by = proposed(world), world.person("principal")
        actions.remove(initiative=made, by=by)
        with pytest.raises(Refused):
            actions.decide(initiative=made, expected=reread(made).version, by=by)
        actions.restore(initiative=made, by=by)
        assert reread(made).deleted_at is None
        actions.remove(initiative=made, by=by)
        Initiative.objects.filter(pk=made.pk).update(deleted_at=reread(made).deleted_at - 31 * DAY)
        with pytest.raises(Refused):
            actions.restore(initiative=made, by=by)

    def test_stopping_asks_for_a_reason(self, world):
        made, by = ongoing(world), world.person("principal")
        with pytest.raises(Refused):
            actions.stop(initiative=made, expected=made.version, reason="", by=by)
        assert actions.stop(initiative=made, expected=made.version, reason="Ingen tid", by=by).end_reason == "Ingen tid"


class TestHolder:
    def test_who_is_responsible_begins_and_completes_without_the_right_to_write(self, world):
        made, holder = decided(world), world.person("lead_teacher")
        made = actions.begin(initiative=made, expected=made.version, by=holder)
        assert actions.complete(initiative=made, expected=made.version, by=holder).state == "completed"

    def test_another_teacher_does_not(self, world):
        made = decided(world)
        with pytest.raises(Refused):
            actions.begin(initiative=made, expected=made.version, by=world.person("teacher"))

    def test_an_ended_role_ends_the_right_the_same_moment(self, world):
        made, holder = decided(world), world.person("lead_teacher")
        organisation.end_assignment(assignment=holder.assignments.get(), last_day=today() - DAY, by=None)
        with pytest.raises(Refused):
            actions.begin(initiative=made, expected=made.version, by=holder)


def database_refuses(write):
    """At once or when the transaction ends."""
    with pytest.raises(IntegrityError), transaction.atomic():
        write()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def straight(made, **fields):
    return lambda: Initiative.objects.filter(pk=made.pk).update(**fields)


class TestDatabase:
    @pytest.mark.parametrize(
        "fields",
        [
            {"aim": ""}, {"effect": ""}, {"sign": ""}, {"ground": ""}, {"reference": ""}, {"resources": ""},
            {"holder": None}, {"evaluation_form": ""}, {"evaluation_date": None}, {"starts_on": None},
            {"ends_on": None},
        ],
    )  # fmt: skip
    def test_invariant_03_not_decided_without_every_field(self, world, fields):
        made = proposed(world)
        now = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
        database_refuses(straight(made, state="decided", decided_at=now, **fields))
        straight(made, state="decided", decided_at=now)()

    def test_invariant_03_starts_before_it_ends(self, world):
        made = proposed(world)
        database_refuses(straight(made, starts_on=made.ends_on + DAY))

    def test_invariant_03_activities_and_participants(self, world):
        made = decided(world)
        database_refuses(lambda: Activity.objects.filter(initiative=made).update(deleted_at=made.decided_at))
        database_refuses(lambda: Participant.objects.filter(initiative=made).delete())

    def test_invariant_04_an_initiative_cites_a_need(self, world):
        made = proposed(world)
        needs = made.needs.all()
        now = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)

        def decide_without():
            needs.delete()
            straight(made, state="decided", decided_at=now)()

        database_refuses(decide_without)
        straight(made, state="decided", decided_at=now)()
        database_refuses(lambda: InitiativeNeed.objects.filter(initiative=made).delete())

    def test_invariant_04_through_the_action(self, world):
        made, by = proposed(world), world.person("principal")
        made = actions.change(initiative=made, expected=made.version, fields={}, needs=[], by=by)
        assert missing_of(made, by) == {"needs"}

    def test_invariant_05_not_evaluated_without_an_evaluation(self, world):
        made = completed(world)
        database_refuses(straight(made, state="evaluated"))

    def test_invariant_05_no_evaluation_of_what_goes_on(self, world):
        made = ongoing(world)
        said = {
            "carried_out": "yes",
            "other_explanations": "-",
            "verdict": "effect",
            "decision": "keep",
            "learned": "x",
        }
        database_refuses(lambda: Evaluation.objects.create(initiative=made, number=1, expected={}, actual={}, **said))

    @pytest.mark.parametrize("field", ["aim", "sign", "title", "reference"])
    def test_what_is_decided_stays_as_it_was_decided(self, world, field):
        database_refuses(straight(decided(world), **{field: "Annat"}))

    def test_the_table_and_the_database_know_the_same_moves(self, world):
        allowed = {(s.value, t.target.value) for t in TRANSITIONS.values() for s in t.sources}
        made = proposed(world)
        now = {
            "decided_at": dt.datetime(2026, 11, 22, tzinfo=dt.UTC),
            "ended_at": dt.datetime(2026, 11, 22, tzinfo=dt.UTC),
        }
        for before in InitiativeState.values:
            for after in InitiativeState.values:
                if before == after:
                    continue
                fields = {**now, "end_reason": "R"}
                possible = _possible(made, before, after, fields)
                assert possible == ((before, after) in allowed), (before, after)

    def test_a_reason_is_kept_for_ever(self, world):
        made, by = decided(world), world.person("principal")
        actions.change_decided(initiative=made, expected=made.version, fields={"resources": "Mer"}, reason="R", by=by)
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            InitiativeChange.objects.update(reason="S")


WAY = {
    "proposed": (), "decided": ("decided",), "ongoing": ("decided", "ongoing"),
    "completed": ("decided", "ongoing", "completed"), "stopped": ("decided", "stopped"),
    "evaluated": ("decided", "stopped", "evaluated"),
}  # fmt: skip


class _Back(Exception):
    pass


def _possible(made, before, after, fields) -> bool:
    """Does the database let the row go this way, by itself? Everything is taken back."""
    answer = False
    try:
        with transaction.atomic():
            for state in WAY[before]:
                Initiative.objects.filter(pk=made.pk).update(state=state, **fields)
            try:
                with transaction.atomic():
                    answer = bool(Initiative.objects.filter(pk=made.pk).update(state=after, **fields))
            except IntegrityError:
                answer = False
            raise _Back
    except _Back:
        return answer


@pytest.mark.django_db(transaction=True)
def test_two_decide_at_once_one_wins_and_the_other_is_told():
    world = put_up()
    made = proposed(world)
    barrier, told = threading.Barrier(2), []

    def decide():
        barrier.wait()
        try:
            actions.decide(initiative=made, expected=made.version, by=world.person("principal"))
            told.append("decided")
        except (Refused, Conflict):
            told.append("told")
        finally:
            connection.close()

    both = [threading.Thread(target=decide) for _ in "12"]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(told) == ["decided", "told"]


def test_refusals_are_swedish(world):
    made = proposed(world)
    with translation.override("sv"), pytest.raises(Refused) as refused:
        actions.begin(initiative=made, expected=made.version, by=world.person("principal"))
    assert "påbörj" in str(refused.value)


def test_every_move_is_in_the_table():
    assert set(TRANSITIONS) == set(Move)


def test_who_leads_a_team_can_be_responsible_for_what_the_unit_does_and_a_neighbour_cannot(world):
    assert decided(world, holder=world.person("team_lead")).state == "decided"
    with pytest.raises(actions.Incomplete, match="Ebba Ek har ingen roll här"):
        decided(world, holder=world.person("principal_ek"))


def test_invariant_03_a_value_the_indicator_cannot_reach_is_not_decided(world):
    figures_of(("2024/25", 58.0))
    aim = {"effect": "indicator", "indicator": "pass_all_final", "target_date": today() + 100 * DAY}
    with pytest.raises(actions.Incomplete) as refused:
        decided(world, **aim, target=680.0)
    assert [one.field for one in refused.value.missing] == ["target"]
    assert decided(world, **aim, target=68.0).state == "decided"
