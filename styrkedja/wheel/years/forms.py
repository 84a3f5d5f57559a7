"""Forms of years: a new one, the days of a draft all at once, one activity, what is undone. Errors name the place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from styrkedja.access.forms import DateField, VersionedForm, forms_field
from styrkedja.analyses.forms import TextField
from styrkedja.core.errors import Refused
from styrkedja.plans.frame.forms import WordsField
from styrkedja.wheel.catalogue import Wheel
from styrkedja.wheel.models import AnnualCycle

from .drafting_actions import Days, refuse_days_outside
from .queries import Row, proposed_period


class NewYearForm(forms.Form):
    """A year from a wheel of the catalogue."""

    wheel = forms.ChoiceField(label=gettext_lazy("Wheel to begin from"), widget=forms.RadioSelect)
    period = forms.ChoiceField(
        label=gettext_lazy("Which year, and in which month it starts"),
        help_text=gettext_lazy("A year may start in July or in January, whichever wheel it is made from."),
    )
    school_forms = forms_field()

    def __init__(
        self,
        *args: Any,
        wheels: Iterable[Wheel],
        periods: dict[str, list[str]],
        proposed: Wheel,
        today: dt.date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wheel"].choices = [(w.id, w.title) for w in wheels]  # type: ignore[attr-defined]
        groups = ((_("Starts in July"), periods["july"]), (_("Starts in January"), periods["january"]))
        self.fields["period"].choices = [(name, [(p, p) for p in held]) for name, held in groups]  # type: ignore[attr-defined]
        self.fields["wheel"].initial = proposed.id
        ahead = periods["july" if proposed.starts == 7 else "january"]
        self.fields["period"].initial = proposed_period(ahead, today)
        self.fields["school_forms"].help_text = _("Choose none to make the year for all of them.")


class DaysForm(VersionedForm):
    """The days of every activity of a draft that is not taken out: two fields each, named by the activity."""

    def __init__(self, *args: Any, cycle: AnnualCycle, rows: list[Row], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cycle, self.rows = cycle, rows
        for row in rows:
            if not row.out:
                name = f"{row.activity.number} {row.activity.title}".strip()
                for part, label, day in (
                    ("starts", gettext_lazy("first day"), row.activity.starts),
                    ("ends", gettext_lazy("last day"), row.activity.ends),
                ):
                    field = DateField(label=format_lazy("{}, {}", name, label), initial=day)
                    self.fields[f"{part}_{row.field}"] = field

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for row in self.rows:
            starts, ends = data.get(f"starts_{row.field}"), data.get(f"ends_{row.field}")
            if starts and ends:
                try:
                    refuse_days_outside(self.cycle.period, starts, ends)
                except Refused as refused:
                    self.add_error(f"ends_{row.field}", str(refused))
        return data

    def days(self) -> dict[UUID, Days]:
        data = self.cleaned_data
        return {
            row.activity.pk: (data[f"starts_{row.field}"], data[f"ends_{row.field}"])
            for row in self.rows
            if f"starts_{row.field}" in data
        }

    def pairs(self) -> list[dict[str, Any]]:
        """Each activity with its two fields, for the page: [{row, starts, ends, theirs}]."""
        theirs = hasattr(self, "conflict")
        found = []
        for row in self.rows:
            names = [f"{part}_{row.field}" for part in ("starts", "ends")]
            fields = [self[name] if name in self.fields and not row.out else None for name in names]
            found.append({"row": row, "starts": fields[0], "ends": fields[1], "theirs": theirs and self._other(row)})
        return found

    def _other(self, row: Row) -> bool:
        """After a conflict: has the person written other days than those that are saved?"""
        written = [self.cleaned_data.get(f"{part}_{row.field}") for part in ("starts", "ends")]
        return not row.out and written != [row.activity.starts, row.activity.ends]


class CancelForm(VersionedForm):
    reason = WordsField(
        label=gettext_lazy("Why is it cancelled?"), rows=3, help_text=gettext_lazy("Those concerned can read it.")
    )


class SettleForm(forms.Form):
    """What becomes of undone tasks: in a later year, or not at all. places: those of one activity, to choose among."""

    tasks = forms.MultipleChoiceField(
        label=gettext_lazy("For which places"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one place.")},
    )
    what = forms.ChoiceField(label=gettext_lazy("What becomes of it"), widget=forms.RadioSelect)
    ends = DateField(
        label=gettext_lazy("If it goes on: to be done by"), required=False,
        help_text=gettext_lazy("A day in the later year."),
    )  # fmt: skip
    reason = TextField(label=gettext_lazy("Why"), rows=3)

    def __init__(
        self, *args: Any, places: list[tuple[str, str]] | None, later: list[AnnualCycle], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.later = {str(c.pk): c for c in later}
        if places is None:
            del self.fields["tasks"]
        else:
            self.fields["tasks"].choices = places  # type: ignore[attr-defined]
            self.fields["tasks"].initial = [pk for pk, _name in places]
        goes_on = [(pk, _("It goes on in %(year)s") % {"year": c}) for pk, c in self.later.items()]
        self.fields["what"].choices = [*goes_on, ("drop", _("It is dropped"))]  # type: ignore[attr-defined]
        self.fields["what"].initial = goes_on[0][0] if goes_on else "drop"
        if not goes_on:
            del self.fields["ends"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("what") == "drop" and not str(data.get("reason", "")).strip():
            self.add_error("reason", _("Write why it is dropped."))
        to, ends = self.later.get(data.get("what", "")), data.get("ends")
        if to and "ends" not in self.errors:
            self._check_day(to, ends)
        return data

    def _check_day(self, to: AnnualCycle, ends: dt.date | None) -> None:
        if ends is None:
            self.add_error("ends", _("Write by which day it is to be done."))
            return
        try:
            refuse_days_outside(to.period, ends, ends)
        except Refused as refused:
            self.add_error("ends", str(refused))

    @property
    def to(self) -> AnnualCycle | None:
        return self.later.get(self.cleaned_data["what"])
