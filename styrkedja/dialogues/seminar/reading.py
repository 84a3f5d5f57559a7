"""The pages of a seminar put together: the step one writes in, what has been shown, what a unit may take in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.analyses import areas
from styrkedja.analyses.editing import area_choices
from styrkedja.analyses.models import EarlierText
from styrkedja.core.guidance import guidance
from styrkedja.core.sorting import swedish_key
from styrkedja.dialogues.meetings import queries as meetings
from styrkedja.dialogues.meetings.transitions import WRITTEN_IN
from styrkedja.dialogues.models import Meeting, MeetingPerson, SeminarNote, SeminarStep, SeminarUse
from styrkedja.organisation.models import Node, Person

from . import queries
from .forms import NoteForm, TakeInForm
from .queries import FOR_ALL, STEPS, WORDS

OPEN_AT_ONCE = 3  # units whose fields stand open; with more, one unfolds those one has something to say about


@dataclass
class Place:
    """A unit of the seminar, or all of them (node None): one's own note about it, and everybody's once shown, each
    with its earlier words that others have read."""

    node: Node | None
    own: NoteForm
    notes: list[tuple[SeminarNote, list[EarlierText]]] = field(default_factory=list)
    open: bool = True

    @property
    def about(self) -> str:
        return str(self.node.pk) if self.node else FOR_ALL

    @property
    def name(self) -> str:
        return self.node.name if self.node else _("All together")


def chosen_step(found: Meeting, slug: str) -> SeminarStep:
    """The step an address names; else the one being written in, which is the first not shown."""
    return queries.SLUGS.get(slug) or STEPS[min(found.revealed, len(STEPS) - 1)]


def page(access: Access, found: Meeting, slug: str) -> dict[str, Any]:
    """A step of the seminar as this person may see it. A fixed number of queries."""
    step = chosen_step(found, slug)
    counts = queries.written(found)
    called = MeetingPerson.objects.filter(meeting=found).count()
    number, ours = queries.number_of(step), called_for(found, access.person)
    listed = places(found, access.person, step, ours)
    return {
        "step": step,
        "step_word": WORDS[step],
        "steps": [_head(found, one, counts, step) for one in STEPS],
        "shown": found.revealed >= number,
        "may_show": found.revealed == number - 1 and found.state in WRITTEN_IN,
        "too_early": found.revealed < number - 1,
        "writing": found.state in WRITTEN_IN,
        "written": counts.get(step, 0),
        "called": called,
        "places": listed,
        "ours": ours,
        "into": [one.node for one in listed if one.node and access.can(P.ANALYSIS_WRITE, one.node)],
        "questions": guidance(f"seminarium-{WORDS[step]}"),
    }


def _head(found: Meeting, step: SeminarStep, counts: dict[str, int], current: SeminarStep) -> dict[str, Any]:
    number = queries.number_of(step)
    return {
        "number": number,
        "word": WORDS[step],
        "label": step.label,
        "shown": found.revealed >= number,
        "current": step == current,
        "written": counts.get(step, 0),
    }


def called_for(found: Meeting, person: Person) -> set[UUID]:
    """The places somebody was called for."""
    rows = MeetingPerson.objects.filter(meeting=found, person=person, node__isnull=False)
    return set(rows.values_list("node", flat=True))  # type: ignore[arg-type]


def places(found: Meeting, person: Person, step: SeminarStep, ours: Collection[UUID]) -> list[Place]:
    """What can be written about: all together, then each unit by name; one's own unit first. Four queries."""
    notes = list(queries.readable(found, person).filter(step=step).order_by("changed_at"))
    own = {note.node_id: note for note in notes if note.person_id == person.pk}
    units = {node.pk: node for node in meetings.concerned(found)}
    units |= {note.node_id: note.node for note in notes if note.node_id and note.node}
    listed = sorted(units.values(), key=lambda node: (node.pk not in ours, swedish_key(node.name)))
    writing = found.state in WRITTEN_IN
    made = [Place(node, _form(found, person, step, node, own, writing)) for node in (None, *listed)]
    shown = found.revealed >= queries.number_of(step)
    of_place: dict[UUID | None, list[tuple[SeminarNote, list[EarlierText]]]] = defaultdict(list)
    kept = queries.earlier_texts(notes) if shown else {}
    for note in notes if shown else ():
        if note.text.strip():
            of_place[note.node_id].append((note, kept.get(note.pk, [])))
    for one in made:
        one.notes = of_place[one.node.pk if one.node else None]
        mine = one.node is None or one.node.pk in ours
        one.open = mine or len(listed) <= OPEN_AT_ONCE or bool(one.own.note.text.strip())
    return made


def _form(
    found: Meeting,
    person: Person,
    step: SeminarStep,
    node: Node | None,
    own: dict[UUID | None, SeminarNote],
    writing: bool,
) -> NoteForm:
    note = own.get(node.pk if node else None) or empty(found, person, step, node)
    return NoteForm(note=note, label=node.name if node else _("About all of them"), open=writing)


def empty(found: Meeting, person: Person, step: str, node: Node | None) -> SeminarNote:
    """A note nobody has written yet."""
    return SeminarNote(meeting=found, person=person, step=step, node=node, version=0)


# What a unit may take into its analysis.


@dataclass
class Offered:
    """A note that may be used: where it was taken in already, and the form that takes it in."""

    note: SeminarNote
    uses: list[SeminarUse]
    form: TakeInForm | None


def offered(access: Access, node: Node, data: Any = None, chosen: str = "") -> dict[str, Any]:
    """What a node's analysis can be given. A fixed number of queries. chosen: the note whose form was sent."""
    notes, analyses = queries.usable_for(node), queries.open_analyses(node)
    uses = queries.uses_of(notes)
    known = {one.pk for one in analyses}
    choices = area_choices(areas.of_node(node, analyses[0].period, access.tree)) if analyses else []
    listed = []
    for note in notes:
        used = [use for use in uses.get(note.pk, []) if use.analysis in known]
        free = [one for one in analyses if one.pk not in {use.analysis for use in used}]
        sent = data if str(note.pk) == chosen else None
        form = TakeInForm(sent, note=note, analyses=free, areas=choices) if free else None
        listed.append(Offered(note, used, form))
    return {"offered": listed, "analyses": analyses}
