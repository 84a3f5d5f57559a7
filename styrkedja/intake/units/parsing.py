"""One list of units, read in a child process with limits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from styrkedja.intake.formats._contract import RowError
from styrkedja.intake.parsing import run_child
from styrkedja.organisation.unit_rows import UnitRow


@dataclass(frozen=True)
class UnitList:
    """form: registry_v2, registry_v1, preschools or template; errors: the first thousand of error_count."""

    form: str
    rows: tuple[UnitRow, ...]
    errors: tuple[RowError, ...]
    error_count: int


def parse_units(path: Path, *, work_dir: Path) -> UnitList:
    """Raises `UnusableFile` with one clear line; never anything else for a bad file. Nothing is stored."""
    answer = run_child("styrkedja.intake.units.child", path, work_dir, {})
    return UnitList(
        form=answer["form"],
        rows=tuple(UnitRow.from_json(row) for row in answer["rows"]),
        errors=tuple(RowError(**error) for error in answer["errors"]),
        error_count=answer["error_count"],
    )
