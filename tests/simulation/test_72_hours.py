"""72 hours without the centre: what lies inside is fetched, new items are laid in, and then everybody is told."""

from tests.simulation.agenda import HOUR, MINUTE
from tests.simulation.quiet_zone import quiet_zone, staff
from tests.simulation.world import world

WITHOUT = 72 * HOUR


def test_72_hours_without_the_centre():
    with quiet_zone() as zone:
        for item in ("paper-1", "paper-2"):
            zone.lay_in(staff(item))
        zone.order(zone.manifest("1" * 32, "parcel-1", "parcel-2"))
        assert set(zone.told) == {"paper-1", "paper-2"}
        back = zone.agenda.now + WITHOUT
        zone.cut_off()

        # what was laid in before still opens, new items are laid in, and a restart needs no centre
        zone.agenda.run(HOUR)
        zone.fetch(zone.told["paper-1"])
        zone.lay_in(staff("paper-3"))
        zone.lay_in(zone.parcel_of("parcel-1"))
        zone.restart()
        zone.agenda.run(22 * HOUR)
        assert zone.parcel_of("parcel-2").purpose == "pickup"

        # the manifest holds for 24 hours: what comes later is kept apart
        zone.agenda.run(2 * HOUR)
        assert zone.parcel_of("parcel-2").purpose == "quarantine"
        zone.lay_in(zone.parcel_of("parcel-2"))
        zone.agenda.run(back - zone.agenda.now - 5 * MINUTE)
        zone.fetch(zone.told["paper-2"])
        zone.agenda.run(back - zone.agenda.now)
        assert set(zone.told) == {"paper-1", "paper-2"}
        assert zone.held == {"paper-3", "parcel-1", "parcel-2"}

        # the line is back: the codes go out, the centre has everything, and the new codes open
        zone.reconnect()
        assert set(zone.told) == {"paper-1", "paper-2", "paper-3", "parcel-1"}
        for item in ("paper-3", "parcel-1"):
            zone.fetch(zone.told[item])
        assert zone.held == {"parcel-2"}


def test_banks_without_the_centre_are_drained_ten_minutes_after_72_busy_hours():
    with world("busy", handovers=60) as made:
        made.live(1, trouble=0)
        for weather in made.network.weather.values():
            weather.mqtt = weather.http = False
        told = len(made.centre.delivered)
        made.live(3, trouble=0)
        assert len(made.centre.delivered) == told
        made.heal()
        assert made.god.is_content, made.god.found
        assert len(made.centre.delivered) > told
