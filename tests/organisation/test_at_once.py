"""Two people who add or change at the same moment: the second hears what a look beforehand would have told them."""

import datetime as dt
import threading

import pytest
from django.db import connection, transaction

from styrkedja.core.errors import Refused
from styrkedja.core.models import AuditEvent
from styrkedja.organisation import actions
from styrkedja.organisation.models import Node, Person
from tests.world import build

DAY = dt.date(2024, 8, 1)


def adds_unit(world):
    def add():
        actions.add_node(
            parent=world.administration, kind="unit", name="Nya skolan", valid_from=DAY,
            statistical_kind="school_unit", statistical_code="33333333", by=None,
        )  # fmt: skip

    return add


def changes_code(world):
    def change():
        actions.change_node(node=world.ek, expected=1, name="Ek", school_forms=[], statistical_code="33333333", by=None)

    return change


def adds_person(_world):
    return lambda: actions.add_person(email="Ny@ekkoping.example", name="Ny", by=None)


def changes_address(world):
    person = world.person("teacher")
    fields = {"name": "Lars", "email": "ny@ekkoping.example", "is_active": True}
    return lambda: actions.change_person(person=person, expected=1, by=None, **fields)


def merges(world):
    merge = {"predecessors": [world.ek], "successor": world.bjork, "on_date": DAY, "with_below": True, "by": None}
    return lambda: actions.merge_nodes(**merge)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        (adds_unit, adds_unit, "Koden 33333333 hör redan till en aktiv nod."),
        (adds_unit, changes_code, "Koden 33333333 hör redan till en aktiv nod."),
        (adds_person, adds_person, "Det finns redan en person med adressen Ny@ekkoping.example."),
        (adds_person, changes_address, "Det finns redan en person med adressen ny@ekkoping.example."),
        (merges, merges, "Ekskolan följs redan av Björkskolan."),
    ],
)
def test_the_second_of_two_at_once_is_told_what_is_taken(first, second, sentence):
    world = build()
    heard = []

    def come_second():
        try:
            second(world)()
        except Refused as refusal:
            heard.append(str(refusal))
        finally:
            connection.close()

    other = threading.Thread(target=come_second)
    with transaction.atomic():
        first(world)()
        other.start()
        other.join(0.5)  # waits in the database for what we do
        assert other.is_alive()
    other.join()
    assert heard == [sentence]


@pytest.mark.django_db
def test_what_is_refused_leaves_the_transaction_whole(world):
    before = (Node.objects.count(), Person.objects.count(), AuditEvent.objects.count())
    for act in (adds_unit, adds_person):
        act(world)()
        with pytest.raises(Refused):
            act(world)()
    assert (Node.objects.count(), Person.objects.count(), AuditEvent.objects.count()) == tuple(
        count + more for count, more in zip(before, (1, 1, 2), strict=True)
    )
