"""Alterations of a certificate, made up at random from a seed: by somebody who has the file, and a key of their own."""

from __future__ import annotations

import base64
import copy
import json
import random
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mulu.reports.certificate import DOMAIN, canonical, sign

Json = dict[str, Any]
Alteration = Callable[[random.Random, bytes, bytes], bytes]
ORDER = 2**252 + 27742317777372353535851937790883648493
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
SMALL = [
    bytes.fromhex(one)
    for one in (
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  # 0 written in a second way
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  # 1 written in a second way
        "0100000000000000000000000000000000000000000000000000000000000080",
    )
]
ALIKE = str.maketrans(
    {"a": "а", "e": "е", "o": "о", "c": "с", "-": "‐", "2": "２", "（": "(", "。": "｡", "x": "х", " ": "\u00a0"}
)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every value that holds no other."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from leaves(one, (*path, key))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from leaves(one, (*path, number))
    else:
        yield path


def holders(value: Any, kind: type, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every object, or of every list."""
    if isinstance(value, kind):
        yield path
    if isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from holders(one, kind, (*path, key))


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def other(rng: random.Random, value: Any) -> Any:
    """Another value of the same kind, or of another."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + rng.choice((-1, 1, 1000))
    if value is None:
        return rng.choice((0, "", False))
    if value.replace(".", "").isdigit() and rng.random() < 0.7:
        return rng.choice((value + "0", "0" + value, value[:-1] + str((int(value[-1]) + 1) % 10)))
    place = rng.randrange(len(value) + 1)
    return rng.choice((value[:place] + "x" + value[place:], value[:place], value.upper() + " ", None))


def changed(rng: random.Random, whole: Json) -> Json:
    """A certificate in which one thing of the body is other, lacking, new or elsewhere."""
    made = copy.deepcopy(whole)
    body = made["body"]
    how = rng.randrange(4)
    if how == 0:
        *path, last = rng.choice(list(leaves(body)))
        within = at(body, tuple(path))
        within[last] = other(rng, within[last])
    elif how == 1:
        within = at(body, rng.choice([p for p in holders(body, dict) if at(body, p)]))
        del within[rng.choice(list(within))]
    elif how == 2:
        at(body, rng.choice(list(holders(body, dict))))[rng.choice(("approved", "z", "cleared"))] = rng.choice(
            (True, 1, "")
        )
    else:
        within = at(body, rng.choice([p for p in holders(body, list) if len(at(body, p)) > 1]))
        if rng.random() < 0.5:
            within.reverse()
        else:
            within.append(within[0])
    return made


def written(whole: Any) -> bytes:
    return canonical(whole) + b"\n"


def resigned(whole: Json, key: Ed25519PrivateKey = OTHER_KEY) -> bytes:
    """The same facts under another key."""
    return sign({k: v for k, v in whole["body"].items() if k not in ("key", "says")}, key)


# ---- one by one ------------------------------------------------------------------------------------------------------


def flipped(rng: random.Random, data: bytes, _: bytes) -> bytes:
    place = rng.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << rng.randrange(8))]) + data[place + 1 :]


def replaced(rng: random.Random, data: bytes, _: bytes) -> bytes:
    place, length = rng.randrange(len(data)), rng.randrange(1, 9)
    return data[:place] + rng.randbytes(length) + data[place + length :]


def left_out(rng: random.Random, data: bytes, _: bytes) -> bytes:
    place = rng.randrange(len(data))
    return data[:place] + data[place + rng.randrange(1, 40) :]


def put_in(rng: random.Random, data: bytes, _: bytes) -> bytes:
    place = rng.randrange(len(data))
    return (
        data[:place]
        + rng.choice((b" ", b"\n", b"\t", b"\0", b",", b'"', b"\xef\xbb\xbf", rng.randbytes(3)))
        + data[place:]
    )


def cut(rng: random.Random, data: bytes, _: bytes) -> bytes:
    return data[: rng.randrange(len(data))]


def appended(rng: random.Random, data: bytes, more: bytes) -> bytes:
    return data + rng.choice((b"\n", b" ", b"\0", b"{}", data, more, rng.randbytes(5)))


def fields(rng: random.Random, data: bytes, _: bytes) -> bytes:
    return written(changed(rng, json.loads(data)))


