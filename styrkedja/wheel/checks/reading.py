"""What shows each of many tasks done: two queries, however many they are and whatever shows them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any, Protocol
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import get_language, override

from styrkedja.core import periods
from styrkedja.wheel.entries import Done
from styrkedja.wheel.models import Activity, AnnualCycle, CycleState, DoneCheck, Task

from . import decisions, documents, following_up, goals, imports, meetings, requests, ticks
from .showing import AFTER, BEFORE, COLUMNS, Asked, Evidence, Row, Shown, Wanted, Window, by_day, window


class Source(Protocol):
    """A module that knows one kind of evidence: how it is asked for, what it fits, and how it is told."""

    def select(self, asked: Asked, /) -> list[str]:
        """Statements whose columns are those of `Row`."""

    def fits(self, one: Window, of: list[Any], /) -> bool: ...

    def evidence(self, row: Row, /) -> Evidence: ...


SOURCES: dict[str, Source] = {
    DoneCheck.DOCUMENT: documents,
    DoneCheck.REQUEST: requests,
    DoneCheck.IMPORT: imports,
    DoneCheck.MEETING: meetings,
    DoneCheck.DECISION: decisions,
    DoneCheck.GOALS: goals,
    DoneCheck.TICK: ticks,
}
SOURCE: dict[str, str] = {DoneCheck.PUBLICATION: DoneCheck.DOCUMENT}  # read together with


def done_of(tasks: Collection[Task], today: dt.date | None = None) -> dict[UUID, Done]:
    """What showed each task done, by its id; those that are not are left out. Of closed years, what was kept then.

    `activity` and its `cycle` should come with the tasks (`select_related`).
    """
    found = {pk: said(one) for pk, one in evidence_of(tasks, today).items()}
    return {**found, **{one.pk: kept(one) for one in tasks if one.outcome == "done"}}


def said(evidence: Evidence) -> Done:
    """In the reader's language."""
    return Done(words=evidence.words(), by=evidence.by, on=evidence.on, url=evidence.url())


def kept(task: Task) -> Done:
    """What showed a task of a closed year done, as it was written down then."""
    how = task.how
    swedish = (get_language() or "sv").startswith("sv")
    words = how.get("words_sv" if swedish else "words_en") or how.get("words_sv", "")
    at = parse_date(str(how.get("at", ""))[:10]) or timezone.localdate(task.outcome_at)
    return Done(words=words, by=how.get("by", ""), on=at, url=how.get("url", ""))


def how_of(tasks: Collection[Task], today: dt.date | None = None) -> dict[UUID, dict[str, Any]]:
    """As `Task.how` keeps it when a year is closed, of those that are done: {words_sv, words_en, by, at, url}."""
    return {pk: _to_keep(one) for pk, one in evidence_of(tasks, today).items()}


def _to_keep(evidence: Evidence) -> dict[str, Any]:
    words = {}
    for language in ("sv", "en"):
        with override(language):
            words[f"words_{language}"] = evidence.words()
    return {**words, "by": evidence.by, "at": evidence.on.isoformat(), "url": evidence.url()}


def evidence_of(
    tasks: Collection[Task], today: dt.date | None = None, windows: Iterable[Window] | None = None
) -> dict[UUID, Evidence]:
    """What shows each task done today, by its id. A task that is ended (a closed year's) is not looked for.

    windows: as of `shown`.
    """
    ids: dict[tuple[UUID, str], UUID] = {}
    places: dict[UUID, set[str]] = defaultdict(set)
    stands: dict[str, str] = {}
    for task in tasks:
        if task.outcome:
            continue
        place = str(task.original_id)
        ids[(task.activity_id, place)] = task.pk
        places[task.activity_id].add(place)
        if task.node_id != task.original_id:
            stands[place] = str(task.node_id)
    cycles = {task.activity.cycle for task in tasks}
    found = shown(Wanted(dict(places), stands), cycles, today, windows)
    return {ids[(activity, place)]: one for activity, held in found.items() for place, one in held.items()}


def shown(
    wanted: Wanted,
    cycles: Iterable[AnnualCycle],
    today: dt.date | None = None,
    windows: Iterable[Window] | None = None,
) -> Shown:
    """What shows the tasks of each activity done, by activity and place. cycles: the years the activities are of.

    windows: those activities and the ones around them, where they have been read already. Two queries, three more
    where initiatives are to be followed up.
    """
    if not any(wanted.places.values()):
        return {}
    day, by_source = today or timezone.localdate(), defaultdict(list)
    for one in _windows(list(cycles)) if windows is None else windows:
        by_source[SOURCE.get(one.check, one.check)].append(one)
    asked = {source: Asked(wanted, held, day) for source, held in by_source.items()}
    return _read({source: one for source, one in asked.items() if one.windows})


def _read(asked: dict[str, Asked]) -> Shown:
    """Every check but the follow-up in one statement: a page asks nearly all of them, and most have little to say."""
    found: Shown = {}
    if DoneCheck.FOLLOW_UP in asked:
        found.update(following_up.shown(asked.pop(DoneCheck.FOLLOW_UP)))
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in _rows(asked):
        rows[row[0]].append(Row._make(row))
    for source, held in rows.items():
        of = SOURCES[source]
        given = source == DoneCheck.TICK
        found.update(ticks.shown(asked[source], held) if given else by_day(asked[source], held, of.fits, of.evidence))
    return found


def _rows(asked: dict[str, Asked]) -> list[tuple[Any, ...]]:
    selects = [sql for source, one in asked.items() for sql in SOURCES[source].select(one)]
    if not selects:
        return []
    days, moments = [one.days for one in asked.values()], [one.moments for one in asked.values()]
    values: dict[str, Any] = {
        "nodes": "{" + ",".join(next(iter(asked.values())).nodes) + "}",
        "zone": timezone.get_current_timezone_name(),
        "first": min(first for first, _last in days),
        "last": max(last for _first, last in days),
        "since": min(since for since, _until in moments),
        "until": max(until for _since, until in moments),
    }
    for one in asked.values():
        values |= one.values
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"({sql})" for sql in selects), values)
        return list(cursor.fetchall())


def _windows(cycles: Collection[AnnualCycle]) -> list[Window]:
    """The activities of these years, and of those around them that may have made the same work theirs. One query."""
    bounds = [periods.bounds(one.period) for one in cycles]
    rows = Activity.objects.filter(
        cycle__node__any_of={str(one.node_id) for one in cycles},
        cycle__wheel__in={one.wheel for one in cycles},
        cycle__state__in=(CycleState.PUBLISHED, CycleState.CLOSED),
        cancelled_at=None,
        starts__lte=max(last for _first, last in bounds) + AFTER,
        ends__gte=min(first for first, _last in bounds) - BEFORE,
    )
    return [window(row) for row in rows.order_by().values_list(*COLUMNS)]
