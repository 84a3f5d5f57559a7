"""What the tests of seminars do: call one, write alone, show a step; all through actions."""

from __future__ import annotations

from styrkedja.dialogues.models import Meeting, SeminarNote
from styrkedja.dialogues.seminar import actions
from tests.dialogues import meeting as m

PEOPLE = ("quality", "principal", "principal_ek")


def called(world, *, people=PEOPLE, concerns=None, **said) -> Meeting:
    """A seminar of the council about Björkskolan and Ekskolan."""
    concerns = concerns or [world.bjork, world.ek]
    return m.called(world, "analysseminarium", concerns=concerns, people=people, **said)


def write(world, meeting, text, *, who="principal", step="see", node=None, may_use=False, expected=None) -> SeminarNote:
    by = world.person(who)
    stored = SeminarNote.objects.filter(meeting=meeting, person=by, step=step, node=node).first()
    version = (stored.version if stored else 0) if expected is None else expected
    said = {"text": text, "may_use": may_use, "expected": version}
    return actions.write(meeting=m.fresh(meeting), step=step, node=node, by=by, **said)


def show(world, meeting, step="see", who="quality") -> Meeting:
    return actions.reveal(meeting=m.fresh(meeting), step=step, by=world.person(who))
