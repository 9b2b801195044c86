"""Receipts for people: the signed line of the entry that handed the item over, and a slip with it as a QR code."""

from edge.config import Broker, Central, ZoneConfig
from edge.drivers import Line, Qr
from edge.journal import Journal
from edge.receipt_slip import slip
from edge.receipts import Receipts
from tests.unit.edge.conftest import KEY
from wire import entry, sign
from wire.happenings import DepositAbandoned, Deposited, DoorForced, Taken

VERIFY = sign.verifier(sign.public_key(KEY))
ZONE = ZoneConfig(
    device="zone-01",
    epoch=1,
    name="一号自助服务区",
    centre="示范市政务服务中心",
    phone="0000-12345",
    signing_key=None,
    central=Central(url="http://centre", token=None, seal_key="", centre_keys=(), credential_keys=()),
    broker=Broker(host="broker", port=1883),
)


def deposited(item: str, purpose: str = "papers") -> Deposited:
    return Deposited(
        item=item,
        compartment=3,
        number="1000",
        issue=1,
        giver="citizen ****5678",
        purpose=purpose,  # type: ignore[arg-type]
    )


def test_a_receipt_is_the_line_that_travels_and_its_signature_holds(journal: Journal) -> None:
    receipts = Receipts(journal)
    journal.append(DoorForced(compartment=1), deposited("a"), deposited("b"))
    handover = receipts.of("a")
    assert handover
    assert handover.line.encode() + b"\n" == entry.pack([journal.read(1)[0][1]])
    signed = entry.read_line(handover.line.encode())
    assert VERIFY(signed.data, signed.signature)
    assert entry.decode(signed.data).happening() == handover.happening
    assert handover.happening.item == "a"


def test_the_newest_handover_counts_and_a_restart_finds_it(journal: Journal) -> None:
    receipts = Receipts(journal)
    journal.append(deposited("a"))
    journal.append(Taken(item="a", compartment=3, receiver="staff 1001"))
    journal.append(DepositAbandoned(item="b", compartment=3, why="cancelled"))
    for each in (receipts, Receipts(journal)):
        handover = each.of("a")
        assert handover
        assert isinstance(handover.happening, Taken)
        assert each.of("b") is None


def test_the_slip_says_what_when_and_where_and_carries_the_line(journal: Journal) -> None:
    receipts = Receipts(journal)
    journal.append(deposited("ID-2026-0001"))
    handover = receipts.of("ID-2026-0001")
    assert handover
    made = slip(ZONE, handover, label="户口簿复印件", case="A-17")
    text = "\n".join(line.text for line in made if isinstance(line, Line))
    for word in ("材料收件回执", "户口簿复印件", "ID-2026-0001", "A-17", "一号自助服务区", "3 号格口", "0000-12345"):
        assert word in text
    assert [line.text for line in made if isinstance(line, Qr)] == [handover.line]
    assert len(handover.line) <= 666  # a code of 97 x 97 modules at level M: 420 of the 576 dots across the paper


def test_a_pickup_has_a_slip_of_its_own_words(journal: Journal) -> None:
    receipts = Receipts(journal)
    journal.append(deposited("a", "pickup"), deposited("b"), Taken(item="b", compartment=3, receiver="staff 1001"))
    titles = [slip(ZONE, handover, label="")[1] for handover in map(receipts.of, ("a", "b")) if handover]
    assert [line.text for line in titles if isinstance(line, Line)] == ["存件回执", "领取回执"]
