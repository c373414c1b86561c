"""Payment addresses: published vectors of every kind, one changed character, strings that only look like addresses."""

import base64
import hashlib
import random
import string
import uuid
from collections.abc import Iterator

import pytest

from nlp.bech32 import read_word
from nlp.extract import extract_all
from nlp.extractors import bitcoin_cash, cardano, ethereum, iban, monero, solana, ton, zcash
from nlp.findings import Payment
from nlp.keccak import keccak256
from nlp.parse import ParsedPage

# Kind → addresses with their source: multicoin = christsim/multicoin-address-validator test/wallet_address_validator.js,
# bip_utils = ebellocchia/bip_utils tests/addr (or made with it from the public keys there), others named.
VECTORS = {
    "bitcoin": [
        "12KYrjTdVGjFMtaxERSk3gphreJ5US8aUP",  # multicoin
        "3NJZLcZEEYBpxYEUGewU4knsQRn1WM5Fkt",
        "bc1q2t63ewm3mvh0ztmnmezxm7s0tefknenxlrlwrk",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",  # BIP-350
    ],
    "litecoin": ["LVg2kJoFNg45Nbpy53h7Fe1wKyeXVRhMH9", "MDTMWESJsSsqQafjLmPCTqT1gdq2aGUsyK", "ltc1qg42tkwuuxefutzxezdkdel39gfstuap288mfea"],
    "dogecoin": [
        "DPpJVPpvPNP6i6tMj4rTycAGh8wReTqaSU",
        "DNzLUN6MyYVS5zf4Xc2yK69V3dXs6Mxia5",
        "A7JjzK9k9x5b2MkkQzqt91WZsuu7wTu6iS",
    ],  # multicoin
    "dash": ["XwD6S22a3HG1WLTvKw2fU9iTWXjorM7vq6", "7Xxr2YJWjK83bqvnWW4MyaCGHV4xQ3YDiL"],  # bip_utils
    "bitcoin_cash": ["qq4v32mtagxac29my6gwj6fd4tmqg8rysu23dax807", "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"],  # multicoin, cashaddr.md
    "zcash": ["t1ePrc6np3tq1x2vEQUXZkS8avrMCdeT5cY", "t3Q7pCgSUtep1CiSjBKCyn1JXcbRfPShJY7", zcash.UNIFIED],
    "ripple": ["rMXEbm4gn2sRMP1L7s5ScdpCgUwf8qMNvw", "X7AcgcsBL6XDcUb289X4mJ8djcdyKaB5hJDWMArnXr61cqZ"],  # bip_utils, XLS-5d
    "tron": ["TTthQ8HHZCsYeJMZuWstWXwhqPDiEjavb8"],  # bip_utils
    "stellar": ["GDDLUVMU4MZU76EQ2KVR3T3HK4EZWNIF7WAC3HFBWT6IXCB7RGU55WRO"],
    "cosmos": ["cosmos1uydjuajd0t77ysvwu03v347zxr73rty4tk6vpr", "bnb1uydjuajd0t77ysvwu03v347zxr73rty4fj9qqd"],
    "tezos": ["tz1LknFLG8R79aRDPtpKqQm7oxP4yPpSduHz"],
    "monero": [  # bip_utils: standard and integrated
        "495wjBmEpuiiLgDdUWfhBEc9KKsZbDCfoeNoqvUru1gpVwKqvTJgCEoNEfHn9sgxyxB7Str2eEDfSV6yciUAXZWV1RF5Vkx",
        "4Hk2skWFnHVTzuzmJPSiWGQmBYC1Z21yTQXQuDWv4MZm6qBnA4CCMXVgsjoFRmGkATR8yeytc2tFJKgvKz1Bbhj5i5fCBuJ3ufPRXhfuLD",
    ],
    "ton": ["UQB-ejjqwZvzd8m7fcZbPTofsRbGbuw96bQ190Lgi198e1Gl", "UQBhx8AhGyL7153Yaf8svkZkEKbG0JcsUcNpTwu2kOm5WaW7"],  # bip_utils
    "cardano": [cardano.SHELLEY, cardano.BYRON, "Ae2tdPwUPEZ9tojGU84oHw8578UURrhGEiRKtAoExUJy9mrxJTdffEvyZ93"],
    "iban": [
        "GB29NWBK60161331926819",
        "DE89370400440532013000",
        "NO9386011117947",
        "MT84MALT011000012345MTLCAST001S",
        "CH9300762011623852957",
    ],  # registry
}
# EIP-55, "Test cases": all capitals, all small letters, mixed.
EIP55 = [
    "0x52908400098527886E0F7030069857D2E4169EE7", "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
    "0xde709f2102306220921060314715629080e2fb77", "0x27b1fdb04752bbc536007a920d24acb045561c26",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
]  # fmt: skip


def payments(text: str) -> list[tuple[str, str]]:
    return sorted({(one.kind, one.value) for one in extract_all(ParsedPage.of_text(text), "page") if isinstance(one, Payment)})


