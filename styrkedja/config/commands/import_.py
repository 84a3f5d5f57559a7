"""`styrkedja import FILE`: read a file and store it as a batch; the same file again changes nothing."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styrkedja.config.cli import Unusable

if TYPE_CHECKING:
    from styrkedja.intake.importing import Imported

HELP = "läs in en fil med resultat"
STATES = ("shown", "approximate", "suppressed", "missing", "not_applicable")
STATE_WORDS = ("visade", "ungefärliga", "skyddade", "saknas", "ej tillämpliga")
ERRORS_PRINTED = 20


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FIL", help="CSV, XLSX, JSON eller JSONL")
    parser.add_argument("--format", metavar="ID", help="filens format, i stället för att det känns igen")
    parser.add_argument("--dry-run", action="store_true", help="läs och berätta, spara ingenting")
    parser.add_argument("--json", action="store_true", help="svaret som JSON")


def run(options: argparse.Namespace) -> int:
    from styrkedja.intake.importing import import_file
    from styrkedja.intake.messages import UnusableFile
    from styrkedja.observations import loading

    path = Path(options.file)
    if not path.is_file():
        raise Unusable(f"Det finns ingen fil {one_line(options.file)}.")
    try:
        done = import_file(path, by=None, format_id=options.format, dry_run=options.dry_run)
    except UnusableFile as error:
        raise Unusable(f"{one_line(path.name)}: {error.message_sv}") from error
    except OSError as error:
        raise Unusable(f"{one_line(path.name)}: filen går inte att läsa") from error
    if options.json:
        print(json.dumps(as_json(path, done), ensure_ascii=False))
    else:
        print("\n".join(as_text(path, done, options.dry_run)))
    if done.batch and not done.unchanged and not options.dry_run:
        loading.refresh_statistics()
    return 0


def as_json(path: Path, done: Imported) -> dict[str, Any]:
    """The command's answer; its keys and their meaning are fixed (issue 2, section 8)."""
    result = done.result
    return {
        "file": printable(path.name),
        "format": result.format,
        "batch": str(done.batch.uid) if done.batch else None,
        "unchanged": done.unchanged,
        "rows": result.rows,
        "observations": result.observations,
        "states": {state: result.states.get(state, 0) for state in STATES},
        "errors": [error.as_json("sv") for error in result.errors],
    }


def as_text(path: Path, done: Imported, dry_run: bool) -> list[str]:
    result = done.result
    counts = ", ".join(
        f"{result.states[state]} {word}"
        for state, word in zip(STATES, STATE_WORDS, strict=True)
        if state in result.states
    )
    lines = [f"{one_line(path.name)}: {result.format}, {result.rows} rader, {result.observations} uppgifter ({counts})"]
    lines += [f"Obs: {warning.message('sv')}" for warning in result.warnings]
    for error in result.errors[:ERRORS_PRINTED]:
        place = f"rad {error.row}, {error.column}: {error.value}" if error.column else f"rad {error.row}: {error.value}"
        lines.append(one_line(f"{place} - {error.message('sv')}"))
    if result.error_count > ERRORS_PRINTED:
        lines.append(f"... och {result.error_count - ERRORS_PRINTED} fel till (--json visar de första tusen)")
    if done.unchanged and done.batch:
        lines.append(f"Samma fil är redan importerad, omgång {done.batch.uid}; ingenting har ändrats.")
    elif dry_run:
        lines.append("Provkörning: ingenting har sparats.")
    elif not done.batch:
        lines.append("Filen har inga uppgifter som kan sparas.")
    else:
        lines.append(f"Sparad som omgång {done.batch.uid}.")
    return lines


def one_line(text: str) -> str:
    return " ".join(printable(text).split())


def printable(text: str) -> str:
    """A file name the system gave as bytes may hold what no text may."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
