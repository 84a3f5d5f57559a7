"""A meeting is held and its minutes are established: the place's own, or one that concerns it.

Above the units a day has many names for the same room: also one that a place further up has called for units of this
one, and what the administration has called for the committee it is under.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from styrkedja.analyses.rules import ABOVE_UNITS

from .showing import Asked, Evidence, Row, Window

# Dated by the day it was held. Of its kind, and of the school forms of the units it concerns.
MINUTED = """
SELECT 'meeting', c.node_id::text, ARRAY[m.kind]::text[] || ARRAY(
  SELECT DISTINCT unnest(u.school_forms)::text FROM dialogues_meetingnode c JOIN organisation_node u ON u.id = c.node_id
  WHERE c.meeting_id = m.id), m.day, p.name, m.id::text
FROM dialogues_meeting m
CROSS JOIN LATERAL (
  SELECT m.node_id UNION SELECT n.node_id FROM dialogues_meetingnode n WHERE n.meeting_id = m.id) c (node_id)
LEFT JOIN organisation_person p ON p.id = m.secretary_id
WHERE m.state = 'minuted' AND m.day BETWEEN %(first)s AND %(last)s AND c.node_id = ANY(%(nodes)s::uuid[])
"""
# `line`: who stands above whom above the units, and between which days. An administration calls for the nearest place
# above it that is none.
CALLED_ELSEWHERE = """
WITH RECURSIVE line (node, above, since, until) AS (
  SELECT p.node_id, p.parent_id, p.valid_from, COALESCE(p.valid_to, 'infinity'::date)
  FROM organisation_placement p JOIN organisation_node n ON n.id = p.node_id
  WHERE n.kind IN ('council', 'committee', 'administration')
  UNION
  SELECT l.node, p.parent_id, GREATEST(l.since, p.valid_from), LEAST(l.until, COALESCE(p.valid_to, 'infinity'::date))
  FROM line l JOIN organisation_placement p
    ON p.node_id = l.above AND p.valid_from <= l.until AND COALESCE(p.valid_to, 'infinity'::date) >= l.since
), held AS (
  SELECT m.id, m.kind, m.day, m.node_id, m.secretary_id, n.kind AS level
  FROM dialogues_meeting m JOIN organisation_node n ON n.id = m.node_id
  WHERE m.state = 'minuted' AND m.day BETWEEN %(first)s AND %(last)s AND m.kind = ANY(%(meetings_above)s)
    AND n.kind IN ('council', 'committee', 'administration')
)
SELECT 'meeting', f.node::text, ARRAY[m.kind]::text[] || ARRAY(
  SELECT DISTINCT unnest(u.school_forms)::text FROM dialogues_meetingnode c JOIN organisation_node u ON u.id = c.node_id
  WHERE c.meeting_id = m.id), m.day, p.name, m.id::text
FROM held m
CROSS JOIN LATERAL (
  SELECT l.node FROM line l
  WHERE l.above = m.node_id AND m.day BETWEEN l.since AND l.until AND EXISTS (
    SELECT FROM dialogues_meetingnode c JOIN organisation_placement q
      ON q.node_id = c.node_id AND m.day BETWEEN q.valid_from AND COALESCE(q.valid_to, 'infinity'::date)
    WHERE c.meeting_id = m.id AND (q.parent_id = l.node OR EXISTS (
      SELECT FROM line b WHERE b.node = q.parent_id AND b.above = l.node AND m.day BETWEEN b.since AND b.until)))
  UNION
  SELECT l.above FROM line l JOIN organisation_node n ON n.id = l.above AND n.kind <> 'administration'
  WHERE m.level = 'administration' AND l.node = m.node_id AND m.day BETWEEN l.since AND l.until AND NOT EXISTS (
    SELECT FROM line b JOIN line u ON u.node = b.above AND u.above = l.above AND m.day BETWEEN u.since AND u.until
    JOIN organisation_node nearer ON nearer.id = b.above AND nearer.kind <> 'administration'
    WHERE b.node = m.node_id AND m.day BETWEEN b.since AND b.until)
) f (node)
LEFT JOIN organisation_person p ON p.id = m.secretary_id
WHERE f.node = ANY(%(nodes)s::uuid[])
"""


def select(asked: Asked) -> list[str]:
    above = {kind for one in asked.windows if one.level in ABOVE_UNITS for kind in one.each("kind")}
    asked.values["meetings_above"] = sorted(above)
    return [MINUTED, CALLED_ELSEWHERE] if above else [MINUTED]


def evidence(row: Row) -> Evidence:
    """What it was about is not told: its page says that to those who may read it."""
    page = partial(reverse, "dialogues:meeting", args=[row.ref])
    return Evidence(row.on, row.by or "", partial(_words, row.on), page)


def fits(one: Window, of: list[Any]) -> bool:
    """Of a seminar for one school form only where units that have it were concerned."""
    kind, *forms = of
    return one.has("kind", kind) and not (one.forms and forms and set(one.forms).isdisjoint(forms))


def _words(day: dt.date) -> str:
    return _("The minutes of the meeting of %(day)s are established") % {"day": date_format(day, "j F Y")}
