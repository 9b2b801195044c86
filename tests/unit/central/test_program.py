"""zone24-central as people start and stop it."""

import itertools
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from twin.broker import find_mosquitto
from wire import entry, exits, orders, sign, topics
from wire.entry import Status
from wire.happenings import AgentStarted, BayChanged, OrderTaken

pytestmark = pytest.mark.system

CENTRE_KEY = sign.verifier(sign.public_key(bytes(range(1, 33))))
PROGRAM = [sys.executable, "-m", "central.cli"]
MOSQUITTO = find_mosquitto()
WITHIN_S = 30


def until(true: Callable[[], Any], what: str) -> Any:
    end = time.monotonic() + WITHIN_S
    while time.monotonic() < end:
        found = true()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"not within {WITHIN_S} s: {what}")


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Program:
    """The program in a folder, on a free port."""

    def __init__(self, folder: Path, broker_port: int = 1) -> None:
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        environment = os.environ | {"ZONE24_HTTP__PORT": str(port), "ZONE24_BROKER__PORT": str(broker_port)}
        command = [*PROGRAM, str(folder / "central.toml")]
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.environment = environment
        until(self.answers, "an answer on /healthz")

    def answers(self) -> bool:
        assert self.process.poll() is None, self.process.stdout.read() if self.process.stdout else ""
        try:
            return self.get("/healthz").status_code == 200
        except httpx.TransportError:
            return False

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.url + path, trust_env=False, timeout=10)

    def end(self, how: int) -> int:
        self.process.send_signal(how)
        return self.process.wait(WITHIN_S)


@pytest.fixture
def program(folder: Path) -> Iterator[Program]:
    made = Program(folder)
    yield made
    made.process.kill()
    made.process.communicate()


def test_its_configuration_can_be_checked(folder: Path):
    checked = subprocess.run([*PROGRAM, str(folder / "central.toml"), "--check"], capture_output=True, check=False)
    assert checked.returncode == exits.OK
    (folder / "secrets" / "seal.key").unlink()
    checked = subprocess.run([*PROGRAM, str(folder / "central.toml"), "--check"], capture_output=True, check=False)
    assert checked.returncode == exits.MISCONFIGURED
    assert b"seal.key" in checked.stderr


@pytest.mark.parametrize(("option", "says"), [("--version", exits.version()), ("--help", "Exit codes")])
def test_it_tells_about_itself(option: str, says: str):
    told = subprocess.run([*PROGRAM, option], capture_output=True, check=True)
    assert says in told.stdout.decode()


def test_a_second_one_on_the_same_port_says_so_and_does_not_start(folder: Path, program: Program):
    second = subprocess.run(
        [*PROGRAM, str(folder / "central.toml")], env=program.environment, capture_output=True, check=False
    )
    assert second.returncode == exits.CANNOT_START
    assert program.url.removeprefix("http://") in second.stderr.decode()
    assert program.answers()


def test_a_database_of_a_later_version_is_told(folder: Path):
    with sqlite3.connect(folder / "central.db") as database:
        database.execute("CREATE TABLE alembic_version (version_num TEXT)")
        database.execute("INSERT INTO alembic_version VALUES ('9999')")
    environment = os.environ | {"ZONE24_HTTP__PORT": str(free_port())}
    started = subprocess.run(
        [*PROGRAM, str(folder / "central.toml")], env=environment, capture_output=True, check=False
    )
    assert started.returncode == exits.CANNOT_START
    assert b"9999" in started.stderr


def test_a_database_that_cannot_be_opened_is_told(folder: Path):
    (folder / "central.db").write_bytes(b"this is no database" * 100)
    environment = os.environ | {"ZONE24_HTTP__PORT": str(free_port())}
    started = subprocess.run(
        [*PROGRAM, str(folder / "central.toml")], env=environment, capture_output=True, check=False
    )
    assert started.returncode == exits.CANNOT_START
    assert b"central.db" in started.stderr


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_while_a_page_is_open(program: Program, how: int):
    with httpx.stream("GET", program.url + "/events", trust_env=False, timeout=30) as stream:
        assert next(stream.iter_lines()) == "retry: 1000"
        assert program.end(how) == exits.OK


