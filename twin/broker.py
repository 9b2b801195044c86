"""The broker of the demo: mosquitto where this machine has one, the embedded one where not; on 127.0.0.1 either way."""

import asyncio
import contextlib
import os
import shutil
import sys
from enum import StrEnum
from pathlib import Path

from twin.ports import HOST
from twin.programs import Ended, Program

_SBIN = "/usr/sbin:/usr/local/sbin"
"""Debian puts mosquitto where the PATH of an ordinary user does not look."""


class Kind(StrEnum):
    """Which broker: `auto` is mosquitto as soon as it is installed."""

    AUTO = "auto"
    MOSQUITTO = "mosquitto"
    EMBEDDED = "embedded"


class NoMosquitto(Exception):
    """mosquitto was asked for by name and is not installed."""


def find_mosquitto() -> str | None:
    """Return the path of mosquitto, None where there is none."""
    return shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:{_SBIN}")


def broker(kind: Kind, port: int, folder: Path, log: Path, ended: Ended) -> Program:
    """Return the broker's program, not yet started; NoMosquitto when it is asked for and not there."""
    mosquitto = None if kind is Kind.EMBEDDED else find_mosquitto()
    if mosquitto:
        return Program("broker", [mosquitto, "-c", str(_configure(folder, port))], log, ended=ended)
    if kind is Kind.MOSQUITTO:
        raise NoMosquitto(
            "这台机器上没有 mosquitto：请安装，或用 --broker embedded。"
            " / mosquitto is not installed: install it, or use --broker embedded."
        )
    return Program("broker", [sys.executable, "-m", "twin.embedded_broker", f"{HOST}:{port}"], log, ended=ended)


async def listens(port: int) -> bool:
    """Tell whether somebody takes connections at `port`."""
    try:
        _, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True


def _stay_who_we_are() -> str:
    """Started by root, mosquitto would become another user, and the kernel would forget that it is to die with us."""
    return "user root\n" if os.geteuid() == 0 else ""


def _configure(folder: Path, port: int) -> Path:
    file = folder / "mosquitto.conf"
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(
        f"""listener {port} {HOST}
allow_anonymous true
# without it a QoS 1 round trip waits 40 ms for Nagle's algorithm
set_tcp_nodelay true
max_queued_messages 100000
max_packet_size 65536
persistence false
{_stay_who_we_are()}""",
        encoding="utf-8",
    )
    return file
