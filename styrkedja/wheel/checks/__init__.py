"""What shows that a task is done: the work itself, read from the rooms where it is done, and nothing stored (ADR 0023).

`Activity.done_check` names one of `DoneCheck`, and `done_with` says what of it:

    document     {"kind": a DocumentKind or several, "state": "submitted" | "established" | "published" (left out:
                  established), "period": "own" | "before" | "next" (left out: any of them);
                  what is carried over may name the period itself, as "2025/26"}
    publication  {"kind", "period"}
    request      {"what": a dialogues What or a list (left out: anything), "kind": a DocumentKind asked for,
                  "as": "answers" (the place answers what it is asked) | "asks" (it asks others; left out: either),
                  "until": "sent" | "handed_in" | "accepted" | "closed"}
                 left out `until`: a place that answers has handed in, a place that asks has closed its request
    import       {"sources": Observation sources}
    meeting      {"kind": an id of dialogues/meetings/catalogue or a list of them}; the place's own, one that concerns
                  it, or above the units one that somebody else in its line has called; of the activity's school forms
    decision     {"kind": a DecisionKind or a list of them}
    goals        {"period": as of document}
    follow_up    {}
    tick         {}

Evidence has a day. It goes to the task whose days lie nearest, within the year from `BEFORE` days before it to `AFTER`
days after, so that of three analyses a year each needs its own; at the same distance to the earlier that has none. A
meeting, request or import counts from `EARLY` days before the task begins: January's grades cannot come in November. A
period that is named is a year of its own: then the day does not matter, only which of the tasks lies nearest.
"""

from .reading import Wanted, done_of, evidence_of, how_of, shown
from .showing import Evidence

__all__ = ["Evidence", "Wanted", "done_of", "evidence_of", "how_of", "shown"]
