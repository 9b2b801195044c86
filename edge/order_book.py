"""What came of the centre's orders, folded from our own journal."""

from collections.abc import Collection
from typing import TypeVar

from wire.happenings import DepositAbandoned, DepositBegun, Happening, OrderTaken

K = TypeVar("K")
V = TypeVar("V")

MOST = 10_000
"""Orders and items that are remembered; manifests are forgotten long before."""


class OrderBook:
    """`done`: the orders that were obeyed, oldest first."""

    def __init__(self) -> None:
        self.done: dict[str, None] = {}
        self._used: dict[str, tuple[str, ...]] = {}

    def after(self, happening: Happening) -> None:
        """Take in what happened; a deposit without an order is put on top too, so that its end undoes no other."""
        match happening:
            case DepositBegun(item=item, order=order) if order or item in self._used:
                put_last(self._used, item, (*self._used.get(item, ()), order), MOST)
            case DepositAbandoned(item=item) if item in self._used:
                self._used[item] = self._used[item][:-1]
            case OrderTaken(order=order, outcome="done"):
                put_last(self.done, order, None, MOST)

    def is_used(self, item: str, orders: Collection[str]) -> bool:
        """Tell whether the item was laid in, or is being laid in, for any of these orders."""
        return any(order in orders for order in self._used.get(item, ()))


def put_last(memory: dict[K, V], key: K, value: V, most: int) -> None:
    """Remember as the newest, and forget the oldest where there would be more than `most`."""
    memory.pop(key, None)
    memory[key] = value
    if len(memory) > most:
        del memory[next(iter(memory))]
