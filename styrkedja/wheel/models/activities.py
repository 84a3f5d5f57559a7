"""What happens in a year and when, and the task each place concerned has of it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

from styrkedja.core.models import AppendOnly, Identified, Kept, Versioned
from styrkedja.organisation.models import Node, NodeKind, Person, SchoolForm

from .cycles import AnnualCycle


class Kind(models.TextChoices):
    """What an activity is: its icon and its word in the wheel."""

    DECISION = "decision", pgettext_lazy("activity", "Decision")
    DIALOGUE = "dialogue", pgettext_lazy("activity", "Dialogue")
    WORKSHOP = "workshop", pgettext_lazy("activity", "Workshop")
    PUBLICATION = "publication", pgettext_lazy("activity", "Publication")
    FOLLOW_UP = "follow_up", pgettext_lazy("activity", "Follow-up")
    SURVEY = "survey", pgettext_lazy("activity", "Survey")
    COMMON_MARKING = "common_marking", pgettext_lazy("activity", "Common marking")
    REPORTING = "reporting", pgettext_lazy("activity", "Reporting")
    SEMINAR = "seminar", pgettext_lazy("activity", "Seminar")
    DAY = "day", pgettext_lazy("activity", "Day")


class DoneCheck(models.TextChoices):
    """What shows that a task is done. `Activity.done_with` says which (`wheel/checks`)."""

    DOCUMENT = "document", gettext_lazy("A document is established")
    REQUEST = "request", gettext_lazy("A request is closed")
    IMPORT = "import", gettext_lazy("Figures are imported")
    MEETING = "meeting", gettext_lazy("A meeting is held and its minutes are established")
    PUBLICATION = "publication", gettext_lazy("A publication is out")
    DECISION = "decision", gettext_lazy("A decision is entered")
    FOLLOW_UP = "follow_up", gettext_lazy("Initiatives are followed up")
    GOALS = "goals", gettext_lazy("Goals are decided")
    TICK = "tick", gettext_lazy("Somebody says that it is done")


class Activity(Identified, Versioned):
    """One activity of a year, with its first and last day; it concerns a place each at `level`.

    One that is taken out of a draft stands as cancelled, and goes when the year is published; after that none ever goes
    (`migrations/0002_rules`).

    node: whose it is: the year's own node, or the unit or team that has added it. process: "<wheel>/<number>" of the
    catalogue, or "". English words may be empty: then the Swedish stand. role: an id of access/roles.py.
    participants: [{"role", "level"}]. sequence: how often it has been moved (RFC 5545); its uid is its id.
    continues: the one of an earlier year that some places carry on with here; nobody else gets it.
    """

    cycle = models.ForeignKey(AnnualCycle, on_delete=models.PROTECT, related_name="activities")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    process = models.CharField(max_length=60, blank=True)
    number = models.CharField(max_length=12, blank=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    title_sv = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    about_sv = models.TextField(blank=True)
    about_en = models.TextField(blank=True)
    before_sv = models.TextField(blank=True)  # what it needs before
    before_en = models.TextField(blank=True)
    leaves_sv = models.TextField(blank=True)  # what it leaves behind
    leaves_en = models.TextField(blank=True)
    routine_sv = models.CharField(max_length=200, blank=True)  # the routine that describes it
    routine_en = models.CharField(max_length=200, blank=True)
    starts = models.DateField()
    ends = models.DateField()
    level = models.CharField(max_length=20, choices=NodeKind.choices)
    role = models.CharField(max_length=40)
    participants = models.JSONField(default=list, blank=True)
    school_forms = ArrayField(models.CharField(max_length=4, choices=SchoolForm.choices), default=list, blank=True)
    done_check = models.CharField(max_length=12, choices=DoneCheck.choices, default=DoneCheck.TICK)
    done_with = models.JSONField(default=dict, blank=True)
    public = models.BooleanField(default=False)
    continues = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sequence = models.PositiveIntegerField(default=0)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_reason = models.TextField(blank=True)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("starts", "ends", "number", "title_sv")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="activity_kind_known"),
            models.CheckConstraint(condition=Q(done_check__in=DoneCheck.values), name="activity_check_known"),
            models.CheckConstraint(condition=Q(level__in=NodeKind.values), name="activity_level_known"),
            models.CheckConstraint(condition=~Q(title_sv=""), name="activity_has_a_title"),
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="activity_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | ~Q(cancelled_reason=""), name="activity_cancelled_why"
            ),
            models.UniqueConstraint(
                fields=("cycle", "process"), condition=~Q(process=""), name="activity_once_a_process"
            ),
        ]
        indexes = [models.Index(fields=("cycle", "starts"), name="activity_of_cycle")]

    def __str__(self) -> str:
        return self.title

    def said(self, word: str, *, english: bool | None = None) -> str:
        """title, about, before, leaves or routine in the reader's language; in Swedish where there is no English.

        english: which language that is, where it has been looked up for many.
        """
        if english is None:
            english = not (get_language() or "sv").startswith("sv")
        return str((english and getattr(self, f"{word}_en")) or getattr(self, f"{word}_sv"))

    @property
    def title(self) -> str:
        return self.said("title")


class TaskOutcome(models.TextChoices):
    """How a task ended, written when the year is closed; before that it is read from the work itself."""

    OPEN = "", pgettext_lazy("task", "Open")
    DONE = "done", pgettext_lazy("task", "Done")
    CARRIED = "carried", pgettext_lazy("task", "Carried over")
    DROPPED = "dropped", pgettext_lazy("task", "Dropped")


class Task(Identified, Versioned, Kept):
    """One place's task of an activity; its days are the activity's. original: whose it was before a merger.

    holder: whom the place has named; None: those who hold the activity's role there. note: what the place adds of its
    own. how: what showed that it was done, kept when the year was closed: {"words_sv", "words_en", "by", "at"}.
    """

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="tasks")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="tasks")
    original = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="tasks")
    note = models.TextField(blank=True)
    outcome = models.CharField(max_length=10, choices=TaskOutcome.choices, blank=True, default="")
    outcome_at = models.DateTimeField(null=True, blank=True)
    outcome_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    how = models.JSONField(default=dict, blank=True)
    carried_to = models.ForeignKey(
        AnnualCycle, null=True, blank=True, on_delete=models.PROTECT, related_name="carried_tasks"
    )
    reminded_at = models.DateTimeField(null=True, blank=True)  # by somebody's press, at most once a day
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("activity", "original"), name="task_once_a_place"),
            models.CheckConstraint(condition=Q(outcome__in=["", *TaskOutcome.values]), name="task_outcome_known"),
            models.CheckConstraint(condition=Q(outcome="") | Q(outcome_at__isnull=False), name="task_outcome_dated"),
            models.CheckConstraint(condition=~Q(outcome="dropped") | ~Q(reason=""), name="task_dropped_why"),
        ]
        indexes = [models.Index(fields=("node",), name="task_of_node")]


class Tick(Identified, AppendOnly):
    """Somebody says that a task is done, or takes it back; the last one holds."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="ticks")
    done = models.BooleanField()
    words = models.CharField(max_length=500, blank=True)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("made_at", "id")
        indexes = [models.Index(fields=("task", "made_at"), name="tick_of_task")]
