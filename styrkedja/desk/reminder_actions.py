"""Mail that comes by itself: before a date, and a summary each week. It says how much waits, and where; never what.

One mail a person and day, however much is due. What has been put in the mail is remembered (`Told`), so a job that is
begun again after a crash tells nobody twice.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping
from uuid import UUID

from django.urls import reverse

from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.writing import action
from styrkedja.dialogues.leaders import leaders_of
from styrkedja.dialogues.models import AgreedPoint, MeetingState
from styrkedja.dialogues.owing import still_open
from styrkedja.organisation import mailing
from styrkedja.organisation.models import Mail, Person
from styrkedja.plans.initiatives.listing import due_follow_up
from styrkedja.plans.initiatives.queries import follow_up_cycle
from styrkedja.plans.initiatives.transitions import ENDED, RUNNING
from styrkedja.plans.models import FollowUp, Initiative
from styrkedja.wheel.tasks import waiting
from styrkedja.wheel.tasks.waiting import Waiting

from .models import Told

DAYS_BEFORE = (14, 3, 0)
WEEK = dt.timedelta(days=6)
ABOVE = "above"  # the occasion on which somebody has been told of a task that is late below them
COUNTED = ("owes", "late", "owed", "unjudged", "tasks", "tasks_late")
Counted = Mapping[UUID, Counter[str]]


@action
def remind_of_dates(*, day: dt.date, since: dt.date | None = None, by: Person | None) -> int:
    """Remind everybody of what is due in 14 days, in 3 and today, and tell of what has been late for long below them.

    since: the last day it was done, if that is known: what fell on the days between is told now. Returns how many
    mails; run again, it sends none.
    """
    due: dict[UUID, Counter[str]] = defaultdict(Counter)
    ends = _ends(day, since)
    for then, days in ends.items():
        for person_id in _owing_on(then) + _judging_on(then, day) + _agreed_on(then):
            due[person_id][days] += 1
    for one in waiting.ending(ends, day):
        for person in one.people:
            due[person.pk][ends[one.ends]] += 1
    below = _late_below(day)
    for person_id, tasks in below.items():
        due[person_id][ABOVE] = len(tasks)
    people = _told_now(due, occasion=f"due {day}", by=by)
    for person in people:
        words = {f"in_{days}": due[person.pk][str(days)] for days in DAYS_BEFORE}
        _send(person, Mail.REMINDER, "due", {**words, "below": due[person.pk][ABOVE]})
        Told.objects.bulk_create(Told(person=person, about=a, occasion=ABOVE) for a in below.get(person.pk, ()))
    return len(people)


def _ends(day: dt.date, since: dt.date | None) -> dict[dt.date, str]:
    """Last days of what is to be told of today, with which of the reminders it is: of several missed, the last."""
    missed = min((day - since).days, max(DAYS_BEFORE)) if since else 1
    days = [day - dt.timedelta(days=back) for back in range(missed - 1, 0, -1)]
    return {one + dt.timedelta(days=before): str(before) for one in (*days, day) for before in DAYS_BEFORE}


def _late_below(day: dt.date) -> dict[UUID, list[str]]:
    """What each has not been told of before: tasks below them that have been late for as long as the organiser says."""
    late = waiting.told_above(day)
    asked = {person.pk for one in late for person in one.people}
    told = set(Told.objects.filter(occasion=ABOVE, person__in=asked).values_list("person_id", "about"))
    found: dict[UUID, list[str]] = defaultdict(list)
    for one in late:
        for person in one.people:
            if (person.pk, _about(one)) not in told:
                found[person.pk].append(_about(one))
    return dict(found)


def _about(one: Waiting) -> str:
    return f"wheel.task:{one.task.pk}"


def _owing_on(day: dt.date) -> list[UUID]:
    """Who answers for what is owed by that day, once for each thing."""
    owes = list(still_open().filter(due=day).values_list("owes_id", flat=True))
    leaders = leaders_of(owes)
    return [person.pk for node in owes for person in leaders.get(node, [])]


def _agreed_on(day: dt.date) -> list[UUID]:
    """Who is to have done that day what a meeting agreed: the one named, or those who answer for the node."""
    agreed = AgreedPoint.objects.filter(due=day, done_at=None, dropped_at=None)
    points = list(agreed.exclude(meeting__state=MeetingState.CANCELLED).select_related("holder"))
    leaders = leaders_of({point.node_id for point in points})
    return [
        person.pk
        for point in points
        for person in ([point.holder] if point.holder and point.holder.is_active else leaders.get(point.node_id, []))
    ]


def _judging_on(day: dt.date, today: dt.date) -> list[UUID]:
    """Who is to judge an initiative that day, or to follow one up by then."""
    judged = Initiative.objects.filter(state__in=(*RUNNING, *ENDED), evaluation_date=day, holder__isnull=False)
    found = list(judged.values_list("holder_id", flat=True))
    running = list(Initiative.objects.filter(state__in=RUNNING, holder__isnull=False))
    made: dict[UUID, set[str]] = defaultdict(set)
    for initiative_id, cycle in FollowUp.objects.filter(initiative__in=running).values_list("initiative_id", "cycle"):
        made[initiative_id].add(cycle)
    how = follow_up_cycle()
    for one in running:
        due = due_follow_up(one, made[one.pk], today, how)
        if due and due.last_day == day and one.holder_id:
            found.append(one.holder_id)
    return found


@action
def send_digests(*, day: dt.date, by: Person | None) -> int:
    """The week's summary to everybody who owes or is owed something. Returns how many; once a week, however often."""
    year, week, _weekday = day.isocalendar()
    owes: dict[UUID, Counter[str]] = defaultdict(Counter)
    rows = list(still_open().values_list("owes_id", "to_id", "due"))
    leaders = leaders_of({node for debtor, creditor, _due in rows for node in (debtor, creditor)})
    for debtor, creditor, due in rows:
        for person in leaders.get(debtor, []):
            owes[person.pk]["owes"] += 1
            owes[person.pk]["late"] += due < day
        for person in leaders.get(creditor, []):
            owes[person.pk]["owed"] += 1
    unjudged = Initiative.objects.filter(state__in=(*RUNNING, *ENDED), holder__isnull=False, evaluation_date__lt=day)
    for holder in unjudged.values_list("holder_id", flat=True):
        if holder:
            owes[holder]["unjudged"] += 1
    for one in waiting.late_or_ending_by(day + WEEK, day):
        for person in one.people:
            owes[person.pk]["tasks_late" if one.ends < day else "tasks"] += 1
    people = _told_now(owes, occasion=f"{year}-W{week:02d}", by=by)
    for person in people:
        words = {name: owes[person.pk][name] for name in COUNTED}
        _send(person, Mail.DIGEST, "digest", words)
    return len(people)


def _send(person: Person, kind: Mail, template: str, words: Mapping[str, int]) -> None:
    mailing.send(to=person, kind=kind, template=f"desk/email/{template}", words=words, path=reverse("desk:start"))


def _told_now(counted: Counted, *, occasion: str, by: Person | None) -> list[Person]:
    """Those of the people who have not been told on this occasion yet; from now on they have."""
    already = Told.objects.filter(occasion=occasion, about="").values_list("person_id", flat=True)
    people = list(Person.objects.filter(pk__in=set(counted) - set(already), is_active=True).order_by("pk"))
    Told.objects.bulk_create(Told(person=person, about="", occasion=occasion) for person in people)
    if people:
        audit.record(Event.REMINDED, by=by, details={"occasion": occasion, "people": len(people)})
    return people
