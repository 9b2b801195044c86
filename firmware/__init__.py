"""MicroPython for the boards of a zone."""
