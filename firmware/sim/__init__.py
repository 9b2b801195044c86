"""A board's `machine` and `network` on MicroPython's unix port; put this folder first on MICROPYPATH."""
