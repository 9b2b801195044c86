"""A receipt found on a slip."""

from twin.proof import ReceiptSlip
from twin.slip import Picture, Slip
from wire import entry, sign
from wire.entry import Signed
from wire.happenings import Deposited


def _text() -> str:
    happening = Deposited(item="CERT-9", compartment=1, number="0001", issue=1, giver="staff 1001")
    data = entry.encode(
        happening, device="zone-01", epoch=1, seq=1, prev=entry.GENESIS, boot=1, mono=1, wall=1, clock_good=True
    )
    return entry.line_of(Signed(data, sign.signer(sign.new_key())(data))).decode()


def _slip(*says: str) -> Slip:
    return Slip(1, tuple(Picture(8, 8, bytes(8), says=each) for each in says))


def test_the_receipt_is_found_among_the_codes_of_a_slip() -> None:
    found = ReceiptSlip.on(_slip("https://example.org", _text()))
    assert found
    assert found.body["item"] == "CERT-9"


def test_a_slip_without_a_receipt_has_none() -> None:
    assert ReceiptSlip.on(_slip()) is None
    assert ReceiptSlip.on(_slip("https://example.org", "- {}", "x y")) is None


def test_a_changed_receipt_differs_in_one_character() -> None:
    text = _text()
    found = ReceiptSlip.on(_slip(text))
    assert found
    changed = found.changed()
    assert len(changed) == len(text)
    assert [there for here, there in zip(text, changed, strict=True) if here != there] == ["0"]
