"""Files read where they can do no harm: in a process of their own that opens nothing, reaches nothing and ends in time.

A PDF library or an XML parser may fall to a file that was made for it. It then falls in a process that was handed the
bytes of that file and nothing else, that has neither files nor network, and whose only way out is one answer of known
shape. What of this a system does not permit, `fence` tells.
"""

from __future__ import annotations

import atexit
import base64
import codecs
import contextlib
import ctypes
import functools
import importlib
import os
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal, TypeVar

import msgspec

from mulu.errors import MuluError
from mulu.sources.described import Reading
from mulu.sources.document import Apart, Document, Line, Unread
from mulu.sources.document import Row as TableRow
from mulu.sources.documents import Held, MissingFile, UnreadableDocument, load, read_held, take
from mulu.sources.pictures import fonts_not_drawn as fonts_not_drawn_here
from mulu.sources.pictures import page_picture as page_picture_here
from mulu.sources.reading import UnreadableFile, read_bytes
from mulu.sources.received import load_received, read_plain, read_received
from mulu.sources.rows import BadRow, Row, rows_in
from mulu.sources.tables import Rows, Sheet, batches
from mulu.sources.tables import load as load_tables
from mulu.vocabulary import Said

if sys.platform != "win32":
    import resource

_MEBIBYTE = 1024 * 1024
_MAX_ANSWER = 256 * _MEBIBYTE  # the text of one document is at most 5 million characters
_AT_ONCE = threading.BoundedSemaphore(4)  # each may take all the memory that it is allowed

Place = tuple[int, tuple[float, float, float, float]]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take."""

    memory: int  # bytes of address space
    cpu: int  # seconds of one processor
    wall: int  # seconds


READING = Limits(memory=1024 * _MEBIBYTE, cpu=120, wall=300)
TABLES = Limits(memory=2048 * _MEBIBYTE, cpu=900, wall=300)  # `wall` is for one batch: who asks may take hours over it
BY_MACHINE = Limits(memory=4096 * _MEBIBYTE, cpu=3600, wall=7200)  # recognising a page takes seconds


class Stopped(UnreadableDocument):
    """Reading was stopped at a limit, or the reader broke down over the file; `because` says which."""

    def __init__(self, path: str, because: Said) -> None:
        super().__init__(
            path,
            "reading_stopped",
            f"{because.zh}，已停止读取，未作任何改动。文件可能已损坏，或为攻击而制作：请先核实来源；确为官方文件的，请在阅读软件中打开后另存，或拆分后再读取。",
            f"{because.en}, so reading was stopped; nothing was changed. The file may be damaged or made to do harm: "
            f"make sure where it comes from. If it is official, open it in a reader and save it anew, or split it.",
        )
        self.because = because


def read_document(path: Path | str, *, ocr: bool = False, limits: Limits | None = None) -> Document:
    """As `documents.read_document`, in a process of its own. Raises UnreadableDocument; Stopped at a limit."""
    return read(take(path), ocr=ocr, limits=limits)


def read(held: Held, *, ocr: bool = False, limits: Limits | None = None) -> Document:
    """As `documents.read_held`, in a process of its own."""
    limits = limits or (BY_MACHINE if ocr else READING)
    got = _ask(_question(held, "document", limits, ocr=ocr), held.path, _Read)
    blocks = tuple(_joined(got.order, got.blocks))
    return Document(held.digest, held.name, got.media, got.pages, blocks, got.running, got.unread, got.apart)


def read_described(path: Path | str, *, ocr: bool = False, limits: Limits | None = None) -> Reading:
    """What a file says, as passages with their places: as `received.read_received`, in a process of its own.

    A plain text, which nothing need unpack or parse, is read here. Raises UnreadableDocument; Stopped at a limit.
    """
    return described(take(path), ocr=ocr, limits=limits)


def described(held: Held, *, ocr: bool = False, limits: Limits | None = None) -> Reading:
    """As `read_described`, of a file whose bytes are held."""
    if (plain := read_plain(held)) is not None:
        return plain
    limits = limits or (BY_MACHINE if ocr else READING)
    return _ask(_question(held, "described", limits, ocr=ocr), held.path, Reading)


def read_rows(path: Path | str, *, limits: Limits = READING) -> list[Row | BadRow]:
    """As `rows.read_rows`; a workbook, which other people's code unpacks and parses, in a process of its own."""
    path = Path(path)
    held = Held(str(path), path.name, read_bytes(path))
    if path.suffix.lower() != ".xlsx":
        return list(rows_in(held.data, held.path))
    got = _ask(_question(held, "rows", limits), held.path, _Rows)
    return list(_joined(got.order, got.rows))


