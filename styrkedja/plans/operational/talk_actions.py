"""The plan worked through with staff: what they say about its sections, in threads, and whom it is meant for."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from styrkedja.access.gate import Access
from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Refused
from styrkedja.core.writing import action
from styrkedja.documents.models import Document, DocumentState
from styrkedja.organisation import mailing
from styrkedja.organisation.models import Mail, Person
from styrkedja.plans.models import CommentResolution, OperationalPlan, PlanComment, PlanMention

from . import plan_types
from .staff import TALKED_ABOUT, named_in, staff_of


@action
def comment(
    *,
    plan: OperationalPlan,
    section: str,
    text: str,
    answers: PlanComment | None = None,
    mentioned: Iterable[Person] = (),
    by: Person | None,
) -> PlanComment:
    """Say something about a section, or (section "") the whole plan; those mentioned get a mail with a link to it.

    Whom the text names counts as mentioned. Raises Refused when nothing is said, when the plan is established, or
    when somebody is mentioned who could not read it: not of the unit's staff, or the plan is not shared with them.
    """
    document = _talked_about(plan)
    if not text.strip():
        raise Refused(_("Write something before you send it."))
    if section and not plan_types.section(document.kind, section):
        raise Refused(_("The plan has no such section."))
    if answers is not None and (answers.plan_id != plan.pk or answers.answers_id):
        raise Refused(_("What you answer is not a comment on this plan."))
    about = answers.section if answers else section
    meant = _mentioned(plan, text, list(mentioned), by)
    said = PlanComment.objects.create(plan=plan, section=about, answers=answers, text=text, made_by=by)
    PlanMention.objects.bulk_create(PlanMention(comment=said, person=person) for person in meant)
    for person in meant:
        _tell(person, said, document)
    details = {"comment": str(said.pk), "section": about, "mentioned": len(meant)}
    audit.record(Event.DOCUMENT_CHANGED, by=by, node=document.node, about=document, details=details)
    return said


@action
def resolve(*, comment: PlanComment, resolved: bool, by: Person | None) -> None:
    """Settle a thread, or open it again. Saying it twice changes nothing."""
    document = _talked_about(comment.plan)
    if comment.answers_id:
        raise Refused(_("A thread is settled at its first comment."))
    last = comment.resolutions.order_by("-made_at").first()
    if (last is not None and last.resolved) == resolved:
        return
    CommentResolution.objects.create(comment=comment, resolved=resolved, made_by=by)
    details = {"comment": str(comment.pk), "resolved": resolved}
    audit.record(Event.DOCUMENT_CHANGED, by=by, node=document.node, about=document, details=details)


def _talked_about(plan: OperationalPlan) -> Document:
    locked = Document.objects.select_for_update(no_key=True, of=("self",)).select_related("node").get(pk=plan.pk)
    if locked.state not in TALKED_ABOUT:
        raise Refused(_("The plan is established. Comments belong to the next version: open a correction first."))
    return locked


def _mentioned(plan: OperationalPlan, text: str, chosen: list[Person], by: Person | None) -> list[Person]:
    if not chosen and "@" not in text:
        return []
    staff = {p.pk: p for p in staff_of(Access(by).tree, plan.node)} if by else {}
    meant = {p.pk: p for p in [*chosen, *named_in(text, staff.values())]}
    if outside := [p.name for pk, p in meant.items() if pk not in staff]:
        raise Refused(_("%(name)s has no role here and cannot read the plan.") % {"name": outside[0]})
    meant = {pk: person for pk, person in meant.items() if by is None or pk != by.pk}
    if meant and not OperationalPlan.objects.filter(pk=plan.pk, shared_at__isnull=False).exists():
        raise Refused(_("The plan is not shared with staff yet. Share it before you mention somebody."))
    return list(meant.values())


def _tell(person: Person, said: PlanComment, document: Document) -> None:
    path = reverse("plans:plan_preview", args=[document.pk])
    if document.state == DocumentState.SUBMITTED:
        path = reverse("plans:plan_read", args=[document.pk])
    mailing.send(
        to=person,
        kind=Mail.NEWS,
        template="plans/operational/email/mention",
        path=f"{path}#kommentar-{said.pk}",
        words={"node": document.node.name, "period": document.period},
    )
