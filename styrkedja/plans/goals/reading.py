"""The pages of goals put together: *Vart ska vi?* of a node, one goal, and what its form offers."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.indicators import display
from styrkedja.indicators.catalogue import catalogue
from styrkedja.indicators.curricula import curricula
from styrkedja.organisation.models import Node
from styrkedja.plans.frame import queries as frame
from styrkedja.plans.frame.national import NationalGoal, goals_for
from styrkedja.plans.initiatives import effects
from styrkedja.plans.initiatives.places import Places
from styrkedja.plans.initiatives.queries import NeedChoice, needs_for
from styrkedja.plans.models import Decision, DecisionKind, Goal, GoalState, Initiative, InitiativeState

from . import queries, serving
from .forms import GoalForm
from .transitions import is_committees


def whereto(access: Access, node: Node, wanted: str) -> dict[str, Any]:
    """The node's goals of a period, what comes from above, and the needs that wait for a goal."""
    period, places = queries.chosen_period(wanted, access.today), Places(access.tree)
    proposals = queries.reads_proposals(access, node)
    found = queries.goals_of(node, period, proposals=proposals)
    holding = frame.from_above(access.tree, node, frame.day_in(period, access.today))
    return {
        "period": period,
        "periods": queries.periods_of(node, period, access.today),
        "closed": queries.is_closed(node, period),
        "cards": serving.cards(access, found),
        "load": queries.load(node, period),
        "unanswered": _unanswered(node, places, period, proposals=proposals),
        "assignments": [d for d in holding if d.kind == DecisionKind.ASSIGNMENT],
        "decisions": [d for d in holding if d.kind != DecisionKind.ASSIGNMENT],
        "goals_above": queries.goals_above(access.tree, node, period),
        "may_write": access.can(P.PLAN_WRITE, node),
        "may_decide": queries.may_decide(access, node),
        "may_close": access.can(P.PLAN_DECIDE, node),
        "may_set": access.holds(P.CHAIN_EDIT),
        "deleted": queries.deleted_proposals(node) if access.can(P.PLAN_WRITE, node) else [],
        "for_the_registrar": _for_the_registrar(access, node, period),
    }


def _unanswered(node: Node, places: Places, period: str, *, proposals: bool) -> list[dict[str, Any]]:
    """Needs with the analysis they stand in."""
    needs = queries.unanswered(node, places, period, proposals=proposals)
    analyses = queries.analyses_of({need.source.pk for need in needs}) if needs else {}
    return [{"need": need, "analysis": analyses.get(need.source.pk)} for need in needs]


def _for_the_registrar(access: Access, node: Node, period: str) -> list[Goal]:
    if not is_committees(node.kind) or not access.can(P.DECISION_ENTER, node):
        return []
    return queries.waits_for_the_committee(node, period)


def one(access: Access, found: Goal) -> dict[str, Any]:
    """A goal with all that belongs to it, and what this person may do with it."""
    [card] = serving.cards(access, [found])
    here = queries.node_of(found.pk)
    needs = list(found.needs.select_related("source__document__node"))
    analyses = queries.analyses_of({need.source_id for need in needs}) if needs else {}
    proposed, decided = found.state == GoalState.PROPOSED, found.state == GoalState.DECIDED
    writes, committees = access.can(P.PLAN_WRITE, here), is_committees(here.kind)
    decides = access.can(P.PLAN_DECIDE, here)
    return {
        **card,
        "needs": [{"need": need, "analysis": analyses.get(need.source_id)} for need in needs],
        "below": list(_below(found)),
        "initiatives": list(_initiatives(found)),
        "continued_by": _continued_by(access, found),
        "committees": committees,
        "may_write": proposed and writes and found.deleted_at is None,
        "may_restore": proposed and writes and found.deleted_at is not None,
        "may_decide": proposed and decides and not committees and found.deleted_at is None,
        "may_register": not found.deleted_at and committees and access.can(P.DECISION_ENTER, here),
        "may_close": decided and decides,
    }


def _below(found: Goal) -> Iterable[Goal]:
    below = Goal.objects.filter(above=found, deleted_at=None).exclude(state=GoalState.PROPOSED)
    return below.select_related("node").order_by("node__name", "title")


def _initiatives(found: Goal) -> Iterable[Initiative]:
    of_goal = Initiative.objects.filter(goal=found, deleted_at=None).exclude(state=InitiativeState.PROPOSED)
    return of_goal.select_related("node").order_by("node__name", "title")


def _continued_by(access: Access, found: Goal) -> Goal | None:
    after = Goal.objects.filter(continues=found, deleted_at=None).select_related("node").first()
    hidden = after and after.state == GoalState.PROPOSED and not queries.reads_proposals(access, after.node)
    return None if hidden else after


