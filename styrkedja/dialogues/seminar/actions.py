"""What happens in a seminar: each writes alone, the leader shows a step to all, a note is taken into an analysis.

Rows are locked in this order: the meeting, the note, the analysis' document; the trail last.
"""

from __future__ import annotations

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from styrkedja.analyses import row_actions
from styrkedja.analyses.models import Analysis, Cause, EarlierText, Finding, Need, Row
from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.words import WRITTEN_IN as LANGUAGE
from styrkedja.core.writing import action, save_version, unless_taken
from styrkedja.dialogues.meetings.transitions import WRITTEN_IN
from styrkedja.dialogues.models import Meeting, SeminarNote, SeminarStep, SeminarUse
from styrkedja.organisation.models import Node, Person

from . import queries

TAKEN_AS: dict[str, type[Row]] = {
    SeminarStep.SEE: Finding,
    SeminarStep.CAUSES: Cause,
    SeminarStep.PRIORITIES: Need,
}
KINDS = tuple(kind.slug for kind in TAKEN_AS.values())


@action
def write(
    *, meeting: Meeting, step: str, node: Node | None, text: str, may_use: bool, expected: int, by: Person
) -> SeminarNote:
    """Write one's own note of a step, about a unit or about all. expected: 0 where there is none yet.

    The same again is no change. Raises Conflict with the note as it stands where one has written elsewhere meanwhile,
    Refused before the call and after the end; whether it may be used can be changed for ever. Words that others have
    read are kept as they were (`_keep`).
    """
    held = _locked(meeting)
    stored = SeminarNote.objects.filter(meeting=held, person=by, node=node, step=step).first()
    standing = (stored.text, stored.may_use) if stored else ("", False)
    if standing == (text, may_use):
        return stored or SeminarNote(meeting=held, person=by, node=node, step=step, version=0)
    if text != standing[0] and held.state not in WRITTEN_IN:
        raise Refused(_("The seminar is over, and nothing more is written in it. Your text has not been saved."))
    if stored is not None and stored.version != expected:
        raise Conflict(stored)
    if stored is None:
        stored = SeminarNote(meeting=held, person=by, node=node, step=step, text=text, may_use=may_use, changed_by=by)
        stored.save(force_insert=True)
    else:
        fields = {"text": text, "may_use": may_use, "changed_by": by, "changed_at": timezone.now()}
        if held.revealed >= queries.number_of(step) and text != stored.text:
            _keep(stored)
        save_version(stored, expected=expected, fields=fields)
    audit.record(Event.SEMINAR_NOTED, by=by, node=held.node, about=held, details={"note": stored.pk, "step": step})
    return stored


def _keep(stored: SeminarNote) -> None:
    """Words as others have read them: as they were shown, and since then the last of each spell of writing."""
    writing = stored.late and timezone.now() - stored.changed_at < row_actions.SPELL
    if stored.text.strip() and not writing:
        kept = {"text": stored.text}
        EarlierText.objects.create(
            row_id=stored.pk, version=stored.version, fields=kept, by=stored.changed_by, at=stored.changed_at
        )


def _locked(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_for_update(no_key=True, of=("self",)).select_related("node").get(pk=meeting.pk)


@action
def reveal(*, meeting: Meeting, step: str, by: Person | None) -> Meeting:
    """Show a step to all who take part; it cannot be hidden again. Pressed twice it is shown once.

    Raises Refused for a step whose turn has not come, and when the seminar is not going on.
    """
    held, number = _locked(meeting), queries.number_of(step)
    if held.revealed >= number:
        return held
    if held.state not in WRITTEN_IN:
        raise Refused(_("The seminar is not going on, so nothing can be shown."))
    if held.revealed != number - 1:
        raise Refused(_("Show the step before it first."))
    fields = {"revealed": number, "changed_by": by, "changed_at": timezone.now()}
    save_version(held, expected=held.version, fields=fields)
    audit.record(Event.SEMINAR_REVEALED, by=by, node=held.node, about=held, details={"step": step})
    return held


@action
def take_in(*, note: SeminarNote, analysis: Analysis, slug: str, area: str, by: Person | None) -> Row:
    """Take a note into a draft as a result (under a goal area), a cause or a need, with whose it is and from where.

    Raises Refused where its author has not let it be used, it is about another place, it is in the analysis already,
    or the analysis is no draft.
    """
    found = SeminarNote.objects.select_for_update(no_key=True, of=("self",)).get(pk=note.pk)
    if not queries.usable().filter(pk=found.pk).exists():
        raise Refused(_("Its author has not said that it may be used."))
    if found.pk not in {one.pk for one in queries.usable_for(analysis.node)}:
        raise Refused(_("It is about another place."))
    if slug not in KINDS or (slug == Finding.slug and not area):
        raise Refused(_("Choose what it is taken in as: a result under a goal area, a cause or a need."))
    row = row_actions.add_row(analysis=analysis, slug=slug, area=area, by=by)
    words = f"{found.text.strip()}\n\n{_origin(found)}"
    fields = {**row_actions.written(row), "text": words}
    row = row_actions.save_row(row=row, expected=row.version, fields=fields, by=by)
    with unless_taken(_("It has already been taken into this analysis."), "seminar_note_used_once"):
        SeminarUse.objects.create(note=found, analysis=analysis.pk, row=row.pk, made_by=by)
    details = {"note": found.pk, "analysis": analysis.pk, "row": f"{row.slug}:{row.pk}"}
    audit.record(Event.SEMINAR_USED, by=by, node=analysis.node, about=found.meeting, details=details)
    return row


def _origin(note: SeminarNote) -> str:
    """Whose it is and from where, as it stands in the row: in the language analyses are written in."""
    with translation.override(LANGUAGE):
        day = date_format(note.meeting.day, "j F Y")
        said = {"author": note.person.name, "meeting": note.meeting.title, "day": day}
        return _("From %(author)s, %(meeting)s, %(day)s") % said
