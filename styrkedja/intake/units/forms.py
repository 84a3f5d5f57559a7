"""Forms of loading units."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from styrkedja.access.forms import DateField, NodeChoiceField
from styrkedja.intake.forms import UploadForm as AnyUpload
from styrkedja.organisation.models import Node


class UploadForm(AnyUpload):
    """As every upload; only the name of the field is its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = _("File with units")


class ConfirmForm(forms.Form):
    """Which changes to write, and where new units go."""

    fingerprint = forms.CharField(widget=forms.HiddenInput, max_length=64)
    under = NodeChoiceField(label=_("New units lie under"))
    first_day = DateField(label=_("First day of new units, where the file gives none"))

    def __init__(
        self, *args: Any, places: Iterable[tuple[Node, str]], needs_place: bool, needs_day: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["under"].offer(places)  # type: ignore[attr-defined]
        if not needs_place:
            del self.fields["under"]
        if not needs_day:
            del self.fields["first_day"]
