"""The year as everyone sees it: a huvudman's year, its activities, and the task of each place concerned (årshjulet).

A year is made from a wheel of `wheel/catalogue` or from the year before; what is published gives every place concerned
its dated tasks. A task is done by the work itself (`wheel/checks`); only where nothing else shows it, by a tick.
"""

from .activities import Activity, DoneCheck, Kind, Task, TaskOutcome, Tick
from .cycles import AnnualCycle, CycleState, CycleUnit, WheelSettings
from .feeds import Feed
from .publishings import Publishing

__all__ = [
    "Activity",
    "AnnualCycle",
    "CycleState",
    "CycleUnit",
    "DoneCheck",
    "Feed",
    "Kind",
    "Publishing",
    "Task",
    "TaskOutcome",
    "Tick",
    "WheelSettings",
]
