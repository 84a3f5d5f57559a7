"""What is done to a report once it is made: handed in, returned, established, published, archived."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from styrkedja.access.gate import access_of, requires, visible_node
from styrkedja.access.permissions import Permission as P
from styrkedja.documents import actions as documents
from styrkedja.documents.asking import Around, Asked, ask
from styrkedja.documents.authority import way_to_establish
from styrkedja.documents.forms import MinutesForm, MoveForm, ReasonForm
from styrkedja.documents.models import Document
from styrkedja.documents.transitions import TRANSITIONS, Move
from styrkedja.organisation.models import Person

from . import actions, queries, standing
from .models import Report


def _around(report: Report) -> Around:
    return Around(report.node, "reports", reverse("reports:read", args=[report.pk]))


def _words(report: Report) -> dict[str, Any]:
    return {"name": report.node.name, "period": report.period, "number": report.number}


def _found(request: HttpRequest, report_id: UUID) -> tuple[Report, Document | None, Person]:
    access = access_of(request)
    report = queries.report_to_read(access, report_id)
    standing.with_standings([report])
    return report, standing.document_behind(report), access.person


def _can_be(report: Report, document: Document | None, move: Move) -> bool:
    """The document behind stands where the move begins, and it is this report that stands there."""
    if document is None or document.state not in TRANSITIONS[move].sources:
        return False
    return report.handed_in is not None and report.standing == document.state


def _form(request: HttpRequest, document: Document, kind: type[MoveForm] = MoveForm, **words: Any) -> Any:
    return kind(request.POST or None, initial={"version": document.version}, **words)


@requires(P.REPORT_MAKE, node=queries.node_of)
def hand_in(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Hand the report in to whoever establishes it; as a correction, with a reason, where an earlier version holds."""
    report, document, by = _found(request, report_id)
    holds = document is not None and document.holds
    waits = document is not None and not (document.is_open or holds)
    if request.method == "GET" and waits:
        return redirect("reports:read", report.pk)
    asked = Asked(
        _("Hand in the report"),
        _("Hand in version %(number)s of the quality report of %(name)s for %(period)s?") % _words(report),
        _("Whoever has the authority then establishes it, or returns it with a reason."),
        _("Hand in"),
        _("The report has been handed in."),
    )
    initial = {"version": document.version if document else 1}
    form: MoveForm = MoveForm(request.POST or None, initial=initial)
    if holds:
        why = {"label": _("Why is it to be corrected?"), "help_text": _("The reason is shown with the new version.")}
        form = ReasonForm(request.POST or None, initial=initial, **why)

    def act(data: dict[str, Any]) -> object:
        return actions.hand_in(report=report, expected=data["version"], reason=data.get("reason", ""), by=by)

    return ask(request, _around(report), asked, form, act)


@requires(P.REPORT_ESTABLISH, P.DOCUMENT_RETURN, P.DECISION_ENTER, node=queries.node_of)
def give_back(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Return what is handed in, with a reason its writers see; also when the committee has sent it back."""
    report, document, by = _found(request, report_id)
    if document is None or not _can_be(report, document, Move.GIVE_BACK):
        return redirect("reports:read", report.pk)
    asked = Asked(
        _("Return the report"),
        _("Return the quality report of %(name)s for %(period)s?") % _words(report),
        _("A new version can then be made and handed in. What was handed in is kept as it was."),
        _("Return"),
        _("The report has been returned. Its writers see why."),
    )
    form = _form(request, document, ReasonForm, help_text=_("Say what has to be worked on."))

    def act(data: dict[str, Any]) -> object:
        return documents.give_back(document=document, expected=data["version"], reason=data["reason"], by=by)

    return ask(request, _around(report), asked, form, act)


@requires(P.REPORT_ESTABLISH, P.DECISION_ENTER, P.REPORT_READ, node=queries.node_of)
def establish(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Make the report valid: the unit's by its principal, above the units by entering what the committee decided."""
    report, document, by = _found(request, report_id)
    access = access_of(request)
    way = way_to_establish(access, document or Document(kind=standing.KIND, node=report.node, period=report.period))
    if way is None:
        visible_node(access, report.node_id, [P.REPORT_ESTABLISH, P.DECISION_ENTER])
    if document is None or way is None or not _can_be(report, document, Move.ESTABLISH):
        return redirect("reports:read", report.pk)
    asked = Asked(
        _("Establish the report"),
        _("Establish version %(number)s of the quality report of %(name)s for %(period)s?") % _words(report),
        _("Enter what the committee has decided. It cannot be undone; the decision is shown on the report's cover.")
        if way.asks_for_minutes
        else _("It cannot be undone. Who established it, and when, is shown on the report's cover."),
        _("Establish"),
        _("The report is established."),
    )
    form = _form(request, document, MinutesForm if way.asks_for_minutes else MoveForm)

    def act(data: dict[str, Any]) -> object:
        minutes = form.minutes() if isinstance(form, MinutesForm) else None
        return documents.establish(document=document, expected=data["version"], by=by, minutes=minutes)

    return ask(request, _around(report), asked, form, act)


@requires(P.DOCUMENT_PUBLISH, node=queries.node_of)
def publish(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Release an established report; never by the one who handed it in."""
    report, document, by = _found(request, report_id)
    if document is None or not _can_be(report, document, Move.PUBLISH):
        return redirect("reports:read", report.pk)
    asked = Asked(
        _("Publish the report"),
        _("Publish the quality report of %(name)s for %(period)s?") % _words(report),
        _("It is then released for use outside the organisation. Two stand behind it: who handed it in, and you."),
        _("Publish"),
        _("The report is published."),
    )

    def act(data: dict[str, Any]) -> object:
        return actions.publish(report=report, document=document, expected=data["version"], by=by)

    return ask(request, _around(report), asked, _form(request, document), act)


@requires(P.DOCUMENT_ARCHIVE, node=queries.node_of, any_day=True)
def archive(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Take the year's report out of the lists, for good; it can be read for ever."""
    report, document, by = _found(request, report_id)
    if document is None or not _can_be(report, document, Move.ARCHIVE):
        return redirect("reports:read", report.pk)
    asked = Asked(
        _("Archive the report"),
        _("Archive the quality report of %(name)s for %(period)s?") % _words(report),
        _("It cannot be undone. It leaves the lists and can no longer be corrected, but stays readable for ever."),
        _("Archive"),
        _("The report is archived."),
        danger=True,
    )

    def act(data: dict[str, Any]) -> object:
        return documents.archive(document=document, expected=data["version"], by=by)

    return ask(request, _around(report), asked, _form(request, document), act)
