"""Sessions end, are bounded, and take everything they knew with them."""

from typing import Any

from edge.visits import IDLE_S, MOST, Visit, Visits

PHONE = "13812345678"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> None:
        return self.now


def test_a_session_that_nobody_touches_is_wiped_after_60_seconds() -> None:
    clock = Clock()
    kept = Visits(now=clock)
    name = kept.begin(Visit("secret"))
    clock.now += IDLE_S - 1
    assert kept.find(name)
    clock.now += IDLE_S - 1
    assert kept.find(name)
    clock.now += IDLE_S
    assert kept.find(name) is None
    assert len(kept) == 0


def test_a_part_that_a_page_fetches_keeps_no_session_alive() -> None:
    clock = Clock()
    kept = Visits(now=clock)
    name = kept.begin(Visit("secret"))
    for _ in range(7):
        clock.now += 10
        kept.find(name, touch=False)
    assert kept.find(name) is None


def test_there_are_never_more_sessions_than_the_bound_and_the_stalest_goes() -> None:
    clock = Clock()
    kept = Visits(now=clock)
    names = []
    for _ in range(MOST):
        clock.now += 0.01
        names.append(kept.begin(Visit("x")))
    kept.find(names[0])
    kept.begin(Visit("one more"))
    assert len(kept) == MOST
    assert kept.find(names[0])
    assert kept.find(names[1]) is None


def test_a_name_that_was_made_up_finds_nothing() -> None:
    assert Visits().find("0" * 32) is None
    assert Visits().find(None) is None


def test_the_turn_rises_only_with_a_change() -> None:
    visit = Visit("a")
    assert not visit.now_is("a")
    assert visit.now_is("b")
    assert visit.turn == 1


def test_on_the_wall_a_flood_of_posts_leaves_a_bounded_number_of_sessions(play: Any) -> None:
    async def scene(stage: Any) -> None:
        for _ in range(MOST + 20):
            async with stage.browser() as browser:
                await browser.post("/locker", data={"do": "choose_pickup"})
        assert len(stage.visits("/locker")) == MOST

    play(scene)


def test_looking_and_junk_begin_no_session(play: Any) -> None:
    async def scene(stage: Any) -> None:
        for do in ("confirm", "back", "leave"):
            answer = await stage.client.post("/terminal", data={"do": do})
            assert "set-cookie" not in answer.headers
        assert "set-cookie" not in (await stage.client.get("/terminal")).headers

    play(scene)


def test_the_cookie_is_for_the_server_alone_and_for_one_screen(play: Any) -> None:
    async def scene(stage: Any) -> None:
        answer = await stage.client.post("/terminal", data={"do": "choose", "service": "household"})
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert "path=/terminal" in cookie
        assert "household" not in cookie

    play(scene)


def test_a_phone_never_shows_in_a_later_session(play: Any) -> None:
    async def scene(stage: Any) -> None:
        clock = stage.visits("/terminal")._now = Clock()
        for ending in ("leave", "back", "idle"):
            await stage.press("/terminal", "choose", service="household")
            page = await stage.press("/terminal", "enter_phone", phone=PHONE)
            assert PHONE[-4:] in page.text
            if ending == "back":
                await stage.press("/terminal", "back")
                await stage.press("/terminal", "back")
            elif ending == "leave":
                await stage.press("/terminal", "leave")
            else:
                clock.now += IDLE_S
            assert await stage.state("/terminal") == "home"
            for do, fields in (("back", {}), ("choose", {"service": "social"}), ("back", {})):
                page = await stage.press("/terminal", do, **fields)
                assert PHONE not in page.text
                assert PHONE[-4:] not in page.text

    play(scene)


def test_an_expired_page_acts_on_nothing(play: Any) -> None:
    async def scene(stage: Any) -> None:
        await stage.press("/terminal", "choose", service="household")
        page = (await stage.press("/terminal", "enter_phone", phone=PHONE)).text
        turn = page.split('name="turn" value="')[1].split('"')[0]
        await stage.press("/terminal", "leave")
        page = await stage.press("/terminal", "confirm", turn=turn)
        assert 'data-state="home"' in page.text
        assert not stage.printer.slips

    play(scene)