def test_a_change_reaches_an_open_page(program: Program, zone: Any):
    batch = entry.pack(zone.write(BayChanged(bay="P1", node="node-1", state="free")))
    with httpx.stream("GET", program.url + "/events", trust_env=False, timeout=30) as stream:
        lines = stream.iter_lines()
        next(lines)
        headers = {"Authorization": f"Bearer {'f' * 64}"}
        answer = httpx.post(f"{program.url}/v1/sync", content=batch, headers=headers, trust_env=False)
        assert answer.status_code == 200
        heard = itertools.islice(lines, 12)
        assert "data: bays" in heard


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[int]:
    if MOSQUITTO is None:
        pytest.skip("mosquitto is not installed: apt-get install mosquitto")
    port = free_port()
    settings = tmp_path / "mosquitto.conf"
    settings.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n")
    process = subprocess.Popen([MOSQUITTO, "-c", str(settings)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield port
    process.kill()
    process.wait()


class Agent:
    """An agent as far as MQTT sees one."""

    def __init__(self, port: int, boot: int) -> None:
        self.receipts: list[bytes] = []
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, "zone-01")
        self.orders: list[bytes] = []
        self.client.on_message = self.heard
        self.client.will_set(topics.status("zone-01"), self.status(boot, online=False), 1, retain=True)
        self.client.connect("127.0.0.1", port)
        self.client.subscribe([(topics.receipt("zone-01"), 1), (topics.down_journal("zone-01"), 1)])
        self.client.loop_start()
        self.client.publish(topics.status("zone-01"), self.status(boot, online=True), 1, retain=True)

    def heard(self, _client: Any, _data: Any, message: Any) -> None:
        (self.receipts if message.topic == topics.receipt("zone-01") else self.orders).append(message.payload)

    @staticmethod
    def status(boot: int, *, online: bool) -> bytes:
        return entry.write(Status(v=1, device="zone-01", online=online, boot=boot, version="1.2.3"))

    def die(self) -> None:
        """Leave as a machine does whose power is cut."""
        self.client.loop_stop()
        self.client.socket().close()


def test_over_a_real_broker_a_zone_is_heard_answered_and_missed(folder: Path, broker: int, zone: Any):
    program = Program(folder, broker)
    try:
        until(lambda: program.get("/healthz").json()["broker"] == "up", "a link to the broker")
        agent = Agent(broker, 1)
        until(lambda: device(program)["state"] == "online", "the zone online")
        assert (device(program)["boot"], device(program)["version"]) == (1, "1.2.3")

        batch = entry.pack(zone.write(AgentStarted(version="1.2.3", config="x")))
        for count in (1, 2):
            agent.client.publish(topics.journal("zone-01"), batch, 1)
            until(lambda count=count: len(agent.receipts) == count, "a receipt")
        assert len(set(agent.receipts)) == 1
        assert entry.open_receipt(agent.receipts[0], CENTRE_KEY).upto == 1

        for junk in (b"", b"\xff", b"{}", b"- {}\n"):
            for topic in (topics.journal("zone-01"), topics.status("zone-01"), topics.journal("nobody")):
                agent.client.publish(topic, junk, 1)
        until(lambda: program.get("/v1/counts").json()["bad_messages"] == 12, "the junk counted")

        agent.die()
        until(lambda: device(program)["state"] == "offline", "the zone offline by its will")
        assert [alarm["alarm"] for alarm in program.get("/v1/alarms").json()] == ["device_offline"]
        assert program.end(signal.SIGTERM) == exits.OK
    finally:
        program.process.kill()
        program.process.communicate()


def device(program: Program) -> dict[str, Any]:
    return next(line for line in program.get("/v1/devices").json() if line["device"] == "zone-01")


def test_a_centre_that_comes_back_says_what_it_has_and_sends_what_it_ordered(
    folder: Path, broker: int, zone: Any, given_staff: dict[str, str]
):
    agent = Agent(broker, 1)
    program = Program(folder, broker)
    try:
        until(lambda: agent.receipts, "the first receipt, unasked")
        said = entry.open_receipt(agent.receipts[0], CENTRE_KEY)
        assert (said.device, said.upto, said.head) == ("zone-01", 0, entry.GENESIS)

        form = {"do": "block", "device": "zone-01", "compartment": "2", "why": "锁坏了"} | given_staff
        assert httpx.post(program.url + "/orders", data=form, trust_env=False).status_code == 303
        until(lambda: len(agent.orders) > 1, "the order, again and again")
        assert len(set(agent.orders)) == 1
        first = order_of(agent.orders[0])
        assert program.end(signal.SIGTERM) == exits.OK

        agent.orders.clear()
        program = Program(folder, broker)
        again = order_of(until(lambda: agent.orders, "the order in the next journal")[-1])
        assert again.epoch > first.epoch
        assert orders.id_of(again.body) == orders.id_of(first.body)

        done = OrderTaken(order=orders.id_of(again.body), outcome="done", epoch=again.epoch, seq=again.seq)
        agent.client.publish(topics.journal("zone-01"), entry.pack(zone.write(done)), 1)
        until(lambda: program.get("/v1/orders").json()[0]["state"] == "taken", "the device's answer")
    finally:
        agent.client.loop_stop()
        program.process.kill()
        program.process.communicate()


def order_of(batch: bytes) -> entry.Entry:
    (signed,) = entry.unpack(batch)
    assert CENTRE_KEY(signed.data, signed.signature)
    return entry.decode(signed.data)
