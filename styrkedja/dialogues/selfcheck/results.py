"""What a round says: each statement by level and by place, where the levels differ, and the rounds before it.

A mean is told where at least `ENOUGH` have answered; below that each answer is told as it is. Whoever may not read all
the places of a level is told its mean alone, and nothing where that would give an answer away: where they are fewer, or
all but one are the reader's own; nor what all levels give together where one of them is hidden. An answer that is
missing, or cannot be given, is never a zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from styrkedja.access.gate import Access
from styrkedja.core.sorting import swedish_key
from styrkedja.dialogues.models import SelfCheck, SelfCheckAnswer, SelfCheckSheet
from styrkedja.organisation.models import Node

from . import queries
from .catalogue import Statement, form
from .queries import LEVELS, SEES, level_of

ENOUGH = 3  # answers a mean is made of
APART = 1.0  # steps on the scale from which a difference between levels is pointed out
MOST_POINTED_OUT = 5


@dataclass(frozen=True)
class Cell:
    """One statement at one level or place. levels: the answers told; n: how many answered with a number.

    hidden: there are answers, too few to be told to this reader. unsure: how many could not say.
    """

    levels: tuple[int, ...]
    n: int
    unsure: int = 0
    hidden: bool = False

    @property
    def value(self) -> float | None:
        """Where on the scale it lies; None where nothing is told."""
        return None if self.hidden or not self.levels else sum(self.levels) / len(self.levels)

    @property
    def text(self) -> str:
        if self.hidden:
            return ".."
        if not self.levels:
            return "?" if self.unsure else "–"
        if self.n >= ENOUGH:
            return number_format(round(sum(self.levels) / self.n, 1), 1)
        return _(" and ").join(str(level) for level in sorted(self.levels))

    @property
    def words(self) -> str:
        """For those who hear the page, and as a hint."""
        if self.hidden:
            return _("too few to be told")
        if not self.levels:
            return _("cannot say") if self.unsure else _("not answered")
        if self.n >= ENOUGH:
            return _("mean of %(n)s") % {"n": self.n}
        return ", ".join(str(queries.WORDS[level]) for level in sorted(self.levels))

    @property
    def tint(self) -> str:
        """1 to 4, or "none"."""
        return "none" if self.value is None else str(min(4, int(self.value + 0.5)))


@dataclass(frozen=True)
class Level:
    """places: asked; handed_in: of those."""

    id: str
    name: str | Promise
    places: int
    handed_in: int


@dataclass
class Line:
    """A statement: its cells by level, in the order of the levels, and what was said to show it."""

    statement: Statement
    cells: list[Cell]
    difference: str = ""
    shows: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class PlaceLine:
    """A place: its cells by statement. sheet: None where it has none."""

    node: Node
    level: str | Promise
    handed_in: bool
    cells: list[Cell]


@dataclass(frozen=True)
class Read:
    """A round with its handed-in answers, read at once. Two queries."""

    check: SelfCheck
    sheets: list[SelfCheckSheet]
    answers: dict[UUID, dict[str, SelfCheckAnswer]]

    def at_level(self, level: str) -> list[SelfCheckSheet]:
        return [one for one in self.sheets if level_of(one.node) == level]

    def said(self, sheets: Iterable[SelfCheckSheet], statement: str) -> list[SelfCheckAnswer]:
        found = (self.answers.get(one.pk, {}).get(statement) for one in sheets if one.handed_in_at)
        return [answer for answer in found if answer is not None]


def read(check: SelfCheck) -> Read:
    """Answers that are still being written are left out in the database."""
    sheets = list(SelfCheckSheet.objects.filter(check_round=check).select_related("node", "handed_in_by"))
    answers: dict[UUID, dict[str, SelfCheckAnswer]] = defaultdict(dict)
    rows = SelfCheckAnswer.objects.filter(sheet__check_round=check, sheet__handed_in_at__isnull=False)
    for one in rows:
        answers[one.sheet_id][one.statement] = one
    return Read(check, sheets, dict(answers))


def cell(answers: Sequence[SelfCheckAnswer], unseen: Sequence[SelfCheckAnswer] = ()) -> Cell:
    """unseen: those of the answers that this reader may not see one by one."""
    levels = tuple(one.level for one in answers if one.level is not None)
    unsure = sum(one.level is None for one in answers)
    if unseen and (len(levels) < ENOUGH or sum(one.level is not None for one in unseen) == 1):
        return Cell((), len(levels), unsure, hidden=True)
    return Cell(levels, len(levels), unsure)


class Result:
    """A round as one reader sees it."""

    def __init__(self, access: Access, check: SelfCheck) -> None:
        self.check, self.form = check, form(check.form)
        self.held = read(check)
        self.all_named = queries.reads_all(access, check)
        self._mine = access.nodes_for(*SEES)
        self.named = [one for one in self.held.sheets if self._sees(one)]

    def _sees(self, sheet: SelfCheckSheet) -> bool:
        return self.all_named or sheet.node_id in self._mine

    @property
    def levels(self) -> list[Level]:
        found = []
        for id, (name, _kinds) in LEVELS.items():
            sheets = self.held.at_level(id)
            if sheets:
                found.append(Level(id, name, len(sheets), sum(one.handed_in_at is not None for one in sheets)))
        return found

    def _cell(self, held: Read, sheets: Sequence[SelfCheckSheet], statement: str) -> Cell:
        unseen = held.said([one for one in sheets if not self._sees(one)], statement)
        return cell(held.said(sheets, statement), unseen)

    def _together(self, held: Read, statement: str) -> Cell:
        """All levels of a round; hidden where one of them is, which could be reckoned from it."""
        whole = self._cell(held, held.sheets, statement)
        if any(self._cell(held, held.at_level(level), statement).hidden for level in LEVELS):
            return Cell((), whole.n, whole.unsure, hidden=True)
        return whole

    def areas(self) -> list[dict[str, Any]]:
        """[{"name", "lines"}], in the form's order."""
        levels = self.levels
        return [
            {"name": area.name, "lines": [self._line(one, levels) for one in area.statements]}
            for area in self.form.areas
        ]

    def _line(self, statement: Statement, levels: list[Level]) -> Line:
        cells = [self._cell(self.held, self.held.at_level(level.id), statement.id) for level in levels]
        line = Line(statement, cells)
        line.difference = difference(list(zip(levels, cells, strict=True)))
        for one in sorted(self.named, key=lambda s: (list(LEVELS).index(level_of(s.node)), swedish_key(s.node.name))):
            answer = self.held.answers.get(one.pk, {}).get(statement.id)
            if one.handed_in_at and answer and answer.shows.strip():
                line.shows.append({"node": one.node, "level": answer.level, "text": answer.shows})
        return line

    def pointed_out(self, areas: list[dict[str, Any]]) -> list[Line]:
        """Where the levels differ most, the largest difference first."""
        lines = [line for area in areas for line in area["lines"]]
        far = [(spread(line.cells), line) for line in lines]
        chosen = sorted((one for one in far if one[0] >= APART), key=lambda one: -one[0])
        return [line for _far, line in chosen[:MOST_POINTED_OUT]]

    def places(self) -> list[PlaceLine]:
        """The places this reader sees by name, by level and name."""
        statements = self.form.statements
        order = list(LEVELS)
        listed = sorted(self.named, key=lambda one: (order.index(level_of(one.node)), swedish_key(one.node.name)))
        return [
            PlaceLine(
                one.node,
                LEVELS[level_of(one.node)][0],
                one.handed_in_at is not None,
                [cell(self.held.said([one], statement.id)) for statement in statements],
            )
            for one in listed
        ]

    def over_time(self) -> list[dict[str, Any]]:
        """This round beside those before it, every place together: [{"check", "cells"}], the latest first.

        Two queries a round; at most four rounds are shown.
        """
        before = queries.earlier(self.check)
        if not before:
            return []
        rows = []
        for one in [self.check, *before]:
            held = self.held if one.pk == self.check.pk else read(one)
            cells = [self._together(held, statement.id) for statement in self.form.statements]
            rows.append(
                {"check": one, "cells": cells, "handed_in": sum(s.handed_in_at is not None for s in held.sheets)}
            )
        return rows


def spread(cells: Sequence[Cell]) -> float:
    """How many steps there are between the levels that lie farthest apart; 0 where fewer than two have answered."""
    values = [one.value for one in cells if one.value is not None]
    return max(values) - min(values) if len(values) > 1 else 0.0


def difference(cells: Sequence[tuple[Level, Cell]]) -> str:
    """ "Förvaltning 3 och 4; Arbetslag 1,8 (medelvärde av 12)": those that lie farthest apart; "" where none do."""
    told = [(level, one) for level, one in cells if one.value is not None]
    if len(told) < 2 or spread([one for _level, one in told]) < APART:
        return ""
    highest = max(told, key=lambda pair: pair[1].value or 0)
    lowest = min(told, key=lambda pair: pair[1].value or 0)
    return "; ".join(
        f"{level.name} {one.text}" + (f" ({one.words})" if one.n >= ENOUGH else "") for level, one in (highest, lowest)
    )
