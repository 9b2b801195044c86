"""The bank's shell: recorded, then believed, then done; on the firmware's own core, in memory."""

from typing import Any, get_args

import pytest

from edge.journal import JournalFault
from edge.kept_bank import openings
from edge.lockers import LockerRefused
from edge.refusals import SENTENCES
from firmware.lock_board.board import Board
from locker.bank import Bank
from locker.compartment import Use
from locker.door import Door, ImpossibleHappening
from locker.step import Open, Reason, Step
from tests.unit.edge.bank_stand import Play, Stand, with_compartments
from wire.errors import BadConfig, DeviceFault
from wire.happenings import (
    DepositAbandoned,
    DepositBegun,
    Deposited,
    DepositMoved,
    DepositOpened,
    DoorClosed,
    DoorForced,
    PickupReserved,
    Taken,
)


def test_the_record_is_on_disk_before_the_bolt_moves(play: Play) -> None:
    async def story(stand: Stand) -> None:
        on_disk: list[list[type]] = []
        stand.bus.before_unlock = lambda: on_disk.append(stand.kinds())
        number, code = await stand.deposited()
        await stand.lockers.pick_up(number, code, "screen-1")
        assert [kinds[-1] for kinds in on_disk] == [DepositBegun, PickupReserved]

    play(story)