def table(path: Path | str, *, most: int | None = None, limits: Limits = TABLES) -> Iterator[Sheet | Rows]:
    """The sheets and rows of a workbook or a Parquet file as `tables.batches` reads them, in a process of its own.

    At most `most` rows of each sheet. They come as they are asked for: what is held of a Parquet file does not grow with it, nor what is held here of any.
    """
    path = Path(path)
    kind = "xlsx" if path.suffix.lower() in (".xlsx", ".xlsm") else "parquet"
    try:
        file = path.open("rb")
    except OSError as error:
        zh, en = f"无法读取（{error.strerror}）", f"it cannot be read ({error.strerror})"
        raise MissingFile(str(path), zh, en) from error
    with file, _AT_ONCE:
        yield from _streamed(file, kind, str(path), most, limits)


def pictures_of(
    held: Held, places: Sequence[Sequence[Place]], *, limits: Limits = BY_MACHINE
) -> tuple[bytes | None, ...]:
    """As `ocr.pictures_of`, in a process of its own."""
    lines = tuple(map(tuple, places))
    return _ask(_question(held, "pictures", limits, ocr=True, places=lines), held.path, tuple[bytes | None, ...])


def page_picture(held: Held, number: int, *, limits: Limits = READING) -> bytes:
    """As `pictures.page_picture`, in a process of its own."""
    return _ask(_question(held, "page", limits, number=number), held.path, bytes)


def fonts_not_drawn(held: Held, *, limits: Limits = READING) -> tuple[tuple[str, ...], ...]:
    """As `pictures.fonts_not_drawn`, in a process of its own."""
    return _ask(_question(held, "fonts", limits), held.path, tuple[tuple[str, ...], ...])


def apart(task: str, held: Held, kind: type[_T], *, ocr: bool = False, limits: Limits | None = None) -> _T:
    """What a function of this program makes of a file, under the limits of reading it, in a process of its own.

    `task` names it as MODULE:FUNCTION; it is called with the file and `ocr`. The module's `load` is called before, while
    files can still be opened. This is for what a layer above does with a document: it too may be held up by one made for it.
    """
    limits = limits or (BY_MACHINE if ocr else READING)
    return _ask(_question(held, "task", limits, ocr=ocr, task=task), held.path, kind)


def fence() -> dict[str, bool]:
    """What of the fence stands on this system, as a process inside it finds: `mulu doctor` shows it.

    `files` and `network` were tried by calls to the system itself, past Python; the others are what the system granted.
    """
    return _ask(_question(Held("-", "-", b""), "fence", READING), "-", dict[str, bool])


# ---- what goes between the two processes -----------------------------------------------------------------------------

_Act = Literal["document", "described", "rows", "pictures", "page", "fonts", "task", "fence"]


class _Question(msgspec.Struct, frozen=True, kw_only=True):
    act: _Act
    path: str
    name: str
    data: bytes
    limits: Limits
    ocr: bool
    places: tuple[tuple[Place, ...], ...]
    number: int  # of a page
    task: str


class _Read(msgspec.Struct, frozen=True):
    """A document but for its digest and name, which the process that asks knows itself.

    `order` says of each block whether it is a line (0) or a row (1): a decoder that checks types takes no mixed list.
    """

    media: str
    pages: int
    order: bytes
    blocks: tuple[tuple[Line, ...], tuple[TableRow, ...]]
    running: tuple[Line, ...]
    unread: tuple[Unread, ...]
    apart: tuple[Apart, ...]

    def __post_init__(self) -> None:
        _check(self.order, self.blocks)


class _Rows(msgspec.Struct, frozen=True):
    order: bytes
    rows: tuple[tuple[Row, ...], tuple[BadRow, ...]]

    def __post_init__(self) -> None:
        _check(self.order, self.rows)


def _check(order: bytes, kinds: tuple[tuple[Any, ...], tuple[Any, ...]]) -> None:
    if [order.count(0), order.count(1), len(order)] != [*map(len, kinds), sum(map(len, kinds))]:
        raise ValueError("the order does not fit what it orders")


def _joined(order: bytes, kinds: tuple[tuple[Any, ...], tuple[Any, ...]]) -> Iterator[Any]:
    """Two kinds of things in the order in which they came."""
    taken = [iter(kind) for kind in kinds]
    return (next(taken[kind]) for kind in order)


