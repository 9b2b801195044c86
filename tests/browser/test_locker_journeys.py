"""The lockers by touch, in a real zone: a QR code, papers at night, a courier, a loan, a recall."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from wire import credential, entry, sign

TWIN, CENTRE, AGENT = 0, 1, 2
KIOSK = {"width": 1080, "height": 1920}
WITHIN_MS = 15_000
PHONE = "13812345678"
HOUR_MS = 3_600_000
STAFF, COURIER = ("1001", "246810"), ("2001", "135790")

AS_A_SCANNER_TYPES = """code => [...code, "Enter"].forEach(
    key => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })))"""
"""Faster than the keyboard of a browser that is driven from outside."""

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
Snap = Callable[[Page, str], None]


def state(page: Page, name: str) -> None:
    expect(page.locator("body")).to_have_attribute("data-state", name, timeout=WITHIN_MS)


def press(page: Page, text: str) -> None:
    page.get_by_role("button", name=text, exact=False).first.tap()


def type_on_keypad(page: Page, field: str, digits: str) -> None:
    page.locator(f"#{field}").tap()
    for digit in digits:
        page.locator(f"[data-key='{digit}']").tap()
    expect(page.locator(f"#{field}")).to_have_value(digits)


def open_door(twin: Page) -> int:
    """Wait for the one door that opens and return its number."""
    doors = twin.locator("[data-key^='door-'][data-state='open']")
    expect(doors).to_have_count(1, timeout=WITHIN_MS)
    return int((doors.first.get_attribute("data-key") or "").removeprefix("door-"))


def at_door(twin: Page, *acts: str) -> int:
    """Wait for the door, then put, take or close as told; return its number."""
    number = open_door(twin)
    for act in acts:
        twin.locator(f"form[action='/door/{number}/{act}'] button").first.click()
    return number


def sign_in(page: Page, button: str, who: tuple[str, str]) -> None:
    press(page, button)
    state(page, "sign_in")
    type_on_keypad(page, "badge", who[0])
    type_on_keypad(page, "pin", who[1])
    press(page, "登录")


def lay_in(locker: Page, twin: Page, item: str) -> None:
    """Staff, signed in, lay an item in for a citizen."""
    press(locker, "存件")
    state(locker, "describe")
    locker.locator("#item").fill(item)
    type_on_keypad(locker, "phone", PHONE)
    press(locker, "下一步")
    state(locker, "check")
    press(locker, "开门")
    state(locker, "depositing")
    at_door(twin, "put", "close")
    state(locker, "deposited")


def test_a_pickup_by_qr_code_with_a_scanner_that_types(visit: Visit, zone: Any, snap: Snap):
    twin = visit(TWIN, "/")
    staff = visit(AGENT, "/locker", size=KIOSK, touch=True)
    sign_in(staff, "工作人员", STAFF)
    state(staff, "menu")
    snap(staff, "locker-menu")
    lay_in(staff, twin, "户口簿 2026-1123")
    staff.locator("#leave button").tap()
    citizen = visit(AGENT, "/locker", size=KIOSK, touch=True)
    citizen.evaluate(AS_A_SCANNER_TYPES, qr_code(zone, "户口簿 2026-1123"))
    state(citizen, "collecting")
    at_door(twin, "take", "close")
    state(citizen, "collected")


def qr_code(zone: Any, item: str) -> str:
    """What the QR code on the citizen's page at the centre says, drawn up as the centre does."""
    (key,) = zone.data.rglob("credential.key")
    return credential.encode(
        credential.Credential(
            bank=credential.bank_mark("zone-01"),
            item=credential.item_mark(item),
            issue=1,
            not_before=int(time.time() * 1000) - HOUR_MS,
            valid_h=24,
            level=0,
            holder=bytes(6),
        ),
        sign.signer(key.read_bytes()),
    )


def test_papers_are_handed_in_and_the_receipt_holds(visit: Visit, zone: Any, snap: Snap):
    twin = visit(TWIN, "/")
    citizen = visit(AGENT, "/locker", size=KIOSK, touch=True)
    press(citizen, "交材料")
    state(citizen, "papers")
    press(citizen, "补交的材料")
    state(citizen, "papers_phone")
    type_on_keypad(citizen, "phone", PHONE)
    press(citizen, "下一步")
    state(citizen, "check")
    expect(citizen.locator("main")).not_to_contain_text(PHONE)
    press(citizen, "开门")
    state(citizen, "depositing")
    at_door(twin, "put", "close")
    state(citizen, "receipt")
    snap(citizen, "locker-receipt")
    line = citizen.locator("[data-receipt]").get_attribute("data-receipt") or ""
    (signed,) = entry.unpack(line.encode() + b"\n")
    (key,) = zone.data.rglob("signing.key")
    assert sign.verifier(sign.public_key(key.read_bytes()))(signed.data, signed.signature)
    expect(citizen.locator("svg.qr")).to_be_visible()
    expect(twin.locator(".printer img, .printer svg").first).to_be_visible(timeout=WITHIN_MS)


