"""The hash of a document's content: SHA-256 of its JSON with sorted keys and no spaces."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def content_hash(body: Any) -> str:
    """64 hexadecimal digits; equal bodies give equal hashes whatever the order of their keys."""
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
