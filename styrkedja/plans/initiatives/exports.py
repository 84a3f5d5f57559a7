"""Initiatives as plain data for the command line: proposals too, figures as everybody may see them.

Shape: [{"id", "title", "state", "expected", "actual", "verdict", "decision", "overdue"}]; both are words,
None where nothing is said; a figure that is withheld is never a number.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from styrkedja.analyses import quoted
from styrkedja.indicators.disclosure import PUBLIC
from styrkedja.organisation.models import Node
from styrkedja.organisation.tree import tree_on
from styrkedja.plans.models import Evaluation, Initiative

from . import effects, listing, queries
from .places import Places


def initiatives_of(node: Node) -> list[dict[str, Any]]:
    """Every initiative of the node and of what lies below it, oldest first. A fixed number of queries."""
    today = timezone.localdate()
    places = Places(tree_on(today))
    found = list(queries.initiatives().filter(node__in=places.at_or_under(node), deleted_at=None))
    evaluations = listing.latest_evaluations(found)
    seen = quoted.today_of(effects.all_figures(found, evaluations.values()))
    return [_row(i, evaluations.get(i.pk), seen, overdue=listing.overdue_since(i, today) is not None) for i in found]


def _row(initiative: Initiative, judged: Evaluation | None, today: quoted.Today, *, overdue: bool) -> dict[str, Any]:
    if judged:
        expected: dict[str, Any] | None = effects.shown(judged.expected, PUBLIC, today)
    else:
        expected = effects.of_initiative(initiative, PUBLIC, today)
    actual = effects.shown(judged.actual, PUBLIC, today) if judged else None
    return {
        "id": str(initiative.pk),
        "title": initiative.title,
        "state": initiative.state,
        "expected": expected["text"] if expected else None,
        "actual": actual["text"] if actual else None,
        "verdict": judged.verdict if judged else None,
        "decision": judged.decision if judged else None,
        "overdue": overdue,
    }
