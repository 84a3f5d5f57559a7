"""A unit as a file describes it, before anything is compared or written. No Django: the parsing child uses it too."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

ACTIVE, DORMANT, CEASED, PLANNED = "active", "dormant", "ceased", "planned"


@dataclass(frozen=True)
class UnitRow:
    """One unit of a file.

    code: "" where the template gives none (then the name names the unit); forms: codes of `SchoolForm`, None where the
    file does not say; first_day, last_day: ISO or ""; under: name of the node it lies under, or ""; organiser: 10
    digits, municipality: 4 digits, both "" where the file does not say; row: place in the file, from 1.
    """

    code: str
    name: str
    status: str = ACTIVE
    forms: tuple[str, ...] | None = None
    first_day: str = ""
    last_day: str = ""
    under: str = ""
    organiser: str = ""
    municipality: str = ""
    row: int = 0

    @property
    def key(self) -> str:
        return self.code or f"namn:{self.name.casefold()}"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> UnitRow:
        forms = data["forms"]
        return cls(**{**data, "forms": None if forms is None else tuple(forms)})
