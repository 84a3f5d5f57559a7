"""Forms of a person's own page."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from styrkedja.organisation.models import Mail


class MailForm(forms.Form):
    """Ticked is wanted: a page that asks what one wants, not what one refuses."""

    wanted = forms.MultipleChoiceField(
        label=_("Send me"),
        choices=Mail.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What concerns your account itself is always sent. Mail holds links, never what somebody wrote."),
    )
    hide_optional = True
