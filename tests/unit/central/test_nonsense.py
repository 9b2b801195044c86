"""A device that writes nonsense, signed: it is kept, every page still answers, and nothing beside the pages crashes."""

from typing import Any

import pytest

from central.notice_texts import Filled, text
from central.notices import Facts
from wire import entry
from wire.happenings import (
    AlarmRaised,
    BayChanged,
    CompartmentBlocked,
    CompartmentReserved,
    DepositBegun,
    Deposited,
    DepositOpened,
    InspectionBegun,
    MisplacementReported,
    PickupOpened,
    PickupReserved,
    Reissued,
    Settled,
    Taken,
)

AUTH = {"Authorization": f"Bearer {'f' * 64}"}
MOST = 2**53
EVIL = "<script>alert(1)</script>\"'&\x00\x1b[2J\u202e\n13800005678 {phone} %s" + "长" * 400
PAGES = (
    "/zones", "/handovers", "/cases", "/custody", "/orders", "/audit", "/courier", "/parking", "/v1/handovers",
    "/v1/cases", "/v1/loans", "/v1/orders", "/v1/audit", "/v1/alarms", "/v1/devices", "/v1/bays", "/metrics",
)  # fmt: skip


def nonsense(sealed: str) -> list[Any]:
    mine = {"item": EVIL, "compartment": MOST}
    return [
        AlarmRaised(alarm=EVIL, about=EVIL, detail=EVIL),
        BayChanged(bay=EVIL, node=EVIL, state="free"),
        DepositBegun(
            **mine, label=EVIL, size="S", number=EVIL, giver=EVIL, phone=sealed, phone_tail=EVIL, level=MOST,
            holder="no hexadecimal",
        ),
        DepositOpened(**mine, giver=EVIL),
        Deposited(**mine, number=EVIL, issue=MOST, giver=EVIL),
        Reissued(**mine, number=EVIL, issue=MOST, why=EVIL, by=EVIL, phone=sealed, holder=EVIL),
        MisplacementReported(**mine, by=EVIL, note=EVIL),
        CompartmentBlocked(compartment=MOST, why=EVIL, by=EVIL),
        CompartmentReserved(reservation=EVIL, compartment=MOST, size="S", by=EVIL, until=MOST),
        InspectionBegun(compartment=MOST, by=EVIL, witness=EVIL, why=EVIL),
        Settled(compartment=MOST, gone=True, by=EVIL, witness=EVIL, why=EVIL),
    ]  # fmt: skip


@pytest.fixture
def told(client: Any, zone: Any) -> Any:
    said = nonsense(client.app.state.centre.people.sealed("13800005678"))
    for one in zone.write(*said):
        assert client.post("/v1/sync", content=entry.pack([one]), headers=AUTH).status_code == 200
    return client


def pages(client: Any) -> list[str]:
    centre = client.app.state.centre
    with centre.store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT device, item, coalesce(principal, person) FROM item").all()
    tokens = [centre.people.token(*row) for row in rows]
    return [*PAGES, *(f"/item/{token}" for token in tokens)]


def test_every_page_answers_and_runs_nothing_of_it(told: Any):
    for page in pages(told):
        answer = told.get(page)
        assert answer.status_code == 200, page
        if answer.headers["content-type"].startswith("text/html"):
            assert "<script>alert" not in answer.text, page


def test_a_handover_too_long_for_a_qr_code_has_its_page(told: Any):
    answer = told.get("/receipt/zone-01/1/5")
    assert answer.status_code == 200
    assert "<figure" not in answer.text


@pytest.mark.parametrize("due", [0, MOST])
def test_an_instant_that_no_calendar_has_is_shown_and_sent_as_one_it_has(client: Any, zone: Any, due: int):
    zone.wall = MOST
    sealed, mine = client.app.state.centre.people.sealed("13800005678"), {"item": "W1", "compartment": 1}
    said = [
        DepositBegun(
            **mine, label="轮椅", size="L", number="", giver="staff 1", phone="", phone_tail="", purpose="loan"
        ),
        DepositOpened(**mine, giver="staff 1"),
        Deposited(**mine, number="", issue=1, giver="staff 1", purpose="loan"),
        PickupReserved(**mine, attempt=1, by="loan", receiver="citizen ****5678", phone=sealed, due=due),
        PickupOpened(**mine, receiver="citizen ****5678"),
        Taken(**mine, receiver="citizen ****5678", due=due),
    ]
    assert client.post("/v1/sync", content=entry.pack(zone.write(*said)), headers=AUTH).status_code == 200
    for page in ("/handovers", "/receipt/zone-01/1/6"):
        assert client.get(page).status_code == 200
    assert "借用" in text(client.app.state.centre.config, "lent", "zh", Facts("", due=due), Filled("柜"))
