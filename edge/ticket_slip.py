"""What stands on a ticket's slip: Chinese always, English below it for who chose English."""

from datetime import datetime

from edge import phones
from edge.config import Service, ZoneConfig
from edge.drivers import Line, Slip
from wire.happenings import TicketReserved


def slip(
    zone: ZoneConfig, service: Service, ticket: TicketReserved, *, ahead: int | None, phone: str, at: datetime
) -> Slip:
    """Return the slip; of the phone only the masked number stands on it."""
    chinese = (
        Line(zone.centre, bold=True, align="center"),
        Line("排队取号单", align="center"),
        Line(""),
        Line(service.zh, scale=2, align="center"),
        Line(ticket.number, scale=4, bold=True, align="center"),
        *([Line(f"前面还有 {ahead} 位", align="center")] if ahead is not None else []),
        Line(""),
        Line("请留意手机短信和大厅显示屏，叫到您的号时请到所示窗口。"),
        Line("过号作废，请重新取号。"),
        Line(f"手机：{phones.masked(phone)}"),
    )
    foot = (
        Line(f"{zone.name}  {at:%Y-%m-%d %H:%M}"),
        Line(f"咨询电话：{zone.phone}"),
        Line("感谢您的光临，再见。", align="center"),
    )
    return chinese + (_english(service, ticket.number, ahead) if ticket.lang == "en" else ()) + foot


def _english(service: Service, number: str, ahead: int | None) -> Slip:
    waiting = f", {ahead} ahead of you" if ahead is not None else ""
    return (
        Line(""),
        Line(f"{service.en}: {number}{waiting}"),
        Line("Please watch for our text message and the display in the hall."),
        Line("A number that was called and missed is void; please take a new one."),
    )
