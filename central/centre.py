"""Everything a running centre has, in one value: `central.app` makes it, the routes read it."""

from dataclasses import dataclass

from central.badges import Badges
from central.centre_link import CentreLink
from central.config import CentralConfig, Site
from central.guessing import Guessing
from central.intake import Intake
from central.metrics import Counts
from central.office import Office
from central.ordering import Ordering
from central.people import People
from central.registry import Registry
from central.store import Store
from wire.sign import Sign
from wire.web.pages import Pages
from wire.web.stream import Hub


@dataclass(frozen=True, kw_only=True)
class Centre:
    """The parts of a running centre."""

    site: Site
    store: Store
    registry: Registry
    people: People
    intake: Intake
    link: CentreLink
    counts: Counts
    sign: Sign
    ordering: Ordering
    office: Office
    badges: Badges
    owner_tries: Guessing
    hub: Hub
    pages: Pages

    @property
    def config(self) -> CentralConfig:
        return self.site.config
