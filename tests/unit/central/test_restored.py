"""A centre that was restored and refilled holds what it said before: links, codes, and no code that opens nothing."""

import asyncio
from typing import Any

import pytest

from central.delivery import Delivery, Outdated
from central.intake import Intake
from central.store import Store
from wire import entry
from wire.happenings import DepositBegun, Deposited, PickupReserved, Reissued, Taken

ITEM = {"item": "X1", "compartment": 1}


def laid_in(desk: Any) -> list[Any]:
    begun = DepositBegun(
        **ITEM, label="护照", size="S", number="1001", giver="staff 1", phone=desk.sealed("13800005678"),
        phone_tail="5678", purpose="delivery",
    )  # fmt: skip
    return [begun, Deposited(**ITEM, number="1001", issue=1, giver="staff 1")]


def test_links_and_delivery_codes_hold_over_a_restore(desk: Any, zone: Any, site: Any, tmp_path: Any):
    """The gateway sends each id once: who has the SMS of before gets no other one."""
    entries = zone.write(*laid_in(desk))
    desk.take(entries)
    before = desk.rows("SELECT person, mark FROM item")
    emptied = Store(site.database, desk.clock)
    for table in ("entry", "journal", "item", "person", "custody", "leg", "handover", "sms"):
        emptied.submit(lambda work, name=table: work.connection.exec_driver_sql(f"DELETE FROM {name}")).result(10)
    emptied.submit(Intake(desk.registry, desk.people, desk.counts).read("zone-01", entry.pack(entries))).result(10)
    emptied.close()
    assert desk.rows("SELECT person, mark FROM item") == before
    assert len(desk.rows("SELECT ref FROM person")) == 1


def test_two_entries_with_the_same_phone_are_two_references(desk: Any, zone: Any):
    desk.tell(zone, *laid_in(desk))
    desk.tell(zone, *laid_in(desk))
    assert len(desk.rows("SELECT DISTINCT ref FROM person")) == 2


@pytest.mark.parametrize(
    ("then", "outdated"),
    [
        ([], False),
        ([PickupReserved(**ITEM, attempt=1)], False),
        ([Reissued(**ITEM, number="1001", issue=2, why="reissue", by="citizen ****5678")], True),
        ([Taken(**ITEM, receiver="staff 1")], True),
    ],
    ids=["waits", "at the door", "newer code", "gone"],
)
def test_a_code_that_opens_nothing_any_more_is_not_sent(desk: Any, zone: Any, then: list[Any], outdated: bool):
    """While the gateway was away the older SMS waited longest, and would come last."""
    begun, last = laid_in(desk)
    plain = type(begun)(**{**{name: getattr(begun, name) for name in begun.__struct_fields__}, "purpose": "pickup"})
    desk.tell(zone, plain, last, *then)
    asyncio.run(message_is(desk, outdated))


async def message_is(desk: Any, outdated: bool) -> None:
    worker = Delivery(desk.site.config, desk.store, desk.registry, desk.people, desk.counts)
    row = next(row for row in worker._waiting() if row.kind == "pickup")
    if outdated:
        with pytest.raises(Outdated):
            worker._message(row)
    else:
        assert "1001" in worker._message(row)["text"]