PAIRS = [(kind, address) for kind, addresses in VECTORS.items() for address in addresses]


@pytest.mark.parametrize(("kind", "address"), PAIRS)
def test_a_valid_address_in_a_sentence_is_found_under_its_kind(kind: str, address: str) -> None:
    assert payments(f"Order, then transfer to {address}, we ship the same day.") == [(kind, address)]


@pytest.mark.parametrize(("kind", "address"), PAIRS)
def test_no_address_survives_one_changed_character(kind: str, address: str) -> None:
    letters = (
        "0123456789"
        if address.isdigit()
        else string.ascii_lowercase + string.digits
        if address == address.lower()
        else string.ascii_letters + string.digits
    )
    for place in range(len(address)):
        for other in random.Random(place).sample(letters, 3):
            if other.lower() != address[place].lower() and not (kind == "iban" and place < 2):
                changed = address[:place] + other + address[place + 1 :]
                assert payments(f"transfer to {changed}, we ship") == [], (place, changed)


@pytest.mark.parametrize("address", EIP55)
def test_addresses_of_eip_55(address: str) -> None:
    assert payments(f"USDT to {address}") == [("ethereum", address.lower())]


def test_the_case_of_every_letter_counts() -> None:
    address = EIP55[4]
    for place in range(2, 42):
        if address[place].isalpha():
            assert payments(f"USDT to {address[:place]}{address[place].swapcase()}{address[place + 1 :]}") == []


def test_ethereum_needs_a_reader_or_a_checksum() -> None:
    plain = EIP55[2]
    page = ParsedPage(f"<script>var a='{plain}'; // {EIP55[4]}</script>", "https://green-door.example/")
    assert [one.value for one in ethereum.extract(page)] == [EIP55[4].lower()]


@pytest.mark.parametrize(
    ("text", "kind", "networks"),
    [
        ("pay 12KYrjTdVGjFMtaxERSk3gphreJ5US8aUP", "bitcoin", ("bitcoin", "bitcoin_cash")),
        ("BTC: 12KYrjTdVGjFMtaxERSk3gphreJ5US8aUP", "bitcoin", ("bitcoin", "bitcoin_cash")),
        ("Bitcoin Cash: 12KYrjTdVGjFMtaxERSk3gphreJ5US8aUP", "bitcoin_cash", ("bitcoin_cash", "bitcoin")),
        ("BTC or LTC: 3NJZLcZEEYBpxYEUGewU4knsQRn1WM5Fkt", "litecoin", ("litecoin", "bitcoin", "bitcoin_cash")),
        ("比特币 3NJZLcZEEYBpxYEUGewU4knsQRn1WM5Fkt", "bitcoin", ("bitcoin", "bitcoin_cash")),
    ],
)
def test_an_address_of_two_networks_carries_the_likelier_kind_and_names_both(text: str, kind: str, networks: tuple[str, ...]) -> None:
    (found,) = [one for one in extract_all(ParsedPage.of_text(text), "page") if isinstance(one, Payment)]
    assert (found.kind, found.networks) == (kind, networks)


def test_solana_has_no_checksum_so_words_must_speak_of_paying() -> None:
    key = "ENkX7T9YUL1QkCffH4RLF1ssK97w7gNCYj9bG853P9Qy"
    assert payments(f"Solana wallet {key}") == [("solana", key)]
    assert payments(f"batch {key}") == payments(f"BTC {key}") == []
    assert solana.is_on_curve(bytes.fromhex("5866666666666666666666666666666666666666666666666666666666666666"))  # RFC 8032, the base point
    assert not solana.is_on_curve(bytes([2]) + bytes(31))


def test_zero_width_characters_and_line_break_hints_inside_an_address_are_undone() -> None:
    page = ParsedPage("<p>12KYrjTdVGjFMtaxERSk<wbr>3gphreJ5US8aUP</p><p>TTthQ8HHZCsYeJMZ\u200buWstWXwhqPDiEjavb8</p>", "https://a.example/")
    assert {one.value for one in extract_all(page, "page") if isinstance(one, Payment)} == {
        "12KYrjTdVGjFMtaxERSk3gphreJ5US8aUP", "TTthQ8HHZCsYeJMZuWstWXwhqPDiEjavb8",
    }  # fmt: skip


