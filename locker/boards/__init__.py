"""The families of off-the-shelf lock boards, each a codec; our own board speaks `wire.board`."""
