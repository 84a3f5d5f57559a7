"""What is done to an analysis as a whole once it is handed in: returned, established, published, corrected, archived.

And its versions beside each other: compared word by word, and an earlier one made the draft again.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from styrkedja.access.gate import Access, access_of, requires, visible_node
from styrkedja.access.permissions import Permission as P
from styrkedja.documents import actions as documents
from styrkedja.documents.asking import Around, Asked, ask
from styrkedja.documents.authority import way_to_establish
from styrkedja.documents.comparing import compare as compare_lines
from styrkedja.documents.forms import MinutesForm, MoveForm, ReasonForm
from styrkedja.documents.models import DocumentState, DocumentVersion
from styrkedja.documents.transitions import TRANSITIONS, Move
from styrkedja.organisation.shell import node_shell

from . import actions, comparing, queries, reading, restore_actions
from .body import working_body
from .models import Analysis

DRAFT = "utkast"  # the draft's word among the numbers of versions


def _around(found: Analysis, then: str = "") -> Around:
    read = reverse("analyses:read", args=[found.pk])
    return Around(found.node, "analyses", read, reverse(then, args=[found.pk]) if then else "")


def _words(found: Analysis) -> dict[str, str]:
    return {"name": found.node.name, "period": found.period}


def _start(found: Analysis) -> dict[str, Any]:
    return {"version": found.document.version}


def _too_late(found: Analysis, move: Move) -> bool:
    """The page was opened where the move can no longer be made: nothing is asked."""
    return found.document.state not in TRANSITIONS[move].sources


@requires(P.ANALYSIS_ESTABLISH, P.DOCUMENT_RETURN, node=queries.node_of)
def give_back(request: HttpRequest, analysis_id: UUID) -> HttpResponse:
    """Return what is handed in, with a reason its writers see."""
    found, by = queries.analysis(analysis_id), access_of(request).person
    if request.method == "GET" and _too_late(found, Move.GIVE_BACK):
        return redirect("analyses:read", found.pk)
    asked = Asked(
        _("Return the analysis of %(period)s") % _words(found),
        _("Return the analysis of %(name)s for %(period)s?") % _words(found),
        _("Those who wrote it can write in it again and hand it in anew. What was handed in is kept as it was."),
        _("Return"),
        _("The analysis has been returned. Its writers see why."),
    )
    form = ReasonForm(request.POST or None, initial=_start(found), help_text=_("Say what has to be worked on."))

    def act(data: dict[str, Any]) -> object:
        return documents.give_back(document=found.document, expected=data["version"], reason=data["reason"], by=by)

    return ask(request, _around(found), asked, form, act)


@requires(P.ANALYSIS_ESTABLISH, P.ANALYSIS_READ_SUBMITTED, node=queries.node_of)
def establish(request: HttpRequest, analysis_id: UUID) -> HttpResponse:
    """Make valid what was handed in: on one's own authority or on delegation. It cannot be undone."""
    found, access = queries.analysis(analysis_id), access_of(request)
    way = way_to_establish(access, found.document)
    if way is None:
        visible_node(access, found.node.pk, [P.ANALYSIS_ESTABLISH])  # says no as everywhere: 403 inside, 404 outside
    if request.method == "GET" and (way is None or _too_late(found, Move.ESTABLISH)):
        return redirect("analyses:read", found.pk)
    kind = MinutesForm if way and way.asks_for_minutes else MoveForm
    asked = Asked(
        _("Establish the analysis of %(period)s") % _words(found),
        _("Is this the analysis of %(name)s for %(period)s?") % _words(found),
        _(
            "It cannot be undone. The words are kept for ever as they are now, and everyone who works with quality in "
            "the organisation can read them; small numbers in quoted figures are hidden from others. If something is "
            "wrong later on, it is corrected in a new version, with a reason."
        ),
        _("Establish"),
        _("The analysis is established. It can no longer be changed, only corrected."),
    )
    form: MoveForm = kind(request.POST or None, initial=_start(found))

    def act(data: dict[str, Any]) -> object:
        minutes = form.minutes() if isinstance(form, MinutesForm) else None
        return actions.establish(analysis=found, expected=data["version"], by=access.person, minutes=minutes)

    return ask(request, _around(found), asked, form, act)


@requires(P.DOCUMENT_PUBLISH, node=queries.node_of)
def publish(request: HttpRequest, analysis_id: UUID) -> HttpResponse:
    """Release what is established; never by the one who handed it in."""
    found, by = queries.analysis(analysis_id), access_of(request).person
    if request.method == "GET" and _too_late(found, Move.PUBLISH):
        return redirect("analyses:read", found.pk)
    asked = Asked(
        _("Publish the analysis of %(period)s") % _words(found),
        _("Publish the analysis of %(name)s for %(period)s?") % _words(found),
        _("It is then released for use outside the organisation. Two stand behind it: who handed it in, and you."),
        _("Publish"),
        _("The analysis is published."),
    )

    def act(data: dict[str, Any]) -> object:
        return documents.publish(document=found.document, expected=data["version"], by=by)

    return ask(request, _around(found), asked, MoveForm(request.POST or None, initial=_start(found)), act)


