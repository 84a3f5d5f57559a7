"""Moves in the tree: history keeps the place a node had, and no move leaves a node outside the tree."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.utils import timezone

from styrkedja.core.errors import Refused
from styrkedja.core.models import AuditEvent
from styrkedja.organisation import actions
from styrkedja.organisation.models import Assignment, Placement
from styrkedja.organisation.tree import tree_on
from tests.world import build

DAY = dt.timedelta(days=1)


@pytest.mark.django_db
def test_a_moved_node_hangs_where_it_did_the_day_before(world):
    today = timezone.localdate()
    actions.move_node(node=world.ek_team, parent=world.bjork, from_date=today, by=None)
    assert tree_on(today).parent(world.ek_team.pk) == world.bjork
    assert tree_on(today - DAY).parent(world.ek_team.pk) == world.ek


@pytest.mark.django_db
def test_a_node_cannot_be_moved_to_where_nothing_is_yet(world):
    today = timezone.localdate()
    later = actions.add_node(
        parent=world.administration, kind="unit", name="Nya skolan", valid_from=today + 30 * DAY, by=None
    )
    with pytest.raises(Refused):
        actions.move_node(node=world.ek_team, parent=later, from_date=today, by=None)
    assert world.ek_team.pk in tree_on(today).subtree([world.council.pk])


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_cannot_hang_each_under_the_other():
    world = build()
    a, b = (
        actions.add_node(
            parent=world.administration, kind="administration", name=name, valid_from=dt.date(2021, 1, 1), by=None
        )
        for name in ("A", "B")
    )
    barrier, refused = threading.Barrier(2), []

    def move(node, parent):
        barrier.wait()
        try:
            actions.move_node(node=node, parent=parent, from_date=timezone.localdate(), by=None)
        except Refused:
            refused.append(node.name)
        finally:
            connection.close()

    moves = [threading.Thread(target=move, args=pair) for pair in ((a, b), (b, a))]
    for thread in moves:
        thread.start()
    for thread in moves:
        thread.join()
    assert len(refused) == 1
    assert {a.pk, b.pk} <= tree_on(timezone.localdate()).subtree([world.council.pk])
    assert Placement.objects.filter(valid_to=None, node__in=[a, b]).count() == 2


@pytest.mark.django_db
def test_a_closed_node_ends_each_of_its_roles_with_a_row_that_names_the_person(world):
    today = timezone.localdate()
    done = Assignment.objects.get(person=world.person("health"))
    actions.end_assignment(assignment=done, last_day=today - 5 * DAY, by=None)  # before the unit is: it stays so
    coming = actions.assign_role(
        person=world.person("registrar"), role="teacher", node=world.bjork, valid_from=today + DAY, by=None
    )
    before = AuditEvent.objects.latest("seq").seq
    actions.close_node(node=world.bjork, last_day=today, with_below=True, by=None)
    ended = AuditEvent.objects.filter(seq__gt=before, event="role_ended")
    told = {(e.node_id, e.details["role"], e.details["person"], e.details["last_day"]) for e in ended}
    expected = {
        (node.pk, role, str(world.person(key).pk), str(today))
        for node, key, role in (
            (world.bjork, "principal", "principal"),
            (world.bjork, "lead_teacher", "lead_teacher"),
            (world.bjork_team, "team_lead", "team_lead"),
            (world.bjork_team, "teacher", "teacher"),
        )
    }
    assert told == expected and ended.count() == len(expected)
    assert Assignment.objects.get(pk=done.pk).valid_to == today - 5 * DAY
    assert Assignment.objects.get(pk=coming.pk).valid_to is None  # a role that has not begun gives nothing here
    principal = Assignment.objects.get(person=world.person("principal"))
    assert (principal.valid_to, principal.version) == (today, 2)  # whoever had its page open is told
