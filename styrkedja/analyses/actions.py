"""An analysis as a whole: begun, its steps marked, its units gathered; handed in, established, corrected."""

from __future__ import annotations

from django.utils.translation import gettext as _

from styrkedja.core import audit, periods
from styrkedja.core.audit import Event
from styrkedja.core.errors import Refused
from styrkedja.core.writing import action
from styrkedja.documents import actions as documents
from styrkedja.documents import queries as document_queries
from styrkedja.documents.authority import Minutes
from styrkedja.documents.models import Document, DocumentKind, DocumentVersion
from styrkedja.organisation.models import Node, Person

from . import areas, queries, rules
from .body import working_body
from .models import Analysis, Assessment, Cause, Finding, Need, Participation, Step, UnitInclusion


class Incomplete(Refused):
    """It cannot be handed in or established yet: `missing` says what is missing, and where."""

    def __init__(self, missing: list[rules.Missing]) -> None:
        super().__init__(_("Something is missing before it can be handed in."))
        self.missing = missing


@action
def start(*, node: Node, period: str, by: Person | None) -> Analysis:
    """The node's analysis for a school year, begun if there is none: with empty rows to write in.

    Raises Refused for anything but a school year.
    """
    if not periods.SCHOOL_YEAR.match(period) or not periods.is_period(period):
        raise Refused(_("Choose a school year, such as 2025/26."))
    document, _new = documents.create(kind=DocumentKind.ANALYSIS, node=node, period=period, by=by)
    Document.objects.select_for_update(no_key=True).get(pk=document.pk)
    analysis, new = Analysis.objects.get_or_create(document=document)
    if new:
        _lay_out(analysis, by)
    return analysis


def _lay_out(analysis: Analysis, by: Person | None) -> None:
    """A first row in each step, so that one can write at once; left empty they count for nothing."""
    who = {"analysis": analysis, "created_by": by, "changed_by": by}
    tree = queries.tree_of(analysis.node, analysis.period)
    above = rules.lists_units(analysis.node.kind)
    for _curriculum, listed in areas.of_node(analysis.node, analysis.period, tree):
        for area in [a for a in listed if a.id in (areas.ALWAYS[:1] if above else areas.ALWAYS)]:
            Finding.objects.create(area=area.key, **who)
            Assessment.objects.create(area=area.key, **who)
    Cause.objects.create(**who)
    Need.objects.create(priority=1, **who)
    for group in rules.groups_of(analysis.node.kind, analysis.node.school_forms):
        Participation.objects.create(group=group, **who)
    if above:
        _gather(analysis, by)


@action
def gather_units(*, analysis: Analysis, by: Person | None) -> int:
    """List every active unit and take in its latest established analysis, where no reason says otherwise.

    Returns how many units have changed. Raises Refused when it is no draft.
    """
    document = documents.lock_draft(analysis.document_id)
    changed = _gather(analysis, by)
    if changed:
        documents.mark_changed(document, by=by)
        audit.record(Event.DOCUMENT_CHANGED, by=by, node=document.node, about=document, details={"units": changed})
    return changed


def _gather(analysis: Analysis, by: Person | None) -> int:
    units = queries.units_for(analysis.node, analysis.period)
    latest = document_queries.established_versions(DocumentKind.ANALYSIS, analysis.period, [u.pk for u in units])
    rows = {row.unit_id: row for row in UnitInclusion.objects.filter(analysis=analysis)}
    changed = 0
    for unit in units:
        row = rows.get(unit.pk) or UnitInclusion(analysis=analysis, unit=unit, created_by=by, version=0)
        version = latest.get(unit.pk)
        if row.version and (row.reason or version is None or row.included_id == version.pk):
            continue
        row.included, row.changed_by, row.version = version, by, row.version + 1
        row.save()
        changed += 1
    return changed


@action
def mark_step(*, analysis: Analysis, step: str, done: bool, by: Person | None) -> None:
    """Mark a step as complete, or take the mark away. Saying it twice changes nothing."""
    document = documents.lock_draft(analysis.document_id)
    held = set(Analysis.objects.values_list("done_steps", flat=True).get(pk=analysis.pk))
    wanted = held | {step} if done else held - {step}
    if wanted == held:
        return
    Analysis.objects.filter(pk=analysis.pk).update(done_steps=[s for s in Step.values if s in wanted])
    documents.mark_changed(document, by=by)
    details = {"step": step, "done": done}
    audit.record(Event.DOCUMENT_CHANGED, by=by, node=document.node, about=document, details=details)


@action
def submit(*, analysis: Analysis, expected: int, by: Person | None) -> DocumentVersion:
    """Freeze the analysis and hand it in. `expected` is the document's version the person has read.

    Raises Incomplete with everything that is missing, Refused if it is no draft, Conflict if it was changed since.
    """
    documents.lock_draft(analysis.document_id)
    body = working_body(analysis)
    if missing := rules.missing(body):
        raise Incomplete(missing)
    return documents.submit(document=analysis.document, expected=expected, body=body, by=by)


@action
def establish(
    *, analysis: Analysis, expected: int, by: Person | None, minutes: Minutes | None = None
) -> DocumentVersion:
    """Make what was handed in valid, word for word. Raises as `documents.actions.establish`, and Incomplete.

    What was handed in was complete; it is checked again because the database, not the page, has the last word.
    """
    submitted = analysis.document.versions.order_by("-number").first()
    if submitted and (missing := rules.missing(submitted.body)):
        raise Incomplete(missing)
    return documents.establish(document=analysis.document, expected=expected, by=by, minutes=minutes)


@action
def open_correction(*, analysis: Analysis, expected: int, reason: str, by: Person | None) -> Document:
    """Open the draft again, with a reason; what is established holds until the correction is."""
    Analysis.objects.filter(pk=analysis.pk).update(done_steps=[])
    return documents.open_correction(document=analysis.document, expected=expected, reason=reason, by=by)
