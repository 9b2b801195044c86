"""The agent as a program: nothing it needs is there, and it starts, serves and ends all the same."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from edge.journal import Journal
from wire import exits, seal, sign
from wire.happenings import AgentStarted

KEY = bytes(range(32))
ZONE = """
device = "zone-01"
epoch = 1
name = "一号自助服务区"
centre = "示范市政务服务中心"
phone = "0000-12345"
signing_key = "signing.key"
screen = {{ port = {port} }}
broker = {{ host = "127.0.0.1", port = 1 }}
printer = {{ port = "no-printer" }}
reader = {{ port = "no-reader" }}
scanner = {{ port = "no-scanner" }}
locker = {{ port = "no-board", key = "key", compartment = [{{ number = 1, size = "S" }}] }}
parking = {{ bay = [{{ bay = "P1", node = "node-1" }}] }}
service = [{{ id = "household", prefix = "A", zh = "户籍业务", en = "Household registration" }}]
[central]
url = "http://127.0.0.1:1"
token = "token"
seal_key = "{seal_key}"
centre_keys = ["{public}"]
credential_keys = ["{public}"]
"""


class Zone:
    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.file = folder / "zone.toml"
        for name, content in (("token", b"0" * 64), ("key", bytes(32)), ("signing.key", KEY)):
            secret = folder / name
            secret.write_bytes(content)
            secret.chmod(0o600)
        key = seal.public_key(seal.new_key())
        self.file.write_text(ZONE.format(port=self.port, seal_key=key, public=sign.public_key(KEY)), encoding="utf-8")
        self.log = folder / "log"

    def start(self) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "edge.cli", str(self.file)]
            return subprocess.Popen(command, stdout=log, stderr=log, env=environment)

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        process = self.start()
        try:
            self.wait(process)
            yield process
        finally:
            process.kill()
            process.wait()

    def wait(self, process: subprocess.Popen[bytes]) -> None:
        pause = threading.Event()
        for _ in range(600):
            assert process.poll() is None, self.said()
            try:
                self.state()
            except OSError:
                pause.wait(0.05)
            else:
                return
        pytest.fail(self.said())

    def state(self) -> Any:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/v1/state", timeout=5) as answer:
            return json.load(answer)

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")


@pytest.fixture
def zone(tmp_path: Path) -> Zone:
    return Zone(tmp_path)


def test_dead_devices_stop_nothing_and_a_signal_ends_it_well(zone: Zone) -> None:
    for name in (signal.SIGTERM, signal.SIGINT):
        with zone.running() as process:
            state = zone.state()
            assert (state["central"], state["broker"]) == ("down", "down")
            assert state["lockers"] == [
                {
                    "compartment": 1,
                    "size": "S",
                    "door": "unknown",
                    "use": "free",
                    "purpose": "",
                    "items": 0,
                    "blocked": "",
                }
            ]
            assert state["disk"] == "enough"
            process.send_signal(name)
            assert process.wait(20) == exits.OK, zone.said()
    journal = Journal(zone.file.parent / "journal.db", "zone-01", 1, sign.signer(KEY))
    assert sum(isinstance(happening, AgentStarted) for _, happening in journal.history()) == 2
    journal.close()


def test_an_open_page_does_not_keep_the_agent_from_ending(zone: Zone) -> None:
    with zone.running() as process, socket.create_connection(("127.0.0.1", zone.port)) as page:
        page.sendall(b"GET /events HTTP/1.1\r\nHost: zone\r\n\r\n")
        assert page.recv(12) == b"HTTP/1.1 200"
        process.terminate()
        assert process.wait(20) == exits.OK, zone.said()


def test_a_port_in_use_is_said_before_anything_is_touched(zone: Zone) -> None:
    with socket.create_server(("127.0.0.1", zone.port)):
        assert zone.start().wait(30) == exits.CANNOT_START
    assert f"127.0.0.1:{zone.port}: Address already in use" in zone.said()
    assert not (zone.file.parent / "journal.db").exists()


def test_a_journal_in_use_is_said(zone: Zone) -> None:
    journal = Journal(zone.file.parent / "journal.db", "zone-01", 1, sign.signer(KEY))
    assert zone.start().wait(30) == exits.CANNOT_START
    assert "in use by another agent" in zone.said()
    journal.close()


def test_a_killed_agent_starts_again_with_its_journal(zone: Zone) -> None:
    with zone.running() as process:
        process.kill()
    with zone.running():
        assert zone.state()["journal"]["last"] >= 2
