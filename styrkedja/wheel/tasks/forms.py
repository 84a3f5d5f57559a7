"""Forms of a task's page: a word with the tick, the place's own note, who does it; and of the settings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from styrkedja.organisation.models import Person
from styrkedja.wheel.models import Task

from .actions import WORDS


class TickForm(forms.Form):
    words = forms.CharField(
        label=_("A word on how it went"),
        max_length=WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Read by everybody who sees the year. No names of pupils."),
    )


class NoteForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    note = forms.CharField(
        label=_("Our own note"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "What the place adds to what comes from above. Read by everybody who sees the year. No names of pupils."
        ),
    )

    def __init__(self, data: Any = None, *, task: Task) -> None:
        super().__init__(data, initial={"version": task.version, "note": task.note})


class HolderForm(forms.Form):
    """Those with a role at the place or within it, and whoever is named; empty: whoever holds the role."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    holder = forms.ChoiceField(label=_("Who does it"), required=False)

    def __init__(self, data: Any = None, *, task: Task, people: list[Person], role: str) -> None:
        super().__init__(data, initial={"version": task.version, "holder": str(task.holder_id or "")})
        self.people = {str(person.pk): person for person in people}
        field = self.fields["holder"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", role), *((pk, person.name) for pk, person in self.people.items())]

    def chosen(self) -> Person | None:
        return self.people.get(self.cleaned_data["holder"])


class SettingsForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    escalate_after = forms.IntegerField(
        label=_("Days late before those above are told"),
        min_value=0,
        max_value=365,
        help_text=_("Each of them is told once of a task. 0: never."),
    )
