"""Every route answers junk with a 4xx that says what is wrong, and devices get what is theirs only."""

import re
from typing import Any

import pytest
from fastapi.routing import APIRoute

from wire import entry, sign
from wire.happenings import AgentStarted, TicketPrinted

TOKEN = "f" * 64
AUTH = {"Authorization": f"Bearer {TOKEN}"}
TICKET = "a" * 32
ONLY_DEVICES_OR_LINKS = {"/item/{token}", "/item/{token}/part", "/receipt/{device}/{epoch}/{seq}"}
"""Pages that are there for something that has to exist first; they have tests of their own."""

CENTRE_KEY = sign.verifier(sign.public_key(bytes(range(1, 33))))
ASKED = {"device": "zone-01", "service": "household", "phone": "", "phone_tail": "", "lang": "zh"}


def routes(visited: Any) -> list[APIRoute]:
    found = [each for each in walk(visited.app.routes) if isinstance(each, APIRoute)]
    assert len(found) > 20
    return found


def walk(routes: Any) -> Any:
    for route in routes:
        yield route
        inner = getattr(route, "original_router", None) or getattr(route, "router", None)
        yield from walk(inner.routes if inner is not None else ())


JUNK_BODIES = [
    b"",
    b"\x00\xff\xfe",
    b"{",
    b"[" * 5_000,
    b'{"device": "\\ud800", "service": "\\ud800"}',
    b"do=%ff%00&do=call&do=[]",
    b'{"device": 1e999, "service": null}',
]
KINDS = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data", "nonsense/\xff"]


def says_what_is_wrong(answer: Any) -> bool:
    if answer.url.path.startswith("/v1/"):
        return len(answer.json()["detail"]) > 5
    return "抱歉" in answer.text and 'role="alert"' in answer.text


def test_every_route_that_changes_something_refuses_junk(visited: Any):
    asked = 0
    for route in routes(visited):
        for method in route.methods - {"GET", "HEAD"}:
            path = re.sub(r"\{[^}]+\}", "1", route.path) if "counter" in route.path else filled(route.path)
            for body in JUNK_BODIES:
                for kind in KINDS:
                    headers = AUTH | {"Content-Type": kind.encode("latin-1")}
                    answer = visited.request(method, path, content=body, headers=headers)
                    assert 400 <= answer.status_code < 500, (method, path, body, kind, answer.status_code)
                    assert says_what_is_wrong(answer), (method, path, body, answer.text)
                    asked += 1
    assert asked >= 5 * len(JUNK_BODIES) * len(KINDS)


def filled(path: str) -> str:
    return re.sub(r"\{[^}]+\}", TICKET, path)


@pytest.mark.parametrize("junk", ["%00", "..%2f..%2fetc", "%ff%fe", "a" * 3_000, "'; DROP TABLE ticket", "{}"])
def test_every_parameter_in_a_path_refuses_junk(visited: Any, junk: str):
    for route in routes(visited):
        if "{" not in route.path:
            continue
        for method in route.methods:
            path = re.sub(r"\{[^}]+\}", junk, route.path)
            answer = visited.request(method, path, json=ASKED, headers=AUTH)
            assert 400 <= answer.status_code < 500, (method, path, answer.status_code)
            assert says_what_is_wrong(answer), (method, path, answer.text)


def test_every_page_refuses_what_it_does_not_do(visited: Any):
    there = {(route.path, method) for route in routes(visited) for method in route.methods}
    for route in routes(visited):
        for method in {"GET", "POST", "PUT", "DELETE", "PATCH"} - route.methods:
            if (route.path, method) in there:
                continue
            answer = visited.request(method, filled(route.path))
            assert 400 <= answer.status_code < 500, (method, route.path, answer.status_code)


def test_every_page_can_be_read_in_both_languages(visited: Any):
    for route in routes(visited):
        if "GET" not in route.methods or route.path == "/events" or route.path in ONLY_DEVICES_OR_LINKS:
            continue
        for lang in ("zh", "en", "xx"):
            answer = visited.get(route.path.replace("{counter}", "1"), headers={"Cookie": f"lang={lang}"})
            assert answer.status_code == 200, (route.path, answer.text)


@pytest.mark.parametrize("path", ["/", "/v1/devices", "/nix", "/static/live.js"])
def test_every_answer_carries_the_security_headers(visited: Any, path: str):
    headers = visited.get(path).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_a_body_that_says_it_is_too_large_is_refused_unread(visited: Any):
    answer = visited.put(f"/v1/tickets/{TICKET}", content=b"x" * 70_000, headers=AUTH)
    assert (answer.status_code, answer.json()["detail"]) == (413, "a body has at most 60000 bytes")


def test_a_body_that_does_not_say_its_length_ends_at_the_limit(visited: Any):
    answer = visited.post("/v1/sync", content=(b"x" * 1_000 for _ in range(1_000)), headers=AUTH)
    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://elsewhere.example"},  # all that a browser says over plain HTTP
        {"Origin": "http://testserver:81"},
        {"Origin": "null"},
        {"Origin": "http://[::1"},
    ],
)
def test_a_form_of_another_site_is_refused(visited: Any, headers: dict[str, str]):
    assert visited.post("/counter/1", data={"do": "call"}, headers=headers).status_code == 403


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eDp5"}])
def test_without_a_known_token_nothing_is_given(visited: Any, headers: dict[str, str]):
    for method, path in (("PUT", f"/v1/tickets/{TICKET}"), ("PUT", f"/v1/blocks/{TICKET}"), ("POST", "/v1/sync")):
        assert visited.request(method, path, json=ASKED, headers=headers).status_code == 401


