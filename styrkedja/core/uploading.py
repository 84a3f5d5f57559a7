"""File names of uploads as the sender wrote them, and no file larger than the program takes.

Django cuts a name at its slashes and turns entities into characters, to make it fit a disk. We never use it on a disk
(files get generated names), so it is kept as written and only ever shown as text. `written_name` gives it.
"""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http.multipartparser import MultiPartParser

MAX_UPLOAD_BYTES = 50 * 1024 * 1024
MAX_NAME = 500
# What a browser cannot write inside the header's quotation marks (HTML standard, multipart/form-data).
ENCODED_BY_BROWSERS = {"%22": '"', "%0D": "\r", "%0A": "\n"}
ENCODED = re.compile("|".join(ENCODED_BY_BROWSERS), re.IGNORECASE)


def written_name(file: UploadedFile) -> str:
    """The name the sender gave the file, at most 500 characters, without NUL (which no database takes)."""
    name = getattr(file, "written_name", None) or file.name or ""
    return name.replace("\0", "\N{REPLACEMENT CHARACTER}")[:MAX_NAME]


def was_too_large(request: Any) -> bool:
    return bool(getattr(request, "upload_too_large", False))


class NamesAsWritten(FileUploadHandler):
    """First of the upload handlers: parses the request itself, with the others, and remembers the names."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,
        content_length: int,  # noqa: ARG002 - the parser reads it from META
        boundary: Any,  # noqa: ARG002
        encoding: str | None = None,
    ) -> Any:
        limit = _Limit(self.request)
        others = [handler for handler in self.request.upload_handlers if handler is not self]  # type: ignore[union-attr]
        parser = _Parser(META, input_data, [limit, *others], encoding)
        posted, files = parser.parse()
        for _field, uploaded in files.lists():
            for file in uploaded:
                file.written_name = parser.names.get(file.name, "")
        return posted, files

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002 - the others are asked
        return raw_data

    def file_complete(self, file_size: int) -> None:  # noqa: ARG002
        return None


class _Limit(FileUploadHandler):
    """Lets the rest of a file that is too large run out unread; the form's other fields are kept."""

    received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received = start + len(raw_data)
        if self.received > MAX_UPLOAD_BYTES:
            self.request.upload_too_large = True  # type: ignore[union-attr]
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:  # noqa: ARG002 - only counts
        return None


class _Parser(MultiPartParser):
    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.names: dict[str, str] = {}

    def sanitize_file_name(self, file_name: str) -> str | None:
        """A name of our own for the handlers; an empty one means that no file was chosen."""
        if not file_name:
            return None
        ours = uuid4().hex
        self.names[ours] = ENCODED.sub(lambda found: ENCODED_BY_BROWSERS[found[0].upper()], file_name)
        return ours

    IE_sanitize = sanitize_file_name
