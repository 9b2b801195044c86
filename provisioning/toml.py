"""A table out as TOML: the half that the standard library does not have."""

import json
import re
from datetime import date, time
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def write(table: dict[str, Any], comment: str = "") -> str:
    """Return the text that `tomllib.loads` reads as `table`; TypeError for a value that TOML does not have."""
    head = "".join(f"# {line}\n" for line in comment.splitlines())
    return head + "\n".join(_table(table, ())) + "\n"


def _table(table: dict[str, Any], where: tuple[str, ...]) -> list[str]:
    """Return the lines of a table: its values first, or they would belong to the last table within."""
    lines = [f"{_key(name)} = {_value(value)}" for name, value in table.items() if not _is_own_section(value)]
    for name, value in table.items():
        path = (*where, name)
        dotted = ".".join(map(_key, path))
        if isinstance(value, dict):
            lines += ["", f"[{dotted}]", *_table(value, path)]
        elif _is_own_section(value):
            for each in value:
                lines += ["", f"[[{dotted}]]", *_table(each, path)]
    return lines


def _is_own_section(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and all(isinstance(each, dict) for each in value)
    return isinstance(value, dict)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            return _text(value)
        case date() | time():
            return value.isoformat()
        case list() | tuple():
            return "[" + ", ".join(map(_value, value)) + "]"
        case dict():  # within an array that is not of tables alone
            return "{" + ", ".join(f"{_key(name)} = {_value(each)}" for name, each in value.items()) + "}"
    raise TypeError(f"TOML has no {type(value).__name__}")


def _text(text: str) -> str:
    """Return a basic string: JSON's escapes are TOML's too, but for the delete character, which JSON leaves bare."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