def _apart(things: Iterable[Any], first: type) -> tuple[bytes, tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """What `_joined` joins: those of the first kind, and the others."""
    things = tuple(things)
    order = bytes(not isinstance(thing, first) for thing in things)
    ones, others = ([t for t, kind in zip(things, order, strict=True) if kind == which] for which in (0, 1))
    return order, (tuple(ones), tuple(others))


class _Error(msgspec.Struct, frozen=True):
    """One of the errors of the readers."""

    kind: str
    said: Said
    facts: dict[str, str | int | Said]


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    value: msgspec.Raw = msgspec.Raw(b"\xc0")
    error: _Error | None = None
    out_of_memory: bool = False
    broke: str | None = None  # an error that no reader foresees: its kind and where it arose, never its text


def _question(
    held: Held,
    act: _Act,
    limits: Limits,
    *,
    ocr: bool = False,
    places: tuple[tuple[Place, ...], ...] = (),
    number: int = 0,
    task: str = "",
) -> _Question:
    path, name = _shown(held.path), _shown(held.name)
    return _Question(
        act=act, path=path, name=name, data=held.data, limits=limits, ocr=ocr, places=places, number=number, task=task
    )


def _shown(name: str) -> str:
    """The name of a file as text; bytes of it that are no text are escaped."""
    return name.encode("utf-8", "backslashreplace").decode()


# ---- the process that asks -------------------------------------------------------------------------------------------

_BEGIN = "import sys; sys.path[:] = sys.argv[2:]; from mulu.sources.fenced import answer; answer(sys.argv[1])"
_NOTHING = "-"  # no module is loaded before the question
_KEPT = ("LD_LIBRARY_PATH", "OPENBLAS_CORETYPE", "SYSTEMROOT")  # without these some systems load no library
_ERRORS: dict[str, type[MuluError]] = {
    kind.__name__: kind for kind in (UnreadableFile, UnreadableDocument, *UnreadableDocument.__subclasses__())
}


def _ask(question: _Question, path: str, kind: type[_T]) -> _T:
    with _AT_ONCE:
        said, code, late = _run(question)
    try:
        answer = msgspec.msgpack.decode(said, type=_Answer)
        if answer.error is None and not answer.out_of_memory and answer.broke is None:
            return msgspec.msgpack.decode(answer.value, type=kind)
    except msgspec.DecodeError:  # cut off, or said by a reader that is no longer itself
        raise Stopped(path, _ended(question.limits, len(said), code, late)) from None
    if answer.error is not None:
        raise _raised(answer.error, question.path, path)
    if answer.out_of_memory:
        raise Stopped(path, _memory(question.limits))
    raise Stopped(path, _broke(str(answer.broke)))


def _broke(how: str) -> Said:
    return Said(
        "reader_broke", f"读取程序遇到未预料的错误（{how}）", f"the reader met an error that it does not know ({how})"
    )


def _command(begin: str, *given: str) -> tuple[list[str], dict[str, str]]:
    """How the other process is begun, and all of the environment that it gets."""
    folders = [str(Path(__file__).parents[2]), *filter(None, sys.path)]
    paths = dict.fromkeys(str(Path(folder).absolute()) for folder in folders)
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | {"OPENBLAS_NUM_THREADS": "1"}
    return [sys.executable, "-I", "-S", "-c", begin, *given, *paths], environment


def _begun(module: str) -> subprocess.Popen[bytes]:
    """A process that waits for its question; `module` is loaded before it comes."""
    command, environment = _command(_BEGIN, module)
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # libraries print there what they found in the file
        env=environment,
        cwd=Path(__file__).anchor,
        start_new_session=True,
    )


