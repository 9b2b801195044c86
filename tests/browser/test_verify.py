"""The page that checks receipts, in a real browser: at the centre, and as a saved file without any network."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page

from edge.journal import Journal
from wire import entry, sign
from wire.entry import Signed
from wire.happenings import Deposited, DepositOpened, Taken

pytestmark = [pytest.mark.system, pytest.mark.browser]

WITHIN_S = 30
ITEM = "材料-7"
WHO = "citizen ****5678"


def program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


class Centre:
    """A centre with a zone's journal, as programs; `lines` are the receipts of one item: given, had, fetched."""

    def __init__(self, folder: Path) -> None:
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            port = free.getsockname()[1]
        self.url, self.zone = f"http://127.0.0.1:{port}", folder / "zone-01"
        for arguments in (
            ["init", folder / "centre", "--port", port, "--broker", "127.0.0.1:1"],
            ["add", "zone-01", "--centre", folder / "centre", "--to", self.zone,
             "--central-url", self.url, "--broker", "127.0.0.1:1"],
        ):  # fmt: skip
            subprocess.run([program("zone24-provision"), *map(str, arguments)], check=True, capture_output=True)
        command = [program("zone24-central"), str(folder / "centre" / "central.toml")]
        self.process = subprocess.Popen(command, stdout=(folder / "log").open("wb"), stderr=subprocess.STDOUT)
        self.lines = self._report()

    def _report(self) -> list[str]:
        key = (self.zone / "secrets" / "signing.key").read_bytes()
        journal = Journal(self.zone / "journal.db", "zone-01", 1, sign.signer(key))
        journal.append(DepositOpened(item=ITEM, compartment=3, giver=WHO))
        journal.append(Deposited(item=ITEM, compartment=3, number="", issue=0, giver=WHO, purpose="papers"))
        journal.append(Taken(item=ITEM, compartment=3, receiver="staff 1001"))
        signed = [each for _, each in journal.read(0)]
        journal.close()
        token = (self.zone / "secrets" / "token").read_text()
        answer = self._up().post("/v1/sync", content=entry.pack(signed), headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200, answer.text
        return [entry.line_of(each).decode() for each in signed]

    def _up(self) -> httpx.Client:
        client, end = httpx.Client(base_url=self.url, trust_env=False), time.monotonic() + WITHIN_S
        while True:
            try:
                if client.get("/healthz").status_code == 200:
                    return client
            except httpx.TransportError:
                pass
            assert self.process.poll() is None
            assert time.monotonic() < end, "the centre does not answer"
            time.sleep(0.05)


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    made = Centre(tmp_path_factory.mktemp("centre"))
    yield made
    made.process.terminate()
    made.process.wait(WITHIN_S)


@pytest.fixture(params=["at the centre", "saved, without network"])
def page(request: pytest.FixtureRequest, chromium: Browser, centre: Centre, tmp_path: Path) -> Iterator[Page]:
    """The page, once as the centre serves it and once as a file on a machine that has no network."""
    complaints: list[str] = []
    context = chromium.new_context(locale="zh-CN")
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    address = f"{centre.url}/verify"
    if request.param != "at the centre":
        saved = tmp_path / "verify.html"
        saved.write_bytes(httpx.get(address, trust_env=False).content)
        context.set_offline(True)
        address = saved.as_uri()
    page.goto(address)
    yield page
    context.close()
    assert complaints == []


Check = Callable[..., str]


@pytest.fixture
def check(page: Page) -> Check:
    """Paste a receipt, press the button, and return the verdict."""

    def checked(line: str, earlier: str = "") -> str:
        page.evaluate("document.getElementById('result').hidden = true")
        page.locator("#line").fill(line)
        page.locator("#earlier").fill(earlier)
        page.get_by_role("button").click()
        page.locator("#result").wait_for(state="visible")
        verdict = page.locator("#result").get_attribute("data-verdict")
        assert verdict
        return verdict

    return checked


def fact(page: Page, name: str) -> str:
    return page.locator(f'[data-fact="{name}"]').inner_text()


def test_a_good_receipt_says_who_what_when_where_and_what_came_before(page: Page, check: Check, centre: Centre) -> None:
    assert check(f"\n{centre.lines[1]}\n ") == "good"
    assert "一个字也没有改动" in page.locator("#says").inner_text()
    assert "the device wrote exactly this" in page.locator("#says").inner_text()
    before = entry.digest(entry.read_line(centre.lines[0].encode()).data)
    said = {name: fact(page, name) for name in ("item", "giver", "receiver", "place", "before")}
    assert said == {
        "item": ITEM, "giver": WHO, "receiver": "bank zone-01", "place": "zone-01 door 3", "before": before
    }  # fmt: skip
    assert "交接完成" in fact(page, "what")
    assert "20" in fact(page, "when")
    assert page.locator("#unproven").is_hidden()


def test_one_changed_character_is_named_as_changed(page: Page, check: Check, centre: Centre) -> None:
    line = centre.lines[1]
    assert check(line.replace("****5678", "****5679")) == "changed"
    assert "改动过" in page.locator("#says").inner_text()
    assert page.locator("#unproven").is_visible()
    assert fact(page, "giver").endswith("5679")
    for at in range(0, len(line), 23):
        changed = line[:at] + ("A" if line[at] != "A" else "B") + line[at + 1 :]
        assert check(changed) in {"changed", "unknown_device"}, changed


def test_a_receipt_of_another_device_is_not_taken_for_ours(check: Check, centre: Centre) -> None:
    said = json.loads(centre.lines[1].split(" ", 1)[1]) | {"device": "zone-99"}
    data = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    private = (centre.zone / "secrets" / "signing.key").read_bytes()
    assert check(entry.line_of(Signed(data, sign.signer(private)(data))).decode()) == "unknown_device"
    ours = entry.read_line(centre.lines[1].encode()).data
    assert check(entry.line_of(Signed(ours, sign.signer(bytes(32))(ours))).decode()) == "changed"


def test_the_link_to_the_earlier_receipt_is_checked(check: Check, centre: Centre) -> None:
    given, had, fetched = centre.lines
    assert check(had, given) == check(fetched, had) == "good"
    assert check(fetched, given) == check(given, had) == check(had, had) == "not_linked"
    assert check(had, given.replace("door", "d00r").replace("5678", "5679")) == "changed"


@pytest.mark.parametrize("junk", ["hello", "- {}", "{", "\\", "A" * 10_000])
def test_what_is_no_receipt_is_told_so(check: Check, junk: str) -> None:
    assert check(junk) == "unreadable"


def test_the_page_of_a_receipt_leads_to_its_check(chromium: Browser, centre: Centre) -> None:
    context = chromium.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(f"{centre.url}/receipt/zone-01/1/2")
    assert page.locator("svg.qr").bounding_box()
    page.get_by_role("link", name="核验这张凭证").click()
    assert page.locator("#line").input_value() == centre.lines[1]
    page.get_by_role("button").click()
    page.locator('#result[data-verdict="good"]').wait_for()
    context.close()


def test_the_program_and_the_page_say_the_same(check: Check, centre: Centre) -> None:
    centre_folder = str(centre.zone.parent / "centre")
    for line in (centre.lines[1], centre.lines[1].replace("door", "Door").replace("5678", "5679"), "hello"):
        command = [program("zone24-provision"), "verify", "--centre", centre_folder, "--json"]
        ran = subprocess.run(command, input=line, capture_output=True, text=True, check=False, env=dict(os.environ))
        assert json.loads(ran.stdout)["verdict"] == check(line)
