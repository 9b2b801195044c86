"""`zone24-provision verify` and `verify-journal`: whether a receipt or a journal is what was signed."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from provisioning import journals, verifying
from provisioning.answers import Json, run
from provisioning.centre import Centre
from provisioning.verifying import FAULTS
from wire import chain, exits, proof, sign
from wire.china import local
from wire.errors import BadConfig

MOST_BYTES = 64 * 1024
"""Of a receipt's file: a receipt has a thousand."""

Folder = Annotated[
    Path | None,
    typer.Option("--centre", help="中心的数据目录，内有各设备公钥 the centre's folder, for its public keys"),
]
Key = Annotated[str | None, typer.Option("--key", help="设备公钥 the device's public key, 43 characters")]


def install(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(verify)
    app.command("verify-journal")(verify_journal)


# --- a receipt ---


def verify(
    file: Annotated[str, typer.Argument(metavar="FILE", help="凭证文本，- 为标准输入 the receipt; - is stdin")] = "-",
    *,
    centre: Folder = None,
    key: Key = None,
    after: Annotated[
        str | None, typer.Option("--after", metavar="FILE", help="前一张凭证 the earlier receipt that it must follow")
    ] = None,
    as_json: Json = False,
) -> None:
    """核验一张交接凭证。 Check a custody receipt."""

    def make() -> dict[str, Any]:
        key_of = verifying.keys_of(Centre(centre) if centre else None, key)
        checked = verifying.check(_text(file), key_of, _text(after) if after else None)
        said = verifying.facts(checked.proof) if checked.proof else {}
        return {"ok": checked.verdict == "good", "verdict": checked.verdict, "says": said}

    made = run(make, as_json, lambda made: "\n".join(_receipt(made["verdict"], made["says"])))
    raise typer.Exit(exits.OK if made["ok"] else exits.FAILED)


def _text(file: str) -> str:
    data = sys.stdin.buffer.read(MOST_BYTES) if file == "-" else Path(file).read_bytes()[:MOST_BYTES]
    return data.decode("utf-8", "replace")


def _receipt(verdict: str, said: dict[str, Any]) -> list[str]:
    lines = ["  ".join(proof.SAYS[verdict])]
    if not said:
        return lines
    if verdict not in {"good", "not_linked"}:
        lines.append("以下内容未经证实： What follows is not proven:")
    words = proof.WORDS[said["leg"]]
    unsure = "" if said["clock"] == "good" else "  设备时钟未校准 the device's clock was unsure"
    return [
        *lines,
        f"事项 what    {words[0]}  {words[1]}",
        f"物品 item    {_plain(said['item'])}",
        f"交出 from    {_plain(said['giver'])}",
        f"接收 to      {_plain(said['receiver'])}",
        f"地点 where   {_plain(said['place'])}",
        f"时间 when    {local(said['wall']):%Y-%m-%d %H:%M:%S} 中国时间 China{unsure}",
        f"记录 entry   {said['device']}, epoch {said['epoch']}, {said['seq']}: {said['digest']}",
        f"之前 before  {said['before'] or '此物品在该设备的第一步 the first step of this item on this device'}",
    ]


def _plain(text: str) -> str:
    """Return a text that can draw nothing of its own on a terminal, such as a verdict."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text) or "—"


# --- a journal ---


def verify_journal(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="journal.db、central.db 或每行一条的导出文件")],
    *,
    centre: Folder = None,
    key: Key = None,
    receipts: Annotated[
        Path | None,
        typer.Option("--receipts", metavar="FILE", help="中心的回执，每行一张 the centre's receipts, a line each"),
    ] = None,
    against: Annotated[
        Path | None, typer.Option("--against", metavar="FILE", help="同一日志的另一份 another copy of the journal")
    ] = None,
    device: Annotated[
        str | None, typer.Option(help="中心数据库中的设备 of which device, in a centre's database")
    ] = None,
    epoch: Annotated[int | None, typer.Option(help="第几台机器 of which of its machines")] = None,
    as_json: Json = False,
) -> None:
    """核验一份日志，指出第一条有问题的记录。 Check a journal and name the first entry that is not as it was written."""

    def make() -> dict[str, Any]:
        folder = Centre(centre) if centre else None
        key_of = verifying.keys_of(folder, key)
        copy = journals.read(file, device, epoch)
        check = key_of(copy.device, copy.epoch)
        if check is None:
            raise BadConfig(f"no public key of {copy.device} for epoch {copy.epoch} is registered")
        known = copy.known | _receipts(receipts, copy, folder) | _other(against, copy)
        fault = chain.first_bad(copy.entries, check, device=copy.device, epoch=copy.epoch, known=known)
        made = {"ok": fault is None, "device": copy.device, "epoch": copy.epoch, "entries": len(copy.entries)}
        return made | ({"first_bad": fault.seq, "wrong": fault.wrong} if fault else {})

    made = run(make, as_json, _journal)
    raise typer.Exit(exits.OK if made["ok"] else exits.FAILED)


def _receipts(file: Path | None, copy: journals.Copy, centre: Centre | None) -> dict[int, str]:
    if file is None:
        return {}
    if centre is None:
        raise BadConfig("--receipts needs --centre: receipts are checked with the centre's key")
    return journals.read_receipts(file, copy, sign.any_of(map(sign.verifier, centre.centre_keys())))


def _other(file: Path | None, copy: journals.Copy) -> dict[int, str]:
    return journals.read(file, copy.device, copy.epoch).digests() if file else {}


def _journal(made: dict[str, Any]) -> str:
    what = f"{made['device']}, epoch {made['epoch']}"
    if made["ok"]:
        return f"{what}: {made['entries']} 条记录完整无改动 entries, whole and unaltered"
    zh, en = FAULTS[made["wrong"]]
    return f"{what}: 第 {made['first_bad']} 条记录{zh}  entry {made['first_bad']} {en}"
