"""A device is what it said last, in its newest boot; what is not known is unknown."""

import itertools
from types import SimpleNamespace
from typing import Any

import pytest

from central import fleet, reading
from central.centre_link import heard
from central.fleet import Seen
from wire.entry import Status
from wire.happenings import AgentStarted, BayChanged

NOW = 1_000
BEFORE = {
    "never heard": Seen(None, 0, "", 10, 0),
    "online": Seen(True, 5, "1", 10, 20),
    "offline": Seen(False, 5, "1", 10, 20),
}


def status(boot: int, *, online: bool) -> Status:
    return Status(v=1, device="zone-01", online=online, boot=boot, version="2")


@pytest.mark.parametrize(
    ("before", "online", "boot", "retained"),
    list(itertools.product(BEFORE, [True, False], [4, 5, 6], [True, False])),
)
def test_every_status_in_every_state(before: str, online: bool, boot: int, retained: bool):
    seen = BEFORE[before]
    after = fleet.hear(seen, status(boot, online=online), NOW, retained=retained)
    if boot < seen.boot:
        assert after is None
        return
    assert after is not None
    assert (after.online, after.boot, after.version) == (online, boot, "2")
    assert after.since == (seen.since if seen.online is online else NOW)
    assert after.last_word == (NOW if online and not retained else seen.last_word)


@pytest.mark.parametrize(
    ("online", "heard", "state"),
    [
        (None, True, "unknown"),
        (None, False, "unknown"),
        (True, True, "online"),
        (True, False, "unknown"),
        (False, True, "offline"),
        (False, False, "unknown"),
    ],
)
def test_a_device_is_known_while_its_status_was_heard_on_this_link(online: Any, heard: bool, state: str):
    assert fleet.state(online, heard=heard) == state


@pytest.mark.parametrize("zone", ["online", "offline", "unknown"])
@pytest.mark.parametrize("bay", [None, "free", "occupied", "unknown"])
def test_a_node_is_online_only_where_its_zone_and_its_bay_are_known(zone: Any, bay: Any):
    known = zone == "online" and bay in {"free", "occupied"}
    assert fleet.node_state(bay, zone) == ("online" if known else "unknown")


@pytest.mark.parametrize("alarms", [(), ("warn",), ("bad",), ("warn", "bad")])
@pytest.mark.parametrize("parts", [("online",), ("online", "unknown")])
@pytest.mark.parametrize("zone", ["online", "offline", "unknown"])
def test_the_verdict_is_the_worst_of_what_there_is(zone: Any, parts: Any, alarms: Any):
    verdict = fleet.verdict(zone, parts, alarms)
    if zone == "offline" or "bad" in alarms:
        assert verdict == "bad"
    elif zone == "unknown" or alarms or "unknown" in parts:
        assert verdict == "warn"
    else:
        assert verdict == "good"


def hear(desk: Any, *statuses: Status) -> list[Any]:
    for one in statuses:
        desk.store.submit(lambda work, one=one: heard(work, one, retained=False)).result(10)
    return desk.rows("SELECT alarm FROM alarm WHERE cleared IS NULL")


def test_a_device_that_goes_is_an_alarm_until_it_is_back(desk: Any):
    assert hear(desk, status(1, online=True)) == []
    assert hear(desk, status(1, online=False)) == [("device_offline",)]
    assert hear(desk, status(1, online=False)) == [("device_offline",)]
    assert hear(desk, status(2, online=True)) == []


def test_a_late_will_of_an_older_boot_is_ignored(desk: Any):
    assert hear(desk, status(1, online=True), status(2, online=True), status(1, online=False)) == []
    assert desk.rows("SELECT online, boot FROM device") == [(1, 2)]


def test_an_entry_is_a_word_of_its_device(desk: Any, zone: Any, clock: Any):
    hear(desk, status(1, online=True))
    clock.turn(5_000)
    desk.tell(zone, AgentStarted(version="1", config="x"))
    assert desk.rows("SELECT last_word FROM device") == [(clock.now,)]


def test_a_machine_that_replaces_another_is_heard_from_its_first_boot(desk: Any):
    def hear(boot: int, epoch: int, *, online: bool) -> None:
        told = Status(v=1, device="zone-01", online=online, boot=boot, version="2", epoch=epoch)
        desk.store.submit(lambda work: heard(work, told, retained=False)).result(10)

    hear(57, 1, online=True)
    hear(57, 1, online=False)
    hear(1, 2, online=True)
    assert desk.rows("SELECT online, boot, epoch FROM device") == [(1, 1, 2)]
    assert desk.rows("SELECT alarm FROM alarm WHERE cleared IS NULL") == []


def test_a_zone_says_nothing_about_the_nodes_of_another(desk: Any, new_zone: Any, registered: Any):
    registered("zone-02", token="a" * 64)
    (desk.site.folder / "devices" / "node-1.toml").write_text(
        'device = "node-1"\nepoch = 1\nkind = "node"\nname = "n"\nzone = "zone-01"\n', encoding="utf-8"
    )
    desk.tell(new_zone("zone-01"), BayChanged(bay="P1", node="node-1", state="unknown"))
    desk.tell(new_zone("zone-02"), BayChanged(bay="P1", node="node-1", state="free"))
    for zone in ("zone-01", "zone-02"):
        told = Status(v=1, device=zone, online=True, boot=1)
        desk.store.submit(lambda work, told=told: heard(work, told, retained=False)).result(10)
    link = SimpleNamespace(heard={"zone-01", "zone-02"})
    centre: Any = SimpleNamespace(registry=desk.registry, store=desk.store, link=link)
    assert {line.device: line.state for line in reading.devices(centre)} == {
        "zone-01": "online", "zone-02": "online", "node-1": "unknown",
    }  # fmt: skip
