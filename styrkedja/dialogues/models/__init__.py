"""The duty to answer: requests, what is handed in on them, and the feedback owed back. Every step of the cycle.

Whoever asks for results owes an answer (the documents' own rule, S0.2): an answer that is accepted opens an obligation
of the one who asked (domain.md §6, invariant 6). The database says so too: `migrations/0002_rules`.
"""

from .answers import Acknowledgement, Feedback, Obligation, ObligationKind, Reply
from .meetings import (
    AgendaPoint,
    AgreedPoint,
    Material,
    Meeting,
    MeetingNode,
    MeetingPerson,
    MeetingQuestion,
    MeetingState,
    Minutes,
    PointNote,
    Proposal,
    SeminarNote,
    SeminarStep,
    SeminarUse,
)
from .reflections import MOST_QUESTIONS, ReflectionAnswer, ReflectionComment
from .requests import ReceiverState, Request, RequestReceiver, Submission, What
from .selfcheck import SelfCheck, SelfCheckAnswer, SelfCheckSheet
from .words import DialogueWords, MeetingWords

__all__ = [
    "MOST_QUESTIONS",
    "Acknowledgement",
    "AgendaPoint",
    "AgreedPoint",
    "DialogueWords",
    "Feedback",
    "Material",
    "Meeting",
    "MeetingNode",
    "MeetingPerson",
    "MeetingQuestion",
    "MeetingState",
    "MeetingWords",
    "Minutes",
    "Obligation",
    "ObligationKind",
    "PointNote",
    "Proposal",
    "ReceiverState",
    "ReflectionAnswer",
    "ReflectionComment",
    "Reply",
    "Request",
    "RequestReceiver",
    "SelfCheck",
    "SelfCheckAnswer",
    "SelfCheckSheet",
    "SeminarNote",
    "SeminarStep",
    "SeminarUse",
    "Submission",
    "What",
]
