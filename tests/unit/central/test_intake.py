"""What a device writes is at the centre once, in order, byte for byte; and the receipt says so."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from wire import entry, sign
from wire.entry import Signed
from wire.errors import BadMessage
from wire.happenings import (
    AgentStarted,
    AlarmCleared,
    AlarmRaised,
    BayChanged,
    DepositBegun,
    Deposited,
    DepositOpened,
    PickupOpened,
    PickupReserved,
    Taken,
)

SIGN = sign.signer(bytes(range(32)))
STRANGER = sign.signer(bytes(range(1, 33)))


def started(version: str = "1") -> AgentStarted:
    return AgentStarted(version=version, config="x")


def receipt(desk: Any, entries: list[Signed]) -> tuple[int, str]:
    taken = desk.take(entries)
    return taken.upto, taken.head


def rewritten(signed: Signed, **change: Any) -> Signed:
    said = msgspec.json.decode(signed.data)
    data = msgspec.json.encode(said | change)
    return Signed(data, SIGN(data))


def alarms(desk: Any) -> list[Any]:
    return desk.rows("SELECT alarm, about, source, count FROM alarm WHERE cleared IS NULL ORDER BY id")


def test_a_batch_is_kept_byte_for_byte_and_the_receipt_names_its_head(desk: Any, zone: Any):
    sent = zone.write(started(), started("2"))
    assert receipt(desk, sent) == (2, zone.prev)
    assert desk.rows("SELECT data, digest FROM entry ORDER BY seq") == [(s.data, entry.digest(s.data)) for s in sent]


def test_the_signature_is_kept_beside_the_bytes(desk: Any, zone: Any):
    (sent,) = zone.write(started())
    desk.take([sent])
    assert desk.rows("SELECT signature FROM entry") == [(sent.signature,)]


def test_a_repeated_batch_gets_the_same_receipt_and_changes_nothing(desk: Any, zone: Any):
    sent = zone.write(*handed_over())
    first = desk.take(sent)
    assert desk.take(sent) == first
    assert desk.rows("SELECT count(*) FROM handover") == [(2,)]
    assert desk.rows("SELECT count(*) FROM leg") == [(4,)]
    assert desk.counts.as_numbers()["duplicates"] == len(sent)


def test_a_crash_between_commit_and_receipt_costs_a_repetition_only(site: Any, desk: Any, zone: Any):
    sent = zone.write(*handed_over(desk.sealed("13900001234")))
    lost = desk.take(sent)  # the receipt never arrives: the centre dies here
    again = type(desk)(site, desk.clock)
    try:
        assert again.take(sent) == lost
        assert again.rows("SELECT count(*) FROM handover") == [(2,)]
        assert again.rows("SELECT count(*) FROM sms") == [(2,)]
    finally:
        again.store.close()


def test_batches_that_overlap_are_taken_once(desk: Any, zone: Any):
    sent = zone.write(started(), started(), started(), started())
    assert receipt(desk, sent[:3])[0] == 3
    assert receipt(desk, sent[1:])[0] == 4
    assert desk.rows("SELECT count(*) FROM entry") == [(4,)]


def test_after_a_gap_the_receipt_says_what_is_there(desk: Any, zone: Any):
    sent = zone.write(started(), started(), started())
    assert receipt(desk, sent[:1]) == (1, entry.digest(sent[0].data))
    assert receipt(desk, sent[2:]) == (1, entry.digest(sent[0].data))
    assert receipt(desk, sent[1:]) == (3, zone.prev)


def test_a_batch_out_of_order_loses_and_doubles_nothing(desk: Any, zone: Any):
    sent = zone.write(started(), started(), started())
    desk.take(sent[::-1])
    assert receipt(desk, sent) == (3, zone.prev)
    assert desk.rows("SELECT seq FROM entry ORDER BY id") == [(1,), (2,), (3,)]


def test_another_entry_under_a_known_number_is_a_fork_and_overwrites_nothing(desk: Any, zone: Any, new_zone: Any):
    sent = zone.write(started(), started())
    head = receipt(desk, sent)
    other = new_zone().write(started("other"), started("other"))
    assert receipt(desk, other) == head
    assert desk.rows("SELECT data FROM entry ORDER BY seq") == [(one.data,) for one in sent]
    assert desk.rows("SELECT data FROM fork ORDER BY id") == [(one.data,) for one in other]
    assert alarms(desk) == [("journal_fork", "journal", "centre", 2)]


def test_a_fork_that_is_sent_again_is_kept_once(desk: Any, zone: Any, new_zone: Any):
    desk.take(zone.write(started()))
    other = new_zone().write(started("other"))
    desk.take(other)
    desk.take(other)
    assert desk.rows("SELECT count(*) FROM fork") == [(1,)]


def test_an_entry_that_follows_another_history_is_a_fork(desk: Any, zone: Any, new_zone: Any):
    head = receipt(desk, zone.write(started()))
    other = new_zone()
    other.write(started("other"))
    assert receipt(desk, other.write(started())) == head
    assert desk.rows("SELECT seq FROM fork") == [(2,)]


def test_a_first_entry_must_follow_nothing(desk: Any, zone: Any):
    (sent,) = zone.write(started())
    assert receipt(desk, [rewritten(sent, prev="a" * 64)]) == (0, entry.GENESIS)


def test_a_device_cannot_clear_the_fork_that_the_centre_raised(desk: Any, zone: Any, new_zone: Any):
    desk.take(zone.write(started()))
    desk.take(new_zone().write(started("other")))
    desk.tell(zone, AlarmCleared(alarm="journal_fork", about="journal"))
    assert [alarm for alarm, *_ in alarms(desk)] == ["journal_fork"]


def test_a_device_that_is_not_registered_is_a_bad_message(desk: Any, new_zone: Any):
    with pytest.raises(BadMessage, match="not registered"):
        desk.take(new_zone("zone-99").write(started()), "zone-99")


def test_an_entry_of_another_device_is_a_bad_message(desk: Any, new_zone: Any, registered: Callable[..., None]):
    registered("zone-02")
    with pytest.raises(BadMessage, match="zone-02"):
        desk.take(new_zone("zone-02").write(started()), "zone-01")


def test_a_device_added_later_is_found_without_a_restart(desk: Any, new_zone: Any, registered: Callable[..., None]):
    with pytest.raises(BadMessage):
        desk.take(new_zone("zone-02").write(started()), "zone-02")
    registered("zone-02")
    assert desk.take(new_zone("zone-02").write(started()), "zone-02").upto == 1


def test_a_replaced_machine_gets_no_receipt_and_an_alarm(desk: Any, zone: Any, new_zone: Any, registered: Any):
    desk.take(zone.write(started()))
    registered("zone-01", 2)
    assert desk.take(zone.write(started())) is None
    assert [(alarm, about) for alarm, about, *_ in alarms(desk)] == [("epoch_foreign", "epoch 1")]
    assert desk.take(new_zone(epoch=2).write(started())).upto == 1


def test_a_kind_from_a_later_version_is_kept_and_not_understood(desk: Any, zone: Any):
    first, second = zone.write(started(), started())
    later = rewritten(first, body={"kind": "robot_greeted", "smile": 3})
    assert desk.take([later]).upto == 1
    assert desk.take([rewritten(second, prev=entry.digest(later.data))]).upto == 2
    assert desk.rows("SELECT kind FROM entry ORDER BY seq") == [("robot_greeted",), ("agent_started",)]
    assert alarms(desk) == []


def test_a_known_kind_that_cannot_be_read_is_kept_and_holds_nobody_up(desk: Any, zone: Any):
    first, second = zone.write(started(), started("2"))
    broken = rewritten(first, body={"kind": "agent_started", "version": 7})
    assert desk.take([broken]).upto == 1
    assert desk.take([rewritten(second, prev=entry.digest(broken.data))]).upto == 2
    assert [alarm for alarm, *_ in alarms(desk)] == ["entry_unreadable"]
    assert desk.rows("SELECT version FROM device") == [("2",)]


@pytest.mark.parametrize("junk", [b"", b"\n", b"- {}\n", b"- \n", b"-", b"\xff\xfe\n", b"- [[[[\n", b"!! {}\n"])
def test_junk_is_a_bad_message_and_leaves_no_trace(desk: Any, junk: bytes):
    with pytest.raises(BadMessage):
        desk.store.submit(desk.intake.read("zone-01", junk)).result(10)
    assert desk.rows("SELECT count(*) FROM entry") == [(0,)]


WHERE = "SELECT state, custodian FROM item JOIN custody USING (item)"


def handed_over(phone: str = "") -> tuple[Any, ...]:
    return (
        begun(phone),
        DepositOpened(item="X1", compartment=1, giver="王敏"),
        Deposited(item="X1", compartment=1, number="1001", issue=1, giver="王敏"),
        PickupReserved(item="X1", compartment=1, attempt=1),
        PickupOpened(item="X1", compartment=1, receiver="citizen ****1234"),
        Taken(item="X1", compartment=1, receiver="citizen ****1234"),
    )


def begun(phone: str) -> DepositBegun:
    return DepositBegun(
        item="X1", label="护照", compartment=1, size="S", number="1001", giver="王敏", phone=phone, phone_tail="1234"
    )


def test_a_handover_says_who_gave_what_to_whom(desk: Any, zone: Any):
    desk.tell(zone, *handed_over())
    assert desk.rows("SELECT giver, receiver, label, compartment, seq FROM handover ORDER BY id") == [
        ("王敏", "bank zone-01", "护照", 1, 3),
        ("bank zone-01", "citizen ****1234", "护照", 1, 6),
    ]
    assert desk.rows(WHERE) == [("taken", "citizen ****1234")]


def test_an_item_has_one_custodian_at_every_step(desk: Any, zone: Any):
    seen = []
    for happening in handed_over():
        desk.tell(zone, happening)
        seen += desk.rows(WHERE)
    assert seen == [
        ("arriving", "王敏"),
        ("arriving", "王敏"),
        ("waiting", "bank zone-01"),
        ("leaving", "bank zone-01"),
        ("leaving", "bank zone-01"),
        ("taken", "citizen ****1234"),
    ]


def test_a_phone_is_kept_encrypted_and_nowhere_else(desk: Any, zone: Any, site: Any):
    desk.tell(zone, *handed_over(desk.sealed("13900001234")))
    ((ref, tail),) = desk.rows("SELECT ref, tail FROM person")
    assert tail == "1234"
    with desk.store.reading() as connection:
        assert desk.people.phone(connection, ref) == "13900001234"
    files = list(site.folder.glob("central.db*"))
    assert files
    assert not [file for file in files if b"13900001234" in file.read_bytes()]


@pytest.mark.parametrize("sealed", ["AAAA", "not base64!", "x" * 300])
def test_a_phone_that_cannot_be_opened_is_an_alarm_and_no_hindrance(desk: Any, zone: Any, sealed: str):
    assert desk.tell(zone, *handed_over(sealed)).upto == 6
    assert [alarm for alarm, *_ in alarms(desk)] == ["phone_unreadable"]
    assert desk.rows("SELECT count(*) FROM sms") == [(0,)]


def test_an_alarm_is_counted_while_it_stands_and_ends_when_cleared(desk: Any, zone: Any):
    raised = AlarmRaised(alarm="door_stuck", about="door 3")
    desk.tell(zone, raised, raised)
    assert alarms(desk) == [("door_stuck", "door 3", "device", 2)]
    desk.tell(zone, AlarmCleared(alarm="door_stuck", about="door 3"))
    assert alarms(desk) == []
    desk.tell(zone, raised)
    assert alarms(desk) == [("door_stuck", "door 3", "device", 1)]


def test_a_bay_shows_what_was_said_last(desk: Any, zone: Any):
    for state in ("free", "occupied", "unknown"):
        desk.tell(zone, BayChanged(bay="P1", node="node-1", state=state))
        assert desk.rows("SELECT bay, state FROM bay") == [("P1", state)]


def test_a_clock_from_the_future_dates_nothing_after_its_arrival(desk: Any, zone: Any, clock: Any):
    zone.wall = clock.now + 86_400_000
    desk.tell(zone, BayChanged(bay="P1", node="node-1", state="free"))
    assert desk.rows("SELECT since FROM bay") == [(clock.now,)]


@pytest.mark.parametrize("number", [2**63, 10**30, -1])
def test_a_number_that_no_database_can_hold_does_not_hold_up_the_entries_behind_it(desk: Any, zone: Any, number: int):
    sent = zone.write(Taken(item="i", compartment=number, receiver="citizen"), started())
    assert receipt(desk, sent) == (2, zone.prev)
    assert alarms(desk) == [("entry_unreadable", "journal", "centre", 1)]


def test_entries_sent_again_from_both_ends_of_a_journal_are_duplicates(desk: Any, zone: Any):
    sent = zone.write(*[started()] * 50)
    desk.take(sent)
    assert receipt(desk, [sent[0], sent[-1]]) == (50, zone.prev)
    assert alarms(desk) == []
