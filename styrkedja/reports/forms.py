"""Which year a report is about; and the template its slides are made in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from styrkedja.core.errors import Refused

from . import slide_templates
from .queries import periods_offered


class PeriodForm(forms.Form):
    """A school year among those a report may be about."""

    period = forms.ChoiceField(label=_("School year"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["period"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(p, p) for p in periods_offered()]


class SlideTemplateForm(forms.Form):
    """A file to make slides in, or the plain template again. `expected`: the number of the version that was seen."""

    file = forms.FileField(
        label=_("Template"),
        required=False,
        help_text=_(
            "A presentation or template of your own (.pptx or .potx), with your layouts, colours and logotype."
        ),
        widget=forms.FileInput(attrs={"accept": ".pptx,.potx"}),
        error_messages={"empty": _("The file is empty.")},
    )
    plain = forms.BooleanField(required=False, widget=forms.HiddenInput)
    expected = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: object, too_large: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.too_large = too_large

    def clean_file(self) -> slide_templates.Template | None:
        """The file, once slides could be made in it."""
        file = self.cleaned_data["file"]
        try:
            return slide_templates.tried(b"".join(file.chunks())) if file else None
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from refused

    def clean(self) -> dict[str, object]:
        found = super().clean() or {}
        if not found.get("file") and not found.get("plain") and "file" not in self.errors:
            self.add_error("file", _("The file is too large.") if self.too_large else _("Choose a file first."))
        return found


class CaseNumberForm(forms.Form):
    """The number that came back from the registry. `seen`: the one that stood there."""

    number = forms.CharField(
        label=_("Registry number"),
        max_length=60,
        help_text=_("As the registry wrote it: BUN 2026/112."),
        error_messages={"required": _("Write the number as it stands in the registry.")},
    )
    seen = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
