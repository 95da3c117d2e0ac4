"""What can go wrong with a store, said to the person whose records it holds."""

from __future__ import annotations

import re

from mulu.errors import Misused, MuluError
from mulu.vocabulary import Said


def shown(place: str) -> str:
    """The place of a store without the password that its URL may carry."""
    return re.sub(r"(://[^:/@]*):.*@", r"\1:***@", place)


class StoreMissing(MuluError):
    """Nothing has been kept yet where the store was looked for."""

    def __init__(self, place: str) -> None:
        super().__init__(
            Said(
                "store_missing",
                f"{shown(place)} 处尚无存储库。请先导入文件（`mulu import`）或立案（`mulu case`），或以 `store` 或 MULU_STORE 指明另一处。",
                f"There is no store at {shown(place)}. Import a document (`mulu import`) or open a case (`mulu case`) first, "
                f"or name another place with `store` or MULU_STORE.",
            )
        )
        self.place = place


class StoreUnusable(Misused):
    """The place named cannot hold a store at all."""

    def __init__(self, place: str, why: str, why_zh: str) -> None:
        super().__init__(
            Said(
                "store_unusable",
                f"{shown(place)!r} 不能用作存储库：{why_zh}。请给出文件路径，或 postgresql:// 开头的地址。",
                f"{shown(place)!r} cannot be used as a store: {why}. "
                f"Give the path of a file, or an address that begins with postgresql://.",
            )
        )
        self.place = place


class StoreUnreachable(MuluError):
    """The server that holds the store does not answer, or refuses the name or password given."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(
            Said(
                "store_unreachable",
                f"无法连接存储库 {shown(place)}：{reason}。请确认服务器正在运行、地址与口令无误，然后重试。",
                f"The store at {shown(place)} cannot be reached: {reason}. "
                f"See that the server runs and that address and password are right, then try again.",
            )
        )
        self.place = place


class StoreLocked(MuluError):
    """Another process has been writing for longer than one waits."""

    def __init__(self, place: str, seconds: float) -> None:
        super().__init__(
            Said(
                "store_locked",
                f"另一进程正在写入存储库 {shown(place)}，已等待 {seconds:g} 秒；本次未写入任何内容。请待其结束后重试。",
                f"Another process is writing to the store at {shown(place)}; after {seconds:g} s of waiting nothing was "
                f"written. Try again when it has finished.",
            )
        )
        self.place = place


class StoreNewer(MuluError):
    """A later Mulu made or upgraded the store; this one would not understand what it reads."""

    def __init__(self, place: str, found: str, known: str) -> None:
        super().__init__(
            Said(
                "store_newer",
                f"存储库 {shown(place)} 由更新版本的 Mulu 建立（结构版本 {found}，本版本只识别到 {known}）。"
                f"请升级 Mulu，或指明另一存储库。",
                f"The store at {shown(place)} was made by a later Mulu (schema {found}; this one knows up to {known}). "
                f"Upgrade Mulu, or name another store.",
            )
        )
        self.place = place
        self.found = found


class StoreDamaged(MuluError):
    """What stands there is no store, or no longer the one that was written."""

    def __init__(self, place: str, what: str, what_zh: str) -> None:
        super().__init__(
            Said(
                "store_damaged",
                f"存储库 {shown(place)} 已损坏或并非 Mulu 存储库：{what_zh}。请保留该文件以备查证，并从备份恢复，或指明另一处。",
                f"The store at {shown(place)} is damaged or is no store of Mulu: {what}. "
                f"Keep the file as it is for examination, and restore a backup or name another place.",
            )
        )
        self.place = place
        self.what = what


class NotWritable(MuluError):
    """The folder, the file or the disk does not take what is written."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(
            Said(
                "store_not_writable",
                f"无法写入存储库 {shown(place)}：{reason}；本次未写入任何内容。"
                f"请检查文件夹的写入权限（读取时亦需要）和磁盘剩余空间，或指明另一处。",
                f"The store at {shown(place)} cannot be written: {reason}; nothing was written this time. "
                f"See that the folder can be written to (reading needs it too) and that the disk has room, "
                f"or name another place.",
            )
        )
        self.place = place


class DocumentUnknown(Misused):
    """No document kept has this digest."""

    def __init__(self, given: str) -> None:
        super().__init__(
            Said(
                "document_unknown",
                f"存储库中没有 SHA-256 为 {given} 的文件。请给出完整摘要，或其开头至少 6 个十六进制字符。",
                f"No document with the SHA-256 {given} is kept. Give the whole digest, "
                f"or at least the first 6 hexadecimal characters of it.",
            )
        )
        self.given = given


class AmbiguousPrefix(Misused):
    """Several documents kept have digests that begin so."""

    def __init__(self, given: str, matches: tuple[str, ...]) -> None:
        super().__init__(
            Said(
                "ambiguous_prefix",
                f"以 {given} 开头的摘要不止一个：{'、'.join(matches)}。请多给几个字符。",
                f"More than one digest begins with {given}: {', '.join(matches)}. Give more characters.",
            )
        )
        self.given = given
        self.matches = matches
