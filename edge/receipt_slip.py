"""What stands on the slip of a handover: what was handed over, and the code with which anybody can check it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from edge.config import ZoneConfig
from edge.drivers import Line, Qr, Slip
from edge.receipts import Handover
from wire.happenings import Deposited, Happening

CHINA = ZoneInfo("Asia/Shanghai")


def slip(zone: ZoneConfig, handover: Handover, *, label: str, case: str = "", lang: str = "zh") -> Slip:
    """Return the slip; no phone and no full name stands on it, and the code says what the entry says."""
    at = datetime.fromtimestamp(handover.at / 1000, CHINA)
    said = handover.happening
    return (
        Line(zone.centre, bold=True, align="center"),
        Line(_title(said), scale=2, bold=True, align="center"),
        Line(""),
        Line(f"物品：{label or said.item}"),
        Line(f"编号：{said.item}"),
        *([Line(f"办件编号：{case}")] if case else []),
        Line(f"时间：{at:%Y年%m月%d日 %H:%M:%S}"),
        Line(f"地点：{zone.name}{_door(said)}"),
        *([Line(""), Line(_title_en(said)), Line(f"{said.item}, {at:%Y-%m-%d %H:%M:%S}")] if lang == "en" else []),
        Line(""),
        Qr(handover.line),
        Line("请保管好这张回执。扫描二维码可以核对回执的真伪；办事时出示即可。"),
        Line(f"咨询电话：{zone.phone}"),
        Line("感谢您的光临，再见。", align="center"),
    )


def _title(said: Happening) -> str:
    if isinstance(said, Deposited):
        return "材料收件回执" if said.purpose == "papers" else "存件回执"
    return "领取回执"


def _title_en(said: Happening) -> str:
    return "Receipt: we have received" if isinstance(said, Deposited) else "Receipt: handed over"


def _door(said: Happening) -> str:
    compartment = getattr(said, "compartment", None)
    return f" {compartment} 号格口" if compartment else ""
