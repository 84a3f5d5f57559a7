"""Forms of the frame: a decision to enter, and how this organiser works. Every error stands at its field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from styrkedja.access.forms import DateField, NodeChoiceField, VersionedForm
from styrkedja.analyses.forms import TextField
from styrkedja.core.words import WRITTEN_IN
from styrkedja.organisation.models import Node
from styrkedja.plans.models import Decision, DecisionKind, PlanSettings

from .global_goals import global_goals


class WordsField(TextField):
    """Words that have to be there."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.required = True
        self.error_messages["required"] = _("Write something here.")

    def validate(self, value: Any) -> None:
        super().validate(value.strip() if isinstance(value, str) else value)


class DecisionChoiceField(forms.ChoiceField):
    """A choice among decisions the page has already read; cleans to the Decision, or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.decisions: dict[str, Decision] = {}

    def offer(self, decisions: Iterable[Decision]) -> None:
        self.decisions = {str(one.pk): one for one in decisions}
        named = ((pk, named_decision(one)) for pk, one in self.decisions.items())
        self.choices = [("", _("None")), *named]

    def clean(self, value: Any) -> Any:
        return self.decisions.get(super().clean(value))


def named_decision(one: Decision) -> str:
    """A decision in a list: title, who, when."""
    return f"{one.title} ({one.node}, {one.decided_on:%Y-%m-%d}, {one.paragraph})"


class DecisionForm(forms.Form):
    """One decision, as it stands in the minutes."""

    kind = forms.ChoiceField(label=_("Kind"), choices=DecisionKind.choices)
    title = forms.CharField(label=_("Title"), max_length=200, widget=forms.TextInput({"lang": WRITTEN_IN}))
    text = WordsField(label=_("What was decided"), rows=5, help_text=_("The wording of the decision, or its core."))
    addressed_to = NodeChoiceField(
        label=_("Unit"), required=False, help_text=_("For an assignment: the unit it is given to.")
    )
    decided_on = DateField(label=_("Day of the decision"))
    paragraph = forms.CharField(
        label=_("Paragraph"),
        max_length=40,
        help_text=_("As in the minutes: § 84."),
        widget=forms.TextInput({"size": 10}),
    )
    registry_number = forms.CharField(
        label=_("Registry number"), max_length=60, help_text=_("Where it can be found: UN 2026/114.")
    )
    valid_from = DateField(label=_("First day"))
    valid_to = DateField(
        label=_("Last day"), required=False, help_text=_("Leave empty if it holds until something else is decided.")
    )
    above = DecisionChoiceField(label=_("Carries out"), help_text=_("The decision this one carries out."))
    replaces = DecisionChoiceField(
        label=_("Replaces"),
        help_text=_("An earlier decision that this one takes the place of. A mistake is corrected like this too."),
    )
    global_goals = forms.TypedMultipleChoiceField(
        label=_("Global goals it serves"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        *args: Any,
        units: Iterable[Node],
        above: Iterable[Decision],
        replaceable: Iterable[Decision],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["addressed_to"].offer((unit, unit.name) for unit in units)  # type: ignore[attr-defined]
        self.fields["above"].offer(above)  # type: ignore[attr-defined]
        self.fields["replaces"].offer(replaceable)  # type: ignore[attr-defined]
        choices = [(goal.number, f"{goal.number}. {goal.name}") for goal in global_goals().values()]
        self.fields["global_goals"].choices = choices  # type: ignore[attr-defined]

    def clean_decided_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["decided_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("It lies ahead. Enter the decision when it is made."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("valid_from"), data.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("It lies before the first day."))
        is_assignment = data.get("kind") == DecisionKind.ASSIGNMENT
        if is_assignment and not data.get("addressed_to") and "addressed_to" not in self.errors:
            self.add_error("addressed_to", _("Choose the unit the assignment is given to."))
        elif data.get("kind") and not is_assignment and data.get("addressed_to"):
            self.add_error(
                "addressed_to", _("Only an assignment is given to a unit. Leave it out, or change the kind.")
            )
        if data.get("above") and data.get("above") == data.get("replaces"):
            self.add_error("above", _("It cannot carry out the decision it replaces."))
        return data


class SettingsForm(VersionedForm):
    """How this organiser works."""

    follow_up = forms.ChoiceField(
        label=_("Initiatives are followed up"), choices=PlanSettings.Cycle.choices, widget=forms.RadioSelect
    )
    goals_at_most = forms.IntegerField(
        label=_("Active goals at most"),
        min_value=1,
        max_value=99,
        help_text=_("With more than this a notice is shown on the node's pages. Nothing is stopped."),
    )
    initiatives_at_most = forms.IntegerField(label=_("Active initiatives at most"), min_value=1, max_value=99)


def uuid_or_none(text: str) -> UUID | None:
    """An id from an address; None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
