"""What the page of a reflection sends: answers saved as one types or by a button, comments, and the handing in.

A script that saves gets JSON (the protocol stands in static/js/autosave.js); everybody else the page.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from styrkedja.access.gate import access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.core import autosaving
from styrkedja.core.errors import Conflict, Refused
from styrkedja.dialogues.forms import VersionForm
from styrkedja.dialogues.models import ReflectionAnswer, RequestReceiver, What
from styrkedja.dialogues.pressing import attempt
from styrkedja.dialogues.requests import reading
from styrkedja.organisation.shell import node_shell

from . import actions as reflection_actions
from .forms import ReflectionForm, TalkForm


def _reflection(receiver_id: UUID, number: int = 1) -> RequestReceiver:
    """Raises Http404 where no such question is asked."""
    found = reading.receiver(receiver_id)
    if found.request.what != What.REFLECTION or not 1 <= number <= len(found.request.questions):
        raise Http404
    return found


def _back(found: RequestReceiver, number: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("dialogues:receiver", args=[found.pk], fragment=f"fraga-{number}"))


@requires(P.REQUEST_ANSWER, node=reading.asked_node)
@require_POST
def save(request: HttpRequest, receiver_id: UUID, question: int) -> HttpResponse:
    """Save one answer. By script: 200 {version, saved_at}, 409 {version, html}, 422 {error}, 403 if not the writer."""
    found, number = _reflection(receiver_id, question), question
    if autosaving.by_somebody_else(request):
        return autosaving.not_yours()
    answer = ReflectionAnswer.objects.select_related("changed_by").get(receiver=found, number=number)
    form = ReflectionForm(request.POST, answer=answer, question=found.request.questions[number - 1])
    if not form.is_valid():
        return _not_saved(request, found, form, autosaving.first_error(form))
    said = {"text": form.cleaned_data["text"], "expected": form.cleaned_data["version"]}
    try:
        answer = reflection_actions.save_answer(receiver=found, number=number, by=access_of(request).person, **said)
    except Conflict as conflict:
        return _both(request, found, form, conflict.current)
    except Refused as refused:
        return _not_saved(request, found, form, str(refused))
    if autosaving.by_script(request):
        return autosaving.kept(answer.version, answer.changed_at)
    messages.success(request, _("Saved %(time)s.") % {"time": autosaving.clock(answer.changed_at)})
    return _back(found, number)


def _not_saved(request: HttpRequest, found: RequestReceiver, form: ReflectionForm, error: str) -> HttpResponse:
    if autosaving.by_script(request):
        return autosaving.refused(error)
    return _page(request, found, form, error=error, status=422)


def _page(
    request: HttpRequest, found: RequestReceiver, form: ReflectionForm, *, status: int, **more: object
) -> HttpResponse:
    """One's own words on a page of their own, so that they are never lost."""
    shell = node_shell(access_of(request), found.node, "dialogues")
    context = {**shell, "receiver": found, "asked": found.request, "form": form, "question": form.question, **more}
    return render(request, "dialogues/reflections/row.html", context, status=status)


def _both(
    request: HttpRequest, found: RequestReceiver, form: ReflectionForm, current: ReflectionAnswer
) -> HttpResponse:
    """Both texts, and three ways on: mine, theirs, or one's own put together from both."""
    differing = {"label": form.question, "mine": form.cleaned_data["text"], "theirs": current.text}
    context = autosaving.conflict(current, [differing])
    if autosaving.by_script(request):
        return autosaving.both(request, context)
    mine = autosaving.mine_over(request, current)
    again = ReflectionForm(mine, answer=current, question=form.question)
    return _page(request, found, again, conflict=True, status=409, **context)


@requires(P.REQUEST_ANSWER, P.ANSWER_TALK, node=reading.asked_node)
@require_POST
def comment(request: HttpRequest, receiver_id: UUID, question: int) -> HttpResponse:
    """Say something about a question to colleagues. Words that are refused stay."""
    found, number, form = _reflection(receiver_id, question), question, TalkForm(request.POST)
    if form.is_valid():
        try:
            said = {"text": form.cleaned_data["text"], "by": access_of(request).person}
            reflection_actions.comment(receiver=found, number=number, **said)
        except Refused as refused:
            form.add_error("text", str(refused))
        else:
            return _back(found, number)
    shell = node_shell(access_of(request), found.node, "dialogues")
    context = {**shell, "receiver": found, "asked": found.request, "form": form, "number": number, "comment": True}
    context["question"] = found.request.questions[number - 1]
    return render(request, "dialogues/reflections/row.html", context, status=422)


@requires(P.REQUEST_ANSWER, node=reading.asked_node)
@require_POST
def hand_in(request: HttpRequest, receiver_id: UUID) -> HttpResponse:
    """Hand in what is written."""
    found, form = _reflection(receiver_id), VersionForm(request.POST)
    expected = form.cleaned_data["version"] if form.is_valid() else 0
    done = _("Handed in. %(node)s owes you feedback when it is accepted.") % {"node": found.request.node}
    by = access_of(request).person
    attempt(request, lambda: reflection_actions.hand_in(receiver=found, expected=expected, by=by), done)
    return HttpResponseRedirect(reverse("dialogues:receiver", args=[found.pk]))
