"""A captured picture as people see it: PDQ, which survives scaling, recompression and banners.

Source: facebook/ThreatExchange PDQ; measured in reference/linkage.md section 3. Near values (31 of 256 bits) count as one in linking.
"""

from collections.abc import Iterator

from nlp.findings import Fingerprint
from nlp.pictures import grey_points, pdq
from nlp.sample_picture import PICTURE, PICTURE_PDQ
from nlp.sources import CapturedBody

KIND = IDENTIFIER = "image_phash"
PIVOT = True
READS = "capture"
EXAMPLES = [
    (("asset", (), PICTURE), [PICTURE_PDQ]),
    (("asset", (), b"<html>404</html>"), []),
    (("favicon", (), PICTURE), []),
]


def extract(source: CapturedBody) -> Iterator[Fingerprint]:
    """One fingerprint for a picture with enough structure."""
    if source.capture.role == "asset" and source.capture.status == 200:
        points = grey_points(source.body)
        value = pdq(points) if points is not None else None
        if value is not None:
            yield Fingerprint(KIND, value, source.body_where())