class _Ready:
    """One process for each module of a task, begun before it is asked: most of its time goes into loading.

    Who asks once, as a command does, has none begun in vain; from the second question on the next one is kept ready. Each
    still answers one question alone. It ends with this process, which its standard input tells it.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._asked: set[str] = set()
        self._held: dict[str, subprocess.Popen[bytes]] = {}

    def taken(self, module: str) -> subprocess.Popen[bytes]:
        with self._turn:
            held = self._held.pop(module, None)
        if held is not None and held.poll() is None:
            return held
        if held is not None:
            _left(held)
        return _begun(module)

    def next(self, module: str) -> None:
        """Begin the one that answers next, unless this is the first time."""
        with self._turn:
            if module in self._asked and module not in self._held:
                self._held[module] = _begun(module)
            self._asked.add(module)

    def end(self) -> None:
        with self._turn:
            for held in self._held.values():
                _left(held)
            self._held.clear()


def _left(process: subprocess.Popen[bytes]) -> None:
    """End a process that was not asked."""
    process.kill()
    process.communicate()


_READY = _Ready()
atexit.register(_READY.end)


def _run(question: _Question) -> tuple[bytes, int, bool]:
    """What the other process said, how it ended, and whether it was ended for lateness."""
    module = question.task.partition(":")[0]
    late = threading.Event()
    with _READY.taken(module) if module else _begun(_NOTHING) as process:
        assert process.stdin is not None and process.stdout is not None

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(question.limits.wall, end)
        timer.daemon = True
        timer.start()
        try:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(msgspec.msgpack.encode(question))
                process.stdin.close()
            said = process.stdout.read(_MAX_ANSWER + 1)
            if len(said) > _MAX_ANSWER:
                process.kill()
            code = process.wait()
        finally:
            timer.cancel()
            process.kill()
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
    if module:
        _READY.next(module)
    return said, code, late.is_set()


_BEGIN_TABLE = "import sys; given = sys.argv.pop(1); sys.path[:] = sys.argv[1:]; from mulu.sources.fenced import answer_rows; answer_rows(given)"


class _Table(msgspec.Struct, frozen=True, kw_only=True):
    """The question of which the file itself is standard input."""

    kind: str
    path: str
    most: int | None
    limits: Limits


def _streamed(file: IO[bytes], kind: str, path: str, most: int | None, limits: Limits) -> Iterator[Sheet | Rows]:
    question = _Table(kind=kind, path=_shown(path), most=most, limits=limits)
    command, environment = _command(_BEGIN_TABLE, base64.b64encode(msgspec.msgpack.encode(question)).decode())
    late = threading.Event()
    with subprocess.Popen(
        command,
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=Path(__file__).anchor,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None

        def end() -> None:
            late.set()
            process.kill()

        try:
            while True:
                timer = threading.Timer(limits.wall, end)
                timer.daemon = True
                timer.start()
                head = process.stdout.read(5)
                size = int.from_bytes(head[:4], "big")
                said = process.stdout.read(size) if len(head) == 5 and size <= _MAX_ANSWER else b""
                timer.cancel()
                if len(head) < 5 or len(said) < size:
                    process.kill()
                    raise Stopped(path, _ended(limits, size, process.wait(), late.is_set()))
                try:
                    if head[4] == 0:
                        yield msgspec.msgpack.decode(said, type=Sheet | Rows)
                        continue
                    answer = msgspec.msgpack.decode(said, type=_Answer)
                except msgspec.DecodeError:
                    raise Stopped(path, _ended(limits, 0, 0, False)) from None
                break
        finally:
            timer.cancel()
            process.kill()
    if answer.error is not None:
        raise _raised(answer.error, question.path, path)
    if answer.out_of_memory:
        raise Stopped(path, _memory(limits))
    if answer.broke is not None:
        raise Stopped(path, _broke(answer.broke))


def _ended(limits: Limits, size: int, code: int, late: bool) -> Said:
    """Why there is no answer."""
    if late:
        return Said("wall_time", f"{limits.wall} 秒内未能读完", f"it was not read within {limits.wall} seconds")
    if size > _MAX_ANSWER:
        most = _MAX_ANSWER // _MEBIBYTE
        return Said("answer_size", f"读出的内容超过 {most} MiB", f"what was read exceeds {most} MiB")
    if sys.platform != "win32" and -code == signal.SIGXCPU:
        return Said(
            "cpu_time",
            f"读取占用处理器超过 {limits.cpu} 秒",
            f"reading took more than {limits.cpu} seconds of processor time",
        )
    how = signal.Signals(-code).name if -code in set(signal.Signals) else str(code)
    most = limits.memory // _MEBIBYTE
    return Said(
        "reader_fell",
        f"读取程序崩溃（{how}；内存上限 {most} MiB）",
        f"the reader broke down over it ({how}; memory limit {most} MiB)",
    )


def _memory(limits: Limits) -> Said:
    most = limits.memory // _MEBIBYTE
    return Said("memory", f"读取所需内存超过 {most} MiB", f"reading it needs more than {most} MiB of memory")


def _raised(told: _Error, sent: str, path: str) -> MuluError:
    """The error that the reader raised, as it would be had it been raised here."""
    kind = _ERRORS.get(told.kind, MuluError)
    error = kind.__new__(kind)
    MuluError.__init__(error, told.said)
    vars(error).update(told.facts)
    if told.facts.get("path") == sent:
        vars(error)["path"] = path
    return error


# ---- the process that reads ------------------------------------------------------------------------------------------


def answer(module: str) -> None:
    """Take one question from standard input, shut this process in, and put the answer to standard output.

    `module`, where one is named, is loaded before the question comes.
    """
    if module != _NOTHING:
        importlib.import_module(module).load()
    asked = sys.stdin.buffer.read()
    if not asked:
        os._exit(0)  # whoever would have asked is gone
    question = msgspec.msgpack.decode(asked, type=_Question)
    try:
        told = msgspec.msgpack.encode(_answered(question))
    except MemoryError:
        told = msgspec.msgpack.encode(_Answer(out_of_memory=True))
    sys.stdout.buffer.write(told)
    sys.stdout.buffer.flush()
    os._exit(0)  # nothing is left to tidy up that the end of the process does not


def answer_rows(given: str) -> None:
    """Shut this process in and put the table that is its standard input to standard output, a batch at a time."""
    question = msgspec.msgpack.decode(base64.b64decode(given), type=_Table)
    with os.fdopen(0, "rb") as file, os.fdopen(1, "wb") as out:

        def put(mark: int, said: bytes) -> None:
            out.write(len(said).to_bytes(4, "big") + bytes((mark,)) + said)
            out.flush()

        try:
            _limit(question.limits)
            load_tables(question.kind)
            _shut_in()
            for one in batches(question.kind, file, question.path, question.most):
                put(0, msgspec.msgpack.encode(one))
            told = _Answer()
        except MemoryError:
            told = _Answer(out_of_memory=True)
        except Exception as error:
            told = _failed(error)
        put(1, msgspec.msgpack.encode(told))
        os._exit(0)


def _answered(question: _Question) -> _Answer:
    try:
        granted = _limit(question.limits)
        _load(question)
        granted |= _shut_in()
        return _Answer(value=msgspec.Raw(msgspec.msgpack.encode(_act(question, granted))))
    except MemoryError:
        raise
    except Exception as error:
        return _failed(error)


def _failed(error: Exception) -> _Answer:
    """What is told of an error: all of one of ours; of any other, its kind and where it arose."""
    if isinstance(error, MuluError):
        facts = {name: fact for name, fact in vars(error).items() if isinstance(fact, str | int | Said)}
        facts.pop("said")
        return _Answer(error=_Error(type(error).__name__, error.said, facts))
    *_, (frame, line) = traceback.walk_tb(error.__traceback__)
    return _Answer(broke=f"{type(error).__name__}, {Path(frame.f_code.co_filename).name}:{line}")


def _act(question: _Question, granted: dict[str, bool]) -> Any:
    held = Held(question.path, question.name, question.data)
    match question.act:
        case "document":
            document = read_held(held, ocr=question.ocr)
            order, blocks = _apart(document.blocks, Line)
            beside = (document.running, document.unread, document.apart)
            return _Read(document.media, document.pages, order, blocks, *beside)
        case "described":
            return read_received(held, ocr=question.ocr)
        case "rows":
            return _Rows(*_apart(rows_in(held.data, held.path), Row))
        case "pictures":
            from mulu.sources import ocr

            return ocr.pictures_of(held, question.places)
        case "page":
            return page_picture_here(held, question.number)
        case "fonts":
            return fonts_not_drawn_here(held)
        case "task":
            module, _, function = question.task.partition(":")
            return getattr(importlib.import_module(module), function)(held, question.ocr)
        case "fence":
            return {**_tried(), **granted}


def _load(question: _Question) -> None:
    """Everything that reading needs, for nothing can be opened once this process is shut in."""
    held = Held(question.path, question.name, question.data)
    for name in ("big5", "big5hkscs", "cp437", "gb18030", "gb2312", "utf-8-sig", "utf-16", "utf-16-le"):
        codecs.lookup(name)
    if question.act == "rows":
        load_tables("xlsx")
    elif question.act in ("document", "pictures", "page", "fonts"):
        load(held, ocr=question.ocr)
    elif question.act == "described" or question.act == "task":
        load_received(held, ocr=question.ocr)
    if question.act == "page":
        import numpy  # noqa: F401


def _limit(limits: Limits) -> dict[str, bool]:
    """Limits of memory and time, and no network. They hold while the readers are loaded, and from then on."""
    if sys.platform == "win32":
        return {"memory": False, "cpu": False, "core": False, "namespace": False}
    apart = False
    if sys.platform == "linux":
        # A network of its own, in which no interface is up. Root keeps its right to read the files of others while the
        # readers are loaded; anybody else needs the rights of a user of its own to be apart. Some systems permit neither.
        libc = _system()
        apart = libc.unshare(_CLONE_NEWNET) == 0 or libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0
    return {
        "namespace": apart,
        "memory": _at_most(resource.RLIMIT_AS, limits.memory),
        "cpu": _at_most(resource.RLIMIT_CPU, limits.cpu, limits.cpu + 5),
        "core": _at_most(resource.RLIMIT_CORE, 0),
    }


def _at_most(which: int, soft: int, hard: int | None = None) -> bool:
    held = resource.getrlimit(which)[1]
    hard = soft if hard is None else hard
    if held != resource.RLIM_INFINITY:
        soft, hard = min(soft, held), min(hard, held)
    try:
        resource.setrlimit(which, (soft, hard))
    except (OSError, ValueError):
        return False
    return True


# What Python reports of an act before it is done; a reader that works on bytes does none of these.
_REFUSED = (
    "ctypes.dlopen", "ftplib.", "http.", "open", "os.chmod", "os.chown", "os.exec", "os.fork", "os.kill", "os.link",
    "os.listdir", "os.mkdir", "os.posix_spawn", "os.remove", "os.rename", "os.rmdir", "os.spawn", "os.startfile",
    "os.symlink", "os.system", "os.truncate", "os.utime", "pty.", "shutil.", "smtplib.", "socket.", "sqlite3.",
    "subprocess.", "tempfile.", "urllib.", "winreg.",
)  # fmt: skip
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_LANDLOCK_CREATE_RULESET, _LANDLOCK_RESTRICT_SELF = 444, 446  # the same numbers on every processor


class _Forbidden(Exception):
    """A reader tried what none needs; no OSError, which readers take for a damaged file."""


@functools.cache
def _system() -> Any:
    return ctypes.CDLL(None)


def _shut_in() -> dict[str, bool]:
    """Take from this process everything but its memory and its open pipes, as far as the system lets it."""
    granted = {"landlock": False, "descriptors": False, "processes": False}
    if sys.platform == "linux":
        libc = _system()
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        libc.unshare(_CLONE_NEWUSER)  # root of itself alone; without effect where there are threads by now
        granted["landlock"] = _landlocked(libc)
    if sys.platform != "win32":
        _system()
        _at_most(resource.RLIMIT_FSIZE, 0)
        granted["processes"] = _at_most(resource.RLIMIT_NPROC, 0)
        granted["descriptors"] = _at_most(resource.RLIMIT_NOFILE, 0)  # no file, no socket: there is no number for it

    def refuse(event: str, _: tuple[Any, ...]) -> None:
        if event.startswith(_REFUSED):
            raise _Forbidden(event)

    sys.addaudithook(refuse)
    return granted


def _landlocked(libc: Any) -> bool:
    """Deny every file by any path, TCP, and signals to others, as far as the kernel knows these."""
    known = libc.syscall(_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    if known < 1:
        return False
    files = (1 << 13) - 1 | (known >= 2) << 13 | (known >= 3) << 14 | (known >= 5) << 15
    rules = (ctypes.c_uint64 * 3)(files, 3 if known >= 4 else 0, 3 if known >= 6 else 0)
    size = 24 if known >= 6 else 16 if known >= 4 else 8
    handle = libc.syscall(_LANDLOCK_CREATE_RULESET, rules, ctypes.c_size_t(size), ctypes.c_uint32(0))
    if handle < 0:
        return False
    done = libc.syscall(_LANDLOCK_RESTRICT_SELF, ctypes.c_int(handle), ctypes.c_uint32(0)) == 0
    os.close(handle)
    return bool(done)


def _tried() -> dict[str, bool]:
    """Whether files and the network are out of reach of code that does not go through Python."""
    if sys.platform == "win32":
        return {"files": False, "network": False}
    libc = _system()
    return {"files": libc.open(b"/", os.O_RDONLY) < 0, "network": libc.socket(2, 1, 0) < 0}
