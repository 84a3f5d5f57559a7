"""The asker's pages: a node's dialogues, a new request, its receivers, an answer and the feedback on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from styrkedja.access.gate import Access, access_of, requires, visible_node
from styrkedja.access.permissions import Permission as P
from styrkedja.access.views.saving import saved
from styrkedja.dialogues.leaders import led
from styrkedja.dialogues.models import Obligation, ObligationKind, ReceiverState, Request, RequestReceiver
from styrkedja.dialogues.owing import CLASSES, owed_to
from styrkedja.dialogues.pressing import attempt, expected, tell_reminded
from styrkedja.dialogues.requests import answer_actions, asking_actions, handed_in, reading, reminder_actions
from styrkedja.dialogues.requests.forms import (
    TIME_AGAIN,
    FeedbackForm,
    Places,
    PostponeForm,
    ReleaseForm,
    ReplyForm,
    RequestForm,
    ReturnForm,
    SharedFeedbackForm,
)
from styrkedja.organisation.shell import node_shell

READERS = (P.DIALOGUE_READ, P.REQUEST_ANSWER, P.REQUEST_MAKE)


@requires(*READERS, any_day=True)
@require_GET
def node(request: HttpRequest, node_id: UUID) -> HttpResponse:  # noqa: ARG001 - the gate has found the node
    """What the node owes and is owed, what it has asked and been asked."""
    access, here = access_of(request), request.node  # type: ignore[attr-defined]
    context = {**node_shell(access, here, "dialogues"), **reading.node_page(access, here), "classes": CLASSES}
    return render(request, "dialogues/requests/node.html", context)


@requires(P.REQUEST_MAKE)
def ask(request: HttpRequest, node_id: UUID) -> HttpResponse:
    """Make a request: what, of whom, what for, by when."""
    access = access_of(request)
    here = access.tree.nodes[node_id]
    may_ask = access.nodes_for(P.REQUEST_MAKE)
    below = [n for n in access.tree.descendants(node_id) if n.pk in may_ask]
    answered_for = led([n.pk for n in below])
    sent, again = (
        request.POST if request.method == "POST" else None,
        reading.asked_again(here, request.GET.get("som", "")),
    )
    form = RequestForm(sent, places=Places(below, answered_for), initial=again)
    made: list[Request] = []
    if form.is_valid() and saved(
        form,
        lambda: made.append(
            asking_actions.send_request(node=here, receivers=form.receivers(), by=access.person, **form.asked())
        ),
    ):
        _tell_sent(request, [n.name for n in form.receivers() if n.pk not in answered_for], len(form.receivers()))
        return redirect("dialogues:request", made[0].pk)
    context = {**node_shell(access, here, "dialogues"), "form": form, "nobody_below": not form.places.nodes}
    context["open_questions"] = bool(again) or bool(form.errors)
    return render(request, "dialogues/requests/ask.html", context)


def _tell_sent(request: HttpRequest, unled: list[str], count: int) -> None:
    said = ngettext("The request is sent to %(count)s place.", "The request is sent to %(count)s places.", count)
    messages.success(request, said % {"count": count})
    if unled:
        told = _("Nobody answers today at %(nodes)s. The request stands there and waits for whoever comes.")
        messages.warning(request, told % {"nodes": asking_actions.some(unled)})


@requires(P.DIALOGUE_READ, P.REQUEST_MAKE, node=reading.asker_of, any_day=True)
@require_GET
def show(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """A request: every receiver and how far it has come, the late ones first."""
    access, found = access_of(request), reading.request(request_id)
    lines = reading.lines(access, found)
    context = {
        **node_shell(access, found.node, "dialogues"),
        "asked": found,
        "lines": lines,
        "counts": {state.value: sum(one.receiver.state == state for one in lines) for state in ReceiverState},
        "late": sum(bool(one.owed and one.owed.is_late) for one in lines),
        "unled": asking_actions.some([one.receiver.node.name for one in lines if one.unled]),
        "may_ask": access.can(P.REQUEST_MAKE, found.node),
        "postpone_form": PostponeForm(initial={"version": found.version, "due": found.due}),
    }
    return render(request, "dialogues/requests/request.html", context)


@requires(P.REQUEST_MAKE, node=reading.asker_of)
@require_POST
def remind(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """One of the receivers (`owed`), or all that are late."""
    found = reading.request(request_id)
    wanted = request.POST.get("owed", "")
    every = owed_to([found.node_id], found)
    held = reading.seen(access_of(request), {o.receiver_node for o in every})
    owed = [o for o in every if o.receiver_node in held]
    chosen = [o.id for o in owed if (str(o.id) == wanted if wanted else o.is_late)]
    tell_reminded(request, reminder_actions.remind(obligations=chosen, by=access_of(request).person))
    return redirect("dialogues:request", found.pk)


@requires(P.REQUEST_MAKE, node=reading.asker_of)
@require_POST
def accept(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Accept the chosen answers: `chosen` is "receiver:version", as they stood on the page."""
    found = reading.request(request_id)
    chosen = _chosen(request, found)
    if not chosen:
        messages.error(request, _("Choose the answers to accept."))
        return redirect("dialogues:request", found.pk)
    done = ngettext("%(count)s answer is accepted.", "%(count)s answers are accepted.", len(chosen))
    done = f"{done % {'count': len(chosen)}} {_promise(found)}"
    attempt(request, lambda: asking_actions.accept(receivers=chosen, by=access_of(request).person), done)
    return redirect("dialogues:request", found.pk)


