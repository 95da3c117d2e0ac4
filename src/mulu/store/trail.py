"""The audit trail as a file that an auditor keeps, and a store held against such files: what a store alone cannot show."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from mulu.errors import Misused
from mulu.store.records import Entry, Problem, chained
from mulu.vocabulary import Said

HEAD = re.compile(r"(\d{1,9}):([0-9a-f]{64})")


class TrailNotRead(Misused):
    """What was given is neither an exported trail nor a head."""

    def __init__(self, given: str, zh: str, en: str) -> None:
        super().__init__(
            Said(
                "trail_not_read",
                f"{given}：{zh}。请给出导出轨迹的文件（`mulu trail` 的 `into`），或“记录数:摘要”。",
                f"{given}: {en}. Give a file of an exported trail (`into` of `mulu trail`), or RECORDS:DIGEST.",
            )
        )


def lines_of(entries: Sequence[Entry]) -> Iterator[str]:
    """The trail as JSON lines, oldest first; the last line is the head: how many records, and the seal of the last one."""
    for one in entries:
        yield json.dumps({**_record(one), "chain": one.chain}, ensure_ascii=False, sort_keys=True)
    yield json.dumps({"records": len(entries), "head": entries[-1].chain if entries else None})


def head_of(entries: Sequence[Entry]) -> str:
    """The head as one can write it down: records, a colon, the seal of the last record."""
    return f"{len(entries)}:{entries[-1].chain}" if entries else "0:" + "0" * 64


def against(entries: Sequence[Entry], kept: Iterable[str]) -> list[Problem]:
    """Everything in which a store differs from trails or heads kept outside it."""
    found: list[Problem] = []
    for given in kept:
        head = HEAD.fullmatch(given)
        if head is not None:
            found += _compared(entries, [(int(head[1]), head[2])], given)
            continue
        found += _compared(entries, _exported(given), given)
    return found


def _compared(entries: Sequence[Entry], kept: Iterable[tuple[int, str]], given: str) -> Iterator[Problem]:
    missing: list[int] = []
    for id_, chain in kept:
        if id_ == 0:
            continue
        if id_ > len(entries):
            missing.append(id_)
        elif entries[id_ - 1].id != id_ or entries[id_ - 1].chain != chain:
            zh, en = (
                f"日志记录 {id_} 与 {given} 中保存的不同：其后的内容已被重写",
                f"Journal record {id_} is not the one kept in {given}: the trail was rewritten from there on or before",
            )
            yield Problem(Said("trail_rewritten", zh, en), entry=id_)
            return
    if missing:
        zh, en = (
            f"{given} 保存到第 {missing[-1]} 条，存储库只有 {len(entries)} 条：末尾被截断，或换成了较旧的存储库",
            f"{given} keeps record {missing[-1]} and the store has only {len(entries)}: its end was cut off, or an older store was put in its place",
        )
        yield Problem(Said("trail_cut_off", zh, en), entry=missing[0])


def _exported(given: str) -> list[tuple[int, str]]:
    """The records of an exported trail, its own chain proved."""
    try:
        rows = [json.loads(line) for line in Path(given).read_text(encoding="utf-8").splitlines() if line.strip()]
    except OSError as error:
        raise TrailNotRead(given, f"无法读取（{error.strerror}）", f"cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise TrailNotRead(given, "不是 JSON 行", "is not JSON lines") from error
    if not rows or not all(isinstance(row, dict) for row in rows) or set(rows[-1]) != {"records", "head"}:
        raise TrailNotRead(given, "末行不是头记录", "has no head as its last line")
    records, head = rows[:-1], rows[-1]
    before, kept = "", []
    for n, row in enumerate(records, 1):
        if (
            set(row) != {"id", "at", "act", "document", "by", "body", "chain"}
            or row["id"] != n
            or row["chain"] != chained(before, row)
        ):
            raise TrailNotRead(given, f"第 {n} 行已被改动", f"line {n} was changed")
        before = row["chain"]
        kept.append((n, before))
    if head["records"] != len(records) or head["head"] != (before or None):
        raise TrailNotRead(given, "头记录与内容不符", "its head does not fit its records")
    return kept


def _record(one: Entry) -> dict[str, Any]:
    at = one.at.isoformat(timespec="microseconds")
    return {"id": one.id, "at": at, "act": one.act, "document": one.document, "by": one.by, "body": one.body}


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
