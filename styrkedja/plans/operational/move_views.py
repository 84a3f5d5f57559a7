"""What is done to a plan once it is handed in: returned, established, published, corrected, archived; and compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from styrkedja.access.gate import access_of, requires, visible_node
from styrkedja.access.permissions import Permission as P
from styrkedja.core.errors import Conflict, Refused
from styrkedja.documents import actions as documents
from styrkedja.documents.authority import way_to_establish
from styrkedja.documents.comparing import compare
from styrkedja.documents.forms import MinutesForm, MoveForm, ReasonForm
from styrkedja.documents.models import DocumentVersion
from styrkedja.documents.transitions import TRANSITIONS, Move
from styrkedja.organisation.shell import node_shell
from styrkedja.plans.models import OperationalPlan

from . import actions, comparing, queries, reading, restore_actions
from .body import working_body
from .last_year import last_years_plan
from .views import TAB


@dataclass(frozen=True)
class Asked:
    """What a page asks before a move: the question, what happens, the button, what is said afterwards, and where to."""

    question: str
    text: str
    action: str
    done: str
    danger: bool = False
    then: str = "plans:plan_read"


def _ask(
    request: HttpRequest,
    found: OperationalPlan,
    move: Move | None,
    asked: Asked,
    form: MoveForm,
    act: Callable[[Any], object],
) -> HttpResponse:
    """Show the question, or make the move with what the form says; then the plan as it stands."""
    if request.method == "GET" and move and found.document.state not in TRANSITIONS[move].sources:
        return redirect("plans:plan_read", found.pk)
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except Conflict:
            messages.warning(request, _("Somebody else was first. Look at how it stands now."))
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, asked.done)
            return redirect(asked.then, found.pk)
        return redirect("plans:plan_read", found.pk)
    context = {
        **node_shell(access_of(request), found.node, TAB),
        "heading": f"{found.document.get_kind_display()} {found.period}",
        "question": asked.question,
        "text": asked.text,
        "action": asked.action,
        "danger": asked.danger,
        "form": form,
        "cancel_href": reverse("plans:plan_read", args=[found.pk]),
    }
    return render(request, "documents/move.html", context)


def _start(found: OperationalPlan) -> dict[str, Any]:
    return {"version": found.document.version}


@requires(P.PLAN_DECIDE, P.DOCUMENT_RETURN, node=queries.node_of)
def plan_return(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Return what is handed in, with a reason its writers see."""
    found, by = queries.plan(document_id), access_of(request).person
    asked = Asked(
        _("Return the plan?"),
        _("Those who wrote it can write in it again and hand it in anew. What was handed in is kept as it was."),
        _("Return"),
        _("The plan has been returned. Its writers see why."),
    )
    form = ReasonForm(request.POST or None, initial=_start(found), help_text=_("Say what has to be worked on."))

    def act(data: dict[str, Any]) -> object:
        return documents.give_back(document=found.document, expected=data["version"], reason=data["reason"], by=by)

    return _ask(request, found, Move.GIVE_BACK, asked, form, act)