@pytest.mark.parametrize(
    "address",
    [  # bip_utils, TEST_VECT_DEC_INVALID of Byron and Shelley: CRC, tag, encoding, type, lengths, header, network
        "Ae2tdPwUPEZ1RPUDa1v5RpwafGhMWppE19i3Y5sAgKknTHKw6UrvRNcdL6D",
        "3BesdaTS8reTfZA7DiKfpzLxepvPGHzChBytguQqeXfTWV9FQePhgahXgA",
        "Ae2tr7hYAE9LJU98dz6iHoDNozJq3EvtavT1eViVsMrVmtTiJ81sT7UgzZm",
        "addr1q9hamruwl3x78q8n6apv5xajjp4rnz40k8hadgw83lm2f7gglc6ae0xz4vr3mv2s67fau2ctn3qlgyre6d69ns5qyyxqujzuv3",
        "addr1uydcux8l4hr29en7hrer9xf22y2rj6ty7l4ee2ku47upknekelt65xtnqdzl88ksmnrsy3m02lxms38685672l8f6nysnmruwn",
        "addr1qrgy2x7fadda4ylqe9t0udkwa6ulwuhxuuuclf3sx79hh3nxt6vygfc53zr6vv3fj3f3y335pv34e98paxy5xu9ydmlsk8fgjk",
        "addr1qxna6qgtua0qe32f95ghc3ye0evlk8xf9fjxjuujxqv5awkjeh6n4l47z4ynrggjs33md2veatxydpymz726j5am3d9fw7",
    ],
)
def test_invalid_cardano_addresses_fail(address: str) -> None:
    assert payments(f"ADA {address}") == []


@pytest.mark.parametrize(
    "word",
    [  # BIP-173 and BIP-350, "Test vectors": valid words of either checksum
        "A12UEL5L", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", "?1ezyfcl",
        "A1LQFN3A", "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx", "?1v759aa",
        "split1checkupstagehandshakeupstreamerranterredcaperredlc445v",
    ],
)  # fmt: skip
def test_bech32_words(word: str) -> None:
    assert read_word(word) is not None
    assert read_word(word[:-1] + ("q" if word[-1] not in "qQ" else "p")) is None


@pytest.mark.parametrize(
    ("message", "digest"),
    [  # Keccak reference, KAT; Ethereum yellow paper
        (b"", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
        (b"abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
        (b"a" * 136, "a6c4d403279fe3e0af03729caada8374b5ca54d8065329a3ebcaeb4b60aa386e"),
    ],
)
def test_keccak_256(message: bytes, digest: str) -> None:
    assert keccak256(message).hex() == digest


def test_iban_structure_length_and_country() -> None:
    assert iban.valid_iban("NO93 8601 1117 947") == "NO9386011117947"
    assert iban.valid_iban("GB29 NWBK 6016 1331 9268 19 Sort") == "GB29NWBK60161331926819"
    for wrong in ("ZZ29NWBK60161331926819", "GB29NWBK6016133192681", "GB291234601613319268", "DE893704004405320130001"):
        assert iban.valid_iban(wrong) is None


def test_helpers_refuse_what_is_no_word_of_theirs() -> None:
    assert monero.decoded("0" * 95) is None
    assert not ton.is_address("A" * 48)
    assert not bitcoin_cash.is_cashaddr("q" * 42)
    assert not zcash.is_unified("u1" + "q" * 100)


def benign(count: int, seed: int) -> Iterator[str]:
    """Strings that shops and their pages hold: digests, base64, UUIDs, tracking numbers, product codes, keys, card-like numbers."""
    draw = random.Random(seed)
    words = string.ascii_letters + string.digits
    capitals = string.ascii_uppercase + string.digits
    base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    makers = (
        lambda: hashlib.md5(draw.randbytes(8)).hexdigest(),
        lambda: hashlib.sha1(draw.randbytes(8)).hexdigest(),
        lambda: hashlib.sha256(draw.randbytes(8)).hexdigest(),
        lambda: base64.b64encode(draw.randbytes(draw.randint(18, 96))).decode(),
        lambda: base64.urlsafe_b64encode(draw.randbytes(36)).decode(),
        lambda: base64.b32encode(draw.randbytes(35)).decode(),
        lambda: str(uuid.UUID(int=draw.getrandbits(128))),
        lambda: "1Z" + "".join(draw.choices(capitals, k=16)),
        lambda: draw.choice(("RR", "EE", "LX")) + "".join(draw.choices(string.digits, k=9)) + draw.choice(("CN", "GB", "DE")),
        lambda: "".join(draw.choices(string.digits, k=draw.randint(12, 24))),
        lambda: "".join(draw.choices(words, k=draw.randint(26, 62))),
        lambda: draw.choice("13LXDTrtA4bq") + "".join(draw.choices(base58, k=draw.choice((33, 34, 43, 94)))),
        lambda: draw.choice(("bc1q", "ltc1q", "addr1", "u1", "cosmos1")) + "".join(draw.choices("qpzry9x8gf2tvdw0s3jn54khce6mua7l", k=38)),
        lambda: "0x" + draw.randbytes(32).hex(),
        lambda: draw.choice(("GB", "DE", "FR", "NO", "PL")) + "".join(draw.choices(capitals, k=draw.randint(13, 26))),
        lambda: "-".join("".join(draw.choices(capitals, k=5)) for _ in range(5)),
    )  # fmt: skip
    for number in range(count):
        yield makers[number % len(makers)]()


def test_32000_benign_strings_hold_no_address() -> None:
    texts = list(benign(32_000, seed=7))
    found = [hit for start in range(0, len(texts), 400) for hit in payments(" lot\n".join(texts[start : start + 400]))]
    assert found == []
