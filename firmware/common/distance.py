"""An ultrasonic distance sensor with a trigger and an echo line (HC-SR04 and its kin)."""

import time

import machine

LEAST_MM = 20
MOST_MM = 4500
_TIMEOUT_US = 30000  # 5 m there and back
_MM_PER_2_MS = 343  # sound goes there and back


class Distance:
    """`trigger` and `echo` are GPIO numbers; the echo line of a 5 V sensor needs a divider to 3.3 V."""

    def __init__(self, trigger: int, echo: int) -> None:
        self._trigger = machine.Pin(trigger, machine.Pin.OUT, value=0)
        self._echo = machine.Pin(echo, machine.Pin.IN)

    def read_mm(self) -> int | None:
        """Return the distance, or None without a believable echo; takes up to 60 ms."""
        self._trigger.value(1)
        time.sleep_us(10)
        self._trigger.value(0)
        pulse_us = machine.time_pulse_us(self._echo, 1, _TIMEOUT_US)
        distance_mm = pulse_us * _MM_PER_2_MS // 2000
        return distance_mm if LEAST_MM <= distance_mm <= MOST_MM else None
