"""docs/receipts.md is enough to check a receipt without us: its commands run here, its table is the code's."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from wire import entry, proof, sign
from wire.entry import Signed

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "receipts.md").read_text("utf-8")
PRIVATE = bytes(range(32))


@pytest.fixture
def line() -> str:
    data = entry.encode(
        entry.decode(GOLDEN).happening(), device="zone-01", epoch=1, seq=7, prev="0" * 64, boot=1, mono=1, wall=1,
        clock_good=True,
    )  # fmt: skip
    return entry.line_of(Signed(data, sign.signer(PRIVATE)(data))).decode()


GOLDEN = (
    b'{"v":1,"device":"zone-01","epoch":1,"seq":7,"prev":"'
    + b"0" * 64
    + b'","boot":1,"mono":1,"wall":1,"clock":"good",'
    b'"body":{"kind":"taken","item":"\xe6\x9d\x90\xe6\x96\x99-7","compartment":3,"receiver":"staff 1001"}}'
)


def run(line: str, folder: Path, key: str) -> subprocess.CompletedProcess[str]:
    (commands,) = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    (folder / "receipt.txt").write_text(line + "\n", "utf-8")
    environment = {**os.environ, "KEY": key}
    command = ["sh", "-e", "-c", commands]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl: the commands of docs/receipts.md are NOT tested")
def test_the_commands_of_the_page_tell_a_good_receipt_from_a_changed_one(line: str, tmp_path: Path):
    key = sign.public_key(PRIVATE)
    good = run(line, tmp_path, key)
    assert "Signature Verified Successfully" in good.stdout, good.stderr
    assert entry.digest(line.split(" ", 1)[1].encode()) in good.stdout
    for changed in (
        line.replace("1001", "1002"),
        line.replace("材料", "资料"),
        ("B" if line[0] == "A" else "A") + line[1:],
    ):
        ended = run(changed, tmp_path, key)
        assert ended.returncode != 0
        assert "Successfully" not in ended.stdout
    assert run(line, tmp_path, sign.public_key(bytes(32))).returncode != 0


def test_the_table_of_the_page_is_the_codes():
    words = {"the bank": "bank", "the door": "door", "–": ""}
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in PAGE.splitlines() if row.startswith("| `")]
    told = {
        row[0].strip("`"): (row[1], *(words.get(cell, cell.strip("`")) for cell in row[2:]))
        for row in rows
        if len(row) == 5 and row[1] != "leg"
    }
    assert told == proof.LEGS


def test_every_answer_is_told():
    told = [row[3:].split("`")[0] for row in PAGE.splitlines() if row.startswith("| `") and row.count("|") == 3]
    assert told == list(proof.SAYS)
