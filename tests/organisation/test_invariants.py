"""Earlier years keep the organisation they had: through the actions, and whatever is sent to the database."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.core.errors import Refused
from styrkedja.organisation import actions, queries, unit_actions
from styrkedja.organisation.models import Assignment, FormerFacts, FormerName, Node, Person, Placement, Succession
from styrkedja.organisation.tree import tree_on
from styrkedja.organisation.unit_rows import UnitRow
from styrkedja.reports.scope import gather
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
            node=node, expected=node.version, name=name, school_forms=node.school_forms, holds_from=on, by=None
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


def test_invariant_22_school_forms_and_codes_are_what_they_were(world):
    """gr+fsk+fth until the summer of 2023, gr until 2025, then anpassad grundskola too; a new code from 2024 on."""

    def then(day: dt.date) -> tuple:
        node = tree_on(day).nodes[world.bjork.pk]
        return node.name, set(node.school_forms), node.statistical_kind, node.statistical_code

    def change(on: dt.date | None, **new) -> None:
        node = Node.objects.get(pk=world.bjork.pk)
        about = {"name": node.name, "school_forms": node.school_forms, **new}
        actions.change_node(node=node, expected=node.version, holds_from=on, by=None, **about)

    whole = {"gr", "fsk", "fth"}
    change(dt.date(2023, 7, 1), school_forms=["gr"])
    change(dt.date(2024, 7, 1), statistical_code="33333333", name="Björkskolan F-9")
    change(dt.date(2025, 7, 1), school_forms=["gr", "gran"])
    today = timezone.localdate()
    assert then(dt.date(2023, 6, 30)) == ("Björkskolan", whole, "school_unit", "11111111")
    assert then(dt.date(2023, 7, 1)) == ("Björkskolan", {"gr"}, "school_unit", "11111111")
    assert then(dt.date(2024, 6, 30)) == ("Björkskolan", {"gr"}, "school_unit", "11111111")
    assert then(dt.date(2024, 7, 1)) == ("Björkskolan F-9", {"gr"}, "school_unit", "33333333")
    assert then(dt.date(2025, 6, 30)) == ("Björkskolan F-9", {"gr"}, "school_unit", "33333333")
    assert then(today) == ("Björkskolan F-9", {"gr", "gran"}, "school_unit", "33333333")
    change(None, statistical_code="44444444")  # a mistake: it has always been so since 2024
    assert then(dt.date(2025, 6, 30))[3] == "44444444"
    assert then(dt.date(2024, 6, 30))[3] == "11111111"
    with pytest.raises(Refused, match="2025-07-02"):
        change(dt.date(2025, 7, 1), school_forms=["gr"])
    change(today, school_forms=[])  # a unit that has none any more had them then
    assert then(today)[1] == set() and then(today - DAY)[1] == {"gr", "gran"}
    refused(lambda: FormerFacts.objects.update(school_forms=["fs"]))
    refused(FormerFacts.objects.all().delete)


def test_invariant_22_all_units_of_a_form_are_those_of_that_year(world):
    def of_form(form: str, day: dt.date) -> set[str]:
        grown = queries.branch(tree_on(day), form=form)
        return leaves(grown) if grown else set()

    def leaves(grown: dict) -> set[str]:
        own = {grown["node"].name} if grown["hit"] else set()
        return own.union(*(leaves(one) for one in grown["below"]))

    actions.change_node(
        node=world.bjork, expected=1, name="Björkskolan", school_forms=["gr"], holds_from=dt.date(2025, 7, 1), by=None
    )
    assert of_form("fth", dt.date(2025, 6, 30)) == {"Björkskolan"}
    assert of_form("fth", timezone.localdate()) == set()
    assert of_form("gr", timezone.localdate()) == {"Björkskolan", "Ekskolan"}


def test_invariant_22_a_report_of_an_earlier_year_is_about_the_forms_of_that_year(world):
    actions.change_node(
        node=world.lind, expected=1, name="Linden", school_forms=["gr"], statistical_code="55555555",
        holds_from=dt.date(2025, 7, 1), by=None,
    )  # fmt: skip
    scope = gather(world.council, "2024/25", world.organiser)
    assert {u.name: (u.school_forms, u.statistical_code) for u in scope.units}["Lindens förskola"] == (
        ["fs"],
        "F0000001",
    )
    assert "fs" in scope.forms
    now = gather(world.council, "2025/26", world.organiser)
    assert {u.name: u.statistical_code for u in now.units}["Linden"] == "55555555"


def test_invariant_22_a_list_of_units_brings_new_forms_from_today(world):
    row = UnitRow(code="22222222", name="EKSKOLAN", forms=("gr", "fsk"))
    unit_actions._change(Node.objects.get(pk=world.ek.pk), row, today=timezone.localdate(), by=None)
    before, now = (tree_on(timezone.localdate() - n * DAY).nodes[world.ek.pk] for n in (1, 0))
    assert (before.name, before.school_forms) == ("EKSKOLAN", ["gr"])
    assert (now.name, now.school_forms) == ("EKSKOLAN", ["gr", "fsk"])


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
