import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from styrkedja.access.gate import Access, visible_node
from styrkedja.access.permissions import Permission as P
from styrkedja.organisation import actions

pytestmark = pytest.mark.django_db


def test_principal_reaches_own_unit_and_its_teams_but_not_the_sibling(world):
    access = Access(world.person("principal"))
    assert access.can(P.ANALYSIS_WRITE, world.bjork)
    assert not access.can(P.ANALYSIS_WRITE, world.bjork_team)  # the team writes its own
    assert access.can(P.ANALYSIS_READ_DRAFT, world.bjork_team)
    assert not access.can(P.ANALYSIS_READ_DRAFT, world.ek)
    assert access.can(P.FIGURES_MASKED, world.ek)
    assert not access.can(P.FIGURES_FULL, world.ek)


def test_outside_scope_is_404_and_inside_without_permission_403(world):
    access = Access(world.person("principal"))
    with pytest.raises(Http404):
        visible_node(access, world.ek.pk, [P.ANALYSIS_WRITE])
    with pytest.raises(PermissionDenied):
        visible_node(access, world.bjork_team.pk, [P.ANALYSIS_WRITE])


def test_access_ends_with_the_assignment(world):
    person = world.person("principal")
    assignment = person.assignments.get()
    today = Access(person).today
    actions.end_assignment(assignment=assignment, last_day=today, by=None)
    assert Access(person).can(P.ANALYSIS_WRITE, world.bjork)  # the last day counts
    actions.end_assignment(assignment=assignment, last_day=today - dt.timedelta(days=1), by=None)
    assert Access(person).scope == set()


def test_role_limited_to_a_school_form_covers_only_units_of_that_form(world):
    person = actions.add_person(email="form@ekkoping.example", name="Frida Form", by=None)
    actions.assign_role(
        person=person, role="quality_lead", node=world.administration, school_forms=["fs"],
        valid_from=dt.date(2024, 1, 1), by=None,
    )  # fmt: skip
    access = Access(person)
    assert access.can(P.FIGURES_FULL, world.lind)
    assert not access.can(P.FIGURES_FULL, world.bjork)
    assert access.can(P.ANALYSIS_WRITE, world.administration)


def test_a_role_limited_to_a_school_form_reaches_no_teams_of_other_forms(world):
    """A team has no forms of its own: it has those of its unit, also when it is closed."""
    lind_team = actions.add_node(
        parent=world.lind, kind="team", name="Avdelningen Räven", valid_from=dt.date(2024, 1, 1), by=None
    )
    person = actions.add_person(email="form@ekkoping.example", name="Frida Form", by=None)
    actions.assign_role(
        person=person, role="quality_lead", node=world.administration, school_forms=["fs"],
        valid_from=dt.date(2024, 1, 1), by=None,
    )  # fmt: skip
    for what in (P.ANALYSIS_READ_SUBMITTED, P.CHAIN_EDIT, P.REPORT_MAKE, P.AUDIT_READ):
        access = Access(person)
        assert access.can(what, world.lind) and access.can(what, lind_team) and access.can(what, world.administration)
        assert not access.can(what, world.bjork_team), what
    # What is of another form lies outside the scope: it is not there, rather than forbidden.
    assert access.scope == {world.administration.pk, world.lind.pk, lind_team.pk}
    with pytest.raises(Http404):
        visible_node(access, world.bjork_team.pk, [P.ANALYSIS_WRITE])
    yesterday = access.today - dt.timedelta(days=1)
    for team in (world.bjork_team, lind_team):
        actions.close_node(node=team, last_day=yesterday, by=None)
    visible_node(Access(person), lind_team.pk, [P.AUDIT_READ], any_day=True)
    with pytest.raises(Http404):
        visible_node(Access(person), world.bjork_team.pk, [P.AUDIT_READ], any_day=True)


def test_queries_do_not_grow_with_the_tree(world, django_assert_num_queries):
    for i in range(30):
        actions.add_node(
            parent=world.administration, kind="unit", name=f"Skola {i}", valid_from=dt.date(2024, 1, 1), by=None
        )
    with django_assert_num_queries(3):
        assert len(Access(world.person("quality")).nodes_for(P.FIGURES_FULL)) == 38
