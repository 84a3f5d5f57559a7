"""The wheels to begin from, as data: a file is a wheel, and a `[[process]]` in it an activity of the year.

Serves the whole cycle: what happens when, who answers for it, and what shows that it is done. The words are our own;
what they say comes from the wheel's `source`. A file in this folder *is* the registration. The id of a process,
"<wheel>/<number>", stands in the database and is never used again for something else.
"""

from __future__ import annotations

from ._shapes import Faulty, Process, Wheel, When, WhoAt

__all__ = ["Faulty", "Process", "Wheel", "When", "WhoAt"]
