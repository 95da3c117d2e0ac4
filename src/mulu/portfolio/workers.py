"""The cores of one machine: processes that read records, each with an engine of its own.

A process that ends before its time (the machine was short of memory, somebody ended it) is replaced and what it was at is
given out again; where the same records end two processes in turn they are read one by one, and what ends a third is refused by
name. When the process that asked is gone, its workers end by themselves: they find nobody at the other end.
"""

from __future__ import annotations

import multiprocessing
import queue
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from mulu.catalogue.editions import Catalogue
from mulu.catalogue.held import HeldText
from mulu.catalogue.pack import read
from mulu.errors import MuluError
from mulu.portfolio.records import Record
from mulu.portfolio.screened import Portion, read_records
from mulu.screening.added import Kept
from mulu.screening.engine import Screener
from mulu.vocabulary import Said

_AT_MOST = 2  # processes that the same records may end before they are read one by one
_STARTS = 3  # processes in a row that may end before they have begun to read


class CannotBegin(MuluError):
    """The processes that read records end before they read any."""

    def __init__(self) -> None:
        super().__init__(
            Said(
                "readers_cannot_begin",
                "读取记录的进程未能启动（可能内存不足）。此前写入的内容完好；请减少进程数（`workers`）或释放内存后再次运行，即从断点继续。",
                "The processes that read records could not start (memory may be short). What was written before is whole: give fewer "
                "`workers` or free memory, and run the same again; it goes on from there.",
            )
        )


@dataclass(frozen=True, slots=True)
class Task:
    """Records to be read together, and what the asker calls them."""

    number: int
    records: Sequence[Record]
    editions: Sequence[str]  # which answers each of them


def engine(held: tuple[HeldText, ...], cache: Path | None) -> Screener:
    """The engine over the pack and the user's own official texts."""
    return Screener(Catalogue(read(), held), cache=cache)


def mark(catalogue: Catalogue) -> str:
    """The engine with which records are read, and the release of the pack: what was read with another is read again."""
    from mulu.screening import encoder
    from mulu.screening.gathering import version
    from mulu.screening.model import read_model

    model = read_model()
    return (
        f"{model.version}+{encoder.PACKAGE}-{encoder.version()}+{version()}+data-{catalogue.released.manifest.version}"
    )


def read_all(
    tasks: Iterable[Task], count: int, held: tuple[HeldText, ...], cache: Path | None
) -> Iterator[tuple[int, Portion]]:
    """Read every task in `count` processes; what is done first comes first. No more is taken than the processes have to do."""
    pool = _Pool(count, held, cache)
    try:
        yield from pool.run(iter(tasks))
    finally:
        pool.end()


@dataclass(slots=True)
class _Worker:
    process: Any
    pipe: Connection
    given: deque[Task]
    ready: bool = False  # its engine is loaded

    def end(self) -> None:
        self.pipe.close()
        self.process.join(timeout=5)
        if self.process.is_alive():
            self.process.terminate()
            self.process.join()


