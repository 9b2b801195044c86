"""A board's `machine` where there is no board: pins over a socket, UARTs on ttys.

It stands in front of the built-in `machine` on MICROPYPATH, so that firmware runs unmodified. The environment says what
it is wired to:

- SIM_CTL   host:port of whoever plays the world. JSON lines. The board sends `{"hello": "lock_board", "id": "…hex…"}`
  first; the world answers with the inputs as they are when the power comes on, and then `{"ready": true}` (waited for
  at most a second). From then on the board sends `{"pin": 2, "value": 1}` for every change of an output and
  `{"watchdog": 8000}` when one is started; the world sends `{"pin": 10, "value": 0}` for an input and
  `{"echo_mm": 1234}` (null: no echo) for the distance sensor.
  When the world closes the socket, the power is gone: the process ends.
- SIM_NAME  what `hello` says; without it the folder of the program, `lock_board`.
- SIM_UART0 path of the tty that is UART 0 (SIM_UART1 …).
- SIM_FILES folder that is the board's flash: the program's relative file names are there.
"""

import binascii
import hashlib
import json
import os
import select
import socket
import sys
import time

import umachine as _m
from umachine import *  # noqa: F403

PWRON_RESET = 1
WDT_RESET = 3

_READY_WITHIN_MS = 1000
_MM_PER_2_MS = 343  # sound goes there and back

_levels = {}
_echo_mm = None


def _name():
    return os.getenv("SIM_NAME") or (["board"] + sys.argv[0].split("/"))[-2]


def unique_id():
    return hashlib.sha256(_name().encode()).digest()[:8]


def reset_cause():
    return PWRON_RESET


def reset():
    sys.exit(0)


class _World:
    """The other end of SIM_CTL; without one, pins are only remembered."""

    def __init__(self, address):
        self._socket = None
        self._rest = b""
        self._looked = 0
        self.ready = False
        if address:
            self._connect(address)

    def _connect(self, address):
        host, port = address.rsplit(":", 1)
        self._socket = socket.socket()
        self._socket.connect(socket.getaddrinfo(host, int(port))[0][-1])
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLIN)
        self.say({"hello": _name(), "id": binascii.hexlify(unique_id()).decode()})
        deadline = time.ticks_add(time.ticks_ms(), _READY_WITHIN_MS)
        while not self.ready and time.ticks_diff(deadline, time.ticks_ms()) > 0:
            self._listen(10)

    def say(self, message):
        if self._socket:
            try:
                self._socket.write(json.dumps(message) + "\n")
            except OSError:
                self._gone()

    def listen(self):
        """Take in what the world said; asks the system at most once a millisecond."""
        now = time.ticks_ms()
        if self._socket and now != self._looked:
            self._looked = now
            self._listen(0)

    def _listen(self, wait_ms):
        while self._socket and self._poll.poll(wait_ms):
            try:
                data = self._socket.recv(1024)
            except OSError:
                data = b""
            if not data:
                self._gone()
            lines = (self._rest + data).split(b"\n")
            self._rest = lines.pop()
            for line in lines:
                self._hear(json.loads(line))
            wait_ms = 0

    def _hear(self, message):
        global _echo_mm
        if "pin" in message:
            _levels[message["pin"]] = message["value"]
        if "echo_mm" in message:
            _echo_mm = message["echo_mm"]
        if "ready" in message:
            self.ready = True

    def _gone(self):
        self._socket = None
        sys.exit(0)


class Pin(_m.PinBase):
    IN = 0
    OUT = 1
    OPEN_DRAIN = 2
    PULL_UP = 1
    PULL_DOWN = 2

    def __init__(self, number, mode=-1, pull=-1, value=None):
        self._number = number
        self._mode = self.IN
        self.init(mode, pull, value)

    def init(self, mode=-1, pull=-1, value=None):
        if mode != -1:
            self._mode = mode
        if self._mode == self.IN:
            _levels.setdefault(self._number, 1 if pull == self.PULL_UP else 0)
        elif value is not None:
            self._drive(value)

    def value(self, level=None):
        if level is not None:
            self._drive(level)
            return None
        if self._mode == self.IN:
            _world.listen()
        return _levels.get(self._number, 0)

    def on(self):
        self._drive(1)

    def off(self):
        self._drive(0)

    def __call__(self, level=None):
        return self.value(level)

    def _drive(self, level):
        level = 1 if level else 0
        if _levels.get(self._number) != level:
            _levels[self._number] = level
            _world.say({"pin": self._number, "value": level})


class WDT:
    """A watchdog that never bites: a laptop that was asleep is no reason to restart."""

    def __init__(self, id=0, timeout=5000):  # noqa: A002 (its name on the boards)
        _world.say({"watchdog": timeout})

    def feed(self):
        pass


def UART(number, *args, **kwargs):
    """The tty of SIM_UART<number>, raw, as a stream: reading gives what is there and never waits for more."""
    import termios

    tty = open(os.getenv("SIM_UART%d" % number), "r+b", 0)
    termios.setraw(tty.fileno())
    attributes = termios.tcgetattr(tty.fileno())
    attributes[6][6] = attributes[6][5] = 0  # VMIN, VTIME: otherwise read(64) waits for 64 bytes
    termios.tcsetattr(tty.fileno(), termios.TCSANOW, attributes)
    return tty


def time_pulse_us(pin, level, timeout_us=1000000):
    """The echo of the distance sensor, whatever the pin; -2 when none begins, -1 when it does not end in time."""
    _world.listen()
    pulse_us = None if _echo_mm is None else _echo_mm * 2000 // _MM_PER_2_MS
    time.sleep_us(timeout_us if pulse_us is None else min(pulse_us, timeout_us))
    if pulse_us is None:
        return -2
    return pulse_us if pulse_us <= timeout_us else -1


_world = _World(os.getenv("SIM_CTL"))
if os.getenv("SIM_FILES"):
    os.chdir(os.getenv("SIM_FILES"))
