"""Nobody writes in a device's name: an entry counts with the device's signature and not without."""

from typing import Any

import pytest

from central import app
from central.intake import Intake
from central.registry import Registry
from wire import entry, sign
from wire.entry import Signed
from wire.happenings import AgentStarted

STRANGER = sign.signer(bytes(range(9, 41)))


def started(zone: Any, count: int = 1) -> list[Signed]:
    return zone.write(*[AgentStarted(version="1", config="x")] * count)


def standing(desk: Any) -> list[Any]:
    return [row[0] for row in desk.rows("SELECT alarm FROM alarm WHERE cleared IS NULL")]


FORGERIES = {
    "no signature": lambda one: Signed(one.data),
    "a stranger's": lambda one: Signed(one.data, STRANGER(one.data)),
    "of other bytes": lambda one: Signed(one.data.replace(b'"1"', b'"2"'), one.signature),
    "cut short": lambda one: Signed(one.data, one.signature[:-1]),
    "one bit off": lambda one: Signed(one.data, bytes([one.signature[0] ^ 1]) + one.signature[1:]),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_entry_is_refused_counted_and_told(desk: Any, zone: Any, forge: Any):
    (one,) = started(zone)
    assert desk.take([forge(one)]) is None
    assert desk.rows("SELECT count(*) FROM entry") == [(0,)]
    assert desk.counts.as_numbers()["bad_signatures"] == 1
    assert standing(desk) == ["signature_bad"]


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_the_same_forgeries_are_taken_by_an_intake_that_does_not_look(desk: Any, zone: Any, site: Any, forge: Any):
    """The control: with a check that always agrees, each of them gets in."""
    careless = Intake(Registry(site.folder, lambda _key: lambda _data, _signature: True), desk.people, desk.counts)
    (one,) = started(zone)
    desk.store.submit(careless.read("zone-01", entry.pack([forge(one)]))).result(10)
    assert desk.rows("SELECT count(*) FROM entry") == [(1,)]


def test_what_is_signed_before_a_forged_entry_is_taken_and_nothing_from_there_on(desk: Any, zone: Any):
    first, second, third = started(zone, 3)
    assert desk.take([first, Signed(second.data), third]).upto == 1
    assert desk.take([first, second, third]).upto == 3


def test_a_device_without_a_registered_key_is_refused(desk: Any, zone: Any, folder: Any):
    file = folder / "devices" / "zone-01.toml"
    lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("signing_keys")]
    file.write_text("\n".join(lines), "utf-8")
    assert desk.take(started(zone)) is None
    assert "has no registered key" in str(desk.rows("SELECT detail FROM alarm"))


def test_a_stranger_cannot_even_pose_as_a_replaced_machine(desk: Any, new_zone: Any):
    (one,) = started(new_zone(epoch=7))
    desk.take([Signed(one.data, STRANGER(one.data))])
    assert standing(desk) == ["signature_bad"]


def test_a_key_is_made_ready_once(site: Any):
    made = []
    registry = Registry(site.folder, lambda key: made.append(key) or (lambda _data, _signature: True))
    assert registry.verifier("zone-01", 1) is registry.verifier("zone-01", 1)
    assert (len(made), registry.verifier("zone-01", 2), registry.verifier("zone-01", 0)) == (1, None, None)


def test_without_the_check_of_the_sequence_a_lost_entry_would_go_unseen(desk: Any, zone: Any):
    """The control of the gap: the same entries, numbered by arrival as a naive intake does, look whole."""
    first, _, third = started(zone, 3)
    naive = [entry.decode(one.data).seq for one in (first, third)]
    assert naive != [1, 2]
    assert desk.take([first, third]).upto == 1
    assert desk.counts.as_numbers()["gaps"] == 1


@pytest.mark.parametrize(("after_ms", "stands"), [(app.FORGED_QUIET_MS, True), (app.FORGED_QUIET_MS + 1, False)])
def test_a_forgery_is_told_for_a_day_and_whatever_epoch_it_names_it_is_one_alarm(
    desk: Any, new_zone: Any, clock: Any, after_ms: int, stands: bool
):
    for epoch in (1, 2, 7, 2**53):
        (one,) = started(new_zone(epoch=epoch))
        desk.take([Signed(one.data)])
    assert standing(desk) == ["signature_bad"]
    clock.turn(after_ms)
    desk.store.submit(lambda work: app.sweep(work, desk.site.config)).result(10)
    assert ("signature_bad" in standing(desk)) == stands
