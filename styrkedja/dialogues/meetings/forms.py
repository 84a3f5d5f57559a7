"""Forms of the meetings. Words are kept as they were written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from styrkedja.access.queries import role_name
from styrkedja.analyses.forms import TextField
from styrkedja.analyses.queries import default_period
from styrkedja.core import periods
from styrkedja.dialogues.forms import VersionForm, check_day, day_field
from styrkedja.dialogues.models import AgendaPoint, AgreedPoint, Meeting, MeetingPerson, MeetingState, PointNote
from styrkedja.organisation.models import Node, Person

from .catalogue import Concerns, Kind, kinds, minutes_for_all
from .material.subject_across_units import subjects
from .planning_actions import ABOUT, Called
from .proposing import Candidate

FIRST_DAY, LAST_DAY = dt.timedelta(days=366), dt.timedelta(days=3 * 366)
USUAL_TIME = dt.timedelta(days=14)  # until what is agreed is done
LONGEST_TITLE = 200


def line_field(label: Any, **kwargs: Any) -> forms.CharField:
    messages = {"max_length": gettext_lazy("At most %(limit_value)s characters fit; there are %(show_value)s.")}
    return forms.CharField(label=label, max_length=LONGEST_TITLE, error_messages=messages, **kwargs)


def _time_field(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": gettext_lazy("Write the time as 13:30.")},
    )


class WhenForm(forms.Form):
    """What a meeting is called, when and where it is, and what for."""

    title = line_field(gettext_lazy("Title"))
    day = day_field(gettext_lazy("Day"))
    starts = _time_field(gettext_lazy("Begins"))
    ends = _time_field(gettext_lazy("Ends"))
    place = line_field(pgettext_lazy("meeting", "Place"), required=False)
    purpose = TextField(label=gettext_lazy("What is the meeting to lead to?"), rows=2)

    def clean_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["day"]
        today = timezone.localdate()
        if not today - FIRST_DAY <= day <= today + LAST_DAY:
            raise ValidationError(_("Choose a day within a year back and three years ahead."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if ends and not starts and "starts" not in self.errors:
            self.add_error("starts", _("Write when the meeting begins too, or leave both empty for the whole day."))
        elif starts and ends and ends <= starts:
            self.add_error("ends", _("The meeting ends before it begins. Check the times."))
        return cleaned

    def said(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("title", "day", "starts", "ends", "place", "purpose")}


def about_fields(form: forms.Form, kind: Kind | None) -> None:
    """What the material is about: the years one can choose among, and the subject of a kind that has one."""
    last = periods.end_year(default_period(timezone.localdate())) + 1
    years = [periods.school_year(year) for year in range(last, last - 4, -1)]
    now = form.initial.get("period")
    every = years if now in years or not now else [*years, now]
    form.fields["period"].choices = [(y, y) for y in every]  # type: ignore[attr-defined]
    if kind is not None and kind.subject:
        form.fields["subject"].choices = [("", _("All subjects")), *subjects().items()]  # type: ignore[attr-defined]
    else:
        del form.fields["subject"]


class ConcernsForm(forms.Form):
    """What a meeting concerns: a single place of a kind that is about one, otherwise as many as one likes."""

    nodes: dict[str, Node]

    def _offer(self, kind: Kind | None, places: Iterable[Node]) -> None:
        self.nodes = {str(n.pk): n for n in places}
        choices = [(pk, n.name) for pk, n in self.nodes.items()]
        shown = kind is None or minutes_for_all(kind.id)
        help_text = _("Their material is gathered, and the minutes are shown there.") if shown else ""
        words: dict[str, Any] = {
            "label": _("What does the meeting concern?"),
            "help_text": help_text or _("Their material is gathered. The minutes are only for those called."),
            "error_messages": {"required": _("Choose what the meeting concerns.")},
        }
        if kind is not None and kind.concerns == Concerns.ONE:
            self.fields["concerns"] = forms.ChoiceField(choices=[("", "–"), *choices], **words)
        else:
            widget = forms.CheckboxSelectMultiple
            self.fields["concerns"] = forms.MultipleChoiceField(choices=choices, widget=widget, **words)

    def concerned(self) -> list[Node]:
        chosen = self.cleaned_data["concerns"]
        return [self.nodes[pk] for pk in ([chosen] if isinstance(chosen, str) else chosen)]


class PlanForm(ConcernsForm, WhenForm):
    period = forms.ChoiceField(label=gettext_lazy("School year the material is about"))
    subject = forms.ChoiceField(label=gettext_lazy("Subject"), required=False)
    field_order = ("title", "day", "starts", "ends", "place", "period", "subject", "concerns", "purpose")

    def __init__(
        self, data: Any = None, *, kind: Kind, places: Sequence[Node], usual: Iterable[Node], day: dt.date | None = None
    ) -> None:
        today = timezone.localdate()
        chosen = [str(n.pk) for n in usual]
        of_one = kind.concerns == Concerns.ONE
        concerns = next(iter(chosen), "") if of_one else chosen
        title = "" if of_one else kind.name
        initial = {"title": title, "period": default_period(today), "concerns": concerns, "day": day}
        super().__init__(data, initial=initial)
        self._offer(kind, places)
        self.order_fields(self.field_order)
        if of_one:
            self.fields["title"].required = False
            said = {"kind": kind.name}
            self.fields["title"].help_text = _("Left empty, it is called “%(kind)s” and the name of the place.") % said
        about_fields(self, kind)

    def said(self) -> dict[str, Any]:
        more = {"period": self.cleaned_data["period"], "subject": self.cleaned_data.get("subject", "")}
        return {**super().said(), **more}


class ChangeForm(WhenForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    secretary = forms.ChoiceField(
        label=gettext_lazy("Secretary"),
        required=False,
        help_text=gettext_lazy("Writes conclusions and attendance, beside whoever called the meeting."),
    )
    period = forms.ChoiceField(label=gettext_lazy("School year the material is about"))
    subject = forms.ChoiceField(label=gettext_lazy("Subject"), required=False)
    field_order = (
        "version", "title", "day", "starts", "ends", "place", "period", "subject", "secretary", "purpose",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, meeting: Meeting, people: Sequence[MeetingPerson]) -> None:
        names = ("version", "title", "day", "starts", "ends", "place", "period", "subject", "purpose")
        initial = {name: getattr(meeting, name) for name in names}
        super().__init__(data, initial={**initial, "secretary": str(meeting.secretary_id or "")})
        self.people = {str(p.person_id): p.person for p in people}
        self.fields["secretary"].choices = [("", "–"), *self.people.items()]  # type: ignore[attr-defined]
        about_fields(self, kinds().get(meeting.kind))
        if meeting.state != MeetingState.PLANNED:  # the call has frozen what the material is about
            for name in ABOUT:
                self.fields.pop(name, None)

    def said(self) -> dict[str, Any]:
        about = {name: self.cleaned_data[name] for name in ABOUT if name in self.cleaned_data}
        return {**super().said(), **about, "secretary": self.people.get(self.cleaned_data["secretary"])}


class CalledForm(ConcernsForm):
    """What the meeting concerns, and who is called, for which node."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    people = forms.MultipleChoiceField(
        label=gettext_lazy("Who is called?"), widget=forms.CheckboxSelectMultiple, required=False
    )
    hide_optional = True

    def __init__(
        self,
        data: Any = None,
        *,
        kind: Kind | None,
        places: Sequence[Node],
        candidates: Sequence[Candidate],
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        concerns = (initial or {}).get("concerns", [])
        several = kind is not None and kind.concerns == Concerns.ONE and len(concerns) > 1  # places that were merged
        self._offer(None if several else kind, places)
        if not isinstance(self.fields["concerns"], forms.MultipleChoiceField):
            self.initial["concerns"] = next(iter(concerns), "")
        self.candidates = {str(c.person.pk): c for c in candidates}
        self.fields["people"].choices = [(pk, _who(c)) for pk, c in self.candidates.items()]  # type: ignore[attr-defined]

    def called(self) -> Called:
        chosen = (self.candidates[pk] for pk in self.cleaned_data["people"])
        return {c.person.pk: c.node.pk for c in chosen}


class CameTooForm(forms.Form):
    """Who came without being called."""

    people = forms.MultipleChoiceField(
        label=gettext_lazy("Who came without being called?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose who came.")},
    )

    def __init__(self, data: Any = None, *, candidates: Sequence[Candidate]) -> None:
        super().__init__(data)
        self.candidates = {str(c.person.pk): c for c in candidates}
        self.fields["people"].choices = [(pk, _who(c)) for pk, c in self.candidates.items()]  # type: ignore[attr-defined]

    def came(self) -> Called:
        chosen = (self.candidates[pk] for pk in self.cleaned_data["people"])
        return {c.person.pk: c.node.pk for c in chosen}


