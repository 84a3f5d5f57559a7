"""A reflection being written: its answers saved as one types, talked over, and handed in as one answer.

Rows are locked as in `actions`: the receiver first, so that no save comes after it was handed in; the trail last.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.analyses.models import EarlierText
from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.writing import action, save_version
from styrkedja.dialogues.models import ReflectionAnswer, ReflectionComment, RequestReceiver, Submission
from styrkedja.dialogues.requests.answer_actions import answer_in_words
from styrkedja.dialogues.requests.asking_actions import locked
from styrkedja.dialogues.requests.transitions import TRANSITIONS, Move
from styrkedja.organisation.models import Person

WRITTEN_IN_STATES = TRANSITIONS[Move.SUBMIT].sources


@action
def save_answer(
    *, receiver: RequestReceiver, number: int, text: str, expected: int, by: Person | None
) -> ReflectionAnswer:
    """Write the answer to a question, if it still stands at version `expected`.

    The same words again are no change, whatever the version. Raises Conflict with the answer as it stands now when
    somebody else was first, Refused when it is handed in.
    """
    row = _open(receiver)
    stored = ReflectionAnswer.objects.select_related("changed_by").get(receiver=row, number=number)
    if stored.text == text:
        return stored
    if stored.version != expected:
        raise Conflict(stored)
    if stored.text and stored.changed_by_id != getattr(by, "pk", None):  # another's words are kept
        by_whom = {"by": stored.changed_by, "at": stored.changed_at}
        EarlierText.objects.create(row_id=stored.pk, version=stored.version, fields={"text": stored.text}, **by_whom)
    save_version(stored, expected=expected, fields={"text": text, "changed_by": by, "changed_at": timezone.now()})
    details = {"question": number, "version": stored.version}
    audit.record(Event.ANSWER_WRITTEN, by=by, node=row.node, about=row, details=details)
    return stored


def _open(receiver: RequestReceiver) -> RequestReceiver:
    (row,) = locked([receiver.pk])
    if row.state not in WRITTEN_IN_STATES:
        raise Refused(_("It has been handed in and can no longer be changed. Your text has not been saved."))
    return row


@action
def comment(*, receiver: RequestReceiver, number: int, text: str, by: Person | None) -> ReflectionComment:
    """Say something about a question, to colleagues. Raises Refused without words, or when it is handed in."""
    if not text.strip():
        raise Refused(_("Write something before you send it."))
    row = _open(receiver)
    if number not in range(1, len(row.request.questions) + 1):
        raise Refused(_("There is no such question."))
    said = ReflectionComment.objects.create(receiver=row, number=number, text=text, made_by=by)
    audit.record(
        Event.ANSWER_WRITTEN, by=by, node=row.node, about=row, details={"question": number, "comment": said.pk}
    )
    return said


@action
def hand_in(*, receiver: RequestReceiver, expected: int, by: Person | None) -> Submission:
    """Hand in what is written, as one answer. Raises Refused where nothing is written on a question, Conflict."""
    row = _open(receiver)
    texts = list(ReflectionAnswer.objects.filter(receiver=row).order_by("number").values_list("text", flat=True))
    if missing := [str(n) for n, text in enumerate(texts, start=1) if not text.strip()]:
        told = {"numbers": ", ".join(missing)}
        raise Refused(_("Nothing is written on question %(numbers)s. Write, or say that you do not know yet.") % told)
    return answer_in_words(receiver=row, text=in_one(row.request.questions, texts), expected=expected, by=by)


def in_one(questions: Sequence[str], texts: Sequence[str]) -> str:
    """Each question followed by its answer, as it is handed in and read."""
    pairs = zip(questions, texts, strict=True)
    return "\n\n".join(f"{number}. {q.strip()}\n{text.strip()}" for number, (q, text) in enumerate(pairs, start=1))
