# ruff: noqa: N999  the name is the original's
"""Stands in for the package that only a Raspberry Pi can import."""