# What the forms offer.


def form_for(access: Access, node: Node, period: str, data: Any, **initial: Any) -> GoalForm:
    """A form that offers what a goal of the node and period can be tied to."""
    tree = access.tree
    forms = {form for unit in [tree.unit_of(node.pk), *tree.units(node.pk)] if unit for form in unit.school_forms}
    return GoalForm(
        data or None,
        initial={"period": period, **initial},
        national=goals_for(forms or node.school_forms, period),
        needs=_needs(needs_for(node, Places(tree)), data, initial),
        above=queries.goals_above(tree, node, period),
        decisions=frame.from_above(tree, node, frame.day_in(period, access.today)),
    )


def _needs(found: list[NeedChoice], data: Any, initial: dict[str, Any]) -> list[NeedChoice]:
    """Those of the latest analysis, and earlier ones that are chosen already."""
    chosen = set(data.getlist("needs") if data else initial.get("needs", []))
    latest = max((need.source.document.period for need in found), default="")
    return [need for need in found if need.source.document.period == latest or need.key in chosen]


def as_written(found: Goal) -> dict[str, Any]:
    """A goal as its form holds it."""
    return {
        "version": found.version,
        "title": found.title,
        "text": found.text,
        "national": [link.national_goal for link in found.national.all()],
        "needs": [f"{need.source_id}:{need.need}" for need in found.needs.all()],
        "above": found.above_id or "",
        "decision": found.decision_id or "",
    }


def grouped(form: GoalForm) -> list[dict[str, Any]]:
    """The national goals by area, with what is chosen: [{"name", "goals": [{goal, number, checked}], "chosen"}]."""
    chosen = set(form["national"].value() or [])
    numbered = enumerate(form.offered_national.values())
    several = len({goal.curriculum for goal in form.offered_national.values()}) > 1
    groups = []
    for _key, listed in groupby(numbered, key=lambda item: item[1].area.key):
        goals = [{"goal": goal, "number": number, "checked": goal.id in chosen} for number, goal in listed]
        first: NationalGoal = goals[0]["goal"]  # type: ignore[assignment]
        name = f"{first.area.name} ({curricula()[first.curriculum].name})" if several else first.area.name
        groups.append({"name": name, "goals": goals, "chosen": sum(bool(g["checked"]) for g in goals)})
    return groups


def differences(form: GoalForm, current: Goal) -> list[dict[str, Any]]:
    """What one wrote beside what is saved, in words, for the fields that differ: [{label, mine, theirs}]."""
    mine, saved = form.cleaned_data, as_written(current)
    names = {goal.id: goal.name for goal in form.offered_national.values()}

    def needs_in_words(keys: Iterable[str]) -> str:
        return "\n".join(form.offered_needs[key].text for key in keys if key in form.offered_needs)

    both = {
        "title": (mine["title"], current.title),
        "text": (mine["text"], current.text),
        "national": (
            "\n".join(names.get(id, id) for id in mine["national"]),
            "\n".join(names.get(id, id) for id in saved["national"]),
        ),
        "needs": (
            needs_in_words(f"{source.pk}:{need}" for source, need in mine.get("needs", [])),
            needs_in_words(saved["needs"]),
        ),
        "above": (_titled(mine["above"]), _titled(current.above)),
        "decision": (_titled(mine["decision"]), _titled(current.decision)),
    }
    return [
        {"label": form.fields[name].label, "mine": one, "theirs": other}
        for name, (one, other) in both.items()
        if name in form.fields and one != other
    ]


def _titled(one: Goal | Decision | None) -> str:
    return one.title if one else ""


def measures(access: Access, node: Node) -> list[tuple[str, str]]:
    """Indicators a goal can aim at: those with a figure, as this person sees it, then others of the school forms."""
    figures = effects.figures(access, node)
    with_figure = [
        (f"{id}|{part}", f"{catalogue()[id].label(part)}: {display.with_unit(figure)} ({figure.period})")
        for (id, part), figure in figures.items()
        if id in catalogue()
    ]
    order = {id: place for place, id in enumerate(catalogue())}
    with_figure.sort(key=lambda item: (order[item[0].partition("|")[0]], item[1]))
    return [*with_figure, *_without_figure(access, node, {id for id, _part in figures})]


def _without_figure(access: Access, node: Node, seen: set[str]) -> list[tuple[str, str]]:
    units = [access.tree.unit_of(node.pk), *access.tree.units(node.pk)]
    forms = {form for unit in units if unit for form in unit.school_forms}
    return [
        (f"{id}|", indicator.label())
        for id, indicator in catalogue().items()
        if id not in seen and forms & set(indicator.school_forms)
    ]
