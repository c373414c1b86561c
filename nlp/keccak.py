"""Keccak-256 with the padding of Ethereum and Monero (0x01), which the SHA-3 of the standard library (0x06) does not have.

Source: The Keccak reference, version 3.0, sections 1.2 and 2.
"""

RATE = 136  # bytes
MASK = (1 << 64) - 1
ROTATIONS = (0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14)


def _constants() -> tuple[int, ...]:
    """The 24 round constants from the linear feedback shift register of the reference."""
    constants, register = [], 1
    for _ in range(24):
        constant = 0
        for power in range(7):
            if register & 1:
                constant |= 1 << ((1 << power) - 1)
            register = register << 1 ^ (0x171 if register >> 7 else 0)
        constants.append(constant)
    return tuple(constants)


CONSTANTS = _constants()
# Lane x, y moves to y, 2x + 3y (both modulo 5).
TARGETS = tuple((at // 5) + 5 * ((2 * (at % 5) + 3 * (at // 5)) % 5) for at in range(25))


def keccak256(message: bytes) -> bytes:
    """The 32-byte digest."""
    padded = bytearray(message + b"\x01" + bytes(-(len(message) + 1) % RATE))
    padded[-1] |= 0x80
    lanes = [0] * 25
    for start in range(0, len(padded), RATE):
        for at in range(RATE // 8):
            lanes[at] ^= int.from_bytes(padded[start + 8 * at : start + 8 * at + 8], "little")
        lanes = permuted(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])


def permuted(lanes: list[int]) -> list[int]:
    """Keccak-f[1600] over 25 lanes, lane x, y at 5 y + x."""
    for constant in CONSTANTS:
        columns = [lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] for x in range(5)]
        turned = [columns[x - 1] ^ rotated(columns[(x + 1) % 5], 1) for x in range(5)]
        moved = [0] * 25
        for at, lane in enumerate(lanes):
            moved[TARGETS[at]] = rotated(lane ^ turned[at % 5], ROTATIONS[at])
        lanes = [moved[at] ^ (~moved[at - at % 5 + (at + 1) % 5] & moved[at - at % 5 + (at + 2) % 5] & MASK) for at in range(25)]
        lanes[0] ^= constant
    return lanes


def rotated(lane: int, count: int) -> int:
    """The lane turned left."""
    return (lane << count | lane >> (64 - count)) & MASK
