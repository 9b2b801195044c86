"""What no page of ours sends: every POST with junk in every field, and every route with junk around it."""

import re
from typing import Any

import pytest

TERMINAL_FORMS = {
    "choose": {"service": "household"},
    "enter_phone": {"phone": "13812345678"},
    "confirm": {},
    "back": {},
    "leave": {},
    "language": {"lang": "en"},
}
LOCKER_FORMS = {
    "choose_pickup": {},
    "choose_deposit": {},
    "choose_papers": {},
    "choose_loan": {},
    "choose_return": {},
    "choose_staff": {},
    "choose_courier": {},
    "low": {},
    "menu": {"to": "mine"},
    "witness": {"badge": "1002", "pin": "000000"},
    "level": {"level": "2", "id_number": "990000199003070021"},
    "scan": {"qr": "NCFOXN%TSMAHN"},
    "tail": {"tail": "5678"},
    "card": {},
    "papers": {"label": "申请材料", "phone": "13812345678", "case": "2026-1"},
    "loan": {"item": "bank-1", "phone": "13812345678"},
    "give_back": {"item": "5678"},
    "courier_item": {"item": "X1"},
    "unknown": {"size": "S", "back": "1"},
    "recall": {"item": "X1"},
    "collect": {"item": "X1"},
    "misplaced": {"item": "X1", "note": "放漏了"},
    "compartment": {"compartment": "3"},
    "block": {"compartment": "3", "why": "清洁"},
    "unblock": {"compartment": "3"},
    "inspect": {"compartment": "3", "why": "清洁"},
    "settle": {"compartment": "3", "gone": "1"},
    "next_item": {},
    "more": {},
    "sign_in": {"badge": "1001", "pin": "000000"},
    "describe": {
        "item": "X1",
        "size": "S",
        "phone": "13812345678",
        "label": "证",
        "level": "1",
        "id_number": "",
        "into": "1000",
        "address": "幸福路",
        "low": "1",
    },
    "confirm": {},
    "pick_up": {"number": "1000", "code": "12345678"},
    "took_it_back": {},
    "back": {},
    "leave": {},
    "language": {"lang": "en"},
}
FORMS = [("/terminal", do, fields) for do, fields in TERMINAL_FORMS.items()] + [
    ("/locker", do, fields) for do, fields in LOCKER_FORMS.items()
]
OPTIONAL = {
    *(("describe", name) for name in ("label", "phone", "level", "id_number", "into", "address", "low")),
    *(("papers", "phone"), ("papers", "case"), ("loan", "phone"), ("unknown", "back")),
    *(("level", "id_number"), ("misplaced", "item"), ("misplaced", "note"), ("block", "why"), ("inspect", "why")),
}
"""What one of our pages leaves out."""
JUNK = {
    "missing": None,
    "long": "9" * 5000,
    "control": "1\x00\x1b@",
    "newline": "a\nb",
    "not-utf8": b"\xff\xfe\xff",
    "right-to-left": "\u202e12",
}
OTHER_JUNK = {
    "service": "weather",
    "phone": "phone",
    "lang": "fr",
    "size": "XXL",
    "number": "12a4",
    "code": "<b>",
    "to": "heaven",
    "level": "3",
    "low": "yes",
    "back": "2",
    "gone": "maybe",
    "compartment": "three",
    "into": "x",
    "tail": "five",
}


def encoded(fields: Any):
    from urllib.parse import quote_from_bytes

    raw = {name: value if isinstance(value, bytes) else value.encode() for name, value in fields.items()}
    return "&".join(f"{name}={quote_from_bytes(value)}" for name, value in raw.items())


def sentence(answer: Any):
    """The answer says in words what is wrong."""
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text)
    assert re.search(r"<p>[^<]*[。]</p>", answer.text), answer.text
    assert 'lang="en"' in answer.text
    return answer.text


async def send(stage: Any, path: str, body: Any, kind: str = "application/x-www-form-urlencoded", **headers: str):
    return await stage.client.post(path, content=body, headers={"content-type": kind, **headers})