def test_without_a_record_the_bolt_stays(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(stand: Stand) -> None:
        def full(*_: object, **__: object) -> int:
            raise JournalFault("the disk is full")

        before = stand.lockers.bank
        with monkeypatch.context() as patch:
            patch.setattr(stand.journal, "append", full)
            with pytest.raises(JournalFault):
                await stand.deposit()
        assert stand.bus.pulses == []
        assert stand.lockers.bank == before
        await stand.deposit()
        assert stand.bus.pulses == [1]

    play(story)


def test_the_nonce_is_the_number_of_the_entry_that_ordered_the_opening(play: Play) -> None:
    async def story(stand: Stand) -> None:
        number, code = await stand.deposited()
        await stand.lockers.pick_up(number, code, "screen-1")
        ordered = [e.seq for e, h in stand.journal.history() if isinstance(h, DepositBegun | PickupReserved)]
        assert stand.bus.nonces == ordered

    play(story)


def test_a_deposit_whose_door_is_stuck_goes_on_at_another_door_recorded_before_that_one_moves(play: Play) -> None:
    async def story(stand: Stand) -> None:
        on_disk: list[type] = []
        stand.bus.before_unlock = lambda: on_disk.append(stand.kinds()[-1])
        stand.bus.jammed = {1}
        await stand.deposit()
        await stand.wait(9_000)
        assert stand.bus.pulses == [1]
        await stand.wait(1_001)
        assert stand.bus.pulses == [1, 2]
        assert on_disk == [DepositBegun, DepositMoved]
        moved = [entry.seq for entry, happening in stand.journal.history() if isinstance(happening, DepositMoved)]
        assert stand.bus.nonces[1:] == moved
        await stand.close(2)
        assert [item.id for item in stand.lockers.bank.compartments[2].items] == ["paper-1"]
        assert ("door_stuck", "door 1") in stand.alarms.active

    play(story)


def test_a_deposit_that_cannot_go_on_because_the_board_died_stays_with_its_giver(play: Play) -> None:
    async def story(stand: Stand) -> None:
        def die() -> None:
            raise DeviceFault("no answer")

        stand.bus.jammed = {1}
        await stand.deposit()
        stand.bus.before_unlock = die
        stand.watch.pass_(10_001)
        assert not await stand.lockers.look()
        assert stand.kinds() == [DepositBegun, DepositMoved, DepositAbandoned]
        assert ("lock_board_silent", "lock board") in stand.alarms.active

    play(story)


def test_the_wall_clock_set_right_lets_no_deadline_pass_and_time_does(play: Play) -> None:
    async def story(stand: Stand) -> None:
        stand.bus.jammed = {1, 2, 3}
        await stand.deposit()
        for jump in (10 * 365 * 86_400_000, -20 * 365 * 86_400_000):
            stand.watch.wall += jump
            await stand.wait(4_000)
        assert stand.kinds() == [DepositBegun]
        await stand.wait(2_100)
        assert stand.kinds() == [DepositBegun, DepositMoved]

    play(story)


def test_the_wall_clock_set_right_forgives_no_wrong_code(play: Play) -> None:
    async def story(stand: Stand) -> None:
        number, code = await stand.deposited()
        for _ in range(6):
            with pytest.raises(LockerRefused, match="不对"):
                await stand.lockers.pick_up(number, f"{(int(code) + 1) % 10**8:08d}", "screen-1")
        stand.watch.wall += 86_400_000
        assert stand.lockers.wait_s("screen-1") == 60
        with pytest.raises(LockerRefused) as refused:
            await stand.lockers.pick_up(number, code, "screen-1")
        assert (refused.value.reason, refused.value.wait_s) == ("locked_out", 60)
        stand.watch.pass_(60_000)
        await stand.lockers.pick_up(number, code, "screen-1")
        assert stand.lockers.wait_s("screen-1") == 0

    play(story)


def test_an_opening_that_nothing_on_record_orders_is_impossible() -> None:
    bank = Bank.empty(())
    begun = DepositMoved(item="paper-1", compartment=1, to=2)
    closed = DoorClosed(compartment=7)
    assert list(openings(Step(bank, (begun, closed), (Open(2),)), last=41)) == [(2, 40)]
    for record in ((), (closed,), (begun,)):
        with pytest.raises(ImpossibleHappening):
            list(openings(Step(bank, record, (Open(1),)), last=41))


def test_two_doors_of_one_step_have_a_nonce_each() -> None:
    record = tuple(DepositMoved(item=f"paper-{n}", compartment=n, to=n + 1) for n in (1, 3))
    assert list(openings(Step(Bank.empty(()), record, (Open(2), Open(4))), last=9)) == [(2, 8), (4, 9)]


def test_every_reason_has_a_sentence_of_its_own() -> None:
    assert set(SENTENCES) == set(get_args(Reason))
    assert len(set(SENTENCES.values())) == len(SENTENCES)
    assert all(sentence.endswith("。") for sentence in SENTENCES.values())


def test_an_item_goes_in_and_out_and_the_journal_has_each_step_once(play: Play) -> None:
    async def story(stand: Stand) -> None:
        number, code = await stand.deposited()
        await stand.lockers.pick_up(number, code, "screen-1")
        await stand.lockers.look()
        stand.bus.move(1, is_open=False)
        for _ in range(3):
            await stand.lockers.look()
        kinds = [kind.__name__ for kind in stand.kinds()]
        assert kinds == ["DepositBegun", "DepositOpened", "Deposited", "PickupReserved", "PickupOpened", "Taken"]
        assert stand.lockers.bank.compartments[1].use is Use.FREE
        assert "lockers" in stand.changes

    play(story)


def test_a_wrong_code_opens_nothing_and_is_counted(play: Play) -> None:
    async def story(stand: Stand) -> None:
        number, code = await stand.deposited()
        wrong = f"{(int(code) + 1) % 10**8:08d}"
        for _ in range(6):
            with pytest.raises(LockerRefused) as refused:
                await stand.lockers.pick_up(number, wrong, "screen-1")
            assert refused.value.reason == "wrong_code"
        with pytest.raises(LockerRefused) as refused:
            await stand.lockers.pick_up(number, code, "screen-1")
        assert refused.value.reason == "locked_out"
        assert refused.value.until is not None
        assert stand.bus.pulses == [1]
        assert stand.lockers.refused_codes == 7
        assert refused.value.sentence

    play(story)


def test_a_spent_code_opens_nothing(play: Play) -> None:
    async def story(stand: Stand) -> None:
        number, code = await stand.deposited()
        await stand.lockers.pick_up(number, code, "screen-1")
        await stand.lockers.look()
        stand.bus.move(1, is_open=False)
        await stand.lockers.look()
        with pytest.raises(LockerRefused) as refused:
            await stand.lockers.pick_up(number, code, "screen-1")
        assert refused.value.reason == "spent"
        assert stand.bus.pulses == [1, 1]

    play(story)


def test_a_deposit_during_which_the_agent_was_killed_is_finished_from_what_the_board_remembers(play: Play) -> None:
    async def story(stand: Stand) -> None:
        await stand.deposit()
        stand.bus.move(1, is_open=False)  # nobody looked since the bolt moved
        stand.restart()
        await stand.lockers.look()
        assert stand.kinds() == [DepositBegun, DepositOpened, Deposited]
        assert stand.bus.pulses == [1]

    play(story)


def test_moves_that_were_recorded_but_not_acknowledged_are_no_news_after_a_restart(play: Play, watch: Any) -> None:
    async def story(stand: Stand) -> None:
        await stand.deposited()
        watch.pass_(3_600_000)
        stand.restart()
        assert (await stand.bus.look(0)).moves, "the board must still tell them, or this proves nothing"
        await stand.lockers.look()
        assert stand.kinds() == [DepositBegun, DepositOpened, Deposited]

    play(story)


def test_a_board_that_restarts_counts_from_one_again_and_is_heard(play: Play) -> None:
    async def story(stand: Stand) -> None:
        number, code = await stand.deposited()
        stand.bus.power_on(boot=78)
        await stand.lockers.look()
        await stand.lockers.pick_up(number, code, "screen-1")
        await stand.lockers.look()
        stand.bus.move(1, is_open=False)
        await stand.lockers.look()
        assert stand.kinds()[-1] is Taken

    play(story)


def test_a_board_that_restarted_unseen_is_not_pulsed_on_the_old_order(play: Play, watch: Any) -> None:
    async def story(stand: Stand) -> None:
        stand.bus.board = Board(stand.bus.doors, 78)  # the bus still believes in boot 77
        await stand.deposit()
        assert stand.bus.pulses == []
        await stand.lockers.look()
        watch.pass_(11_000)
        await stand.lockers.look()
        assert stand.lockers.bank.compartments[1].use is Use.FREE
        assert stand.bus.pulses == [2]  # the deposit goes on there, on an order of its own

    play(story)


def test_a_silent_board_is_an_alarm_and_nothing_new_is_begun(play: Play) -> None:
    async def story(stand: Stand) -> None:
        stand.bus.silent = True
        assert not await stand.lockers.look()
        assert not await stand.lockers.look()
        assert list(stand.alarms.active) == [("lock_board_silent", "lock board")]
        assert stand.lockers.bank.compartments[1].door is Door.UNKNOWN
        with pytest.raises(LockerRefused, match="没有响应"):
            await stand.deposit()
        stand.bus.silent = False
        assert await stand.lockers.look()
        assert not stand.alarms.active
        assert stand.lockers.bank.compartments[1].door is Door.CLOSED
        await stand.deposit()

    play(story)


def test_a_board_that_dies_at_the_unlock_is_said_to_be_silent(play: Play) -> None:
    async def story(stand: Stand) -> None:
        def die() -> None:
            raise DeviceFault("no answer")

        stand.bus.before_unlock = die
        with pytest.raises(LockerRefused) as refused:
            await stand.deposit()
        assert refused.value.reason == "board_silent"
        assert ("lock_board_silent", "lock board") in stand.alarms.active

    play(story)


def test_a_deposit_whose_unlock_was_not_answered_is_none_even_if_the_door_opens(play: Play) -> None:
    async def story(stand: Stand) -> None:
        def die() -> None:
            raise DeviceFault("no answer")

        stand.bus.before_unlock = die
        with pytest.raises(LockerRefused):
            await stand.deposit()
        for is_open in (True, False):
            stand.bus.move(1, is_open=is_open)
            await stand.lockers.look()
        assert DepositAbandoned in stand.kinds()
        assert Deposited not in stand.kinds()
        assert DoorForced not in stand.kinds()

    play(story)


def test_a_forced_door_is_an_alarm_about_that_door(play: Play) -> None:
    async def story(stand: Stand) -> None:
        await stand.deposited()
        stand.bus.move(1, is_open=True)
        await stand.lockers.look()
        assert DoorForced in stand.kinds()
        assert ("break_in", "door 1") in stand.alarms.active

    play(story)


def test_a_door_that_belongs_to_no_compartment_is_nobodys_business(play: Play) -> None:
    async def story(stand: Stand) -> None:
        stand.bus.move(4, is_open=True)
        await stand.lockers.look()
        assert stand.kinds() == []

    play(story)


class ConfusedBank(Bank):
    def moved(self, compartment: int, is_open: bool, now: int) -> Step:
        raise ImpossibleHappening("a door on the ceiling")


def test_what_the_core_finds_impossible_is_an_alarm_and_no_crash(play: Play) -> None:
    async def story(stand: Stand) -> None:
        sane = stand.lockers.bank
        stand.lockers.bank = ConfusedBank(sane.compartments)
        stand.bus.move(2, is_open=True)
        assert await stand.lockers.look()
        assert stand.alarms.active["impossible_move", "door 2"] == "a door on the ceiling"
        stand.lockers.bank = sane
        await stand.lockers.look()
        assert list(stand.alarms.active) == [("break_in", "door 2")]

    play(story)


def test_moves_that_the_disk_cannot_take_stay_with_the_board(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(stand: Stand) -> None:
        await stand.deposit()

        def full(*_: object, **__: object) -> int:
            raise JournalFault("the disk is full")

        with monkeypatch.context() as patch:
            patch.setattr(stand.journal, "append", full)
            with pytest.raises(JournalFault):
                await stand.lockers.look()
        await stand.lockers.look()
        assert stand.kinds() == [DepositBegun, DepositOpened]

    play(story)


def test_a_compartment_that_was_taken_out_of_zone_toml_while_empty_stops_no_agent(play: Play) -> None:
    async def story(stand: Stand) -> None:
        number, code = await stand.deposited()
        await stand.lockers.pick_up(number, code, "screen-1")
        await stand.lockers.look()
        stand.bus.move(1, is_open=False)
        await stand.lockers.look()
        stand.restart(with_compartments(2, 3))
        assert list(stand.lockers.bank.compartments) == [2, 3]
        with pytest.raises(LockerRefused) as refused:
            await stand.lockers.pick_up(number, code, "screen-1")
        assert refused.value.reason == "spent"

    play(story)


def test_a_compartment_with_an_item_in_it_cannot_be_taken_out_of_zone_toml(play: Play) -> None:
    async def story(stand: Stand) -> None:
        await stand.deposited()
        with pytest.raises(BadConfig, match="compartment 1 is missing, and paper-1 lies in it"):
            stand.restart(with_compartments(2, 3))

    play(story)
