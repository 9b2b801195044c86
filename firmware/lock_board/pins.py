"""Where the lock board is wired: GPIO numbers of a Raspberry Pi Pico. Door 1 is the first of each row."""

UART = 0  # through an RS-485 transceiver that finds its direction itself
TX = 0
RX = 1
BAUD = 115200

LATCHES = (2, 3, 4, 5, 6, 7, 8, 9)
"""Outputs, high while the latch is pulsed. A board that is off or restarting pulls them low."""

CONTACTS = (10, 11, 12, 13, 14, 15, 16, 17)
"""Inputs with a pull-up; a closed door connects them to ground, so a cut wire reads as an open door."""
