"""A report as slides: `deck` chooses what is said, `layouts` where there is room, `drawing` puts it there."""
