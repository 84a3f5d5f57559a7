"""Roles as data: one entry each, the capability table of trust.md §3 (and domain.md §5).

Masked figures, the chain and established analyses are read everywhere: equity and a culture of sharing
between units need it (S0.8). Drafts stay with their node; submitted analyses are read upward.
A role is a dated assignment at a node; `levels` says at which kinds of node it makes sense. The columns of
the table that are about pupil rows, surveys and complaints come with their rooms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .permissions import Permission as P
from .permissions import Reach

Grants = Mapping[P, Reach]


@dataclass(frozen=True)
class Role:
    id: str
    name: str | Promise
    levels: tuple[str, ...]
    grants: Grants
    time_limited: bool = False  # needs a last day when given


_STAFF: Grants = {
    P.CHAIN_READ: Reach.EVERYWHERE,
    P.FIGURES_MASKED: Reach.EVERYWHERE,
    P.ANALYSIS_READ_ESTABLISHED: Reach.EVERYWHERE,
    P.PLAN_READ: Reach.EVERYWHERE,
    P.REPORT_READ: Reach.EVERYWHERE,
    P.WHEEL_READ: Reach.EVERYWHERE,
}
_TEAM: Grants = {
    **_STAFF,
    P.ANALYSIS_READ_SUBMITTED: Reach.UNIT,
    P.DIALOGUE_READ: Reach.UNIT,
    P.ANSWER_TALK: Reach.UNIT,
    P.MEETING_READ: Reach.UNIT,
}
_TOP = ("council", "committee", "administration")
_LEAD_NODE: Grants = {  # leads the work of a node: writes, hands in, establishes, reads what is handed in from below
    P.FIGURES_FULL: Reach.SUBTREE,
    P.ANALYSIS_READ_DRAFT: Reach.NODE,
    P.ANALYSIS_READ_SUBMITTED: Reach.SUBTREE,
    P.ANALYSIS_WRITE: Reach.NODE,
    P.ANALYSIS_SUBMIT: Reach.NODE,
    P.PLAN_READ_DRAFT: Reach.NODE,
    P.PLAN_WRITE: Reach.NODE,
    P.REQUEST_MAKE: Reach.SUBTREE,
    P.REQUEST_ANSWER: Reach.NODE,
    P.ANSWER_TALK: Reach.NODE,
    P.DIALOGUE_READ: Reach.SUBTREE,
    P.MEETING_CALL: Reach.NODE,
    P.MEETING_READ: Reach.SUBTREE,
    P.SELF_CHECK_OPEN: Reach.NODE,
    P.WHEEL_ADD: Reach.NODE,
    P.REPORT_MAKE: Reach.SUBTREE,
    P.DOCUMENT_RETURN: Reach.SUBTREE,
    P.PEOPLE_READ: Reach.SUBTREE,
}

ROLES: dict[str, Role] = {
    role.id: role
    for role in (
        Role(
            "committee_member", _("Committee member"), ("council", "committee"), {**_STAFF, P.MEETING_READ: Reach.NODE}
        ),
        Role(
            "administration_head",
            _("Head of administration"),
            _TOP,
            {
                **_STAFF,
                **_LEAD_NODE,
                P.ANALYSIS_ESTABLISH: Reach.NODE,
                P.DOCUMENT_PUBLISH: Reach.SUBTREE,
                P.DOCUMENT_DISPOSE: Reach.SUBTREE,
                P.PLAN_DECIDE: Reach.NODE,
                P.MEETING_CALL: Reach.SUBTREE,
                P.WHEEL_PLAN: Reach.SUBTREE,
                P.AUDIT_READ: Reach.SUBTREE,
            },
        ),
        Role(
            "chief_education_officer",
            _("Chief education officer"),
            _TOP,
            {
                **_STAFF,
                P.FIGURES_FULL: Reach.SUBTREE,
                P.ANALYSIS_READ_SUBMITTED: Reach.SUBTREE,
                P.DOCUMENT_RETURN: Reach.SUBTREE,
                P.REQUEST_MAKE: Reach.SUBTREE,
                P.DIALOGUE_READ: Reach.SUBTREE,
                P.MEETING_READ: Reach.SUBTREE,
                P.PEOPLE_READ: Reach.SUBTREE,
                P.AUDIT_READ: Reach.SUBTREE,
            },
        ),
        Role(
            "quality_lead",
            _("Quality lead"),
            _TOP,
            {
                **_STAFF,
                **_LEAD_NODE,
                P.IMPORT: Reach.SUBTREE,
                P.CHAIN_EDIT: Reach.SUBTREE,
                P.MEETING_CALL: Reach.SUBTREE,
                P.WHEEL_PLAN: Reach.SUBTREE,
                P.AUDIT_READ: Reach.SUBTREE,
            },
        ),
        Role(
            "principal",
            _("Principal"),
            ("unit",),
            {
                **_STAFF,
                **_LEAD_NODE,
                P.ANALYSIS_READ_DRAFT: Reach.SUBTREE,
                P.ANALYSIS_ESTABLISH: Reach.SUBTREE,
                P.REPORT_ESTABLISH: Reach.SUBTREE,
                P.PLAN_READ_DRAFT: Reach.SUBTREE,
                P.PLAN_DECIDE: Reach.SUBTREE,
                P.MEETING_CALL: Reach.SUBTREE,
                P.WHEEL_ADD: Reach.SUBTREE,
                P.AUDIT_READ: Reach.SUBTREE,
            },
        ),
        Role(
            "team_lead",
            _("Team lead"),
            ("team",),
            {
                **_TEAM,
                P.ANALYSIS_READ_DRAFT: Reach.NODE,
                P.ANALYSIS_WRITE: Reach.NODE,
                P.ANALYSIS_SUBMIT: Reach.NODE,
                P.PLAN_READ_DRAFT: Reach.NODE,
                P.PLAN_WRITE: Reach.NODE,
                P.REQUEST_ANSWER: Reach.NODE,
                P.MEETING_CALL: Reach.NODE,
                P.WHEEL_ADD: Reach.NODE,
            },
        ),
        Role("lead_teacher", _("First teacher"), ("unit", "team"), _TEAM),
        Role("teacher", _("Teacher"), ("unit", "team", "group"), _TEAM),
        Role("pupil_health", _("Pupil health service"), (*_TOP, "unit"), _TEAM),
        Role(
            "registrar",
            _("Registrar"),
            _TOP,
            {
                **_STAFF,
                P.DECISION_ENTER: Reach.SUBTREE,
                P.DOCUMENT_ARCHIVE: Reach.SUBTREE,
                P.DOCUMENT_DISPOSE: Reach.SUBTREE,
            },
        ),
        Role(
            "auditor",
            _("Auditor"),
            (*_TOP, "unit"),
            {
                **_STAFF,
                P.ANALYSIS_READ_SUBMITTED: Reach.SUBTREE,
                P.DIALOGUE_READ: Reach.SUBTREE,
                P.MEETING_READ: Reach.SUBTREE,
                P.AUDIT_READ: Reach.SUBTREE,
            },
            time_limited=True,
        ),
        Role(
            "operator",
            _("System administrator"),
            ("council",),
            {
                P.CHAIN_READ: Reach.EVERYWHERE,
                P.CHAIN_EDIT: Reach.SUBTREE,
                P.PEOPLE_READ: Reach.SUBTREE,
                P.PEOPLE_EDIT: Reach.SUBTREE,
                P.CHAIN_CHECK: Reach.EVERYWHERE,
            },
        ),
    )
}
