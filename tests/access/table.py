"""Who may do what, written from trust.md §3 and domain.md §5 in words of its own: the matrix's other side.

Nothing here is taken from styrkedja/access: a change there without a change here fails the matrix. Capabilities in
the rows of `ROLES` reach: "node" the place of the role, "below" it and everything under it, "unit" the unit it lies in
and everything in that, "all" every place of the organiser.
"""

from __future__ import annotations

from dataclasses import dataclass, field

STAFF = {
    "see chain": "all",
    "see masked figures": "all",
    "read established": "all",
    "read plans": "all",
    "read reports": "all",
    "see the wheel": "all",
}
TEAM = {
    **STAFF,
    "read meetings": "unit",
    "read submitted": "unit",
    "read dialogues": "unit",
    "talk over answers": "unit",
}
LEADS = {
    "see full figures": "below",
    "read drafts": "node",
    "read submitted": "below",
    "write": "node",
    "submit": "node",
    "read proposals": "node",
    "write plans": "node",
    "ask": "below",
    "answer": "node",
    "talk over answers": "node",
    "read dialogues": "below",
    "call meetings": "node",
    "read meetings": "below",
    "open self-checks": "node",
    "add to the wheel": "node",
    "make reports": "below",
    "return": "below",
    "see people": "below",
}

# role: (where the matrix puts it, what it has)
ROLES: dict[str, tuple[str, dict[str, str]]] = {
    "committee_member": ("committee", {**STAFF, "read meetings": "node"}),
    "administration_head": (
        "sector",
        {
            **STAFF,
            **LEADS,
            "establish": "node",
            "publish": "below",
            "confirm disposal": "below",
            "decide plans": "node",
            "call meetings": "below",
            "plan the wheel": "below",
            "read trail": "below",
        },
    ),
    "chief_education_officer": (
        "sector",
        {
            **STAFF,
            "see full figures": "below",
            "read submitted": "below",
            "return": "below",
            "ask": "below",
            "read dialogues": "below",
            "read meetings": "below",
            "see people": "below",
            "read trail": "below",
        },
    ),
    "quality_lead": (
        "sector",
        {
            **STAFF,
            **LEADS,
            "import": "below",
            "change chain": "below",
            "call meetings": "below",
            "plan the wheel": "below",
            "read trail": "below",
        },
    ),
    "principal": (
        "bjork",
        {
            **STAFF,
            **LEADS,
            "read drafts": "below",
            "establish": "below",
            "establish reports": "below",
            "read proposals": "below",
            "decide plans": "below",
            "call meetings": "below",
            "add to the wheel": "below",
            "read trail": "below",
        },
    ),
    "team_lead": (
        "bjork_team",
        {
            **TEAM,
            "read drafts": "node",
            "write": "node",
            "submit": "node",
            "read proposals": "node",
            "write plans": "node",
            "answer": "node",
            "call meetings": "node",
            "add to the wheel": "node",
        },
    ),
    "lead_teacher": ("bjork_team", TEAM),
    "teacher": ("bjork_team", TEAM),
    "pupil_health": ("bjork", TEAM),
    "registrar": ("sector", {**STAFF, "enter decisions": "below", "archive": "below", "confirm disposal": "below"}),
    "auditor": (
        "bjork",
        {
            **STAFF,
            "read submitted": "below",
            "read dialogues": "below",
            "read meetings": "below",
            "read trail": "below",
        },
    ),
    "operator": (
        "council",
        {
            "see chain": "all",
            "change chain": "below",
            "see people": "below",
            "give roles": "below",
            "check trail": "all",
        },
    ),
}

# Where each place of the matrix has its relations. None: there is none.
RELATIONS: dict[str, dict[str, str | None]] = {
    "council": {"own": "council", "child": "committee", "parent": None, "sibling": None},
    "committee": {"own": "committee", "child": "administration", "parent": "council", "sibling": "committee_2"},
    "sector": {"own": "sector", "child": "bjork", "parent": "administration", "sibling": "sector_2"},
    "bjork": {"own": "bjork", "child": "bjork_team", "parent": "sector", "sibling": "ek"},
    "bjork_team": {"own": "bjork_team", "child": "bjork_group", "parent": "bjork", "sibling": "bjork_team_2"},
}

