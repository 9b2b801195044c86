"""A database of the version before goes on where it is: by an upgrade no item changes hands or becomes a case."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import create_engine

from central import config, migrations
from central.migrations import configuration
from wire import entry
from wire.happenings import Deposited, DepositOpened, PickupOpened, PickupReserved, Taken

CITIZEN = "citizen ****5678"
OLD = {
    "A1": ("waiting", "bank zone-01", ["deposit_begun", "deposit_opened", "deposited"]),
    "A2": ("arriving", "staff 1", ["deposit_begun", "deposit_opened"]),
    "A3": ("leaving", "bank zone-01", ["deposit_begun", "deposit_opened", "deposited", "pickup_opened"]),
}


def old_entries(zone: Any) -> Iterator[tuple[str, str, bytes]]:
    """Write what a device of the version before wrote: no giver, no link to the leg before, no signature."""
    for item, (_, _, kinds) in OLD.items():
        for kind in kinds:
            zone.seq += 1
            said = {
                "v": 1, "device": "zone-01", "epoch": 1, "seq": zone.seq, "prev": zone.prev, "boot": 1, "mono": 1,
                "wall": zone.wall, "clock": "good", "body": {"kind": kind, "item": item, "compartment": 1},
            }  # fmt: skip
            data = json.dumps(said, separators=(",", ":")).encode()
            zone.prev = entry.digest(data)
            if kind != "deposit_begun":
                zone.legs[item] = zone.prev
            yield kind, zone.prev, data


@pytest.fixture
def upgraded(folder: Path, zone: Any) -> Any:
    """Makes a database of the version before with three items in it, and upgrades that."""
    database = config.read(folder / "central.toml").database
    engine = create_engine(database)
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "0002")
        for number, (kind, digest, data) in enumerate(old_entries(zone), 1):
            connection.exec_driver_sql(
                "INSERT INTO entry (device, epoch, seq, digest, kind, wall, received, data, signature)"
                " VALUES ('zone-01', 1, ?, ?, ?, 5, 5, ?, x'')", (number, digest, kind, data),
            )  # fmt: skip
        connection.exec_driver_sql("INSERT INTO journal VALUES ('zone-01', 1, ?, ?)", (zone.seq, zone.prev))
        for item, (state, custodian, _) in OLD.items():
            connection.exec_driver_sql(
                "INSERT INTO item (device, item, label, compartment, size, number, issue, state, custodian, giver,"
                " person, since) VALUES ('zone-01', ?, '护照', 1, 'S', '1001', 1, ?, ?, 'staff 1', NULL, 5)",
                (item, state, custodian),
            )
    engine.dispose()
    migrations.upgrade(database)
    return zone


def test_every_item_goes_on_where_it_was(upgraded: Any, desk: Any):
    at = {"compartment": 1}
    desk.tell(
        upgraded,
        PickupReserved(item="A1", attempt=1, receiver=CITIZEN, **at),
        PickupOpened(item="A1", receiver=CITIZEN, **at),
        Taken(item="A1", receiver=CITIZEN, **at),
        Deposited(item="A2", number="1002", issue=1, giver="staff 1", **at),
        Taken(item="A3", receiver=CITIZEN, **at),
    )
    assert desk.rows('SELECT * FROM "case"') == []
    held = [("A1", CITIZEN), ("A2", "bank zone-01"), ("A3", CITIZEN)]
    assert desk.rows("SELECT item, custodian FROM custody ORDER BY item") == held


def test_the_old_bytes_are_what_they_were(upgraded: Any, desk: Any):
    assert desk.rows("SELECT count(*), max(seq) FROM entry") == [(9, 9)]
    assert desk.tell(upgraded, DepositOpened(item="A9", compartment=2)).upto == 10
