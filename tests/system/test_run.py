"""`zone24-demo run`: a living zone that starts clearly, keeps its state and leaves nothing behind."""

import asyncio
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from twin.people import Citizen, Staff, read_pickup
from twin.provisioned import BADGE, PIN

pytestmark = pytest.mark.system

PHONE = "13912345678"
ROOT = Path(__file__).parents[2]
ON_THE_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""


def test_it_names_the_twins_page_first_and_every_page_that_it_names_answers(start_zone: Callable[..., Any]):
    zone = start_zone()
    urls = [re.match(r"http://\S+", line) for line in zone.lines]
    assert all(urls)
    assert zone.lines[0].startswith(f"{zone.url()}/ ")
    for url in urls:
        answer = httpx.get(url[0], trust_env=False)
        assert (url[0], answer.status_code) == (url[0], 200)


def test_a_second_zone_on_the_same_port_is_a_clear_error(start_zone: Callable[..., Any], command: Callable[..., Any]):
    zone = start_zone()
    second = command("zone24-demo", "run", "--port", str(zone.port), "--data", str(zone.data.with_name("other")))
    assert second.code == 3
    assert f"Port {zone.port} is in use" in second.err
    assert "PORT=" in second.err
    assert "Traceback" not in second.err


def test_a_second_zone_on_the_same_data_is_a_clear_error(
    start_zone: Callable[..., Any], command: Callable[..., Any], free_port: Callable[[], int]
):
    zone = start_zone()
    second = command("zone24-demo", "run", "--port", str(free_port()), "--data", str(zone.data))
    assert second.code == 3
    assert "is used by another zone" in second.err
    assert "Traceback" not in second.err


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_when_told_to_and_leaves_no_child(
    how: signal.Signals, start_zone: Callable[..., Any], alive: Callable[..., Any]
):
    zone = start_zone()
    children = zone.children()
    assert len(children) >= 7  # broker, central, agent, lock board, three nodes
    assert zone.end(how) == 0
    assert alive(children) == set()


def test_no_child_outlives_a_zone_that_is_killed(
    start_zone: Callable[..., Any], alive: Callable[..., Any], wait_until: Callable[..., None]
):
    zone = start_zone()
    children = zone.children()
    zone.end(signal.SIGKILL)
    wait_until("every child is gone", lambda: not alive(children))


def test_a_program_that_dies_by_itself_is_said_with_its_last_words(
    start_zone: Callable[..., Any], wait_until: Callable[..., None]
):
    zone = start_zone()
    os.kill(zone.child("zone24-central"), signal.SIGKILL)
    wait_until("it is said", lambda: "central ended by itself, by signal SIGKILL" in zone.errors())
    assert zone.end(signal.SIGINT) == 0


def test_a_zone_that_is_told_to_end_while_it_starts_leaves_nothing_behind(
    tmp_path: Path, free_port: Callable[[], int], wait_until: Callable[..., None]
):
    errors = tmp_path / "errors"
    with errors.open("w") as err:
        starting = subprocess.Popen(
            [
                Path(sys.executable).with_name("zone24-demo"),
                "run",
                "--port",
                str(free_port()),
                "--data",
                tmp_path / "d",
            ],
            stderr=err,
            stdout=subprocess.DEVNULL,
        )
    wait_until("it began to provision", (tmp_path / "d" / "centre").exists)
    starting.send_signal(signal.SIGINT)
    assert starting.wait(30) == 0
    assert "Traceback" not in errors.read_text()


def test_what_was_handed_in_before_a_restart_is_handed_out_after_it(
    start_zone: Callable[..., Any], wait_until: Callable[..., None]
):
    first = start_zone()
    door = asyncio.run(_hand_in(first, wait_until))
    wait_until("the SMS is there", lambda: _sms(first))
    pickup = read_pickup(_sms(first)[0])
    assert first.end(signal.SIGINT) == 0
    second = start_zone()
    assert second.port != first.port
    assert asyncio.run(_hand_out(second, *pickup)) == "collecting"
    wait_until("its door stands open", lambda: _door(second, door)["is_open"])
    assert _door(second, door)["inside"] is not None


async def _hand_in(zone: Any, wait_until: Callable[..., None]) -> int:
    async with Staff(zone.url(2), BADGE, PIN) as staff:
        page = await staff.deposit("RESTART-1", "S", PHONE)
        assert page.state == "depositing", page.text
        async with httpx.AsyncClient(base_url=zone.url(), trust_env=False) as hand:
            door = await _opened(zone)
            wait_until("the agent saw it", lambda: _seen_open(zone, door))
            await hand.post(f"/door/{door}/put")
            await hand.post(f"/door/{door}/close")
        await staff.sees("deposited")
    return door


async def _hand_out(zone: Any, number: str, code: str) -> str:
    async with Citizen(zone.url(2)) as citizen:
        return (await citizen.pick_up(number, code)).state


def _seen_open(zone: Any, door: int) -> bool:
    lockers = httpx.get(f"{zone.url(2)}/v1/state", trust_env=False).json()["lockers"]
    return any((each["compartment"], each["door"]) == (door, "open") for each in lockers)


async def _opened(zone: Any) -> int:
    for _ in range(500):
        for door in _twin(zone)["doors"]:
            if door["is_open"]:
                return int(door["number"])
        await asyncio.sleep(0.02)
    raise AssertionError("no door opened")


def _twin(zone: Any) -> Any:
    return httpx.get(f"{zone.url()}/v1/twin", trust_env=False).json()


def _door(zone: Any, door: int) -> Any:
    return next(each for each in _twin(zone)["doors"] if each["number"] == door)


def _sms(zone: Any) -> list[str]:
    return [sms["text"] for sms in _twin(zone)["phone"]["messages"] if sms["to"] == PHONE]


def test_make_run_ends_with_0_when_a_person_presses_ctrl_c(tmp_path: Path, free_port: Callable[[], int]):
    """On a terminal of its own: Ctrl-C reaches everything in the foreground there, make included."""
    environment = Path(sys.executable).parents[1]
    (environment / "installed-demo").touch()  # what runs this test is installed
    settings = [f"VENV={environment}", f"PORT={free_port()}", f"DATA={tmp_path / 'data'}"]
    near, far = pty.openpty()
    make = subprocess.Popen(
        [sys.executable, "-c", ON_THE_TERMINAL, "make", "-C", str(ROOT), "run", *settings],
        stdin=far,
        stdout=far,
        stderr=far,
        start_new_session=True,
    )
    os.close(far)
    shown = b""
    while b"Public parking page" not in shown:
        shown += os.read(near, 4096)
    os.write(near, b"\x03")
    assert make.wait(30) == 0, shown.decode()
    os.close(near)
