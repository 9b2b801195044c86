"""Badges and PINs at the office's pages, from the centre's staff.toml, read at every use: a change counts at once.

Every act asks for the badge of whoever does it: there is no session that somebody else could go on in.
"""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from locker.tries import Tries
from wire import config, pins
from wire.errors import BadConfig, Refused
from wire.staff_file import Person, Role, StaffFile

WATCHED = 1_000
"""Badges whose wrong PINs are remembered; who guesses badges as well shares one memory."""

log = structlog.get_logger()


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000


class Badges:
    """Checks one PIN at a time: each costs 16 MB and a twentieth of a second, by design."""

    def __init__(self, file: Path, now: Callable[[], int] = _now_ms) -> None:
        self._file = file
        self._now = now
        self._tries: dict[str, Tries] = {}
        self._one_at_a_time = asyncio.Lock()

    async def check(self, badge: str, pin: str, role: Role | None = None) -> Person:
        """Return whose badge and PIN these are; Refused for every kind of wrong, in the same time and words."""
        async with self._one_at_a_time:
            people = self._people()
            person, watched = people.get(badge), badge if badge in people else ""
            tries = self._tries.get(watched, Tries())
            wait_s = -(-(tries.until - self._now()) // 1_000)
            if wait_s > 0:
                raise Refused("wait", f"密码多次不对，请{wait_s}秒后再试。")
            right = await asyncio.to_thread(pins.fits, pin, person.pin if person else pins.NOBODYS)
            if person is None or not right:
                self._wrong(watched, tries)
                raise Refused("wrong_pin", "工号或密码不对，请核对后重新输入。")
            self._tries.pop(watched, None)
        if role and person.role != role:
            raise Refused("other_role", "这项操作不由您的岗位办理，请联系负责人。")
        return person

    async def both(self, badge: str, pin: str, badge2: str, pin2: str) -> tuple[Person, Person]:
        """Return two members of staff who are not the same person."""
        if badge == badge2:
            raise Refused("needs_witness", "这项操作需要两名工作人员，请另一位同事输入工号和密码。")
        return await self.check(badge, pin, "staff"), await self.check(badge2, pin2, "staff")

    def known(self, badge: str, role: Role) -> Person:
        """Return the person of a badge, whom somebody else names."""
        person = self._people().get(badge)
        if person is None or person.role != role:
            raise Refused("no_such_badge", "没有这个工号，请核对后重新输入。")
        return person

    def registered(self, badge: str) -> str:
        """Return the badge, "" where nobody has it: somebody may have typed a PIN there, which is shown to nobody."""
        return badge if badge in self._people() else ""

    def _people(self) -> dict[str, Person]:
        try:
            file = config.read(StaffFile, self._file, {}) if self._file.exists() else StaffFile()
        except BadConfig as error:
            log.error("staff file has mistakes", why=str(error))  # noqa: TRY400
            file = StaffFile()
        return {person.badge: person for person in file.staff}

    def _wrong(self, watched: str, tries: Tries) -> None:
        if len(self._tries) >= WATCHED:
            self._tries.clear()
        self._tries[watched] = Tries(tries.wrong + 1, self._now())
