"""TOML in, frozen dataclasses out; every mistake is told at once, and an unknown option refuses to start.

A field's type is the check: str, int, float, bool, Literal, Path (relative to the file), another dataclass (a table), a
tuple of any of these (a list, or an array of tables), or `X | None`. A field's limits are its metadata:
`option(8811, least=1, most=65535)`. The environment comes last: `ZONE24_SCREEN__PORT=9000` sets `port` of `[screen]`.
"""

import dataclasses
import math
import os
import re
import tomllib
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from wire.errors import BadConfig

T = TypeVar("T")

_REQUIRED = dataclasses.MISSING


def option(
    default: Any = _REQUIRED,
    *,
    least: float | None = None,
    most: float | None = None,
    pattern: str | None = None,
    help: str = "",  # noqa: A002
) -> Any:
    """Declare a field with its default and limits; without a default it must be given."""
    limits = {"least": least, "most": most, "pattern": pattern, "help": help}
    return dataclasses.field(default=default, metadata=limits, kw_only=True)


def read(kind: type[T], file: Path, environment: Mapping[str, str] | None = None) -> T:
    """Return the configuration in `file`; BadConfig names every mistake, a line each."""
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadConfig(f"{file}: {error.strerror}; make it with zone24-provision") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadConfig(f"{file}: not TOML: {error}") from None
    mistakes: list[str] = []
    _overlay(table, os.environ if environment is None else environment, mistakes)
    made = _Reader(file.parent, mistakes).table(kind, table, "")
    if mistakes:
        raise BadConfig("\n".join(f"{file}: {mistake}" for mistake in mistakes))
    return typing.cast("T", made)


def _overlay(table: dict[str, Any], environment: Mapping[str, str], mistakes: list[str]) -> None:
    for name, value in sorted(environment.items()):
        if not name.startswith("ZONE24_"):
            continue
        *sections, key = name.removeprefix("ZONE24_").lower().split("__")
        at = table
        for section in sections:
            at = at.setdefault(section, {})
            if not isinstance(at, dict):
                mistakes.append(f"{name} of the environment: [{section}] is not a table")
                break
        else:
            at[key] = _plain(value)


def _plain(value: str) -> Any:
    """Read an environment variable as TOML would read the value; what is not TOML is text."""
    try:
        return tomllib.loads(f"v = {value}")["v"]
    except tomllib.TOMLDecodeError:
        return value


class _Reader:
    def __init__(self, folder: Path, mistakes: list[str]) -> None:
        self._folder = folder
        self._mistakes = mistakes

    def table(self, kind: type, table: dict[str, Any], where: str) -> Any:
        types_of = typing.get_type_hints(kind)
        values = {}
        for field in dataclasses.fields(kind):
            name = f"{where}{field.name}"
            if field.name in table:
                values[field.name] = self._value(types_of[field.name], table[field.name], name, field.metadata)
            elif field.default is _REQUIRED and field.default_factory is _REQUIRED:
                self._mistakes.append(f"{name} is missing{_help(field.metadata)}")
        known = {field.name for field in dataclasses.fields(kind)}
        self._mistakes += [
            f"{where}{name} is not an option; known here: {', '.join(sorted(known))}"
            for name in table
            if name not in known
        ]
        return None if self._mistakes else kind(**values)

    def _value(self, kind: Any, value: Any, name: str, limits: Mapping[str, Any]) -> Any:
        origin, arguments = typing.get_origin(kind), typing.get_args(kind)
        if origin in (types.UnionType, typing.Union):
            return self._value(next(a for a in arguments if a is not type(None)), value, name, limits)
        if origin is tuple:
            return self._array(arguments[0], value, name, limits)
        if origin is typing.Literal:
            return (
                value
                if value in arguments
                else self._mistake(f"{name} is {value!r}; it is one of {', '.join(map(str, arguments))}")
            )
        if dataclasses.is_dataclass(kind):
            return (
                self.table(typing.cast("type", kind), value, f"{name}.")
                if isinstance(value, dict)
                else self._mistake(f"{name} is a table: [{name}]")
            )
        if kind is Path:
            return (
                self._folder / value
                if isinstance(value, str) and value
                else self._mistake(f"{name} is a path, in quotes")
            )
        return self._plain(kind, value, name, limits)

    def _array(self, kind: Any, value: Any, name: str, limits: Mapping[str, Any]) -> Any:
        if not isinstance(value, list):
            return self._mistake(f"{name} is a list")
        return tuple(self._value(kind, item, f"{name}[{at}]", limits) for at, item in enumerate(value, 1))

    def _plain(self, kind: type, value: Any, name: str, limits: Mapping[str, Any]) -> Any:
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            words = {str: "text, in quotes", int: "a whole number", float: "a number", bool: "true or false"}
            return self._mistake(f"{name} is {value!r}; it is {words[kind]}{_help(limits)}")
        wrong = _outside(value, limits)
        return self._mistake(f"{name} is {value!r}; {wrong}{_help(limits)}") if wrong else value

    def _mistake(self, words: str) -> None:
        self._mistakes.append(words)


def _outside(value: Any, limits: Mapping[str, Any]) -> str:
    least, most, pattern = limits.get("least"), limits.get("most"), limits.get("pattern")
    if isinstance(value, float) and not math.isfinite(value):  # TOML has nan, which no comparison would stop
        return "a finite number is due"
    if least is not None and value < least:
        return f"at least {least}"
    if most is not None and value > most:
        return f"at most {most}"
    if pattern is not None:
        return "" if re.fullmatch(pattern, value) else f"it does not match {pattern}"
    return ""


def _help(limits: Mapping[str, Any]) -> str:
    return f" ({limits['help']})" if limits.get("help") else ""
