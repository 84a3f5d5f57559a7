"""A place's tasks of the year: who answers for each, how far it has come, and what waits for whom."""

from styrkedja.wheel.years import jobs  # noqa: F401 - the worker looks for its work in an app's `tasks`
