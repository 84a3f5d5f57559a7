"""Facts as their sources gave them: append-only observations in batches. The first step of *Var är vi?*

A re-import adds a batch that supersedes; nothing is overwritten (invariant 17). The current observation of
an identity is the one of its latest batch that stands; an undone batch uncovers what it had covered.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from styrkedja.core.models import AppendOnly, Kept
from styrkedja.core.values import Group, Place, Population, State, UnitKind
from styrkedja.organisation.models import Person


class Batch(Kept):
    """One confirmed import of one file. Its rows are all there or none is."""

    class Status(models.TextChoices):
        STANDING = "standing"
        UNDONE = "undone"

    id = models.AutoField(primary_key=True)  # the order in which batches supersede one another
    uid = models.UUIDField(unique=True)  # how pages and people name it
    format = models.CharField(max_length=40)
    source = models.CharField(max_length=40)
    file_name = models.CharField(max_length=500)
    sha256 = models.CharField(max_length=64, db_index=True)
    stored_as = models.CharField(max_length=200)  # relative to the home's files/
    retrieved_at = models.DateTimeField()  # when the source was read: the file's own word, else the upload
    committed_at = models.DateTimeField()
    committed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.STANDING)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    rows = models.PositiveIntegerField(default=0)
    observations = models.PositiveIntegerField(default=0)
    states = models.JSONField(default=dict)  # {state: count}
    periods = models.JSONField(default=list)


class StatisticalUnit(Kept):
    """Whom figures are about: a school unit, an organiser, a municipality, the nation - ours or not."""

    id = models.AutoField(primary_key=True)
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in UnitKind])
    code = models.CharField(max_length=20)
    # A code may occur under two organisers (13 do in one national file); "" where the source names none.
    organiser = models.CharField(max_length=10, blank=True, default="")
    name = models.CharField(max_length=300, blank=True)
    municipality_code = models.CharField(max_length=4, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("kind", "code", "organiser"), name="statistical_unit_once"),
        ]


class Measure(Kept):
    """A source's own measure, also those no indicator uses yet."""

    id = models.AutoField(primary_key=True)
    source = models.CharField(max_length=40)
    code = models.CharField(max_length=400)
    title = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("source", "code"), name="measure_once")]


class Facet(Kept):
    """When, and of whom: what a value is of beside unit and measure. A few hundred serve millions of observations,
    whose key is short by them."""

    id = models.AutoField(primary_key=True)
    period = models.CharField(max_length=7)
    group = models.CharField(max_length=4, choices=[(g.value, g.value) for g in Group])
    place = models.CharField(max_length=12, choices=[(p.value, p.value) for p in Place], blank=True)
    population = models.CharField(max_length=16, choices=[(p.value, p.value) for p in Population])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("period", "group", "place", "population"), name="facet_once"),
        ]


class Observation(AppendOnly):
    """One value in one state. Its identity is everything in the key but the batch."""

    pk = models.CompositePrimaryKey("unit_id", "measure_id", "facet_id", "batch_id")
    # No constraint on the four keys: a file has hundreds of thousands of rows and each would be looked up four
    # times. The numbers come from the four tables, and none of them lets a row be deleted (`Kept`).
    unit = models.ForeignKey(
        StatisticalUnit, on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="+"
    )
    measure = models.ForeignKey(
        Measure, on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="+"
    )
    facet = models.ForeignKey(Facet, on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="+")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="+")
    state = models.CharField(max_length=14, choices=[(s.value, s.value) for s in State])
    value = models.FloatField(null=True)
    n = models.IntegerField(null=True)
    numerator = models.FloatField(null=True)
    raw = models.CharField(max_length=60, null=True)  # noqa: DJ001 - the source's own symbol, if any

    class Meta:
        constraints = [
            # Suppressed or missing is never a number (invariant 16): the database says so too.
            models.CheckConstraint(
                condition=Q(state=State.SHOWN, value__isnull=False)
                | Q(state=State.APPROXIMATE)
                | Q(state__in=[State.SUPPRESSED, State.MISSING, State.NOT_APPLICABLE], value=None),
                name="observation_value_fits_state",
            )
        ]
