"""The receiver's page: what is asked and what for, one button to hand in what exists, and what came back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from styrkedja.access.gate import Access, access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.access.views.saving import saved
from styrkedja.analyses.queries import analyses_of
from styrkedja.core.errors import Refused
from styrkedja.dialogues.models import RequestReceiver, What
from styrkedja.dialogues.reflections import reading as reflection_reading
from styrkedja.dialogues.requests import answer_actions, handed_in, reading
from styrkedja.dialogues.requests.forms import AcknowledgeForm, AnswerForm, NoteForm
from styrkedja.documents.models import DocumentKind
from styrkedja.organisation.shell import node_shell

from .asking import _shared, reply_to


@requires(P.DIALOGUE_READ, P.REQUEST_ANSWER, node=reading.asked_node, any_day=True)
@require_GET
def receiver(request: HttpRequest, receiver_id: UUID) -> HttpResponse:
    """What one is asked, and what came back."""
    return _page(request, reading.receiver(receiver_id))


def _page(request: HttpRequest, found: RequestReceiver, **filled: Any) -> HttpResponse:
    access = access_of(request)
    dialogue = reading.Dialogue(found, access)
    offered = handed_in.document_to_hand_in(found) if found.request.what == What.DOCUMENT else None
    versioned = {"version": found.version}
    context = {
        **node_shell(access, found.node, "dialogues"),
        **_shared(access, dialogue),
        "side": "receiver",
        "may_answer": access.can(P.REQUEST_ANSWER, found.node),
        "offered": offered,
        "offered_url": handed_in.addresses_of([offered], access).get(offered.pk) if offered else None,
        "offered_figures": handed_in.figures_to_hand_in(access, found) if dialogue.answer_owed else [],
        "note_form": NoteForm(initial=versioned, auto_id="note-%s"),
        "answer_form": AnswerForm(initial=versioned, auto_id="answer-%s"),
        "acknowledge_form": AcknowledgeForm(initial={"up_to": dialogue.given}, auto_id="ack-%s"),
        **_to_write(access, found),
        **reflection_reading.context(access, found),
        **filled,
    }
    return render(request, "dialogues/requests/receiver.html", context)


def _to_write(access: Access, found: RequestReceiver) -> dict[str, Any]:
    """The analysis asked for, where this person writes it: one press from the request to the text."""
    asked = found.request
    if asked.kind != DocumentKind.ANALYSIS or not access.can(P.ANALYSIS_WRITE, found.node):
        return {}
    begun = next(iter(analyses_of([found.node_id], asked.period)), None)
    return {"may_write": True, "begun": begun.analysis.pk if begun else None}  # type: ignore[attr-defined]


@requires(P.REQUEST_ANSWER, node=reading.asked_node)
@require_POST
def hand_in(request: HttpRequest, receiver_id: UUID) -> HttpResponse:
    """The document or the figures that exist: one button."""
    found, access = reading.receiver(receiver_id), access_of(request)
    form = NoteForm(request.POST, auto_id="note-%s")
    if not form.is_valid():
        return _page(request, found, form=form, note_form=form)
    said = {"expected": form.cleaned_data["version"], "text": form.cleaned_data["text"]}

    def write() -> object:
        if found.request.what == What.FIGURES:
            return answer_actions.hand_in_figures(receiver=found, by=access.person, **said)
        version = handed_in.document_to_hand_in(found) if found.request.what == What.DOCUMENT else None
        if version is None:
            raise Refused(_("There is no document to hand in yet. Hand in the document first, or answer in words."))
        return answer_actions.hand_in_document(receiver=found, version=version, by=access.person, **said)

    if saved(form, write):
        return _handed_in(request, found)
    return _page(request, found, form=form, note_form=form)


def _handed_in(request: HttpRequest, found: RequestReceiver) -> HttpResponse:
    messages.success(
        request, _("Handed in. %(node)s owes you feedback when it is accepted.") % {"node": found.request.node}
    )
    return redirect("dialogues:receiver", found.pk)


@requires(P.REQUEST_ANSWER, node=reading.asked_node)
@require_POST
def answer_in_words(request: HttpRequest, receiver_id: UUID) -> HttpResponse:
    found, by = reading.receiver(receiver_id), access_of(request).person
    form = AnswerForm(request.POST, auto_id="answer-%s")
    if form.is_valid():
        text, version = form.cleaned_data["text"], form.cleaned_data["version"]
        if saved(form, lambda: answer_actions.answer_in_words(receiver=found, text=text, expected=version, by=by)):
            return _handed_in(request, found)
    return _page(request, found, form=form, answer_form=form)


@requires(P.REQUEST_ANSWER, node=reading.asked_node)
@require_POST
def acknowledge(request: HttpRequest, receiver_id: UUID) -> HttpResponse:
    """Read; and a question back, if there is one."""
    found, by = reading.receiver(receiver_id), access_of(request).person
    form = AcknowledgeForm(request.POST, auto_id="ack-%s")
    if form.is_valid():
        said = form.cleaned_data
        if saved(
            form,
            lambda: answer_actions.acknowledge(receiver=found, up_to=said["up_to"], question=said["question"], by=by),
        ):
            messages.success(request, _("Noted: you have read the feedback."))
            return redirect("dialogues:receiver", found.pk)
    return _page(request, found, form=form, acknowledge_form=form)


@requires(P.REQUEST_ANSWER, node=reading.asked_node)
@require_POST
def reply(request: HttpRequest, receiver_id: UUID) -> HttpResponse:
    """Answer what was asked in the feedback."""
    found = reading.receiver(receiver_id)
    return reply_to(request, found, found.obligations.exclude(feedback=None), "dialogues:receiver", _page)
