"""Pages that show the year of a node: wheel, list, timeline and table of the same activities, files, the intranet."""
