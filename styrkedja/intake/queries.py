"""Reading uploads: those under way, one of them, and whether a file is already here."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from styrkedja.observations.models import Batch
from styrkedja.observations.queries import batches

from .models import Upload

OPEN = (*Upload.RUNNING, Upload.State.READY, Upload.State.FAILED)


def uploads() -> QuerySet[Upload]:
    return Upload.objects.select_related("uploaded_by", "batch")


def open_uploads() -> QuerySet[Upload]:
    """Files somebody still has to do something with, latest first."""
    return uploads().filter(state__in=OPEN)


def upload(upload_id: UUID) -> Upload:
    """Raises Http404."""
    found = uploads().filter(pk=upload_id).first()
    if found is None:
        raise Http404
    return found


def batch_or_404(uid: UUID) -> Batch:
    found = batches().filter(uid=uid).first()
    if found is None:
        raise Http404
    return found


def twins(of: Upload) -> QuerySet[Upload]:
    """Other open uploads of the very same file."""
    return open_uploads().filter(sha256=of.sha256).exclude(pk=of.pk)
