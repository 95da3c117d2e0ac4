"""Reading the data pack: every line checked, every reference resolved, or an error that names file and line."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

import msgspec

from mulu.catalogue.codes import Code
from mulu.catalogue.records import (
    Act,
    Correction,
    Division,
    GlossaryLine,
    Instrument,
    Item,
    Lineage,
    Manifest,
    Manner,
    NearMiss,
    OfficialPoint,
    ParameterWords,
    Point,
    Reading,
    Source,
    SourceConflict,
    Statement,
)
from mulu.errors import MuluError
from mulu.sources.fetching import OfficialAddress
from mulu.vocabulary import Certainty, Said

T = TypeVar("T")
K = TypeVar("K")

# A file of instruments or sightings mixes two kinds of line, told apart by their `kind`.
_INSTRUMENT_LINE = cast("type[Instrument | Act]", Instrument | Act)
_SIGHTING_LINE = cast("type[Reading | Statement]", Reading | Statement)

DATA = Path(__file__).resolve().parent.parent / "data"


class DefectivePack(MuluError):
    """A line of the data pack cannot be accepted."""

    def __init__(self, file: str, line: int | None, what: str, what_zh: str) -> None:
        where = file if line is None else f"{file}:{line}"
        super().__init__(
            Said(
                "defective_pack",
                f"数据包有误：{where}：{what_zh}。请更正该行后重新运行 tools/build_pack.py，或重新安装数据包。",
                f"The data pack is defective at {where}: {what}. "
                f"Correct that line and run tools/build_pack.py again, or reinstall the pack.",
            )
        )
        self.file = file
        self.line = line
        self.what = what


@dataclass(frozen=True, slots=True)
class Placed(Generic[T]):
    """A record with the file and line that it was read from."""

    record: T
    file: str
    line: int

    def refuse(self, what: str, what_zh: str) -> DefectivePack:
        return DefectivePack(self.file, self.line, what, what_zh)


@dataclass(frozen=True, slots=True)
class Pack:
    """The data pack as read; nothing is computed yet."""

    manifest: Manifest
    sources: Mapping[str, Source]
    instruments: Mapping[str, Instrument]
    acts: Mapping[str, Mapping[str, Act]]  # instrument → item → act
    items: Mapping[str, Item]
    points: Mapping[str, tuple[Point, ...]]  # item → points of all editions
    readings: Mapping[str, Mapping[str, Reading]]  # edition → item → reading
    statements: Mapping[str, tuple[tuple[str, Statement], ...]]  # item → (edition, statement)
    divisions: Mapping[tuple[str, str], Division]
    conflicts: tuple[SourceConflict, ...]
    corrections: tuple[Correction, ...]
    lineage: tuple[Lineage, ...] = ()
    addresses: tuple[OfficialAddress, ...] = ()  # where official texts are said to be


@dataclass(frozen=True, slots=True)
class Glossary:
    """Words of the trade, and the subjects that share them."""

    lines: tuple[GlossaryLine, ...]
    near_misses: tuple[NearMiss, ...]
    manners: tuple[Manner, ...]
    parameter_words: tuple[ParameterWords, ...]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read(folder: Path = DATA, *, glossary: bool = True) -> Pack:
    """The pack in `folder`, whose files must be those of its manifest; an archive may lack the glossary.

    Raises DefectivePack, naming file and line.
    """
    manifest = _manifest(folder, glossary)
    sources = keyed(lines(folder, "sources/sources.jsonl", Source), lambda s: s.id)
    divisions: dict[tuple[str, str], Division] = keyed(
        lines(folder, "sources/divisions.jsonl", Division), lambda d: (d.standard, d.number)
    )
    items_placed = list(lines(folder, "items.jsonl", Item))
    items = keyed(items_placed, lambda i: i.id)
    for item in items_placed:
        _check_item(item, sources)

    instruments: dict[str, Instrument] = {}
    acts: dict[str, dict[str, Act]] = {}
    headers: list[Placed[Instrument]] = []
    for file in _files(folder, "instruments"):
        header: Instrument | None = None
        for placed in lines(folder, file, _INSTRUMENT_LINE):
            record = placed.record
            if isinstance(record, Instrument):
                if header is not None:
                    raise placed.refuse(
                        "a second header in the file of one instrument", "同一文书的文件中出现第二个文件头"
                    )
                if record.id in instruments:
                    raise placed.refuse(f"duplicate instrument {record.id!r}", f"文书 {record.id!r} 重复")
                header = record
                instruments[record.id] = record
                acts[record.id] = {}
                headers.append(Placed(record, placed.file, placed.line))
            else:
                if header is None:
                    raise placed.refuse("an act before the header of its instrument", "文书文件头之前出现条款")
                if header.edition is None:
                    raise placed.refuse("an act of an instrument that makes no edition", "不产生版本的文书中出现条款")
                _known(placed, record.item, items, "item", "条目")
                _known_all(placed, record.sources, sources)
                if record.item in acts[header.id]:
                    raise placed.refuse(
                        f"a second act of {header.id} on {record.item!r}", f"{header.id} 对 {record.item!r} 的条款重复"
                    )
                acts[header.id][record.item] = record
        if header is None:
            raise DefectivePack(file, None, "the file holds no instrument", "文件中没有文书")
    editions = {i.edition for i in instruments.values() if i.edition is not None}
    for placed_header in headers:
        _check_instrument(placed_header, instruments, sources)

    points: dict[str, list[Point]] = defaultdict(list)
    seen: set[tuple[str, str, str | None]] = set()
    for point in lines(folder, "points.jsonl", Point):
        _check_point(point, items, editions, sources)
        key = (point.record.item, point.record.number, point.record.since)
        if key in seen:
            raise point.refuse(f"duplicate control point {key}", f"控制要点 {key} 重复")
        seen.add(key)
        points[point.record.item].append(point.record)

    readings: dict[str, dict[str, Reading]] = {edition: {} for edition in editions}
    statements: dict[str, list[tuple[str, Statement]]] = defaultdict(list)
    for file in _files(folder, "sightings"):
        edition = Path(file).stem
        for seen_line in lines(folder, file, _SIGHTING_LINE):
            if edition not in editions:
                raise seen_line.refuse(
                    f"no instrument brings about the edition {edition!r}", f"没有文书产生版本 {edition!r}"
                )
            sighting = seen_line.record
            _known(seen_line, sighting.item, items, "item", "条目")
            if isinstance(sighting, Reading):
                if sighting.item in readings[edition]:
                    raise seen_line.refuse(f"a second reading of {sighting.item!r}", f"{sighting.item!r} 的认定重复")
                _check_code(seen_line, sighting.code, items[sighting.item])
                if (sighting.code is None) != (sighting.code_certainty is None):
                    raise seen_line.refuse("a code and its certainty go together", "编号与其确定性须同时给出")
                readings[edition][sighting.item] = sighting
            else:
                _known(seen_line, sighting.source, sources, "source", "来源")
                for other in sighting.also_possible:
                    _known(seen_line, other, items, "item", "条目")
                if sighting.field == "code" and isinstance(sighting.value, str):
                    _check_code(seen_line, sighting.value, items[sighting.item])
                statements[sighting.item].append((edition, sighting))

    conflicts = list(lines(folder, "conflicts.jsonl", SourceConflict))
    for conflict in conflicts:
        for name in conflict.record.items:
            _known(conflict, name, items, "item", "条目")
        for name in conflict.record.editions:
            _known(conflict, name, editions, "edition", "版本")
    corrections = [c.record for c in lines(folder, "corrections.jsonl", Correction)]
    return Pack(
        manifest=manifest,
        sources=sources,
        instruments=instruments,
        acts=acts,
        items=items,
        points={item: tuple(sorted(of, key=_in_order)) for item, of in points.items()},
        readings=readings,
        statements={item: tuple(of) for item, of in statements.items()},
        divisions=divisions,
        conflicts=tuple(keyed(conflicts, lambda c: c.id).values()),
        corrections=tuple(corrections),
        lineage=_lineage(folder, items, instruments, sources),
        addresses=_addresses(folder, instruments),
    )


def _addresses(folder: Path, instruments: Mapping[str, Instrument]) -> tuple[OfficialAddress, ...]:
    if not (folder / "sources" / "official.jsonl").is_file():
        return ()  # releases before 2026.11.2 had none
    addresses = list(lines(folder, "sources/official.jsonl", OfficialAddress))
    for line in addresses:
        _known(line, line.record.instrument, instruments, "instrument", "文书")
    return tuple(keyed(addresses, lambda one: one.id).values())


def _lineage(
    folder: Path, items: Mapping[str, Item], instruments: Mapping[str, Instrument], sources: Mapping[str, Source]
) -> tuple[Lineage, ...]:
    if not (folder / "lineage.jsonl").is_file():
        return ()  # releases before 2026.11.2 had none
    lineage = []
    for line in lines(folder, "lineage.jsonl", Lineage):
        _known(line, line.record.from_item, items, "item", "条目")
        _known(line, line.record.to_item, items, "item", "条目")
        if line.record.instrument is not None:
            _known(line, line.record.instrument, instruments, "instrument", "文书")
        _known_all(line, line.record.sources, sources)
        if line.record.from_item == line.record.to_item:
            raise line.refuse("an item that continues itself", "条目延续其自身")
        lineage.append(line.record)
    return tuple(lineage)


def read_glossary(folder: Path, points: Mapping[str, tuple[Point, ...]], items: Mapping[str, Item]) -> Glossary:
    """The glossary in `folder`, every line attached to a point or item that is held. Raises DefectivePack."""
    keys = {key for of in points.values() for point in of for key in point_keys(point, of)} | set(items)
    terms: list[GlossaryLine] = []
    near: list[NearMiss] = []
    manners: list[Manner] = []
    words: list[ParameterWords] = []
    parameters = {parameter.name.en for of in points.values() for point in of for parameter in point.parameters}
    for file in _files(folder, "glossary"):
        if Path(file).name.startswith("near-"):
            for miss in lines(folder, file, NearMiss):
                _known(miss, miss.record.item, items, "item", "条目")
                near.append(miss.record)
        elif Path(file).stem == "manner":
            manners += [line.record for line in lines(folder, file, Manner)]
        elif Path(file).stem == "parameters":
            for written in lines(folder, file, ParameterWords):
                _known(written, written.record.parameter, parameters, "parameter", "参数")
                words.append(written.record)
        else:
            for line in lines(folder, file, GlossaryLine):
                _known(line, line.record.point, keys, "control point", "控制要点")
                terms.append(line.record)
    return Glossary(tuple(terms), tuple(near), tuple(manners), tuple(words))


def point_keys(point: Point, among: tuple[Point, ...]) -> tuple[str, ...]:
    """The names that mean this point: `item#number`, with `@since` where the number recurs.

    An official point that confirms one of the pack goes by the name of that one; any other by its edition.
    """
    number, since = point.number, point.since
    if isinstance(point, OfficialPoint):
        if point.confirms is None:
            return (f"{point.item}#{number}@{since} official",)
        number, since = point.confirms
    key = f"{point.item}#{number}"
    recurs = sum(other.number == number and not isinstance(other, OfficialPoint) for other in among) > 1
    return (f"{key}@{since}",) if recurs else (key,)


def _in_order(point: Point) -> tuple[bool, int, str]:
    """By number, points without an official number last; what a file says does not depend on the order of its lines."""
    return not point.number.isdigit(), int(point.number.lstrip("u")), point.since or ""


def _manifest(folder: Path, glossary: bool) -> Manifest:
    path = folder / "manifest.json"
    if not path.is_file():
        raise DefectivePack("manifest.json", None, "the file is missing", "文件缺失")
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
        json.loads(path.read_bytes(), object_pairs_hook=_no_duplicate_keys)
    except (msgspec.DecodeError, ValueError) as error:
        raise DefectivePack("manifest.json", None, str(error), f"内容不合格式（{error}）") from error
    held = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*.jsonl")}
    for name in sorted(manifest.files.keys() | held.keys()):
        if not glossary and name.startswith("glossary/"):
            continue
        if name not in held:
            raise DefectivePack(name, None, "listed in manifest.json but missing", "manifest.json 列出但文件缺失")
        if name not in manifest.files:
            raise DefectivePack(name, None, "not listed in manifest.json", "未在 manifest.json 中列出")
        if digest(held[name]) != manifest.files[name]:
            raise DefectivePack(
                name, None, "its digest differs from the one in manifest.json", "摘要与 manifest.json 所载不符"
            )
    return manifest


def _files(folder: Path, name: str) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in (folder / name).glob("*.jsonl"))


def lines(folder: Path, file: str, kind: type[T]) -> Iterator[Placed[T]]:
    """Every line of a file as a record of its kind, with its place; the first that is not one is refused by its number."""
    decoder: msgspec.json.Decoder[T] = msgspec.json.Decoder(kind)
    path = folder / file
    if not path.is_file():
        raise DefectivePack(file, None, "the file is missing", "文件缺失")
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            record = decoder.decode(line)
            json.loads(line, object_pairs_hook=_no_duplicate_keys)
        except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
            raise DefectivePack(file, number, str(error), f"该行不合格式（{error}）") from error
        yield Placed(record, file, number)


def _no_duplicate_keys(pairs: list[tuple[str, Any]]) -> None:
    keys = {key for key, _ in pairs}
    if len(keys) != len(pairs):
        twice = sorted({key for key, _ in pairs if sum(other == key for other, _ in pairs) > 1})
        raise ValueError(f"duplicate key {', '.join(twice)}")


def keyed(placed: Iterator[Placed[T]] | list[Placed[T]], key: Callable[[T], K]) -> dict[K, T]:
    """The records by their key; a second one with the same key is refused."""
    by_key: dict[K, T] = {}
    for one in placed:
        name = key(one.record)
        if name in by_key:
            raise one.refuse(f"duplicate {name!r}", f"{name!r} 重复")
        by_key[name] = one.record
    return by_key


def _known(placed: Placed[T], name: str, among: Any, what: str, what_zh: str) -> None:
    if name not in among:
        raise placed.refuse(f"{what} {name!r} is not held", f"{what_zh} {name!r} 不存在")


def _known_all(placed: Placed[T], names: tuple[str, ...], sources: Mapping[str, Source]) -> None:
    for name in names:
        _known(placed, name, sources, "source", "来源")


def _check_item(placed: Placed[Item], sources: Mapping[str, Source]) -> None:
    item = placed.record
    if not item.id.endswith("-" + item.control.letter.lower()):
        raise placed.refuse(
            f"the id {item.id!r} contradicts the list {item.control.value!r}", f"标识 {item.id!r} 与所属部分不符"
        )
    _known_all(placed, item.sources, sources)


def _check_code(placed: Placed[T], code: str | None, item: Item) -> None:
    if code is None:
        return
    parsed = Code.parse(code)
    if parsed is None or parsed.text != code:
        raise placed.refuse(f"{code!r} is not of the form of a code", f"{code!r} 不符合编号格式")
    if parsed.control is not item.control:
        raise placed.refuse(
            f"the letter of code {code!r} contradicts the list of {item.id!r} ({item.control.value})",
            f"编号 {code!r} 的字母与 {item.id!r} 所属部分不符",
        )


def _check_point(
    placed: Placed[Point], items: Mapping[str, Item], editions: set[str], sources: Mapping[str, Source]
) -> None:
    point = placed.record
    _known(placed, point.item, items, "item", "条目")
    for name in (point.since, point.until, *point.drafts):
        if name is not None:
            _known(placed, name, editions, "edition", "版本")
    if point.since is not None and point.since == point.until:
        raise placed.refuse("the point ends in the edition in which it begins", "要点的起止版本相同")
    if point.certainty is Certainty.UNCONFIRMED and point.parameters:
        raise placed.refuse("an unconfirmed point carries parameters", "未确认的要点带有技术参数")
    if point.certainty is not Certainty.UNCONFIRMED and not point.sources:
        raise placed.refuse("a published point names no source", "已公布的要点没有来源")
    _known_all(placed, point.sources, sources)


def _check_instrument(
    placed: Placed[Instrument], instruments: Mapping[str, Instrument], sources: Mapping[str, Source]
) -> None:
    one = placed.record
    for name in (*one.amends, *one.repeals, one.repealed_by, one.draft_of):
        if name is not None:
            _known(placed, name, instruments, "instrument", "文书")
    if one.suspension is not None:
        _known(placed, one.suspension.by, instruments, "instrument", "文书")
        if one.suspension.to < one.suspension.begins:
            raise placed.refuse("the suspension ends before it begins", "暂停的截止日早于起始日")
    _known_all(placed, one.sources, sources)
    published = published_day(one)
    if one.published is not None and published is None and not (len(one.published) == 4 and one.published.isdigit()):
        raise placed.refuse(f"{one.published!r} is neither a day nor a year", f"{one.published!r} 既非日期也非年份")
    for later, what in ((one.effective, "takes effect"), (one.comment_deadline, "closes for comment")):
        if later is not None and published is not None and later < published:
            raise placed.refuse(f"it {what} on {later}, before it was published", f"{later} 早于公布日")
    if one.draft and one.effective is not None:
        raise placed.refuse("a draft has no date of effect", "征求意见稿没有施行日期")
    if one.family == "catalogue" and one.edition is not None and not one.draft and one.effective is None:
        raise placed.refuse("an edition needs the day from which it governs", "版本缺少施行日期")
    if Path(placed.file).stem != one.id:
        raise placed.refuse(f"the file of {one.id!r} bears another name", f"文件名与文书 {one.id!r} 不符")
    if (one.repealed_on is None) != (one.repealed_by is None):
        raise placed.refuse("a repeal needs both its day and its instrument", "废止须同时有日期和文书")
    amended = [instruments[name].edition for name in one.amends]
    if one.changes_all_named and (one.edition is None or not amended or amended[0] in (None, one.edition)):
        raise placed.refuse(
            "where all changes are named, the edition amended must be named too", "列明全部变动的文书须指明所修改的版本"
        )
    for other in instruments.values():
        if one.edition is not None and other.edition == one.edition and other.id != one.id:
            raise placed.refuse(
                f"{other.id!r} brings about the edition {one.edition!r} too", f"{other.id!r} 也产生版本 {one.edition!r}"
            )


def published_day(instrument: Instrument) -> datetime.date | None:
    """The day of publication, or None where only the year or nothing is known."""
    text = instrument.published or ""
    try:
        return datetime.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
