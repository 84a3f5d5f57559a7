"""What must be there before an analysis is handed in and established: invariants 4, 7 and 8 of domain.md."""

import datetime as dt

import pytest

from styrkedja.analyses import actions, queries, row_actions, rules
from styrkedja.analyses.actions import Incomplete
from styrkedja.analyses.body import working_body
from styrkedja.analyses.models import Cause, Evidence, Finding, Ground, Need, Participation, Step, UnitInclusion
from styrkedja.core.errors import Refused
from styrkedja.organisation import actions as organisation
from styrkedja.organisation.models import NodeKind
from tests.analyses.writing import begin, established, fill, reread, submitted, unit_established, write

pytestmark = pytest.mark.django_db


def lacking(analysis):
    return [(m.step.value, m.text) for m in rules.missing(working_body(analysis))]


def test_a_new_analysis_says_what_is_missing_in_the_order_of_the_steps(world):
    missing = rules.missing(working_body(begin(world)))
    steps = [m.step for m in missing]
    assert steps == sorted(steps, key=list(Step).index)
    assert set(steps) == {Step.RESULTS, Step.CAUSES, Step.NEEDS, Step.PARTICIPATION}
    assert all(m.anchor for m in missing)


def test_a_filled_analysis_can_be_handed_in(world):
    analysis = begin(world)
    fill(analysis, world.person("principal"))
    assert lacking(analysis) == []
    assert submitted(world, analysis).state == "submitted"


def test_nothing_is_handed_in_while_something_is_missing(world):
    analysis = begin(world)
    with pytest.raises(Incomplete) as refused:
        submitted(world, analysis)
    assert len(refused.value.missing) >= 4
    assert not analysis.document.versions.exists()


@pytest.fixture
def filled(world):
    analysis = begin(world)
    return analysis, fill(analysis, world.person("principal")), world.person("principal")


def test_invariant_04_a_cause_rests_on_evidence(filled):
    analysis, rows, by = filled
    write(rows["cause"], by, [])
    assert [step for step, _ in lacking(analysis)] == ["orsaker"]


def test_invariant_04_evidence_that_was_deleted_does_not_count_and_counts_again_when_put_back(filled):
    analysis, rows, by = filled
    write(rows["cause"], by, [str(rows["evidence"].pk)])
    row_actions.delete_row(row=reread(rows["evidence"]), by=by)
    other = row_actions.add_row(analysis=analysis, slug="underlag", area="lgr22/normer", by=by)
    write(other, by, text="x", author="y", date="2025-01-01", kind="other")
    assert [step for step, _ in lacking(analysis)] == ["orsaker"]
    row_actions.restore_row(row=reread(rows["evidence"]), by=by)
    assert lacking(analysis) == []


def test_a_cause_says_what_else_could_explain_it_or_that_we_do_not_know(filled):
    analysis, rows, by = filled
    write(rows["cause"], by, rival="  ", rival_unknown=False)
    assert [step for step, _ in lacking(analysis)] == ["orsaker"]
    write(rows["cause"], by, rival_unknown=True)
    assert lacking(analysis) == []


def test_invariant_04_a_need_answers_a_cause(filled):
    analysis, rows, by = filled
    write(rows["need"], by, [])
    assert [step for step, _ in lacking(analysis)] == ["behov"]


def test_invariant_04_links_to_another_analysis_are_not_taken(world, filled):
    _analysis, rows, by = filled
    other = begin(world, node=world.ek, who="principal_ek")
    foreign = Finding.objects.filter(analysis=other).first()
    write(rows["cause"], by, [str(foreign.pk)])
    assert not Ground.objects.filter(cause=rows["cause"]).exists()
    write(rows["need"], by, [str(Cause.objects.filter(analysis=other).first().pk)])
    assert not rows["need"].causes.exists()


@pytest.mark.parametrize("field", ["text", "author", "date"])
def test_evidence_has_text_author_and_date(filled, field):
    analysis, rows, by = filled
    write(rows["evidence"], by, **{field: None if field == "date" else " "})
    assert [step for step, _ in lacking(analysis)] == ["resultat"]


def test_results_need_words_and_something_to_rest_on(filled):
    analysis, rows, by = filled
    row_actions.delete_row(row=reread(rows["evidence"]), by=by)
    assert [step for step, _ in lacking(analysis)] == ["resultat"]
    write(rows["finding"], by, text="")
    assert [step for step, _ in lacking(analysis)] == [
        "resultat",
        "resultat",
        "orsaker",
    ]  # the cause has lost its ground


@pytest.mark.parametrize("group", [g.value for g in Participation.Group])
def test_invariant_08_participation_of_every_group_is_recorded(filled, group):
    analysis, _rows, by = filled
    row = Participation.objects.get(analysis=analysis, group=group)
    write(row, by, how="")
    assert [step for step, _ in lacking(analysis)] == ["delaktighet"]
    with pytest.raises(Incomplete):
        analysis.document.refresh_from_db()
        actions.submit(analysis=analysis, expected=analysis.document.version, by=by)


def test_invariant_08_that_children_and_guardians_were_offered_is_said_outright(filled):
    analysis, _rows, by = filled
    row = Participation.objects.get(analysis=analysis, group="offered")
    write(row, by, offered=False)
    assert [step for step, _ in lacking(analysis)] == ["delaktighet"]


