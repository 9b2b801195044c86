"""Pages as people see them: nothing of a touch screen scrolls or is cut off, office pages fit too."""

import re
from collections.abc import Callable, Mapping

import pytest
from playwright.sync_api import Page, expect

TWIN, CENTRE, AGENT = 0, 1, 2
KIOSK, DESK, TELEPHONE = ({"width": w, "height": h} for w, h in ((1080, 1920), (1366, 768), (390, 844)))
WITHIN_MS = 15_000
PHONE = "13812345678"
STAFF = {"badge": "1001", "pin": "246810"}
SECOND = {"badge2": "1002", "pin2": "112233"}

OUTSIDE = """() => [
    ...(document.documentElement.scrollHeight > innerHeight ? ["higher than the screen"] : []),
    ...[...document.querySelectorAll("button, .button, input, h1, p, dt, dd, li, label")]
        .filter(each => each.offsetParent && getComputedStyle(each).display != "inline")
        .filter(each => each.getBoundingClientRect().right > innerWidth || each.scrollWidth > each.clientWidth + 2)
        .map(each => `${each.tagName} ${each.textContent.trim()}`)]"""

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
Snap = Callable[[Page, str], None]


def do(page: Page, state: str, **fields: str) -> None:
    """Send what a button of the lockers' screen sends, and wait for the state that follows."""
    with page.expect_navigation():
        page.evaluate(
            """fields => {
                const form = Object.assign(document.createElement("form"), { method: "post", action: "/locker" });
                fields.turn = document.querySelector("input[name=turn]").value;
                for (const [name, value] of Object.entries(fields))
                    form.append(Object.assign(document.createElement("input"), { name, value }));
                document.body.append(form);
                form.submit();
            }""",
            fields,
        )
    expect(page.locator("body")).to_have_attribute("data-state", state, timeout=WITHIN_MS)


def assert_fits(page: Page, state: str, snap: Snap, name: str = "") -> None:
    """Look at this state in both languages on both screens."""
    for lang in ("en", "zh"):
        do(page, state, do="language", lang=lang)
        for screen, size in (("low", DESK), ("tall", KIOSK)):
            page.set_viewport_size(size)
            assert page.evaluate(OUTSIDE) == [], f"{name or state}, {lang}, {screen}"
            if name and (lang, screen) in {("zh", "tall"), ("en", "low")}:
                snap(page, f"locker-{name}" if lang == "zh" else f"locker-{name}-en")
    page.set_viewport_size(KIOSK)


def at_door(twin: Page, *acts: str) -> None:
    doors = twin.locator("[data-key^='door-'][data-state='open']")
    expect(doors).to_have_count(1, timeout=WITHIN_MS)
    number = (doors.first.get_attribute("data-key") or "").removeprefix("door-")
    for act in acts:
        twin.locator(f"form[action='/door/{number}/{act}'] button").first.click()


def test_what_citizens_touch_fits_the_screen(visit: Visit, snap: Snap):
    screen = visit(AGENT, "/locker", size=KIOSK, touch=True)
    assert_fits(screen, "home", snap)
    do(screen, "home", do="low")
    assert_fits(screen, "home", snap, "home-low")
    do(screen, "pickup", do="choose_pickup")
    do(screen, "pickup", do="pick_up", number="1234", code="12345678")
    assert_fits(screen, "pickup", snap, "pickup-mistake")
    do(screen, "home", do="leave")
    do(screen, "papers", do="choose_papers")
    assert_fits(screen, "papers", snap, "papers")
    do(screen, "papers_phone", do="papers", label="申请材料", phone="138", case="")
    assert_fits(screen, "papers_phone", snap, "papers-phone")
    do(screen, "check", do="papers", label="申请材料", phone=PHONE, case="2026-0012345")
    assert_fits(screen, "check", snap)
    twin = visit(TWIN, "/")
    do(screen, "depositing", do="confirm")
    at_door(twin, "put", "close")
    expect(screen.locator("body")).to_have_attribute("data-state", "receipt", timeout=WITHIN_MS)
    assert_fits(screen, "receipt", snap, "papers-receipt")


