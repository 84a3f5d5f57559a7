"""Forms of the editing page: one per kind of row. They check what can be stored, not whether it is complete."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from styrkedja.core.words import WRITTEN_IN

from .models import Assessment, Cause, Evidence, Finding, Need, Participation, Row, UnitInclusion
from .row_actions import LINKS, written

LONGEST = 100_000  # characters in one text


class TextField(forms.CharField):
    """Words as they were written: nothing is trimmed or changed but the line ends of the browser."""

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        messages = {"max_length": _("The text is too long: %(show_value)s characters. At most %(limit_value)s fit.")}
        widget = (
            forms.Textarea({"rows": rows, "lang": WRITTEN_IN}) if rows > 1 else forms.TextInput({"lang": WRITTEN_IN})
        )
        super().__init__(
            required=False, strip=False, max_length=LONGEST, widget=widget, error_messages=messages, **kwargs
        )

    def clean(self, value: Any) -> str:
        if value and "\x00" in value:
            raise ValidationError(
                _("The text holds a character that cannot be stored (NUL, number 0). Remove it; it is often pasted in.")
            )
        return str(super().clean(value)).replace("\r\n", "\n").replace("\r", "\n")


class RowForm(forms.Form):
    """A row's written fields, and the version they were written on."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    hide_optional = True  # nothing is required while one writes

    def __init__(self, data: Any = None, *, row: Row, **kwargs: Any) -> None:
        self.row = row
        kwargs.setdefault("auto_id", f"{row.anchor}-%s")
        initial = {"version": row.version, **written(row), **kwargs.pop("initial", {})}
        super().__init__(data, initial=initial, **kwargs)

    def written(self) -> dict[str, Any]:
        """What was written, as the model keeps it."""
        return {name: self.cleaned_data[name] for name in self.row.written}

    def chosen(self) -> list[str] | None:
        """Ids of what the row is linked to; None for a kind without links."""
        return self.cleaned_data.get(LINKS)


class FindingForm(RowForm):
    text = TextField(label=_("What do you see?"))


class EvidenceForm(RowForm):
    text = TextField(label=_("What was seen or heard?"))
    author = TextField(label=_("Who it comes from"), rows=1)
    date = forms.DateField(
        label=_("Date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Write the date as 2026-05-31.")},
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Evidence.Kind.choices)


class AssessmentForm(RowForm):
    attainment = forms.ChoiceField(
        label=_("How far have you come towards the national goals?"),
        choices=[("", _("Not weighed together yet")), *Assessment.Attainment.choices],
        required=False,
    )
    text = TextField(label=_("Conclusion"), rows=2)


class LinksField(forms.MultipleChoiceField):
    """Checkboxes; what is no longer there to choose is left out rather than refused: it was deleted meanwhile."""

    widget = forms.CheckboxSelectMultiple

    def validate(self, value: Any) -> None:
        for item in value:
            try:
                UUID(item)
            except ValueError:
                raise ValidationError(_("Choose among those listed.")) from None


class CauseForm(RowForm):
    text = TextField(label=_("Why do you think it is so?"))
    links = LinksField(
        label=_("What does it rest on?"),
        help_text=_("Chosen among the figures, texts and evidence saved under Results."),
        required=False,
    )
    rival = TextField(label=_("What speaks against it? What else could explain it?"), rows=2)
    rival_unknown = forms.BooleanField(label=_("We do not know yet"), required=False)


class NeedForm(RowForm):
    text = TextField(label=_("What has to develop?"), rows=2)
    links = LinksField(
        label=_("Which causes does it answer?"), help_text=_("Chosen among the causes saved above."), required=False
    )


class ParticipationForm(RowForm):
    offered = forms.BooleanField(label=_("They were given the chance to take part"), required=False)
    how = TextField(label=_("How?"), rows=2)
    held = TextField(label=_("When?"), rows=1)


class UnitForm(RowForm):
    """Taken in, or why not: one answer puts the other away."""

    included_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    reason = TextField(label=_("Why is its analysis not here?"), rows=2)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("included_id") and cleaned.get("reason"):
            cleaned["reason"] = ""
        return cleaned


FORMS: dict[type[Row], type[RowForm]] = {
    Finding: FindingForm,
    Evidence: EvidenceForm,
    Assessment: AssessmentForm,
    Cause: CauseForm,
    Need: NeedForm,
    Participation: ParticipationForm,
    UnitInclusion: UnitForm,
}
"""The kinds of rows one writes in; quotes are only put in and taken out."""
