"""The pages of an import: what is on its way, one file from receipt to confirmation, what has been imported."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from styrkedja.access.gate import access_of, requires
from styrkedja.access.permissions import Permission
from styrkedja.core.errors import Refused
from styrkedja.core.spreadsheets import attachment, csv_response
from styrkedja.core.uploading import was_too_large, written_name
from styrkedja.observations.actions import undo_batch
from styrkedja.observations.models import Batch
from styrkedja.observations.queries import effect_of_undoing

from . import actions, files, local_template, queries
from .context import for_the_whole_chain, local_indicators, own_nodes
from .formats import formats, local
from .forms import MEGABYTES, UploadForm
from .models import Upload
from .parsing import RowError

PER_PAGE = 25
ERRORS_SHOWN = 50
WAITS_LONG = 60  # seconds after which the page says that nobody seems to be working
SUFFIXES = (".csv", ".xlsx", ".json", ".jsonl", ".txt")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@requires(Permission.IMPORT)
@require_GET
def list_(request: HttpRequest) -> HttpResponse:
    access = access_of(request)
    page = Paginator(queries.imported(access), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "intake/list.html", {"uploads": queries.open_uploads(access), "page": page})


@requires(Permission.IMPORT)
def new(request: HttpRequest) -> HttpResponse:
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*sent, too_large=was_too_large(request))
    if form.is_valid():
        file = form.cleaned_data["file"]
        received = actions.receive_upload(
            blocks=file.chunks(), file_name=written_name(file), by=access_of(request).person
        )
        return redirect("intake:upload", received.pk)
    taken = list(formats()) if for_the_whole_chain(access_of(request)) else [local.ID]
    context = {"form": form, "limit": f"{MEGABYTES} MB", "format_ids": taken}
    return render(request, "intake/new.html", context)


@requires(Permission.IMPORT)
@require_GET
def upload(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """One file, whatever its state: progress, review, refusal, or the way on."""
    found = queries.upload(access_of(request), upload_id)
    if found.batch is not None:
        return redirect("intake:batch", found.batch.uid)
    context = {"upload": found, "preview": found.preview, **_progress(found)}
    if found.state == Upload.State.READY:
        errors = (found.preview or {}).get("errors", [])
        context |= {"errors_shown": errors[:ERRORS_SHOWN], "twins": queries.twins(access_of(request), found)}
        return render(request, "intake/review.html", context)
    return render(request, "intake/upload.html", context)


@requires(Permission.IMPORT)
@require_GET
def progress(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """The piece of the page that changes while the worker reads; once it is done the whole page is to be loaded."""
    found = queries.upload(access_of(request), upload_id)
    answer = render(request, "intake/progress.html", {"upload": found, **_progress(found)})
    if not found.running:
        answer["HX-Refresh"] = "true"
    return answer


def _progress(found: Upload) -> dict[str, object]:
    waited = (timezone.now() - found.changed_at).total_seconds()
    return {
        "poll_url": reverse("intake:progress", args=[found.pk]),
        "waits_long": found.running and found.step == Upload.Step.WAITING and waited > WAITS_LONG,
    }


@requires(Permission.IMPORT)
@require_POST
def confirm(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    found = queries.upload(access_of(request), upload_id)
    try:
        actions.confirm_upload(upload=found, by=access_of(request).person)
    except Refused as error:
        messages.error(request, str(error))
    return redirect("intake:upload", found.pk)


@requires(Permission.IMPORT)
@require_POST
def discard(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    found = queries.upload(access_of(request), upload_id)
    try:
        actions.discard_upload(upload=found, by=access_of(request).person)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("intake:upload", found.pk)
    messages.success(request, _("The file has been discarded. Nothing of it was stored."))
    return redirect("intake:list")


@requires(Permission.IMPORT)
@require_GET
def errors_csv(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Every row that was left out, as a table to work through."""
    found = queries.upload(access_of(request), upload_id)
    if not found.preview:
        raise Http404
    language = get_language() or "sv"
    header = (_("Row"), _("Cell"), _("Column"), _("Value"), _("What is wrong"))
    rows = [
        (error.row, error.cell, error.column, error.value, error.message(language))
        for error in (RowError(**said) for said in found.preview["errors"])
    ]
    return csv_response("fel.csv", header, rows)


@requires(Permission.IMPORT)
@require_GET
def batch(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = queries.batch_or_404(access_of(request), uid)
    return render(request, "intake/batch.html", {"batch": found, "has_file": _raw_file(found) is not None})


def _raw_file(batch: Batch) -> Path | None:
    """Where the file it came from is; None where it is not kept."""
    path = files.path_of(batch.stored_as)
    return path if batch.stored_as and path.is_file() else None


@requires(Permission.IMPORT)
def undo(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = queries.batch_or_404(access_of(request), uid)
    if request.method == "POST":
        try:
            undo_batch(batch=found, by=access_of(request).person)
        except Refused as error:
            messages.error(request, str(error))
        return redirect("intake:batch", uid)
    return render(request, "intake/undo.html", {"batch": found, "effect": effect_of_undoing(found)})


@requires(Permission.IMPORT)
@require_GET
def batch_file(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """The raw file as it came, to be saved; its own name may be anything, so it gets one of ours."""
    found = queries.batch_or_404(access_of(request), uid)
    path = _raw_file(found)
    if path is None:
        raise Http404
    suffix = next((s for s in SUFFIXES if found.file_name.lower().endswith(s)), "")
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=f"import-{found.uid}{suffix}")
    answer["Content-Type"] = "application/octet-stream"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@requires(Permission.IMPORT)
@require_GET
def template_csv(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return attachment("styrkedja-mall.csv", local_template.as_csv_file(), "text/csv; charset=utf-8")


@requires(Permission.IMPORT)
@require_GET
def template_xlsx(request: HttpRequest) -> HttpResponse:
    units = own_nodes(access_of(request).person)
    return attachment("styrkedja-mall.xlsx", local_template.as_workbook(local_indicators(), units), XLSX)
