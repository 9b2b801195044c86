"""Handovers that no bank sees: over a counter, or at a citizen's door; they stand in the centre's own journal."""

from sqlalchemy import select

from central import schema
from central.gathered import Item
from central.projections.lockers import facts_of
from central.projections.told import Told
from wire import happenings as h


def released(told: Told, news: h.Released) -> None:
    item = told.change(news.item, "leaving")
    item.giver = news.giver
    _as_known_elsewhere(told, item)


def accepted(told: Told, news: h.Accepted) -> None:
    item = told.change(news.item, "taken")
    if item.person and news.receiver.startswith("citizen"):
        told.notify("delivered", facts_of(item, at=told.at), item.person)


def withdrawn(told: Told, news: h.Withdrawn) -> None:
    told.change(news.item, "abandoned")


def _as_known_elsewhere(told: Told, item: Item) -> None:
    """What a bank told of the item is true of it here as well."""
    there = select(schema.item).where(schema.item.c.item == item.item, schema.item.c.device != told.device)
    row = told.do(there.order_by(schema.item.c.since.desc()).limit(1)).one_or_none()
    if row:
        item.label, item.purpose, item.person, item.number = row.label, row.purpose, row.person, row.number
        item.address = told.copied_address(item.item, row.address, row.device)
