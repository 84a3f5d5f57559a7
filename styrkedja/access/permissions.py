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
    REPORT_MAKE = "report_make"
    REPORT_READ = "report_read"
    AUDIT_READ = "audit_read"
    CHAIN_CHECK = "chain_check"  # verify the audit chain without reading what it is about


class Reach(StrEnum):
    """Which nodes a capability held at a node covers."""

    NODE = "node"  # the node of the assignment
    SUBTREE = "subtree"  # and everything below
    UNIT = "unit"  # the unit the node lies in, and everything in it
    EVERYWHERE = "everywhere"  # every node of the organiser
