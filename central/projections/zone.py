"""The agent itself, its alarms and its bays."""

from sqlalchemy import update

from central import schema
from central.projections.told import Told
from central.sql import insert
from central.standing_alarms import clear_alarm, raise_alarm
from wire import happenings as h


def agent_started(told: Told, news: h.AgentStarted) -> None:
    told.do(update(schema.device).where(schema.device.c.device == told.device).values(version=news.version[:64]))
    told.work.tell("devices")


def alarm_raised(told: Told, news: h.AlarmRaised) -> None:
    raise_alarm(told.work, told.device, news.alarm, news.about, news.detail, at=told.at, source="device")


def alarm_cleared(told: Told, news: h.AlarmCleared) -> None:
    clear_alarm(told.work, told.device, news.alarm, news.about, at=told.at, source="device")


def bay_changed(told: Told, news: h.BayChanged) -> None:
    now = {"node": news.node, "state": news.state, "since": told.at, "last_word": told.work.now}
    new = insert(schema.bay).values(device=told.device, bay=news.bay, **now)
    told.do(new.on_conflict_do_update(index_elements=["device", "bay"], set_=now))
    told.work.tell("bays", "devices")
