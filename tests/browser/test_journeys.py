"""The three journeys and the monitoring in a real browser, by touch and click; live pages follow without a reload."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

TWIN, CENTRE, AGENT = 0, 1, 2
KIOSK = {"width": 1080, "height": 1920}
WITHIN_MS = 15_000

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
Snap = Callable[[Page, str], None]


def state(page: Page, name: str) -> None:
    """Wait for the screen's state."""
    expect(page.locator("body")).to_have_attribute("data-state", name, timeout=WITHIN_MS)


def press(page: Page, text: str) -> None:
    page.get_by_role("button", name=text, exact=False).first.tap()


def type_on_keypad(page: Page, field: str, digits: str) -> None:
    page.locator(f"#{field}").tap()
    for digit in digits:
        page.locator(f"[data-key='{digit}']").tap()
    expect(page.locator(f"#{field}")).to_have_value(digits)


def door(twin: Page, number: int, act: str) -> None:
    """Do something at a door of the twin's page: put, take, close, jam."""
    twin.locator(f"form[action='/door/{number}/{act}'] button").first.click()


def open_doors(twin: Page) -> list[str]:
    return twin.eval_on_selector_all("[data-key^='door-'][data-state='open']", "doors => doors.map(d => d.dataset.key)")


def lay_in(locker: Page, twin: Page, snap: Snap, item: str, phone: str) -> int:
    """Staff lay an item into the compartment that opens; return its number."""
    press(locker, "工作人员")
    type_on_keypad(locker, "badge", "1001")
    type_on_keypad(locker, "pin", "246810")
    press(locker, "登录")
    state(locker, "menu")
    press(locker, "存件")
    state(locker, "describe")
    locker.locator("#item").fill(item)
    locker.get_by_text("小", exact=True).tap()
    type_on_keypad(locker, "phone", phone)
    snap(locker, "locker-describe")
    press(locker, "下一步")
    state(locker, "check")
    expect(locker.locator("main")).not_to_contain_text(phone)
    press(locker, "开门")
    state(locker, "depositing")
    expect(twin.locator("[data-key^='door-'][data-state='open']")).to_have_count(1, timeout=WITHIN_MS)
    number = int(open_doors(twin)[0].removeprefix("door-"))
    expect(locker.locator(".answer")).to_contain_text(str(number))
    door(twin, number, "put")
    snap(locker, "locker-door")
    return number


def hand_in(locker: Page, twin: Page, snap: Snap, item: str, phone: str) -> int:
    """Staff put an item in and close the door; return the compartment."""
    number = lay_in(locker, twin, snap, item, phone)
    door(twin, number, "close")
    state(locker, "deposited")
    return number


def pickup_sms(twin: Page) -> tuple[str, str]:
    """Return pickup number and code, as they stand in the newest SMS."""
    message = twin.locator(".handset li p").first
    expect(message).to_contain_text("取件码", timeout=WITHIN_MS)
    number = re.search(r"取件号\D*(\d{4})", message.inner_text())
    code = re.search(r"取件码\D*(\d{4})\s?(\d{4})", message.inner_text())
    assert number
    assert code
    return number[1], code[1] + code[2]


def give_code(locker: Page, number: str, code: str) -> None:
    if locker.locator("body").get_attribute("data-state") == "home":
        press(locker, "取件")
        state(locker, "pickup")
    locker.locator("#number").fill(number)
    locker.locator("#code").fill(code)
    press(locker, "开门")


def test_a_pickup_from_the_deposit_to_the_centre(visit: Visit, snap: Snap):
    twin = visit(TWIN, "/")
    handovers = visit(CENTRE, "/handovers")
    staff = visit(AGENT, "/locker", size=KIOSK, touch=True)
    snap(staff, "locker-home")
    compartment = hand_in(staff, twin, snap, "户口簿 2026-1123", "13812345678")
    number, code = pickup_sms(twin)
    expect(staff.locator("main")).not_to_contain_text(code)
    expect(handovers.locator("main")).to_contain_text("户口簿 2026-1123", timeout=WITHIN_MS)

    citizen = visit(AGENT, "/locker", size=KIOSK, touch=True)
    give_code(citizen, number, "00000000" if code != "00000000" else "00000001")
    expect(citizen.locator("#mistake")).to_be_visible()
    snap(citizen, "locker-wrong-code")
    assert open_doors(twin) == []

    give_code(citizen, number, code)
    state(citizen, "collecting")
    expect(twin.locator(f"[data-key='door-{compartment}']")).to_have_attribute("data-state", "open", timeout=WITHIN_MS)
    snap(twin, "twin-pickup")
    door(twin, compartment, "take")
    door(twin, compartment, "close")
    state(citizen, "collected")
    expect(handovers.locator("main")).to_contain_text("5678", timeout=WITHIN_MS)
    expect(handovers.locator("main")).not_to_contain_text("13812345678")
    assert handovers.evaluate("window.neverReloaded")
    snap(handovers, "handovers")

    again = visit(AGENT, "/locker", size=KIOSK, touch=True)
    give_code(again, number, code)
    expect(again.locator("main")).to_contain_text("已经用过", timeout=WITHIN_MS)
    assert open_doors(twin) == []


