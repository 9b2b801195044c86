"""A centre's folder with devices in it, made once and laid into any other: central.toml, keys, an empty database."""

import functools
import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from central import config, migrations
from central.config import Site
from tests.simulation.signing import Scheme, Signing

CENTRAL = """
centre = "示范市政务服务中心"
phone = "0000-12345"
[http]
port = 1
[broker]
port = 1
[sms]
url = "http://127.0.0.1:9/sms"
[[service]]
id = "household"
prefix = "A"
zh = "户籍业务"
en = "Household registration"
[[counter]]
id = "1"
zh = "1号窗口"
en = "Counter 1"
services = ["household"]
"""

ZONE = """
device = "{device}"
epoch = 1
kind = "zone"
name = "一号自助服务区"
token_sha256 = "{token}"
compartments = {compartments}
signing_keys = ["{key}"]
"""

DATABASE = "central.db"
BANK_KEY = bytes(range(32))
MOST = 16
"""Compartments of each zone."""


def make(folder: Path, devices: Sequence[str], signing: Signing) -> Site:
    """Lay a centre that knows these devices into a folder; its database has no rows."""
    _lay(_files(tuple(devices), signing.scheme), folder)
    return config.read(folder / "central.toml")


def database(devices: Sequence[str]) -> bytes:
    """Return an empty database of today's schema."""
    return _files(tuple(devices), "keyed")[DATABASE]


@functools.cache
def _files(devices: tuple[str, ...], scheme: Scheme) -> Mapping[str, bytes]:
    """Return every file of such a folder, by name."""
    files = {"central.toml": CENTRAL.encode()}
    for key in ("seal", "field", "centre", "credential"):
        files[f"secrets/{key}.key"] = hashlib.sha256(key.encode()).digest()
    for device in devices:
        token, key_text = hashlib.sha256(device.encode()).hexdigest(), Signing(scheme).key_text(device)
        zone = ZONE.format(device=device, token=token, compartments=MOST, key=key_text)
        files |= {f"devices/{device}.toml": zone.encode(), f"secrets/{device}.bank.key": BANK_KEY}
    with tempfile.TemporaryDirectory() as folder:
        _lay(files, Path(folder))
        migrations.upgrade(config.read(Path(folder) / "central.toml").database)
        return {**files, DATABASE: (Path(folder) / DATABASE).read_bytes()}


def _lay(files: Mapping[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_bytes(content)
