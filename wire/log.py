"""Logs: one JSON object a line on stdout, and never a phone or an ID number in it.

Other people's libraries speak through the same door, from warnings upward; a crash does too, before the program dies
of it.
"""

import io
import logging
import re
import sys
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

MASK = "***"

_PRIVATE = re.compile(
    r"(?<!\d)(?:"
    r"\d{17}[\dXx]?"  # an ID number, with or without its check character
    r"|(?:(?:00|\+)?86[ -]?)?1\d{2}[ -]?\d{4}[ -]?\d{4}"  # a mobile phone as people write it
    r"|\d{11}"
    r")(?!\d)"
)


def start(program: str) -> None:
    """Let every logger of this process write JSON to stdout, each line with its time (UTC), level and `program`."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # a log line must never fail for what is in it
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _named(program),
    ]
    door = logging.StreamHandler(sys.stdout)
    door.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                mask,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(handlers=[door], level=logging.WARNING, force=True)
    ours = logging.getLogger("zone24")
    ours.setLevel(logging.INFO)
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: ours,
    )
    sys.excepthook = _crashed
    threading.excepthook = _thread_crashed


def mask(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Put `***` in place of whatever looks like a phone or ID number, however deep it lies."""
    return {key: _masked(value) for key, value in event.items()}


def _masked(value: Any) -> Any:
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return MASK if _PRIVATE.search(str(value)) else value
    if isinstance(value, Mapping):
        return {_masked(str(key)): _masked(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(each) for each in value]
    return _PRIVATE.sub(MASK, value if isinstance(value, str) else repr(value))


def _named(program: str) -> Processor:
    def name(_logger: Any, _method: str, event: EventDict) -> EventDict:
        return {"program": program, **event}

    return name


def _crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        structlog.get_logger().critical("crashed", exc_info=(kind, error, trace))


def _thread_crashed(what: threading.ExceptHookArgs) -> None:
    error = what.exc_value or what.exc_type()
    structlog.get_logger().critical("a thread crashed", exc_info=(what.exc_type, error, what.exc_traceback))
