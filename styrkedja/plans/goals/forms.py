"""Forms of goals: the goal itself, a target, the outcome, a decision of the committee. Errors stand at their fields."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from styrkedja.access.forms import DateField, VersionedForm
from styrkedja.analyses.forms import TextField
from styrkedja.core.words import WRITTEN_IN
from styrkedja.indicators.catalogue import catalogue
from styrkedja.plans.frame.forms import DecisionChoiceField, WordsField
from styrkedja.plans.frame.national import NationalGoal
from styrkedja.plans.initiatives.queries import NeedChoice
from styrkedja.plans.models import Decision, Goal

from .actions import Need


class GoalForm(forms.Form):
    """A proposal. `version` is empty for a new one."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    period = forms.CharField(widget=forms.HiddenInput, max_length=7)
    title = forms.CharField(
        label=_("The goal in one sentence"),
        max_length=300,
        help_text=_("What is to be true at the end of the period, for whom?"),
        widget=forms.TextInput({"lang": WRITTEN_IN}),
    )
    text = TextField(label=_("More about it"), rows=3)
    national = forms.MultipleChoiceField(
        label=_("National goals it serves"),
        help_text=_("At least one, of those that hold in the period."),
        error_messages={
            "required": _("Choose at least one national goal that the goal serves."),
            "invalid_choice": _("One of them does not hold in the period. Choose another."),
        },
        widget=forms.CheckboxSelectMultiple,
    )
    needs = forms.MultipleChoiceField(
        label=_("Needs it answers"),
        help_text=_("From the established analysis, in the words they have there."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    above = forms.ChoiceField(label=_("Goal above it stems from"), required=False)
    decision = DecisionChoiceField(label=_("Decision it carries out"))

    def __init__(
        self,
        *args: Any,
        national: Iterable[NationalGoal],
        needs: Iterable[NeedChoice],
        above: Iterable[Goal],
        decisions: Iterable[Decision],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offered_needs = {need.key: need for need in needs}
        self.offered_above = {str(goal.pk): goal for goal in above}
        self.offered_national = {goal.id: goal for goal in national}
        self.fields["national"].choices = [(g.id, g.name) for g in self.offered_national.values()]  # type: ignore[attr-defined]
        self.fields["needs"].choices = [  # type: ignore[attr-defined]
            (key, f"{need.text} ({need.source.document.node}, {need.source.document.period})")
            for key, need in self.offered_needs.items()
        ]
        stems = [(pk, f"{goal.title} ({goal.node}, {goal.period})") for pk, goal in self.offered_above.items()]
        self.fields["above"].choices = [("", _("None")), *stems]  # type: ignore[attr-defined]
        self.fields["decision"].offer(decisions)  # type: ignore[attr-defined]
        if not self.offered_needs:
            del self.fields["needs"]

    def clean_above(self) -> Goal | None:
        return self.offered_above.get(self.cleaned_data["above"])

    def clean_needs(self) -> list[Need]:
        chosen = [self.offered_needs[key] for key in self.cleaned_data["needs"]]
        return [(need.source, need.need) for need in chosen]

    def written(self) -> dict[str, Any]:
        """The fields as the actions take them."""
        names = ("title", "text", "national", "above", "decision")
        return {name: self.cleaned_data[name] for name in names} | {"needs": self.cleaned_data.get("needs", [])}


class NumberField(forms.FloatField):
    """A number as people write it: "68,5" or "68.5"."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"inputmode": "decimal", "size": 8, "autocomplete": "off", "class": "short"}
        super().__init__(
            widget=forms.TextInput(attributes), error_messages={"invalid": _("Write a number, such as 68,5.")}, **kwargs
        )

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip().replace("\N{MINUS SIGN}", "-").replace(",", ".").removesuffix("%").rstrip()
        if text and not set(text) <= set("0123456789.-"):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text)


class TargetForm(forms.Form):
    """A figure a goal aims at."""

    measure = forms.ChoiceField(
        label=_("Indicator"), help_text=_("Where it stands now is kept with the goal, as you see it here.")
    )
    value = NumberField(label=_("Value to reach"))
    date = DateField(label=_("By"))

    def __init__(self, *args: Any, measures: list[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].choices = [("", _("Choose …")), *measures]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        indicator = catalogue().get(str(data.get("measure", "")).partition("|")[0])
        value = data.get("value")
        if indicator and value is not None:
            low, high = indicator.range
            if not (math.isfinite(value) and low <= value <= high):
                words = {"low": f"{low:g}", "high": f"{high:g}"}
                self.add_error("value", _("The indicator goes from %(low)s to %(high)s.") % words)
        return data


class OutcomeForm(VersionedForm):
    """What became of a goal."""

    outcome = WordsField(
        label=_("What became of the goal?"),
        rows=4,
        help_text=_("Did you get there? What did it depend on? It can no longer be changed afterwards."),
    )


class CommitteeForm(VersionedForm):
    """The committee's decision that makes a goal above the units valid."""

    decision = DecisionChoiceField(label=_("The committee's decision on goals"))

    def __init__(self, *args: Any, decisions: Iterable[Decision], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].offer(decisions)  # type: ignore[attr-defined]
        self.fields["decision"].required = True
