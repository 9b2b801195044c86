"""Who may do more than fetch: badges and PINs from staff.toml, read at each sign-in so that a change counts at once."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from locker.tries import Tries
from wire import config, pins
from wire.errors import Refused
from wire.staff_file import Person, StaffFile

WATCHED_BADGES = 1000
"""Badges whose wrong PINs are remembered; who guesses badges as well shares one memory."""


class StaffRefused(Refused):
    """`wait_s`: seconds until a PIN will be looked at again, 0 for at once."""

    def __init__(self, wait_s: int) -> None:
        super().__init__("wrong_pin", "工号或密码不对，请核对后重新输入。")
        self.wait_s = wait_s


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000


class Staff:
    """Checks one PIN at a time: each costs 16 MB and a twentieth of a second, by design."""

    def __init__(self, file: Path, now: Callable[[], int] = _now_ms) -> None:
        self._file = file
        self._now = now
        self._tries: dict[str, Tries] = {}
        self._one_at_a_time = asyncio.Lock()

    async def sign_in(self, badge: str, pin: str) -> Person:
        """Return whose badge and PIN these are; StaffRefused for both kinds of wrong, in the same time and words."""
        async with self._one_at_a_time:
            people = {person.badge: person for person in self._people()}
            person, watched = people.get(badge), badge if badge in people else ""
            tries = self._tries.get(watched, Tries())
            if self._now() < tries.until:
                raise StaffRefused(self._wait(tries))
            right = await asyncio.to_thread(pins.fits, pin, person.pin if person else pins.NOBODYS)
            if person is None or not right:
                raise StaffRefused(self._wait(self._wrong(watched, tries)))
            self._tries.pop(watched, None)
            return person

    def _people(self) -> tuple[Person, ...]:
        return config.read(StaffFile, self._file, {}).staff if self._file.exists() else ()

    def _wrong(self, watched: str, tries: Tries) -> Tries:
        """One longer wait after the other, per badge: nobody can lock out the colleagues as well."""
        if len(self._tries) >= WATCHED_BADGES:
            self._tries.clear()
        wrong = self._tries[watched] = Tries(tries.wrong + 1, self._now())
        return wrong

    def _wait(self, tries: Tries) -> int:
        return max(0, -(-(tries.until - self._now()) // 1000))
