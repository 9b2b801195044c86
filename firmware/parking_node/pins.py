"""Where the distance sensor is wired: GPIO numbers of a Raspberry Pi Pico W."""

TRIGGER = 2
ECHO = 3  # through a divider, when the sensor runs on 5 V
