"""The node over a parking bay that says over MQTT whether a car stands in it."""
