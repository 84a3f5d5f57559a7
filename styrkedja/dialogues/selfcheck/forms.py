"""Forms of self-checks: opening a round, and a place's answers in one form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from styrkedja.analyses.forms import TextField
from styrkedja.core import periods
from styrkedja.dialogues.forms import USUAL_TIME, check_day, day_field
from styrkedja.dialogues.models import SelfCheckAnswer, SelfCheckSheet

from . import queries
from .actions import Said
from .catalogue import USUAL, Form, Statement
from .catalogue import forms as every_form

CANNOT_SAY = "0"  # an answer; a statement that is left alone has none


class OpenForm(forms.Form):
    """Which form, for which levels, by when."""

    form = forms.ChoiceField(label=gettext_lazy("Form"))
    levels = forms.MultipleChoiceField(
        label=gettext_lazy("Who is asked"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Each place answers for itself."),
        error_messages={"required": gettext_lazy("Choose at least one level.")},
    )
    period = forms.ChoiceField(label=gettext_lazy("School year"))
    due = day_field(gettext_lazy("Answer by"))

    def __init__(self, data: Any = None, *, levels: Iterable[tuple[str, int]], **kwargs: Any) -> None:
        today = timezone.localdate()
        year = periods.end_year(periods.school_year_on(today))
        listed = list(levels)
        begun = {"form": USUAL, "period": periods.school_year(year), "due": today + USUAL_TIME}
        super().__init__(data, initial={**begun, "levels": [id for id, _count in listed]}, **kwargs)
        self.fields["form"].choices = [(one.id, one.name) for one in every_form().values()]  # type: ignore[attr-defined]
        names = [(id, f"{queries.LEVELS[id][0]} ({count})") for id, count in listed]
        self.fields["levels"].choices = names  # type: ignore[attr-defined]
        years = [periods.school_year(y) for y in (year, year - 1, year + 1)]
        self.fields["period"].choices = [(one, one) for one in years]  # type: ignore[attr-defined]
        if len(every_form()) == 1:
            self.fields["form"].widget = forms.HiddenInput()

    def clean_due(self) -> dt.date:
        return check_day(self.cleaned_data["due"])


class SheetForm(forms.Form):
    """A place's answers: a level and what shows it, for each statement."""

    hide_optional = True

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(
        self,
        data: Any = None,
        *,
        sheet: SelfCheckSheet,
        form: Form,
        answers: Mapping[str, SelfCheckAnswer],
        **kwargs: Any,
    ) -> None:
        super().__init__(data, initial={"version": sheet.version}, **kwargs)
        self.form, self.sheet = form, sheet
        choices = [*((str(level), word) for level, word in queries.WORDS.items()), (CANNOT_SAY, _("Cannot say"))]
        for one in form.statements:
            stored = answers.get(one.id)
            self.fields[_level(one)] = forms.ChoiceField(
                label=f"{one.number}. {one.text}",
                help_text=one.shows,
                choices=choices,
                required=False,
                widget=forms.RadioSelect,
                initial=str(stored.level or CANNOT_SAY) if stored else None,
            )
            self.fields[_shows(one)] = TextField(
                label=_("What shows it?"), rows=2, initial=stored.shows if stored else ""
            )
            self.fields[_shows(one)].widget.attrs["aria-label"] = f"{_('What shows it?')} {one.number}. {one.text}"

    def areas(self) -> list[dict[str, Any]]:
        """[{"name", "statements": [{"statement", "level", "shows"}]}], as the page shows them."""
        return [
            {
                "name": area.name,
                "statements": [
                    {"statement": one, "level": self[_level(one)], "shows": self[_shows(one)]}
                    for one in area.statements
                ],
            }
            for area in self.form.areas
        ]

    def said(self) -> dict[str, Said]:
        """The answers by statement; those that are left alone are not among them."""
        found = {}
        for one in self.form.statements:
            level, shows = self.cleaned_data[_level(one)], self.cleaned_data[_shows(one)]
            if level or shows.strip():
                found[one.id] = Said(int(level or 0) or None, shows)
        return found

    def differing(self, theirs: Mapping[str, SelfCheckAnswer]) -> list[dict[str, str]]:
        """What two have written at once, statement by statement where it differs: [{"label", "mine", "theirs"}]."""
        found = []
        for id, mine in self.said().items():
            stored = theirs.get(id)
            other = Said(stored.level, stored.shows) if stored else None
            if mine != other:
                one = next(s for s in self.form.statements if s.id == id)
                label = f"{one.number}. {one.text}"
                found.append({"label": label, "mine": in_words(mine), "theirs": in_words(other)})
        return found


def in_words(said: Said | None) -> str:
    if said is None:
        return ""
    level = str(queries.WORDS[said.level]) if said.level else _("Cannot say")
    return "\n".join(filter(None, [level, said.shows]))


def _level(one: Statement) -> str:
    return f"{one.id}-level"


def _shows(one: Statement) -> str:
    return f"{one.id}-shows"
