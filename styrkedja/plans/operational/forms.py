"""Forms of the editing page: one per kind of row. They check what can be stored, not whether it is complete."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from styrkedja.access.forms import DateField
from styrkedja.analyses.forms import TextField
from styrkedja.organisation.models import Person
from styrkedja.plans.models import Consultation, MeasureOutcome, PlanMeasure, PlanRow, PlanSection

from . import plan_types
from .row_actions import written


class RowForm(forms.Form):
    """A row's written fields, and the version they were written on."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    hide_optional = True  # nothing is required while one writes

    def __init__(self, data: Any = None, *, row: PlanRow, **kwargs: Any) -> None:
        self.row = row
        kwargs.setdefault("auto_id", f"{row.anchor}-%s")
        initial = {"version": row.version, **written(row), **kwargs.pop("initial", {})}
        super().__init__(data, initial=initial, **kwargs)

    def written(self) -> dict[str, Any]:
        """What was written, as the model keeps it."""
        return {name: self.cleaned_data[name] for name in self.row.written}


class SectionForm(RowForm):
    text = TextField(rows=5)

    def __init__(self, data: Any = None, *, row: PlanRow, **kwargs: Any) -> None:
        super().__init__(data, row=row, **kwargs)
        assert isinstance(row, PlanSection)
        known = plan_types.section(row.plan.document.kind, row.key)
        self.fields["text"].label = known.question if known else row.key


class MeasureForm(RowForm):
    what = TextField(label=_("What is done?"), rows=2)
    who = TextField(label=_("Who is responsible?"), rows=1)
    due = DateField(label=_("By when?"), required=False)


class OutcomeForm(RowForm):
    carried_out = forms.ChoiceField(
        label=_("Was it carried out?"),
        choices=[("", _("Not said yet")), *MeasureOutcome.CarriedOut.choices],
        required=False,
    )
    outcome = TextField(label=_("What did it lead to?"), rows=2)


class ConsultationForm(RowForm):
    forum = TextField(
        label=_("Forum"), rows=1, help_text=_("With whom: workplace meeting, union consultation, pupil council …")
    )
    held_on = DateField(label=_("Date"), required=False)
    views = TextField(label=_("Views that were put forward"), rows=3)


FORMS: dict[type[PlanRow], type[RowForm]] = {
    PlanSection: SectionForm,
    PlanMeasure: MeasureForm,
    MeasureOutcome: OutcomeForm,
    Consultation: ConsultationForm,
}


def form_of(row: PlanRow, data: Any = None) -> RowForm:
    return FORMS[type(row)](data, row=row)


class CommentForm(forms.Form):
    """Something said about a section, and whom it is meant for."""

    hide_optional = True
    text = TextField(label=_("Comment"), rows=2)
    mentioned = forms.MultipleChoiceField(
        label=_("Whom it is meant for"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, staff: list[Person], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.staff = {str(person.pk): person for person in staff}
        self.fields["mentioned"].choices = [(pk, person.name) for pk, person in self.staff.items()]  # type: ignore[attr-defined]

    def people(self) -> list[Person]:
        return [self.staff[pk] for pk in self.cleaned_data["mentioned"]]


def differences(mine: RowForm, current: PlanRow) -> list[dict[str, str]]:
    """What two people wrote in the same row, field by field where it differs: [{"label", "mine", "theirs"}]."""
    return compared(mine, mine.cleaned_data, written(current))


def compared(form: RowForm, mine: dict[str, Any], theirs: dict[str, Any]) -> list[dict[str, str]]:
    """Two contents of the form's fields, in words, where they differ."""
    found = []
    for name in form.row.written:
        own, other = (_in_words(form, name, values.get(name)) for values in (mine, theirs))
        if own != other:
            found.append({"label": str(form.fields[name].label), "mine": own, "theirs": other})
    return found


def _in_words(form: RowForm, name: str, value: Any) -> str:
    choices = getattr(form.fields[name], "choices", None)
    return str(dict(choices).get(value, value)) if choices else str(value or "")
