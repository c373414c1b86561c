"""Lines of text in pictures by RapidOCR, in a process of its own: its models take half a gigabyte, a broken picture ends only that process.

Installed with the extra `images`; without it nothing is read and `missing` says so. Cyrillic is not among its models (measured 2026-11).
"""

import base64
import importlib.util
import json
import subprocess
import sys
from collections.abc import Sequence

TIMEOUT_S = 180  # for all pictures of one visit; the models load in seven seconds
SURE = 0.6  # confidence below which a line is noise
Line = tuple[str, tuple[int, int, int, int]]


def missing() -> str | None:
    """Why pictures cannot be read here, None when they can."""
    absent = [name for name in ("rapidocr", "onnxruntime") if not importlib.util.find_spec(name)]
    return f"{', '.join(absent)} not installed (extra `images`): words in pictures are not read" if absent else None


def read_lines(bodies: Sequence[bytes]) -> list[list[Line]]:
    """The lines of each picture with their boxes, in the order given; empty lists when OCR is missing, fails or takes too long."""
    nothing: list[list[Line]] = [[] for _ in bodies]
    if not bodies or missing() is not None:
        return nothing
    asked = json.dumps([base64.b64encode(body).decode() for body in bodies])
    try:
        answer = subprocess.run([sys.executable, "-m", "nlp.ocr"], input=asked.encode(), capture_output=True, timeout=TIMEOUT_S, check=True)
        rows = json.loads(answer.stdout)
    except (subprocess.SubprocessError, OSError, ValueError):
        return nothing
    return [[(str(text), (box[0], box[1], box[2], box[3])) for text, box in lines] for lines in rows]


def main() -> int:
    """Reads a JSON list of base64 pictures on standard input, writes the lines of each as JSON."""
    import logging

    from rapidocr import RapidOCR

    logging.disable(logging.CRITICAL)
    reader = RapidOCR()
    found = []
    for encoded in json.load(sys.stdin):
        result = reader(base64.b64decode(encoded))
        lines = []
        for corners, text, score in zip(
            result.boxes if result.boxes is not None else (), result.txts or (), result.scores or (), strict=False
        ):
            if score >= SURE:
                columns, rows = [int(x) for x, _ in corners], [int(y) for _, y in corners]
                lines.append((text, (min(columns), min(rows), max(columns), max(rows))))
        found.append(lines)
    sys.stdout.write(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
