"""Search over 100,000 established texts on the embedded server: the whole page, for common words and rare ones.

The texts are put together from the demo's own words, common ones often and rare ones seldom (Zipf), and lie at 200
units over the years. One in four questions is a word nearly every text holds.
"""

from __future__ import annotations

import json
import random
import re
import statistics
import time
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from styrkedja.core.database import APP_ROLE

from .pages import PLAIN, chain

TEXTS, UNITS, QUESTIONS, LIMIT_MS = 100_000, 200, 200, 100
WORDS_OF_A_TEXT = 60
DEMO_TEXTS = Path(__file__).parents[1] / "demo" / "texts"


def measure() -> dict[str, Any]:
    person, units = chain(UNITS)
    dice = random.Random(1)
    words = _vocabulary()
    weights = [1 / place for place in range(1, len(words) + 1)]
    _fill(str(person.pk), [str(unit.pk) for unit in units], lambda: dice.choices(words, weights, k=WORDS_OF_A_TEXT))
    questions = [dice.choice(words[:40] if number % 4 == 0 else words) for number in range(QUESTIONS)]
    with override_settings(**PLAIN):
        client = Client()
        client.force_login(person)
        took = sorted(_seconds(client, question) for question in questions)
    p95 = took[int(len(took) * 0.95)] * 1000
    return {
        "texts": {
            "texts": TEXTS,
            "questions": QUESTIONS,
            "median_ms": round(statistics.median(took) * 1000, 1),
            "p95_ms": round(p95, 1),
            "worst_ms": round(took[-1] * 1000, 1),
            "limit": LIMIT_MS,
            "held": p95 <= LIMIT_MS,
        }
    }


def _vocabulary() -> list[str]:
    """The demo's words, commonest first, each once; compounds of two make them as many as a language has."""
    text = " ".join(path.read_text("utf-8") for path in sorted(DEMO_TEXTS.rglob("*.toml")))
    seen: dict[str, int] = {}
    for word in re.findall(r"[a-zåäö]{3,}", text.lower()):
        seen[word] = seen.get(word, 0) + 1
    common = sorted(seen, key=lambda word: -seen[word])
    return common + [one + other for one, other in zip(common[::3], common[1::3], strict=False)]


def _seconds(client: Client, question: str) -> float:
    start = time.perf_counter()
    answer = client.get(reverse("desk:search"), {"q": question})
    assert answer.status_code == 200
    return time.perf_counter() - start


FILL = (
    """
    CREATE TEMP TABLE made AS
      SELECT gen_random_uuid() AS document, (%(nodes)s::uuid[])[1 + g %% cardinality(%(nodes)s::uuid[])] AS node,
      lpad((g / cardinality(%(nodes)s::uuid[]))::text, 7, '0') AS period, 1 + g %% %(bodies)s AS body,
      timestamptz '2020-01-01' + g * interval '20 minutes' AS at
      FROM generate_series(0, %(texts)s - 1) g
    """,
    """
    INSERT INTO documents_document
        (id, kind, node_id, period, state, version, created_at, changed_at, correction_reason)
      SELECT document, 'analysis', node, period, 'established', 1, at, at, '' FROM made
    """,
    "INSERT INTO analyses_analysis (id, document_id, done_steps) SELECT gen_random_uuid(), document, '{}' FROM made",
    """
    INSERT INTO documents_documentversion (id, document_id, number, state, body, content_hash, reason, made_by_id,
        made_at, authority, paragraph, registry_number)
      SELECT gen_random_uuid(), document, 1, 'established', said.body, md5(document::text), '', %(person)s, at, 'own',
        '', '' FROM made JOIN said ON said.number = made.body
    """,
)


def _fill(person: str, nodes: list[str], text: Any) -> None:
    """Documents and their established versions straight into the tables, as an owner may; the words by the trigger."""
    bodies = [json.dumps({"needs": [{"text": " ".join(text())}]}) for _ in range(TEXTS // 20)]
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        cursor.execute("CREATE TEMP TABLE said (number serial, body jsonb)")
        cursor.executemany("INSERT INTO said (body) VALUES (%s)", [(body,) for body in bodies])
        for statement in FILL:
            cursor.execute(statement, {"person": person, "nodes": nodes, "texts": TEXTS, "bodies": len(bodies)})
        cursor.execute("ANALYZE")
        cursor.execute(f"SET ROLE {APP_ROLE}")
