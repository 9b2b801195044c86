"""What couriers bring: each item once, also over restarts, until the manifest is too old; the rest to quarantine."""

from typing import Any

from edge.journal import Journal, Ordered
from edge.manifests import Manifests
from wire import entry
from wire.entry import GENESIS, Signed
from wire.happenings import DepositAbandoned, DepositBegun, OrderTaken
from wire.orders import GiveManifest, ManifestItem

COURIER = "courier 2001"
HOUR = 3_600_000


def manifest(number: int, now: int, *items: str, courier: str = COURIER, hours: int = 24) -> GiveManifest:
    return GiveManifest(
        order=f"{number:032x}",
        actor="staff 1001",
        courier=courier,
        until=now + hours * HOUR,
        items=tuple(
            ManifestItem(item=item, label="居住证", size="M", phone="sealed", phone_tail="5678", level=1)
            for item in items
        ),
    )


def give(manifests: Manifests, journal: Journal, order: GiveManifest) -> None:
    """What the inbox does with one that was obeyed."""
    keep(journal, order)
    manifests.give(order)


def keep(journal: Journal, order: GiveManifest, outcome: str = "done") -> None:
    """What the inbox writes when the order was taken."""
    data = entry.encode(order, device="zone-01", epoch=1, seq=1, prev=GENESIS, boot=1, mono=0, wall=0, clock_good=True)
    taken = OrderTaken(order=order.order, outcome=outcome, epoch=1, seq=1)
    journal.append(taken, ordered=(Ordered(order.order, Signed(data, b"s"), 1, 1),))


def begun(item: str, order: str) -> DepositBegun:
    return DepositBegun(
        item=item,
        label="",
        compartment=1,
        size="M",
        number="1000",
        giver=COURIER,
        phone="",
        phone_tail="5678",
        order=order,
    )


def names(manifests: Manifests, now: int, courier: str = COURIER) -> list[str]:
    return [brought.item.item for brought in manifests.of(courier, now)]


def test_a_courier_sees_what_is_left_and_nobody_elses(journal: Journal, watch: Any) -> None:
    manifests = Manifests(journal)
    give(manifests, journal, manifest(1, watch.wall, "a", "b"))
    give(manifests, journal, manifest(2, watch.wall, "c", courier="courier 2002"))
    assert names(manifests, watch.wall) == ["a", "b"]
    journal.append(begun("a", f"{1:032x}"))
    assert names(manifests, watch.wall) == ["b"]
    assert names(manifests, watch.wall, "courier 2002") == ["c"]


def test_an_item_that_stayed_with_the_courier_is_still_to_be_brought(journal: Journal, watch: Any) -> None:
    manifests = Manifests(journal)
    give(manifests, journal, manifest(1, watch.wall, "a"))
    journal.append(begun("a", f"{1:032x}"), DepositAbandoned(item="a", compartment=1, why="cancelled"))
    assert names(manifests, watch.wall) == ["a"]


def test_what_others_begin_and_take_back_gives_no_courier_the_item_again(journal: Journal, watch: Any) -> None:
    manifests = Manifests(journal)
    give(manifests, journal, manifest(1, watch.wall, "a"))
    journal.append(begun("a", f"{1:032x}"))
    journal.append(begun("a", ""), DepositAbandoned(item="a", compartment=1, why="cancelled"))
    assert names(manifests, watch.wall) == []


def test_a_manifest_holds_until_its_last_millisecond_and_no_longer(journal: Journal, watch: Any) -> None:
    manifests = Manifests(journal)
    give(manifests, journal, manifest(1, watch.wall, "a", hours=24))
    assert names(manifests, watch.wall + 24 * HOUR - 1) == ["a"]
    assert names(manifests, watch.wall + 24 * HOUR) == []


def test_manifests_and_what_they_were_used_for_outlive_a_restart(journal: Journal, watch: Any) -> None:
    keep(journal, manifest(1, watch.wall, "a", "b"))
    keep(journal, manifest(2, watch.wall, "late"), outcome="late")
    journal.append(begun("a", f"{1:032x}"))
    assert names(Manifests(journal), watch.wall) == ["b"]


def test_an_item_that_was_laid_in_is_not_brought_again_by_a_manifest_that_repeats_it(
    journal: Journal, watch: Any
) -> None:
    manifests = Manifests(journal)
    give(manifests, journal, manifest(1, watch.wall, "a", hours=2))
    journal.append(begun("a", f"{1:032x}"))
    give(manifests, journal, manifest(2, watch.wall, "a", hours=24))
    assert names(manifests, watch.wall) == []
    assert names(manifests, watch.wall + 3 * HOUR) == ["a"]  # the first is over: this is another delivery


def test_a_known_item_is_laid_in_as_the_manifest_says(journal: Journal, watch: Any) -> None:
    manifests = Manifests(journal)
    give(manifests, journal, manifest(1, watch.wall, "a"))
    parcel = manifests.parcel("a", COURIER, watch.wall)
    assert (parcel.purpose, parcel.size, parcel.label, parcel.level) == ("pickup", "M", "居住证", 1)
    assert (parcel.giver, parcel.phone, parcel.phone_tail, parcel.order) == (COURIER, "sealed", "5678", f"{1:032x}")


def test_an_unknown_item_goes_to_quarantine_and_nobody_is_told_to_fetch_it(journal: Journal, watch: Any) -> None:
    manifests = Manifests(journal)
    give(manifests, journal, manifest(1, watch.wall, "a", courier="courier 2002"))
    parcel = manifests.parcel("a", COURIER, watch.wall, "L")
    assert (parcel.purpose, parcel.size, parcel.phone, parcel.order) == ("quarantine", "L", "", "")


def test_a_manifest_that_is_known_stays_as_it_is(journal: Journal, watch: Any) -> None:
    manifests = Manifests(journal)
    give(manifests, journal, manifest(1, watch.wall, "a"))
    manifests.give(manifest(1, watch.wall, "b"))
    assert names(manifests, watch.wall) == ["a"]
