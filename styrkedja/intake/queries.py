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
from styrkedja.access.permissions import Permission
from styrkedja.observations.models import Batch
from styrkedja.observations.queries import batches

from . import files
from .models import Upload

OPEN = (*Upload.RUNNING, Upload.State.READY, Upload.State.FAILED)


def _for_the_whole_chain(access: Access) -> bool:
    return access.tree.nodes.keys() <= access.nodes_for(Permission.IMPORT)


def uploads(access: Access) -> QuerySet[Upload]:
    found = Upload.objects.select_related("uploaded_by", "batch")
    return found if _for_the_whole_chain(access) else found.filter(uploaded_by=access.person)


def open_uploads(access: Access) -> QuerySet[Upload]:
    """Files somebody still has to do something with, latest first."""
    return uploads(access).filter(state__in=OPEN)


def imported(access: Access) -> QuerySet[Batch]:
    """What has been imported, latest first; of a file two have brought, both see it."""
    if _for_the_whole_chain(access):
        return batches()
    brought = Upload.objects.filter(uploaded_by=access.person).values("sha256")
    return batches().filter(Q(committed_by=access.person) | Q(sha256__in=brought))


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