def announce(visit: Visit, *lines: str) -> None:
    """The office tells the bank what the courier will bring."""
    office = visit(CENTRE, "/orders")
    form = office.locator("form#manifest")
    for name, value in (("device", "zone-01"), ("courier", COURIER[0]), ("badge", STAFF[0]), ("pin", STAFF[1])):
        field = form.locator(f"[name='{name}']")
        if field.count():
            field.select_option(value) if field.evaluate("field => field.tagName") == "SELECT" else field.fill(value)
    form.locator("[name='items']").fill("\n".join(lines))
    form.get_by_role("button").first.click()


def test_a_courier_brings_three_items_one_after_the_other(visit: Visit, snap: Snap):
    announce(visit, *(f"EMS-{n},证书,S,{PHONE}" for n in (1, 2, 3)))
    twin = visit(TWIN, "/")
    courier = visit(AGENT, "/locker", size=KIOSK, touch=True)
    sign_in(courier, "快递员", COURIER)
    state(courier, "courier")
    expect(courier.locator("[data-left]")).to_have_attribute("data-left", re.compile("[03]"))
    for _ in range(20):
        if courier.locator("[data-left='3']").count():
            break
        courier.wait_for_timeout(250)  # the manifest is on its way from the centre
        courier.goto(courier.url)
    for left, item in ((2, "EMS-1"), (1, "EMS-2"), (0, "EMS-3")):
        courier.locator("#item").fill(item)
        courier.keyboard.press("Enter")
        state(courier, "depositing")
        at_door(twin, "put", "close")
        state(courier, "courier")
        expect(courier.locator(f"[data-left='{left}']")).to_have_count(1)
    snap(courier, "locker-courier")
    press(courier, "投递完了")
    state(courier, "summary")
    expect(courier.locator("[data-laid-in]")).to_have_attribute("data-laid-in", "3")
    snap(courier, "locker-summary")


def test_an_article_is_borrowed_and_given_back(visit: Visit, snap: Snap):
    twin = visit(TWIN, "/")
    staff = visit(AGENT, "/locker", size=KIOSK, touch=True)
    sign_in(staff, "工作人员", STAFF)
    press(staff, "送达和借用")
    press(staff, "供群众借用的物品")
    state(staff, "describe")
    staff.locator("#item").fill("bank-1")
    staff.locator("#label").fill("充电宝")
    press(staff, "下一步")
    press(staff, "开门")
    at_door(twin, "put", "close")
    state(staff, "deposited")
    staff.locator("#leave button").tap()

    citizen = visit(AGENT, "/locker", size=KIOSK, touch=True)
    press(citizen, "借用物品")
    state(citizen, "loan")
    snap(citizen, "locker-loan")
    press(citizen, "充电宝")
    type_on_keypad(citizen, "phone", PHONE)
    press(citizen, "下一步")
    state(citizen, "check")
    press(citizen, "开门")
    state(citizen, "collecting")
    at_door(twin, "take", "close")
    state(citizen, "lent")
    citizen.locator("#leave button").tap()
    state(citizen, "home")
    press(citizen, "归还物品")
    type_on_keypad(citizen, "item", PHONE[-4:])
    press(citizen, "开门")
    state(citizen, "depositing")
    at_door(twin, "put", "close")
    state(citizen, "returned")
    expect(citizen.locator("main")).to_contain_text("充电宝")


def test_an_item_is_recalled_by_who_laid_it_in(visit: Visit, snap: Snap):
    twin = visit(TWIN, "/")
    staff = visit(AGENT, "/locker", size=KIOSK, touch=True)
    sign_in(staff, "工作人员", STAFF)
    state(staff, "menu")
    lay_in(staff, twin, "营业执照 0042")
    press(staff, "返回")
    state(staff, "menu")
    press(staff, "我的存件")
    state(staff, "mine")
    expect(staff.locator("main")).to_contain_text("营业执照 0042")
    snap(staff, "locker-mine")
    press(staff, "取回")
    state(staff, "collecting")
    at_door(twin, "take", "close")
    state(staff, "collected")
    press(staff, "继续收取")
    state(staff, "mine")
    expect(staff.locator("main")).not_to_contain_text("营业执照 0042")
