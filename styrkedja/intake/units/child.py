"""The parsing child for lists of units: same checks, same limits as `intake.child`, other shapes."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any

from styrkedja.intake import safety
from styrkedja.intake.child import MAX_ERRORS, MEMORY_PER_BYTE, MEMORY_UNKNOWN, limit_memory
from styrkedja.intake.messages import UnusableFile


def main(job_path: str) -> int:
    job = json.loads(Path(job_path).read_text(encoding="utf-8"))
    try:
        result = run(Path(job["path"]))
    except UnusableFile as error:
        result = {"unusable": {"code": error.code, "params": error.params, "detail": error.detail}}
    (Path(job["work_dir"]) / "result.json").write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")
    return 0


def run(path: Path) -> dict[str, Any]:
    """{"form", "rows", "errors", "error_count"}. Raises `UnusableFile`."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    inspection = safety.inspect(path)
    safety.look_through(path, inspection)
    limit_memory(MEMORY_UNKNOWN + MEMORY_PER_BYTE * inspection.inflated)
    from styrkedja.intake import reading  # Polars is loaded only for a file that passed the inspection
    from styrkedja.intake.units.reading import read

    if inspection.kind == "xlsx":
        documents = reading.workbook_documents(path, inspection.first_column)
    else:
        documents = iter([reading.text_document(path)])
    found = next((units for document in documents if (units := read(document))), None)
    if found is None:
        raise UnusableFile("not_units")
    errors = sorted(found.errors, key=lambda error: error.row)
    return {
        "form": found.form,
        "rows": [row.as_json() for row in found.rows],
        "errors": [vars(error) for error in errors[:MAX_ERRORS]],
        "error_count": len(errors),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
