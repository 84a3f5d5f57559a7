"""The demo's analyses and reports: texts of `texts/`, written through the actions by those whose work it is.

Units first, then the organiser's, whose analysis stands on theirs. What is there already is left alone.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from styrkedja.access.gate import Access
from styrkedja.analyses import actions, queries, quoted, row_actions
from styrkedja.analyses.models import (
    Analysis,
    Assessment,
    Cause,
    Evidence,
    Finding,
    Need,
    Participation,
    Row,
    UnitInclusion,
)
from styrkedja.core import periods
from styrkedja.core.values import Group, State
from styrkedja.documents import actions as documents
from styrkedja.documents.authority import Minutes
from styrkedja.documents.models import DocumentState
from styrkedja.indicators.figures import preferred
from styrkedja.organisation.models import Node, Person
from styrkedja.reports import actions as reports
from styrkedja.reports.models import Report

from . import cast

# Whose report, and who makes it: whoever made a report may not publish it, so the organiser's is the quality lead's.
REPORTED = {"huvudman": "Amina Warsame", "00010002": "Erik Hallgren"}
REGISTRAR, PUBLISHER = "Gunnar Hedlund", "Johan Sandell"
TEXTS = Path(__file__).parent / "texts"
Text = dict[str, Any]


def write(*, nodes: dict[str, Node], people: dict[str, Person]) -> None:
    """Every text's analysis, by the leader of its node. `nodes` by the keys of `cast`, `people` by e-mail."""
    leaders = {m.place: people[m.email] for m in cast.PEOPLE if m.role in ("principal", "administration_head")}
    texts = [tomllib.loads(path.read_text("utf-8")) for path in sorted(TEXTS.glob("*.toml"))]
    for text in sorted(texts, key=lambda t: t["node"] == "huvudman"):
        node, leader = nodes[text["node"]], leaders[text["node"]]
        if not queries.analyses_of([node.pk], text["period"]):
            with transaction.atomic():  # an interrupted load leaves no half-written analysis
                _Writer(node, text, leader, nodes).write(people)


def report(*, nodes: dict[str, Node], people: dict[str, Person]) -> None:
    """The reports, when all they tell of is there; the organiser's is decided by the committee and published."""
    who = {m.name: people[m.email] for m in cast.PEOPLE}
    for key, name in REPORTED.items():
        if not Report.objects.filter(node=nodes[key]).exists():
            with transaction.atomic():
                made = reports.make_report(node=nodes[key], period="2024/25", by=who[name])
                if key == "huvudman":
                    _publish(made, made_by=who[name], registrar=who[REGISTRAR], publisher=who[PUBLISHER])


def _publish(made: Report, *, made_by: Person, registrar: Person, publisher: Person) -> None:
    """Three people: who makes and hands in, who enters what the committee decided, who releases it."""
    document = reports.hand_in(report=made, expected=1, by=made_by).document
    documents.establish(document=document, expected=document.version, minutes=_minutes(), by=registrar)
    reports.publish(report=made, document=document, expected=document.version, by=publisher)


def _minutes() -> Minutes:
    begins = periods.end_year(periods.school_year_on(timezone.localdate())) - 1
    return Minutes(dt.date(begins, 3, 25), "§ 22", "BUN 2026/61")


