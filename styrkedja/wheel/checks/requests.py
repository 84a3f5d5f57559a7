"""A request is answered, or is closed: what the place has asked for, and what it has been asked."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .showing import Asked, Evidence, Row, Window

ASKS, ANSWERS = "asks", "answers"
UNTIL = {ASKS: "closed", ANSWERS: "handed_in"}  # where an activity does not say
MADE = """
SELECT 'request', q.node_id::text, ARRAY['asks', u.until, q.what, q.kind], (u.at AT TIME ZONE %(zone)s)::date, p.name,
  q.id::text
FROM dialogues_request q
CROSS JOIN LATERAL (VALUES ('sent', q.asked_at, q.asked_by_id), ('closed', q.closed_at, q.closed_by_id))
  u (until, at, by)
LEFT JOIN organisation_person p ON p.id = u.by
WHERE q.node_id = ANY(%(nodes)s::uuid[]) AND u.at BETWEEN %(since)s AND %(until)s
"""
# Dated when the place handed in, the last time; returned, it is open again.
ANSWERED = """
SELECT 'request', r.node_id::text, ARRAY['answers', u.until, q.what, q.kind], (u.at AT TIME ZONE %(zone)s)::date,
  p.name, r.id::text
FROM dialogues_requestreceiver r JOIN dialogues_request q ON q.id = r.request_id
CROSS JOIN LATERAL (
  SELECT made_at, made_by_id FROM dialogues_submission WHERE receiver_id = r.id ORDER BY number DESC LIMIT 1) s
CROSS JOIN LATERAL (VALUES ('handed_in', s.made_at),
  ('accepted', CASE WHEN r.state = 'accepted' THEN r.changed_at END),
  ('closed', CASE WHEN r.state = 'accepted' THEN q.closed_at END)) u (until, at)
LEFT JOIN organisation_person p ON p.id = s.made_by_id
WHERE r.node_id = ANY(%(nodes)s::uuid[]) AND r.state IN ('submitted', 'accepted')
  AND u.at BETWEEN %(since)s AND %(until)s
"""
SAID = {
    (ASKS, "sent"): _("The request is sent"),
    (ASKS, "closed"): _("The request is closed"),
    (ANSWERS, "handed_in"): _("The answer is handed in"),
    (ANSWERS, "accepted"): _("The answer is accepted"),
    (ANSWERS, "closed"): _("The request is closed"),
}
PAGES = {ASKS: "dialogues:request", ANSWERS: "dialogues:receiver"}


def select(asked: Asked) -> list[str]:
    sides = {one.asks.get("as", "") for one in asked.windows}
    return [sql for side, sql in ((ASKS, MADE), (ANSWERS, ANSWERED)) if sides & {side, ""}]


def evidence(row: Row) -> Evidence:
    side, until = row.of[:2]
    page = partial(reverse, PAGES[side], args=[row.ref])
    return Evidence(row.on, row.by or "", partial(str, SAID[(side, until)]), page)


def fits(one: Window, of: list[Any]) -> bool:
    side, until, what, kind = of
    wanted = one.asks.get("until") or UNTIL[side]
    return one.has("as", side) and wanted == until and one.has("what", what) and one.has("kind", kind)
