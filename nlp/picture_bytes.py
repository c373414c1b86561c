"""Whether bytes are a picture, by their first bytes: what a server says of them is often wrong."""

import re

# ICO, PNG, GIF, JPEG, BMP, WebP, AVIF; SVG as text. An error page served as an icon is not one.
PICTURE = re.compile(
    rb"\x00\x00[\x01\x02]\x00|\x89PNG\r\n|GIF8[79]a|\xff\xd8\xff|BM....\x00\x00|RIFF....WEBP|....ftypavif"
    rb"|(?:<\?xml[^>]{0,200}>)?\s{0,20}(?:<!--.{0,500}?-->\s{0,20})?<svg",
    re.DOTALL,
)
RASTER = re.compile(rb"\x00\x00[\x01\x02]\x00|\x89PNG\r\n|GIF8[79]a|\xff\xd8\xff|BM....\x00\x00|RIFF....WEBP|....ftypavif", re.DOTALL)


def is_picture(body: bytes) -> bool:
    """True for a picture of any kind, SVG included."""
    return PICTURE.match(body) is not None


def is_raster(body: bytes) -> bool:
    """True for a picture made of points."""
    return RASTER.match(body) is not None
