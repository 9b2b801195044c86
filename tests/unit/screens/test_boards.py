"""The parking board, the index, and the state for machines."""

import re
from typing import Any


def show(stage: Any, **states: str):
    """Let the bays be as told, by their own word for it."""
    bays = type("Bays", (), {"bays": states, "bad_messages": 0, "link": stage.zone.bays.link})()
    object.__setattr__(stage.zone, "bays", bays)


def test_the_board_counts_free_bays_and_never_an_unknown_one(play: Any) -> None:
    async def scene(stage: Any) -> None:
        show(stage, P1="free", P2="occupied", P3="unknown")
        for path in ("/parking", "/parking/part"):
            page = (await stage.client.get(path)).text
            assert re.search(r'data-free="1">1<', page)
            assert re.findall(r'data-bay="(P\d)" data-bay-state="(\w+)"', page) == [
                ("P1", "free"),
                ("P2", "occupied"),
                ("P3", "unknown"),
            ]
            for word in ("○ 空闲", "■ 有车", "◆ 未知"):
                assert word in page

    play(scene)


def test_a_zone_that_just_started_knows_of_no_bay(play: Any) -> None:
    async def scene(stage: Any) -> None:
        page = (await stage.client.get("/parking")).text
        assert 'data-free="0"' in page
        assert page.count("未知") == 3

    play(scene)


def test_a_zone_without_devices_offers_nothing_and_says_so(play: Any) -> None:
    async def scene(stage: Any) -> None:
        for part in ("desk", "lockers", "bays", "printer"):
            object.__setattr__(stage.zone, part, None)
        page = (await stage.client.get("/")).text
        assert 'href="/terminal"' not in page
        assert "没有车位信息" in (await stage.client.get("/parking")).text
        assert "打不开柜门" in (await stage.press("/locker", "choose_pickup")).text
        assert "现在办不了" in (await stage.press("/terminal", "choose", service="household")).text

    play(scene)


def test_the_state_for_machines_has_every_part(play: Any) -> None:
    async def scene(stage: Any) -> None:
        await stage.zone.desk.ready()
        state = (await stage.client.get("/v1/state")).json()
        assert state["device"] == "zone-01"
        assert set(state["journal"]) == {"last", "cursor"}
        assert [place["size"] for place in state["lockers"]] == ["S", "S", "S", "M", "M", "L"]
        assert {place["use"] for place in state["lockers"]} == {"free"}
        assert [bay["bay"] for bay in state["bays"]] == ["P1", "P2", "P3"]
        assert (state["printer"], state["reader"], state["central"], state["broker"]) == (
            "plenty",
            "ready",
            "down",
            "down",
        )
        assert set(state["counts"]) == {"bad_frames", "bad_messages", "refused_codes", "dropped"}
        assert (await stage.client.get("/healthz")).json() == {"ok": True}

    play(scene)
