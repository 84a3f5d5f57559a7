"""The governance chain: who there is, where they stand, and from when to when.

Nodes, their places in the tree and people's roles are dated and never rewritten, so an earlier year
keeps the organisation it had (invariants 21, 22): the database refuses it (`migrations/0005_history`). Serves every
step of the cycle.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from styrkedja.core.models import AppendOnly, Identified, Kept, Versioned
from styrkedja.core.values import UnitKind


class SchoolForm(models.TextChoices):
    """Skolverket's codes of school forms (domain.md §4)."""

    PRESCHOOL = "fs", _("Preschool")
    PRESCHOOL_CLASS = "fsk", _("Preschool class")
    LEISURE = "fth", _("Leisure-time centre")
    COMPULSORY = "gr", _("Compulsory school")
    ADAPTED_COMPULSORY = "gran", _("Adapted compulsory school")
    SPECIAL = "sp", _("Special school")
    SAMI = "sam", _("Sami school")
    UPPER_SECONDARY = "gy", _("Upper secondary school")
    ADAPTED_UPPER_SECONDARY = "gyan", _("Adapted upper secondary school")
    ADULT = "vux", _("Adult education")


class NodeKind(models.TextChoices):
    COUNCIL = "council", _("Council")  # an independent organiser's board stands here too
    COMMITTEE = "committee", _("Committee")
    ADMINISTRATION = "administration", _("Administration")
    UNIT = "unit", _("Unit")
    TEAM = "team", _("Team")
    GROUP = "group", _("Group")


class Node(Identified, Versioned, Kept):
    """A place in the chain. Its page is the same at every level."""

    kind = models.CharField(max_length=20, choices=NodeKind.choices)
    name = models.CharField(max_length=200)
    school_forms = ArrayField(models.CharField(max_length=4, choices=SchoolForm.choices), default=list, blank=True)
    # Whom published statistics about this node are about; empty for teams and groups.
    statistical_kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in UnitKind], blank=True)
    statistical_code = models.CharField(max_length=20, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)  # last day; None: still there

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="node_ends_after_it_starts"
            ),
            models.UniqueConstraint(
                fields=("statistical_kind", "statistical_code"),
                condition=~Q(statistical_code="") & Q(valid_to=None),
                name="node_code_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FormerName(Identified, AppendOnly):
    """What a node was called until a day; from the day after it has the name that follows."""

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="former_names")
    name = models.CharField(max_length=200)
    until = models.DateField()

    class Meta:
        ordering = ("until",)
        constraints = [models.UniqueConstraint(fields=("node", "until"), name="former_name_once_a_day")]


class FormerFacts(Identified, AppendOnly):
    """A node's school forms, or its code, until a day; null: what holds later held then too."""

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="former_facts")
    school_forms = ArrayField(models.CharField(max_length=4, choices=SchoolForm.choices), null=True, blank=True)
    statistical_kind = models.CharField(max_length=12, null=True, blank=True)  # noqa: DJ001 - null is not ""
    statistical_code = models.CharField(max_length=20, null=True, blank=True)  # noqa: DJ001
    until = models.DateField()

    class Meta:
        ordering = ("until",)
        constraints = [
            models.UniqueConstraint(fields=("node", "until"), name="former_facts_once_a_day"),
            models.CheckConstraint(
                condition=~Q(school_forms=None, statistical_code=None), name="former_facts_say_something"
            ),
            models.CheckConstraint(
                condition=Q(statistical_kind=None, statistical_code=None)
                | Q(statistical_kind__isnull=False, statistical_code__isnull=False),
                name="former_code_has_a_kind",
            ),
        ]


class Placement(Identified, Kept):
    """Where a node hangs in the tree, and when. The root has none."""

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="placements")
    parent = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="placement_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=~Q(node=F("parent")), name="placement_not_under_itself"),
            models.UniqueConstraint(fields=("node",), condition=Q(valid_to=None), name="placement_one_current_parent"),
        ]


class Succession(Identified, AppendOnly):
    """A merger or split: what came before what. Many to many; history stays with the predecessor."""

    predecessor = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="origins")
    date = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("predecessor", "successor"), name="succession_once"),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="succession_not_itself"),
        ]


class Organiser(models.Model):
    """The huvudman this installation belongs to: one row. `root` is the top of its chain."""

    class Sector(models.TextChoices):
        PUBLIC = "public", _("Public organiser")
        PRIVATE = "private", _("Independent organiser")

    singleton = models.BooleanField(primary_key=True, default=True, editable=False)
    name = models.CharField(max_length=200)
    organisation_number = models.CharField(max_length=10)
    municipality_code = models.CharField(max_length=4, blank=True)
    sector = models.CharField(max_length=10, choices=Sector.choices)
    root = models.OneToOneField(Node, on_delete=models.PROTECT, related_name="organiser")
    fictional = models.BooleanField(default=False)  # a demo: every page says so

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(singleton=True), name="organiser_only_one")]

    def __str__(self) -> str:
        return self.name


class PersonManager(BaseUserManager["Person"]):
    """Django asks for it; people are added through `actions.add_person`."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        person = self.model(email=self.normalize_email(email), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, email: str | None) -> Person:
        return self.get(email__iexact=email)


class Mail(models.TextChoices):
    """The mail a person may do without. What concerns the account itself is always sent."""

    REMINDER = "reminder", _("Reminders of what is due")
    NEWS = "news", _("Answers, feedback and mentions as they come")
    DIGEST = "digest", _("A summary every week")


class Person(AbstractBaseUser, Identified, Versioned, Kept):
    """Someone who logs in. What they may do follows from assignments alone; there is no superuser."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=2, choices=[("sv", "Svenska"), ("en", "English")], default="sv")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    mail_declined = ArrayField(models.CharField(max_length=10, choices=Mail.choices), default=list, blank=True)

    objects = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="person_email_once_whatever_case")]

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Logins end with the password, as Django has it, and with the address they were made with."""
        key_salt = "styrkedja.organisation.models.Person"
        return salted_hmac(key_salt, f"{self.password} {self.email}", secret=secret, algorithm="sha256").hexdigest()

    @property
    def initials(self) -> str:
        words = [word for word in self.name.split() if word]
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


class Assignment(Identified, Versioned, Kept):
    """A role held by a person at a node for a time. The day after `valid_to` it gives nothing."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=40)  # an id of access/roles.py
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="assignments")
    school_forms = ArrayField(models.CharField(max_length=4, choices=SchoolForm.choices), default=list, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="assignment_ends_after_it_starts"
            )
        ]
        indexes = [models.Index(fields=("person", "valid_to"), name="assignment_of_person")]


class UnitList(Identified):
    """A list of units as read from a file, between its preview and its confirmation.

    `rows` holds what `registry.UnitRow` holds, never a head teacher's name or an address.
    """

    file_name = models.CharField(max_length=255)
    form = models.CharField(max_length=20)  # an id of intake/units: registry_v2, registry_v1, preschools, template
    rows = models.JSONField()
    errors = models.JSONField(default=list)  # rows that could not be used: {"row", "column", "value", "code", "params"}
    received_at = models.DateTimeField(auto_now_add=True)
    received_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
