"""A move of a document, asked once on a page of its own: what happens, and what the move needs to know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from styrkedja.access.gate import access_of
from styrkedja.core.errors import Conflict, Refused
from styrkedja.organisation.models import Node
from styrkedja.organisation.shell import node_shell

from .forms import MoveForm


@dataclass(frozen=True)
class Asked:
    """The heading, the question, what happens, the button's word, and what is said afterwards."""

    heading: str
    question: str
    text: str
    action: str
    done: str
    danger: bool = False


@dataclass(frozen=True)
class Around:
    """Where the page stands: its node, which of the node's pages it belongs to, and the addresses it leads to."""

    node: Node
    current: str
    back: str
    then: str = ""  # after the move; empty: back


def ask(
    request: HttpRequest, around: Around, asked: Asked, form: MoveForm, act: Callable[[dict[str, Any]], object]
) -> HttpResponse:
    """Show the question, or make the move with what the form says; who is too late is told, and reads what stands."""
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except Conflict:
            messages.warning(request, _("Somebody else was first. Look at how it stands now."))
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, asked.done)
            return redirect(around.then or around.back)
        return redirect(around.back)
    context = {
        **node_shell(access_of(request), around.node, around.current),
        "heading": asked.heading,
        "question": asked.question,
        "text": asked.text,
        "action": asked.action,
        "danger": asked.danger,
        "form": form,
        "cancel_href": around.back,
    }
    return render(request, "documents/move.html", context)
