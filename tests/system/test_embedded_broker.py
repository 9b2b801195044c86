"""The embedded broker serves this machine and nobody else."""

import socket
import subprocess
import sys
from collections.abc import Callable

import pytest

pytestmark = pytest.mark.system


@pytest.mark.parametrize("address", ["0.0.0.0:1883", ":1883", "192.0.2.1:1883", "127.0.0.1:x", "127.0.0.1", ""])
def test_it_refuses_every_address_but_127_0_0_1(address: str):
    ended = subprocess.run(
        [sys.executable, "-m", "twin.embedded_broker", *([address] if address else [])],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 2
    assert "127.0.0.1:PORT" in ended.stderr


def test_a_port_in_use_is_said(free_port: Callable[[], int]):
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        ended = subprocess.run(
            [sys.executable, "-m", "twin.embedded_broker", f"127.0.0.1:{port}"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert ended.returncode == 3
    assert "in use" in ended.stderr
