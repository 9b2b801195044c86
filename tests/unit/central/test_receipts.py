"""The pages of receipts: words and QR code of a handover, and the page that checks one and asks nobody."""

import base64
import hashlib
import json
import re
from typing import Any
from urllib.parse import quote

import pytest

from wire import entry, proof, sign
from wire.happenings import AgentStarted, Deposited, DepositOpened

TOKEN = "f" * 64
AUTH = {"Authorization": f"Bearer {TOKEN}"}
PAPERS = Deposited(item="材料-7", compartment=3, number="", issue=0, giver="citizen ****5678", purpose="papers")


@pytest.fixture
def line(client: Any, zone: Any) -> str:
    """A receipt of papers that the centre has: entry 3 of zone-01."""
    opened = DepositOpened(item="材料-7", compartment=3, giver="citizen ****5678")
    entries = zone.write(AgentStarted(version="1", config="0" * 64), opened, PAPERS)
    assert client.post("/v1/sync", content=entry.pack(entries), headers=AUTH).status_code == 200
    return entry.line_of(entries[2]).decode()


def test_a_receipt_says_who_what_when_and_where(client: Any, line: str):
    page = client.get("/receipt/zone-01/1/3")
    assert page.status_code == 200
    for word in (
        "材料-7",
        "群众 ****5678",
        "一号自助服务区 · 取件柜",
        "一号自助服务区 · 柜门 3",
        "接收方已收到",
        "2026-11-18 19:06:39",
    ):
        assert word in page.text
    assert 'data-leg="accept"' in page.text
    assert line.replace('"', "&#34;") in page.text
    assert f"/verify#{quote(line, safe='/')}" in page.text


def test_its_code_is_the_whole_line(client: Any, line: str):
    import qrcode

    code = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(line.encode())
    dark = sum(sum(row) for row in code.get_matrix())
    svg = re.search(r'<svg class="qr".*?</svg>', client.get("/receipt/zone-01/1/3").text)
    assert svg is not None
    assert svg[0].count("h1v1h-1z") == dark


@pytest.mark.parametrize(
    "path", ["zone-01/1/1", "zone-01/1/4", "zone-01/2/3", "zone-02/1/3", "zone-01/0/3", "zone-01/1/x", "A/1/1"]
)
def test_what_is_no_handover_has_no_receipt(client: Any, line: str, path: str):
    answer = client.get(f"/receipt/{path}")
    assert answer.status_code in {404, 422}
    assert "抱歉" in answer.text


def known(page: str) -> dict[str, Any]:
    (found,) = re.findall(r'<script type="application/json" id="known">(.*?)</script>', page, re.DOTALL)
    return json.loads(found)


def test_the_page_that_checks_knows_every_public_key_and_no_private_one(client: Any, registered: Any):
    registered("zone-02", 2, "e" * 64)
    page = client.get("/verify").text
    key = sign.public_key(bytes(range(32)))
    assert known(page)["keys"] == {"zone-01": [key], "zone-02": [key, key]}
    assert known(page)["centre_keys"] == [sign.public_key(bytes(range(1, 33)))]
    assert known(page)["legs"] == json.loads(json.dumps(proof.LEGS))


def test_the_page_that_checks_is_one_file_that_asks_nobody(client: Any):
    answer = client.get("/verify")
    outside = re.findall(r"""(?:src|href|action)\s*=\s*["']?([^"'\s>]+)|@import|url\(|fetch\(|XMLHttp""", answer.text)
    assert [each for each in outside if each != "data:,"] == []
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    for kind in ("script", "style"):
        (inline,) = re.findall(f"<{kind}>(.*?)</{kind}>", answer.text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_the_page_that_checks_speaks_both_languages_whoever_asks(client: Any):
    for lang in ("zh", "en"):
        page = client.get("/verify", headers={"Cookie": f"lang={lang}"}).text
        assert "核验交接凭证" in page
        assert "Check a custody receipt" in page
