"""What people do with items where no bank sees it: hand over at a counter or at a door, and put right what is not.

Every act is an entry of the centre's own journal and a line of the audit, in one transaction.
"""

import hmac
from typing import Any

from sqlalchemy import select, update

from central.auditing import note
from central.cases import close_item
from central.notices import ITEM_LANG, Facts, notify
from central.own_journal import OwnJournal
from central.people import People
from central.registry import CENTRE
from central.schema import custody, item, person
from central.sql import insert
from central.store import Work
from locker.tries import Tries
from wire import happenings as h
from wire.errors import Refused


class Office:
    """The centre's hands; on the writer's thread only."""

    def __init__(self, own: OwnJournal, people: People) -> None:
        self.own = own
        self.people = people
        self._tries: dict[str, Tries] = {}

    def release(self, work: Work, id_: str, *, label: str, giver: str, receiver: str, place: str) -> None:
        """The giver gives; `receiver` "citizen" is the person whom the item was laid in for."""
        held = _custodian(work, id_)
        if held and held != giver:
            raise Refused("not_yours", f"这件物品现在由{spoken(held)}保管，不能由您交出。请核对物品编号。")
        if _open(work, id_):
            raise Refused("already_released", "这件物品已在交接中，请接收人先确认，或由交出人撤回。")
        if not held and not label:
            raise Refused("no_label", "这件物品还没有登记，请填写物品名称。")
        to = self._citizen(work, id_) if receiver == "citizen" else receiver
        if to == giver:
            raise Refused("same_person", "交出人和接收人不能是同一个人。")
        _registered(work, id_, label, giver)
        self.own.write(work, h.Released(item=id_, giver=giver, receiver=to, place=place))
        note(work, "released", giver, device=CENTRE, item=id_, detail=f"{place} → {to}")
        self._tell_code(work, id_, to)

    def accept(self, work: Work, id_: str, *, receiver: str) -> None:
        """The receiver has it: a member of staff or a courier under their badge."""
        open_ = _release_of(work, id_)
        if receiver != open_.open_receiver:
            raise Refused("not_for_you", f"这件物品是交给{spoken(open_.open_receiver)}的，请核对物品编号。")
        self._accept(work, open_)

    def accept_with_code(self, work: Work, id_: str, code: str) -> None:
        """The receiver has it: a citizen, who tells the code that only their phone got."""
        open_ = _release_of(work, id_)
        if not open_.open_receiver.startswith("citizen"):
            raise Refused("needs_badge", f"这件物品是交给{spoken(open_.open_receiver)}的，请接收人用工号和密码确认。")
        self._check_code(work, id_, open_.person, code)
        self._accept(work, open_)

    def _accept(self, work: Work, open_: Any) -> None:
        giver, receiver, place = open_.open_giver, open_.open_receiver, open_.open_place
        self.own.write(work, h.Accepted(item=open_.item, giver=giver, receiver=receiver, place=place))
        note(work, "accepted", receiver, device=CENTRE, item=open_.item, detail=f"{giver} → {place}")

    def deliver(self, work: Work, id_: str, code: str, *, courier: str) -> None:
        """Both legs at a citizen's door: the courier's badge gives, the citizen's code accepts."""
        known = work.connection.execute(_newest(id_)).first()
        self._check_code(work, id_, known.person if known else None, code)
        self.release(work, id_, label="", giver=courier, receiver="citizen", place="the door")
        self._accept(work, _release_of(work, id_))

    def withdraw(self, work: Work, id_: str, *, giver: str, why: str) -> None:
        """The giver keeps it after all."""
        open_ = _release_of(work, id_)
        if giver != open_.open_giver:
            raise Refused("not_yours", "只有交出人可以撤回交接。")
        said = {"item": id_, "giver": giver, "receiver": open_.open_receiver, "place": open_.open_place}
        self.own.write(work, h.Withdrawn(**said, why=why))
        note(work, "withdrew", giver, device=CENTRE, item=id_, detail=why)

    def correct(self, work: Work, id_: str, *, custodian: str, why: str, by: str, witness: str) -> None:
        """Say who has it; two people looked. What was written before stays."""
        if not _custodian(work, id_) and not work.connection.execute(_newest(id_)).first():
            raise Refused("no_such_item", "没有这件物品，请核对物品编号。")
        self.own.write(work, h.Corrected(item=id_, custodian=custodian, why=why, by=by, witness=witness))
        # a release that stays open is explained now; its late other leg may still come
        work.connection.execute(update(item).where(item.c.item == id_, item.c.opened.is_not(None)).values(flagged=True))
        close_item(work, id_, f"{by}, {witness}: {why}")
        note(work, "corrected", by, witness=witness, device=CENTRE, item=id_, detail=f"{custodian}: {why}")

    def _citizen(self, work: Work, id_: str) -> str:
        known = work.connection.execute(_newest(id_)).first()
        ref = known.person if known else None
        tail = work.connection.execute(select(person.c.tail).where(person.c.ref == ref)).scalar_one_or_none()
        if tail is None:
            raise Refused("no_phone", "这件物品没有登记收件人手机号，请交给工作人员在窗口核对身份后办理。")
        return f"citizen ****{tail}"

    def _check_code(self, work: Work, id_: str, ref: str | None, code: str) -> None:
        tries = self._tries.get(id_, Tries())
        if work.now < tries.until:
            raise Refused("wait", "收件码多次不对，请稍候再试，或请收件人致电咨询电话。")
        if ref is None or not hmac.compare_digest(code.encode(), self.people.delivery_code(id_, ref).encode()):
            self._tries[id_] = Tries(tries.wrong + 1, work.now)
            raise Refused("wrong_code", "收件码不对，请收件人查看短信中的六位收件码。")
        self._tries.pop(id_, None)

    def _tell_code(self, work: Work, id_: str, receiver: str) -> None:
        if not receiver.startswith("citizen"):
            return
        row = work.connection.execute(select(item).where(item.c.device == CENTRE, item.c.item == id_)).one()
        if row.purpose == "delivery":
            return  # it was told when the courier took it out of the bank
        facts = Facts(row.number, device=CENTRE, item=id_, label=row.label)
        notify(work, f"handing:{id_}:{work.now}", "handing", facts, person=row.person, lang=ITEM_LANG)


