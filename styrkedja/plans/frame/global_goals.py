"""The United Nations' 17 global goals, which decisions of council and committee may serve. *Vart ska vi?*"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

FILE = Path(__file__).parent / "global_goals.toml"


@dataclass(frozen=True)
class GlobalGoal:
    number: int
    sv: str
    en: str

    @property
    def name(self) -> str:
        return self.sv if (get_language() or "sv").startswith("sv") else self.en


@cache
def global_goals() -> dict[int, GlobalGoal]:
    """Every goal by number, 1 to 17. Raises KeyError or ValueError for a file that lacks something."""
    found = [GlobalGoal(g["number"], g["sv"], g["en"]) for g in tomllib.loads(FILE.read_text("utf-8"))["goals"]]
    if [goal.number for goal in found] != list(range(1, 18)):
        raise ValueError(f"{FILE.name}: not the goals 1 to 17 in order")
    return {goal.number: goal for goal in found}
