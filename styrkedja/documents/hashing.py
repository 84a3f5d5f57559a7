"""The hash of a document's content: SHA-256 of its JSON with sorted keys and no spaces."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any


def content_hash(body: Any) -> str:
    """64 hexadecimal digits; equal bodies give equal hashes whatever the order of their keys."""
    canonical = json.dumps(_as_stored(body), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _as_stored(value: Any) -> Any:
    """Numbers as the database gives them back: 1e16 and -0.0 return as whole numbers, so they are hashed as such."""
    if isinstance(value, dict):
        return {key: _as_stored(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_stored(item) for item in value]
    return int(Decimal(repr(value))) if isinstance(value, float) and value.is_integer() else value
