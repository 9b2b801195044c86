"""Lockers and their paper trail, as values: nothing here knows a clock, a disk or a line."""
