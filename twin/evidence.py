"""What a play is checked against, from several sides: both journals, what central and the agent say, files on disk."""

import json
import sqlite3
import tomllib
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from twin import ledger
from twin.ledger import Ledger, Row
from twin.provisioned import CENTRE, ZONE
from twin.waiting import DidNotHappen, until
from wire import sign

if TYPE_CHECKING:
    from twin.zone import Zone


async def ask(root: str, path: str) -> Any:
    """Return what a program says as JSON."""
    async with httpx.AsyncClient(base_url=root, trust_env=False, timeout=5) as http:
        answer = await http.get(path)
        answer.raise_for_status()
        return answer.json()


class Evidence:
    """Everything that can be read about a zone without asking its cores."""

    def __init__(self, zone: "Zone") -> None:
        self._zone = zone
        self._since = len(self.journal())

    # --- the agent and central, as they say ---

    async def state(self) -> Any:
        """Return the agent's own state."""
        return await ask(self._zone.edge_url, "/v1/state")

    async def central(self, what: str) -> Any:
        """Return one of central's lists: devices, alarms, handovers, tickets, bays, counts."""
        return await ask(self._zone.central_url, f"/v1/{what}")

    # --- the journals, as bytes on two disks ---

    def journal(self) -> list[bytes]:
        """Return the agent's entries, oldest first."""
        return _rows(self._zone.folders.zone / "journal.db", "SELECT data FROM entries ORDER BY seq")

    def copy(self) -> list[bytes]:
        """Return central's copy of them."""
        query = f"SELECT data FROM entry WHERE device = '{ZONE}' ORDER BY epoch, seq"  # noqa: S608 - our own name
        return _rows(self._zone.folders.centre / "central.db", query)

    def happenings(self, kind: str, **about: Any) -> list[dict[str, Any]]:
        """Return what happened of this kind since the play began, as the agent wrote it."""
        return _of_kind(self.journal()[self._since :], kind, about)

    def ever(self, kind: str, **about: Any) -> list[dict[str, Any]]:
        """Return what ever happened of this kind."""
        return _of_kind(self.journal(), kind, about)

    def ledger(self) -> Ledger:
        """Return what the agent's journal says, on its own disk, and the centre's journal on the centre's."""
        zone = self._zone.folders.zone / "journal.db"
        own = f"SELECT device, epoch, seq, data, signature FROM entry WHERE device = '{CENTRE}' ORDER BY epoch, seq"  # noqa: S608
        rows = [
            *(Row(ZONE, 1, *row) for row in _all(zone, "SELECT seq, data, signature FROM entries ORDER BY seq")),
            *(Row(*row) for row in _all(self._zone.folders.centre / "central.db", own)),
        ]
        told = tomllib.loads((self._zone.folders.zone / "zone.toml").read_text("utf-8"))
        registered = tomllib.loads((self._zone.folders.centre / "devices" / f"{ZONE}.toml").read_text("utf-8"))
        centre = sign.verifier(told["central"]["centre_keys"][0])
        keys = {(row.device, row.epoch): centre for row in rows if row.device == CENTRE}
        return ledger.read(rows, keys | {(ZONE, 1): sign.verifier(registered["signing_keys"][0])})

    def custodian(self, item: str) -> str:
        """Return who has an item, as central's own table says."""
        found = _all(self._zone.folders.centre / "central.db", "SELECT custodian FROM custody WHERE item = ?", item)
        return ", ".join(row[0] for row in found)

    async def cases(self) -> list[dict[str, Any]]:
        """Return the cases that stand at the centre."""
        return [case for case in await self.central("cases") if case["closed"] is None]

    async def alarms(self, alarm: str) -> list[dict[str, Any]]:
        """Return the standing alarms of a kind."""
        return [a for a in await self.central("alarms") if a["alarm"] == alarm and a.get("cleared") is None]

    def forks(self) -> int:
        """Return how many entries central has that contradict its copy."""
        return len(_rows(self._zone.folders.centre / "central.db", "SELECT data FROM fork"))

    def doubled_sms(self) -> list[str]:
        """Return the texts that one phone got more than once."""
        got = [(sms.to, sms.text) for sms in self._zone.phone.messages]
        return sorted({text for to, text in got if got.count((to, text)) > 1})

    async def unreported(self, within_s: float = 10) -> str:
        """Return "none" when central has the agent's journal to the byte; else what is different."""

        async def the_same() -> bool:
            state = await self.state()
            return bool(state["journal"]["last"] == state["journal"]["cursor"] and self.journal() == self.copy())

        try:
            await until("central has the journal", the_same, within_s)
        except DidNotHappen:
            return _difference(self.journal(), self.copy())
        return "none"

    def files_with(self, words: str) -> list[str]:
        """Return the files of centre, zone and logs that hold `words` in the clear."""
        folders = self._zone.folders
        files = [
            file
            for folder in (folders.centre, folders.zone, folders.twin / "logs")
            for file in folder.rglob("*")
            if file.is_file()
        ]
        return sorted(str(file.relative_to(folders.data)) for file in files if words.encode() in file.read_bytes())


def _rows(file: Path, query: str) -> list[bytes]:
    return [bytes(row[0]) for row in _all(file, query)]


def _all(file: Path, query: str, *values: str) -> list[tuple[Any, ...]]:
    if not file.exists():
        return []
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=5)) as db:
        return db.execute(query, values).fetchall()


def _of_kind(entries: list[bytes], kind: str, about: dict[str, Any]) -> list[dict[str, Any]]:
    bodies = [json.loads(data)["body"] for data in entries]
    return [body for body in bodies if body["kind"] == kind and about.items() <= body.items()]


def _difference(journal: list[bytes], copy: list[bytes]) -> str:
    for seq, (mine, theirs) in enumerate(zip(journal, copy, strict=False), 1):
        if mine != theirs:
            return f"entry {seq} is {mine!r} here and {theirs!r} at the centre"
    return f"{len(journal)} entries here, {len(copy)} at the centre"
