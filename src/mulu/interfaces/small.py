"""Answers cut to what an agent can read at once, with nothing left out in silence.

The answers of the desk are whole: up to 70 kB. Here an answer loses first what is named as dispensable, in that order, then the
ends of its longest lists, until it fits. Each thing left out is told as a note with the `part` (a JSON Pointer, `*` for every
entry of a list, `2:` for every one from the third on) and, for a list or a text, how many entries or characters to `skip` to go on. Any part can be asked for alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from mulu.errors import Misused
from mulu.vocabulary import Said

Json = dict[str, Any]


class NoSuchPart(Misused):
    """A part was asked for that the answer does not have."""

    def __init__(self, part: str, there: str) -> None:
        super().__init__(
            Said(
                "no_such_part",
                f"答复中没有 {part!r}。此处有：{there}。请照抄 left_out 中的 part，并以序号代替 * 或 2:。",
                f"The answer has no part {part!r}; there are: {there}. Copy a part from left_out, with the number of an entry for * or 2:.",
            )
        )


def size(value: Any) -> int:
    """Bytes of a value as compact JSON in UTF-8."""
    return len(msgspec.json.encode(value))


def part_of(whole: Any, part: str) -> Any:
    """What a JSON Pointer names. Raises NoSuchPart."""
    value = whole
    if not part.startswith("/"):
        raise NoSuchPart(part, _there(whole))
    for token in part.split("/")[1:]:
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and token.isdecimal() and int(token) < len(value):
            value = value[int(token)]
        else:
            raise NoSuchPart(part, _there(value))
    return value


def _there(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"/{key}" for key in value)
    if isinstance(value, list) and value:
        return f"0–{len(value) - 1}"
    return "–"


def skipped(value: Any, skip: int, part: str) -> Any:
    """A list or a text without its first entries or characters. Raises NoSuchPart where there are not as many."""
    if skip == 0:
        return value
    if not isinstance(value, list | str) or skip >= len(value):
        there = f"{len(value)}" if isinstance(value, list | str) else "–"
        raise NoSuchPart(f"{part} skip={skip}", there)
    return value[skip:]


def cut(
    value: Any,
    always: Iterable[str],
    order: Iterable[str],
    fits: Callable[[Any, list[Json]], bool],
    part: str = "",
    skip: int = 0,
) -> tuple[Any, list[Json]]:
    """What of a value fits, and a note for each thing left out. The value given is left as it was.

    `always` and `order` name what can be spared, as `list/*/key`, `list/1:/key` for every entry but the first, or `list/*/list/2:`
    for all entries but the first two; of `order` only what must go. Both are named from the top of the whole answer, of which
    the value is `part` without its first `skip` entries. `fits` is asked of a value together with its notes.
    """
    needed, spare = _below(always, part), _below(order, part)
    if part:  # somebody asked for just this: spared only where it does not fit
        needed, spare = [], needed + spare
    kept, notes = _without(value, needed, part)
    taken: list[Sequence[str]] = []
    for pattern in spare:
        if fits(kept, notes):
            break
        taken.append(pattern)
        notes += _note(pattern, part, _removed(kept, pattern))
    least, fitted = size(kept), fits(kept, notes)
    for pattern in taken[:-1]:
        # What went early has its place again where something larger has gone since, or where it went itself with that.
        fewer = [one for one in taken if one is not pattern]
        tried, told = _without(value, needed + fewer, part)
        if fits(tried, told) if fitted else size(tried) <= least:
            taken, kept, notes = fewer, tried, told
    if fitted:
        return kept, notes
    room, over = 0, size(kept)
    while over - room > 50:
        middle = (room + over) // 2
        less, more = _fitted(kept, middle, part, skip)
        if fits(less, notes + more):
            room = middle
        else:
            over = middle
    less, more = _fitted(kept, room, part, skip)
    return less, notes + more


def _below(patterns: Iterable[str], part: str) -> list[Sequence[str]]:
    """Patterns as they read from a part of the answer; those that do not lie in it are dropped."""
    above = part.split("/")[1:]
    found: list[Sequence[str]] = []
    for pattern in patterns:
        tokens = pattern.split("/")
        inside = len(tokens) > len(above) and all(_names(t, a) for t, a in zip(tokens, above, strict=False))
        below = tokens[len(above) :]
        if inside and not below[0].endswith(":"):  # the entries of a list that was asked for are not spared
            found.append(below)
    return found


def _names(token: str, key: str) -> bool:
    return token in ("*", key) or (token.endswith(":") and key.isdecimal() and int(key) >= int(token[:-1]))


def _without(value: Any, patterns: Iterable[Sequence[str]], part: str) -> tuple[Any, list[Json]]:
    kept: Any = msgspec.json.decode(msgspec.json.encode(value))  # a copy
    return kept, [note for tokens in patterns for note in _note(tokens, part, _removed(kept, tokens))]


def _note(tokens: Sequence[str], part: str, gone: int) -> list[Json]:
    if not gone:
        return []
    if tokens[-1].endswith(":"):
        return [{"part": "/".join((part, *tokens[:-1])), "skip": int(tokens[-1][:-1]), "left_out": gone}]
    return [{"part": "/".join((part, *tokens)), "left_out": gone}]


def _removed(value: Any, tokens: Sequence[str]) -> int:
    """Takes out in place what a pattern names; how many values or entries went. What is empty stays: it is told as short."""
    first, rest = tokens[0], tokens[1:]
    if first.endswith(":"):
        late = value[int(first[:-1]) :]
        if rest:
            return sum(_removed(one, rest) for one in late)
        del value[int(first[:-1]) :]
        return len(late)
    if first == "*":
        return sum(_removed(one, rest) for one in value)
    if not isinstance(value, dict) or first not in value or value[first] in (None, [], {}):
        return 0
    if rest:
        return _removed(value[first], rest)
    return _count(value.pop(first))


def _count(value: Any) -> int:
    return len(value) if isinstance(value, list) else 1


def _fitted(value: Any, room: int, where: str, skip: int = 0) -> tuple[Any, list[Json]]:
    """The value within `room`: lists and texts lose their end, and in an object the largest values give way first."""
    if size(value) <= room:
        return value, []
    if isinstance(value, str):
        kept = value.encode()[: max(0, room - 2)].decode(errors="ignore")
        while size(kept) > room:  # quotes and breaks are written with a sign before them
            kept = kept[:-1]
        return kept, [{"part": where, "skip": skip + len(kept), "left_out": len(value) - len(kept)}]
    if isinstance(value, list) and value:
        return _shortened(value, room, where, skip)
    if isinstance(value, dict) and value:
        return _narrowed(value, room, where)
    return value, []


def _shortened(value: list[Any], room: int, where: str, skip: int) -> tuple[list[Any], list[Json]]:
    kept: list[Any] = []
    notes: list[Json] = []
    used = 2
    for one in value:
        needs = size(one) + 1
        if used + needs > room:
            break
        kept.append(one)
        used += needs
    if not kept and isinstance(value[0], dict):
        first, notes = _fitted(value[0], room - 2, f"{where}/{skip}")
        kept = [first] if first else []
        notes = notes if first else []
    if len(kept) < len(value):
        notes.append({"part": where, "skip": skip + len(kept), "left_out": len(value) - len(kept)})
    return kept, notes


def _narrowed(value: Json, room: int, where: str) -> tuple[Json, list[Json]]:
    sizes = {key: size(key) + 2 + size(one) for key, one in value.items()}
    level = _level(sorted(sizes.values()), room - 2)
    kept: Json = {}
    notes: list[Json] = []
    for key, one in value.items():
        if sizes[key] <= level:
            kept[key] = one
            continue
        # A sentence is left out whole: half of one could be read as another.
        less, told = (
            _fitted(one, level - size(key) - 2, f"{where}/{key}") if isinstance(one, list | dict) else (None, [])
        )
        if less:
            kept[key] = less
            notes += told
        else:
            notes.append({"part": f"{where}/{key}", "left_out": _count(one)})
    return kept, notes


def _level(sizes: Sequence[int], room: int) -> int:
    """The size up to which every value keeps what it needs, where the larger ones share the rest alike."""
    left = room
    for place, one in enumerate(sizes):
        share = left // (len(sizes) - place)
        if one > share:
            return share
        left -= one
    return sizes[-1]