class _Writer:
    """One analysis being written down: remembers which row each key of the text became."""

    def __init__(self, node: Node, text: Text, by: Person, nodes: dict[str, Node]) -> None:
        self.node, self.text, self.by, self.nodes = node, text, by, nodes
        self.rows: dict[str, Row] = {}
        self.analysis: Analysis = actions.start(node=node, period=text["period"], by=by)

    def write(self, people: dict[str, Person]) -> None:
        for finding in self.text["findings"]:
            self._finding(finding)
        for citation in self.text.get("citations", ()):
            self._cite(**citation)
        for cause in self.text.get("causes", ()):
            self._cause(cause)
        for need in self.text.get("needs", ()):
            links = [str(self.rows[key].pk) for key in need["causes"]]
            self._fill(Need, {"text": need["text"]}, links=links)
        self._assess()
        self._participate()
        self._account_for_units()
        self._hand_in()
        if returned := self.text.get("returned"):
            document = self.analysis.document
            by = people[returned["by"]]
            documents.give_back(document=document, expected=document.version, reason=returned["reason"], by=by)

    def _finding(self, finding: Text) -> None:
        area = finding["area"]
        self.rows[finding["key"]] = self._fill(Finding, {"text": finding["text"]}, area=area)
        for indicator in finding["quotes"]:
            self._quote(indicator, area)
        for evidence in self.text.get("evidence", ()):
            if evidence.get("for", self.text["findings"][0]["key"]) == finding["key"]:
                fields = {name: evidence[name] for name in ("text", "author", "date")}
                fields["kind"] = evidence.get("kind", Evidence.Kind.OBSERVATION)
                self.rows[evidence["key"]] = self._fill(Evidence, fields, area=area)

    def _quote(self, indicator: str, area: str) -> None:
        access = Access(self.by)
        found = [f for f in quoted.figures_to_quote(access, self.node, self.text["period"]) if f.indicator == indicator]
        leading = [
            f
            for f in preferred(found).values()
            if f.group == Group.ALL and f.period == self.text["period"] and f.state != State.MISSING
        ]
        for figure in leading[:2]:  # an indicator with many parts is quoted by its first two
            frozen = quoted.freeze(access, self.node, self.text["period"], quoted.identity(figure))
            assert frozen is not None
            row_actions.quote_figure(analysis=self.analysis, area=area, node=self.node, figure=frozen, by=self.by)

    def _cite(self, node: str, need: int, text: str, area: str = "lgr22/kunskaper") -> None:
        source = queries.frozen_analysis(self.nodes[node], self.text["period"])
        assert source is not None, f"{node} is not established"
        part = f"behov:{source.body['needs'][need]['id']}"
        row_actions.cite(analysis=self.analysis, source=source, part=part, passage=text, area=area, by=self.by)

    def _cause(self, cause: Text) -> None:
        fields = {"text": cause["text"], "rival": cause.get("rival", ""), "rival_unknown": cause.get("unknown", False)}
        links = [str(self.rows[key].pk) for key in cause["cites"]]
        self.rows[cause["key"]] = self._fill(Cause, fields, links=links)

    def _assess(self) -> None:
        for area, (attainment, words) in self.text.get("assessments", {}).items():
            row = Assessment.objects.get(analysis=self.analysis, area=area)
            self._save(row, {"attainment": attainment, "text": words})

    def _participate(self) -> None:
        for row in Participation.objects.filter(analysis=self.analysis):
            how = self.text["participation"].get(row.group, "")
            self._save(row, {"how": how, "held": "", "offered": row.group == Participation.Group.OFFERED and bool(how)})

    def _account_for_units(self) -> None:
        by_node = {self.nodes[key].pk: reason for key, reason in self.text.get("absences", {}).items()}
        for row in UnitInclusion.objects.filter(analysis=self.analysis, included=None):
            self._save(row, {"included_id": None, "reason": by_node[row.unit_id]})

    def _hand_in(self) -> None:
        if self.text["state"] == DocumentState.DRAFT:
            return
        self.analysis.document.refresh_from_db()
        actions.submit(analysis=self.analysis, expected=self.analysis.document.version, by=self.by)
        if self.text["state"] == DocumentState.ESTABLISHED:
            actions.establish(analysis=self.analysis, expected=self.analysis.document.version, by=self.by)

    def _fill(self, model: type[Row], fields: Text, *, area: str = "", links: Iterable[str] | None = None) -> Row:
        """Write in the empty row an analysis begins with, or in a new one."""
        rows: Any = model._default_manager  # every model given here has a text, and an area where one is given
        empty = rows.filter(analysis=self.analysis, text="", version=1)
        row: Row | None = (empty.filter(area=area) if area else empty).first()
        if row is None:
            row = row_actions.add_row(analysis=self.analysis, slug=model.slug, area=area, by=self.by)
        return self._save(row, fields, links)

    def _save(self, row: Row, fields: Text, links: Iterable[str] | None = None) -> Row:
        wanted = None if links is None else list(links)
        return row_actions.save_row(row=row, expected=row.version, fields=fields, links=wanted, by=self.by)
