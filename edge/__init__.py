"""The agent of a Pi: it runs the devices of a zone, remembers what happened, and reports to the centre."""
