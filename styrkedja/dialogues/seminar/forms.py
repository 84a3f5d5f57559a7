"""Forms of a seminar: one's own note, and a note that is taken into an analysis."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from styrkedja.analyses.forms import TextField
from styrkedja.analyses.models import Analysis, Cause, Finding, Need
from styrkedja.dialogues.models import SeminarNote

from .actions import TAKEN_AS


class NoteForm(forms.Form):
    """What one writes alone, and whether it may be used. version: 0 while nothing is written."""

    hide_optional = True

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    text = TextField(rows=4)
    may_use = forms.BooleanField(label=gettext_lazy("May be used in the unit's analysis, with my name"), required=False)

    def __init__(self, data: Any = None, *, note: SeminarNote, label: str, open: bool = True, **kwargs: Any) -> None:
        initial = {"version": note.version, "text": note.text, "may_use": note.may_use}
        about = note.node_id or "alla"
        super().__init__(data, initial=initial, auto_id=f"{note.step}-{about}-%s", **kwargs)
        self.note = note
        self.fields["text"].label = label
        if not open:
            self.fields["text"].widget = forms.HiddenInput()


class TakeInForm(forms.Form):
    """Which analysis, and as what."""

    analysis = forms.ChoiceField(label=gettext_lazy("Analysis"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Take in as"),
        choices=[
            (Finding.slug, pgettext_lazy("row of an analysis", "A result")),
            (Cause.slug, pgettext_lazy("row of an analysis", "A cause")),
            (Need.slug, pgettext_lazy("row of an analysis", "A need")),
        ],
    )
    area = forms.ChoiceField(label=gettext_lazy("Goal area of a result"), required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        note: SeminarNote,
        analyses: Iterable[Analysis],
        areas: list[tuple[str, list[tuple[str, str]]]],
        **kwargs: Any,
    ) -> None:
        initial = {"kind": TAKEN_AS[note.step].slug}
        super().__init__(data, initial=initial, auto_id=f"{note.pk}-%s", **kwargs)
        self.offered = {str(one.pk): one for one in analyses}
        choices = [(pk, one.period) for pk, one in self.offered.items()]
        self.fields["analysis"].choices = choices  # type: ignore[attr-defined]
        self.fields["area"].choices = [("", _("Choose …")), *areas]  # type: ignore[attr-defined]
        if len(self.offered) == 1:
            self.fields["analysis"].widget = forms.HiddenInput()
            self.initial["analysis"] = next(iter(self.offered))

    def clean_analysis(self) -> Analysis:
        return self.offered[self.cleaned_data["analysis"]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("kind") == Finding.slug and not data.get("area") and "area" not in self.errors:
            self.add_error("area", _("Choose the goal area the result belongs to."))
        return data
