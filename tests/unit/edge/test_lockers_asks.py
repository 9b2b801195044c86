"""What may be asked of a bank: each asking is recorded before its door moves, and a refusal moves nothing."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from edge.journal import JournalFault
from edge.lockers import HOUR_MS, LockerRefused
from locker import pickup
from locker.compartment import Use
from tests.unit.edge.bank_stand import CREDENTIAL_KEY, PARCEL, SECTION, Play, Stand, mac
from wire import credential, sign
from wire.credential import Credential
from wire.happenings import (
    CompartmentBlocked,
    CompartmentReserved,
    CompartmentUnblocked,
    Deposited,
    InspectionBegun,
    MisplacementReported,
    PickupReserved,
    Reissued,
    ReservationEnded,
    Taken,
)

CARD = "990000199003070026"


def qr(stand: Stand, item: str = "paper-1", *, key: bytes = CREDENTIAL_KEY, **fields: Any) -> str:
    """A QR code for the item in this bank, valid from an hour ago for a day."""
    bank, now = credential.bank_mark("zone-01"), stand.journal.clock.now()
    plain = Credential(bank, credential.item_mark(item), 1, now - HOUR_MS, 24, 0)
    return credential.encode(plain._replace(**fields), sign.signer(key))


async def refusal(doing: Awaitable[object]) -> str:
    with pytest.raises(LockerRefused) as refused:
        await doing
    assert refused.value.sentence
    return refused.value.reason


WAYS: dict[str, tuple[Callable[[Stand], Awaitable[object]], Callable[[Stand], Awaitable[object]]]] = {
    "code": (
        lambda stand: stand.deposited(),
        lambda stand: stand.lockers.pick_up(
            stand.lockers.bank.compartments[1].items[0].number, pickup.code(mac, "paper-1", 1), "screen-1"
        ),
    ),
    "qr": (lambda stand: stand.deposited(), lambda stand: stand.lockers.present(qr(stand), "screen-1")),
    "recall": (
        lambda stand: stand.deposited(),
        lambda stand: stand.lockers.collect("paper-1", "staff 1001", "giver"),
    ),
    "collect": (
        lambda stand: stand.deposited(purpose="papers"),
        lambda stand: stand.lockers.collect("paper-1", "staff 1002", "staff"),
    ),
    "loan": (
        lambda stand: stand.deposited(purpose="loan"),
        lambda stand: stand.lockers.lend("paper-1", "sealed", "1234"),
    ),
    "inspection": (
        lambda stand: stand.deposited(),
        lambda stand: stand.lockers.inspect(1, "staff 1001", "staff 1002", "有异味"),
    ),
    "deposit": (lambda stand: stand.deposited("paper-0", size="M"), lambda stand: stand.deposit("paper-1")),
    "second item": (
        lambda stand: stand.deposited(),
        lambda stand: stand.deposit("paper-2", into=stand.lockers.bank.compartments[1].items[0].number),
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_open_a_door_is_on_disk_before_it_moves(play: Play, way: str) -> None:
    async def story(stand: Stand) -> None:
        prepare, ask = WAYS[way]
        await prepare(stand)
        known, seen = stand.journal.last, []
        stand.bus.before_unlock = lambda: seen.append(stand.journal.last)
        await ask(stand)
        assert len(seen) == 1
        assert seen[0] > known
        assert known < stand.bus.nonces[-1] <= seen[0]

    play(story)


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_open_a_door_opens_nothing_without_a_record(
    play: Play, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> int:
        raise JournalFault("the disk is full")

    async def story(stand: Stand) -> None:
        prepare, ask = WAYS[way]
        await prepare(stand)
        before, pulses = stand.lockers.bank, list(stand.bus.pulses)
        with monkeypatch.context() as patch:
            patch.setattr(stand.journal, "append", full)
            with pytest.raises(JournalFault):
                await ask(stand)
        assert stand.bus.pulses == pulses
        assert stand.lockers.bank == before
        await ask(stand)
        assert len(stand.bus.pulses) == len(pulses) + 1

    play(story)


# --- codes and QR codes ---


def test_a_qr_code_opens_once_and_its_replay_after_a_restart_nothing(play: Play) -> None:
    async def story(stand: Stand) -> None:
        await stand.deposited()
        await stand.lockers.present(qr(stand), "screen-1")
        await stand.close(1)
        assert stand.kinds()[-1] is Taken
        stand.restart()
        await stand.lockers.look()
        assert await refusal(stand.lockers.present(qr(stand), "screen-1")) in ("spent", "not_here")
        assert stand.bus.pulses == [1, 1]

    play(story)


def test_a_qr_code_that_the_centre_did_not_sign_opens_nothing_and_is_recorded(play: Play) -> None:
    async def story(stand: Stand) -> None:
        await stand.deposited()
        for text in (qr(stand, key=bytes(32)), "", "not a code", qr(stand)[:-1] + "0"):
            before = stand.journal.last
            assert await refusal(stand.lockers.present(text, "screen-1")) == "forged"
            assert stand.journal.last == before + 1
        assert stand.bus.pulses == [1]
        assert stand.lockers.refused_codes == 4
        assert stand.lockers.wait_s("screen-1") == 0
        await stand.lockers.present(qr(stand), "screen-1")

    play(story)


def test_a_qr_code_that_begins_with_a_space_is_read_also_when_somebody_dropped_it(play: Play) -> None:
    async def story(stand: Stand) -> None:
        text = qr(stand, bank=b"\x05abc")
        assert text.startswith(" ")
        for said in (text, text.strip()):
            assert await refusal(stand.lockers.present(said, "screen-1")) == "foreign"
        assert await refusal(stand.lockers.present(text[2:], "screen-1")) == "forged"

    play(story)


def test_a_qr_code_of_another_bank_another_item_or_another_time_opens_nothing(play: Play) -> None:
    async def story(stand: Stand) -> None:
        await stand.deposited()
        now = stand.journal.clock.now()
        wrong = {
            "foreign": qr(stand, bank=credential.bank_mark("zone-02")),
            "too_early": qr(stand, not_before=now + 2 * HOUR_MS),
            "expired": qr(stand, not_before=now - 49 * HOUR_MS),
            "not_here": qr(stand, "paper-2"),
        }
        for reason, text in wrong.items():
            assert await refusal(stand.lockers.present(text, "screen-1")) == reason
        assert stand.bus.pulses == [1]

    play(story)


def test_the_tail_and_the_card_are_asked_for_where_the_level_wants_them(play: Play) -> None:
    async def story(stand: Stand) -> None:
        number, code = await stand.deposited(level=1)
        assert await refusal(stand.lockers.pick_up(number, code, "screen-1")) == "needs_tail"
        assert await refusal(stand.lockers.pick_up(number, code, "screen-1", tail="0000")) == "wrong_tail"
        await stand.lockers.pick_up(number, code, "screen-1", tail="5678")
        number, code = await stand.deposited("paper-2", level=2, holder=pickup.holder(mac, CARD))
        assert await refusal(stand.lockers.pick_up(number, code, "screen-1", id_number="")) == "needs_card"
        other = "110101199001010011"
        assert await refusal(stand.lockers.pick_up(number, code, "screen-1", id_number=other)) == "wrong_card"
        await stand.lockers.pick_up(number, code, "screen-1", id_number=CARD)
        assert stand.bus.pulses == [1, 1, 2, 2]

    play(story)


def test_a_reissued_code_opens_and_the_one_before_it_does_not(play: Play) -> None:
    async def story(stand: Stand) -> None:
        number, old = await stand.deposited()
        await stand.lockers.reissue("paper-1", issue=2, why="proxy", by="staff 1001", phone_tail="4321")
        assert Reissued in stand.kinds()
        assert await refusal(stand.lockers.pick_up(number, old, "screen-1")) == "wrong_code"
        assert await refusal(stand.lockers.present(qr(stand), "screen-1")) == "old_issue"
        await stand.lockers.pick_up(number, pickup.code(mac, "paper-1", 2), "screen-1")
        assert stand.bus.pulses == [1, 1]

    play(story)


# --- other ways in and out ---


def test_papers_are_for_staff_and_a_recall_for_the_giver(play: Play) -> None:
    async def story(stand: Stand) -> None:
        await stand.deposited()
        assert await refusal(stand.lockers.collect("paper-1", "staff 1002", "giver")) == "not_yours"
        assert await refusal(stand.lockers.collect("paper-1", "staff 1002", "staff")) == "not_yours"
        await stand.deposited("paper-2", purpose="papers", giver="citizen ****5678")
        assert await refusal(stand.lockers.collect("paper-2", "courier 2001", "courier")) == "not_yours"
        await stand.lockers.collect("paper-2", "staff 1002", "staff")
        assert stand.bus.pulses == [1, 2, 2]

    play(story)


def test_what_is_lent_is_due_after_the_hours_of_zone_toml_and_comes_back(play: Play) -> None:
    async def story(stand: Stand) -> None:
        stand.restart(replace(SECTION, loan_hours=3))
        await stand.lockers.look()
        await stand.deposited("umbrella-1", purpose="loan")
        await stand.lockers.lend("umbrella-1", "sealed", "1234")
        reserved = next(h for _, h in stand.journal.history() if isinstance(h, PickupReserved))
        assert 0 <= stand.journal.clock.now() - (reserved.due - 3 * HOUR_MS) < 1_000
        await stand.close(1)
        assert "umbrella-1" in stand.lockers.bank.loans
        stand.restart()
        await stand.lockers.look()
        assert "umbrella-1" in stand.lockers.bank.loans
        await stand.deposited("umbrella-1", purpose="loan", giver="citizen ****1234")
        assert "umbrella-1" not in stand.lockers.bank.loans

    play(story)


def test_a_reservation_keeps_a_compartment_until_it_is_used_cancelled_or_too_old(play: Play) -> None:
    async def story(stand: Stand) -> None:
        until = stand.journal.clock.now() + HOUR_MS
        for number in (1, 2, 3):
            await stand.lockers.reserve(reservation=f"r{number}", size="S", low=False, by="staff 1001", until=until)
        assert await refusal(stand.deposit()) == "no_compartment"
        await stand.deposit(reservation="r2")
        assert stand.bus.pulses == [2]
        await stand.lockers.cancel_reservation("r1")
        assert stand.lockers.bank.compartments[1].use is Use.FREE
        stand.watch.wall += HOUR_MS  # the time of day is what people agreed on
        await stand.lockers.look()
        assert stand.lockers.bank.compartments[3].use is Use.FREE
        ended = [h.why for _, h in stand.journal.history() if isinstance(h, ReservationEnded)]
        assert ended == ["used", "cancelled", "expired"]
        assert stand.kinds().count(CompartmentReserved) == 3

    play(story)


def test_a_blocked_compartment_is_not_offered_until_it_is_unblocked(play: Play) -> None:
    async def story(stand: Stand) -> None:
        for number in (1, 2, 3):
            await stand.lockers.block(number, "门锁送修", "staff 1001")
        assert await refusal(stand.deposit()) == "no_compartment"
        await stand.lockers.unblock(2, "staff 1001")
        await stand.deposit()
        assert stand.bus.pulses == [2]
        assert {CompartmentBlocked, CompartmentUnblocked} <= set(stand.kinds())

    play(story)


def test_an_occupied_compartment_is_opened_by_two_people_and_not_by_one(play: Play) -> None:
    async def story(stand: Stand) -> None:
        await stand.deposited()
        for witness in ("", "staff 1001"):
            assert await refusal(stand.lockers.inspect(1, "staff 1001", witness, "有异味")) == "needs_witness"
        await stand.lockers.inspect(1, "staff 1001", "staff 1002", "有异味")
        assert stand.bus.pulses == [1, 1]
        assert InspectionBegun in stand.kinds()

    play(story)


def test_nobody_opens_everything_and_a_restart_forgets_nothing_of_that(play: Play) -> None:
    async def story(stand: Stand) -> None:
        for _ in range(6):
            await stand.lockers.inspect(1, "staff 1001", "", "检查")
            await stand.close(1)
        stand.restart()
        await stand.lockers.look()
        assert await refusal(stand.lockers.inspect(1, "staff 1001", "", "检查")) == "governed"
        assert stand.bus.pulses == [1] * 6
        await stand.wait(HOUR_MS)
        await stand.lockers.inspect(1, "staff 1001", "", "检查")

    play(story)


def test_a_misplaced_item_is_not_fetched(play: Play) -> None:
    async def story(stand: Stand) -> None:
        number, code = await stand.deposited()
        await stand.lockers.report_misplaced("paper-1", "staff 1001", "放错了格口")
        assert MisplacementReported in stand.kinds()
        assert await refusal(stand.lockers.pick_up(number, code, "screen-1")) == "misplaced"
        assert stand.bus.pulses == [1]

    play(story)


def test_two_people_settle_what_the_contact_does_not_tell(play: Play) -> None:
    async def story(stand: Stand) -> None:
        await stand.deposit()
        await stand.lockers.look()
        settled = {"by": "staff 1001", "witness": "staff 1002", "why": "门磁不动"}
        assert await refusal(stand.lockers.settle(1, gone=False, **(settled | {"witness": ""}))) == "needs_witness"
        await stand.lockers.settle(1, gone=False, **settled)
        assert Deposited in stand.kinds()
        assert [item.id for item in stand.lockers.bank.compartments[1].items] == ["paper-1"]

    play(story)


def test_a_giver_who_says_that_it_lies_inside_is_heard(play: Play) -> None:
    async def story(stand: Stand) -> None:
        await stand.deposit()
        before = stand.journal.last
        await stand.lockers.claim_deposit(PARCEL, 1)
        assert stand.journal.last > before
        assert stand.bus.pulses == [1]

    play(story)


# --- a full disk ---


def test_on_a_full_disk_nothing_is_laid_in_and_what_lies_inside_is_fetched(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(stand: Stand) -> None:
        number, code = await stand.deposited()
        with monkeypatch.context() as patch:
            patch.setattr(type(stand.journal), "full", property(lambda _: True))
            assert await refusal(stand.deposit("paper-2")) == "disk_full"
            until = stand.journal.clock.now() + HOUR_MS
            reserving = stand.lockers.reserve(reservation="r", size="S", low=False, by="staff 1001", until=until)
            assert await refusal(reserving) == "disk_full"
            await stand.lockers.pick_up(number, code, "screen-1")
            await stand.close(1)
            assert stand.kinds()[-1] is Taken
        await stand.deposit("paper-2")
        assert stand.bus.pulses == [1, 1, 1]

    play(story)