def spoken(name: str) -> str:
    """Return how people say a name of the record."""
    role, _, rest = name.partition(" ")
    return {"staff": "工作人员", "courier": "快递员", "citizen": "群众", "bank": "取件柜"}.get(role, role) + rest


def _custodian(work: Work, id_: str) -> str:
    held = select(custody.c.custodian).where(custody.c.item == id_)
    return str(work.connection.execute(held).scalar_one_or_none() or "")


def _newest(id_: str) -> Any:
    """Find the item as the journal tells that spoke of it last."""
    return select(item).where(item.c.item == id_).order_by(item.c.since.desc()).limit(1)


def _open(work: Work, id_: str) -> Any:
    mine = (item.c.device == CENTRE) & (item.c.item == id_) & item.c.opened.is_not(None)
    return work.connection.execute(select(item).where(mine)).one_or_none()


def _release_of(work: Work, id_: str) -> Any:
    open_ = _open(work, id_)
    if open_ is None:
        raise Refused("not_released", "这件物品没有等待确认的交接，请先由交出人办理交出。")
    return open_


def _registered(work: Work, id_: str, label: str, giver: str) -> None:
    """Let the centre's own record know an item that no bank told of."""
    if not label:
        return
    new = insert(item).values(
        device=CENTRE, item=id_, label=label, compartment=0, size="", number="", issue=0, state="arriving",
        giver=giver, since=work.now,
    )  # fmt: skip
    work.connection.execute(new.on_conflict_do_nothing())
