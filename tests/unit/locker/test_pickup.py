import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locker.pickup import FIRST, LAST, code, holder, is_code, is_number, next_number

KEY = b"\x01" * 32


def mac(data: bytes) -> bytes:
    return hmac.new(KEY, data, hashlib.sha256).digest()


def test_a_code_is_the_tail_of_an_hmac_over_item_and_issue():
    proof = hmac.new(KEY, b"pin-v1|paper-1|1", hashlib.sha256).hexdigest()
    assert code(mac, "paper-1", 1) == str(int(proof, 16))[-8:]


@pytest.mark.parametrize(
    ("item", "issue", "expected"),
    [("paper-1", 1, "50043733"), ("paper-1", 2, "56041945"), ("不动产权证-7", 1, "82147520")],
)
def test_codes_never_change_between_versions(item: str, issue: int, expected: str):
    assert code(mac, item, issue) == expected


def test_a_small_proof_keeps_its_leading_zeros():
    assert code(lambda _: b"\0" * 31 + b"\x07", "paper-1", 1) == "00000007"


@given(st.text(max_size=40), st.integers(1, 10**6))
def test_every_code_is_eight_digits(item: str, issue: int):
    try:
        item.encode()
    except UnicodeEncodeError:
        return
    assert is_code(code(mac, item, issue))


def test_another_item_or_issue_or_bank_has_another_code():
    codes = {code(mac, "paper-1", 1), code(mac, "paper-1", 2), code(mac, "paper-2", 1), code(mac, "paper-1|1", 1)}
    other_bank = code(lambda data: hmac.digest(b"\x02" * 32, data, "sha256"), "paper-1", 1)
    assert len(codes | {other_bank}) == 5


@pytest.mark.parametrize("text", ["", "123", "0123", "12345", "12a4", "١٢٣٤", "１２３４", "1234\n", " 1234"])
def test_what_is_no_pickup_number(text: str):
    assert not is_number(text)


@pytest.mark.parametrize("text", ["", "1234567", "123456789", "1234567a", "１２３４５６７８", "12345678\n"])
def test_what_is_no_code(text: str):
    assert not is_code(text)


def test_numbers_rise_and_start_over():
    assert next_number(FIRST - 1, ()) == "1000"
    assert next_number(1000, ()) == "1001"
    assert next_number(LAST, ()) == "1000"


def test_a_number_that_is_taken_is_passed_over():
    assert next_number(1000, {"1001", "1002"}) == "1003"
    assert next_number(LAST, {"1000"}) == "1001"


@given(st.integers(FIRST - 1, LAST), st.sets(st.integers(FIRST, LAST), max_size=50))
def test_a_given_number_is_valid_and_free(last: int, taken: set[int]):
    number = next_number(last, set(map(str, taken)))
    assert is_number(number)
    assert int(number) not in taken


def test_the_commitment_to_a_card_is_twelve_digits_of_an_hmac_over_its_number():
    proof = hmac.new(KEY, b"holder-v1|11010519491231002X", hashlib.sha256).hexdigest()
    assert holder(mac, "11010519491231002X") == holder(mac, "11010519491231002x") == proof[:12]


def test_another_card_or_bank_has_another_commitment():
    other_bank = holder(lambda data: hmac.digest(b"\x02" * 32, data, "sha256"), "11010519491231002X")
    assert len({holder(mac, "11010519491231002X"), holder(mac, "110105194912310021"), other_bank}) == 3
