"""The template slides are made in: the organiser's own, kept version by version, or the plain one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.db.models import QuerySet
from django.utils.translation import gettext as _

import styrkedja
from styrkedja.core.errors import Refused

from .models import SlideTemplate

SECONDS = 40  # the trial ends itself after twenty of the processor's
MEGABYTES = 20


@dataclass(frozen=True, slots=True)
class Template:
    """A file that has been tried: slides can be made in it, on these layouts."""

    content: bytes
    opening: str
    layout: str


def versions() -> QuerySet[SlideTemplate]:
    """All there have been, latest first, without the files."""
    return SlideTemplate.objects.select_related("made_by").defer("content")


def content() -> bytes:
    """The file that holds; empty for the plain one."""
    held = SlideTemplate.objects.order_by("-number").values_list("content", flat=True).first()
    return bytes(held or b"")


def tried(file: bytes) -> Template:
    """Make a slide in the file, in a process of its own with limits. Raises Refused, in words, where that fails."""
    if len(file) > MEGABYTES * 1024 * 1024:
        raise Refused(_sentence("too_large"))
    with NamedTemporaryFile(suffix=".pptx") as kept:
        kept.write(file)
        kept.flush()
        answer = _ask_child(Path(kept.name))
    if "opening" not in answer:
        raise Refused(_sentence(answer.get("refused", "broken")))
    return Template(file, answer["opening"][:200], answer["layout"][:200])


def _ask_child(path: Path) -> dict[str, str]:
    """What `template_trial` says; nothing where it fell or took too long."""
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": os.pathsep.join([str(Path(styrkedja.__file__).parent.parent), *filter(None, sys.path)]),
        "PYTHONUTF8": "1",
    }
    command = [sys.executable, "-S", "-P", "-m", "styrkedja.reports.template_trial", str(path)]
    try:
        child = subprocess.run(
            command, env=environment, capture_output=True, timeout=SECONDS, check=False, start_new_session=True
        )
    except subprocess.TimeoutExpired:
        return {}
    found: dict[str, str] = json.loads(child.stdout) if child.returncode == 0 and child.stdout else {}
    return found


def _sentence(code: str) -> str:
    return {
        "too_large": _("The file is larger than %(limit)s MB. Make its pictures smaller.") % {"limit": MEGABYTES},
        "swells": _("The file becomes far too large when it is unpacked, so it is not opened."),
        "macros": _("The file holds macros. Save it as a presentation or template without macros (.pptx or .potx)."),
        "active": _("The file holds embedded programs or objects. Take them out and save it again."),
        "external": _(
            "The file fetches something from elsewhere when it is opened. Embed its pictures and save again."
        ),
        "encrypted": _("The file is protected by a password, or of an old kind (.ppt). Save it as .pptx or .potx."),
        "other": _("The file is no PowerPoint presentation or template (.pptx or .potx)."),
        "no_layout": _("No layout in the file has both a title and room under it. Slides need one that has."),
        "no_notes": _("The notes page of the file has no frame for text. Put one back in the notes master."),
        "broken": _("The file cannot be opened. Open it in PowerPoint, save it anew and try again."),
    }[code]