@requires(P.ANALYSIS_WRITE, node=queries.node_of)
def correct(request: HttpRequest, analysis_id: UUID) -> HttpResponse:
    """Open an established analysis for correction, with a reason."""
    found, by = queries.analysis(analysis_id), access_of(request).person
    if not found.document.holds:
        return redirect("analyses:read", found.pk)
    asked = Asked(
        _("Correct the analysis of %(period)s") % _words(found),
        _("Open the analysis of %(name)s for %(period)s for correction?") % _words(found),
        _("What is established now holds, and stays readable, until the correction is established."),
        _("Open for correction"),
        _("The analysis is open for correction."),
    )

    def act(data: dict[str, Any]) -> object:
        return actions.open_correction(analysis=found, expected=data["version"], reason=data["reason"], by=by)

    return ask(request, _around(found, "analyses:edit"), asked, _correction_form(request, found), act)


def _correction_form(request: HttpRequest, found: Analysis) -> ReasonForm:
    return ReasonForm(
        request.POST or None,
        initial=_start(found),
        label=_("Why is it to be corrected?"),
        help_text=_("The reason is shown with the new version. What is established now stays readable."),
    )


@requires(P.DOCUMENT_ARCHIVE, node=queries.node_of, any_day=True)
def archive(request: HttpRequest, analysis_id: UUID) -> HttpResponse:
    """Take the analysis out of the lists, for good; it can be read for ever."""
    found, by = queries.analysis(analysis_id), access_of(request).person
    if request.method == "GET" and _too_late(found, Move.ARCHIVE):
        return redirect("analyses:read", found.pk)
    asked = Asked(
        _("Archive the analysis of %(period)s") % _words(found),
        _("Archive the analysis of %(name)s for %(period)s?") % _words(found),
        _("It cannot be undone. It leaves the lists and can no longer be corrected, but stays readable for ever."),
        _("Archive"),
        _("The analysis is archived."),
        danger=True,
    )

    def act(data: dict[str, Any]) -> object:
        return documents.archive(document=found.document, expected=data["version"], by=by)

    return ask(request, _around(found), asked, MoveForm(request.POST or None, initial=_start(found)), act)


@requires(*queries.READ[DocumentState.ESTABLISHED], node=queries.node_of, any_day=True)
@require_GET
def compare(request: HttpRequest, analysis_id: UUID) -> HttpResponse:
    """Two versions beside each other, word by word; `fran` and `till` name them, by number or as the draft."""
    access, found = access_of(request), queries.analysis(analysis_id)
    kept = {str(v.number): v for v in queries.readable_versions(access, found)}
    names = [*([DRAFT] if _reads_draft(access, found) else []), *kept]
    before, after = _chosen(request, names)
    parts = compare_lines(*(_lines(access, found, name) for name in (before, after))) if before else []
    context = {
        **node_shell(access, found.node, "analyses"),
        "analysis": found,
        "choices": [(name, kept.get(name)) for name in names],
        "before": before,
        "after": after,
        "sides": [kept.get(name) for name in (before, after)] if before else [],
        "parts": parts,
        "differ": any(part.different for part in parts),
    }
    return render(request, "analyses/compare.html", context)


def _reads_draft(access: Access, found: Analysis) -> bool:
    return found.document.is_open and queries.may_read(access, found.node, DocumentState.DRAFT)


def _chosen(request: HttpRequest, names: list[str]) -> tuple[str, str]:
    """The two asked for, as far as this person may read them; else the latest and the one before. "" with too few."""
    if len(names) < 2:
        return "", ""
    after = request.GET.get("till", "")
    after = after if after in names else names[0]
    before = request.GET.get("fran", "")
    if before not in names:
        place = names.index(after)
        before = names[place + 1] if place + 1 < len(names) else names[0]
    return before, after


def _lines(access: Access, found: Analysis, name: str) -> list[Any]:
    body = working_body(found) if name == DRAFT else queries.version_to_read(access, found, int(name)).body
    return comparing.lines(reading.body_context(access, found, body))


@requires(P.ANALYSIS_WRITE, node=queries.node_of)
def restore(request: HttpRequest, analysis_id: UUID, version_number: int) -> HttpResponse:
    """Make an earlier version's text the draft again; of one that holds, by opening a correction with a reason."""
    access, found = access_of(request), queries.analysis(analysis_id)
    version: DocumentVersion = queries.version_to_read(access, found, version_number)
    if not (found.document.is_open or found.document.holds):
        return redirect("analyses:read", found.pk)
    words = {**_words(found), "number": version.number}
    asked = Asked(
        _("Use version %(number)s again") % words,
        _("Make version %(number)s the draft again?") % words,
        _("Nothing is lost: what stands in the draft now is kept among the earlier texts of each row."),
        _("Use it as a draft"),
        _("Version %(number)s is the draft now. Read it through before you hand it in.") % words,
    )
    plain = MoveForm(request.POST or None, initial=_start(found))
    form = _correction_form(request, found) if found.document.holds else plain

    def act(data: dict[str, Any]) -> object:
        return restore_actions.restore(
            analysis=found, version=version, expected=data["version"], reason=data.get("reason", ""), by=access.person
        )

    return ask(request, _around(found, "analyses:edit"), asked, form, act)
