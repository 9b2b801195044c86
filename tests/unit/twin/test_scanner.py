"""The code scanner: what is held before it comes as a line."""

from pathlib import Path
from typing import Any

import pytest

from twin.scanner import MOST, Scanner
from wire.errors import Refused


async def test_a_code_comes_as_its_text_and_a_carriage_return(port: Path, program: Any) -> None:
    async with Scanner(port) as scanner:
        program.open(port)
        scanner.show("NCFOXN%TS3DH")
        scanner.show("CERT-1")
        assert await program.read(20) == b"NCFOXN%TS3DH\rCERT-1\r"
        assert scanner.shown == "CERT-1"


@pytest.mark.parametrize("code", ["", "  ", "two\rcodes", "A" * (MOST + 1)])
async def test_what_is_no_code_is_refused(code: str, port: Path) -> None:
    async with Scanner(port) as scanner:
        with pytest.raises(Refused, match="no code"):
            scanner.show(code)
        assert scanner.shown == ""


async def test_the_longest_code_fits(port: Path, program: Any) -> None:
    async with Scanner(port) as scanner:
        program.open(port)
        scanner.show("A" * MOST)
        assert scanner.shown == "A" * MOST


async def test_a_scanner_is_told_nothing(port: Path, program: Any) -> None:
    async with Scanner(port) as scanner:
        program.open(port)
        program.write(b"hello")
        scanner.show("A")
        assert await program.read(2) == b"A\r"
