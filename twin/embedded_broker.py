"""The broker of a laptop without mosquitto: amqtt, on 127.0.0.1 only: it is not a security boundary.

`python -m twin.embedded_broker 127.0.0.1:1883` is a program of its own, so that it can be stopped and killed
like any broker.
"""

import asyncio
import logging
import signal
import sys
from typing import Any

from amqtt.broker import Broker
from amqtt.errors import BrokerError

from wire import exits


class RetainedOnlyToSubscribers(Broker):  # type: ignore[misc]  # amqtt is an untyped package here
    """amqtt 0.12 offers every retained message to every client that connects, for each filter of anybody.

    Who subscribed to nothing would get them all, and whoever subscribes meanwhile changes the table under that
    loop: it dies, and the newcomer stays connected and is never served.
    """

    async def _publish_retained_messages_for_subscription(self, subscription: tuple[str, int], session: Any) -> None:
        holders = self._subscriptions.get(subscription[0], [])
        if any(holder is session for holder, _ in holders):
            await super()._publish_retained_messages_for_subscription(subscription, session)


def main() -> int:
    """Serve until SIGTERM or SIGINT."""
    host, _, port = (sys.argv[1] if len(sys.argv) == 2 else "").rpartition(":")
    if host != "127.0.0.1" or not port.isdecimal():
        sys.stderr.write(
            "usage: python -m twin.embedded_broker 127.0.0.1:PORT (no other address: anybody could speak)\n"
        )
        return exits.MISCONFIGURED
    logging.basicConfig(level=logging.WARNING)
    logging.getLogger("transitions").setLevel(logging.ERROR)
    return asyncio.run(_serve(int(port)))


async def _serve(port: int) -> int:
    ended = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, ended.set)
    broker = RetainedOnlyToSubscribers(
        {
            "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}},
            "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
        }
    )
    try:
        await broker.start()
    except BrokerError as error:
        sys.stderr.write(f"{error}\n")
        return exits.CANNOT_START
    await ended.wait()
    await broker.shutdown()
    return exits.OK


if __name__ == "__main__":
    sys.exit(main())