def take_ticket(terminal: Page, service: str, phone: str, words: tuple[str, str]) -> None:
    following, confirm = words
    press(terminal, service)
    state(terminal, "phone")
    type_on_keypad(terminal, "phone", phone)
    press(terminal, following)
    state(terminal, "check")
    press(terminal, confirm)


def test_a_ticket_from_the_screen_to_the_counter(visit: Visit, snap: Snap):
    twin, hall, counter = visit(TWIN, "/"), visit(CENTRE, "/hall"), visit(CENTRE, "/counter/1")
    terminal = visit(AGENT, "/terminal", size=KIOSK, touch=True)
    snap(terminal, "terminal-home")
    take_ticket(terminal, "户籍业务", "13912340000", ("下一步", "取号"))
    state(terminal, "done")
    number = terminal.locator(".answer").inner_text()
    snap(terminal, "terminal-done")
    expect(twin.locator(".printer img, .printer svg").first).to_be_visible(timeout=WITHIN_MS)
    expect(counter.locator("main")).to_contain_text(number, timeout=WITHIN_MS)
    counter.get_by_role("button", name="叫下一位").click()
    expect(hall.locator(f"[data-number='{number}']")).to_be_visible(timeout=WITHIN_MS)
    assert hall.evaluate("window.neverReloaded")
    expect(twin.locator(".handset li p").first).to_contain_text(number, timeout=WITHIN_MS)
    snap(hall, "hall")
    snap(counter, "counter")
    counter.get_by_role("button", name="过号").click()
    expect(twin.locator(".handset li p").first).to_contain_text("重新取号", timeout=WITHIN_MS)


def test_the_terminal_speaks_english_and_forgets_it_afterwards(visit: Visit):
    terminal = visit(AGENT, "/terminal", size=KIOSK, touch=True)
    press(terminal, "English")
    expect(terminal.locator("html")).to_have_attribute("lang", "en")
    take_ticket(terminal, "Household registration", "13912340000", ("Next", "Take"))
    state(terminal, "done")
    terminal.locator("#leave button").tap()
    state(terminal, "home")
    expect(terminal.locator("html")).to_have_attribute("lang", "zh-CN")


def test_an_abandoned_session_asks_and_then_forgets(visit: Visit):
    terminal = visit(AGENT, "/terminal", size=KIOSK, touch=True)
    terminal.clock.install()
    press(terminal, "户籍业务")
    state(terminal, "phone")
    terminal.locator("#phone").fill("13912340000")
    press(terminal, "下一步")
    state(terminal, "check")
    terminal.clock.fast_forward(41_000)
    expect(terminal.locator("#idle")).to_be_visible()
    terminal.locator("#stay").tap()
    expect(terminal.locator("#idle")).to_be_hidden()
    terminal.clock.fast_forward(41_000)
    terminal.clock.fast_forward(20_000)
    state(terminal, "home")
    terminal.go_back()
    state(terminal, "home")
    assert "13912340000" not in terminal.content()
    assert "139****0000" not in terminal.content()


def test_without_paper_nobody_gets_a_number(visit: Visit, snap: Snap):
    twin, counter = visit(TWIN, "/"), visit(CENTRE, "/counter/1")
    twin.locator("form[action='/printer/take-paper'] button").first.click()
    expect(twin.locator("form[action='/printer/load-paper']").first).to_be_attached()
    terminal = visit(AGENT, "/terminal", size=KIOSK, touch=True)
    press(terminal, "户籍业务")
    state(terminal, "sorry")
    expect(terminal.locator("main")).to_contain_text("抱歉")
    expect(terminal.locator("main")).to_contain_text("0000-12345")
    snap(terminal, "terminal-sorry")
    expect(counter.locator("main")).to_contain_text("等候 0 人")