# What a capability covers, seen from the place of the role.
COVERS = {
    "node": {"own"},
    "below": {"own", "child"},
    "all": {"own", "child", "parent", "sibling"},
}


@dataclass(frozen=True)
class Route:
    """What a route asks for. needs: any one of these; empty: everyone logged in. at_node: at the node it is about.

    state: the state its object is made in (`samples`). hidden: an object that the person may not see answers 404 also
    to one who holds the capability elsewhere.
    """

    needs: tuple[str, ...] = ()
    at_node: bool = False
    public: bool = False
    state: str = ""
    hidden: bool = False
    also: tuple[int, ...] = field(default=())  # further answers that are right for those who may


def at(*needs: str, state: str = "", also: tuple[int, ...] = ()) -> Route:
    return Route(needs=needs, at_node=True, state=state, also=also)


def held(*needs: str, hidden: bool = False, also: tuple[int, ...] = ()) -> Route:
    return Route(needs=needs, hidden=hidden, also=also)


PUBLIC = Route(public=True)
LOGGED_IN = Route()

# Who reads an analysis in which state: the working draft its writers and leaders, what is handed in those above too.
DRAFT = ("read drafts", "write")
SUBMITTED = (*DRAFT, "read submitted")
ESTABLISHED = (*SUBMITTED, "read established")

# Proposals are their writers' and leaders'; what is decided is everybody's who works with plans.
PROPOSALS = ("read proposals", "write plans", "decide plans")
PLANS = ("read plans", *PROPOSALS)
WORK = ("write plans", "decide plans")

# What is called; what is only planned is those who call's.
MEETINGS = ("read meetings", "call meetings")

# The same of a plan; a draft that is not shared with staff, which is the unit's own page of tests.
PLAN_DRAFT = ("read proposals", "write plans")
PLAN_SUBMITTED = (*PLAN_DRAFT, "decide plans", "return", "read dialogues")
PLAN_ESTABLISHED = (*PLAN_SUBMITTED, "read plans")

