"""A condensed page of each unit: a few figures with words and n, what is needed most, and what is done about it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import translation

from styrkedja.analyses import quoted
from styrkedja.analyses.queries import needs_of
from styrkedja.core.values import State
from styrkedja.indicators.notices import notices
from styrkedja.indicators.series import Series
from styrkedja.organisation.models import Node
from styrkedja.plans.initiatives.transitions import RUNNING
from styrkedja.plans.models import Initiative

from .figures import Seen, UnitFigures, both
from .scope import Scope

TELLING = (
    "pass_all_final", "merit17", "elig_yr", "pass_all_y6", "np3_all_parts", "assess_y1", "exam_3y", "gbp_exam",
    "he_elig", "survey_index", "survey_positive", "offence_rate", "absence_problem", "absence_total", "teacher_cert",
    "preschool_cert", "children_per_staff", "group_size",
)  # fmt: skip
MOST_FIGURES = 7
OF_ONE_INDICATOR = 2  # of one that has many parts, so many
MOST_NEEDS = 3
MOST_INITIATIVES = 5


def build(scope: Scope) -> dict[str, Any]:
    figures = UnitFigures(scope, TELLING)
    done = _running(scope)
    return {"units": [_of_unit(scope, figures, unit, done.get(unit.pk, [])) for unit in scope.units]}


def _of_unit(scope: Scope, figures: UnitFigures, unit: Node, done: list[Initiative]) -> dict[str, Any]:
    analysis = scope.analyses.get(unit.pk)
    needs = needs_of(analysis.body) if analysis else []
    return {
        "node": str(unit.pk),
        "name": unit.name,
        "figures": [row for series in chosen(figures, unit) if (row := _figure(figures, unit, series))],
        "analysis": analysis.document.period if analysis else "",
        "needs": [{"text": n["text"], "causes": n["causes"]} for n in needs[:MOST_NEEDS]],
        "needs_more": max(0, len(needs) - MOST_NEEDS),
        "initiatives": [
            {"id": str(i.pk), "title": i.title, "holder": i.holder.name if i.holder else ""}
            for i in done[:MOST_INITIATIVES]
        ],
        "initiatives_more": max(0, len(done) - MOST_INITIATIVES),
    }


def chosen(figures: UnitFigures, unit: Node) -> list[Series]:
    """The most telling first; of an indicator with many parts only a few."""
    taken: dict[str, list[Series]] = defaultdict(list)
    for (indicator, _part), series in figures.series(unit).items():
        if len(taken[indicator]) < OF_ONE_INDICATOR:
            taken[indicator].append(series)
    return [series for id in TELLING for series in taken[id]][:MOST_FIGURES]


def _figure(figures: UnitFigures, unit: Node, series: Series) -> dict[str, Any] | None:
    kept = figures.keep(unit, series.latest)
    if kept is None:
        return None
    label = both(lambda: series.label)
    return {"label": label, "figure": kept, "words": _words(figures, unit, series), "part": series.part}


def _words(figures: UnitFigures, unit: Node, series: Series) -> dict[str, str]:
    """What stands out of a figure, or what it stands beside; made of what everybody may see."""
    outside = figures.outside(series)
    if outside.latest.state != State.SHOWN:
        return {"sv": "", "en": ""}
    words = {}
    for language in quoted.LANGUAGES:
        with translation.override(language):
            every = figures.comparators(unit, language)
            told = [n for c in every[:1] for n in notices([outside], c, outside.latest.end_year) if not n.neutral]
            beside = [b.text for c in every if (b := c.beside(outside, outside.latest)) is not None and b.text]
            words[language] = told[0].text if told else "; ".join(beside[:2])
    return words


def _running(scope: Scope) -> dict[UUID, list[Initiative]]:
    """What is decided and runs at each unit or in it. One query."""
    unit_of = {pk: unit.pk for unit in scope.units for pk in scope.tree.subtree([unit.pk])}
    wanted = Q(node__any_of=list(unit_of), state__in=RUNNING, deleted_at=None)
    found: dict[UUID, list[Initiative]] = defaultdict(list)
    for one in Initiative.objects.filter(wanted).select_related("holder").order_by("evaluation_date", "title"):
        found[unit_of[one.node_id]].append(one)
    return found


def show(body: dict[str, Any], seen: Seen) -> dict[str, Any]:
    """{"units": [{"name", "figures": [{"label", "figure", "words"}], "needs", "initiatives", ...}]}."""

    def figure(row: dict[str, Any]) -> dict[str, Any]:
        words = {"label": quoted.said(row["label"]), "words": quoted.said(row["words"])}
        return {**row, **words, "figure": seen.figure(row["figure"])}

    return {"units": [{**unit, "figures": [figure(row) for row in unit["figures"]]} for unit in body["units"]]}
