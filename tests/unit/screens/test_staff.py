"""Badges and PINs."""

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import pytest

from edge.staff import WATCHED_BADGES, Staff, StaffRefused
from wire.errors import BadConfig


def line(badge: str, pin: str, name: str = "王敏"):
    salt = bytes(range(16))
    digest = hashlib.scrypt(pin.encode(), salt=salt, n=2**14, r=8, p=1)
    return f'[[staff]]\nbadge = "{badge}"\nname = "{name}"\npin = "scrypt${salt.hex()}${digest.hex()}"\n'


class Clock:
    now = 0

    def __call__(self) -> None:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def staff(tmp_path: Path, clock: Any):
    (tmp_path / "staff.toml").write_text(line("1001", "246810") + line("1002", "135790", "李强"), encoding="utf-8")
    return Staff(tmp_path / "staff.toml", clock)


def sign_in(staff: Staff, badge: str, pin: str):
    return asyncio.run(staff.sign_in(badge, pin))


def wait(staff: Staff, badge: str, pin: str):
    with pytest.raises(StaffRefused) as refused:
        sign_in(staff, badge, pin)
    return refused.value.wait_s


def test_a_badge_and_its_pin_tell_who_it_is(staff: Staff) -> None:
    assert sign_in(staff, "1001", "246810").name == "王敏"
    assert sign_in(staff, "1002", "135790").name == "李强"


@pytest.mark.parametrize(("badge", "pin"), [("1001", "135790"), ("9999", "246810"), ("", ""), ("1001", "２４６８１０")])
def test_a_wrong_pin_and_an_unknown_badge_are_refused_in_the_same_words(staff: Staff, badge: str, pin: str) -> None:
    with pytest.raises(StaffRefused) as refused:
        sign_in(staff, badge, pin)
    assert refused.value.sentence == "工号或密码不对，请核对后重新输入。"


def test_five_wrong_pins_are_free_and_every_further_one_doubles_the_wait(staff: Staff, clock: Any) -> None:
    assert [wait(staff, "1001", "000000") for _ in range(5)] == [0] * 5
    assert wait(staff, "1001", "000000") == 60
    assert wait(staff, "1001", "246810") == 60
    clock.now += 60_000
    assert wait(staff, "1001", "000000") == 120
    clock.now += 120_000
    assert sign_in(staff, "1001", "246810").name == "王敏"
    assert wait(staff, "1001", "000000") == 0


def test_who_locks_out_one_badge_locks_out_no_other(staff: Staff) -> None:
    for _ in range(6):
        wait(staff, "1001", "000000")
        wait(staff, "guess", "000000")
    assert sign_in(staff, "1002", "135790").name == "李强"


def test_made_up_badges_share_one_memory(staff: Staff) -> None:
    waits = [wait(staff, f"no-{n}", "000000") for n in range(6)]
    assert waits == [0, 0, 0, 0, 0, 60]
    assert len(staff._tries) == 1 < WATCHED_BADGES


def test_a_change_of_the_file_counts_at_once(staff: Staff, tmp_path: Path) -> None:
    (tmp_path / "staff.toml").write_text(line("1003", "222222", "赵云"), encoding="utf-8")
    assert sign_in(staff, "1003", "222222").name == "赵云"
    assert wait(staff, "1001", "246810") == 0


def test_without_a_file_nobody_is_staff(tmp_path: Path, clock: Any) -> None:
    assert wait(Staff(tmp_path / "none.toml", clock), "1001", "246810") == 0


def test_a_damaged_file_is_told_and_lets_nobody_in(tmp_path: Path, clock: Any) -> None:
    (tmp_path / "staff.toml").write_text('[[staff]]\nbadge = "1001"\nname = "王敏"\npin = "246810"\n', encoding="utf-8")
    with pytest.raises(BadConfig, match="zone24-provision staff"):
        sign_in(Staff(tmp_path / "staff.toml", clock), "1001", "246810")
