"""Strings on which a regular expression may backtrack: built from its own repeats, after what leads up to each.

Run as a program it reads patterns (JSON: [[pattern, flags], …]) and tells the slow ones; see test_attacks.py. It ends with
an error where it takes more processor time, in whole seconds, than its last argument allows.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator
from re import _constants as op
from re import _parser as parser
from typing import Any

CLASSES = {
    op.CATEGORY_DIGIT: "7",
    op.CATEGORY_SPACE: " ",
    op.CATEGORY_WORD: "a",
    op.CATEGORY_NOT_DIGIT: "a",
    op.CATEGORY_NOT_SPACE: "a",
    op.CATEGORY_NOT_WORD: " ",
}
COMMON = (
    " ",
    "7",
    "a",
    "一",
    ",",
    "、",
    ".",
    "(",
    "（",
    "-",
    "1 ",
    "a ",
    "7.",
    "不",
    "及",
    "<",
    "\n",
    "\t ",
    "7,",
    "10^",
    "or ",
    "和",
)
END = ("\x00", "")
MANY = 8  # repeats that may run on: at least so often


def sample(tree: Any, depth: int = 0) -> str:
    """A short text that the tree matches, or nearly."""
    said = ""
    for kind, value in tree:
        if kind is op.LITERAL:
            said += chr(value)
        elif kind is op.NOT_LITERAL:
            said += "a" if chr(value) != "a" else "b"
        elif kind is op.ANY:
            said += "a"
        elif kind is op.IN:
            said += among(value)
        elif kind is op.BRANCH:
            said += sample(value[1][0], depth + 1)
        elif kind is op.SUBPATTERN:
            said += sample(value[-1], depth + 1)
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            said += sample(value[2], depth + 1) * min(value[0], 3)
        elif kind is op.ATOMIC_GROUP:
            said += sample(value, depth + 1)
    return said


def among(options: Any) -> str:
    if options[0][0] is op.NEGATE:
        taken = re.compile("[" + "".join(re.escape(chr(v)) for k, v in options if k is op.LITERAL) + "]") if any(
            k is op.LITERAL for k, _ in options
        ) else None  # fmt: skip
        return next((c for c in "a7 一,." if taken is None or not taken.match(c)), "a")
    kind, value = options[0]
    if kind is op.LITERAL:
        return chr(value)
    if kind is op.RANGE:
        return chr(value[0])
    return CLASSES.get(value, "a")


def every(options: Any) -> Iterator[str]:
    """A few characters that a set holds."""
    for kind, value in options[:6]:
        if kind is op.LITERAL:
            yield chr(value)
        elif kind is op.RANGE:
            yield chr(value[0])
        elif kind is op.CATEGORY:
            yield CLASSES.get(value, "a")


def repeats(tree: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """What leads up to each long repeat, and what it repeats."""
    for at, (kind, value) in enumerate(tree):
        lead = before + sample(tree[:at])
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            least, most, body = value
            if most is op.MAXREPEAT or most >= MANY:
                yield lead, sample(body) or "a"
                for inner, options in body:
                    if inner is op.IN:
                        for one in every(options):
                            yield lead, one
                    if inner is op.SUBPATTERN and options[-1][0][0] is op.BRANCH:
                        for branch in options[-1][0][1][1]:
                            yield lead, sample(branch) or "a"
                yield lead + sample(body) * min(least, 3), sample(body) or "a"
            yield from repeats(body, lead)
        elif kind is op.SUBPATTERN:
            yield from repeats(value[-1], lead)
        elif kind is op.BRANCH:
            for branch in value[1]:
                yield from repeats(branch, lead)
        elif kind in (op.ASSERT, op.ASSERT_NOT):
            yield from repeats(value[1], lead)


def attacks(pattern: str, flags: int) -> list[tuple[str, str]]:
    tree = parser.parse(pattern, flags)
    found = dict.fromkeys(repeats(tree))
    whole = sample(tree)
    leads = dict.fromkeys(["", *(lead for lead, _ in found)])
    units = dict.fromkeys([*(unit for _, unit in found), *COMMON])
    return list(dict.fromkeys([*found, *(("", unit) for unit in units), *((lead, whole) for lead in leads if whole)]))[
        :400
    ]


def seconds(pattern: re.Pattern[str], text: str) -> float:
    """Of this thread on a processor, so that waiting for a busy machine counts for nothing. From one place of the text: how often
    a pattern is tried is for the code that tries it to answer for."""
    began = time.thread_time()
    pattern.match(text)
    return time.thread_time() - began


def slow(pattern: str, flags: int, size: int, bound: float) -> tuple[int, float, str, str, str] | None:
    """An attack of at most `size` characters that takes longer than `bound` seconds, found from short ones up.

    It has to do so each of three times: what shares a processor may be slowed down for a moment, what backtracks is always slow.
    """
    compiled = re.compile(pattern, flags)
    for lead, unit in attacks(pattern, flags):
        for end in END:
            length = 24  # short enough that what doubles with every character shows and still ends
            while length <= size:
                text = lead + unit * max(1, length // len(unit)) + end
                taken = seconds(compiled, text)
                if taken > bound and min(seconds(compiled, text) for _ in range(2)) > bound:
                    return length, taken, lead, unit, end
                length = length * 2 if length > 200 else length * 5 // 4
    return None


if __name__ == "__main__":
    size, bound = int(sys.argv[1]), float(sys.argv[2])
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[3]), int(sys.argv[3])))  # ends what would never end
    for pattern, flags in json.load(sys.stdin):
        found = slow(pattern, flags, size, bound)
        if found is not None:
            print(json.dumps([pattern, flags, *found]), flush=True)
