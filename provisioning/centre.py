"""A centre's data folder: `central.toml` and the keys that only the centre has."""

from pathlib import Path
from typing import Any

from provisioning.folder import keep_secret, new_key, read_key, read_secret, read_table, write_table
from provisioning.given import Mistakes, device_name
from wire import config, seal, sign
from wire.errors import BadConfig
from wire.registered import Registered

COMMENT = "Made by zone24-provision. Options: docs/config.md. Check it with zone24-central --check."
STAFF_COMMENT = "Made by zone24-provision staff; the PINs are hashed."

SERVICES = (
    {"id": "household", "prefix": "A", "zh": "户籍业务", "en": "Household registration"},
    {"id": "social", "prefix": "B", "zh": "社保业务", "en": "Social security"},
    {"id": "tax", "prefix": "C", "zh": "税务业务", "en": "Tax"},
)
COUNTERS = (
    {"id": "1", "zh": "1号窗口", "en": "Counter 1", "services": ["household", "social"]},
    {"id": "2", "zh": "2号窗口", "en": "Counter 2", "services": ["social", "tax"]},
)


class Centre:
    """The files of a centre's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "central.toml"
        self.staff = folder / "staff.toml"
        self.seal_key = folder / "secrets" / "seal.key"
        self.field_key = folder / "secrets" / "field.key"
        self.centre_key = folder / "secrets" / "centre.key"
        self.credential_key = folder / "secrets" / "credential.key"

    def device(self, name: str) -> Path:
        """Return the file that says what the centre knows of a device."""
        return self.folder / "devices" / f"{name}.toml"

    def bank_key(self, name: str) -> Path:
        """Return the file with the centre's copy of the key of a device's bank."""
        return self.folder / "secrets" / f"{name}.bank.key"

    def registered(self, name: str) -> Registered:
        """Return what is registered under a name; a file that is no device's is a BadConfig."""
        return config.read(Registered, self.device(name), {})

    def devices(self) -> dict[str, Registered]:
        """Return every device that is registered, by name."""
        return {file.stem: self.registered(file.stem) for file in sorted((self.folder / "devices").glob("*.toml"))}

    def read(self) -> dict[str, Any]:
        """Return central.toml; BadConfig where there is none or it lacks what its devices copy from it."""
        if not self.config.exists():
            raise BadConfig(f"{self.folder}: no centre's folder; make it with zone24-provision init")
        table = read_table(self.config)
        mistakes = [f"{self.config}: {name} is missing" for name in ("centre", "phone", "service") if name not in table]
        if mistakes:
            raise BadConfig("\n".join(mistakes))
        return table

    def public_key(self) -> str:
        """Return the public half of the key that phones are sealed to."""
        return seal.public_key(read_key(self.seal_key))

    def centre_keys(self) -> list[str]:
        """Return the public keys of receipts and orders that devices trust."""
        return _trusted(self.centre_key)

    def credential_keys(self) -> list[str]:
        """Return the public keys of QR codes that devices trust."""
        return _trusted(self.credential_key)


def _trusted(file: Path) -> list[str]:
    """Return the public half of a signing key, and of the one beside it that takes its place next (`*.next.key`)."""
    follows = file.with_suffix(".next.key")
    return [sign.public_key(read_key(each)) for each in (file, follows) if each == file or each.exists()]


def init(folder: Path, *, update: bool, **given: Any) -> dict[str, Any]:
    """Prepare a centre's folder, or with `update` change its addresses and make the keys that are missing.

    Keys that are there stay. `given`: name, phone, port, broker (host, port), sms_url; None for what was not given.
    """
    centre = Centre(folder)
    if centre.config.exists() and not update:
        raise BadConfig(f"{folder}: there is a centre's folder already; --update changes its addresses, never a key")
    table = read_table(centre.config) if centre.config.exists() else _fresh()
    _change(table, given)
    keep_secret(centre.seal_key, seal.new_key)
    for file in (centre.field_key, centre.centre_key, centre.credential_key):
        keep_secret(file, new_key)
        read_key(file)
    (folder / "devices").mkdir(exist_ok=True)
    changed = write_table(centre.config, table, COMMENT)
    return {"folder": str(folder), "changed": changed, "seal_key": centre.public_key()}


def _fresh() -> dict[str, Any]:
    return {
        "centre": "示范市政务服务中心",
        "database": "sqlite:///central.db",
        "phone": "0000-12345",
        "http": {"host": "127.0.0.1", "port": 8241},
        "broker": {"host": "127.0.0.1", "port": 8243, "keepalive_s": 5},
        "sms": {"driver": "webhook", "url": "http://127.0.0.1:8240/sms"},
        "service": list(SERVICES),
        "counter": list(COUNTERS),
    }


def _change(table: dict[str, Any], given: dict[str, Any]) -> None:
    host, port = given["broker"] or (None, None)
    for section, key, value in (
        (None, "centre", given["name"]),
        (None, "phone", given["phone"]),
        ("http", "port", given["port"]),
        ("broker", "host", host),
        ("broker", "port", port),
        ("sms", "url", given["sms_url"]),
    ):
        if value is not None:
            (table.setdefault(section, {}) if section else table)[key] = value


def check(folder: Path) -> dict[str, Any]:
    """Return a summary of a centre's folder; BadConfig names every mistake in it."""
    centre, mistakes = Centre(folder), Mistakes()
    mistakes.tried(centre.read)
    for read in (centre.public_key, lambda: read_key(centre.field_key), centre.centre_keys, centre.credential_keys):
        mistakes.tried(read)
    devices = mistakes.tried(centre.devices) or {}
    for name, device in devices.items():
        mistakes.check("device", device_name, name)
        _check_device(centre, name, device, devices, mistakes)
    if centre.staff.exists():
        mistakes.tried(lambda: read_secret(centre.staff))
    mistakes.end()
    return {"folder": str(folder), "devices": sorted(devices)}


def _check_device(
    centre: Centre, name: str, device: Registered, devices: dict[str, Registered], mistakes: Mistakes
) -> None:
    where = centre.device(name)
    if device.device != name:
        mistakes.add(f"{where}: says that it is device {device.device!r}")
    if device.kind == "zone" and not device.token_sha256:
        mistakes.add(f"{where}: token_sha256 is missing; zone24-provision add --update writes it again")
    if device.kind == "zone" and not device.signing_key(device.epoch):
        mistakes.add(f"{where}: signing_keys has none of epoch {device.epoch}; zone24-provision add --update adds it")
    if device.compartments:
        mistakes.tried(lambda: read_key(centre.bank_key(name)))
    if device.kind == "node" and device.zone not in devices:
        mistakes.add(f"{where}: zone {device.zone!r} is not registered")