@pytest.mark.parametrize(
    ("kind", "forms", "expected"),
    [
        (NodeKind.UNIT, ["gr"], ["teachers", "other_staff", "pupils", "offered"]),
        (NodeKind.UNIT, ["gr", "fs"], ["teachers", "other_staff", "pupils", "offered"]),
        (NodeKind.UNIT, ["fs"], ["teachers", "other_staff", "offered"]),
        (NodeKind.UNIT, ["vux"], ["teachers", "other_staff", "pupils"]),
        (NodeKind.TEAM, [], ["teachers", "other_staff", "pupils", "offered"]),
    ],
)
def test_whose_participation_is_asked_for(kind, forms, expected):
    assert [g.value for g in rules.groups_of(kind, forms)] == expected


def test_a_preschool_has_no_pupils_to_record(world):
    analysis = begin(world, node=world.lind, who="principal_lind")
    fill(analysis, world.person("principal_lind"))
    assert lacking(analysis) == []
    assert not Participation.objects.filter(analysis=analysis, group="pupils").exists()


def test_invariant_07_the_organiser_lists_every_active_unit(world):
    unit_established(world)
    analysis = begin(world, node=world.council, who="head")
    fill(analysis, world.person("head"))
    rows = {row.unit_id: row for row in UnitInclusion.objects.filter(analysis=analysis)}
    assert rows.keys() == {world.bjork.pk, world.ek.pk, world.lind.pk}
    assert rows[world.bjork.pk].included is not None
    assert [step for step, _ in lacking(analysis)] == ["enheter", "enheter"]
    with pytest.raises(Incomplete):
        submitted(world, analysis, "head")
    for unit in (world.ek, world.lind):
        write(rows[unit.pk], world.person("head"), included_id=None, reason="Rektorsbyte i augusti.")
    version = established(world, analysis, "head")
    assert [u["name"] for u in version.body["units"]] == ["Björkskolan", "Ekskolan", "Lindens förskola"]
    assert [bool(u["version"]) for u in version.body["units"]] == [True, False, False]


def test_invariant_07_a_unit_that_came_later_is_listed_before_it_is_handed_in(world):
    analysis = begin(world, node=world.council, who="head")
    fill(analysis, world.person("head"))
    for row in UnitInclusion.objects.filter(analysis=analysis):
        write(row, world.person("head"), included_id=None, reason="Ej klar")
    organisation.add_node(
        parent=world.administration, kind=NodeKind.UNIT, name="Nya skolan", valid_from=world.bjork.valid_from, by=None
    )
    with pytest.raises(Incomplete) as refused:
        submitted(world, analysis, "head")
    assert ["Nya skolan" in m.text for m in refused.value.missing] == [True]
    assert actions.gather_units(analysis=analysis, by=world.person("head")) == 1


def test_only_the_unit_s_own_established_analysis_can_be_taken_in(world):
    of_bjork = unit_established(world)
    analysis = begin(world, node=world.council, who="head")
    ek = UnitInclusion.objects.get(analysis=analysis, unit=world.ek)
    version = queries.frozen_analysis(world.bjork, of_bjork.period)
    with pytest.raises(Refused):
        write(ek, world.person("head"), included_id=version.pk, reason="")


def test_gathering_units_takes_in_what_has_been_established_meanwhile_but_keeps_reasons(world):
    head = world.person("head")
    analysis = begin(world, node=world.council, who="head")
    write(UnitInclusion.objects.get(analysis=analysis, unit=world.ek), head, included_id=None, reason="Vakant tjänst")
    unit_established(world)
    unit_established(world, world.ek, "principal_ek")
    assert actions.gather_units(analysis=analysis, by=head) == 1
    rows = {r.unit_id: r for r in UnitInclusion.objects.filter(analysis=analysis)}
    assert rows[world.bjork.pk].included is not None
    assert (rows[world.ek.pk].included, rows[world.ek.pk].reason) == (None, "Vakant tjänst")
    assert actions.gather_units(analysis=analysis, by=head) == 0


def test_units_of_a_past_period_are_those_of_its_last_day(world):
    organisation.close_node(node=world.ek_team, last_day=dt.date(2025, 6, 30), by=None)
    organisation.close_node(node=world.ek, last_day=dt.date(2025, 7, 31), by=None)
    assert "Ekskolan" in [u.name for u in queries.units_for(world.council, "2024/25")]
    assert "Ekskolan" not in [u.name for u in queries.units_for(world.council, "2025/26")]


def test_what_is_left_empty_counts_for_nothing(world, filled):
    analysis, _rows, by = filled
    for slug in ("resultat", "underlag", "orsak", "behov"):
        row_actions.add_row(analysis=analysis, slug=slug, area="lgr22/normer", by=by)
    assert lacking(analysis) == []
    body = working_body(analysis)
    assert (len(body["causes"]), len(body["needs"])) == (1, 1)
    assert [area["key"] for area in body["areas"]] == ["lgr22/kunskaper"]
    assert Evidence.objects.filter(analysis=analysis).count() == 2
    assert Need.objects.filter(analysis=analysis).count() == 2
