"""Pictures as points, within bounds, and their perceptual hashes.

PDQ decides (reference/linkage.md section 3: the clearest gap between copies and strangers), dhash is the cheap form for icons.
Source: facebook/ThreatExchange, "The TMK+PDQF video-hashing algorithm and the PDQ image-hashing algorithm".
"""

import functools
import io
import warnings

import numpy as np
from PIL import Image, UnidentifiedImageError

from nlp.picture_bytes import is_raster

POINTS_MAX = 16_000_000  # of one picture; a bomb says so in its header and is never decoded
BYTES_MAX = 12_000_000
SIDE_MAX = 1_024  # PDQ reads a picture scaled down to this
Points = np.ndarray


def grey_points(body: bytes, side_max: int = SIDE_MAX) -> Points | None:
    """The luminance of a picture, 0 to 255, rows first, scaled down to `side_max`; transparent points are white. None for what is no
    picture, cannot be decoded, or is larger than 16 million points."""
    if len(body) > BYTES_MAX or not is_raster(body):
        return None
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(body)) as opened:
            warnings.simplefilter("ignore")
            if opened.width * opened.height > POINTS_MAX:
                return None
            picture: Image.Image = opened
            picture.thumbnail((side_max, side_max))
            if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
                layer = picture.convert("RGBA")
                paper = Image.new("RGBA", layer.size, "white")
                paper.alpha_composite(layer)
                picture = paper
            return np.asarray(picture.convert("L"), dtype=np.float32)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError, OverflowError, EOFError):
        return None


def dhash(points: Points) -> str | None:
    """64 bits as 16 hexadecimal digits: whether each of 8 x 8 points is darker than its right neighbour. None for a plain area."""
    small = _resampled(points, 8, 9)
    bits = (small[:, 1:] > small[:, :-1]).ravel()
    return _hexadecimal(bits) if 6 <= int(bits.sum()) <= 58 and float(small.max() - small.min()) > 8 else None


def pdq(points: Points) -> str | None:
    """256 bits as 64 hexadecimal digits; None for a picture without enough structure (PDQ quality below 50) or smaller than 48 points."""
    if min(points.shape) < 48:
        return None
    small = _decimated(points)
    if _quality(small) < 50:
        return None
    waves = _cosines()
    turned = waves @ small @ waves.T
    bits = (turned > np.median(turned)).ravel()
    return _hexadecimal(bits[::-1])


def _decimated(points: Points) -> Points:
    """64 x 64 points after two passes of a box filter as wide as a point of the result (PDQ's Jarosz filter)."""
    height, width = points.shape
    for _ in range(2):
        points = _boxed(_boxed(points, _window(width)).T, _window(height)).T
    rows = ((np.arange(64) + 0.5) * height / 64).astype(int)
    columns = ((np.arange(64) + 0.5) * width / 64).astype(int)
    small: Points = points[rows][:, columns]
    return small


def _window(size: int) -> int:
    return (size + 127) // 128


def _boxed(points: Points, width: int) -> Points:
    """Means along the rows over `width` points, fewer at the edges."""
    ahead, behind = (width + 2) // 2 - 1, width - (width + 2) // 2
    sums = np.concatenate([np.zeros((points.shape[0], 1)), np.cumsum(points, axis=1, dtype=np.float64)], axis=1)
    places = np.arange(points.shape[1])
    first, last = np.maximum(places - behind, 0), np.minimum(places + ahead + 1, points.shape[1])
    means: Points = (sums[:, last] - sums[:, first]) / (last - first)
    return means


def _quality(small: Points) -> int:
    """PDQ's measure of structure, 0 to 100: the sum of steps between neighbours."""
    steps = sum(int(np.abs(np.trunc(np.diff(small, axis=axis) * 100 / 255)).sum()) for axis in (0, 1))
    return min(steps // 90, 100)


@functools.cache
def _cosines() -> Points:
    """The 16 x 64 matrix of the discrete cosine transform without its constant row."""
    rows, columns = np.arange(1, 17)[:, None], np.arange(64)[None, :]
    matrix: Points = np.sqrt(2 / 64) * np.cos(np.pi / 128 * rows * (2 * columns + 1))
    return matrix


def _resampled(points: Points, height: int, width: int) -> Points:
    """Means over a grid of `height` x `width` areas."""
    if points.shape[0] < height or points.shape[1] < width:
        repeat = -(-max(height, width) // min(points.shape))
        points = np.repeat(np.repeat(points, repeat, axis=0), repeat, axis=1)
    rows = np.linspace(0, points.shape[0], height + 1).astype(int)
    columns = np.linspace(0, points.shape[1], width + 1).astype(int)
    sums = np.add.reduceat(np.add.reduceat(points, rows[:-1], axis=0), columns[:-1], axis=1)
    means: Points = sums / np.outer(np.diff(rows), np.diff(columns))
    return means


def _hexadecimal(bits: Points) -> str:
    return np.packbits(bits).tobytes().hex()
