"""Somebody says that it is done, where nothing else shows it; the last word holds."""

from __future__ import annotations

from collections import defaultdict
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.wheel.models import Tick

from .showing import Asked, Evidence, Shown, nowhere, text


def shown(asked: Asked) -> Shown:
    """Of the task itself, whenever it was said."""
    ids, places = [one.id for one in asked.windows], asked.wanted.places
    latest = Tick.objects.filter(task__activity__any_of=ids).order_by("task", "-made_at", "-id").distinct("task")
    if len(asked.nodes) < MANY:
        latest = latest.filter(task__original__any_of=asked.nodes)
    found: Shown = defaultdict(dict)
    columns = ("task__activity", text("task__original"), "done", "words", "made_at", "made_by__name")
    for activity, place, done, words, at, by in latest.values_list(*columns):
        if done and place in places[activity]:
            evidence = Evidence(timezone.localdate(at), by or "", partial(_words, words), nowhere)
            found[activity][place] = evidence
    return dict(found)


MANY = 50  # places asked about, from which on it is quicker to read all of an activity


def _words(said: str) -> str:
    return said or _("Said to be done")
