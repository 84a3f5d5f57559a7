"""Years to draw: entries made of models that are in no database."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from styrkedja.core.periods import bounds
from styrkedja.organisation.models import Node
from styrkedja.wheel.entries import RINGS, Entry, EntryState, Return
from styrkedja.wheel.models import Activity, Kind

TITLES = (
    "Verksamhetsplan beslutas", "Analysseminarium höst", "Elevenkäten", "SKA-dag 1: resultat och orsaker",
    "Sambedömning svenska", "Delårsrapport till nämnden", "Dialogdag med nämnden och rektorerna", "Betygsdialog",
    "Uppföljning av insatser", "Kvalitetsrapport publiceras", "Resursdialog", "Workshop om utvecklingsområden",
    "Systematiskt kvalitetsarbete: genomlysning av trygghet och studiero på samtliga enheter", "Nationella prov",
    "Ämnesgrupp matematik", "Utvärdering av läsårets mål", "Internkontroll", "Föräldraenkät", "Budgetdialog",
    "Medarbetarenkät", "Plan mot kränkande behandling revideras", "Överlämning mellan stadier",
)  # fmt: skip


def entry(title: str = "Analysseminarium", ring: str = "unit", **more: Any) -> Entry:
    """One activity; `starts`, `ends` as days or "2025-10-01"."""
    starts = _day(more.pop("starts", "2025-10-01"))
    ends = _day(more.pop("ends", starts))
    activity = Activity(
        number=more.pop("number", "1.1"), title_sv=title, kind=more.pop("kind", Kind.SEMINAR), starts=starts, ends=ends,
        level=ring, public=more.pop("public", False),
    )  # fmt: skip
    node = more.pop("node", None) or Node(name="Björkskolan", kind=ring)
    given = {"state": EntryState.COMING, "responsible": "Ragnar Björk", "url": f"/arshjul/uppgift/{activity.pk}/"}
    return Entry(activity=activity, node=node, ring=ring, **{**given, **more})


def year(count: int, period: str, today: dt.date, *, seed: int = 1, month: int | None = None) -> list[Entry]:
    """So many activities over the year, or all in one month of it: short ones, long ones, in every ring."""
    dice, (first, last) = random.Random(seed), bounds(period)
    return [_one(dice, i, first, last, today, month) for i in range(count)]


def _one(dice: random.Random, i: int, first: dt.date, last: dt.date, today: dt.date, month: int | None) -> Entry:
    starts = first + dt.timedelta(days=dice.randrange((last - first).days))
    while (month and starts.month != month) or (not month and starts.month == 7):
        starts = first + dt.timedelta(days=dice.randrange((last - first).days))
    ends = min(starts + dt.timedelta(days=dice.choice((0, 0, 0, 0, 1, 2, 4, 4, 11, 25, 60))), last)
    state = EntryState.COMING
    if ends < today:
        state = dice.choices((EntryState.DONE, EntryState.LATE, EntryState.DROPPED), (16, 3, 1))[0]
    elif starts <= today:
        state = EntryState.ONGOING
    many = {"places": 40, "places_done": dice.randrange(40)} if dice.random() < 0.15 else {}
    return entry(
        dice.choice(TITLES), ring=dice.choices(RINGS, (5, 7, 9, 4))[0], starts=starts, ends=ends, state=state,
        number=f"{i // 12 + 1}.{i % 12 + 1}", kind=dice.choice(Kind.values), **many,
    )  # fmt: skip


def returns() -> list[Return]:
    return [
        Return("Analys 1", "Förvaltningen", "Björkskolan", _day("2025-10-10"), _day("2025-11-14"), True, "/a"),
        Return("Analys 2", "Utbildningsförvaltningen", "Ekskolan", _day("2026-01-20"), _day("2026-02-20"), False, "/b"),
        Return("Svar", "Björkskolan", "Arbetslag", _day("2025-11-01"), _day("2025-12-12"), False, "/c", "unit", "team"),
    ]  # fmt: skip


def _day(value: str | dt.date) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
