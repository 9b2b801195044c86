"""Freezes the firmware of the parking node into a MicroPython build: `make FROZEN_MANIFEST=…/manifest.py`."""
# ruff: noqa: F821  (the build hands in `package` and `module`)

package(
    "firmware",
    files=(
        "__init__.py",
        "common/__init__.py",
        "common/boot.py",
        "common/clock.py",
        "common/distance.py",
        "common/mqtt.py",
        "common/packets.py",
        "parking_node/__init__.py",
        "parking_node/bay.py",
        "parking_node/pins.py",
        "parking_node/topics.py",
    ),
    base_path="../..",
)
package(
    "wire",
    files=(
        "__init__.py",
        "errors.py",
        "node.py",
    ),
    base_path="../..",
)
module("main.py")
