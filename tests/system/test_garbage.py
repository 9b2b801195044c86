"""The garbage scenario reaches everything that can be reached."""

import re
from pathlib import Path
from random import Random

import pytest

import wire
from twin import junk, pestering
from wire import board, entry, frame, node
from wire.entry import Receipt
from wire.errors import BadMessage

ROOT = Path(wire.__file__).parent.parent
ROUTE = re.compile(r'(?:@(?:router|made)\.(?:get|post|put|delete|patch)|add_api_route)\("([^"]*)"')
SWITCH = re.compile(r"^/(door|bay|node|agent|central)/.*")
"""One press of each kind stands for all: what does what it says may be pressed by a person."""


def _routes(*files: Path) -> set[str]:
    found = {path for file in files for path in ROUTE.findall(file.read_text("utf-8"))}
    return {re.sub(r"\{[^}]*\}", "{}", path) for path in found}


def test_every_route_of_central_is_pestered():
    files = [file for file in (ROOT / "central").glob("*.py") if file.name != "api.py"]
    routes = _routes(*files) | {f"/v1{path}" for path in _routes(ROOT / "central" / "api.py")}
    assert len(routes) > 30
    assert routes - set(pestering.CENTRAL) == set()


def test_every_route_of_the_agent_is_pestered():
    routes = _routes(*(ROOT / "edge").glob("*.py"))
    assert len(routes) > 5
    assert routes - set(pestering.EDGE) == set()
    assert {"/locker", "/locker/part", "/terminal", "/terminal/part"} <= set(pestering.EDGE)


def test_every_route_of_the_twin_is_pestered():
    routes = {SWITCH.sub(r"/\1", path) for path in _routes(*(ROOT / "twin").glob("*.py"))}
    assert len(routes) > 12
    assert routes - {SWITCH.sub(r"/\1", path) for path in (*pestering.TWIN, *pestering.TWIN_SWITCHES)} == set()


def test_no_route_is_pestered_twice():
    for routes in (pestering.CENTRAL, pestering.EDGE, (*pestering.TWIN, *pestering.TWIN_SWITCHES)):
        assert len(set(routes)) == len(routes)


def receipt(payload: bytes) -> Receipt:
    return entry.open_receipt(payload, lambda _data, _signature: True)


@pytest.mark.parametrize("seed", range(20))
def test_junk_is_nothing_of_the_contract(seed: int):
    for payload in junk.payloads(Random(seed)):
        for read in (entry.decode, receipt, entry.read_status, node.decode):
            with pytest.raises(BadMessage):
                read(payload)


@pytest.mark.parametrize("seed", range(20))
def test_junk_on_the_bus_asks_for_no_opening(seed: int):
    decoder = frame.Decoder()
    for data in junk.bus(Random(seed)):
        for _, _, payload in decoder.feed(data):
            try:
                assert not isinstance(board.decode(payload), board.Unlock)
            except BadMessage:
                continue
    assert decoder.damaged > 5


def test_the_same_seed_is_the_same_junk():
    assert list(junk.payloads(Random(7))) == list(junk.payloads(Random(7)))
    assert list(junk.bus(Random(7))) != list(junk.bus(Random(8)))
