"""The folders of a demo's centre, zone and nodes, made by zone24-provision and nothing else; what is there survives."""

import asyncio
from pathlib import Path

from twin.ports import HOST, Ports
from twin.programs import installed, run

CENTRE = "central"
"""The name of the centre's own journal."""

ZONE, ZONE_NAME = "zone-01", "一号自助服务区"
BAYS = {"P1": "node-1", "P2": "node-2", "P3": "node-3"}
COMPARTMENTS = "S,S:low,S,M,M,L"
BADGE, PIN, STAFF_NAME = "1001", "246810", "王敏"
WITNESS_BADGE, WITNESS_PIN, WITNESS_NAME = "1002", "112233", "陈洁"
COURIER_BADGE, COURIER_PIN, COURIER_NAME = "2001", "135790", "赵师傅"
CENTRE_PHONE = "0000-12345"


class Folders:
    """Where everything of a demo lies, below one folder."""

    def __init__(self, data: Path) -> None:
        self.data = data.absolute()
        self.centre = self.data / "centre"
        self.zone = self.data / ZONE
        self.twin = self.data / "twin"
        self.tty = self.twin / "tty"

    def node(self, node: str) -> Path:
        """Return the folder that is the flash of a node's board."""
        return self.data / node

    def log(self, program: str) -> Path:
        """Return the file that a program's words go to."""
        return self.twin / "logs" / f"{program}.log"


async def provision(folders: Folders, ports: Ports) -> None:
    """Make what is missing, and write today's addresses into what is there."""
    await _centre(folders, ports)
    await _zone(folders, ports)
    await _person(folders, BADGE, STAFF_NAME, PIN)
    await _person(folders, WITNESS_BADGE, WITNESS_NAME, WITNESS_PIN)
    await _person(folders, COURIER_BADGE, COURIER_NAME, COURIER_PIN, "courier")
    await asyncio.gather(*(_node(folders, ports, bay, node) for bay, node in BAYS.items()))


async def _centre(folders: Folders, ports: Ports) -> None:
    await _provision(
        "init",
        str(folders.centre),
        *("--name", "示范市政务服务中心"),
        *("--phone", CENTRE_PHONE),
        *("--port", str(ports.central)),
        *("--broker", f"{HOST}:{ports.broker}"),
        *("--sms-url", f"http://{HOST}:{ports.page}/sms"),
        "--update",
    )


async def _zone(folders: Folders, ports: Ports) -> None:
    await _provision(
        *("add", ZONE, "--kind", "zone", "--name", ZONE_NAME),
        *("--centre", str(folders.centre)),
        *("--to", str(folders.zone)),
        *("--central-url", f"http://{HOST}:{ports.central_line}"),
        *("--broker", f"{HOST}:{ports.broker_line}"),
        *("--zone-broker", f"{HOST}:{ports.broker}"),
        *("--screen-port", str(ports.edge)),
        *("--lock-port", str(folders.tty / "lock")),
        *("--printer-port", str(folders.tty / "printer")),
        *("--reader-port", str(folders.tty / "reader")),
        *("--scanner-port", str(folders.tty / "scanner")),
        *("--compartments", COMPARTMENTS),
        *("--bays", ",".join(f"{bay}={node}" for bay, node in BAYS.items())),
        "--update",
    )


async def _person(folders: Folders, badge: str, name: str, pin: str, role: str = "staff") -> None:
    await _provision(
        *("staff", badge, "--name", name, "--pin", pin, "--role", role),
        *("--to", str(folders.zone)),
        *("--centre", str(folders.centre)),
    )


async def _node(folders: Folders, ports: Ports, bay: str, node: str) -> None:
    await _provision(
        *("add", node, "--kind", "node", "--name", f"{bay} 车位", "--zone", ZONE),
        *("--centre", str(folders.centre)),
        *("--to", str(folders.node(node))),
        *("--broker", f"{HOST}:{ports.broker}"),
        "--update",
    )


async def _provision(*arguments: str) -> None:
    await run(installed("zone24-provision"), *arguments)
