"""The bank's shell: recorded, then believed, then done; on the firmware's own core, in memory."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edge.alarms import Alarms
from edge.config import CompartmentSection, Locker
from edge.drivers import Look
from edge.journal import Journal, JournalFault
from edge.lockers import LockerRefused, Lockers
from firmware.lock_board.board import Board
from locker import pickup
from locker.bank import Bank
from locker.compartment import Use
from locker.door import Door, ImpossibleHappening
from locker.step import Open, Step
from wire import board
from wire.errors import BadConfig, DeviceFault
from wire.happenings import DepositAbandoned, DepositBegun, Deposited, DepositOpened, DoorForced, PickupReserved, Taken

KEY = bytes(range(32))
SECTION = Locker(
    port=Path("unused"),
    key=Path("unused"),
    compartment=tuple(CompartmentSection(number=n, size=size) for n, size in enumerate(("S", "S", "M"), 1)),
)


class BoardInMemory:
    """The firmware's core without its line: doors spring open when their latch is pulsed, unless `jammed`."""

    bad_frames = 0

    def __init__(self, watch: Any) -> None:
        self.watch = watch
        self.doors = [False] * 4
        self.pulses: list[int] = []
        self.nonces: list[int] = []
        self.before_unlock: Callable[[], None] = lambda: None
        self.jammed = self.silent = False
        self.power_on(boot=77)

    def power_on(self, boot: int) -> None:
        self.board = Board(self.doors, boot)
        self.known_boot = boot

    def move(self, door: int, *, is_open: bool) -> None:
        self.doors[door - 1] = is_open
        for _ in range(3):
            self.watch.pass_(25)
            for number, level in enumerate(self.doors, 1):
                self.board.sample(number, level, self.watch.mono)

    async def unlock(self, door: int, nonce: int) -> str:
        self._answers()
        self.before_unlock()
        self.nonces.append(nonce)
        unlocked = self._asked(board.Unlock(door, nonce, 50, self.known_boot))
        assert isinstance(unlocked, board.Unlocked)
        if unlocked.outcome == board.PULSED:
            self.pulses.append(door)
            self.watch.pass_(60)
            self.board.pulsing(self.watch.mono)
            if not self.jammed:
                self.move(door, is_open=True)
        return board.OUTCOMES[unlocked.outcome]

    async def look(self, handled: int) -> Look:
        self._answers()
        report = self._asked(board.Poll(handled))
        assert isinstance(report, board.Report)
        self.known_boot = report.boot
        is_open = frozenset(door for door in range(1, 5) if report.contacts >> (door - 1) & 1)
        return Look(report.boot, is_open, report.lost, report.moves)

    async def close(self) -> None:
        pass

    def _asked(self, question: board.Message) -> board.Message:
        return board.decode(self.board.answer(question.encode(), self.watch.mono))

    def _answers(self) -> None:
        if self.silent:
            raise DeviceFault("no answer")


class Stand:
    """A bank that can be restarted: its journal and its board stay."""

    def __init__(self, journal: Journal, watch: Any) -> None:
        self.journal = journal
        self.bus = BoardInMemory(watch)
        self.changes: list[str] = []
        self.restart()

    def restart(self, section: Locker = SECTION) -> None:
        self.alarms = Alarms(self.journal)
        self.lockers = Lockers(
            section, key=KEY, bus=self.bus, journal=self.journal, alarms=self.alarms, changed=self.changes.append
        )

    def kinds(self) -> list[type]:
        return [type(happening) for _, happening in self.journal.history()]

    async def deposit(self, item: str = "paper-1") -> Step:
        return await self.lockers.deposit(
            item=item, label="", size="S", phone="sealed", phone_tail="5678", giver="staff 1001"
        )

    async def deposited(self, item: str = "paper-1") -> tuple[str, str]:
        """Lay it in, close the door; return pickup number and code."""
        step = await self.deposit(item)
        compartment = next(effect.compartment for effect in step.effects if isinstance(effect, Open))
        await self.lockers.look()
        self.bus.move(compartment, is_open=False)
        await self.lockers.look()
        inside = self.lockers.bank.compartments[compartment].item
        assert inside is not None
        return inside.number, pickup.code(lambda data: hmac.digest(KEY, data, "sha256"), item, inside.issue)


Story = Callable[[Stand], Awaitable[None]]


@pytest.fixture
def play(journal: Journal, watch: Any) -> Callable[[Story], None]:
    def run(story: Story) -> None:
        async def on_stand() -> None:
            stand = Stand(journal, watch)
            await stand.lockers.look()
            await story(stand)

        asyncio.run(on_stand())

    return run


Play = Callable[[Story], None]


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
        assert stand.bus.pulses == []

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


def with_compartments(*numbers: int) -> Locker:
    return replace(SECTION, compartment=tuple(c for c in SECTION.compartment if c.number in numbers))


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