def test_the_parking_board_follows_and_a_silent_node_is_never_free(visit: Visit, snap: Snap):
    twin, board, public = visit(TWIN, "/"), visit(AGENT, "/parking"), visit(CENTRE, "/parking")
    expect(board.locator("[data-bay='P1']")).to_contain_text("空闲", timeout=WITHIN_MS)
    twin.locator("form[action='/bay/P1/park'] button").click()
    twin.locator("form[action='/node/node-2/off'] button").click()
    for page in (board, public):
        expect(page.locator("[data-bay='P1']")).to_contain_text("有车", timeout=WITHIN_MS)
        expect(page.locator("[data-bay='P2']")).to_contain_text("未知", timeout=WITHIN_MS)
        assert page.evaluate("window.neverReloaded")
    snap(board, "parking")


def test_three_people_at_once_do_not_disturb_each_other(visit: Visit, snap: Snap):
    twin = visit(TWIN, "/")
    staff = visit(AGENT, "/locker", size=KIOSK, touch=True)
    hand_in(staff, twin, snap, "营业执照 0042", "13700001111")
    pickup_sms(twin)
    press(staff, "再存一件")
    state(staff, "describe")
    terminal = visit(AGENT, "/terminal", size=KIOSK, touch=True)
    take_ticket(terminal, "社保业务", "13912340000", ("下一步", "取号"))
    state(terminal, "done")
    twin.locator("form[action='/bay/P1/park'] button").click()
    twin.locator("form[action='/bay/P3/park'] button").click()
    staff.locator("#item").fill("不动产权证 7")
    staff.get_by_text("大", exact=True).tap()
    staff.locator("#phone").fill("13700002222")
    press(staff, "下一步")
    press(staff, "开门")
    state(staff, "depositing")
    expect(twin.locator("[data-key='door-6']")).to_have_attribute("data-state", "open", timeout=WITHIN_MS)
    door(twin, 6, "put")
    expect(twin.locator("[data-key^='bay-'][data-state='car']")).to_have_count(2)
    expect(twin.locator(".printer img, .printer svg").first).to_be_visible(timeout=WITHIN_MS)
    snap(twin, "zone")
    door(twin, 6, "close")
    state(staff, "deposited")
    expect(terminal.locator("main")).to_contain_text("B001")


def test_monitoring_sees_the_agent_go_and_come_back(visit: Visit, snap: Snap):
    twin, zones = visit(TWIN, "/"), visit(CENTRE, "/zones")
    row = zones.locator("tr", has_text="zone-01").first
    expect(row).to_contain_text("在线", timeout=WITHIN_MS)
    twin.locator("form[action='/agent/kill'] button").click()
    expect(row).to_contain_text("离线", timeout=WITHIN_MS)
    snap(zones, "zones")
    twin.locator("form[action='/agent/start'] button").click()
    expect(row).to_contain_text("在线", timeout=WITHIN_MS)
    assert zones.evaluate("window.neverReloaded")


def test_an_office_page_that_hears_nothing_says_so(visit: Visit):
    twin, zones = visit(TWIN, "/"), visit(CENTRE, "/zones")
    expect(zones.locator("tr", has_text="zone-01").first).to_contain_text("在线", timeout=WITHIN_MS)
    zones.clock.install()
    zones.reload()
    expect(zones.locator("body")).not_to_have_attribute("data-stale", re.compile(".*"))
    twin.locator("form[action='/central/kill'] button").click()
    expect(twin.locator("form[action='/central/start']").first).to_be_attached()
    zones.clock.fast_forward(30_000)
    expect(zones.locator("body")).to_have_attribute("data-stale", re.compile(".*"), timeout=WITHIN_MS)


def test_every_page_is_one_click_away_from_the_zone(visit: Visit, zone: Any):
    twin = visit(TWIN, "/")
    links = twin.eval_on_selector_all("nav a", "links => links.map(link => link.href)")
    assert {link.split("/", 3)[3] for link in links} == {
        "locker",
        "terminal",
        "parking",
        "zones",
        "handovers",
        "cases",
        "orders",
        "custody",
        "courier",
        "verify",
        "counter/1",
        "counter/2",
        "hall",
    }
    for link in links:
        answer = twin.request.get(link)
        assert answer.status == 200, link
