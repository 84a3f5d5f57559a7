"""What a goal serves and aims at, as a reader sees it: its national goals, whether they still hold, its targets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from styrkedja.access.gate import Access
from styrkedja.analyses import quoted
from styrkedja.core import periods
from styrkedja.plans.frame.national import national_goals
from styrkedja.plans.initiatives import effects
from styrkedja.plans.models import Goal, GoalNational, Target


@dataclass(frozen=True)
class Served:
    """A national goal a goal serves. ended: its last day, where that has passed, or lies before the goal's period."""

    id: str
    name: str
    area: str
    ended: dt.date | None
    gone: bool  # no longer in the catalogue at all


def served(found: Goal, today: dt.date) -> list[Served]:
    """The national goals of a goal, in the catalogue's order. Reads `national`, prefetched on lists."""
    rank = {id: place for place, id in enumerate(national_goals())}
    links = sorted(found.national.all(), key=lambda link: rank.get(link.national_goal, len(rank)))
    return [_served(link, found.period, today) for link in links]


def _served(link: GoalNational, period: str, today: dt.date) -> Served:
    known = national_goals().get(link.national_goal)
    if known is None:
        return Served(link.national_goal, link.national_goal, "", None, gone=True)
    over = known.valid_to is not None and (known.valid_to < today or known.valid_to < periods.bounds(period)[0])
    return Served(known.id, known.name, known.area.name, known.valid_to if over else None, gone=False)


def targets(access: Access, found: Sequence[Goal]) -> dict[UUID, list[dict[str, Any]]]:
    """The targets of goals by goal id, each as this reader may see it: {"target", "text", ...} of `effects.shown`.

    Today's figures are read once for all of them. Reads `targets`, prefetched on lists.
    """
    every = [target for goal in found for target in goal.targets.all()]
    if not every:
        return {}
    audience = quoted.audience_for(access)
    today = quoted.today_of(t.baseline for t in every if t.baseline)
    shown: dict[UUID, list[dict[str, Any]]] = {}
    for target in every:
        shown.setdefault(target.goal_id, []).append(
            {"id": target.pk, "of": target, **effects.shown(kept(target), audience, today)}
        )
    return shown


def kept(target: Target) -> dict[str, Any]:
    """A target in the shape `effects` shows."""
    about = effects.named(target.indicator, target.part, target.baseline)
    dates = {"target": target.value, "target_date": target.date.isoformat()}
    return {"kind": "indicator", "figure": target.baseline, "words": "", **about, **dates}


def cards(access: Access, found: Iterable[Goal]) -> list[dict[str, Any]]:
    """Goals with what they serve and aim at: [{"goal", "national", "targets", "expired"}]."""
    listed = list(found)
    aims = targets(access, listed)
    made = []
    for one in listed:
        national = served(one, access.today)
        expired = one.state != "closed" and any(n.ended or n.gone for n in national)
        made.append({"goal": one, "national": national, "targets": aims.get(one.pk, []), "expired": expired})
    return made
