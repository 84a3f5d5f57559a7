"""What an initiative must hold before it is decided (domain.md §6, invariants 3 and 4), each by its field.

Skollagen 4:3: initiatives are carried out on the analysis, so that one can see afterwards whether it was right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from styrkedja.indicators.catalogue import catalogue
from styrkedja.organisation.models import Assignment, Person
from styrkedja.organisation.tree import valid_on
from styrkedja.plans.models import Activity, Initiative

from .places import Places


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: the field of the editing page, and what to do about it."""

    field: str
    text: str


def missing(initiative: Initiative, places: Places) -> list[Missing]:
    """Everything that is missing before it can be decided, in the order of the page; empty when it is whole."""
    activities = list(Activity.objects.filter(initiative=initiative, deleted_at=None))
    return [
        *_why(initiative),
        *_effect(initiative),
        *_how(initiative),
        *_when(initiative),
        *_holder(initiative, places),
        *_activities(activities),
    ]


def _why(initiative: Initiative) -> Iterator[Missing]:
    if not initiative.needs.exists():
        yield Missing("needs", _("Choose at least one need from the established analysis."))
    if not initiative.aim.strip():
        yield Missing("aim", _("Write the aim: what is to become better, and for whom."))


def _effect(initiative: Initiative) -> Iterator[Missing]:
    if not initiative.effect:
        yield Missing("effect", _("Choose how one will see the effect: by an indicator or by a sign in words."))
    elif initiative.effect == Initiative.Effect.SIGN:
        if not initiative.sign.strip():
            yield Missing("sign", _("Write the sign of success: what one will see or hear."))
    else:
        yield from _indicator(initiative)


def _indicator(initiative: Initiative) -> Iterator[Missing]:
    if not initiative.indicator:
        yield Missing("indicator", _("Choose the indicator that is to change."))
    elif initiative.indicator not in catalogue():
        yield Missing("indicator", _("The indicator is no longer in the catalogue. Choose another."))
    elif initiative.baseline is None:
        yield Missing("indicator", _("There is no figure to start from. Choose another indicator, or a sign in words."))
    if initiative.target is None:
        yield Missing("target", _("Write the value the indicator is to reach."))
    elif indicator := catalogue().get(initiative.indicator):
        low, high = indicator.range
        if not low <= initiative.target <= high:
            words = {"low": f"{low:g}", "high": f"{high:g}"}
            yield Missing("target", _("The indicator goes from %(low)s to %(high)s.") % words)
    if initiative.target_date is None:
        yield Missing("target_date", _("Write the date by which the value is to be reached."))


def _how(initiative: Initiative) -> Iterator[Missing]:
    if not initiative.ground:
        yield Missing("ground", _("Choose what it rests on: research, proven experience, or both."))
    if not initiative.reference.strip():
        yield Missing("reference", _("Write where the ground can be found: a source, or whose experience."))
    if not initiative.participants.exists():
        yield Missing("participants", _("Choose who takes part: which teams are to carry it out."))
    if not initiative.resources.strip():
        yield Missing("resources", _("Write which resources are set aside: time, people, money."))


def _when(initiative: Initiative) -> Iterator[Missing]:
    starts, ends, judged = initiative.starts_on, initiative.ends_on, initiative.evaluation_date
    if starts is None:
        yield Missing("starts_on", _("Write the first day."))
    if ends is None:
        yield Missing("ends_on", _("Write the last day."))
    if not initiative.evaluation_form.strip():
        yield Missing("evaluation_form", _("Write how it is to be evaluated."))
    if judged is None:
        yield Missing("evaluation_date", _("Write the date of the evaluation."))
    elif starts and judged < starts:
        yield Missing("evaluation_date", _("The evaluation cannot be before the first day."))


def _holder(initiative: Initiative, places: Places) -> Iterator[Missing]:
    if initiative.holder is None:
        yield Missing("holder", _("Choose the one who is responsible."))
    elif not may_hold(initiative.holder, initiative, places):
        words = {"person": initiative.holder.name}
        yield Missing("holder", _("%(person)s has no role here today. Choose somebody else.") % words)


def may_hold(person: Person, initiative: Initiative, places: Places) -> bool:
    """Does the person hold a role today, at the initiative's node, above it or within it?"""
    nodes = places.around(initiative.node_id)
    held = Assignment.objects.filter(valid_on(places.tree.day), person=person, node__in=nodes)
    return person.is_active and held.exists()


def _activities(activities: list[Activity]) -> Iterator[Missing]:
    written = [a for a in activities if a.what.strip()]
    if not written:
        yield Missing("activities", _("Write at least one activity: what, who and by when."))
    for activity in written:
        words = {"activity": _short(activity.what)}
        if not activity.who.strip() and activity.person_id is None:
            yield Missing("activities", _("The activity “%(activity)s”: write who does it.") % words)
        if activity.due is None:
            yield Missing("activities", _("The activity “%(activity)s”: write by when.") % words)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59].rstrip() + "…"
