"""The two topics of a node, as `wire.topics` has them (which a board cannot import)."""


def event(node: str) -> str:
    return "zone24/1/node/%s/event" % node


def heartbeat(node: str) -> str:
    return "zone24/1/node/%s/heartbeat" % node
