"""A copy of central's database, as somebody makes one every night, and what an unlucky restore does with it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from twin.watched import Watched
from wire.errors import Refused


class Backup(Watched):
    """`take` copies `database` to `copy`, also while central runs; `put_back` is for a central that is stopped."""

    def __init__(self, database: Path, copy: Path) -> None:
        super().__init__()
        self._database = database
        self._copy = copy

    @property
    def taken(self) -> bool:
        return self._copy.exists()

    def take(self) -> None:
        """Copy everything that central has committed."""
        if not self._database.exists():
            raise Refused("no_database", "中心还没有数据库 / central has no database yet")
        new = self._copy.with_suffix(".new")
        new.unlink(missing_ok=True)
        with closing(sqlite3.connect(self._database)) as source, closing(sqlite3.connect(new)) as target:
            source.backup(target)
        new.replace(self._copy)
        self.changed()

    def put_back(self) -> None:
        """Let the copy be the database; what central learned since is gone."""
        if not self.taken:
            raise Refused("no_backup", "还没有备份 / there is no backup yet")
        for left_over in ("-wal", "-shm"):
            self._database.with_name(self._database.name + left_over).unlink(missing_ok=True)
        self._database.write_bytes(self._copy.read_bytes())
        self.changed()
