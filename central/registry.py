"""The devices a centre knows: a file each in devices/, read again when it changes: nothing restarts for a new one."""

import hashlib
import hmac
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import structlog

from wire import config, sign, topics
from wire.errors import BadConfig
from wire.registered import Registered
from wire.sign import Verify

CENTRE = "central"
"""The name under which the centre's own troubles stand; no device may have it."""

LOOK_AGAIN_S = 1.0
"""Seconds between two looks at the folder when unknown tokens are tried."""

log = structlog.get_logger()


class _Read(NamedTuple):
    mark: tuple[int, int, int]
    device: Registered | None


class Registry:
    """The devices of a centre's folder, by name and by token; `verifier_of` makes a check of a public key's text."""

    def __init__(self, folder: Path, verifier_of: Callable[[str], Verify] = sign.verifier) -> None:
        self._verifier_of = verifier_of
        self._verifiers: dict[str, Verify | None] = {}
        self._devices = folder / "devices"
        self._secrets = folder / "secrets"
        self._read: dict[str, _Read] = {}
        self._by_token: dict[str, str] = {}
        self._looked = float("-inf")

    def device(self, name: str) -> Registered | None:
        """Return the device of this name, None where none is registered or its file has mistakes."""
        if name == CENTRE or not topics.NAME.fullmatch(name):
            return None
        file = self._devices / f"{name}.toml"
        try:
            stat = file.stat()
        except OSError:
            self._read.pop(name, None)
            return None
        mark = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        known = self._read.get(name)
        if known is None or known.mark != mark:
            known = self._read[name] = _Read(mark, _read(file))
        return known.device

    def devices(self) -> list[Registered]:
        """Return all devices, by name."""
        names = sorted(file.stem for file in self._devices.glob("*.toml"))
        found = [device for device in map(self.device, names) if device]
        self._by_token = {device.token_sha256: device.device for device in found if device.token_sha256}
        return found

    def owner(self, token: str) -> Registered | None:
        """Return the device whose token this is."""
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
        if digest not in self._by_token and time.monotonic() - self._looked >= LOOK_AGAIN_S:
            self._looked = time.monotonic()
            self.devices()
        device = self.device(self._by_token.get(digest, ""))
        return device if device and hmac.compare_digest(device.token_sha256, digest) else None

    def verifier(self, device: str, epoch: int) -> Verify | None:
        """Return what checks the signatures of a device's epoch; None where no key is registered for it."""
        registered = self.device(device)
        key = registered.signing_key(epoch) if registered else ""
        return self._verifier(key) if key else None

    def _verifier(self, key: str) -> Verify | None:
        if key not in self._verifiers:
            try:
                self._verifiers[key] = self._verifier_of(key)
            except ValueError:
                log.error("not a public key", key=key[:64])  # noqa: TRY400
                self._verifiers[key] = None
        return self._verifiers[key]

    def mac(self, device: str) -> Callable[[bytes], bytes] | None:
        """Return HMAC-SHA256 under the key of a device's bank; None where the centre has no such key."""
        try:
            key = (self._secrets / f"{device}.bank.key").read_bytes()
        except OSError:
            return None
        return lambda message: hmac.digest(key, message, "sha256")


def _read(file: Path) -> Registered | None:
    try:
        device = config.read(Registered, file, {})
    except BadConfig as error:
        log.error("device file has mistakes", file=file.name, why=str(error))  # noqa: TRY400
        return None
    if device.device != file.stem:
        log.error("device file of another device", file=file.name, device=device.device)
        return None
    return device
