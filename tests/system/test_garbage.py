"""The garbage scenario reaches everything that can be reached."""

import re
from pathlib import Path
from random import Random

import pytest

import wire
from twin import junk, pestering
from wire import board, entry, frame, node
from wire.errors import BadMessage

ROOT = Path(wire.__file__).parent.parent
ROUTE = re.compile(r'@(?:router|made)\.(?:get|post|put|delete|patch)\("([^"]*)"')


def _routes(*files: str) -> set[str]:
    found = {path for file in files for path in ROUTE.findall((ROOT / file).read_text())}
    return {re.sub(r"\{[^}]*\}", "{}", path) for path in found}


def test_every_route_of_central_is_pestered():
    routes = _routes("central/screens.py") | {f"/v1{path}" for path in _routes("central/api.py")}
    assert len(routes) > 15
    assert routes - set(pestering.CENTRAL) == set()


def test_every_route_of_the_agent_is_pestered():
    routes = _routes("edge/screens.py")
    assert len(routes) > 4
    assert routes - set(pestering.EDGE) == set()
    assert {"/locker", "/locker/part", "/terminal", "/terminal/part"} <= set(pestering.EDGE)


@pytest.mark.parametrize("seed", range(20))
def test_junk_is_nothing_of_the_contract(seed: int):
    for payload in junk.payloads(Random(seed)):
        for read in (entry.decode, entry.read_receipt, entry.read_status, node.decode):
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
