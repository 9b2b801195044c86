"""`zone24-provision`: a centre's folder, its devices and its staff, from the command line."""

from pathlib import Path
from typing import Annotated, Any

import typer

from provisioning import centre as centres
from provisioning import given, verify_cli
from provisioning import node as nodes
from provisioning import staff as people
from provisioning import zone as zones
from provisioning.answers import PROGRAM, CentreFolder, Json, run
from provisioning.device import Given
from wire import exits

app = typer.Typer(
    name=PROGRAM,
    help="准备中心和设备的数据目录。 Prepare the data folders of a centre and its devices.",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

verify_cli.install(app)

Update = Annotated[
    bool,
    typer.Option(
        "--update", help="修改地址，补齐缺少的密钥，不更换已有的 change addresses, make missing keys, replace none"
    ),
]
Broker = Annotated[
    str | None, typer.Option("--broker", metavar="HOST:PORT", help="中心的 MQTT the centre's MQTT broker")
]


def main() -> None:
    """Run the command line; exits with a code of `wire.exits`."""
    app()


def _version(asked: bool) -> None:
    if asked:
        print(f"{PROGRAM} {exits.version()}")
        raise typer.Exit(exits.OK)


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    check: Annotated[
        Path | None, typer.Option("--check", metavar="CENTRE", help="检查中心目录 check a centre's folder and end")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="版本 the version")
    ] = False,
    as_json: Json = False,
) -> None:
    if context.invoked_subcommand is not None:
        return
    if check is None:
        print(context.get_help())
        raise typer.Exit(exits.MISCONFIGURED)
    run(
        lambda: centres.check(check),
        as_json,
        lambda made: f"{made['folder']}: in order, {len(made['devices'])} devices",
    )


@app.command()
def init(
    centre: Annotated[Path, typer.Argument(metavar="CENTRE", help="新的数据目录 the folder to make")],
    *,
    name: Annotated[str | None, typer.Option(help="中心名称 the centre's name")] = None,
    phone: Annotated[
        str | None, typer.Option(help="群众可拨打的电话 the number that pages tell people to call")
    ] = None,
    port: Annotated[str | None, typer.Option(help="网页端口 of its pages (8241)")] = None,
    broker: Broker = None,
    sms_url: Annotated[str | None, typer.Option(metavar="URL", help="短信网关 where SMS are posted")] = None,
    update: Update = False,
    as_json: Json = False,
) -> None:
    """建立中心的数据目录。 Make a centre's data folder."""

    def make() -> dict[str, Any]:
        wrong = given.Mistakes()
        asked = {
            "name": wrong.check("--name", given.text, name),
            "phone": wrong.check("--phone", given.phone, phone),
            "port": wrong.check("--port", given.port, port),
            "broker": wrong.check("--broker", given.address, broker),
            "sms_url": wrong.check("--sms-url", given.url, sms_url),
        }
        wrong.end()
        return centres.init(centre, update=update, **asked)

    run(make, as_json, lambda made: f"{made['folder']}: {_done(made)}")


