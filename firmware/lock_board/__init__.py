"""The board that pulses latches and watches door contacts on the serial bus."""
