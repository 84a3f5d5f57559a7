"""A file on its way in: received, read, looked at by a person, confirmed or discarded. Before *Var är vi?* has facts.

What is confirmed becomes a `Batch` of observations; the upload remembers which. A refused file is gone from the disk,
and what is kept here says only why.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from styrkedja.core.models import Identified
from styrkedja.observations.models import Batch
from styrkedja.organisation.models import Person


class Upload(Identified):
    class State(models.TextChoices):
        RECEIVED = "received", _("Waiting to be read")
        PARSING = "parsing", _("Being read")
        READY = "ready", _("Ready to look through")
        FAILED = "failed", _("Could not be read")
        COMMITTING = "committing", _("Being stored")
        COMMITTED = "committed", _("Imported")
        DISCARDED = "discarded", _("Discarded")

    class Step(models.TextChoices):
        """What is done right now, in the words of the progress page."""

        WAITING = "waiting", _("Waiting for its turn")
        CHECKING = "checking", _("Checking that the file is safe")
        READING = "reading", _("Reading the file")
        SORTING = "sorting", _("Sorting out units, measures and values")
        WRITING = "writing", _("Putting the rows together")
        COMPARING = "comparing", _("Comparing with what was imported before")
        STORING = "storing", _("Storing the figures")

    RUNNING = (State.RECEIVED, State.PARSING, State.COMMITTING)

    file_name = models.CharField(max_length=500)  # as the sender wrote it; never used on a disk
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    stored_as = models.CharField(max_length=200, blank=True)  # relative to the home's files/; "" once the file is gone
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    step = models.CharField(max_length=12, choices=Step.choices, default=Step.WAITING)
    progress = models.PositiveSmallIntegerField(default=0)  # 0-100
    preview = models.JSONField(null=True)  # `intake.preview.build`
    refusal = models.JSONField(null=True)  # {"code", "params"} of `intake.messages`
    uploaded_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    batch = models.ForeignKey(Batch, null=True, on_delete=models.PROTECT, related_name="uploads")

    class Meta:
        ordering = ("-received_at",)

    @property
    def running(self) -> bool:
        return self.state in self.RUNNING
