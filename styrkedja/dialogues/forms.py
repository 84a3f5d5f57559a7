"""What forms of every dialogue share: a day within reach, and the version one has read."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

USUAL_TIME = dt.timedelta(days=28)  # from a request until it is due
FARTHEST = dt.timedelta(days=2 * 366)


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={
            "invalid": gettext_lazy("Write the date as 2026-05-31."),
            "required": gettext_lazy("Choose a date."),
        },
        **kwargs,
    )


def check_day(day: dt.date) -> dt.date:
    today = timezone.localdate()
    if day < today:
        raise ValidationError(_("Choose a day that has not passed."))
    if day > today + FARTHEST:
        raise ValidationError(_("Choose a day within two years."))
    return day


class VersionForm(forms.Form):
    """The version one has read, and nothing more."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    hide_optional = True
