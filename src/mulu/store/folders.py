"""The folders of portfolios: which are portfolios, the one program that writes to each, what of one is damaged, and deleting.

Whatever else lies where portfolios lie is neither told, written to nor deleted.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from mulu.errors import Misused, MuluError
from mulu.vocabulary import Bilingual, Said

Json = dict[str, Any]
TABLE = "portfolio.sqlite"
PARTS = "kept"
MAP = "map.npz"
VARIABLE = "MULU_PORTFOLIOS"
_AT_WORK = "at-work.sqlite"  # locked while a program writes, and empty; the system takes the lock away with the program
_NOTE = "deleted.json"
_PUT_AWAY = ".deleted-"  # no name of a portfolio begins so
# What Mulu writes in the folder of a portfolio, and in that of what is kept of its texts.
_OWN = re.compile(
    rf"(?:{re.escape(TABLE)}|{re.escape(_AT_WORK)})(?:-wal|-shm|-journal)?|{re.escape(MAP)}|{re.escape(_NOTE)}"
    r"|refused-[0-9]+\.jsonl|tmp\w+\.part"
)
OWN_PART = re.compile(r"[0-9]{6,}\.npz|tmp\w+\.part")
# Of the place and not of the table in it.
_OF_THE_PLACE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR)
_NOT_AS_WRITTEN = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)
_REASONS = {
    errno.EEXIST: ("此处是文件，不是文件夹", "it is a file and no folder"),
    errno.ENOTDIR: ("其本身或其上一级是文件，不是文件夹", "it, or what it stands in, is a file and no folder"),
    errno.ENOENT: ("链接所指之处不存在", "it is a link to what is not there"),
    errno.ELOOP: ("链接循环", "it is a link that leads to itself"),
    errno.EACCES: ("没有权限", "there is no permission"),
    errno.EPERM: ("没有权限", "there is no permission"),
    errno.EROFS: ("该处只可读取", "it can only be read"),
    errno.ENAMETOOLONG: ("名称过长", "its name is too long"),
    errno.ENOSPC: ("磁盘已满", "the disk is full"),
}


class PortfolioUnknown(Misused):
    """No portfolio of this name is held. `gone`: what is said of one that was deleted."""

    def __init__(self, name: str, known: Sequence[str], gone: Bilingual | None = None) -> None:
        zh = f"现有：{'、'.join(known)}" if known else "现无组合"
        en = f"There are: {', '.join(known)}" if known else "There is none yet"
        if gone is not None:
            zh, en = f"{gone.zh}。{zh}", f"{gone.en}. {en}"
        super().__init__(
            Said(
                "portfolio_unknown",
                f"没有名为 {name!r} 的技术组合。{zh}。",
                f"No portfolio is called {name!r}. {en}.",
            )
        )


class PortfolioUnusable(MuluError):
    """A portfolio that cannot be read or written."""

    def __init__(self, folder: Path, zh: str, en: str) -> None:
        super().__init__(
            Said(
                "portfolio_unusable",
                f"技术组合 {folder} 无法使用：{zh}",
                f"The portfolio {folder} cannot be used: {en}",
            )
        )


class PortfolioDamaged(PortfolioUnusable):
    """A file that Mulu wrote of a portfolio is lost, or not as it was written. Without `remedy`, that of a table."""

    def __init__(self, file: Path, zh: str, en: str, remedy: Bilingual | None = None) -> None:
        name = file.parent.name
        remedy = remedy or Bilingual(
            "请从备份恢复该组合的文件夹；没有备份时，将其移走，以同一名称重新筛查原表（判断仍有效），或将其删除（`mulu portfolio delete`）",
            "Restore the folder of the portfolio from a backup; without one, move the folder away and screen its tables again under the "
            "same name (answers stay), or delete it (`mulu portfolio delete`)",
        )
        MuluError.__init__(
            self,
            Said(
                "portfolio_damaged",
                f"技术组合 {name} 已损坏：{file} {zh}。{remedy.zh}。",
                f"The portfolio {name} is damaged: {file} {en}. {remedy.en}.",
            ),
        )


class PlaceUnusable(PortfolioUnusable):
    """The folder of all portfolios, or one in it, is no folder, or may not be read and written."""

    def __init__(self, folder: Path, error: Exception) -> None:
        zh, en = _REASONS.get(getattr(error, "errno", None) or 0, (str(error), str(error)))
        MuluError.__init__(
            self,
            Said(
                "portfolios_place",
                f"技术组合不能存放于 {folder}：{zh}。请检查该处是否为可读、可写的文件夹（读取亦需写入）；组合存放于环境变量 {VARIABLE} "
                f"所指之处，未设置时在存储库旁：请以 {VARIABLE} 指明另一文件夹，或更正存储库的位置。",
                f"Portfolios cannot lie at {folder}: {en}. See that it is a folder in which you may read and write (reading needs both). "
                f"They lie where the variable {VARIABLE} says, else beside the store: name another folder with {VARIABLE}, or put the "
                "place of the store right.",
            ),
        )


class PortfolioAtWork(MuluError):
    """Another program writes to this portfolio."""

    def __init__(self, name: str, since: str | None) -> None:
        super().__init__(
            Said(
                "portfolio_at_work",
                f"技术组合 {name} 正由另一次筛查写入{f'（始于 {since}）' if since else ''}。请待其结束，或先停止它，再重试。",
                f"Another screening is writing to the portfolio {name}{f' (begun {since})' if since else ''}. Wait until it is done, "
                "or stop it, and try again.",
            )
        )


# ---- what lies in a folder -----------------------------------------------------------------------------------------


def portfolios_in(folder: Path) -> list[str]:
    """The names of the portfolios in a folder, damaged ones too; none where it was not made yet. Raises PlaceUnusable."""
    try:
        return sorted(one.name for one in folder.iterdir() if not one.name.startswith(_PUT_AWAY) and _is_one(one))
    except FileNotFoundError as error:
        if folder.is_symlink():  # of which the end is missing: nothing can be made there
            raise PlaceUnusable(folder, error) from error
        return []
    except OSError as error:
        raise PlaceUnusable(folder, error) from error


def _is_one(folder: Path) -> bool:
    """Whether a portfolio lies in a folder, or what is left of one; one that may not be looked into counts, for who opens it is told so.

    A folder of other files is none, also where some go by names of ours.
    """
    try:
        if not folder.is_dir():
            return False
        held = {one.name for one in folder.iterdir()}
        if _AT_WORK in held or parts_in(folder):
            return True
        if TABLE in held:
            return not _of_something_else(folder / TABLE)
        return held == {PARTS} and not any((folder / PARTS).iterdir())  # after making which a program was ended
    except PermissionError:
        return True
    except (FileNotFoundError, NotADirectoryError):  # taken away meanwhile
        return False


def _of_something_else(file: Path) -> bool:
    """Whether a file is a database that another program made."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as held:
            tables = {name for (name,) in held.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.Error:
        return False
    return bool(tables) and "latest" not in tables


def others_in(folder: Path) -> list[str]:
    """What lies in the folder of a portfolio and was not written by Mulu. Raises PlaceUnusable."""

    def others(of: Path, own: re.Pattern[str], but: str = "") -> Iterator[str]:
        for one in of.iterdir():
            if one.name != but and (own.fullmatch(one.name) is None or one.is_dir()):
                yield one.relative_to(folder).as_posix()

    try:
        within = others(folder / PARTS, OWN_PART) if (folder / PARTS).is_dir() else ()
        return sorted([*others(folder, _OWN, PARTS if (folder / PARTS).is_dir() else ""), *within])
    except OSError as error:
        raise PlaceUnusable(folder, error) from error


def prepared(folder: Path) -> None:
    """Make the folder of a portfolio that is new. Raises PortfolioUnusable where other files lie in it, PlaceUnusable."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = sorted(one.name for one in folder.iterdir())
    except OSError as error:
        raise PlaceUnusable(folder, error) from error
    if held and not _is_one(folder):
        zh, en = some_said(held)
        raise PortfolioUnusable(
            folder,
            f"该文件夹已有其他内容（{zh}）。请为组合另取名称，或将其移至别处。",
            f"the folder holds something else ({en}). Choose another name for the portfolio, or move that elsewhere.",
        )


def some_said(names: Sequence[str]) -> tuple[str, str]:
    """The first few of some names, and how many more there are."""
    more = len(names) - 3
    zh, en = "、".join(names[:3]), ", ".join(names[:3])
    return (f"{zh} 等 {len(names)} 项", f"{en} and {more} more") if more > 0 else (zh, en)


def size_of(file: Path) -> int | None:
    """How many bytes a file of a portfolio has; None where it is not there. Raises PortfolioDamaged where it is no file, OSError."""
    try:
        stood = file.stat()
    except FileNotFoundError:
        if not file.is_symlink():
            return None
    else:
        if stat.S_ISREG(stood.st_mode):
            return stood.st_size
    raise PortfolioDamaged(file, "不是文件", "is no file")


def parts_in(folder: Path) -> bool:
    """Whether something is kept of texts that a portfolio read."""
    kept = folder / PARTS
    return kept.is_dir() and any(OWN_PART.fullmatch(one.name) for one in kept.iterdir())


# ---- the one that writes -------------------------------------------------------------------------------------------


@contextmanager
def alone(folder: Path, since: Callable[[], str | None] = lambda: None, *, deleting: bool = False) -> Iterator[None]:
    """Be the one program that writes to the portfolio in a folder. Raises PortfolioAtWork, PortfolioUnusable.

    Who is `deleting` it needs no lock that works: while it does not, nobody can write.
    """
    file = folder / _AT_WORK
    try:
        lock = sqlite3.connect(file, timeout=0, isolation_level=None)
    except sqlite3.Error as error:
        raise unwritten(file, error) from error
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code == sqlite3.SQLITE_BUSY:
                raise PortfolioAtWork(folder.name, since()) from error
            if not (deleting and code in _NOT_AS_WRITTEN):
                raise unwritten(file, error) from error
        yield
    finally:
        lock.close()


def check_lock(folder: Path) -> None:
    """Whether a program that would write could be the one. Raises PortfolioDamaged, OSError."""
    file = folder / _AT_WORK
    if file.is_dir() or size_of(file):
        raise _lock_damaged(file)


def _lock_damaged(file: Path) -> PortfolioDamaged:
    return PortfolioDamaged(
        file,
        "已不是空文件",
        "is no empty file",
        Bilingual(
            "该文件仅用于在写入时加锁，不保存内容：请确认没有筛查正在进行，然后将其移走，组合即可照常使用；也可删除组合（`mulu portfolio delete`）",
            "It serves as a lock alone and keeps nothing: see that no screening is under way and move it away, then the portfolio can be "
            "used as before; or delete the portfolio (`mulu portfolio delete`)",
        ),
    )


def unwritten(file: Path, error: Exception) -> PortfolioUnusable:
    """What is said where a file of a portfolio, or one beside it, could not be written."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_CANTOPEN:
        return PlaceUnusable(file.parent, error)
    if code in _NOT_AS_WRITTEN:
        return unread(file, error)
    return PortfolioUnusable(
        file.parent,
        f"写入失败：{error}。此前写入的内容完好；排除原因（如磁盘已满、目录只读）后再次运行即从断点继续。",
        f"it could not be written: {error}. What was written before is whole; mend the cause (a full disk, a folder that is "
        "read-only) and run the same again: it goes on from there.",
    )


def unread(file: Path, error: Exception) -> PortfolioUnusable:
    """What is said where a file of a portfolio that SQLite reads could not be read."""
    code, name = getattr(error, "sqlite_errorcode", 0) & 0xFF, getattr(error, "sqlite_errorname", None)
    undecoded = name is None and isinstance(error, sqlite3.OperationalError)
    if code in _NOT_AS_WRITTEN or name == "SQLITE_IOERR_SHORT_READ" or undecoded:
        return _lock_damaged(file) if file.name == _AT_WORK else not_as_written(file, error)
    if code in _OF_THE_PLACE:
        return PlaceUnusable(file.parent, error)
    held = code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    return PortfolioUnusable(
        file.parent,
        f"{file.name}：{error}{'，正被另一程序占用' if held else ''}。请稍后重试；仍如此则从备份恢复该文件夹，或以另一名称重新筛查。",
        f"{file.name}: {error}{', another program holds it' if held else ''}. Try again; where that does not help, restore the folder "
        "from a backup, or screen under another name.",
    )


def not_as_written(file: Path, error: Exception) -> PortfolioDamaged:
    """What is said of a table in which a value is no longer what was written."""
    return PortfolioDamaged(file, f"不再是当初写入的内容（{error}）", f"is not as it was written ({error})")


# ---- deleting ------------------------------------------------------------------------------------------------------


def put_away(folder: Path, name: str, note: Json) -> None:
    """Take a portfolio out of sight in one step, with a note of who did it and why; `take_away` removes it.

    To be called by the one program that writes to it (`alone`). Raises PlaceUnusable: then it is there as it was.
    """
    try:
        with (folder / name / _NOTE).open("w", encoding="utf-8") as file:
            file.write(json.dumps(note, ensure_ascii=False))
            file.flush()
            os.fsync(file.fileno())
        (folder / name).rename(folder / f"{_PUT_AWAY}{note['token']}")
    except OSError as error:
        raise PlaceUnusable(folder / name, error) from error


def put_away_in(folder: Path) -> list[tuple[Path, Json | None]]:
    """What is left of portfolios that were deleted, with the notes; no note where only rests are left."""
    try:
        found = sorted(one for one in folder.iterdir() if one.name.startswith(_PUT_AWAY))
    except OSError:  # which the acts themselves say
        return []
    made: list[tuple[Path, Json | None]] = []
    for one in found:
        try:
            made.append((one, json.loads((one / _NOTE).read_text(encoding="utf-8"))))
        except (OSError, ValueError):
            made.append((one, None))
    return made


def take_away(folder: Path) -> None:
    """Remove what was put away; its note goes last, so that an interruption leaves it. Raises OSError."""
    for one in folder.iterdir():
        if one.name != _NOTE:
            if one.is_dir() and not one.is_symlink():
                shutil.rmtree(one)
            else:
                one.unlink()
    (folder / _NOTE).unlink(missing_ok=True)
    if folder.is_symlink():  # to where it was moved, which is empty now
        folder.unlink()
    else:
        folder.rmdir()
