"""What is done with the package: it is fetched, and the number that comes back is noted."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Refused
from styrkedja.core.writing import action
from styrkedja.organisation.models import Node, Organiser, Person
from styrkedja.reports.models import CaseNumber, Report
from styrkedja.reports.standing import established_as

from .package import Package, case_number, packed


@action
def fetch_package(*, report: Report, by: Person | None) -> Package:
    """The package of an established report; that it was fetched, by whom and with which checksum stands in the trail.

    Raises Refused for a report nobody has established, or that is disposed of.
    """
    version = established_as(report)
    organiser = Organiser.objects.first()
    if version is None or organiser is None or not report.has_words:
        raise Refused(_("Only an established report goes to the registry."))
    made = packed(report, version, organiser)
    details = {"number": report.number, "sha256": made.sha256}
    audit.record(Event.PACKAGE_FETCHED, by=by, node=report.node, about=report, details=details)
    return made


@action
def enter_case_number(*, report: Report, number: str, seen: str, by: Person | None) -> CaseNumber:
    """Note the number the case got in the registry; a correction is a new row, the earlier ones stay.

    `seen` is the number that stood there. Raises Refused where there is no number, none is established, or it changed.
    """
    Node.objects.select_for_update(no_key=True).get(pk=report.node_id)  # two who press at once come one after the other
    number = " ".join(number.split())
    if not number:
        raise Refused(_("Write the number as it stands in the registry."))
    if established_as(report) is None:
        raise Refused(_("Only an established report goes to the registry."))
    if case_number(report) != seen:
        raise Refused(_("Somebody else has entered a number since you opened the page. Look at it first."))
    row = CaseNumber.objects.create(report=report, number=number, entered_by=by, entered_at=timezone.now())
    audit.record(Event.CASE_NUMBER_ENTERED, by=by, node=report.node, about=row, details={"report": report.pk})
    return row
