"""Earlier years keep the organisation they had: through the actions, and whatever is sent to the database."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.core.errors import Refused
from styrkedja.organisation import actions
from styrkedja.organisation.models import Assignment, FormerName, Node, Person, Placement, Succession
from styrkedja.organisation.tree import tree_on
from tests.world import START

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def refused(change) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        change()


def test_invariant_21_an_ended_assignment_gives_nothing_the_day_after_and_stays_as_history(world, client):
    today, principal = timezone.localdate(), world.person("principal")
    held = principal.assignments.get()
    client.force_login(principal)
    assert client.get(f"/kedjan/{world.bjork.pk}/").status_code == 200
    actions.end_assignment(assignment=held, last_day=today - DAY, by=None)
    assert client.get(f"/kedjan/{world.bjork.pk}/").status_code in (403, 404)  # the same login, the next request
    access = Access(Person.objects.get(pk=principal.pk))
    assert not any(access.nodes_for(permission) for permission in P)
    assert Assignment.objects.get(pk=held.pk).valid_from == START


def test_invariant_21_an_ended_assignment_cannot_be_given_back_or_made_another_in_the_database(world):
    held = world.person("principal").assignments.get()
    actions.end_assignment(assignment=held, last_day=dt.date(2025, 6, 30), by=None)
    row = Assignment.objects.filter(pk=held.pk)
    refused(lambda: row.update(valid_to=None))
    refused(lambda: row.update(valid_to=dt.date(2025, 7, 1)))
    refused(lambda: row.update(node=world.ek))
    refused(lambda: row.update(role="administration_head"))
    refused(lambda: row.update(person=world.person("teacher")))
    refused(lambda: row.update(valid_from=START + DAY))
    refused(row.delete)
    row.update(valid_to=dt.date(2025, 6, 29))  # earlier is less


def test_invariant_22_moves_closings_and_mergers_leave_the_years_before_as_they_were(world):
    before = dt.date(2024, 10, 15)

    def picture() -> list[tuple[str, str | None]]:
        tree = tree_on(before)
        return sorted((n.name, getattr(tree.parent(n.pk), "name", None)) for n in tree.nodes.values())

    then = picture()
    other = actions.add_node(
        parent=world.committee, kind="administration", name="Område Väst", valid_from=dt.date(2025, 1, 1), by=None
    )
    actions.move_node(node=world.lind, parent=other, from_date=dt.date(2025, 7, 1), by=None)
    actions.close_node(node=world.bjork_team, last_day=dt.date(2025, 6, 30), by=None)
    actions.merge_nodes(
        predecessors=[world.ek], successor=world.bjork, on_date=dt.date(2025, 7, 1), by=None, with_below=True
    )
    assert picture() == then
    today = tree_on(timezone.localdate())
    assert today.parent(world.lind.pk).name == "Område Väst"
    assert world.ek.pk not in today.nodes and world.bjork_team.pk not in today.nodes


def test_invariant_22_a_new_name_leaves_earlier_years_their_old_one_and_a_correction_does_not(world):
    def called(day: dt.date) -> str:
        return tree_on(day).nodes[world.bjork.pk].name

    def change(name: str, on: dt.date | None) -> None:
        node = Node.objects.get(pk=world.bjork.pk)
        actions.change_node(
            node=node, expected=node.version, name=name, school_forms=node.school_forms, renamed_on=on, by=None
        )

    change("Björkskola Norra", dt.date(2023, 7, 1))
    change("Norra skolan", dt.date(2025, 1, 1))
    change("Norra skolan F-9", None)
    today = timezone.localdate()
    assert [called(day) for day in (dt.date(2023, 6, 30), dt.date(2023, 7, 1), dt.date(2024, 12, 31), today)] == [
        "Björkskolan",
        "Björkskola Norra",
        "Björkskola Norra",
        "Norra skolan F-9",
    ]
    for wrong in (START, dt.date(2025, 1, 1), today + DAY):  # its first day, a day of an earlier name, tomorrow
        with pytest.raises(Refused, match="2025-01-02"):
            change("Södra skolan", wrong)
    assert called(today) == "Norra skolan F-9"
    refused(lambda: FormerName.objects.update(name="Aldrig"))


def test_invariant_22_what_was_is_not_rewritten_in_the_database(world):
    actions.close_node(node=world.bjork_team, last_day=dt.date(2025, 6, 30), by=None)
    team, place = Node.objects.filter(pk=world.bjork_team.pk), Placement.objects.filter(node=world.bjork_team)
    refused(lambda: team.update(valid_to=None))
    refused(lambda: team.update(valid_to=dt.date(2024, 6, 30)))
    refused(lambda: team.update(valid_from=START + DAY))
    refused(lambda: team.update(kind="unit"))
    refused(lambda: place.update(valid_to=None))
    refused(lambda: place.update(parent=world.ek))
    refused(lambda: place.update(valid_from=START - DAY))
    refused(place.delete)
    refused(lambda: Node.objects.filter(pk=world.lind.pk)._raw_delete("default"))
    Succession.objects.create(predecessor=world.ek, successor=world.bjork, date=START)
    refused(lambda: Succession.objects.update(date=START + DAY))
    refused(Succession.objects.all().delete)
