"""Reading uploads: those under way, one of them, and whether a file is already here.

A file may hold small figures of any unit, unmasked. So it is for those who may import for the whole chain; whoever may
for a part of it only sees the files they brought themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from styrkedja.access.gate import Access
from styrkedja.observations.models import Batch
from styrkedja.observations.queries import batches

from . import files
from .context import for_the_whole_chain
from .formats import local
from .models import Upload

OPEN = (*Upload.RUNNING, Upload.State.READY, Upload.State.FAILED)


def uploads(access: Access) -> QuerySet[Upload]:
    found = Upload.objects.select_related("uploaded_by", "batch")
    return found if for_the_whole_chain(access) else found.filter(uploaded_by=access.person)


def open_uploads(access: Access) -> QuerySet[Upload]:
    """Files somebody still has to do something with, latest first."""
    return uploads(access).filter(state__in=OPEN)


def imported(access: Access) -> QuerySet[Batch]:
    """What has been imported, latest first; of local figures two have brought, both see it."""
    if for_the_whole_chain(access):
        return batches()
    mine = Upload.objects.filter(uploaded_by=access.person)
    # Not by its bytes alone: a file that was refused, or of which only a part was one's own, is another's all the same.
    same = [uid for uid in mine.values_list("preview__same_batch", flat=True) if uid]
    brought = Q(committed_by=access.person) | Q(pk__in=mine.values("batch")) | Q(uid__in=same)
    return batches().filter(brought, format=local.ID)


def upload(access: Access, upload_id: UUID) -> Upload:
    """Raises Http404."""
    found = uploads(access).filter(pk=upload_id).first()
    if found is None:
        raise Http404
    return found


def batch_or_404(access: Access, uid: UUID) -> Batch:
    found = imported(access).filter(uid=uid).first()
    if found is None:
        raise Http404
    return found


def twins(access: Access, of: Upload) -> QuerySet[Upload]:
    """Other open uploads of the very same file."""
    return open_uploads(access).filter(sha256=of.sha256).exclude(pk=of.pk)


def altered_files() -> Iterator[Batch]:
    """Imports whose raw file is not on the disk as it came: the evidence behind the figures."""
    for found in batches():
        path = files.path_of(found.stored_as)
        if not path.is_file() or files.sha256_of(path) != found.sha256:
            yield found
