"""PURE: every alarm in words: what it means, how bad it is, and what to do. docs/alarms.md is made of this table.

"bad": a citizen cannot do what they came for, or something may be lost. "warn": it will become so.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple

Severity = Literal["bad", "warn"]


class Words(NamedTuple):
    """`means` and `do` are sentences in Chinese, the source language; English stands in pages/en.po."""

    severity: Severity
    means: str
    do: str


ALARMS: dict[str, Words] = {
    # the lockers
    "break_in": Words("bad", "柜门未经指令被打开。", "派人到现场查看柜门和物品，核对交接记录后关好柜门。"),
    "door_stuck": Words("bad", "开锁后柜门没有打开。", "到现场检查锁舌和柜门；物品仍在柜内，取件码继续有效。"),
    "door_left_open": Words("warn", "柜门打开后一直没有关上。", "到现场关好柜门；关门后自动解除。"),
    "lock_board_silent": Words("bad", "锁控板没有应答，柜门无法打开。", "检查锁控板电源和串口线；恢复应答后自动解除。"),
    "code_guessing": Words(
        "warn", "同一屏幕连续多次输错取件码。", "查看现场情况；若是群众忘记取件码，请核对身份后协助。"
    ),
    "no_such_door": Words("bad", "锁控板没有这个柜门，格口无法使用。", "核对 zone.toml 的格口数量与锁控板的接线。"),
    "impossible_move": Words("warn", "柜门动作与记录不符。", "到现场查看柜门、门磁和物品，核对交接记录。"),
    # the terminal
    "paper_out": Words("bad", "打印机缺纸，无法取号。", "给打印机换纸；换好后自动恢复。"),
    "paper_low": Words("warn", "打印纸即将用完。", "今天内给打印机换纸。"),
    "printer_open": Words("bad", "打印机上盖没有关好，无法取号。", "关好打印机上盖；关好后自动恢复。"),
    "printer_silent": Words("bad", "打印机没有应答，无法取号。", "检查打印机电源和连接线，必要时重新上电。"),
    "scanner_silent": Words("warn", "扫码器没有应答；仍可输入取件码。", "检查扫码器电源和连接线；恢复后自动解除。"),
    # the agent and its journal
    "journal_fork": Words(
        "bad", "设备记录与中心已有记录不一致。", "不要重置设备；保留设备存储卡，联系运维核对两份记录。"
    ),
    "epoch_foreign": Words("bad", "有设备以旧的或未登记的身份上报。", "确认是否有已更换的旧设备仍在通电，并将其断电。"),
    "signature_bad": Words(
        "bad",
        "收到没有设备签名或签名不符的记录，已拒收。",
        "核对设备的签名公钥是否已登记；若已登记，可能有人冒充设备，请立即排查。",
    ),
    "disk_full": Words("bad", "设备存储已满，不能再存件，仍可取件。", "清理设备存储或更换存储卡；恢复后自动解除。"),
    "device_offline": Words("bad", "设备离线。", "检查设备电源和网络；离线期间本地业务照常记录，恢复后自动补报。"),
    "entry_unreadable": Words(
        "warn", "设备上报了中心不能识别的记录，已原样保存。", "核对设备与中心的软件版本，先升级中心。"
    ),
    "phone_unreadable": Words("warn", "有手机号无法解读，短信不能送达。", "核对设备配置中的密封公钥是否属于本中心。"),
    "foreign_number": Words(
        "bad", "设备打印了中心没有发放过的号码，该号未进入排队。", "请导办为该群众重新取号，并核对设备的号段。"
    ),
    # the notices
    "sms_gateway_silent": Words("bad", "短信网关没有应答，短信正在积压。", "检查短信网关地址和网络；恢复后自动补发。"),
    "sms_refused": Words("warn", "短信网关拒收了一条短信。", "查看短信网关的签名、模板和余额。"),
    "field_key_wrong": Words(
        "bad",
        "中心保存的手机号无法用现有密钥解读，短信不能送达。",
        "从备份恢复与数据库同时的 secrets/field.key，然后重启中心。",
    ),
    "bank_key_missing": Words(
        "bad", "中心没有该柜的密钥，取件短信无法生成。", "用 zone24-provision 恢复该设备的柜密钥。"
    ),
}

_UNKNOWN = Words("warn", "设备报告了一个中心不认识的告警。", "查看告警名称，并升级中心软件。")


def words(alarm: str) -> Words:
    """Return what is said about an alarm, also about one from a later version of a device."""
    return ALARMS.get(alarm, _UNKNOWN)


PLACES = {
    "bank": "取件柜",
    "bay": "车位",
    "device": "设备",
    "door": "柜门",
    "epoch": "设备代次",
    "journal": "设备记录",
    "lock board": "锁控板",
    "number": "号码",
    "phone": "手机号",
    "printer": "打印机",
    "reader": "读卡器",
    "scanner": "扫码器",
    "screen": "屏幕",
    "sms gateway": "短信网关",
}
"""What alarms are about, in Chinese; a number or a name may follow ("door 3")."""


def place(about: str) -> tuple[str, str]:
    """Return the word for what an alarm is about, and the number or name behind it."""
    if about in PLACES:
        return PLACES[about], ""
    word, _, rest = about.partition(" ")
    return (PLACES[word], rest) if word in PLACES else (about, "")


def markdown(english: Callable[[str], str]) -> str:
    """Return the table of docs/alarms.md; `english` translates."""
    lines = ["| alarm | | what it means | what to do |", "|---|---|---|---|"]
    for alarm, said in ALARMS.items():
        means, do = (f"{english(text)} {text}" for text in (said.means, said.do))
        lines.append(f"| `{alarm}` | {said.severity} | {means} | {do} |")
    return "\n".join(lines)
