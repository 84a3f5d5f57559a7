"""The PDF of a report, kept as it was first set: a newer Typst or template changes no report that has been read.

Files lie under the home's files/reports/, named by the hash of what they show and the version it became. Where one is
lost it is set again.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.core.files.storage import default_storage

from . import queries
from .document import Language
from .models import Report
from .renderers.pdf import render_pdf
from .standing import established_as

FOLDER = "reports"
WHOLE = b"%%EOF"


def pdf_of(report: Report, language: Language) -> bytes:
    """The PDF, from the disk where it has been set before."""
    path = path_of(report, language)
    with suppress(FileNotFoundError):
        kept = path.read_bytes()
        if WHOLE in kept[-64:]:
            return kept
    made = render_pdf(queries.document_of(report, language))
    _keep(path, made)
    return made


def path_of(report: Report, language: Language) -> Path:
    """One file for the report as it was made, one for it as established: the cover says so."""
    version = established_as(report)
    name = f"{report.content_hash}.{version.pk}" if version else report.content_hash
    return Path(default_storage.path(f"{FOLDER}/{name}.{language}.pdf"))


def remove_disposed() -> int:
    """Take away the files of reports that were disposed of; how many. Twice changes nothing."""
    gone = set(Report.objects.filter(snapshot={}).values_list("content_hash", flat=True))
    folder = Path(default_storage.path(FOLDER))
    found = [path for path in folder.glob("*.pdf") if path.name.partition(".")[0] in gone] if gone else []
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def _keep(path: Path, content: bytes) -> None:
    """Whole or not there, also when two ask at once or the power goes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)
