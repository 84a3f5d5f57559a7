"""The editing page put together: rows with their forms, by step and goal area. A fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from styrkedja.core.sorting import swedish_key
from styrkedja.documents import queries as documents
from styrkedja.documents.models import DocumentKind, DocumentVersion
from styrkedja.indicators.curricula import Area, curricula
from styrkedja.indicators.disclosure import PUBLIC, Audience

from . import areas, quoted, rules
from .forms import FORMS, RowForm
from .material import Curricula
from .models import (
    Analysis,
    Assessment,
    Cause,
    Citation,
    Evidence,
    Finding,
    Need,
    Participation,
    Quote,
    Row,
    Step,
    UnitInclusion,
)
from .row_actions import LINKS

QUESTIONS: dict[Step, str | Promise] = {
    Step.RESULTS: gettext_lazy("What do we see?"),
    Step.CAUSES: gettext_lazy("Why do we think it is so? What speaks against it?"),
    Step.NEEDS: gettext_lazy("What has to develop, and in what order?"),
    Step.PARTICIPATION: gettext_lazy("Who took part?"),
    Step.UNITS: gettext_lazy("What does it rest on?"),
}
Choices = list[tuple[str, list[tuple[str, str]]]]


@dataclass
class AreaPart:
    """What stands under one goal area."""

    area: Area
    quotes: list[tuple[Quote, dict[str, Any]]] = field(default_factory=list)
    findings: list[RowForm] = field(default_factory=list)
    evidence: list[RowForm] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    assessment: RowForm | None = None

    @property
    def weighed(self) -> bool:
        """Something is said of how far one has come."""
        initial = self.assessment.initial if self.assessment else {}
        return bool(initial.get("text") or initial.get("attainment"))

    @property
    def curriculum(self) -> str:
        return curricula()[self.area.curriculum].name


class Rows:
    """The live rows of an analysis, read once."""

    def __init__(self, analysis: Analysis) -> None:
        live = {"analysis": analysis, "deleted_at": None}
        self.quotes = list(Quote.objects.filter(**live).select_related("node"))
        self.findings = list(Finding.objects.filter(**live))
        self.evidence = list(Evidence.objects.filter(**live))
        self.citations = list(
            Citation.objects.filter(**live).select_related("source__document__node", "source__document__analysis")
        )
        self.assessments = list(Assessment.objects.filter(**live))
        self.causes = list(Cause.objects.filter(**live).prefetch_related("grounds"))
        self.needs = list(Need.objects.filter(**live).prefetch_related("causes"))
        self.participation = list(Participation.objects.filter(**live))
        self.units = list(UnitInclusion.objects.filter(**live).select_related("unit", "included"))

    @cached_property
    def today(self) -> quoted.Today:
        """The quoted figures as everybody may see them today."""
        return quoted.today_of(quote.figure for quote in self.quotes)


def form_of(row: Row, data: Any = None, *, rows: Rows | None = None) -> RowForm:
    """The form of a row, with what it can be linked to; bound to `data` where something was sent."""
    form = FORMS[type(row)](data, row=row)
    if LINKS in form.fields:
        held = rows or Rows(row.analysis)
        form.fields[LINKS].choices = _grounds(held) if isinstance(row, Cause) else _causes(held)  # type: ignore[attr-defined]
        form.initial[LINKS] = linked(row)
    return form


def linked(row: Row) -> list[str]:
    """Ids of what a cause rests on, or of the causes a need answers."""
    if isinstance(row, Cause):
        return [str(ground.target_id) for ground in row.grounds.all()]
    return [str(cause.pk) for cause in row.causes.all()] if isinstance(row, Need) else []


def area_parts(rows: Rows, audience: Audience) -> list[AreaPart]:
    """Goal areas in which something stands or is begun, in the curricula's order."""
    parts: dict[str, AreaPart] = {}

    def part(key: str) -> AreaPart:
        return parts.setdefault(key, AreaPart(areas.by_key(key)))

    for quote in rows.quotes:
        part(quote.area).quotes.append((quote, quoted.release(quote.figure, audience, rows.today)))
    for finding in rows.findings:
        part(finding.area).findings.append(form_of(finding))
    for evidence in rows.evidence:
        part(evidence.area).evidence.append(form_of(evidence))
    for citation in rows.citations:
        part(citation.area).citations.append(citation)
    for assessment in rows.assessments:
        if assessment.area in parts:
            parts[assessment.area].assessment = form_of(assessment)
    return [parts[key] for key in areas.in_order(parts)]


