"""Raw files on the disk: generated names in the home's files/import/, whole or not there, gone when refused."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from django.core.files.storage import default_storage

FOLDER = "import"
WORK = "import/work"
BLOCK = 1024 * 1024


@dataclass(frozen=True)
class StoredFile:
    stored_as: str  # relative to the home's files/
    sha256: str
    size: int


def store(blocks: Iterable[bytes]) -> StoredFile:
    """Write a file under a name of its own and make sure it is on the disk."""
    stored_as = f"{FOLDER}/{uuid4().hex}"
    path = path_of(stored_as)
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with ExitStack() as undo:
        undo.callback(path.unlink, missing_ok=True)
        with path.open("xb") as file:
            for block in blocks:
                digest.update(block)
                size += len(block)
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        undo.pop_all()
    return StoredFile(stored_as, digest.hexdigest(), size)


def blocks_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    for block in blocks_of(path):
        digest.update(block)
    return digest.hexdigest()


def path_of(stored_as: str) -> Path:
    return Path(default_storage.path(stored_as))


def remove(stored_as: str) -> None:
    if stored_as:
        path_of(stored_as).unlink(missing_ok=True)


@contextmanager
def work_folder(name: str) -> Iterator[Path]:
    """A folder for the parser's rows, empty at the start and gone at the end; the same name after a crash."""
    folder = path_of(f"{WORK}/{name}")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def left_behind(known: set[str], *, older_than: float) -> list[Path]:
    """Files and work folders nothing points at any more, last touched more than `older_than` seconds ago."""
    limit = time.time() - older_than
    found = [p for p in path_of(FOLDER).glob("*") if p.is_file() and f"{FOLDER}/{p.name}" not in known]
    found += path_of(WORK).glob("*")
    return [path for path in found if path.stat().st_mtime < limit]
