"""The disk of an agent: as full as the simulation says, with a reserve that is there once."""

import sqlite3

from edge.journal import Journal
from edge.reserve import RESERVE

MOST_PAGES = 1_073_741_823
"""SQLite's own limit."""

PAGE = 4_096


class SmallDisk:
    """`is_full`: there is no page left, but for the reserve; SQLite says so itself (SQLITE_FULL)."""

    def __init__(self) -> None:
        self.is_full = False
        self._reserve_is_kept = True

    def lies_under(self, journal: Journal) -> None:
        """Be the disk of this journal, which has just been opened."""
        file, reserve = journal._file, journal._file._reserve
        make_room = file._make_room

        def make_room_of_the_reserve() -> None:
            self._reserve_is_kept = False
            make_room()
            self._limit(file._db, RESERVE // PAGE)

        file._make_room = make_room_of_the_reserve  # type: ignore[method-assign]
        reserve.has_room = lambda: not self.is_full  # type: ignore[method-assign]
        if self.is_full:
            reserve.is_kept = self._reserve_is_kept
            self._limit(file._db)

    def fill(self, journal: Journal | None, *, full: bool) -> None:
        """Have no room for another page, or room again."""
        self.is_full = full
        self._reserve_is_kept = self._reserve_is_kept or not full
        if journal:
            self._limit(journal._file._db)

    def _limit(self, database: sqlite3.Connection, pages: int = 0) -> None:
        (used,) = database.execute("PRAGMA page_count").fetchone()
        database.execute(f"PRAGMA max_page_count = {used + pages if self.is_full else MOST_PAGES}")
