"""Which places get a task of an activity above the units: done once, or by those who lead units of its school forms."""

import datetime as dt

import pytest

from styrkedja.organisation import actions
from styrkedja.organisation.tree import tree_on
from styrkedja.wheel.models import Activity, AnnualCycle
from styrkedja.wheel.years.places import Places
from tests.world import START

pytestmark = pytest.mark.django_db


@pytest.fixture
def areas(world):
    """Two areas under the administration, each with a unit of its own; the world's units stay directly under it."""
    made = {}
    for key, name, form in (("preschools", "Förskola", "fs"), ("schools", "Grundskola", "gr")):
        area = actions.add_node(
            parent=world.administration, kind="administration", name=name, valid_from=START, by=None
        )
        unit = actions.add_node(
            parent=area, kind="unit", name=f"{name} ett", school_forms=[form], valid_from=START, by=None
        )
        made[key] = (area, unit)
    return made


def places_of(world, level, *forms, units=None):
    tree = tree_on(dt.date(2026, 9, 1))
    cycle = AnnualCycle(node=world.council, period="2026/27")
    taking = tree.units(world.council.pk) if units is None else units
    found = Places(cycle, tree, [unit.pk for unit in taking])
    return {n.name for n in found.of(Activity(node=world.council, level=level, school_forms=list(forms)))}


def test_what_the_administration_does_is_done_once(world, areas):
    assert places_of(world, "administration") == {"Utbildningsförvaltningen"}


def test_what_is_for_a_school_form_is_done_by_those_who_lead_its_units(world, areas):
    assert places_of(world, "administration", "fs") == {"Förskola", "Utbildningsförvaltningen"}
    assert places_of(world, "administration", "fs", units=[areas["preschools"][1]]) == {"Förskola"}


def test_what_is_for_a_school_form_that_nobody_has_is_nobodys(world, areas):
    assert places_of(world, "administration", "gy") == set()


def test_without_a_place_of_the_level_it_is_the_years_own(world):
    tree = tree_on(dt.date(2026, 9, 1))
    cycle = AnnualCycle(node=world.administration, period="2026/27")
    found = Places(cycle, tree, [world.bjork.pk])
    one = Activity(node=world.administration, level="committee", school_forms=[])
    assert [n.name for n in found.of(one)] == ["Utbildningsförvaltningen"]
