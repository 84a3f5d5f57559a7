"""What every page that saves a form does with the answer of its action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from styrkedja.core.errors import Conflict, Refused


def saved(form: forms.Form, write: Callable[[], object]) -> bool:
    """Run one action. What it refuses becomes a sentence on the form; nothing the person wrote is lost.

    After a conflict the form carries the row as it stands now (`form.conflict`) and its version, so that saving
    again is a choice made with both in sight.
    """
    try:
        write()
    except Refused as refusal:
        form.add_error(None, str(refusal))
    except Conflict as conflict:
        form.add_error(None, _("Somebody else has changed this since you opened the page. Nothing is saved yet."))
        form.conflict = conflict.current  # type: ignore[attr-defined]
        form.data = form.data.copy()  # type: ignore[attr-defined]
        form.data["version"] = str(conflict.current.version)  # type: ignore[index]
    else:
        return True
    return False


def compared(form: forms.Form, **theirs: str) -> list[dict[str, Any]]:
    """What the person wrote beside what is saved, for the fields that differ: [{label, mine, theirs}]."""
    if not hasattr(form, "conflict"):
        return []
    rows = []
    for name, saved_text in theirs.items():
        if name not in form.fields:
            continue
        mine = form.cleaned_data.get(name, "")
        text = ", ".join(mine) if isinstance(mine, list) else str(mine)
        if text != saved_text:
            rows.append({"label": form.fields[name].label, "mine": text, "theirs": saved_text})
    return rows