def test_what_staff_touch_fits_the_screen(visit: Visit, snap: Snap):
    twin, screen = visit(TWIN, "/"), visit(AGENT, "/locker", size=KIOSK, touch=True)
    do(screen, "sign_in", do="choose_staff")
    assert_fits(screen, "sign_in", snap)
    do(screen, "menu", do="sign_in", **STAFF)
    assert_fits(screen, "menu", snap, "staff-menu")
    for place in ("deposit", "add", "loan", "delivery"):
        do(screen, "describe", do="menu", to=place)
        more = {"add": {"into": "1"}, "delivery": {"address": ""}}.get(place, {})
        do(
            screen,
            "describe",
            do="describe",
            item="户口簿 2026-1123" if place != "loan" else "",
            size="S",
            phone="138",
            **more,
        )
        assert_fits(screen, "describe", snap, f"describe-{place}")
        do(screen, "menu", do="back")
    do(screen, "describe", do="menu", to="deposit")
    do(screen, "check", do="describe", item="户口簿 2026-1123", size="S", phone=PHONE)
    do(screen, "level", do="menu", to="level")
    assert_fits(screen, "level", snap, "level")
    do(screen, "check", do="back")
    do(screen, "depositing", do="confirm")
    assert_fits(screen, "depositing", snap)
    at_door(twin, "put", "close")
    expect(screen.locator("body")).to_have_attribute("data-state", "deposited", timeout=WITHIN_MS)
    assert_fits(screen, "deposited", snap)
    do(screen, "menu", do="back")
    do(screen, "compartments", do="menu", to="compartments")
    assert_fits(screen, "compartments", snap, "compartments")
    used = screen.locator("[data-look='used']").first.get_attribute("value") or ""
    do(screen, "compartment", do="compartment", compartment=used)
    assert_fits(screen, "compartment", snap, "compartment")
    do(screen, "why", do="inspect", compartment=used)
    do(screen, "witness", do="inspect", compartment=used, why="清洁")
    assert_fits(screen, "witness", snap)
    do(screen, "inspecting", do="witness", badge=SECOND["badge2"], pin=SECOND["pin2"])
    at_door(twin)
    assert_fits(screen, "inspecting", snap, "inspecting")


def ask(page: Page, form: str, fields: Mapping[str, str], button: str) -> None:
    """Fill in a form of the office; the answer stands at the top of the page that follows."""
    for name, value in fields.items():
        field = page.locator(f"{form} [name='{name}']")
        field.select_option(value) if field.evaluate("field => field.tagName") == "SELECT" else field.fill(value)
    page.locator(form).get_by_role("button", name=button).click()
    expect(page.locator("main > .card").first).to_be_visible()


def laid_in(screen: Page, twin: Page, item: str) -> None:
    do(screen, "sign_in", do="choose_staff")
    do(screen, "menu", do="sign_in", **STAFF)
    do(screen, "describe", do="menu", to="deposit")
    do(screen, "check", do="describe", item=item, label="居住证", size="S", phone=PHONE)
    do(screen, "depositing", do="confirm")
    at_door(twin, "put", "close")
    expect(screen.locator("body")).to_have_attribute("data-state", "deposited", timeout=WITHIN_MS)


def assert_not_too_wide(page: Page, *sizes: dict[str, int]) -> None:
    for size in sizes:
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.url}, {size}"


def test_the_pages_of_the_office_announce_what_was_done_and_fit(visit: Visit, snap: Snap):
    office = visit(CENTRE, "/orders")
    ask(office, "#block", {**STAFF, "compartment": "6", "why": "待维修"}, "停用")
    ask(office, "#open", {**STAFF, **SECOND, "compartment": "5", "why": "检查"}, "开门")
    expect(office.locator("[data-kind='open_compartment']")).to_contain_text("5号格口")
    expect(office.locator("main > [data-done='open']")).to_be_visible()
    snap(office, "orders")
    office.goto(office.url.replace("/orders", "/custody"))
    released = {**STAFF, "item": "ZS-9", "label": "出生证明", "role": "staff", "to": SECOND["badge2"]}
    ask(office, "#release", released, "交出")
    expect(office.locator("[data-item='ZS-9']")).to_contain_text("工作人员 1002")
    snap(office, "custody")
    for name in ("orders", "custody", "cases", "audit", "courier", "handovers", "zones"):
        office.goto(re.sub(r"/[a-z]+(\?.*)?$", f"/{name}", office.url))
        assert_not_too_wide(office, TELEPHONE, DESK)
        if name in {"cases", "audit", "courier"}:
            snap(office, name)
    office.goto(office.url.replace("/zones", "/audit"))
    expect(office.locator("[data-act='ordered open_compartment']")).to_contain_text("下达：远程开门")


def test_a_citizen_sees_the_item_and_its_receipt_on_a_telephone(visit: Visit, snap: Snap):
    twin = visit(TWIN, "/")
    laid_in(visit(AGENT, "/locker", size=KIOSK, touch=True), twin, "JZZ-1")
    message = twin.locator(".handset li p").first
    expect(message).to_contain_text("/item/", timeout=WITHIN_MS)
    link = re.search(r"/item/\w+", message.inner_text())
    assert link
    citizen = visit(CENTRE, link[0], size=TELEPHONE)
    expect(citizen.locator("[data-qr] svg")).to_be_visible()
    assert_not_too_wide(citizen, DESK, TELEPHONE)
    snap(citizen, "item")
    handovers = visit(CENTRE, "/handovers")
    handovers.locator("[data-item='JZZ-1'] a").first.click()
    assert_not_too_wide(handovers, TELEPHONE, DESK)
    snap(handovers, "receipt")
    line = handovers.locator(".receipt-line").text_content() or ""
    verify = visit(CENTRE, "/verify", size=TELEPHONE)
    for said, verdict in ((line, "good"), (line.replace("JZZ-1", "JZZ-2"), "changed")):
        verify.locator("#line").fill(said)
        verify.get_by_role("button").click()
        expect(verify.locator("#result")).to_have_attribute("data-verdict", verdict)
        assert_not_too_wide(verify, DESK, TELEPHONE)
        snap(verify, f"verify-{verdict}")
