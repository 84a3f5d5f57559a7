"""Forms of loading units."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from styrkedja.access.forms import DateField, NodeChoiceField
from styrkedja.intake.safety import MAX_FILE_BYTES
from styrkedja.organisation.models import Node


class UploadForm(forms.Form):
    file = forms.FileField(label=_("File with units"), max_length=None, allow_empty_file=True, widget=forms.FileInput)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE_BYTES:
            raise forms.ValidationError(_("The file is larger than 50 MB."))
        return file


class ConfirmForm(forms.Form):
    """Which changes to write, and where new units go."""

    fingerprint = forms.CharField(widget=forms.HiddenInput, max_length=64)
    under = NodeChoiceField(label=_("New units lie under"), required=False)
    first_day = DateField(label=_("First day of new units, where the file gives none"))

    def __init__(self, *args: Any, places: Iterable[tuple[Node, str]], adds: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if adds:
            self.fields["under"].offer(places)  # type: ignore[attr-defined]
        else:
            del self.fields["under"], self.fields["first_day"]
