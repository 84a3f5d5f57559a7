"""The analysis's own words as blocks: what was seen, what it rests on, why, and what has to develop.

The body's figures are already as they may leave (`scope`). Words are never changed, and never read as markup.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from styrkedja.analyses.models import Assessment, Participation
from styrkedja.analyses.quoted import label
from styrkedja.core.values import Group, State
from styrkedja.indicators import display
from styrkedja.indicators.catalogue import catalogue
from styrkedja.indicators.sources import source_name

from .blocks import Block, Table, Text, told
from .scope import Scope

Body = dict[str, Any]


def one_line(text: str) -> str:
    return " ".join(text.split())


def area_name(area: Body) -> str:
    return str(area["sv"] if (get_language() or "sv").startswith("sv") else area["en"])


def day(iso: str) -> str:
    return date_format(dt.date.fromisoformat(iso), "j F Y") if iso else ""


def of_area(scope: Scope, key: str) -> Body | None:
    """What the analysis says under a goal area; None where it says nothing."""
    if scope.body is None:
        return None
    return next((area for area in scope.body["areas"] if area["key"] == key), None)


def words_of_area(area: Body | None) -> list[Block]:
    """Findings, then what others have seen, then passages of units' analyses."""
    if area is None:
        return []
    blocks: list[Block] = [Text(finding["text"], words=True) for finding in area["findings"]]
    blocks += [Text(_quoted(e["text"]), author=_by(e), words=True) for e in area["evidence"]]
    blocks += [Text(_quoted(c["passage"]), author=_cited(c), words=True) for c in area["citations"]]
    return blocks


def _quoted(text: str) -> str:
    return f"”{text.strip()}”" if (get_language() or "sv").startswith("sv") else f"“{text.strip()}”"


def _by(evidence: Body) -> str:
    return ", ".join(part for part in (one_line(evidence["author"]), day(evidence["date"])) if part)


def _cited(citation: Body) -> str:
    return _("%(unit)s, analysis, version %(number)s") % {"unit": citation["node"], "number": citation["number"]}


def figures_table(area: Body | None, scope: Scope) -> Table | None:
    """The figures quoted in the analysis, as they stood and as they may leave."""
    if area is None or not area["figures"]:
        return None
    rows = tuple(_whom_elsewhere(quoted_row(q["figure"], scope), scope) for q in area["figures"])
    header = (_("Figure"), _("Whom"), _("Period"), _("Value"), _("n"), _("Source"))
    caption = _("Figures the analysis of %(area)s rests on") % {"area": area_name(area)}
    return told(Table(caption, header, rows, (3, 4)))


def _whom_elsewhere(row: tuple[str, ...], scope: Scope) -> tuple[str, ...]:
    """Whom a figure is about goes without saying where it is the node itself."""
    name, whom, *rest = row
    return name, "" if whom in (scope.node.name, scope.organiser.name) else whom, *rest


def quoted_row(figure: Body, scope: Scope) -> tuple[str, ...]:
    name = label(figure)
    if figure["group"] != Group.ALL:
        name = f"{name}, {display.group_word(figure['group']).lower()}"
    n = "" if figure["n"] is None else str(figure["n"])
    whom = scope.name_of(figure["kind"], figure["code"], figure["name"])
    return name, whom, figure["period"], quoted_display(figure), n, str(source_name(figure["source"]))


def quoted_display(figure: Body) -> str:
    """A quoted figure as it is printed: "79,2 %", "cirka 370", ".."."""
    if figure["value"] is None:
        if figure["state"] == State.APPROXIMATE and figure["raw"]:
            return str(figure["raw"])
        return display.SYMBOLS.get(State(figure["state"]), "–")
    text = display.number(figure["value"], figure["decimals"])
    if figure["state"] == State.APPROXIMATE:
        text = _("about %(number)s") % {"number": text}
    known = catalogue().get(figure["indicator"])
    unit = display.unit_word(known) if known else ""
    return f"{text}\N{NO-BREAK SPACE}{unit}" if unit else text


@dataclass(frozen=True, slots=True)
class GroundLine:
    """What a cause rests on, in a line: a figure, or people's own words."""

    line: str
    own_words: bool = True


def grounds(scope: Scope) -> dict[str, GroundLine]:
    """Everything a cause can rest on, by id."""
    found: dict[str, GroundLine] = {}
    for area in scope.body["areas"] if scope.body else ():
        for quote in area["figures"]:
            name, whom, period, value, _n, _source = quoted_row(quote["figure"], scope)
            found[quote["id"]] = GroundLine(f"{name}, {whom}, {period}: {value}", own_words=False)
        for finding in area["findings"]:
            found[finding["id"]] = GroundLine(one_line(finding["text"]))
        for evidence in area["evidence"]:
            found[evidence["id"]] = GroundLine(" – ".join(p for p in (one_line(evidence["text"]), _by(evidence)) if p))
        for citation in area["citations"]:
            found[citation["id"]] = GroundLine(f"{one_line(citation['passage'])} – {_cited(citation)}")
    return found


def as_list(lines: Iterator[str] | list[str]) -> str:
    """Lines as the points of a list, whatever they hold."""
    return "\n".join(f"- {one_line(line)}" for line in lines if line.strip())


def lead_and_list(lead: str, lines: list[str]) -> str:
    """A sentence and, under it, its points."""
    return f"{lead}\n\n{as_list(lines)}"


def own_list(lines: list[str], lead: str = "") -> Text:
    """People's own words as a list, under a sentence of the report's."""
    return Text(as_list(lines), words=True, lead=lead)


def participation_word(group: str) -> str:
    return str(Participation.Group(group).label) if group in Participation.Group.values else group


def attainment_word(attainment: str) -> str:
    return str(Assessment.Attainment(attainment).label) if attainment in Assessment.Attainment.values else ""


def without_analysis(scope: Scope) -> str:
    """Why the report has no analysis, in one sentence that is true."""
    if scope.analysis_state:
        return _(
            "The situation analysis for %(period)s is being written and has not been handed in. A draft is not part of "
            "a report, so causes and needs are missing here."
        ) % {"period": scope.period}
    return _(
        "No situation analysis has been made for %(period)s. The figures are shown without an explanation: nobody has "
        "yet said what they depend on."
    ) % {"period": scope.period}
