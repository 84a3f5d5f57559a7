"""A place's tasks of the year: who answers for each, how far it has come, and what waits for whom."""
