"""中心恢复旧备份：设备补齐，不丢不重 / Central is restored from an old backup, and the devices fill it up again."""

from twin.account import accounted
from twin.acts import Waiting, deposit, fetch, hand_over_of, lay_in, must, new_item, new_phone, pickup_sms
from twin.people import read_pickup
from twin.verdict import Verdict
from twin.zone import Zone


async def play(zone: Zone, verdict: Verdict) -> None:
    """Between the backup and the restore items come, go and change hands; one more comes while central is away."""
    before, during = await deposit(zone), await deposit(zone)
    await hand_over_of(zone, during.item, 1)
    zone.backup.take()
    verdict.fact("after the backup an item is fetched", await fetch(zone, before), before.item)
    after = await deposit(zone)
    await hand_over_of(zone, before.item, 2)
    entries = len(zone.evidence.copy())

    await zone.central.kill()
    item, phone = new_item(), new_phone()
    async with zone.staff() as staff:
        must(await staff.deposit(item, "M", phone), "depositing")
        door = await lay_in(zone, item)
        await staff.sees("deposited")
    zone.backup.put_back()
    verdict.fact("the restored centre has forgotten", len(zone.evidence.copy()) < entries)
    sms = {each.id for each in zone.phone.messages}
    await zone.start_central()

    verdict.fact("filled up to the byte", await zone.evidence.unreported(15), "none")
    verdict.fact("handovers of what was fetched", len(await hand_over_of(zone, before.item, 2)), 2)
    number, code = await pickup_sms(zone, phone)
    late = Waiting(item, phone, door, number, code)
    for name, waiting in (("before the backup", during), ("after the backup", after), ("without a centre", late)):
        verdict.fact(f"laid in {name}: its citizen gets it", await fetch(zone, waiting), waiting.item)
    new = {each.to for each in zone.phone.messages if each.id not in sms and read_pickup(each.text)}
    verdict.fact("codes sent after the restore: to whom", sorted(new), [phone])
    alarms = [each["alarm"] for each in await zone.evidence.central("alarms") if each["alarm"] == "journal_fork"]
    verdict.fact("alarms about a fork", alarms, [])
    custodians = {w.item: f"citizen ****{w.phone[-4:]}" for w in (before, during, after, late)}
    await accounted(zone, verdict, custodians)
