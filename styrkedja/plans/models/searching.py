"""What the database keeps of a row's texts so that they can be searched with Swedish stemming."""

from __future__ import annotations

from django.contrib.postgres.search import SearchVector
from django.db.models.functions import Left

CONFIG = "swedish"
SEARCHED = 60_000  # characters of each text: what PostgreSQL keeps of a row has to stay below a megabyte


def words_of(*fields: str) -> SearchVector:
    """The stems of these texts, the beginning of each."""
    return SearchVector(*(Left(field, SEARCHED) for field in fields), config=CONFIG)