def _who(candidate: Candidate) -> str:
    """ "Ragnar Björk, rektor, Björkskolan"."""
    role = role_name(candidate.role)
    return f"{candidate.person.name}, {role[:1].lower()}{role[1:]}, {candidate.node.name}"


class PointForm(forms.Form):
    hide_optional = True
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = line_field(gettext_lazy("Point"))
    text = TextField(label=gettext_lazy("What to talk about"), rows=4)
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), required=False, min_value=1, max_value=480)

    def said(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("title", "text", "minutes")}


class NoteForm(forms.Form):
    """One's own note on a point, or its conclusion, saved as one types. version 0: nothing is written yet."""

    hide_optional = True
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    text = TextField(rows=3)


def note_form(point: AgendaPoint, note: PointNote | None, data: Any = None) -> NoteForm:
    initial = {"version": note.version if note else 0, "text": note.text if note else ""}
    form = NoteForm(data, initial=initial, auto_id=f"anteckning-{point.number}-%s")
    form.fields["text"].label = _("Your note on point %(number)s") % {"number": point.number}
    return form


def conclusion_form(point: AgendaPoint, data: Any = None) -> NoteForm:
    initial = {"version": point.conclusion_version, "text": point.conclusion}
    form = NoteForm(data, initial=initial, auto_id=f"slutsats-{point.number}-%s")
    form.fields["text"].label = _("Conclusion on point %(number)s") % {"number": point.number}
    return form


