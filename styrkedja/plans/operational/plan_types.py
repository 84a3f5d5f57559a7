"""The plans a node can have, and their sections: `plan_types.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

from styrkedja.documents.models import DocumentKind
from styrkedja.organisation.models import Node, NodeKind
from styrkedja.plans.models import Consultation, PlanMeasure

TABLE = Path(__file__).with_name("plan_types.toml")
OPERATIONAL, DEGRADING = DocumentKind.OPERATIONAL_PLAN, DocumentKind.DEGRADING_TREATMENT_PLAN
KINDS = (OPERATIONAL, DEGRADING)
OUTCOME = "utfall"  # the section a plan against degrading treatment may not lack (invariant 14)


@dataclass(frozen=True)
class Section:
    """One section. gathers: what stands in it by itself, "" for nothing."""

    key: str
    sv: str
    en: str
    ask_sv: str
    ask_en: str
    gathers: str = ""
    required: bool = False

    @property
    def name(self) -> str:
        return self.sv if _swedish() else self.en

    @property
    def question(self) -> str:
        return self.ask_sv if _swedish() else self.ask_en


def _swedish() -> bool:
    return (get_language() or "sv").startswith("sv")


@cache
def plan_types() -> dict[str, tuple[Section, ...]]:
    """The sections of each kind of plan, in reading order. Raises ValueError for a table that cannot be used."""
    try:
        read = tomllib.loads(TABLE.read_text("utf-8"))
        return {kind: tuple(Section(**entry) for entry in entries) for kind, entries in read.items()}
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise ValueError(f"{TABLE.name}: {error}") from error


def sections_of(kind: str) -> tuple[Section, ...]:
    return plan_types()[kind]


def section(kind: str, key: str) -> Section | None:
    return next((one for one in sections_of(kind) if one.key == key), None)


def kinds_at(node: Node) -> Iterable[DocumentKind]:
    """The plans a node of this kind has. Skollagen 6:8: each unit's activity has a plan against degrading treatment."""
    return KINDS if node.kind == NodeKind.UNIT else (OPERATIONAL,)


def addable(kind: str) -> tuple[str, ...]:
    """The kinds of rows one can add to a plan of a kind, and take away."""
    return (Consultation.slug, PlanMeasure.slug) if kind == DEGRADING else (Consultation.slug,)
