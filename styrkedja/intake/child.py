"""The parsing child: inspects, reads and parses one file under limits, and leaves plain files behind. No Django,
no database.

Started as `python -m styrkedja.intake.child JOB` by `parsing.parse_file`, which also watches its time and memory.
JOB is a JSON file `{path, work_dir, format_id, context}`. Progress goes to standard output, one line per step.
Whatever a parser does here - a panic, an abort, running out of memory - the caller sees a refused file.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from styrkedja.intake import safety
from styrkedja.intake.formats._contract import (
    Document,
    FileWarning,
    Format,
    IndicatorRule,
    ParseContext,
    Parsed,
    RowError,
    composed,
)
from styrkedja.intake.messages import UnusableFile

if TYPE_CHECKING:
    import polars as pl

MB = 1024 * 1024
MEMORY_UNKNOWN = 240 * MB  # the interpreter with Polars reserves up to 140 MB, and occupies 65
MEMORY_TEXT = 320 * MB
MEMORY_AT_MOST = 460 * MB
MEMORY_PER_BYTE = 40
MAX_ERRORS = 1000
CPU_SECONDS = 120
UNIT_FIELDS = ("kind", "code", "organiser", "name", "row", "column")
FACET = ["period", "grp", "place", "population"]
OBSERVATION_COLUMNS = ["unit", "measure", "facet", "state", "value", "n", "numerator", "raw"]


def main(job_path: str) -> None:
    started = time.monotonic()
    job = json.loads(Path(job_path).read_text(encoding="utf-8"))
    work_dir = Path(job["work_dir"])
    try:
        result = run(Path(job["path"]), work_dir, job["format_id"], context_from(job["context"]))
    except UnusableFile as error:
        result = unusable(error)
    result["seconds"] = round(time.monotonic() - started, 3)
    (work_dir / "result.json").write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")


def run(path: Path, work_dir: Path, format_id: str | None, context: ParseContext) -> dict[str, Any]:
    """Inspect, read, parse and write; the content of result.json. Raises `UnusableFile`."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))  # even if nobody watches any more
    tell("checking", 0.0)
    with inspected(path) as (inspection, warnings):
        tell("reading", 0.2)
        limit_memory(MEMORY_TEXT if inspection.kind == "text" else MEMORY_UNKNOWN)
        chosen, document = understood(path, inspection, format_id)
    tell("sorting", 0.5, inflated=inspection.inflated)
    limit_memory(max(MEMORY_TEXT, MEMORY_UNKNOWN + MEMORY_PER_BYTE * inspection.inflated))
    parsed = chosen.parse(document, context)
    del document
    parsed.warnings[:0] = warnings
    frame = without_duplicates(parsed)
    tell("writing", 0.8)
    return {
        "format": chosen.ID,
        "source": chosen.SOURCE,
        "sha256": inspection.sha256,
        **written(parsed, frame, work_dir),
    }


@contextmanager
def inspected(path: Path) -> Iterator[tuple[safety.Inspection, list[FileWarning]]]:
    """`safety.inspect` in a process of its own, while a thread of this one loads Polars; that process goes on looking
    through the file while the block reads it. On leaving, the list holds its warnings. Raises `UnusableFile`; what we
    refuse to keep outweighs whatever the block found wrong.

    The thread is not waited for: a workbook is read by a library that holds no lock of Python's meanwhile.
    """
    answers, answer = os.pipe()
    helper = os.fork()
    if helper == 0:
        with os.fdopen(answer, "w") as out:
            inspect_and_tell(path, out)
        os._exit(0)
    os.close(answer)
    threading.Thread(target=importlib.import_module, args=("polars",), daemon=True).start()
    warnings: list[FileWarning] = []
    with os.fdopen(answers) as pipe:
        inspection = safety.Inspection(**answered(pipe))
        try:
            yield inspection, warnings
        finally:
            warnings += [FileWarning(**warning) for warning in answered(pipe)["warnings"]]
    os.waitpid(helper, 0)


def inspect_and_tell(path: Path, out: IO[str]) -> None:
    """One line of JSON when the file is known to be safe to parse, one when it has been looked through."""
    try:
        inspection = safety.inspect(path)
        print(json.dumps(asdict(inspection)), file=out, flush=True)
        answer = {"warnings": [vars(warning) for warning in safety.look_through(path, inspection)]}
    except UnusableFile as error:
        answer = unusable(error)
    print(json.dumps(answer), file=out)


def answered(pipe: IO[str]) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(pipe.readline() or "null") or unusable(UnusableFile("crashed"))
    if "unusable" in answer:
        reason = answer["unusable"]
        raise UnusableFile(reason["code"], detail=reason["detail"], **reason["params"])
    return answer


def unusable(error: UnusableFile) -> dict[str, Any]:
    return {"unusable": {"code": error.code, "params": error.params, "detail": error.detail}}


def tell(stage: str, done: float, **more: int) -> None:
    print(json.dumps({"stage": stage, "done": done, **more}), flush=True)