def key_twice(rng: random.Random, data: bytes, _: bytes) -> bytes:
    for _try in range(100):
        place = data.find(b'{"', rng.randrange(len(data)))
        if place >= 0:
            break
    end = data.index(b'"', place + 2)
    return data[: place + 1] + data[place + 1 : end + 1] + rng.choice((b":null,", b":{},", b":1,")) + data[place + 1 :]


def unsorted(rng: random.Random, data: bytes, _: bytes) -> bytes:
    whole = json.loads(data)

    def shuffled(value: Any) -> Any:
        if isinstance(value, dict):
            keys = list(value)
            rng.shuffle(keys)
            return {key: shuffled(value[key]) for key in keys}
        return [shuffled(one) for one in value] if isinstance(value, list) else value

    return json.dumps(shuffled(whole), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def blanks(rng: random.Random, data: bytes, _: bytes) -> bytes:
    how: Json = rng.choice(
        ({}, {"indent": rng.randrange(1, 5)}, {"separators": (", ", ":")}, {"separators": (",", ": ")})
    )
    return json.dumps(json.loads(data), ensure_ascii=False, sort_keys=True, **how).encode() + b"\n"


def numbers(rng: random.Random, data: bytes, _: bytes) -> bytes:
    """A whole number written in another way: 1.0, 1e0, 01, +1, -0, or as a text."""
    whole = json.loads(data)
    found = [p for p in leaves(whole) if type(at(whole, p)) is int]
    *path, last = rng.choice(found)
    within = at(whole, tuple(path))
    value, mark = within[last], "@NUMBER@"
    within[last] = mark
    ways = (
        f"{value}.0",
        f"{value}e0",
        f"0{value}",
        f"+{value}",
        f"{value}.00",
        f"-{value}",
        f'"{value}"',
        "NaN",
        "Infinity",
        f"{value}E+0",
    )
    return written(whole).replace(f'"{mark}"'.encode(), rng.choice(ways).encode())


def look_alike(rng: random.Random, data: bytes, _: bytes) -> bytes:
    """Characters that look alike, decomposed or escaped."""
    text = data.decode()
    how = rng.randrange(4)
    if how == 0:
        place = rng.randrange(len(text))
        return (text[:place] + text[place : place + 60].translate(ALIKE) + text[place + 60 :]).encode()
    if how == 1:
        return unicodedata.normalize(rng.choice(("NFKC", "NFKD", "NFD")), text).encode()
    if how == 2:
        place = rng.choice([n for n, c in enumerate(text) if c.isalpha()])
        return (text[:place] + f"\\u{ord(text[place]):04x}" + text[place + 1 :]).encode()
    return json.dumps(json.loads(data), sort_keys=True, separators=(",", ":")).encode() + b"\n"  # all of it escaped


def encoded_otherwise(rng: random.Random, data: bytes, _: bytes) -> bytes:
    text = data.decode()
    if rng.random() < 0.3:
        place = text.index('":"') + 3
        return (text[:place] + "\\ud800" + text[place:]).encode()  # half a character
    return rng.choice((text.encode("utf-8-sig"), text.encode("utf-16"), text.encode("utf-32"), text.encode("gb18030")))


def key_and_signature(rng: random.Random, data: bytes, _: bytes) -> bytes:
    """The facts as they were or others, signed anew, with a key of one's own in the place of the other."""
    whole = json.loads(data)
    for _try in range(8):
        try:
            return resigned(changed(rng, whole) if rng.random() < 0.8 else whole)
        except Exception:
            continue  # facts of which no certificate can be made
    return resigned(whole)


def key_alone(rng: random.Random, data: bytes, more: bytes) -> bytes:
    """Another key in the place of the one that signed, the signature as it was or made with it over the old facts."""
    whole, theirs = json.loads(data), json.loads(resigned(json.loads(data)))
    whole["body"]["key"] = theirs["body"]["key"]
    if rng.random() < 0.5:
        whole["signature"] = base64.b64encode(OTHER_KEY.sign(DOMAIN + canonical(json.loads(data)["body"]))).decode()
    if rng.random() < 0.3:
        whole["body"]["key"]["fingerprint"] = json.loads(data)["body"]["key"]["fingerprint"]
    return written(whole)


def of_another(rng: random.Random, data: bytes, more: bytes) -> bytes:
    """The signature, or a part of the facts, of another certificate of the same key."""
    whole, theirs = json.loads(data), json.loads(more)
    if rng.random() < 0.4:
        whole["signature"] = theirs["signature"]
    else:
        differing = [key for key in whole["body"] if whole["body"][key] != theirs["body"][key]]
        for key in rng.sample(differing, rng.randrange(1, len(differing))):
            whole["body"][key] = theirs["body"][key]
    return written(whole)


def base64_otherwise(rng: random.Random, data: bytes, _: bytes) -> bytes:
    """The same bytes in another spelling of base64."""
    whole = json.loads(data)
    within, name = (whole, "signature") if rng.random() < 0.5 else (whole["body"]["key"], "public")
    text = within[name]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    end = len(text.rstrip("="))
    spare = letters[letters.index(text[end - 1]) ^ rng.randrange(1, 4)]  # bits that stand for nothing
    place = rng.randrange(1, end)
    within[name] = rng.choice(
        (
            text[: end - 1] + spare + text[end:],
            text.rstrip("="),
            text + "=",
            text[:place] + "\n" + text[place:],
            text[:place] + " " + text[place:],
            text + "\n",
            text[:place] + "!" + text[place:],
            base64.b16encode(base64.b64decode(text)).decode(),
            "A" + text,
        )
    )
    return written(whole)


def malleable(rng: random.Random, data: bytes, _: bytes) -> bytes:
    """Another signature over the same facts: S + L, −S, R or S of nothing, or one bit of it."""
    whole = json.loads(data)
    raw = base64.b64decode(whole["signature"])
    first, second = raw[:32], int.from_bytes(raw[32:], "little")
    ways = [(first, second + ORDER * k) for k in range(1, 8) if second + ORDER * k < 2**256]
    ways += [(first, ORDER - second), (bytes(32), second), (first, 0), (SMALL[0], 0), (bytes(32), 0)]
    bit = 1 << rng.randrange(252)
    ways.append((first, second ^ bit))
    one, two = rng.choice(ways)
    whole["signature"] = base64.b64encode(one + two.to_bytes(32, "little")).decode()
    return written(whole)


def small_order(rng: random.Random, data: bytes, _: bytes) -> bytes:
    """A key of small order, with the signature that fits every text under it."""
    import hashlib

    from mulu.reports.certificate import fingerprint

    whole = changed(rng, json.loads(data)) if rng.random() < 0.5 else json.loads(data)
    public = rng.choice(SMALL)
    whole["body"]["key"] = {
        "algorithm": "Ed25519",
        "public": base64.b64encode(public).decode(),
        "fingerprint": rng.choice((fingerprint(public), hashlib.sha256(public).hexdigest())),
    }
    whole["signature"] = base64.b64encode(SMALL[0] + bytes(32)).decode()
    return written(whole)


def other_domain(rng: random.Random, data: bytes, _: bytes) -> bytes:
    """A signature of one's own over other bytes: without the line before the body, or of another version."""
    whole = json.loads(resigned(json.loads(data)))
    domain = rng.choice((b"", b"mulu certificate v2\n", b"mulu certificate v1", b"mulu certificate v1\r\n"))
    whole["signature"] = base64.b64encode(OTHER_KEY.sign(domain + canonical(whole["body"]))).decode()
    return written(whole)


def other_envelope(rng: random.Random, data: bytes, _: bytes) -> bytes:
    whole = json.loads(data)
    return rng.choice(
        (
            written([whole]),
            written({**whole, "note": "approved"}),
            written({"body": whole["body"]}),
            written({"signature": whole["signature"]}),
            written({**whole, "signature": [whole["signature"]]}),
            written({"body": json.dumps(whole["body"]), "signature": whole["signature"]}),
            written(whole["body"]),
            b"[" * rng.randrange(1, 200_000) + b"\n",
            b'{"body":' * rng.randrange(1, 20_000) + b"\n",
            data[:-1],
            data[:-1] + b"\r\n",
            b"",
        )
    )


ALTERATIONS: tuple[Alteration, ...] = (
    flipped, replaced, left_out, put_in, cut, appended, fields, key_twice, unsorted, blanks, numbers, look_alike, encoded_otherwise,
    key_and_signature, key_alone, of_another, base64_otherwise, malleable, small_order, other_domain, other_envelope,
)  # fmt: skip
