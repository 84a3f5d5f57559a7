"""Moves in the tree: history keeps the place a node had, and no move leaves a node outside the tree."""

import datetime as dt
import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from styrkedja.core.errors import Refused
from styrkedja.core.models import AuditEvent
from styrkedja.organisation import actions
from styrkedja.organisation.models import Assignment, Node, Placement
from styrkedja.organisation.tree import tree_on
from tests.standing import put_up
from tests.world import START

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
    world = put_up()
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


@pytest.fixture
def offices(world):
    add = {"parent": world.administration, "kind": "administration", "valid_from": START, "by": None}
    return [actions.add_node(name=name, **add) for name in ("Grundskola", "Gymnasium")]


@pytest.mark.django_db
def test_a_move_decided_for_later_is_minded_by_one_made_before(world, offices):
    """Else each would hang under the other from that day, and every page would look for the top for ever."""
    a, b = offices
    today = timezone.localdate()
    actions.move_node(node=a, parent=b, from_date=today + 30 * DAY, by=None)
    with pytest.raises(Refused, match="under sig själv"):
        actions.move_node(node=b, parent=a, from_date=today, by=None)
    assert tree_on(today + 30 * DAY).ancestors(a.pk)[-1] == b


@pytest.mark.django_db
def test_what_is_to_come_under_a_node_keeps_it_from_closing(world, offices):
    a, b = offices
    today = timezone.localdate()
    actions.move_node(node=world.ek, parent=a, from_date=today + 30 * DAY, by=None)
    actions.add_node(parent=b, kind="unit", name="Nya", valid_from=today + 30 * DAY, by=None)
    for office in offices:
        for with_below in (False, True):
            with pytest.raises(Refused, match="Avsluta eller flytta"):
                actions.close_node(node=office, last_day=today, with_below=with_below, by=None)
    assert world.ek.pk in tree_on(today + 30 * DAY).subtree([world.council.pk])


@pytest.mark.django_db
def test_nothing_is_hung_under_what_is_to_close(world, offices):
    today = timezone.localdate()
    closing = offices[0]
    actions.close_node(node=closing, last_day=today + 30 * DAY, by=None)
    with pytest.raises(Refused, match="avslutas efter"):
        actions.add_node(parent=closing, kind="unit", name="Nya", valid_from=today, by=None)
    with pytest.raises(Refused, match="avslutas efter"):
        actions.move_node(node=world.ek, parent=closing, from_date=today, by=None)


@pytest.mark.django_db
def test_a_node_is_not_followed_by_one_that_closes_with_it(world, offices):
    a, b = offices
    today = timezone.localdate()
    actions.move_node(node=b, parent=a, from_date=today - DAY, by=None)
    with pytest.raises(Refused), transaction.atomic():
        actions.merge_nodes(predecessors=[a], successor=b, on_date=today, with_below=True, by=None)
    assert Node.objects.filter(pk__in=[a.pk, b.pk], valid_to=None).count() == 2