def test_a_token_is_good_for_its_own_device_only(client: Any, registered: Any):
    registered("zone-02", 1, "e" * 64)
    stranger = {"Authorization": f"Bearer {'e' * 64}"}
    assert client.put(f"/v1/tickets/{TICKET}", json=ASKED, headers=stranger).status_code == 401
    own = client.put(f"/v1/tickets/{TICKET}", json=ASKED | {"device": "zone-02"}, headers=stranger)
    assert own.json()["number"] == "A001"


def test_a_ticket_is_idempotent_over_http(client: Any, desk: Any):
    asked = ASKED | {"phone": desk.sealed("13800005678"), "phone_tail": "5678"}
    answers = [client.put(f"/v1/tickets/{TICKET}", json=asked, headers=AUTH) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert {answer.json()["number"] for answer in answers} == {"A001"}
    assert desk.rows("SELECT count(*) FROM person") == [(1,)]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"service": "nix"}, 404),
        ({"service": "No Such"}, 422),
        ({"phone": "AAAA"}, 422),
        ({"phone_tail": "56789"}, 422),
        ({"lang": "xx"}, 422),
        ({"extra": 1}, 422),
        ({"service": None}, 422),
    ],
)
def test_a_ticket_that_is_asked_wrongly_is_refused_with_a_reason(visited: Any, change: Any, status: int):
    answer = visited.put(f"/v1/tickets/{TICKET}", json=ASKED | change, headers=AUTH)
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_what_is_refused_is_not_repeated(visited: Any):
    answer = visited.put(f"/v1/tickets/{TICKET}", json=ASKED | {"phone": "13800005678!"}, headers=AUTH)
    assert answer.status_code == 422
    assert "13800005678" not in answer.text


def test_a_ticket_of_another_service_is_a_conflict(client: Any):
    client.put(f"/v1/tickets/{TICKET}", json=ASKED, headers=AUTH)
    assert client.put(f"/v1/tickets/{TICKET}", json=ASKED | {"service": "social"}, headers=AUTH).status_code == 409


def test_a_batch_over_http_is_a_batch_over_mqtt(client: Any, zone: Any):
    batch = entry.pack(zone.write(AgentStarted(version="1", config="x")))
    for _ in range(2):
        answer = client.post("/v1/sync", content=batch, headers=AUTH)
        assert entry.open_receipt(answer.content, CENTRE_KEY).upto == 1
    assert client.get("/v1/counts").json()["entries"] == 1


def test_a_bad_batch_is_counted(client: Any):
    assert client.post("/v1/sync", content=b"junk", headers=AUTH).status_code == 422
    assert client.get("/v1/counts").json()["bad_messages"] == 1
    assert "zone24_central_bad_messages_total 1.0" in client.get("/metrics").text


def test_a_counter_calls_and_says_why_it_cannot(client: Any, zone: Any):
    refused = client.post("/counter/1", data={"do": "call"})
    assert refused.status_code == 409
    assert "没有人在等候" in refused.text
    number = client.put(f"/v1/tickets/{TICKET}", json=ASKED, headers=AUTH).json()["number"]
    batch = entry.pack(zone.write(TicketPrinted(ticket=TICKET, evidence="GS r")))
    client.post("/v1/sync", content=batch, headers=AUTH)
    called = client.post("/counter/1", data={"do": "call", "seen": ""}, headers={"Origin": "http://testserver"})
    assert (called.status_code, called.headers["location"]) == (303, "/counter/1")
    assert f'name="seen" value="{TICKET}"' in client.get("/counter/1/part").text
    behind = client.post("/counter/1", data={"do": "no_show", "seen": "b" * 32})
    assert behind.status_code == 409
    assert "刚刚有变化" in behind.text
    assert f'data-called="{number}"' in client.get("/counter/1").text
    assert f'data-number="{number}"' in client.get("/hall/part").text
    assert [line["state"] for line in client.get("/v1/tickets").json()] == ["called"]


def test_a_counter_that_is_not_there_says_what_to_do(visited: Any):
    answer = visited.get("/counter/99")
    assert answer.status_code == 404
    assert "没有这个窗口" in answer.text
    assert "回到首页" in answer.text


def test_an_unknown_bay_is_never_shown_as_free(visited: Any):
    assert {bay["state"] for bay in visited.get("/v1/bays").json()} == {"unknown"}
    assert 'data-free="0"' in visited.get("/parking").text


def test_the_language_is_chosen_once_and_never_leads_elsewhere(visited: Any):
    answer = visited.post("/language", data={"lang": "en", "back": "/zones"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/zones")
    assert "Monitoring" in visited.get("/zones", headers={"Cookie": "lang=en"}).text
    for back in ("//evil.example", "https://evil.example", "javascript:1"):
        assert visited.post("/language", data={"lang": "en", "back": back}).status_code >= 400
