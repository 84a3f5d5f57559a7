"""Making a report: everything is read once, set in both languages, and written down for good."""

from __future__ import annotations

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.core import audit, periods
from styrkedja.core.audit import Event
from styrkedja.core.errors import Refused
from styrkedja.core.writing import action
from styrkedja.documents.hashing import content_hash
from styrkedja.organisation.models import Node, NodeKind, Organiser, Person

from .building import build
from .document import LANGUAGES
from .models import Report
from .scope import gather

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
