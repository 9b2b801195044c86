"""Logs: a JSON object a line, and no phone or ID number in any of them."""

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from wire import log

PHONE = "13800000000"
ID = "110101190001010000"


Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def start(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], Lines]]:
    """Yield what starts the log and returns what was logged since it was last asked; afterwards all is as it was."""
    root, hooks = logging.getLogger(), (sys.excepthook, threading.excepthook)
    handlers, level = root.handlers[:], root.level

    def started() -> Lines:
        log.start("zone24-test")
        return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    yield started
    root.handlers[:], root.level = handlers, level
    sys.excepthook, threading.excepthook = hooks
    structlog.reset_defaults()


def test_a_line_has_time_level_program_and_what_was_said(start: Callable[[], Lines]):
    lines = start()
    structlog.get_logger().info("door opened", door=3, why="取件")
    (line,) = lines()
    when = datetime.fromisoformat(line.pop("time"))
    assert when.utcoffset() == UTC.utcoffset(None)
    assert line == {"program": "zone24-test", "level": "info", "event": "door opened", "door": 3, "why": "取件"}


def test_what_a_library_says_is_a_line_too(start: Callable[[], Lines]):
    lines = start()
    logging.getLogger("paho").warning("refused %s", "x")
    logging.getLogger("paho").info("noise")
    (line,) = lines()
    assert (line["event"], line["level"], line["program"]) == ("refused x", "warning", "zone24-test")


@pytest.mark.parametrize(
    "value",
    [
        PHONE,
        int(PHONE),
        f"call {PHONE}!",
        f"tel{PHONE}x",
        "+86 138-0000-0000",
        f"+86{PHONE}",
        f"0086{PHONE}",
        "138 0000 0000",
        "１３８００００００００",
        ID,
        int(ID),
        ID[:17],
        ID[:17] + "X",
        [PHONE, {"deep": (PHONE, ID)}],
        {PHONE: 1},
        {1: {int(PHONE)}},
        PHONE.encode(),
        ValueError(PHONE),
        Path(f"/var/{PHONE}"),
        f"\x01{PHONE}\n{ID}",
    ],
    ids=repr,
)
def test_a_phone_or_id_number_is_masked_wherever_it_lies(start: Callable[[], Lines], value: object):
    lines = start()
    structlog.get_logger().warning(f"about {value}", value=value)
    logging.getLogger("other").warning("about %s", value)
    said = json.dumps(lines(), ensure_ascii=False)
    assert log.MASK in said
    for secret in (PHONE, PHONE[3:], ID[:17], ID[6:14], "0000 0000", "0000-0000", "００００"):
        assert secret not in said


@pytest.mark.parametrize(
    "value", [0, 42, -1, 1795392000000, "zone-01", "0427", "123456789012", 0.12345678901, True, None, "110101 19"]
)
def test_everything_else_stays_as_it_is(start: Callable[[], Lines], value: object):
    lines = start()
    structlog.get_logger().info("x", value=value)
    assert lines()[0]["value"] == value


@given(st.text(max_size=20), st.text(max_size=20))
def test_no_text_around_it_uncovers_a_phone(before: str, after: str):
    said = log.mask(None, "info", {"a": f"{before.rstrip('0123456789')}x{PHONE}y{after}"})["a"]
    assert PHONE not in said


def test_a_traceback_is_masked(start: Callable[[], Lines]):
    lines = start()
    try:
        raise ValueError(f"no such citizen: {PHONE}")
    except ValueError:
        structlog.get_logger().exception("failed")
    (line,) = lines()
    assert "no such citizen" in line["exception"]
    assert PHONE not in json.dumps(line)


def test_no_text_breaks_a_line(start: Callable[[], Lines]):
    lines = start()
    structlog.get_logger().info("two\nlines", odd="\ud800", bell="\x07")
    (line,) = lines()
    assert (line["event"], line["bell"]) == ("two\nlines", "\x07")


IN_A_THREAD = "t = threading.Thread(target=lambda: int('13800000000x')); t.start(); t.join()"


@pytest.mark.parametrize("crash", ["raise ValueError('13800000000')", IN_A_THREAD])
def test_a_crash_is_a_line_without_the_number(crash: str):
    code = f"import threading\nfrom wire import log\nlog.start('zone24-test')\n{crash}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    (line,) = map(json.loads, done.stdout.splitlines())
    assert (line["level"], "ValueError" in line["exception"]) == ("critical", True)
    assert PHONE not in done.stdout + done.stderr


def test_a_crash_still_ends_the_program():
    code = "from wire import log\nlog.start('zone24-test')\n1/0"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=False).returncode == 1
