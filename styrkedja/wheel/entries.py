"""The year as one node sees it: every activity that concerns it, in its ring, with how far it has come.

What the picture, the list, the timeline, the table, the calendar and the command line show is made of these alone, so
they all say the same.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db import models
from django.utils.translation import pgettext_lazy

from styrkedja.organisation.models import Node

from .models import Activity, Task


class EntryState(models.TextChoices):
    """Read from the work itself, for today; the last four are what has been decided."""

    COMING = "coming", pgettext_lazy("activity", "Coming")
    ONGOING = "ongoing", pgettext_lazy("activity", "Ongoing")
    LATE = "late", pgettext_lazy("activity", "Late")
    DONE = "done", pgettext_lazy("activity", "Done")
    CARRIED = "carried", pgettext_lazy("activity", "Carried over")
    DROPPED = "dropped", pgettext_lazy("activity", "Dropped")
    CANCELLED = "cancelled", pgettext_lazy("activity", "Cancelled")


RINGS = (
    "committee",
    "administration",
    "unit",
    "team",
)  # from outside in; council stands in the first, group in the last


@dataclass(frozen=True)
class Done:
    """What showed that a task was done: in words of the reader's language, by whom, on which day, and where it is."""

    words: str
    by: str
    on: dt.date
    url: str = ""


@dataclass(frozen=True)
class Entry:
    """One activity in the year of a node.

    task: the node's own or that of a node above or a team; None where it stands for many places below (`places`,
    `places_done`, `places_late`), or the year is a draft. responsible: names, or the role where nobody holds it.
    """

    activity: Activity
    node: Node
    ring: str
    state: EntryState
    responsible: str
    url: str
    task: Task | None = None
    done: Done | None = None
    places: int = 1
    places_done: int = 0
    places_late: int = 0

    @property
    def id(self) -> UUID:
        return self.task.pk if self.task else self.activity.pk

    @cached_property
    def title(self) -> str:
        """In the language of whoever it was read for."""
        return self.activity.title

    @property
    def starts(self) -> dt.date:
        return self.activity.starts

    @property
    def ends(self) -> dt.date:
        return self.activity.ends


@dataclass(frozen=True)
class Return:
    """Feedback that was promised: from when it was handed in to when the answer is due (the dashed arcs back down).

    title, url: "" for whoever may not read the request. owes, to: names of places; from_ring, to_ring: the rings they
    stand in.
    """

    title: str
    owes: str
    to: str
    opened: dt.date
    due: dt.date
    late: bool
    url: str
    from_ring: str = "administration"
    to_ring: str = "unit"
