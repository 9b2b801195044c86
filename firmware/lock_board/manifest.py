"""Freezes the firmware of the lock board into a MicroPython build: `make FROZEN_MANIFEST=…/manifest.py`."""
# ruff: noqa: F821  (the build hands in `package` and `module`)

package(
    "firmware",
    files=(
        "__init__.py",
        "common/__init__.py",
        "common/boot.py",
        "common/clock.py",
        "common/debounce.py",
        "lock_board/__init__.py",
        "lock_board/board.py",
        "lock_board/latches.py",
        "lock_board/moves.py",
        "lock_board/pins.py",
    ),
    base_path="../..",
)
package(
    "wire",
    files=(
        "__init__.py",
        "board.py",
        "errors.py",
        "frame.py",
    ),
    base_path="../..",
)
module("main.py")
