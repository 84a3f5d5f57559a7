"""Reading a seminar: one's own notes always, everybody's when their step has been shown. *Var är vi?*

`readable` and `shown` are the only ways to the words of a note: what is not shown yet is left out in the database.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from styrkedja.analyses.models import Analysis, EarlierText
from styrkedja.dialogues.meetings.catalogue import kinds
from styrkedja.dialogues.models import Meeting, SeminarNote, SeminarStep, SeminarUse
from styrkedja.documents.models import DocumentKind, DocumentState
from styrkedja.organisation.models import Node, Person

STEPS = tuple(SeminarStep)
SLUGS = {"se": SeminarStep.SEE, "orsaker": SeminarStep.CAUSES, "prioritera": SeminarStep.PRIORITIES}
WORDS = {step: slug for slug, step in SLUGS.items()}
FOR_ALL = "alla"  # in an address: a note that is about no single unit
OPEN = (DocumentState.DRAFT, DocumentState.RETURNED)

SHOWN = Q()  # notes whose step has been shown, as their meeting stands in the database
for _place, _step in enumerate(STEPS, start=1):
    SHOWN |= Q(step=_step, meeting__revealed__gte=_place)


def is_seminar(meeting: Meeting) -> bool:
    """Its kind works by this method."""
    kind = kinds().get(meeting.kind)
    return kind is not None and kind.method == "seminar"


def number_of(step: str) -> int:
    """1, 2 or 3."""
    return STEPS.index(SeminarStep(step)) + 1


def readable(found: Meeting, person: Person) -> QuerySet[SeminarNote]:
    """What this person may read of a seminar: their own notes, and everybody's of steps that have been shown."""
    own = Q(person=person)
    return SeminarNote.objects.filter(own | SHOWN & ~Q(text=""), meeting=found).select_related("person", "node")


def shown(found: Meeting) -> QuerySet[SeminarNote]:
    """What all who took part may read."""
    return SeminarNote.objects.filter(SHOWN, meeting=found).exclude(text="").select_related("person", "node")


def earlier_texts(notes: Iterable[SeminarNote]) -> dict[UUID, list[EarlierText]]:
    """By note: its words as others have read them before they were changed, the latest first. One query."""
    found: dict[UUID, list[EarlierText]] = {}
    for text in EarlierText.objects.filter(row_id__in=[note.pk for note in notes]):
        found.setdefault(text.row_id, []).append(text)
    return found


def written(found: Meeting) -> dict[str, int]:
    """How many have written something in each step; not who, not what. One query."""
    some = SeminarNote.objects.filter(meeting=found, text__regex=r"\S").values("step")
    return {row["step"]: row["count"] for row in some.annotate(count=Count("person", distinct=True)).order_by()}


# Into an analysis, with the author's consent.


def usable() -> QuerySet[SeminarNote]:
    """Notes whose authors let them be used, of steps that have been shown."""
    return SeminarNote.objects.filter(SHOWN, may_use=True, text__regex=r"\S").select_related(
        "person", "node", "meeting"
    )


def usable_for(node: Node) -> list[SeminarNote]:
    """Those about a node, and those about all of a meeting that concerns it: the latest meeting first, then by step."""
    about = Q(node=node) | Q(node=None, meeting__concerns__node=node)
    rank = {step.value: place for place, step in enumerate(STEPS)}
    found = usable().filter(about).order_by("-meeting__day", "meeting_id", "changed_at").distinct()
    return sorted(found, key=lambda note: (-note.meeting.day.toordinal(), str(note.meeting_id), rank[note.step]))


def open_analyses(node: Node) -> list[Analysis]:
    """The analyses of the node that are being written, the latest period first."""
    found = Analysis.objects.filter(document__node=node, document__kind=DocumentKind.ANALYSIS, document__state__in=OPEN)
    return list(found.select_related("document__node").order_by("-document__period"))


def uses_of(notes: Iterable[SeminarNote]) -> dict[UUID, list[SeminarUse]]:
    """By note: where it was taken in. One query."""
    found: dict[UUID, list[SeminarUse]] = {}
    for use in SeminarUse.objects.filter(note__in=[note.pk for note in notes]).order_by("made_at"):
        found.setdefault(use.note_id, []).append(use)
    return found
