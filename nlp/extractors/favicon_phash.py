"""A favicon as people see it: dhash of 64 bits, equal for the same icon in another size or format.

Source: reference/linkage.md section 3.
"""

from collections.abc import Iterator

from nlp.findings import Fingerprint
from nlp.pictures import dhash, grey_points
from nlp.sample_picture import PICTURE, PICTURE_DHASH
from nlp.sources import CapturedBody

KIND = IDENTIFIER = "favicon_phash"
PIVOT = True
READS = "capture"
EXAMPLES = [
    (("favicon", (), PICTURE), [PICTURE_DHASH]),
    (("favicon", (), b"<html>404</html>"), []),
    (("asset", (), PICTURE), []),
]


def extract(source: CapturedBody) -> Iterator[Fingerprint]:
    """One fingerprint for an icon that is no plain area."""
    if source.capture.role == "favicon" and source.capture.status == 200:
        points = grey_points(source.body, 256)
        value = dhash(points) if points is not None else None
        if value is not None:
            yield Fingerprint(KIND, value, source.body_where())