@app.command()
def add(
    device: Annotated[str, typer.Argument(metavar="DEVICE", help="设备名，如 zone-01  such as zone-01")],
    *,
    centre: CentreFolder,
    to: Annotated[Path, typer.Option("--to", metavar="FOLDER", help="设备的数据目录 the device's data folder")],
    kind: Annotated[str, typer.Option(help="zone 或 node  zone or node")] = "zone",
    name: Annotated[str | None, typer.Option(help="显示名称 its name for people")] = None,
    zone: Annotated[str | None, typer.Option(help="节点所属的区 the zone that a node belongs to")] = None,
    central_url: Annotated[str | None, typer.Option(metavar="URL", help="中心地址 where the centre answers")] = None,
    broker: Broker = None,
    zone_broker: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="车位节点的 MQTT the nodes' broker (the centre's)")
    ] = None,
    screen_port: Annotated[str | None, typer.Option(help="屏幕网页端口 of its screens (8242)")] = None,
    lock_port: Annotated[str | None, typer.Option(metavar="PATH", help="锁板串口 of the lock board")] = None,
    printer_port: Annotated[str | None, typer.Option(metavar="PATH", help="打印机串口 of the printer")] = None,
    reader_port: Annotated[str | None, typer.Option(metavar="PATH", help="读卡器串口 of the ID reader")] = None,
    scanner_port: Annotated[str | None, typer.Option(metavar="PATH", help="扫码器串口 of the code scanner")] = None,
    compartments: Annotated[
        str | None, typer.Option(metavar="S,S:low,M,L", help="格口大小，按门号 sizes in the order of the doors")
    ] = None,
    bays: Annotated[str | None, typer.Option(metavar="P1=node-1,…", help="车位与节点 bays and their nodes")] = None,
    update: Update = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="换新机器，沿用名称与格口密钥 a new machine under a known name")
    ] = False,
    as_json: Json = False,
) -> None:
    """登记一台设备并写好它的数据目录。 Register a device and write its data folder."""

    def make() -> dict[str, Any]:
        wrong = given.Mistakes()
        wrong.check("DEVICE", given.device_name, device)
        if kind not in {"zone", "node"}:
            wrong.add(f"--kind {kind!r}: it is zone or node")
        asked = Given(
            name=wrong.check("--name", given.text, name),
            zone=wrong.check("--zone", given.device_name, zone),
            central_url=wrong.check("--central-url", given.origin, central_url),
            broker=wrong.check("--broker", given.address, broker),
            zone_broker=wrong.check("--zone-broker", given.address, zone_broker),
            screen_port=wrong.check("--screen-port", given.port, screen_port),
            lock_port=wrong.check("--lock-port", given.serial_port, lock_port),
            printer_port=wrong.check("--printer-port", given.serial_port, printer_port),
            reader_port=wrong.check("--reader-port", given.serial_port, reader_port),
            scanner_port=wrong.check("--scanner-port", given.serial_port, scanner_port),
            compartments=wrong.check("--compartments", given.compartments, compartments),
            bays=wrong.check("--bays", given.bays, bays),
        )
        wrong.end()
        make_one = zones.add_zone if kind == "zone" else nodes.add_node
        return make_one(device, centres.Centre(centre), to, asked, update=update, anew=replace)

    run(make, as_json, lambda made: f"{made['device']}: {_done(made)} ({made['folder']})")


@app.command()
def staff(
    badge: Annotated[str, typer.Argument(metavar="BADGE", help="工号 the number on the badge")],
    *,
    centre: CentreFolder,
    name: Annotated[str | None, typer.Option(help="姓名 the person's name")] = None,
    role: Annotated[people.Role | None, typer.Option(help="工作人员或快递员 staff (unless told) or courier")] = None,
    pin: Annotated[str | None, typer.Option(help="六位密码；不给则随机生成 six digits; drawn when not given")] = None,
    to: Annotated[
        list[Path] | None, typer.Option("--to", metavar="FOLDER", help="设备目录，可重复 a zone's folder; repeat it")
    ] = None,
    as_json: Json = False,
) -> None:
    """登记一名工作人员或快递员。 Register a member of staff or a courier."""

    def make() -> dict[str, Any]:
        wrong = given.Mistakes()
        wrong.check("BADGE", given.badge, badge)
        asked_name, asked_pin = wrong.check("--name", given.text, name), wrong.check("--pin", given.pin, pin)
        wrong.end()
        return people.put(badge, centres.Centre(centre), to or [], name=asked_name, pin=asked_pin, role=role)

    def words(made: dict[str, Any]) -> str:
        told = f"; PIN {made['pin']}, shown only now" if "pin" in made else ""
        return f"{made['badge']} {made['name']}: {_done(made)}{told}"

    run(make, as_json, words)


def _done(made: dict[str, Any]) -> str:
    return "written" if made["changed"] else "nothing to change"
