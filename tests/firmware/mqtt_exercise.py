"""Drives the firmware's MQTT client; a program for CPython and MicroPython: `mqtt_exercise.py PORT ROUNDS`.

It subscribes, publishes ROUNDS messages with QoS 1 (each as often as it takes) and waits until each came back.
"""

import asyncio
import json
import sys

from firmware.common import mqtt

mqtt.FIRST_WAIT_MS = 20
mqtt.LONGEST_WAIT_MS = 40


class Exercise:
    def __init__(self, port: int, rounds: int) -> None:
        self.rounds = rounds
        self.seen: set[int] = set()
        self.failed = 0
        self.all_seen = asyncio.Event()
        self.client = mqtt.Mqtt("127.0.0.1", port, "exercise", keepalive_s=3, timeout_s=0.5, on_message=self.came)

    def came(self, topic: str, payload: bytes, _retained: bool) -> None:
        assert topic == "to/me"
        self.seen.add(int(payload))
        if len(self.seen) == self.rounds:
            self.all_seen.set()

    async def publish(self, number: int) -> None:
        while True:
            await self.client.up.wait()
            try:
                return await self.client.publish("to/me", str(number).encode(), qos=1)
            except OSError:
                self.failed += 1

    async def publish_all(self) -> None:
        """Some one after the other, the rest all at once."""
        half = self.rounds // 2
        for number in range(half):
            await self.publish(number)
        await asyncio.gather(*[self.publish(number) for number in range(half, self.rounds)])
        await self.all_seen.wait()


async def main() -> None:
    exercise = Exercise(int(sys.argv[1]), int(sys.argv[2]))
    await exercise.client.subscribe("to/me", qos=1)
    running = asyncio.create_task(exercise.client.run())
    await asyncio.wait_for(exercise.publish_all(), 20)
    running.cancel()
    said = {"seen": len(exercise.seen), "failed": exercise.failed, "connections": exercise.client.connections}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    asyncio.run(main())
