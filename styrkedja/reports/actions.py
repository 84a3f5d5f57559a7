"""Making a report: everything is read once, set in both languages, and written down for good."""

from __future__ import annotations

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.core import audit, periods
from styrkedja.core.audit import Event
from styrkedja.core.errors import Refused
from styrkedja.core.writing import action
from styrkedja.documents import actions as documents
from styrkedja.documents.hashing import content_hash
from styrkedja.documents.models import Document, DocumentVersion, VersionEvent
from styrkedja.organisation.models import Node, NodeKind, Organiser, Person

from .building import build
from .document import LANGUAGES
from .models import Basis, Report
from .scope import gather
from .standing import KIND, body_of

REPORTED = (NodeKind.COUNCIL, NodeKind.COMMITTEE, NodeKind.ADMINISTRATION, NodeKind.UNIT)


@action
def make_report(*, node: Node, period: str, by: Person | None) -> Report:
    """A new version of the node's quality report, from what is known now. Earlier versions stay as they are.

    Raises Refused for a period that is none, or a node no quality report is made for (teams and groups).
    """
    if not periods.is_period(period):
        raise Refused(_("Choose a school year, such as 2025/26."))
    organiser = Organiser.objects.first()
    if organiser is None or node.kind not in REPORTED:
        raise Refused(_("A quality report is made for a unit, or for a level above the units."))
    # Held to the end of the transaction: two who press at once get two versions, one after the other.
    Node.objects.select_for_update(no_key=True).get(pk=node.pk)
    kind = Report.Kind.QUALITY
    last = Report.objects.filter(kind=kind, node=node, period=period).aggregate(last=Max("number"))["last"] or 0
    number, now = last + 1, timezone.now()
    scope = gather(node, period, organiser)
    snapshot = {
        language: build(kind, scope, number=number, language=language, made_at=now).to_data() for language in LANGUAGES
    }
    report = Report.objects.create(
        kind=kind,
        node=node,
        period=period,
        number=number,
        analysis=scope.version,
        snapshot=snapshot,
        content_hash=content_hash(snapshot),
        made_by=by,
        made_at=now,
    )
    details = {"period": period, "number": number, "hash": report.content_hash, "basis": report.basis.value}
    audit.record(Event.REPORT_MADE, by=by, node=node, about=report, details=details)
    return report


@action
def hand_in(*, report: Report, expected: int, reason: str = "", by: Person | None) -> DocumentVersion:
    """Hand the report in, to be established: from then on the document behind it carries it.

    Where an earlier version holds, this corrects it, with `reason`. `expected` is the document's version the person has
    read, 1 where there is none yet. Raises Refused for a draft or an older version, Conflict if it was changed since.
    """
    if report.basis != Basis.ESTABLISHED:
        raise Refused(_("Only a report that is built on an established analysis can be handed in. Make a new version."))
    document, _new = documents.create(kind=KIND, node=report.node, period=report.period, by=by)
    if Report.objects.filter(node=report.node, period=report.period, number__gt=report.number).exists():
        raise Refused(_("There is a later version of the report. Hand that one in."))
    if document.holds:
        documents.open_correction(document=document, expected=expected, reason=reason, by=by)
        expected = document.version
    return documents.submit(document=document, expected=expected, body=body_of(report), by=by)


@action
def publish(*, report: Report, document: Document, expected: int, by: Person | None) -> VersionEvent:
    """Release an established report. Neither who made it nor who handed it in does so: Refused. Else as documents."""
    if report.made_by_id == getattr(by, "pk", None):
        raise Refused(_("You made the report yourself. Somebody else has to publish it."))
    return documents.publish(document=document, expected=expected, by=by)
