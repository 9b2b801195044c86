"""`dataclasses.replace` for the values that every happening and every move of a contact copies, at a tenth of it."""

from typing import Any, TypeVar

Value = TypeVar("Value")


def changed(value: Value, fields: dict[str, Any]) -> Value:
    """Return a copy of a frozen dataclass with these fields; the names must be fields of it."""
    copy = object.__new__(type(value))
    copy.__dict__.update(value.__dict__)
    copy.__dict__.update(fields)
    return copy
