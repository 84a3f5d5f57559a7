"""Which year a report is about."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .queries import periods_offered


class PeriodForm(forms.Form):
    """A school year among those a report may be about."""

    period = forms.ChoiceField(label=_("School year"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["period"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(p, p) for p in periods_offered()]
