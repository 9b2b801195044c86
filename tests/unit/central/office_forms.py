"""What tests of the office's pages and of citizens' pages type in, and what a bank sends meanwhile."""

from typing import Any

from wire import entry, sign
from wire.happenings import DepositBegun, Deposited, DepositOpened, OrderTaken, PickupOpened, PickupReserved, Taken

TOKEN = "f" * 64
AUTH = {"Authorization": f"Bearer {TOKEN}"}
CENTRE_KEY = sign.verifier(sign.public_key(bytes(range(1, 33))))
PIN = "123456"
PHONE = "13800005678"


def as_(badge: str, pin: str = PIN) -> dict[str, str]:
    return {"badge": badge, "pin": pin}


BOTH = {"badge": "1001", "pin": PIN, "badge2": "1002", "pin2": PIN}


def sent(client: Any, zone: Any, *happenings: Any) -> None:
    assert client.post("/v1/sync", content=entry.pack(zone.write(*happenings)), headers=AUTH).status_code == 200


def laid_in(client: Any, zone: Any, purpose: str = "pickup", phone: str = PHONE, level: int = 0, **more: Any) -> None:
    sealed = client.app.state.centre.people.sealed(phone)
    begun = DepositBegun(
        item="X1", label="护照", compartment=1, size="S", number="1001", giver="staff 1001", phone=sealed,
        phone_tail=phone[-4:], purpose=purpose, level=level, **more,
    )  # fmt: skip
    last = Deposited(item="X1", compartment=1, number="1001", issue=1, giver="staff 1001", purpose=purpose)
    sent(client, zone, begun, DepositOpened(item="X1", compartment=1, giver="staff 1001"), last)


def taken_by(client: Any, zone: Any, receiver: str) -> None:
    sent(
        client, zone, PickupReserved(item="X1", compartment=1, attempt=1, by="collect", receiver=receiver),
        PickupOpened(item="X1", compartment=1, receiver=receiver), Taken(item="X1", compartment=1, receiver=receiver),
    )  # fmt: skip


def code_of(client: Any, desk: Any) -> str:
    ((person,),) = desk.rows("SELECT person FROM item WHERE device = 'zone-01'")
    return str(client.app.state.centre.people.delivery_code("X1", person))


def custodian(desk: Any) -> Any:
    return desk.rows("SELECT custodian FROM custody")[0][0]


def refused(answer: Any, sentence: str) -> None:
    assert answer.status_code == 409
    assert sentence in answer.text
    assert PIN not in answer.text


def answered(client: Any, desk: Any, zone: Any, outcome: str = "done", *happenings: Any) -> None:
    """The bank says what became of the order that waits."""
    ((id_, epoch, seq),) = desk.rows(
        'SELECT "order".id, epoch, seq FROM "order" JOIN down ON down."order" = "order".id WHERE state = \'waiting\''
    )
    sent(client, zone, *happenings, OrderTaken(order=id_, outcome=outcome, epoch=epoch, seq=seq))
