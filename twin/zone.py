"""A whole zone on this machine, put together: folders, metal, firmware, broker, central, agent, and their page."""

import asyncio
import fcntl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import wire
from twin import memory, page
from twin.backup import Backup
from twin.bays import Bays
from twin.broker import Kind, broker, listens
from twin.cabinet import Cabinet
from twin.display import Display
from twin.evidence import Evidence
from twin.held import BrokerLine
from twin.line import Line
from twin.peopled import Peopled
from twin.phone import Phone
from twin.ports import HOST, Claim
from twin.printer import Printer
from twin.programs import Program, ProgramFailed, installed, micropython
from twin.provisioned import BAYS, COMPARTMENTS, ZONE_NAME, Folders, provision
from twin.reader import Reader
from twin.scanner import Scanner
from twin.serving import Crashes, healthy, served
from twin.tty import Cable
from twin.world import World

ROOT = Path(wire.__file__).parent.parent
"""Where the firmware lies, and the part of the wire that it shares."""

HEAP = "128K"
"""What a Raspberry Pi Pico leaves to a program, about."""


class DataInUse(OSError):
    """Another zone runs on the same data."""


class Zone(Peopled):
    """The parts of a running zone: its metal is here, its programs are processes of their own."""

    name = ZONE_NAME

    def __init__(
        self, data: Path, claim: Claim, kind: Kind, say: Callable[[str], None], *, altered: bool = False
    ) -> None:
        self.folders = Folders(data)
        self._world = World(self.folders.twin / "world", self.folders.zone) if altered else None
        super().__init__(claim.ports)
        self.say = say
        self.failures: list[ProgramFailed] = []
        self.cabinet = Cabinet([size.partition(":")[0] for size in COMPARTMENTS.split(",")])
        self.bus = Cable(self.folders.tty / "lock", self.folders.tty / "board")
        self.printer = Printer(self.folders.tty / "printer")
        self.reader = Reader(self.folders.tty / "reader")
        self.scanner = Scanner(self.folders.tty / "scanner")
        self.bays = Bays(BAYS)
        self.phone = Phone()
        self.backup = Backup(self.folders.centre / "central.db", self.folders.twin / "central-backup.db")
        self.broker_line = BrokerLine(HOST, claim.ports.broker, at=claim.ports.broker_line)
        self.central_line = Line(HOST, claim.ports.central, at=claim.ports.central_line)
        self.broker = broker(kind, claim.ports.broker, self.folders.twin, self.folders.log("broker"), self._ended)
        self.central = self._program("central", installed("zone24-central"), str(self.folders.centre / "central.toml"))
        self.agent = self._program("agent", installed("zone24-edge"), str(self.folders.zone / "zone.toml"))
        self.lines = (self.broker_line, self.central_line)
        self.nodes: dict[str, Program] = {}
        self._claim = claim
        self._page_crashes = Crashes()

    @property
    def world(self) -> World:
        """The time of our programs, and the agent's disk."""
        if self._world is None:
            raise ValueError("a scenario that alters the world says so: ALTERED = True")
        return self._world

    @property
    def links(self) -> list[page.Link]:
        """Every other page of the zone."""
        edge, central = self.edge_url, self.central_url
        return [
            page.Link("取件柜", "Lockers", f"{edge}/locker"),
            page.Link("取号终端", "Terminal", f"{edge}/terminal"),
            page.Link("停车余位屏", "Parking board", f"{edge}/parking"),
            page.Link("监控", "Monitoring", f"{central}/zones"),
            page.Link("交接记录", "Handovers", f"{central}/handovers"),
            page.Link("待核查", "Cases", f"{central}/cases"),
            page.Link("柜机指令", "Orders", f"{central}/orders"),
            page.Link("窗口交接", "Hand over", f"{central}/custody"),
            page.Link("投递员", "Courier", f"{central}/courier"),
            page.Link("核验凭证", "Verify", f"{central}/verify"),
            page.Link("1号窗口", "Counter 1", f"{central}/counter/1"),
            page.Link("2号窗口", "Counter 2", f"{central}/counter/2"),
            page.Link("大厅叫号屏", "Hall display", f"{central}/hall"),
            page.Link("停车余位", "Public parking page", f"{central}/parking"),
        ]

    def pages(self) -> list[str]:
        """Return a line a page for a person to click, the twin's first."""
        start = page.Link("演示区：从这里开始", "The zone as people see it: start here", f"{self.twin_url}/")
        return [f"{link.url:38} {link.zh} / {link.en}" for link in (start, *self.links)]

    async def shown(self, root: str, path: str) -> str:
        """Return what a person reads who opens a page, its live parts included."""
        async with Display(root, path) as display:
            return display.text

    # --- its programs ---

    async def start_central(self) -> None:
        """Start central and wait until it answers."""
        await self.central.start()
        await self.central.ready(lambda: healthy(self.central_url))

    async def start_agent(self) -> None:
        """Start the agent and wait until it answers."""
        await self.agent.start()
        await self.agent.ready(lambda: healthy(self.edge_url))

    async def start_node(self, node: str) -> None:
        """Give a parking node power."""
        await self.nodes[node].start()

    def ended_by_themselves(self) -> list[str]:
        """Return the first line about every program that ended without being asked to."""
        return [str(failed).partition("\n")[0] for failed in self.failures]

    def pids(self) -> dict[str, int | None]:
        """Return the process of every program."""
        return {program.name: program.pid for program in self.programs()}

    def crashes(self) -> dict[str, int]:
        """Return how many tracebacks are in the log of each program that has any."""
        found = {program.name: program.words_with("Traceback") for program in self.programs()}
        found["twin"] = self._page_crashes.count
        return {name: count for name, count in found.items() if count}

    def programs(self) -> list[Program]:
        """Return every program of the zone."""
        return [self.broker, self.central, self.agent, self.lock_board, *self.nodes.values()]

    async def start(self, stack: AsyncExitStack) -> None:
        """Start everything; `stack` stops it in the reverse order."""
        stack.enter_context(_only_one(self.folders))
        await self._wire(stack)
        self._page_crashes = await stack.enter_async_context(served(page.app(self), self._claim.page))
        await asyncio.gather(provision(self.folders, self.ports), self._start_broker(stack))
        await self._start_boards(stack)
        stack.push_async_callback(self.central.stop)
        await self.start_central()
        stack.push_async_callback(self.agent.stop)
        await self.start_agent()
        self.evidence = Evidence(self)

    async def _wire(self, stack: AsyncExitStack) -> None:
        """Plug every cable in, and put the metal as it was left."""
        plugged = (self.cabinet, self.bus, self.printer, self.reader, self.scanner, self.bays, *self.lines)
        for thing in plugged:
            await stack.enter_async_context(thing)
        memory.keep(self.folders.twin / "metal", cabinet=self.cabinet, bays=self.bays, phone=self.phone)

    async def _start_broker(self, stack: AsyncExitStack) -> None:
        stack.push_async_callback(self.broker.stop)
        await self.broker.start()
        await self.broker.ready(lambda: listens(self.ports.broker))

    async def _start_boards(self, stack: AsyncExitStack) -> None:
        self.lock_board = self._firmware(
            "lock-board",
            "lock_board",
            SIM_UART0=str(self.folders.tty / "board"),
            SIM_CTL=self.cabinet.board.address,
        )
        for bay in self.bays.bays.values():
            files = str(self.folders.node(bay.node))
            self.nodes[bay.node] = self._firmware(
                bay.node, "parking_node", SIM_CTL=bay.board.address, SIM_FILES=files, SIM_NAME=bay.node
            )
        for program in (self.lock_board, *self.nodes.values()):
            stack.push_async_callback(program.stop)
            await program.start()

    def _firmware(self, name: str, board: str, **wired: str) -> Program:
        path = f"{ROOT / 'firmware' / 'sim'}:{ROOT}:.frozen"
        main = str(ROOT / "firmware" / board / "main.py")
        command = [micropython(), "-X", f"heapsize={HEAP}", main]
        return Program(name, command, self.folders.log(name), {"MICROPYPATH": path, **wired}, self._ended)

    def _program(self, name: str, *command: str) -> Program:
        within = self._world.around(command) if self._world else command
        return Program(name, within, self.folders.log(name), ended=self._ended)

    def _ended(self, failed: ProgramFailed) -> None:
        self.failures.append(failed)
        self.say(str(failed))


@asynccontextmanager
async def opened(
    data: Path, claim: Claim, kind: Kind, say: Callable[[str], None], *, altered: bool = False
) -> AsyncIterator[Zone]:
    """Start a zone on `data`, and stop it in the end; nothing of it stays behind. `altered`: with a `world`."""
    zone = Zone(data, claim, kind, say, altered=altered)
    async with AsyncExitStack() as stack:
        await zone.start(stack)
        yield zone


@contextmanager
def _only_one(folders: Folders) -> Iterator[None]:
    """Keep a second zone off this data: both would write their addresses into the same files."""
    folders.twin.mkdir(parents=True, exist_ok=True)
    with (folders.twin / "lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DataInUse(
                f"{folders.data} 正被另一个演示区使用：请先停止它，或用 DATA= 换一个文件夹。"
                f" / {folders.data} is used by another zone: stop it, or choose another DATA=."
            ) from None
        yield
