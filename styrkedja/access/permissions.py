"""What can be done (capabilities) and how far it reaches. Which role has what: `roles.py`."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    CHAIN_READ = "chain_read"  # see that nodes exist and where they hang
    CHAIN_EDIT = "chain_edit"  # add, change, move, close, merge nodes; load the registry
    PEOPLE_READ = "people_read"  # who holds which role
    PEOPLE_EDIT = "people_edit"  # add people, give and end roles
    FIGURES_FULL = "figures_full"  # figures without our own masking
    FIGURES_MASKED = "figures_masked"  # figures as they may leave
    IMPORT = "import"  # upload, confirm and undo batches
    ANALYSIS_READ_DRAFT = "analysis_read_draft"
    ANALYSIS_WRITE = "analysis_write"
    ANALYSIS_SUBMIT = "analysis_submit"
    ANALYSIS_ESTABLISH = "analysis_establish"
    ANALYSIS_READ_SUBMITTED = "analysis_read_submitted"
    ANALYSIS_READ_ESTABLISHED = "analysis_read_established"
    PLAN_READ = "plan_read"  # decisions, and goals, initiatives and plans that are decided
    PLAN_READ_DRAFT = "plan_read_draft"  # proposals
    PLAN_WRITE = "plan_write"  # propose, follow up, evaluate
    PLAN_DECIDE = "plan_decide"
    DECISION_ENTER = "decision_enter"  # enter what council and committee have decided, with paragraph and number
    REQUEST_MAKE = "request_make"  # ask those below, accept, give feedback
    REQUEST_ANSWER = "request_answer"  # answer for the node, acknowledge feedback
    ANSWER_TALK = "answer_talk"  # read and talk over what the place is about to answer
    DIALOGUE_READ = "dialogue_read"  # what has been asked of the node, its answers and the feedback it got
    MEETING_CALL = "meeting_call"  # call, lead and minute; those called read whatever their role
    MEETING_READ = "meeting_read"  # meetings that concern the node, and their minutes
    SELF_CHECK_OPEN = "self_check_open"  # ask the chain below to examine itself
    WHEEL_READ = "wheel_read"  # the year and its tasks
    WHEEL_PLAN = "wheel_plan"  # make, publish, change and close years
    WHEEL_ADD = "wheel_add"  # add activities of the node's own, complement and tick its tasks
    REPORT_MAKE = "report_make"
    REPORT_READ = "report_read"
    REPORT_ESTABLISH = "report_establish"
    DOCUMENT_RETURN = "document_return"  # give back what is handed in from below, with a reason
    DOCUMENT_PUBLISH = "document_publish"  # release what is established; never what one has handed in oneself
    DOCUMENT_ARCHIVE = "document_archive"  # also propose that what a retention rule lets go is disposed of
    DOCUMENT_DISPOSE = "document_dispose"  # confirm what somebody else has proposed
    AUDIT_READ = "audit_read"
    CHAIN_CHECK = "chain_check"  # verify the audit chain without reading what it is about


class Reach(StrEnum):
    """Which nodes a capability held at a node covers."""

    NODE = "node"  # the node of the assignment
    SUBTREE = "subtree"  # and everything below
    UNIT = "unit"  # the unit the node lies in, and everything in it
    EVERYWHERE = "everywhere"  # every node of the organiser
