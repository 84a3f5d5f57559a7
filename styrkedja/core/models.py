"""What every room stands on: identities, versions, append-only rows, the audit trail, form keys."""

from __future__ import annotations

import uuid

from django.db import models


class Identified(models.Model):
    """Random identities: an id says nothing about how many there are or who made it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class Versioned(models.Model):
    """A row two people may edit: a save names the version it was made from (`core.writing`)."""

    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


class AppendOnly(models.Model):
    """Rows that are written once. `core.database` takes the right to change them away."""

    class Meta:
        abstract = True


class Kept(models.Model):
    """Rows that may change but never go: others point at them by number. Same wall as `AppendOnly`."""

    class Meta:
        abstract = True


class AuditEvent(AppendOnly):
    """One link of the audit chain. `details` never holds personal values, only ids, names of fields, hashes."""

    seq = models.BigIntegerField(primary_key=True)  # gapless, given under a lock
    at = models.DateTimeField()
    event = models.CharField(max_length=60)
    actor_id = models.UUIDField(null=True)  # None: the system itself
    node_id = models.UUIDField(null=True, db_index=True)
    about = models.CharField(max_length=120, blank=True)  # "analyses.analysis:<id>"
    details = models.JSONField(default=dict)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ("seq",)


class FormKey(models.Model):
    """A submitted form's key and where its answer led: the same form sent twice writes once."""

    person_id = models.UUIDField()
    key = models.UUIDField()
    path = models.CharField(max_length=500)
    location = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("person_id", "key"), name="form_key_once")]
