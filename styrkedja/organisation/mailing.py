"""Mail to people: a job in the transaction of what it tells of, so it leaves if and only if that happened.

A mail says that something waits and links to it; what it is about is read behind the login (trust.md §4: content
does not leave by mail). It is worded when it leaves: to the address, in the language and by the choice of that moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from procrastinate.contrib.django import app

from .models import Mail, Person

SEND = "organisation.send"  # name of the task in `organisation.tasks`


@dataclass(frozen=True)
class Letter:
    """To whom, the page it links to, and the words of its own (names of nodes, dates; never what somebody wrote)."""

    to: Person
    path: str
    words: Mapping[str, Any]


def send(*, to: Person, kind: Mail, template: str, path: str, words: Mapping[str, Any] | None = None) -> None:
    """Put a mail in the queue; call it inside the action it tells of.

    template: "dialogues/email/reminder", of which `_subject.txt` and `.txt` are rendered with `words` and `link`, the
    whole address of `path`.
    """
    send_each(kind=kind, template=template, letters=[Letter(to, path, words or {})])


def send_each(*, kind: Mail, template: str, letters: Iterable[Letter]) -> None:
    """As `send`, to many: one query however many they are."""
    jobs: list[dict[str, Any]] = [
        {
            "person": str(one.to.pk),
            "kind": kind.value,
            "template": template,
            "words": {name: str(word) for name, word in one.words.items()},
            "path": one.path,
            "message_id": str(uuid4()),
        }
        for one in letters
    ]
    if jobs:
        app.configure_task(SEND, queue="mail").batch_defer(*jobs)


def message(to: Person, template: str, words: Mapping[str, str], path: str, message_id: str) -> EmailMessage:
    """Sent twice it is one message: its id is that of the job."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    with translation.override(to.language):
        context = {**words, "name": to.name, "link": settings.PUBLIC_ADDRESS + path}
        return EmailMessage(
            subject=" ".join(render_to_string(f"{template}_subject.txt", context).split()),
            body=render_to_string(f"{template}.txt", context),
            to=[to.email],
            headers={"Message-ID": f"<{message_id}@{domain}>"},
        )