ROUTES: dict[str, Route | tuple[Route, ...]] = {
    "desk:start": LOGGED_IN,
    "desk:handover": at("answer"),
    "desk:mail": LOGGED_IN,
    "desk:search": LOGGED_IN,
    "organisation:chain": held("see chain"),
    "organisation:people": held("see people"),
    "organisation:person": Route(("see people",), hidden=True),
    "organisation:person_add": held("give roles"),
    "organisation:person_change": held("give roles"),
    "organisation:role_end": at("give roles"),
    "organisation:node": at("see chain"),
    "organisation:node_add": at("change chain"),
    "organisation:node_change": at("change chain"),
    "organisation:node_move": at("change chain"),
    "organisation:node_close": at("change chain"),
    "organisation:node_merge": at("change chain"),
    "organisation:role_add": at("give roles"),
    "organisation:trail": at("read trail"),
    "units:upload": held("change chain"),
    "units:template": held("change chain"),
    "units:preview": held("change chain"),
    "intake:list": held("import"),
    "intake:new": held("import"),
    "intake:template_csv": held("import"),
    "intake:template_xlsx": held("import"),
    "intake:upload": held("import"),
    "intake:progress": held("import"),
    "intake:errors_csv": held("import", also=(404,)),  # a file without errors has no list of them
    "intake:confirm": held("import"),
    "intake:discard": held("import"),
    "intake:batch": held("import"),
    "intake:batch_file": held("import", also=(404,)),  # the sample batch has no raw file
    "intake:undo": held("import"),
    "indicators:node": at("see masked figures", "see full figures"),
    "indicators:indicator": at("see masked figures", "see full figures"),
    "analyses:node": at(*ESTABLISHED),
    "analyses:start": at("write"),
    "analyses:read": (
        at(*DRAFT, state="draft"),
        at(*SUBMITTED, state="submitted"),
        at(*ESTABLISHED, state="established"),
    ),
    "analyses:read number": (at(*SUBMITTED, state="submitted"), at(*ESTABLISHED, state="established")),
    "analyses:preview": (at(*DRAFT, state="draft"), at(*DRAFT, state="established")),
    "analyses:edit": (at("write", state="draft"), at("write", state="submitted")),
    "analyses:step": at("write", state="draft"),
    "analyses:units": at("write", state="draft"),
    "analyses:submit": at("submit", state="draft"),
    "analyses:establish": at("establish", state="submitted"),
    "analyses:correct": at("write", state="established"),
    "analyses:return": at("return", "establish", state="submitted"),
    "analyses:publish": at("publish", state="established"),
    "analyses:archive": at("archive", state="established"),
    "analyses:compare": at(*ESTABLISHED, state="established"),
    "analyses:version_restore": at("write", state="established"),
    "analyses:quote": at("write", state="draft", also=(404,)),  # without a figure there is nothing to quote
    "analyses:cite": at("write", state="draft", also=(404,)),
    "analyses:move": at("write", state="draft", also=(404,)),  # the sample row is a cause, not a need
    "analyses:add": at("write", state="draft"),
    "analyses:row": at("write", state="draft"),
    "analyses:delete": at("write", state="draft"),
    "analyses:restore": at("write", state="draft"),
    "analyses:history": at("write", state="draft"),
    "dialogues:node": at("read dialogues", "answer", "ask"),
    "dialogues:ask": at("ask"),
    "dialogues:matrix": at("read dialogues"),
    "dialogues:matrix_csv": at("read dialogues"),
    "dialogues:matrix_remind": at("ask"),
    "dialogues:uses": at("read dialogues"),
    "dialogues:request": at("read dialogues", "ask"),
    "dialogues:remind": at("ask"),
    "dialogues:accept": at("ask"),
    "dialogues:feedback_to_many": at("ask"),
    "dialogues:postpone": at("ask"),
    "dialogues:close": at("ask"),
    "dialogues:answer": at("read dialogues", "ask"),
    "dialogues:accept_one": at("ask"),
    "dialogues:return_answer": at("ask"),
    "dialogues:release": at("ask"),
    "dialogues:feedback": at("ask"),
    "dialogues:answer_reply": at("ask"),
    "dialogues:remind_one": at("ask"),
    "dialogues:receiver": at("read dialogues", "answer"),
    "dialogues:hand_in": at("answer"),
    "dialogues:answer_in_words": at("answer"),
    "dialogues:reflection_hand_in": at("answer"),
    "dialogues:reflection_save": at("answer", also=(422,)),  # nothing is sent to save
    "dialogues:reflection_talk": at("answer", "talk over answers", also=(422,)),  # a comment without words
    "dialogues:acknowledge": at("answer"),
    "dialogues:receiver_reply": at("answer"),
    "dialogues:meetings": at(*MEETINGS),
    "dialogues:meeting_plan": at("call meetings"),
    "dialogues:meeting": (at("call meetings", state="draft"), at(*MEETINGS, state="established")),
    "dialogues:meeting_change": at("call meetings", state="draft"),
    "dialogues:meeting_called": at("call meetings", state="draft"),
    "dialogues:meeting_call": at("call meetings", state="draft"),
    "dialogues:meeting_cancel": at("call meetings", state="draft"),
    "dialogues:meeting_material": at("read dialogues", "call meetings", state="established"),
    "dialogues:meeting_gather": at("call meetings", state="established"),
    "dialogues:agenda_add": at("call meetings", state="draft"),
    "dialogues:agenda_point": at("call meetings", state="draft"),
    "dialogues:agenda_move": at("call meetings", state="draft"),
    "dialogues:agenda_remove": at("call meetings", state="draft"),
    "dialogues:point_note": at("call meetings", state="established", also=(422,)),  # nothing is sent to save
    "dialogues:point_conclusion": at("call meetings", state="established", also=(422,)),
    "dialogues:meeting_came": at("call meetings", state="established"),
    "dialogues:meeting_agree": at("call meetings", state="established", also=(422,)),
    "dialogues:meeting_ask": at("call meetings", state="established", also=(422, 403)),  # and who may ask at all
    "dialogues:meeting_hold": at("call meetings", state="established"),
    "dialogues:meeting_reopen": at("call meetings", state="established"),
    "dialogues:meeting_came_too": at("call meetings", state="established"),
    "dialogues:minutes_prepare": at("call meetings", state="established"),
    "dialogues:minutes_establish": at("call meetings", state="established"),
    "dialogues:minutes_correct": at("call meetings", state="minuted"),
    "dialogues:minutes": at(*MEETINGS, state="minuted"),
    "dialogues:minutes_latest": at(*MEETINGS, state="minuted"),
    "dialogues:agreed": (
        at("read dialogues", "call meetings", "answer", state="established"),
        at(*MEETINGS, "answer", state="minuted"),
    ),
    "dialogues:agreed_end": at("call meetings", "answer", state="established"),
    "dialogues:agreed_hand_on": at("call meetings", "answer", state="established"),
    "dialogues:seminar": at("call meetings", state="submitted"),
    "dialogues:seminar_write": at("call meetings", state="submitted", also=(422,)),  # nothing is sent to save
    "dialogues:seminar_reveal": at("call meetings", state="submitted"),
    "dialogues:seminar_notes": at("write"),
    "dialogues:proposal": at("read dialogues", "call meetings", "enter decisions", state="established"),
    "dialogues:proposal_add": at("call meetings", state="established"),
    "dialogues:proposal_change": at("call meetings", state="established"),
    "dialogues:proposal_grounds": at("call meetings", state="established"),
    "dialogues:proposal_move": at("call meetings", state="established"),
    "dialogues:proposal_withdraw": at("call meetings", state="established"),
    "dialogues:proposal_decide": at("enter decisions", state="established"),
    "dialogues:proposals": at("enter decisions"),
    "dialogues:priorities": at("read plans"),
    "dialogues:self_checks": at("read dialogues", "read meetings", "answer"),
    "dialogues:self_check_open": at("open self-checks"),
    "dialogues:self_check": at("read dialogues", "read meetings", "answer"),
    "dialogues:self_check_remind": at("open self-checks"),
    "dialogues:self_check_close": at("open self-checks"),
    "dialogues:self_check_sheet": at("answer", also=(422,)),
    "dialogues:self_check_take_back": at("answer"),
    "plans:decisions": at("read plans"),
    "plans:decision": at("read plans"),
    "plans:decision_add": at("enter decisions"),
    "plans:decision_thread": at("read plans"),
    "plans:settings": held("change chain"),
    "plans:whereto": at(*PLANS),
    "plans:goal": (at(*PROPOSALS, state="draft"), at(*PLANS, state="established")),
    "plans:thread": (at(*PROPOSALS, state="draft"), at(*PLANS, state="established")),
    "plans:goal_add": at("write plans", also=(400,)),  # without a period there is nothing to propose
    "plans:goal_change": at("write plans", state="draft"),
    "plans:goal_delete": at("write plans", state="draft"),
    "plans:goal_restore": at("write plans", state="draft"),
    "plans:goal_decide": at("decide plans", state="draft"),
    "plans:goal_register": at("enter decisions", state="draft", also=(404,)),  # a unit's goal is not the committee's
    "plans:goal_close": at("decide plans", state="established"),
    "plans:target_add": at("write plans", state="draft"),
    "plans:target_remove": at("write plans", state="draft"),
    "plans:period_close": at("decide plans"),
    "plans:how": at("read plans"),
    "plans:outcome": at("read plans"),
    "plans:library": held("read plans"),
    "plans:initiative": (at(*PROPOSALS, state="draft"), at(*PLANS, state="established")),
    "plans:initiative_add": at(*WORK),
    "plans:initiative_change": at(*WORK, state="draft"),
    "plans:initiative_delete": at(*WORK, state="draft"),
    "plans:initiative_restore": at(*WORK, state="draft"),
    "plans:initiative_decide": at("decide plans", state="draft"),
    "plans:initiative_begin": at(*WORK, state="established"),
    "plans:initiative_complete": at(*WORK, state="established"),
    "plans:initiative_stop": at("decide plans", state="established"),
    "plans:initiative_adjust": at(*WORK, state="established"),
    "plans:activity_add": (at(*WORK, state="draft"), at(*WORK, state="established")),
    "plans:activity": at(*WORK, state="draft"),
    "plans:activity_remove": at(*WORK, state="draft"),
    "plans:activity_done": at(*WORK, state="established"),
    "plans:follow_up": at(*WORK, state="established"),
    "plans:evaluate": at(*WORK, state="established"),
    "plans:carry_on": at(*WORK, state="established"),
    "plans:start_like": at(*PLANS, state="established"),
    "plans:initiative_thread": (at(*PROPOSALS, state="draft"), at(*PLANS, state="established")),
    "plans:need_thread": at("read plans", state="established"),
    "plans:plans": at(*PLAN_ESTABLISHED),
    "plans:plan_start": at("write plans"),
    "plans:plan_read": (
        at(*PLAN_DRAFT, state="draft"),
        at(*PLAN_SUBMITTED, state="submitted"),
        at(*PLAN_ESTABLISHED, state="established"),
    ),
    "plans:plan_read number": (at(*PLAN_SUBMITTED, state="submitted"), at(*PLAN_ESTABLISHED, state="established")),
    "plans:plan_preview": at(*PLAN_DRAFT, state="draft"),
    "plans:plan_edit": at("write plans", state="draft"),
    "plans:plan_share": at("write plans", state="draft"),
    "plans:plan_submit": at("write plans", state="draft"),
    "plans:plan_return": at("return", "decide plans", state="submitted"),
    "plans:plan_establish": at("decide plans", state="submitted"),
    "plans:plan_publish": at("publish", state="established"),
    "plans:plan_correct": at("write plans", state="established"),
    "plans:plan_archive": at("archive", state="established"),
    "plans:plan_restore": at("write plans", state="established"),
    "plans:plan_compare": (at(*PLAN_DRAFT, state="draft"), at(*PLAN_ESTABLISHED, state="established")),
    "plans:plan_comment": at(*PLAN_DRAFT, state="draft", also=(422,)),  # a comment without words
    "plans:plan_resolve": at(*PLAN_DRAFT, state="draft"),
    "plans:plan_row_add": at("write plans", state="draft"),
    "plans:plan_row": at("write plans", state="draft", also=(422,)),
    "plans:plan_row_remove": at("write plans", state="draft"),
    "plans:plan_history": at("write plans", state="draft"),
    "reports:plan": (at(*PLAN_SUBMITTED, state="submitted"), at(*PLAN_ESTABLISHED, state="established")),
    "reports:minutes_pdf": at(*MEETINGS, state="minuted"),
    "reports:plan_pdf": (at(*PLAN_SUBMITTED, state="submitted"), at(*PLAN_ESTABLISHED, state="established")),
    "reports:list": held("read reports"),
    "reports:node": at("read reports", "make reports"),
    "reports:make": at("make reports"),
    "reports:read": (
        at("read reports", "make reports", "read submitted", state="established"),
        at("make reports", "read submitted", state="draft"),
    ),
    "reports:compare": (
        at("read reports", "make reports", "read submitted", state="established"),
        at("make reports", "read submitted", state="draft"),
    ),
    "reports:pdf": (
        at("read reports", "make reports", "read submitted", state="established"),
        at("make reports", "read submitted", state="draft"),
    ),
    "reports:slides": (
        at("read reports", "make reports", "read submitted", state="established"),
        at("make reports", "read submitted", state="draft"),
    ),
    "reports:package": at("make reports", "enter decisions", "archive", state="established"),
    "reports:case_number": at("make reports", "enter decisions", "archive", state="established"),
    "reports:slide_template": held("change chain", also=(403,)),
    "reports:slide_template_file": held("change chain", also=(403,)),
    "reports:hand_in": at("make reports", state="established"),
    "reports:return": at("return", "establish reports", "enter decisions", state="established"),
    "reports:establish": at("establish reports", "enter decisions", state="established"),
    "reports:publish": at("publish", state="established"),
    "reports:archive": at("archive", state="established"),
    "documents:delegations": held("read plans", "enter decisions"),
    "documents:delegation_new": held("enter decisions"),
    "documents:delegation_end": at("enter decisions"),
    "documents:retention": held("archive", "confirm disposal", "enter decisions"),
    "documents:retention_new": held("enter decisions"),
    "documents:retention_due": at("archive"),
    "documents:retention_end": at("enter decisions"),
    "documents:retention_proposals": held("confirm disposal", "archive"),
    "wheel:start": held("see the wheel", also=(302,)),
    "wheel:node": at("see the wheel"),
    "wheel:table_csv": at("see the wheel", also=(404,)),
    "wheel:picture": at("see the wheel", also=(404,)),
    "wheel:embed": at("plan the wheel"),
    "wheel:public": PUBLIC,
    "wheel:public_svg": PUBLIC,
    "wheel:task": at("see the wheel"),
    "wheel:task_tick": at("add to the wheel", "plan the wheel"),
    "wheel:task_note": at("add to the wheel", "plan the wheel"),
    "wheel:task_holder": at("add to the wheel", "plan the wheel"),
    "wheel:activity": at("see the wheel", state="established"),
    "wheel:progress": at("see the wheel"),
    "wheel:progress_csv": at("see the wheel"),
    "wheel:progress_remind": at("ask"),
    "wheel:settings": held("plan the wheel", also=(403,)),  # for all of the organiser: at the top of the chain alone
    "wheel:calendar": LOGGED_IN,
    "wheel:feed_make": LOGGED_IN,
    "wheel:feed_revoke": LOGGED_IN,
    "wheel:feed": PUBLIC,  # to whoever knows the address
    "wheel:task_ics": at("see the wheel"),
    "wheel:activity_ics": at("see the wheel", state="established"),
    "wheel:meeting_ics": at("read dialogues", "call meetings", state="established"),
    "wheel:years": held("see the wheel"),
    "wheel:year_compare": at("see the wheel"),
    "wheel:year_new": at("plan the wheel"),
    "wheel:year": (at("plan the wheel", state="draft"), at("see the wheel", state="established")),
    "wheel:year_from_last": at("plan the wheel", state="established"),
    "wheel:year_units": (at("plan the wheel", state="draft"), at("plan the wheel", state="established")),
    "wheel:year_publish": at("plan the wheel", state="draft", also=(400,)),  # without the version that was looked at
    "wheel:year_progress": at("plan the wheel", state="draft"),
    "wheel:year_delete": at("plan the wheel", state="draft", also=(400,)),
    "wheel:year_restore": at("plan the wheel", state="draft"),
    "wheel:year_activity_add": (at("plan the wheel", state="draft"), at("plan the wheel", state="established")),
    "wheel:own_add": at("add to the wheel", state="established"),
    "wheel:own_from_last": at("add to the wheel", state="established"),
    "wheel:year_close": at("plan the wheel", state="established", also=(400,)),
    "wheel:year_settle": at("plan the wheel", state="established"),
    "wheel:year_settle_many": at("plan the wheel", state="established"),
    "wheel:year_take_back": at("plan the wheel", state="established"),
    "wheel:year_take_back_own": at("plan the wheel", state="established"),
    "wheel:year_activity": (at("plan the wheel", state="draft"), at("see the wheel", state="established")),
    "wheel:activity_change": (at("plan the wheel", state="draft"), at("plan the wheel", state="established")),
    "wheel:activity_cancel": at("plan the wheel", state="established"),
    "set_language": PUBLIC,
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    "account_login": PUBLIC,
    "account_logout": PUBLIC,
    "account_change_password": LOGGED_IN,
    "account_inactive": PUBLIC,
    "account_set_password": LOGGED_IN,
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": PUBLIC,
    "account_reset_password_from_key_done": PUBLIC,
}


def variants(name: str, kwargs: set[str]) -> tuple[Route, ...]:
    """The entries of a route: one, or one for each state of its object. A version is named by its number."""
    entry = ROUTES[f"{name} number" if "number" in kwargs else name]
    return entry if isinstance(entry, tuple) else (entry,)


def may(role: str, route: Route, relation: str) -> bool:
    """Does the table let a holder of the role, at its place, do this at the node of the relation?"""
    place, has = ROLES[role]
    if not route.needs:
        return True
    if not route.at_node and not route.hidden:
        return any(need in has for need in route.needs)
    return any(relation in covered(has[need], place) for need in route.needs if need in has)


def covered(reach: str, place: str) -> set[str]:
    if reach == "unit":  # for a team the unit is the parent, and the other teams lie in it too
        return {"own", "child", "parent", "sibling"} if place == "bjork_team" else {"own", "child"}
    return COVERS[reach]