def _promise(found: Request) -> str:
    said = ngettext(
        "You owe feedback within %(days)s day.", "You owe feedback within %(days)s days.", found.answer_within
    )
    return said % {"days": found.answer_within}


def _chosen(request: HttpRequest, found: Request) -> dict[UUID, int]:
    """The receivers of this request among those sent, with the version each was read in."""
    rows = list(found.receivers.values_list("pk", "node"))
    held = reading.seen(access_of(request), {node for _pk, node in rows})
    of_request = {str(pk): pk for pk, node in rows if node in held}
    pairs = (text.partition(":")[::2] for text in request.POST.getlist("chosen"))
    return {
        of_request[i]: int(v) for i, v in pairs if i in of_request and v.isascii() and v.isdecimal() and len(v) < 10
    }


@requires(P.REQUEST_MAKE, node=reading.asker_of)
@require_POST
def postpone(request: HttpRequest, request_id: UUID) -> HttpResponse:
    found, form = reading.request(request_id), PostponeForm(request.POST)
    if not form.is_valid():
        for said in form.errors.values():
            messages.error(request, str(said[0]))
        return redirect("dialogues:request", found.pk)
    due, version = form.cleaned_data["due"], form.cleaned_data["version"]
    done = _("The due date is moved, also for what is owed already.")
    by = access_of(request).person
    attempt(request, lambda: asking_actions.postpone(request=found, due=due, expected=version, by=by), done)
    return redirect("dialogues:request", found.pk)


@requires(P.REQUEST_MAKE, node=reading.asker_of)
@require_POST
def close(request: HttpRequest, request_id: UUID) -> HttpResponse:
    found, by = reading.request(request_id), access_of(request).person
    done = _("The request is closed. Everyone who answered has had feedback.")
    attempt(request, lambda: asking_actions.close(request=found, expected=expected(request), by=by), done)
    return redirect("dialogues:request", found.pk)


