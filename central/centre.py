"""Everything a running centre has, in one value: `central.app` makes it, the routes read it."""

from dataclasses import dataclass

from central.centre_link import CentreLink
from central.config import CentralConfig, Site
from central.intake import Intake
from central.metrics import Counts
from central.people import People
from central.registry import Registry
from central.store import Store
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
    hub: Hub
    pages: Pages

    @property
    def config(self) -> CentralConfig:
        return self.site.config