@requires(*queries.SUBMITTED, node=queries.node_of)
def plan_establish(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Make valid what was handed in: on one's own authority or on delegation. It cannot be undone."""
    found, access = queries.plan(document_id), access_of(request)
    way = way_to_establish(access, found.document)
    if way is None:
        visible_node(access, found.node.pk, [P.PLAN_DECIDE])  # says no as everywhere: 403 inside, 404 outside
    kind = MinutesForm if way and way.asks_for_minutes else MoveForm
    asked = Asked(
        _("Establish the plan?"),
        _(
            "It cannot be undone. The words are kept for ever as they are now, and everyone who works with quality in "
            "the organisation can read them. If something is wrong later on, it is corrected in a new version, with a "
            "reason."
        ),
        _("Establish"),
        _("The plan is established. It can no longer be changed, only corrected."),
    )
    form: Any = kind(request.POST or None, initial=_start(found))

    def act(data: dict[str, Any]) -> object:
        minutes = form.minutes() if isinstance(form, MinutesForm) else None
        return actions.establish(plan=found, expected=data["version"], by=access.person, minutes=minutes)

    return _ask(request, found, Move.ESTABLISH, asked, form, act)


@requires(P.DOCUMENT_PUBLISH, node=queries.node_of)
def plan_publish(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Release what is established; never by the one who handed it in."""
    found, by = queries.plan(document_id), access_of(request).person
    asked = Asked(
        _("Publish the plan?"),
        _("It is released as it is established. Two people stand behind what goes out: who handed it in, and you."),
        _("Publish"),
        _("The plan is published."),
    )

    def act(data: dict[str, Any]) -> object:
        return documents.publish(document=found.document, expected=data["version"], by=by)

    return _ask(request, found, Move.PUBLISH, asked, MoveForm(request.POST or None, initial=_start(found)), act)


@requires(P.PLAN_WRITE, node=queries.node_of)
def plan_correct(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Open an established plan for correction, with a reason."""
    found, by = queries.plan(document_id), access_of(request).person
    asked = Asked(
        _("Correct the plan?"),
        _("A draft opens with the words as they stand. What is established holds until the correction is."),
        _("Correct"),
        _("The plan can be corrected now. What is established holds meanwhile."),
        then="plans:plan_edit",
    )
    form = _correction_form(request, found)

    def act(data: dict[str, Any]) -> object:
        return documents.open_correction(
            document=found.document, expected=data["version"], reason=data["reason"], by=by
        )

    return _ask(request, found, Move.CORRECT, asked, form, act)


def _correction_form(request: HttpRequest, found: OperationalPlan) -> ReasonForm:
    return ReasonForm(
        request.POST or None,
        initial=_start(found),
        label=_("Why is it to be corrected?"),
        help_text=_("The reason is shown with the new version. What is established now stays readable."),
    )


@requires(P.DOCUMENT_ARCHIVE, node=queries.node_of, any_day=True)
def plan_archive(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Take the plan out of the lists, for good; it can be read for ever."""
    found, by = queries.plan(document_id), access_of(request).person
    asked = Asked(
        _("Archive the plan?"),
        _("It cannot be undone. It leaves the lists and can no longer be corrected, but stays readable for ever."),
        _("Archive"),
        _("The plan is archived."),
        danger=True,
    )

    def act(data: dict[str, Any]) -> object:
        return documents.archive(document=found.document, expected=data["version"], by=by)

    return _ask(request, found, Move.ARCHIVE, asked, MoveForm(request.POST or None, initial=_start(found)), act)


@requires(P.PLAN_WRITE, node=queries.node_of)
def plan_restore(request: HttpRequest, document_id: UUID, version_number: int) -> HttpResponse:
    """Make an earlier version's text the draft again; of one that holds, by opening a correction with a reason."""
    access, found = access_of(request), queries.plan(document_id)
    version = queries.version_to_read(access, found, version_number)
    if not (found.document.is_open or found.document.holds):
        return redirect("plans:plan_read", found.pk)
    words = {"number": version.number}
    asked = Asked(
        _("Make version %(number)s the draft again?") % words,
        _("Nothing is lost: what stands in the draft now is kept among the earlier texts of each row."),
        _("Use it as a draft"),
        _("Version %(number)s is the draft now. Read it through before you hand it in.") % words,
        then="plans:plan_edit",
    )
    form = MoveForm(request.POST or None, initial=_start(found))
    if found.document.holds:
        form = _correction_form(request, found)

    def act(data: dict[str, Any]) -> object:
        return restore_actions.restore(
            plan=found, version=version, expected=data["version"], reason=data.get("reason", ""), by=access.person
        )

    return _ask(request, found, None, asked, form, act)


@requires(*queries.ESTABLISHED, node=queries.node_of, any_day=True)
@require_GET
def plan_compare(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The plan beside last year's, or (`fran`) beside an earlier version of itself.

    The draft for those who read it, else the latest version this person may read.
    """
    access, found = access_of(request), queries.plan(document_id)
    if not found.document.versions.exists():
        queries.draft_to_read(access, found.pk)
    if found.document.is_open and queries.reads_draft(access, found):
        version, body = None, working_body(found)
    else:
        version = queries.version_to_read(access, found)
        body = version.body
    earlier = request.GET.get("fran", "")
    if earlier.isdecimal() and len(earlier) < 10:
        before: DocumentVersion | None = queries.version_to_read(access, found, int(earlier))
    else:
        before = last_years_plan(found.document)
    context = {**node_shell(access, found.node, TAB), "plan": found, "version": version, "before": before}
    if before is not None and queries.may_read(access, before.document.node, before.state):
        verdicts = reading.verdicts_of([one["id"] for one in before.body["initiatives"]])
        itself = before.document_id == found.pk
        both = [comparing.lines(one) + (comparing.gathered(one) if itself else []) for one in (before.body, body)]
        context |= {
            "itself": itself,
            "parts": compare(*both),
            "goals": comparing.goals(before.body, body),
            "initiatives": comparing.initiatives(before.body, body, verdicts),
        }
    return render(request, "plans/operational/compare.html", context)
