"""A meeting is held and its minutes are established: the place's own, or one that concerns it."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .showing import Asked, Evidence, Row, Window

# Dated by the day it was held.
MINUTED = """
SELECT 'meeting', c.node_id::text, ARRAY[m.kind]::text[], m.day, p.name, m.id::text
FROM dialogues_meeting m
CROSS JOIN LATERAL (
  SELECT m.node_id UNION SELECT n.node_id FROM dialogues_meetingnode n WHERE n.meeting_id = m.id) c (node_id)
LEFT JOIN organisation_person p ON p.id = m.secretary_id
WHERE m.state = 'minuted' AND m.day BETWEEN %(first)s AND %(last)s AND c.node_id = ANY(%(nodes)s::uuid[])
"""


def select(_asked: Asked) -> list[str]:
    return [MINUTED]


def evidence(row: Row) -> Evidence:
    """What it was about is not told: its page says that to those who may read it."""
    page = partial(reverse, "dialogues:meeting", args=[row.ref])
    return Evidence(row.on, row.by or "", partial(_words, row.on), page)


def fits(one: Window, of: list[Any]) -> bool:
    return one.has("kind", of[0])


def _words(day: dt.date) -> str:
    return _("The minutes of the meeting of %(day)s are established") % {"day": date_format(day, "j F Y")}
