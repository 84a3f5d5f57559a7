"""What the tests of initiatives write: whole proposals of the world's Björkskolan, through actions."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from styrkedja.access.gate import Access
from styrkedja.plans.initiatives import actions, activity_actions, queries
from styrkedja.plans.initiatives.places import Places
from styrkedja.plans.models import Activity, Initiative
from tests.analyses.writing import unit_established
from tests.indicators.facts import observe, unit

PERIOD = "2026/27"
DAY = dt.timedelta(days=1)


def today() -> dt.date:
    return timezone.localdate()


def need_keys(world, node=None) -> list[str]:
    """The keys of the needs of the node's analysis, which is established when there is none."""
    node = node or world.bjork
    places = Places(Access(world.person("principal")).tree)
    if not queries.needs_for(node, places):
        unit_established(world, node=node)
    return [need.key for need in queries.needs_for(node, places)]


def whole(**changes) -> dict:
    """Every field of a proposal but needs and participants; a sign in words unless told."""
    fields = {
        "title": "Gemensam lektionsstart",
        "aim": "Lugnare lektioner i åk 7-9",
        "effect": "sign",
        "sign": "Lektionerna börjar inom två minuter",
        "ground": "both",
        "reference": "Skolverket, Studiero (2022)",
        "resources": "En timme i veckan",
        "starts_on": today() - 60 * DAY,
        "ends_on": today() + 200 * DAY,
        "evaluation_form": "Observationer och enkät",
        "evaluation_date": today() + 210 * DAY,
    }
    return {**fields, **changes}


def proposed(world, by="principal", node=None, participants=None, **changes) -> Initiative:
    node, who = node or world.bjork, world.person(by)
    holder = changes.pop("holder", world.person("lead_teacher"))
    needs = need_keys(world)
    made = actions.propose(node=node, period=PERIOD, title="Gemensam lektionsstart", needs=needs, by=who)
    fields = whole(holder=holder, **changes)
    places = [world.bjork_team.pk] if participants is None else participants
    made = actions.change(initiative=made, expected=1, fields=fields, participants=places, by=who)
    first = Activity.objects.get(initiative=made)
    written = {"what": "Planera lektionsstarten", "who": "Arbetslaget", "due": today() + 30 * DAY}
    activity_actions.change(activity=first, expected=1, fields=written, by=who)
    return made


def decided(world, **changes) -> Initiative:
    made = proposed(world, **changes)
    return actions.decide(initiative=made, expected=made.version, by=world.person("principal"))


def ongoing(world, **changes) -> Initiative:
    made = decided(world, **changes)
    return actions.begin(initiative=made, expected=made.version, by=world.person("principal"))


def completed(world, **changes) -> Initiative:
    made = ongoing(world, **changes)
    return actions.complete(initiative=made, expected=made.version, by=world.person("principal"))


def reread(made: Initiative) -> Initiative:
    return queries.initiatives().get(pk=made.pk)


def figures_of(*periods_and_values, n=50):
    for period, value in periods_and_values:
        row = {"period": period, "value": value, "n": n, "group": "T"}
        observe(unit("school_unit", "11111111"), "skv_slutbetyg9", "andel_alla_amnen", [row])