def _grounds(rows: Rows) -> Choices:
    """What a cause can rest on, by goal area. Figures by what everybody may see: the quote itself says more."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for quote in rows.quotes:
        figure = quoted.release(quote.figure, PUBLIC, rows.today)
        text = f"{figure['label']}: {figure['display']} ({figure['period']})"
        found[quote.area].append((str(quote.pk), text))
    for finding in rows.findings:
        if finding.text.strip():
            found[finding.area].append((str(finding.pk), _short(finding.text)))
    for evidence in rows.evidence:
        if evidence.text.strip():
            who = f"{evidence.author.strip()}: " if evidence.author.strip() else ""
            found[evidence.area].append((str(evidence.pk), _short(who + evidence.text)))
    for citation in rows.citations:
        text = _short(f"{citation.source.document.node.name}: {citation.passage}")
        found[citation.area].append((str(citation.pk), text))
    return [(areas.by_key(key).name, found[key]) for key in areas.in_order(found)]


def _causes(rows: Rows) -> list[tuple[str, str]]:
    return [(str(cause.pk), _short(cause.text)) for cause in rows.causes if cause.text.strip()]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 90 else line[:89].rstrip() + "…"


@dataclass(frozen=True)
class UnitPart:
    """One unit of the organiser's analysis: its form, the version taken in, and the latest there is."""

    row: UnitInclusion
    form: RowForm
    latest: DocumentVersion | None
    analysis_id: UUID | None

    @property
    def newer(self) -> bool:
        """A later version has been established than the one taken in, or one where none was."""
        return self.latest is not None and self.row.included_id != self.latest.pk


def unit_parts(analysis: Analysis, rows: Rows) -> list[UnitPart]:
    """Listed units by name. Two queries."""
    nodes = [row.unit_id for row in rows.units]
    latest = documents.established_versions(DocumentKind.ANALYSIS, analysis.period, nodes)
    of_document = dict(
        Analysis.objects.filter(document__in=[v.document_id for v in latest.values()]).values_list("document_id", "pk")
    )
    found = [
        UnitPart(row, form_of(row), version, of_document.get(version.document_id) if version else None)
        for row in rows.units
        for version in [latest.get(row.unit_id)]
    ]
    return sorted(found, key=lambda part: swedish_key(part.row.unit.name))


def participation_forms(analysis: Analysis, rows: Rows) -> list[RowForm]:
    """One form a group, in the law's order."""
    by_group: Mapping[str, Participation] = {row.group: row for row in rows.participation}
    wanted = rules.groups_of(analysis.node.kind, analysis.node.school_forms)
    forms = []
    for group in [g for g in wanted if g in by_group]:
        form = form_of(by_group[group])
        if group != Participation.Group.OFFERED:
            del form.fields["offered"]
        forms.append(form)
    return forms


def steps(analysis: Analysis) -> list[dict[str, Any]]:
    """The steps of this analysis: [{"id", "label", "question", "done", "guide"}]; `guide` names a text of content/."""
    wanted = [Step.RESULTS, Step.CAUSES, Step.NEEDS, Step.PARTICIPATION]
    if rules.lists_units(analysis.node.kind):
        wanted.insert(0, Step.UNITS)
    return [
        {
            "id": s.value,
            "label": s.label,
            "question": QUESTIONS[s],
            "done": s.value in analysis.done_steps,
            "guide": f"analys-{s.value}",
        }
        for s in wanted
    ]


def area_choices(curricula: Curricula) -> list[tuple[str, list[tuple[str, str]]]]:
    """Goal areas to choose among, by curriculum."""
    return [(c.name, [(area.key, _numbered(area)) for area in listed]) for c, listed in curricula]


def _numbered(area: Area) -> str:
    return f"{area.chapter} {area.name}".strip()


def differences(mine: RowForm, theirs: Row) -> list[dict[str, str]]:
    """What two people wrote in the same row, field by field where it differs: [{"label", "mine", "theirs"}]."""
    return compared(mine, mine.cleaned_data, form_of(theirs).initial)


def compared(form: RowForm, mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[dict[str, str]]:
    """Two contents of the form's fields, in words, where they differ."""
    found = []
    for name in [n for n in form.fields if n != "version"]:
        own, other = mine.get(name), theirs.get(name)
        if _plain(own) != _plain(other):
            label = str(form.fields[name].label or _("Unit"))
            words = [_in_words(form, name, value) for value in (own, other)]
            found.append({"label": label, "mine": words[0], "theirs": words[1]})
    return found


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value or ""


def _in_words(form: RowForm, name: str, value: Any) -> str:
    """A value as a person reads it: names of what is linked, yes or no, the date."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        names = dict(_flat(form.fields[name].choices))  # type: ignore[attr-defined]
        return "\n".join(names.get(item, "") for item in value)
    choices = getattr(form.fields[name], "choices", None)
    return str(dict(_flat(choices)).get(value, value or "")) if choices else str(value or "")


def _flat(choices: Iterable[Any]) -> Iterable[tuple[str, str]]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield key, label