class _Pool:
    def __init__(self, count: int, held: tuple[HeldText, ...], cache: Path | None) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._engine = (held, cache)
        self._ended: dict[int, int] = {}  # how many processes each task has ended
        self._unready = 0  # how many in a row ended before they were ready
        self._workers = [self._begun() for _ in range(count)]
        self._single: _Worker | None = None  # reads records one by one, where together they ended others

    def _begun(self) -> _Worker:
        mine, theirs = self._context.Pipe()
        process = self._context.Process(target=_work, args=(theirs, *self._engine), daemon=True)
        with _uninterrupted():
            process.start()
        theirs.close()
        return _Worker(process, mine, deque())

    def run(self, tasks: Iterator[Task]) -> Iterator[tuple[int, Portion]]:
        again: deque[Task] = deque()

        def fill(worker: _Worker, most: int = 2) -> None:
            while len(worker.given) < most:  # the next one lies ready while one is read
                task = again.popleft() if again else next(tasks, None)
                if task is None:
                    return
                worker.given.append(task)
                try:
                    worker.pipe.send(task)
                except OSError:
                    return  # it has ended; that is seen, and mended, where answers are awaited

        for most in (1, 2):  # first one each: of a few tasks none lies ready while a process has nothing to do
            for worker in self._workers:
                fill(worker, most)
        while any(worker.given for worker in self._workers):
            ready = wait([worker.pipe for worker in self._workers if worker.given])
            for place, worker in enumerate(self._workers):
                if worker.pipe not in ready:
                    continue
                try:
                    answer = worker.pipe.recv()
                except (EOFError, OSError):
                    yield from self._mend(place, again)
                    fill(self._workers[place])
                    continue
                if answer is None:
                    worker.ready, self._unready = True, 0
                    continue
                worker.given.popleft()
                yield answer
                fill(worker)

    def _mend(self, place: int, again: deque[Task]) -> Iterator[tuple[int, Portion]]:
        """Replace a process that has ended; what it was given is given out again, or read one by one."""
        worker = self._workers[place]
        worker.end()
        self._begins(worker)
        self._workers[place] = self._begun()
        if not worker.ready:
            again.extend(worker.given)
            return
        at_work, rest = worker.given[0], list(worker.given)[1:]
        again.extend(rest)
        self._ended[at_work.number] = self._ended.get(at_work.number, 0) + 1
        if self._ended[at_work.number] < _AT_MOST:
            again.appendleft(at_work)
            return
        yield at_work.number, self._one_by_one(at_work)

    def _one_by_one(self, task: Task) -> Portion:
        made: list[Portion] = []
        refused: list[tuple[int, Said]] = []
        read_: list[int] = []
        for place, (record, edition) in enumerate(zip(task.records, task.editions, strict=True)):
            portion = self._alone(Task(0, (record,), (edition,)))
            if portion is None:
                refused.append((place, _ENDS))
                continue
            refused += [(place, said) for _, said in portion.refused]
            if portion.read:
                read_.append(place)
                made.append(portion)
        if self._single is not None:
            self._single.end()
            self._single = None
        return Portion(
            tuple(read_),
            tuple(language for one in made for language in one.languages),
            tuple(found for one in made for found in one.found),
            Kept.joined([one.kept for one in made if one.kept is not None]) if made else None,
            tuple(refused),
        )

    def _begins(self, ended: _Worker) -> None:
        """Raises CannotBegin where one process after the other ends before it reads anything."""
        if not ended.ready:
            self._unready += 1
            if self._unready == _STARTS:
                raise CannotBegin

    def _alone(self, task: Task) -> Portion | None:
        """What one record gives, read in a process that has nothing else to do; None where it ends that too."""
        ended = 0
        while ended < _AT_MOST:
            if self._single is None:
                self._single = self._begun()
            single = self._single
            try:
                if not single.ready:
                    single.pipe.recv()
                    single.ready, self._unready = True, 0
                single.pipe.send(task)
                portion: Portion = single.pipe.recv()[1]
            except (EOFError, OSError):
                single.end()
                self._single = None
                self._begins(single)
                ended += single.ready
            else:
                return portion
        return None

    def end(self) -> None:
        held = self._workers if self._single is None else [*self._workers, self._single]
        for worker in held:
            worker.pipe.close()
        for worker in held:
            worker.end()


_ENDS = Said(
    "ends_reader",
    "读取此记录的进程被系统终止（可能内存不足）。请缩短该文本，或在内存较大的机器上处理。",
    "the process that read this record was ended by the system (memory may have been short). Shorten the text, or read it on "
    "a machine with more memory.",
)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C reaches every process of a terminal: those begun meanwhile leave it to the one that asked, and end with it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _work(pipe: Connection, held: tuple[HeldText, ...], cache: Path | None) -> None:
    """Read what is given until nobody is there to give more."""
    given: queue.SimpleQueue[Task | None] = queue.SimpleQueue()

    def take() -> None:
        # Taken in while records are read: were both ends to send at once, neither would ever listen.
        try:
            while True:
                given.put(pipe.recv())
        except (EOFError, OSError):
            given.put(None)

    threading.Thread(target=take, daemon=True).start()
    try:
        screener = engine(held, cache)
        pipe.send(None)  # ready
        while (task := given.get()) is not None:
            pipe.send((task.number, read_records(screener, task.records, task.editions)))
    except (BrokenPipeError, ConnectionResetError, KeyboardInterrupt):
        return
