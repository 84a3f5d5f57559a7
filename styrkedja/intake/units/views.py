"""Loading units from a file: upload, look through, confirm. Under /import/enheter/."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext

from styrkedja.access.gate import Access, access_of, requires
from styrkedja.access.permissions import Permission
from styrkedja.access.views.saving import saved
from styrkedja.core.periods import school_year_on
from styrkedja.core.uploading import was_too_large, written_name
from styrkedja.intake.formats._contract import RowError
from styrkedja.intake.messages import UnusableFile
from styrkedja.organisation import unit_actions, unit_lists
from styrkedja.organisation.models import NodeKind, Organiser, Person, UnitList
from styrkedja.organisation.unit_rows import UnitRow

from . import template as templates
from .forms import ConfirmForm, UploadForm
from .parsing import UnitList as ReadList
from .parsing import parse_units

SOURCES = {
    "registry_v2": gettext_lazy("National register of school units (version 2)"),
    "registry_v1": gettext_lazy("National register of school units (version 1)"),
    "preschools": gettext_lazy("The national agency's list of preschools"),
    "template": gettext_lazy("Our template"),
}
LEFT = {
    unit_lists.SAME: gettext_lazy("As in the chain already"),
    unit_lists.OTHERS: gettext_lazy("Belong to another organiser"),
    unit_lists.RESTING: gettext_lazy("Dormant in the register: not added"),
    unit_lists.ENDED_BEFORE: gettext_lazy("Ended: not added"),
    unit_lists.PLANNED_WITHOUT_DAY: gettext_lazy("Planned without a first day: load again when there is one"),
    unit_lists.CLOSED_HERE: gettext_lazy("Closed in the chain, though the file has them: check by hand"),
    unit_lists.OUT_OF_REACH: gettext_lazy("Outside what you may change"),
    unit_lists.NO_PLACE: gettext_lazy("The file names a place that is not in the chain, or is there twice"),
}
MANY = 300  # new units of unknown belonging: more than any organiser has, so nothing is ticked beforehand


@requires(Permission.CHAIN_EDIT)
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file. What is wrong with it is said here; a readable one leads on to be looked through."""
    form = UploadForm(request.POST or None, request.FILES or None, too_large=was_too_large(request))
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = _read(file)
        except UnusableFile as refusal:
            form.add_error("file", refusal.message_en if get_language() == "en" else refusal.message_sv)
        else:
            kept = unit_actions.keep_unit_list(
                file_name=written_name(file), form=found.form, rows=found.rows, errors=[vars(e) for e in found.errors],
                by=_person(request),
            )  # fmt: skip
            return redirect("units:preview", kept.pk)
    return render(request, "intake/units/upload.html", {"form": form, "organiser_found": Organiser.objects.exists()})


def _person(request: HttpRequest) -> Person:
    person = request.user
    assert isinstance(person, Person)
    return person


def _read(file: Any) -> ReadList:
    """Put the upload in a folder of its own, under a name of ours, and read it there."""
    with tempfile.TemporaryDirectory(prefix="enheter-") as folder:
        path = Path(folder) / "upload"
        with path.open("wb") as copy:
            for chunk in file.chunks():
                copy.write(chunk)
        return parse_units(path, work_dir=Path(folder))


@requires(Permission.CHAIN_EDIT)
def template(request: HttpRequest, kind: str) -> HttpResponse:  # noqa: ARG001 - Django's shape of a view
    """The template as CSV or XLSX."""
    if kind == "csv":
        body, content_type = templates.as_csv(), "text/csv; charset=utf-8"
    elif kind == "xlsx":
        body = templates.as_xlsx()
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    else:
        raise Http404
    return HttpResponse(
        body, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="enheter.{kind}"'}
    )


@requires(Permission.CHAIN_EDIT)
def preview(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """What the list would change; confirming writes what is ticked. A list is its receiver's own."""
    access = access_of(request)
    units = get_object_or_404(UnitList, pk=list_id, received_by=_person(request))
    reach = access.nodes_for(Permission.CHAIN_EDIT)
    rows = [UnitRow.from_json(row) for row in units.rows]
    organiser = get_object_or_404(Organiser)
    comparison = unit_lists.compare(rows, organiser=organiser, tree=access.tree, reach=reach)
    form = _confirm_form(request, access, comparison)
    if units.confirmed_at is None and form.is_valid() and _confirmed(request, form, units, comparison, reach):
        return redirect("organisation:chain")
    return render(request, "intake/units/preview.html", _context(request, units, comparison, form))


def _confirm_form(request: HttpRequest, access: Access, comparison: unit_lists.Comparison) -> ConfirmForm:
    tree = access.tree
    reach = access.nodes_for(Permission.CHAIN_EDIT)
    places = [(n, " › ".join(m.name for m in [*tree.ancestors(n.pk)[1:], n])) for n in unit_lists.places(tree, reach)]
    day = timezone.localdate()
    first = dt.date(int(school_year_on(day)[:4]), 7, 1)
    offices = [n for n, _way in places if n.kind == NodeKind.ADMINISTRATION]
    lowest = str(offices[0].pk) if len(offices) == 1 else ""
    new = [c for c in comparison.changes if c.what == unit_lists.ADD]
    return ConfirmForm(
        request.POST or None,
        places=places,
        needs_place=any(c.under is None for c in new),
        needs_day=any(not c.row.first_day for c in new),
        initial={"fingerprint": comparison.fingerprint, "first_day": first, "under": lowest},
    )


def _confirmed(
    request: HttpRequest, form: ConfirmForm, units: UnitList, comparison: unit_lists.Comparison, reach: frozenset[UUID]
) -> bool:
    data = form.cleaned_data
    counts: dict[str, int] = {}
    written = saved(
        form,
        lambda: counts.update(
            unit_actions.load_units(
                units=units,
                take=set(request.POST.getlist("take")),
                under=data.get("under"),
                first_day=data.get("first_day") or timezone.localdate(),
                fingerprint=data["fingerprint"],
                reach=reach,
                by=_person(request),
            )
        ),
    )
    if written:
        done = sum(counts.values())
        messages.success(
            request, ngettext("%(count)d unit was written.", "%(count)d units were written.", done) % {"count": done}
        )
    else:
        form.data = {**request.POST.dict(), "fingerprint": comparison.fingerprint}  # what is shown now is what counts
    return written


def _context(
    request: HttpRequest, units: UnitList, comparison: unit_lists.Comparison, form: ConfirmForm
) -> dict[str, Any]:
    new = sum(c.what == unit_lists.ADD for c in comparison.changes)
    unsure = new > MANY and not comparison.of_ours
    taken = set(request.POST.getlist("take")) if request.method == "POST" else None
    language = get_language() or "sv"
    return {
        "units": units,
        "source": SOURCES.get(units.form, units.form),
        "form": form,
        "unsure": unsure,
        "new": new,
        "changes": [
            {
                "change": c,
                "ticked": c.key in taken if taken is not None else not (unsure and c.what == unit_lists.ADD),
            }
            for c in comparison.changes
        ],
        "left": [{"words": LEFT[why], "rows": rows} for why, rows in comparison.left.items()],
        "unmentioned": comparison.unmentioned,
        "row_errors": [{**error, "message": RowError(**error).message(language)} for error in units.errors],
    }
