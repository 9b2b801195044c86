"""Topics: made and read by the same module, and a name can open nobody else's."""

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.client import topic_matches_sub

from wire import topics
from wire.errors import BadMessage

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "vectors" / "topics.json").read_text())


@pytest.mark.parametrize("row", VECTORS, ids=lambda row: row["topic"])
def test_a_golden_topic_is_made_and_read(row: dict[str, Any]):
    assert getattr(topics, row["made_by"])(row["device"]) == row["topic"]
    assert topics.read(row["topic"]) == (row["device"], row["way"])


def test_every_way_has_a_vector():
    ways = {"journal", "status", "telemetry", "receipt", "down_journal", "node_event", "node_heartbeat"}
    assert {row["made_by"] for row in VECTORS} == ways


@pytest.mark.parametrize(
    ("wanted", "made"),
    [(topics.UP_JOURNAL, topics.journal), (topics.UP_STATUS, topics.status), (topics.NODES, topics.node_event)],
)
def test_a_subscription_hears_every_device(wanted: str, made: Any):
    assert topic_matches_sub(wanted, made("zone-01"))


def test_the_nodes_subscription_hears_no_device():
    for made in (topics.journal, topics.status, topics.receipt):
        assert not topic_matches_sub(topics.NODES, made("zone-01"))


@pytest.mark.parametrize("name", ["a", "z" * 32, "0-0", "zone-01"])
def test_a_name_has_1_to_32_small_letters_digits_and_hyphens(name: str):
    assert topics.read(topics.journal(name)).device == name
    assert topics.read(topics.node_event(name)).device == name


@pytest.mark.parametrize("name", ["", "z" * 33, "-a", "a-", "A", "+", "#", "a/b", "a b", "a\n", "区", "a\0"])
def test_no_other_name_is_read(name: str):
    for made in (topics.journal, topics.receipt, topics.node_event, topics.node_heartbeat):
        with pytest.raises(BadMessage, match="not a topic"):
            topics.read(made(name))


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "zone24",
        "zone24/1/zone-01",
        "zone24/1/zone-01/up",
        "zone24/2/zone-01/up/journal",
        "other/1/zone-01/up/journal",
        "/zone24/1/zone-01/up/journal",
        "zone24/1/zone-01/up/journal/x",
        "zone24/1/zone-01/side/journal",
        "zone24/1/node/node-1/config/x",
        "zone24/1/node/node-1/event/x",
        "$SYS/broker/uptime",
    ],
)
def test_what_is_not_ours_is_refused(topic: str):
    with pytest.raises(BadMessage, match="not a topic"):
        topics.read(topic)


@given(st.text(max_size=80) | st.lists(st.sampled_from(["zone24", "1", "node", "up", "event", "a", ""])).map("/".join))
def test_any_topic_is_read_or_refused_and_nothing_else(topic: str):
    with contextlib.suppress(BadMessage):
        assert topics.NAME.fullmatch(topics.read(topic).device)
