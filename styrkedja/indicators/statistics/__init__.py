"""Arithmetic of figures: intervals, changes, spread. Knows numbers, not pupils, units or pages."""