def limit_memory(allowed: int) -> None:
    """How much data this process may reserve from now on: little until the content is recognised, then by its size."""
    resource.setrlimit(resource.RLIMIT_DATA, (min(allowed, MEMORY_AT_MOST), MEMORY_AT_MOST))


def context_from(data: dict[str, Any]) -> ParseContext:
    indicators = data.get("indicators")
    return ParseContext(
        indicators=None
        if indicators is None
        else {
            key: IndicatorRule(rule["factor"], rule["bounded"], tuple(rule["parts"]), rule["people"])
            for key, rule in indicators.items()
        },
        known_units=data.get("known_units"),
    )


def understood(path: Path, inspection: safety.Inspection, format_id: str | None) -> tuple[Format, Document]:
    """The first format that recognises a sheet of the workbook, or the text file."""
    from styrkedja.intake import reading
    from styrkedja.intake.formats import formats

    if format_id is not None and format_id not in formats():
        raise UnusableFile("no_such_format", format=format_id)
    if inspection.kind == "xlsx":
        documents = reading.workbook_documents(path, inspection.first_column)
    else:
        documents = iter([reading.text_document(path)])
    recognised: Format | None = None
    for document in documents:
        for candidate in formats().values():
            if candidate.recognise(document):
                recognised = candidate
                if format_id in (None, candidate.ID):
                    return candidate, document
    if recognised is not None:
        raise UnusableFile("wrong_format", format=str(format_id), seen=recognised.TITLE["sv"])
    raise UnusableFile("unknown_format")


def without_duplicates(parsed: Parsed) -> pl.DataFrame:
    """Identical rows once; rows that speak of the same thing with different values become row errors, all of them."""
    import polars as pl

    from styrkedja.intake.formats._values import KEY, duplicated

    frame = parsed.frame
    doubled = frame.filter(duplicated(frame)) if frame.height else frame
    if not doubled.height:
        return frame
    says = ["state", "value", "n", "numerator", "raw"]
    distinct = doubled.unique(KEY + says, keep="first", maintain_order=True)
    differing = distinct.filter(duplicated(distinct))
    partners = differing.group_by(KEY).agg(pl.col("row").alias("rows"))
    for row in differing.join(partners, on=KEY, how="left", nulls_equal=True).iter_rows(named=True):
        others = ", ".join(str(other) for other in row["rows"] if other != row["row"]) or str(row["row"])
        value = row["raw"] or ("" if row["value"] is None else f"{row['value']:g}".replace(".", ","))
        parsed.errors.append(RowError(row["row"], row["column"] or "", value, "differing_rows", {"rows": others}))
    if doubled.height > distinct.height:
        parsed.warnings.append(FileWarning("identical_rows", {"rows": str(doubled.height - distinct.height)}))
    kept = frame.unique(KEY + says, keep="first", maintain_order=True)
    return kept.join(differing.select(KEY).unique(), on=KEY, how="anti", nulls_equal=True, maintain_order="left")


def written(parsed: Parsed, frame: pl.DataFrame, work_dir: Path) -> dict[str, Any]:
    """Write the four CSV files; the counts and lists of result.json."""
    import polars as pl

    facets = frame.select(FACET).unique(maintain_order=True).with_row_index("facet")
    facets.write_csv(work_dir / "facets.csv")
    numbered = frame.join(facets, on=FACET, maintain_order="left")
    numbered.select(OBSERVATION_COLUMNS).write_csv(work_dir / "observations.csv", include_header=False)
    kinds = {key: pl.Int64 if key == "row" else pl.String for key in UNIT_FIELDS}
    units = pl.DataFrame({key: [getattr(unit, key) for unit in parsed.units] for key in UNIT_FIELDS}, schema=kinds)
    units = units.with_columns(pl.col("name").str.normalize("NFC")).with_row_index("unit")
    units.write_csv(work_dir / "units.csv")
    measures = [(i, composed(measure.code), composed(measure.title)) for i, measure in enumerate(parsed.measures)]
    pl.DataFrame(measures, schema=["measure", "code", "title"], orient="row").write_csv(work_dir / "measures.csv")
    errors = sorted(parsed.errors, key=lambda error: error.row)
    return {
        "title": parsed.title,
        "retrieved_at": parsed.retrieved_at.isoformat() if parsed.retrieved_at else None,
        "rows": parsed.rows,
        "observations": frame.height,
        "units": units.height,
        "measures": len(measures),
        "states": dict(sorted(frame.get_column("state").value_counts().iter_rows())),
        "periods": sorted(frame.get_column("period").unique().to_list()),
        "error_count": len(errors),
        "errors": [vars(error) for error in errors[:MAX_ERRORS]],
        "warnings": [vars(warning) for warning in parsed.warnings],
    }


if __name__ == "__main__":
    main(sys.argv[1])
    sys.stdout.flush()
    os._exit(0)  # what was read need not be tidied away piece by piece
