"""What an extractor may read besides a page: one captured exchange with its body. Hosts are read as `HostFacts`."""

from dataclasses import dataclass

from crawlers.records import Capture
from nlp.where import Where


@dataclass(frozen=True, slots=True)
class CapturedBody:
    """One exchange and its body, content coding undone."""

    capture: Capture
    body: bytes
    storefront: str = ""

    def header_where(self, name: str) -> Where:
        """The place of a header, or of the header list as a whole when the name is empty."""
        return Where("header", self.capture.capture_id, self.storefront, name=name or None)

    def body_where(self) -> Where:
        """The place that is the whole body."""
        return Where("body", self.capture.capture_id, self.storefront)