@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK.keys())
def test_junk_in_any_field_of_any_form_is_a_4xx_with_a_sentence(play: Any, junk: Any) -> None:
    async def scene(stage: Any) -> None:
        for path, do, fields in FORMS:
            for name in ("do", *fields):
                if junk is None and (do, name) in OPTIONAL:
                    continue
                sent = {"do": do, **fields, name: junk}
                if junk is None:
                    del sent[name]
                sentence(await send(stage, path, encoded(sent)))
                assert await stage.state(path) == "home"
        assert len(stage.zone.journal.read(0)) == 0

    play(scene)


def test_a_value_that_no_page_offers_is_a_4xx(play: Any) -> None:
    async def scene(stage: Any) -> None:
        for path, do, fields in FORMS:
            for name in fields.keys() & OTHER_JUNK.keys():
                sentence(await send(stage, path, encoded({"do": do, **fields, name: OTHER_JUNK[name]})))
        sentence(await send(stage, "/terminal", "do=dance"))
        sentence(await send(stage, "/terminal", "do=back&turn=soon"))
        sentence(await send(stage, "/terminal", "do=back&do=leave"))
        sentence(await send(stage, "/terminal", "&".join(f"f{n}=1" for n in range(40))))

    play(scene)


def test_a_body_that_is_no_form_is_a_4xx(play: Any) -> None:
    async def scene(stage: Any) -> None:
        for path in ("/terminal", "/locker"):
            for body, kind in (
                (b"", "text/plain"),
                (b'{"do": "leave"}', "application/json"),
                (b"--x\r\n\r\n", "multipart/form-data; boundary=x"),
                (b"\xff\xff", "application/x-www-form-urlencoded"),
                (b"", "application/x-www-form-urlencoded"),
            ):
                sentence(await send(stage, path, body, kind))
            answer = await send(stage, path, b"do=" + b"x" * 100_000)
            assert answer.status_code == 413
            sentence(answer)

    play(scene)


def test_a_form_of_another_site_is_refused(play: Any) -> None:
    async def scene(stage: Any) -> None:
        answer = await send(stage, "/terminal", "do=choose&service=household", **{"sec-fetch-site": "cross-site"})
        assert answer.status_code == 403
        sentence(answer)
        answer = await send(stage, "/terminal", "do=choose&service=household", origin="http://elsewhere.example")
        assert answer.status_code == 403
        assert not stage.printer.asked

    play(scene)


def test_pages_that_do_not_exist_and_ways_they_are_not_used(play: Any) -> None:
    async def scene(stage: Any) -> None:
        for path in (
            "/nowhere",
            "/terminal/x",
            "/static/nothing.css",
            "/static/edge/../../screens.py",
            "/%00",
            "/docs",
        ):
            answer = await stage.client.get(path)
            assert answer.status_code in (400, 404), path
            sentence(answer)
        for path in ("/", "/terminal", "/locker", "/parking", "/healthz", "/parking/part", "/locker/part"):
            sentence(await stage.client.delete(path))
        for path in ("/v1/nothing", "/v1/state/x"):
            answer = await stage.client.get(path)
            assert answer.status_code == 404
            assert "没有这个页面" in answer.json()["detail"]
        answer = await stage.client.put("/v1/state", content=b"junk")
        assert answer.status_code == 405
        assert answer.json()["detail"]

    play(scene)


def test_what_people_type_is_shown_as_text_and_never_as_html(play: Any) -> None:
    async def scene(stage: Any) -> None:
        await stage.press("/locker", "choose_deposit")
        await stage.press("/locker", "sign_in", badge="1001", pin="246810")
        page = (
            await stage.press("/locker", "describe", item='"><script>x</script>', size="S", phone="13812345678")
        ).text
        assert "<script>x" not in page
        assert "&lt;script&gt;x" in page

    play(scene)


def test_every_answer_carries_the_security_headers(play: Any) -> None:
    async def scene(stage: Any) -> None:
        for path in ("/", "/terminal", "/locker", "/parking", "/nowhere", "/static/edge/touch.js", "/v1/state"):
            headers = (await stage.client.get(path)).headers
            assert "default-src 'self'" in headers["content-security-policy"]
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "same-origin"
        assert (await stage.client.get("/terminal")).headers["cache-control"] == "no-store"

    play(scene)
