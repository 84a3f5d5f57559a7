"""A person's own calendar: what is theirs of the year, the meetings they are called to, and what they owe (RFC 5545).

Read by the calendar programs people already have, at an address only they know.
"""