@requires(P.REQUEST_MAKE, node=reading.asker_of)
def feedback_to_many(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """One text, each its own: those whose answer is accepted, chosen beforehand those without any feedback."""
    access, found = access_of(request), reading.request(request_id)
    accepted = [one for one in reading.lines(access, found) if one.receiver.state == ReceiverState.ACCEPTED]
    choices = [(str(one.receiver.pk), _choice(one)) for one in accepted]
    initial = {"receivers": [str(one.receiver.pk) for one in accepted if not one.given]}
    data = request.POST if request.method == "POST" else None
    form = SharedFeedbackForm(data, receivers=choices, initial=initial)
    if form.is_valid():
        ids = [UUID(one) for one in form.cleaned_data["receivers"]]
        if saved(form, lambda: answer_actions.give_feedback(receivers=ids, by=access.person, **form.said())):
            said = ngettext("%(count)s place has its feedback.", "%(count)s places have their feedback.", len(ids))
            messages.success(request, said % {"count": len(ids)})
            return redirect("dialogues:request", found.pk)
    context = {**node_shell(access, found.node, "dialogues"), "asked": found, "form": form, "accepted": accepted}
    return render(request, "dialogues/requests/feedback.html", context)


def _choice(one: reading.Line) -> str:
    name = one.receiver.node.name
    return _("%(node)s (has feedback already)") % {"node": name} if one.given else name


def _found(request: HttpRequest, answer_id: UUID) -> RequestReceiver:
    """The receiver, if the person may see it too. Raises as the gate does."""
    found = reading.receiver(answer_id)
    visible_node(access_of(request), found.node_id, reading.BELOW, any_day=True)
    return found


# --- One answer -------------------------------------------------------------------------------------------------------


@requires(P.DIALOGUE_READ, P.REQUEST_MAKE, node=reading.asking_node, any_day=True)
@require_GET
def answer(request: HttpRequest, answer_id: UUID) -> HttpResponse:
    """What a receiver handed in, and everything said since."""
    return _answer(request, _found(request, answer_id))


def _answer(request: HttpRequest, found: RequestReceiver, **filled: Any) -> HttpResponse:
    access = access_of(request)
    dialogue = reading.Dialogue(found, access)
    latest = dialogue.latest
    version = latest.document if latest else None
    versioned = {"version": found.version}
    context = {
        **node_shell(access, found.request.node, "dialogues"),
        **_shared(access, dialogue),
        "side": "asker",
        "may_ask": access.can(P.REQUEST_MAKE, found.request.node),
        "feedback_form": FeedbackForm(sections=handed_in.sections(version), initial=_asked_about(request)),
        "return_form": ReturnForm(initial={**versioned, "due": timezone.localdate() + TIME_AGAIN}, auto_id="return-%s"),
        "release_form": ReleaseForm(initial=versioned, auto_id="release-%s"),
        **filled,
    }
    return render(request, "dialogues/requests/answer.html", context)


def _asked_about(request: HttpRequest) -> dict[str, str]:
    return {"section": request.GET.get("del", "")}


def _shared(access: Access, dialogue: reading.Dialogue) -> dict[str, Any]:
    found, latest = dialogue.receiver, dialogue.latest
    return {
        "receiver": found,
        "asked": found.request,
        "dialogue": dialogue,
        "latest": latest,
        "figures": handed_in.figures_shown(access, latest),
        "unled": found.node_id not in led([found.node_id]),
    }


@requires(P.REQUEST_MAKE, node=reading.asking_node)
@require_POST
def accept_one(request: HttpRequest, answer_id: UUID) -> HttpResponse:
    found, by = _found(request, answer_id), access_of(request).person
    done = f"{_('The answer is accepted.')} {_promise(found.request)}"
    attempt(request, lambda: asking_actions.accept(receivers={found.pk: expected(request)}, by=by), done)
    return redirect("dialogues:answer", found.pk)


@requires(P.REQUEST_MAKE, node=reading.asking_node)
@require_POST
def return_answer(request: HttpRequest, answer_id: UUID) -> HttpResponse:
    found, by = _found(request, answer_id), access_of(request).person
    form = ReturnForm(request.POST, auto_id="return-%s")
    if form.is_valid():
        said = form.cleaned_data
        if saved(
            form,
            lambda: asking_actions.return_answer(
                receiver=found, reason=said["reason"], due=said["due"], expected=said["version"], by=by
            ),
        ):
            messages.success(request, _("The answer is returned, with your reason."))
            return redirect("dialogues:answer", found.pk)
    return _answer(request, found, form=form, return_form=form)


@requires(P.REQUEST_MAKE, node=reading.asking_node)
@require_POST
def release(request: HttpRequest, answer_id: UUID) -> HttpResponse:
    found, by = _found(request, answer_id), access_of(request).person
    form = ReleaseForm(request.POST, auto_id="release-%s")
    if form.is_valid():
        said = form.cleaned_data
        if saved(
            form,
            lambda: asking_actions.release(receiver=found, reason=said["reason"], expected=said["version"], by=by),
        ):
            messages.success(request, _("The place is released; the reason stands with the request."))
            return redirect("dialogues:request", found.request_id)
    return _answer(request, found, form=form, release_form=form)


@requires(P.REQUEST_MAKE, node=reading.asking_node)
@require_POST
def feedback(request: HttpRequest, answer_id: UUID) -> HttpResponse:
    """On the whole or on a part; as many times as one likes."""
    found, by = _found(request, answer_id), access_of(request).person
    latest = reading.Dialogue(found, access_of(request)).latest
    form = FeedbackForm(request.POST, sections=handed_in.sections(latest.document if latest else None))
    if form.is_valid() and saved(
        form, lambda: answer_actions.give_feedback(receivers=[found.pk], by=by, **form.said())
    ):
        messages.success(request, _("The feedback is given. The one who answered is told."))
        return redirect("dialogues:answer", found.pk)
    return _answer(request, found, form=form, feedback_form=form)


@requires(P.REQUEST_MAKE, node=reading.asking_node)
@require_POST
def reply(request: HttpRequest, answer_id: UUID) -> HttpResponse:
    """Answer what the receiver asked back."""
    found = _found(request, answer_id)
    return reply_to(request, found, found.obligations.exclude(acknowledgement=None), "dialogues:answer", _answer)


def reply_to(request: HttpRequest, found: RequestReceiver, owed: Any, view: str, page: Any) -> HttpResponse:
    """Reply to one of the questions `owed` (obligations of this side); otherwise back to the page."""
    form, by = ReplyForm(request.POST), access_of(request).person
    if form.is_valid():
        asked: Obligation | None = owed.filter(kind=ObligationKind.REPLY, pk=form.cleaned_data["obligation"]).first()
        if asked is None:
            messages.error(request, _("There is no such question to reply to."))
            return redirect(view, found.pk)
        if saved(form, lambda: answer_actions.reply(obligation=asked, text=form.cleaned_data["text"], by=by)):
            messages.success(request, _("Your reply is saved, and can be read by the one who asked."))
            return redirect(view, found.pk)
    answer: HttpResponse = page(request, found, form=form, reply_form=form)
    return answer


@requires(P.REQUEST_MAKE, node=reading.asking_node)
@require_POST
def remind_one(request: HttpRequest, answer_id: UUID) -> HttpResponse:
    """Of everything this receiver owes."""
    found = _found(request, answer_id)
    owed = [o.id for o in owed_to([found.request.node_id], found.request) if o.receiver_id == found.pk]
    tell_reminded(request, reminder_actions.remind(obligations=owed, by=access_of(request).person))
    return redirect("dialogues:answer", found.pk)
