"""Forms of a reflection: one question at a time, and what colleagues say to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from styrkedja.analyses.forms import TextField
from styrkedja.dialogues.forms import VersionForm
from styrkedja.dialogues.models import ReflectionAnswer


class ReflectionForm(VersionForm):
    """One question of a reflection, answered as one types."""

    text = TextField(rows=5)

    def __init__(self, data: Any = None, *, answer: ReflectionAnswer, question: str) -> None:
        initial = {"version": answer.version, "text": answer.text}
        super().__init__(data, initial=initial, auto_id=f"fraga-{answer.number}-%s")
        self.answer, self.question = answer, question
        self.fields["text"].label = _("Your answer to question %(number)s") % {"number": answer.number}


class TalkForm(forms.Form):
    hide_optional = True
    text = TextField(label=gettext_lazy("Your comment"), rows=3)