def _choices_of(points: Sequence[AgendaPoint]) -> list[tuple[str, str]]:
    return [("", "–"), *((str(p.pk), f"{p.number}. {p.title}") for p in points)]


class AgreeForm(forms.Form):
    """What is agreed. who: "p:<person>" of those called, or "n:<node>" for whoever answers there."""

    hide_optional = True
    what = TextField(label=gettext_lazy("What"), rows=2)
    who = forms.ChoiceField(label=gettext_lazy("Who"), error_messages={"required": gettext_lazy("Choose who does it.")})
    due = day_field(gettext_lazy("By when"))
    point = forms.ChoiceField(label=gettext_lazy("On point"), required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        meeting: Meeting,
        people: Sequence[MeetingPerson],
        nodes: Sequence[Node],
        points: Sequence[AgendaPoint],
    ) -> None:
        initial = {"due": max(meeting.day, timezone.localdate()) + USUAL_TIME}
        super().__init__(data, initial=initial, auto_id="agree-%s")
        self.meeting = meeting
        self.people = {f"p:{p.person_id}": p for p in people}
        self.nodes = {f"n:{n.pk}": n for n in nodes}
        self.points = {str(p.pk): p for p in points}
        led = _("Whoever answers for %(node)s")
        places = [(key, led % {"node": n.name}) for key, n in self.nodes.items()]
        of_people = [(key, p.person.name) for key, p in self.people.items()]
        groups = [("", "–"), (_("Those called"), of_people), (_("Places"), places)]
        self.fields["who"].choices = groups  # type: ignore[attr-defined]
        self.fields["point"].choices = _choices_of(points)  # type: ignore[attr-defined]

    def clean_what(self) -> str:
        what: str = self.cleaned_data["what"]
        if not what.strip():
            raise ValidationError(_("Write what was agreed."))
        return what

    def clean_due(self) -> dt.date:
        return check_day(self.cleaned_data["due"])

    def said(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        person = self.people.get(cleaned["who"])
        node = (person.node or self.meeting.node) if person else self.nodes[cleaned["who"]]
        holder = person.person if person else None
        point = self.points.get(cleaned["point"])
        return {"what": cleaned["what"], "due": cleaned["due"], "holder": holder, "node": node, "point": point}


class AskForm(forms.Form):
    hide_optional = True
    to = forms.ChoiceField(label=gettext_lazy("To"), error_messages={"required": gettext_lazy("Choose who is asked.")})
    text = TextField(label=gettext_lazy("The question"), rows=2)
    due = day_field(gettext_lazy("Answer by"))
    point = forms.ChoiceField(label=gettext_lazy("On point"), required=False)

    def __init__(self, data: Any = None, *, nodes: Sequence[Node], points: Sequence[AgendaPoint]) -> None:
        super().__init__(data, initial={"due": timezone.localdate() + 2 * USUAL_TIME}, auto_id="ask-%s")
        self.nodes = {str(n.pk): n for n in nodes}
        self.points = {str(p.pk): p for p in points}
        self.fields["to"].choices = [("", "–"), *((pk, n.name) for pk, n in self.nodes.items())]  # type: ignore[attr-defined]
        self.fields["point"].choices = _choices_of(points)  # type: ignore[attr-defined]

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if not text.strip():
            raise ValidationError(_("Write the question."))
        return text

    def clean_due(self) -> dt.date:
        return check_day(self.cleaned_data["due"])

    def said(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        point = self.points.get(cleaned["point"])
        return {"node": self.nodes[cleaned["to"]], "text": cleaned["text"], "due": cleaned["due"], "point": point}


class ReasonForm(VersionForm):
    reason = TextField(label=gettext_lazy("Why?"), rows=2)


class EndForm(VersionForm):
    """Done or dropped, with words."""

    words = TextField(label=gettext_lazy("What was done, or why it is dropped"), rows=3)


class HandOnForm(VersionForm):
    due = day_field(gettext_lazy("By when"))
    holder = forms.ChoiceField(label=gettext_lazy("Who"), required=False)

    def __init__(self, data: Any = None, *, point: AgreedPoint, people: Iterable[Person]) -> None:
        initial = {"version": point.version, "due": point.due, "holder": str(point.holder_id or "")}
        super().__init__(data, initial=initial, auto_id="hand-on-%s")
        self.people = {str(p.pk): p for p in people}
        led = _("Whoever answers for %(node)s") % {"node": point.node.name}
        self.fields["holder"].choices = [("", led), *((pk, p.name) for pk, p in self.people.items())]  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        return {"due": self.cleaned_data["due"], "holder": self.people.get(self.cleaned_data["holder"])}


def uuids(values: Iterable[str]) -> list[UUID]:
    """Those of the texts that are ids; what is not is left out."""
    found = []
    for value in values:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found


def attendance(data: Any, people: Iterable[MeetingPerson]) -> dict[UUID, bool | None]:
    """Who came: "kom-<person>" is "ja", "nej" or empty; of a form that does not say, nothing."""
    words = {"ja": True, "nej": False, "": None}
    sent = {p.person_id: data.get(f"kom-{p.person_id}") for p in people}
    return {pk: words[said] for pk, said in sent.items() if said in words}
