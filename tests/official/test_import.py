"""Official documents read in: what is right, what is told, and what is never silent."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import pytest
from tests.official import documents as fixtures

from mulu.catalogue.amending import _VERB, UNDERSTOOD, ClauseCannotApply, ClauseUnreadable, amend
from mulu.catalogue.editions import Catalogue, Listing
from mulu.catalogue.official import NotTheCatalogue, read_official
from mulu.catalogue.records import OfficialPoint
from mulu.catalogue.wording import Clause, Entry, OfficialText
from mulu.desk import Desk
from mulu.errors import MuluError
from mulu.sources.documents import read_document
from mulu.vocabulary import Certainty, Presence

CLEAN = ("table_pdf", "list_pdf", "list_docx", "table_docx", "list_html", "table_html", "list_txt_gb18030")
AT = datetime.datetime(2033, 12, 1, 9, 0, tzinfo=datetime.UTC)
DAY = datetime.date(2031, 4, 1)


def read(path: Path) -> OfficialText:
    return read_official(read_document(path))


def said(clause: Clause, above: str = "") -> list[tuple[str, str]]:
    """A point and its parts as number and words, whatever their widths and spaces and the mark at the end."""
    own = (above + clause.number, fixtures.folded(clause.text).translate(LOWERED).rstrip("。；;."))
    return [own, *(one for part in clause.parts for one in said(part, f"{above}{clause.number}."))]


LOWERED = {0x2080 + digit: str(digit) for digit in range(10)}


def right(truth: tuple[Entry, ...], got: tuple[Entry, ...]) -> tuple[int, int, list[str]]:
    """Points in all, points read right, and the codes of entries of which a point was read wrong."""
    by_code = {entry.code: entry for entry in got}
    total = good = 0
    wrong = []
    for entry in truth:
        held = by_code.get(entry.code)
        for point in entry.points:
            total += 1
            if held is None:
                continue
            same = any(said(point) == said(other) for other in held.points if other.number == point.number)
            good += same
            if not same:
                wrong.append(f"{entry.code}#{point.number}")
    return total, good, wrong


@pytest.mark.parametrize("form", CLEAN)
def test_every_entry_code_name_and_control_point_of_a_clean_list_is_read(form: str, tmp_path: Path):
    listed = getattr(fixtures, form)(tmp_path)
    text = read(listed.path)
    assert [one for one in text.not_read if not one.beside] == []
    truth = {(e.code, fixtures.folded(e.name).translate(LOWERED), e.control, e.industry) for e in listed.entries}
    assert {(e.code, fixtures.folded(e.name).translate(LOWERED), e.control, e.industry) for e in text.entries} == truth
    total, good, wrong = right(listed.entries, text.entries)
    assert (good, wrong) == (total, [])
    assert (text.announcement, text.published, text.effective) == ("2031年第7号", listed.published, listed.effective)


@pytest.mark.parametrize("media", ["docx", "pdf", "txt", "html"])
def test_an_amending_announcement_gives_the_catalogue_that_it_means(media: str, tmp_path: Path):
    made = fixtures.announcement(tmp_path, media)
    text = read(made.path)
    assert len(text.operations) == len(made.operations)
    outcome = tuple(one.entry for one in amend(made.base, text.operations).entries)
    assert {(e.code, fixtures.folded(e.name)) for e in outcome} == {
        (e.code, fixtures.folded(e.name)) for e in made.result
    }
    total, good, wrong = right(made.result, outcome)
    assert (good, wrong) == (total, [])


@pytest.mark.parametrize("which", ["table_pdf", "list_docx", "list_txt", "list_pdf"])
def test_a_damaged_copy_is_read_as_well(which: str, tmp_path: Path):
    listed = fixtures.degraded(tmp_path, which)
    assert isinstance(listed, fixtures.Listed)
    text = read(listed.path)
    total, good, wrong = right(listed.entries, text.entries)
    assert wrong == []
    unread = {e.code: len(e.points) for e in listed.entries} | {e.code: 0 for e in text.entries}
    assert good == total - sum(unread.values())
    assert len(text.not_read) >= sum(count > 0 for count in unread.values())
    assert good >= 0.995 * total


def test_a_damaged_announcement_gives_the_catalogue_that_it_means(tmp_path: Path):
    made = fixtures.degraded(tmp_path, "announcement")
    assert isinstance(made, fixtures.Amending)
    outcome = tuple(one.entry for one in amend(made.base, read(made.path).operations).entries)
    total, good, wrong = right(made.result, outcome)
    assert (good, wrong) == (total, [])


@pytest.mark.parametrize("which", fixtures.BREAKS)
def test_a_clause_that_cannot_be_carried_out_stops_the_announcement_and_is_quoted(which: str, tmp_path: Path):
    made = fixtures.broken(tmp_path, which)
    with pytest.raises((ClauseUnreadable, ClauseCannotApply)) as stopped:
        amend(made.base, read(made.path).operations)
    assert fixtures.folded(made.clause)[:20] in fixtures.folded(str(stopped.value))


def test_no_clause_passes_unread_when_its_verb_is_strange_or_a_quotation_stays_open(tmp_path: Path):
    made = fixtures.announcement(tmp_path, "txt")
    lines = made.path.read_bytes().decode("utf-8-sig").splitlines()
    spoilt = [
        (n, _VERB.sub("斟酌", line))
        for n, line in enumerate(lines)
        if re.search("编号|控制要点[0-9]", line) and _VERB.search(line)
    ]
    spoilt += [
        (n, line[: mark.start()] + line[mark.end() :])
        for n, line in enumerate(lines)
        for mark in re.finditer("”", line)
    ]
    assert len(spoilt) > 100
    for n, instead in spoilt:
        path = tmp_path / "spoilt.txt"
        path.write_text("\n".join([*lines[:n], instead, *lines[n + 1 :]]), encoding="utf-8")
        with pytest.raises((ClauseUnreadable, ClauseCannotApply)):
            amend(made.base, read(path).operations)


@pytest.mark.parametrize(
    "clause",
    (
        "二、将“甲技术”（编号：083201X）中的一项酌情处理。",
        "“甲技术”条目另行公告。",
        "二、“甲技术”控制要点3暂不适用。",
        "三、编号：083201X 的适用另行通知。",
    ),
)
def test_a_sentence_about_an_entry_that_is_no_clause_we_know_stops_the_import(clause: str, tmp_path: Path):
    path = tmp_path / "a.txt"
    path.write_text(f"一、删去“乙技术”（编号：083202X）条目。\n{clause}\n商务部\n", encoding="utf-8")
    with pytest.raises(ClauseUnreadable, match="not understood") as stopped:
        read(path)
    assert clause[4:10] in stopped.value.clause


@pytest.mark.parametrize(
    "make",
    [
        lambda folder: fixtures.corrupt(folder, "pdf"),
        lambda folder: fixtures.corrupt(folder, "docx"),
        fixtures.encrypted,
        fixtures.empty_pdf,
        fixtures.five_hundred_pages,
        fixtures.zip_bomb_docx,
        fixtures.wrong_document,
    ],
)
def test_what_is_no_readable_catalogue_is_refused_and_the_store_untouched(make, tmp_path: Path):
    path = make(tmp_path)
    desk = Desk(store=str(tmp_path / "s.db"))
    with pytest.raises(MuluError):
        desk.import_(str(path), AT)
    assert not (tmp_path / "s.db").exists()


def test_a_contract_is_not_taken_for_the_catalogue(tmp_path: Path):
    with pytest.raises(NotTheCatalogue):
        read(fixtures.wrong_document(tmp_path))


# ---- from preview to official ------------------------------------------------------------------------------------


def imported(
    folder: Path, path: Path, *, attest: bool = True, apply: bool = True, counts_differ: bool = False
) -> tuple[Desk, str]:
    store = str(folder / "s.db")
    digest = Desk(store=store).import_(str(path), AT)["document"]
    if attest:
        Desk(store=store).attest(
            digest, AT, by="Li Na", obtained_from="https://example.gov.cn", obtained_on=datetime.date(2033, 11, 1)
        )
    if attest and apply:
        Desk(store=store).apply(digest, AT, counts_differ=counts_differ)
    return Desk(store=store), digest


def edition(desk: Desk, name: str) -> dict[str, object]:
    return next(e for e in desk.coverage()["editions"] if e["edition"] == name)


def test_an_attested_whole_list_makes_its_edition_fully_official(tmp_path: Path):
    desk, _ = imported(tmp_path, fixtures.table_docx(tmp_path).path)
    held = edition(desk, "2031-7")
    assert held["complete"]
    assert [(x["announced"], x["official"], x["held"]) for x in held["lists"]] == [(24, 24, 24), (110, 110, 110)]


def test_a_claimed_document_changes_no_answer(tmp_path: Path):
    before = Desk(store=str(tmp_path / "none.db")).items(DAY)
    desk, digest = imported(tmp_path, fixtures.forged(tmp_path).path, attest=False)
    assert desk.items(DAY) == before
    with pytest.raises(MuluError, match="only claimed"):
        desk.apply(digest, AT)
    assert Desk(store=str(tmp_path / "s.db")).items(DAY) == before


def test_importing_and_applying_twice_changes_nothing(tmp_path: Path):
    path = fixtures.list_docx(tmp_path).path
    desk, digest = imported(tmp_path, path)
    items = desk.items(DAY)
    again = Desk(store=str(tmp_path / "s.db"))
    assert not again.import_(str(path), AT)["new"]
    assert not again.apply(digest, AT)["changed"]
    assert Desk(store=str(tmp_path / "s.db")).items(DAY) == items


def test_an_import_can_be_undone_and_an_attestation_withdrawn(tmp_path: Path):
    before = Desk(store=str(tmp_path / "none.db")).items(DAY)
    desk, digest = imported(tmp_path, fixtures.list_docx(tmp_path).path)
    desk.withdraw(digest, AT, "Li Na", "wrong file")
    assert Desk(store=str(tmp_path / "s.db")).items(DAY) == before
    desk = Desk(store=str(tmp_path / "s.db"))
    desk.undo(digest, AT, "Li Na", "wrong file")
    assert Desk(store=str(tmp_path / "s.db")).documents()["documents"][0]["status"] == "claimed"


def test_an_item_shows_its_official_words_with_page_and_document(tmp_path: Path):
    listed = fixtures.table_pdf(tmp_path)
    desk, digest = imported(tmp_path, listed.path)
    entry = listed.entries[0]
    shown = desk.show(entry.code or "", DAY)
    assert shown["certainty"] == shown["code_certainty"] == "official"
    words = shown["points"][0]["official"]
    assert words["document"] == digest
    assert words["page"] == shown["official"]["page"] == 1
    assert fixtures.folded(entry.points[0].text).rstrip("。；") in fixtures.folded(words["zh"])


def test_an_amendment_over_an_official_list_is_official_and_shown_word_for_word(tmp_path: Path):
    imported(tmp_path, fixtures.table_docx(tmp_path).path)
    made = fixtures.announcement(tmp_path, "docx")
    desk, _ = imported(tmp_path, made.path)
    held = edition(desk, "2033-16")
    assert held["complete"]
    assert sum(x["official"] for x in held["lists"]) == len(made.result)
    found = desk.diff("2031-7", "2033-16")
    counts = found["counts"]
    assert counts["not known"] == 0
    assert counts["deleted"] == sum(o.does == "delete entry" for o in made.operations)
    assert counts["added"] == sum(o.does == "add entry" for o in made.operations)
    assert counts["moved"] == sum(o.does == "move entry" for o in made.operations)
    changed = [c for c in found["changes"] if c["class"] == "modified"]
    assert all(c["by"] and c["by"][0]["official_clauses"] for c in changed)
    lines = [p["redline"] for c in changed for p in c["points"] if p["redline"]]
    assert lines
    assert all({piece["kind"] for piece in line["pieces"]} - {"same"} for line in lines)


def test_what_was_known_earlier_can_be_asked(tmp_path: Path):
    imported(tmp_path, fixtures.list_docx(tmp_path).path)
    store = str(tmp_path / "s.db")
    assert Desk(store=store).catalogue.in_force(DAY).id == "2031-7"
    assert Desk(store=store, as_known="2033-11-30").catalogue.in_force(DAY).id == "2025-28"
    assert Desk(store=store, as_known="2026.11.1").catalogue.version == "2026.11.1"
    text = "锂辉石经焙烧、酸化、浸出、碳化制取碳酸锂。"
    now, then = (Desk(store=store, as_known=known).screen(text, DAY) for known in (None, "2026.11.1"))
    assert (now["edition"], then["edition"]) == ("2031-7", "2025-28")
    with pytest.raises(MuluError, match="2019-01-01"):
        Desk(store=store, as_known="2019-01-01").coverage()


@pytest.mark.parametrize("seed", [1, 4])
def test_documents_of_other_wording_are_read_as_well(seed: int, tmp_path: Path):
    listed = fixtures.table_pdf(tmp_path, seed)
    total, good, wrong = right(listed.entries, read(listed.path).entries)
    assert (good, wrong) == (total, [])
    made = fixtures.announcement(tmp_path, "pdf", seed)
    outcome = tuple(one.entry for one in amend(made.base, read(made.path).operations).entries)
    total, good, wrong = right(made.result, outcome)
    assert (good, wrong) == (total, [])


def test_an_announcement_finds_only_what_it_says_itself(tmp_path: Path):
    imported(tmp_path, fixtures.table_docx(tmp_path).path)
    made = fixtures.announcement(tmp_path, "docx")
    desk = Desk(store=str(tmp_path / "s.db"))
    preview = desk.import_(str(made.path), AT)
    touched = {o.target.code or o.target.name for o in made.operations}
    assert (
        0
        < len({f["item"] for f in preview["findings"]})
        <= len(touched) + sum(o.does in ("add entry", "move entry") for o in made.operations)
    )
    assert preview["report"]["completed"] < sum(len(e.points) for e in made.result)


def test_a_point_that_an_announcement_leaves_alone_cites_the_document_that_words_it(tmp_path: Path):
    _, first = imported(tmp_path, fixtures.table_docx(tmp_path).path)
    desk, second = imported(tmp_path, fixtures.announcement(tmp_path, "docx").path)
    cited = {
        point["official"]["document"]
        for item in desk.diff("2031-7", "2033-16")["changes"]
        if item["class"] == "modified"
        for point in desk.show(item["item"], datetime.date(2033, 12, 2))["points"]
    }
    assert cited == {first, second}
    untouched = next(i["item"] for i in desk.diff("2031-7", "2033-16")["changes"] if i["class"] == "unchanged")
    shown = desk.show(untouched, datetime.date(2033, 12, 2))["points"]
    assert {point["official"]["document"] for point in shown} == {first}


def test_a_person_may_decide_what_an_entry_is(tmp_path: Path):
    listed = fixtures.list_docx(tmp_path)
    desk, digest = imported(tmp_path, listed.path, apply=False)
    entry = next(e for e in listed.entries if e.control.value == "restricted")
    desk.apply(digest, AT, match=[f"{entry.code}=battery-cathode-x"])
    assert desk.show("battery-cathode-x", DAY)["name"]["zh"] == entry.name
    with pytest.raises(MuluError, match="no-such-item-x"):
        imported(tmp_path / "again", listed.path, apply=False)[0].apply(digest, AT, match=["X=no-such-item-x"])


def test_numbers_of_entries_that_differ_from_those_announced_need_a_person(tmp_path: Path):
    listed = fixtures.list_txt_gb18030(tmp_path)
    blocks = re.split(r"(?=编\s*号\s*[：:])", listed.path.read_bytes().decode("gb18030"))
    short = tmp_path / "short.txt"
    short.write_bytes("".join(blocks[:-1]).encode("gb18030"))
    desk, digest = imported(tmp_path, short, apply=False)
    with pytest.raises(MuluError, match="`counts_differ`") as refused:
        desk.apply(digest, AT)
    assert re.findall(r"[A-Za-z]{3,}", refused.value.said.zh.replace("`counts_differ`", "")) == []
    assert "限制出口" in refused.value.said.zh
    assert not edition_held(desk, "2031-7")
    assert Desk(store=str(tmp_path / "s.db")).apply(digest, AT, counts_differ=True)["changed"]


def edition_held(desk: Desk, name: str) -> bool:
    return any(one["edition"] == name for one in desk.coverage()["editions"])


def test_a_forged_copy_attested_beside_the_genuine_one_cannot_be_applied_as_well(tmp_path: Path):
    imported(tmp_path, fixtures.list_docx(tmp_path).path)
    desk, digest = imported(tmp_path, fixtures.forged(tmp_path).path, apply=False)
    with pytest.raises(MuluError, match="mulu undo"):
        desk.apply(digest, AT)


@pytest.mark.parametrize("clause", UNDERSTOOD)
def test_a_clause_that_an_error_offers_as_understood_is_understood(clause: str, tmp_path: Path) -> None:
    path = tmp_path / "announcement.txt"
    front = "关于调整《中国禁止出口限制出口技术目录》的公告\n商务部 科技部公告2031年第7号\n现公布调整内容如下，本公告自2031年4月1日起施行。\n"
    path.write_text(f"{front}一、{clause}\n商务部 科技部\n2031年3月1日\n", encoding="utf-8")
    assert [one.clause for one in read_official(read_document(path)).operations] != []
    path.write_text(f"{front}一、{clause[:-1]}，另行规定。\n商务部 科技部\n2031年3月1日\n", encoding="utf-8")
    with pytest.raises(ClauseUnreadable) as refused:
        read_official(read_document(path))
    assert clause in refused.value.said.zh and clause in refused.value.said.en


def announced(folder: Path, listing: Listing, clause: str, number: int = 1) -> Path:
    """An announcement of one clause about an item, in force from April 2027, a later one a year later."""
    year = 2026 + number
    part = {"prohibited": "一、禁止出口部分", "restricted": "二、限制出口部分"}[listing.item.control.value]
    path = folder / f"announcement-{number}.txt"
    path.write_text(
        f"商务部 科技部公告{year}年第{number}号\n关于调整《中国禁止出口限制出口技术目录》的公告\n\n"
        f"现对《中国禁止出口限制出口技术目录》（商务部 科技部公告2023年第57号附件）部分条目予以调整，自{year}年4月1日起施行。\n\n"
        f"商务部 科技部\n{year}年3月1日\n\n附件\n《中国禁止出口限制出口技术目录》调整内容\n\n{part}\n（一）{listing.industry.zh}\n"
        f"1.{clause}\n",
        encoding="utf-8",
    )
    return path


def changed_by(folder: Path, listing: Listing, clause: str) -> dict[str, Any]:
    """What became of an item by one clause about it."""
    return changed_both_ways(folder, listing, clause)[0]


def changed_both_ways(folder: Path, listing: Listing, clause: str) -> list[dict[str, Any]]:
    """What became of an item by one clause about it, and the same told backwards."""
    desk, _ = imported(folder, announced(folder, listing, clause))
    pairs = (("2025-28", "2027-1"), ("2027-1", "2025-28"))
    return [desk.diff(*pair, listing.item.id)["changes"][0] for pair in pairs]


def test_a_point_that_an_announcement_puts_otherwise_is_shown_on_both_sides_though_before_it_stands_in_our_words(
    tmp_path: Path, catalogue: Catalogue
):
    listing = next(
        one
        for one in catalogue.editions["2025-28"].listings.values()
        if one.code and any(p.number == "1" and p.parameters for p in one.published_points)
    )
    (before,) = [p for p in listing.published_points if p.number == "1"]
    named = f"{listing.name.zh}（编号：{listing.code}）控制要点1"
    change = changed_by(tmp_path, listing, f"将{named}修改为：“薄膜制备技术，厚度≥7mm”。")
    (point,) = change["points"]
    assert (change["item"], change["class"], change["substantive"]) == (listing.item.id, "modified", False)
    assert (point["does"], point["kind"], point["words"]) == ("not comparable", "unknown", "official")
    assert (point["before"]["zh"], point["after"]["zh"]) == (before.zh, "薄膜制备技术，厚度≥7mm")
    (of,) = point["parameters"]
    assert [p["value"] for p in of["before"]] == [p.value for p in before.parameters]
    assert [(p["operator"], p["value"], p["unit"]) for p in of["after"]] == [("≥", 7, "mm")]


def test_a_point_that_an_announcement_strikes_out_or_puts_in_is_shown_and_changes_the_substance(
    tmp_path: Path, catalogue: Catalogue
):
    listing = catalogue.editions["2025-28"].listings["battery-cathode-x"]
    change = changed_by(tmp_path, listing, f"删除{listing.name.zh}（编号：{listing.code}）控制要点2。")
    (point,) = change["points"]
    assert (change["class"], change["substantive"]) == ("modified", True)
    assert (point["number"], point["does"], point["kind"], point["after"]) == ("2", "deleted", "substantive", None)
    (added := tmp_path / "added").mkdir()
    change = changed_by(
        added, listing, f"在{listing.name.zh}（编号：{listing.code}）项下增加控制要点：“4.草坪洒水器的制造技术”。"
    )
    (point,) = change["points"]
    assert (point["number"], point["does"], point["kind"], point["before"]) == ("4", "added", "substantive", None)


@pytest.mark.parametrize(
    ("item", "number", "clause", "ways"),
    [
        ("nonferrous-metallurgy-x", "12", "将{}控制要点12删去。", ("deleted", "added")),
        ("battery-cathode-x", "4", "在{}项下增加控制要点：“4.草坪洒水器的制造技术”。", ("added", "deleted")),
    ],
)
def test_a_point_that_an_announcement_strikes_out_or_puts_in_is_told_backwards_as_well(
    item: str, number: str, clause: str, ways: tuple[str, str], tmp_path: Path, catalogue: Catalogue
):
    listing = catalogue.editions["2025-28"].listings[item]
    changes = changed_both_ways(tmp_path, listing, clause.format(f"{listing.name.zh}（编号：{listing.code}）"))
    assert [(change["class"], change["substantive"]) for change in changes] == [("modified", True)] * 2
    told = [[(p["number"], p["does"], p["kind"]) for p in change["points"]] for change in changes]
    assert told == [[(number, does, "substantive")] for does in ways]


def stood(desk: Desk, edition: str, item: str) -> list[tuple[str, str | None]]:
    """The control points of an item: number, and official words where they are held."""
    points = desk.catalogue.editions[edition].listings[item].points
    return [(p.number, p.wording.text if isinstance(p, OfficialPoint) else None) for p in points]


def test_a_later_announcement_changes_words_and_numbers_of_what_an_earlier_one_gave(
    tmp_path: Path, catalogue: Catalogue
):
    listing = catalogue.editions["2025-28"].listings["battery-cathode-x"]
    named = f"{listing.name.zh}（编号：{listing.code}）"
    words = "薄膜制备技术：（1）厚度≥7mm；（2）宽度≥9mm。"
    imported(tmp_path, announced(tmp_path, listing, f"在{named}控制要点中增加：“4.{words}”“5.草坪洒水器的制造技术”。"))
    desk, _ = imported(tmp_path, announced(tmp_path, listing, f"将{named}控制要点4第（2）项中的“9mm”修改为“8mm”。", 2))
    ours = [("1", None), ("2", None), ("3", None)]
    before = stood(desk, "2027-1", listing.item.id)
    assert [number for number, _ in before] == ["1", "2", "3", "4", "5"]
    assert before[:3] == stood(desk, "2025-28", listing.item.id) == ours
    four, five = (text or "" for _, text in before[3:])
    assert stood(desk, "2028-2", listing.item.id) == [*ours, ("4", four.replace("9mm", "8mm")), ("5", five)]
    (change,) = [c for c in desk.diff("2027-1", "2028-2")["changes"] if c["item"] == listing.item.id]
    assert [(p["number"], p["kind"], p["words"]) for p in change["points"] if p["kind"] != "none"] == [
        ("4", "substantive", "official")
    ]

    clause = f"删去{named}控制要点4，原控制要点5改为控制要点4。"
    desk, _ = imported(tmp_path, announced(tmp_path, listing, clause, 3))
    assert stood(desk, "2029-3", listing.item.id) == [*ours, ("4", five)]
    texts = desk.catalogue.editions["2029-3"].listings[listing.item.id].points[-1]
    assert isinstance(texts, OfficialPoint)  # the words are still those of the first announcement, and cite it
    first = next(p for p in desk.catalogue.editions["2027-1"].listings[listing.item.id].points if p.number == "5")
    assert isinstance(first, OfficialPoint) and texts.wording == first.wording

    other = next(x for x in catalogue.editions["2025-28"].listings.values() if x.code and x.item.id != listing.item.id)
    named = f"{other.name.zh}（编号：{other.code}）"
    desk, _ = imported(tmp_path, announced(tmp_path, other, f"在{named}控制要点中增加：“草坪洒水器的制造技术”。", 4))
    assert stood(desk, "2030-4", listing.item.id) == [*ours, ("4", five)]
    number, text = stood(desk, "2030-4", other.item.id)[-1]
    assert (number[0], text) == (
        "u",
        "草坪洒水器的制造技术",
    )  # how many points the entry has is not known: no number is made up


@pytest.mark.parametrize(
    "clause",
    [
        "将{}控制要点1中的“薄膜”修改为“厚膜”。",
        "将{}控制要点中的“薄膜”修改为“厚膜”。",
        "删去{}控制要点1，原控制要点2、3顺延为1、2。",
        "在{}控制要点2中增加：“（9）薄膜的制备方法”。",
        "将{}控制要点2第（1）项修改为：“（1）薄膜的制备方法”。",
        "删去{}控制要点9。",
    ],
)
def test_what_stands_in_our_own_words_is_never_amended_from_within(clause: str, tmp_path: Path, catalogue: Catalogue):
    listing = catalogue.editions["2025-28"].listings["battery-cathode-x"]
    path = announced(tmp_path, listing, clause.format(f"{listing.name.zh}（编号：{listing.code}）"))
    with pytest.raises(
        MuluError, match=r"(?:own summary|not all are held in official words).*import and apply the official text"
    ) as refused:
        imported(tmp_path, path)
    assert re.search("官方文字未(?:全部)?收录", refused.value.said.zh)


# ---- until when comments on a draft may be sent --------------------------------------------------------------------

_DRAFT = """中国禁止出口限制出口技术目录（公开征求意见稿）
{published}
{notice}

禁止出口部分
一、畜牧业
1.编号：050101J
技术名称：示例畜牧技术
控制要点：
1.示例品种的繁育技术
2.编号：050102J
技术名称：示例牧草技术
控制要点：
1.示例牧草的加工技术
"""


def a_draft(folder: Path, notice: str, published: str = "2033年1月4日") -> Path:
    path = folder / "draft.txt"
    path.write_text(_DRAFT.format(notice=notice, published=published), encoding="utf-8")
    return path


def comments(answer: dict[str, Any]) -> tuple[str | None, list[str]]:
    return answer["comments"]["deadline"], [one["id"] for one in answer["comments"]["told"]]


def standing_of(desk: Desk, name: str, day: datetime.date) -> dict[str, Any]:
    return next(one for one in desk.standing(day)["drafts"] if one["instrument"] == name)


def test_the_deadline_of_comments_is_read_from_a_draft_and_told_wherever_one_of_the_pack_is(tmp_path: Path):
    path = a_draft(tmp_path, "公众可在二〇三三年三月三\n十一日之前，通过以下方式提出意见。", "二〇三三年一月四日")
    desk = Desk(store=str(tmp_path / "s.db"))
    preview = desk.import_(str(path), AT)
    assert comments(preview) == ("2033-03-31", [])
    (read_,) = preview["comments"]["read"]
    assert (read_["page"], read_["until"]) == (1, "2033-03-31")
    assert read_["words"].endswith("公众可在二〇三三年三月三十一日之前，通过以下方式提出意见")
    assert len(desk.standing(DAY.replace(year=2033))["drafts"]) == 2  # claimed: it counts for nothing
    desk, digest = imported(tmp_path, path)
    last = standing_of(desk, "draft-2033-01-04", datetime.date(2033, 3, 31))
    assert (last["comment_deadline"], last["comment_open"], last["comments_closed"]) == ("2033-03-31", True, False)
    assert standing_of(desk, "draft-2033-01-04", datetime.date(2033, 4, 1))["comments_closed"] is True
    assert desk.diff("2025-28", "draft-2033-01-04")["to"]["comment_deadline"] == "2033-03-31"
    assert comments(desk.preview(digest)) == ("2033-03-31", [])
    desk.withdraw(digest, AT, "Li Na", "wrong file")
    assert len(Desk(store=str(tmp_path / "s.db")).standing(DAY.replace(year=2034))["drafts"]) == 2


@pytest.mark.parametrize(
    ("notice", "told", "because"),
    [
        (
            "请于2033年3月31日前反馈意见。意见反馈截止时间为2033年4月1日。",
            ["comments_until_several", "comments_until_by_hand"],
            [None, None],
        ),
        (
            "自公告发布之日起30日内提出意见。",
            ["comments_until_not_read", "comments_until_by_hand"],
            ["it is told as a length of time"],
        ),
        ("欢迎指正。", ["comments_until_not_read", "comments_until_by_hand"], []),
    ],
)
def test_a_deadline_that_is_not_certain_is_not_taken_and_one_given_by_hand_stands(
    notice: str, told: list[str], because: list[str | None], tmp_path: Path
):
    desk = Desk(store=str(tmp_path / "s.db"))
    preview = desk.import_(str(a_draft(tmp_path, notice)), AT)
    assert comments(preview) == (None, told)
    reasons = [one["because"] and one["because"]["en"] for one in preview["comments"]["read"]]
    assert [reason and reason[: len(b or "")] for reason, b in zip(reasons, because, strict=True)] == because
    digest, by_hand = preview["document"], datetime.date(2033, 4, 2)
    said = {"by": "Li Na", "obtained_from": "x", "obtained_on": datetime.date(2033, 11, 1)}
    desk.attest(digest, AT, **said, comment_deadline=by_hand)
    applied = Desk(store=str(tmp_path / "s.db")).apply(digest, AT)
    assert applied["comments"]["by_hand"] == applied["comments"]["deadline"] == "2033-04-02"
    desk = Desk(store=str(tmp_path / "s.db"))
    assert standing_of(desk, "draft-2033-01-04", by_hand)["comment_open"] is True


def test_a_deadline_given_by_hand_stands_against_the_document_and_the_difference_is_told(tmp_path: Path):
    desk, digest = imported(tmp_path, a_draft(tmp_path, "请于2033年3月31日前反馈意见。"))
    version = desk.coverage()["data"]
    said = {"by": "Li Na", "obtained_from": "x", "obtained_on": datetime.date(2033, 11, 1)}
    desk.attest(digest, AT, **said, comment_deadline=datetime.date(2033, 4, 30))
    desk = Desk(store=str(tmp_path / "s.db"))
    assert comments(desk.preview(digest)) == ("2033-04-30", ["comments_until_differs"])
    assert standing_of(desk, "draft-2033-01-04", DAY.replace(year=2034))["comment_deadline"] == "2033-04-30"
    assert desk.coverage()["data"] != version  # answers changed, and say so
    with pytest.raises(MuluError, match="before draft-2033-01-04 was published"):
        desk.attest(digest, AT, **said, comment_deadline=datetime.date(2033, 1, 3))


def test_the_deadline_of_an_official_copy_stands_over_that_of_the_pack_which_is_told(tmp_path: Path):
    path = a_draft(tmp_path, "请于2023年2月15日前反馈意见。", "2022年12月30日")
    desk, digest = imported(tmp_path, path, counts_differ=True)
    assert comments(desk.preview(digest)) == ("2023-02-15", ["comments_until_held"])
    assert standing_of(desk, "draft-2022-12-30", DAY)["comment_deadline"] == "2023-02-15"
    desk.undo(digest, AT, "Li Na", "wrong file")
    desk = Desk(store=str(tmp_path / "s.db"))
    assert standing_of(desk, "draft-2022-12-30", DAY)["comment_deadline"] == "2023-01-28"


def test_a_document_that_is_no_draft_has_no_deadline_of_comments(tmp_path: Path):
    path = a_draft(tmp_path, "请于2033年3月31日前反馈意见。")
    path.write_text(path.read_text(encoding="utf-8").replace("（公开征求意见稿）", ""), encoding="utf-8")
    desk = Desk(store=str(tmp_path / "s.db"))
    asked = {"instrument": "announcement-2033-1", "effective": datetime.date(2033, 2, 1)}
    preview = desk.import_(str(path), AT, **asked)
    assert (preview["draft"], preview["comments"]) == (False, None)
    said = {"by": "Li Na", "obtained_from": "x", "obtained_on": datetime.date(2033, 11, 1), **asked}
    with pytest.raises(MuluError, match="announcement-2033-1 is no draft"):
        desk.attest(preview["document"], AT, **said, comment_deadline=datetime.date(2033, 4, 30))


def test_the_impact_of_a_draft_tells_of_every_record_near_an_item_that_only_the_draft_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The list of the draft is not whole, so that what it adds is no known change; its name is told all the same."""
    imported(tmp_path, a_draft(tmp_path, "请于2033年3月31日前反馈意见。"))
    (tmp_path / "rows.csv").write_text("id,text\n1,示例家畜的繁育\n", encoding="utf-8")
    monkeypatch.setenv("MULU_PORTFOLIOS", str(tmp_path / "p"))
    store = {"store": str(tmp_path / "s.db")}
    day = datetime.date(2033, 4, 1)
    Desk(**store).portfolio(AT, "screen", "t", file=str(tmp_path / "rows.csv"), on=day, workers=1)
    answer = Desk(**store).portfolio(
        AT, "impact", "t", draft="draft-2033-01-04", on=day, into=str(tmp_path / "o.docx"), form="docx"
    )
    assert [one["name"]["zh"] for one in answer["nearest"]] == ["示例牧草技术", "示例畜牧技术"]
    assert answer["draft"]["comments_closed"] is True and answer["on"] == "2033-04-01"


@pytest.mark.parametrize(("item", "renamed"), [("battery-cathode-x", True), ("laser-x", False)])
def test_a_list_in_official_words_beside_our_own_words_proves_no_change(
    item: str, renamed: bool, tmp_path: Path, catalogue: Catalogue
):
    """Nor does another name, where ours is not confirmed; both texts are shown."""
    assert (catalogue.items[item].name_certainty is Certainty.PUBLISHED) is renamed
    listed = fixtures.list_docx(tmp_path)
    desk, digest = imported(tmp_path, listed.path, apply=False)
    entry = next(e for e in listed.entries if e.control.value == "restricted")
    desk.apply(digest, AT, match=[f"{entry.code}={item}"])
    for before, after in (("2025-28", "2031-7"), ("2031-7", "2025-28")):
        both = [
            c for c in desk.diff(before, after)["changes"] if c["presence_before"] == c["presence_after"] == "present"
        ]
        assert item in {c["item"] for c in both}
        assert not any(c["substantive"] for c in both)
        (change,) = [c for c in both if c["item"] == item]
        assert (change["renamed"] is not None) is renamed
        told = {(p["words_before"], p["words"], p["kind"]) for p in change["points"]}
        assert told and {kind for *_, kind in told} == {"unknown"}
        shown = [p["after"]["zh"] for p in change["points"] if p["after"] and p["words"] == "official"]
        assert len(shown) == (len(entry.points) if after == "2031-7" else 0)


@pytest.mark.parametrize(
    "passage",
    [
        "2.删去无人机技术。",
        "2.将无人机技术由限制类调整为禁止类。",
        "二、将无人机技术调整至禁止出口部分。",
        "2.删去限制出口部分的“无人机技术”。",
        "二、《目录》中“无人机技术”不再列入。",
        "2.将第37号无人机技术移入禁止类。",
        "（二）限制出口部分\n删去无人机技术。",
    ],
)
def test_a_passage_that_changes_something_and_is_no_clause_we_know_is_never_passed_over(
    passage: str, tmp_path: Path, catalogue: Catalogue
):
    listing = catalogue.editions["2025-28"].listings["battery-cathode-x"]
    clause = f"在{listing.name.zh}（编号：{listing.code}）控制要点中增加：“4.薄膜的制备方法。”"
    path = announced(tmp_path, listing, f"{clause}\n{passage}")
    with pytest.raises(ClauseUnreadable, match="is not understood"):
        read(path)
    for harmless in ("本公告自公布之日起施行。", "二、本公告自公布之日起施行。", "二、其他内容不变。"):
        assert len(read(announced(tmp_path, listing, f"{clause}\n{harmless}")).operations) == 1
    named = f"{listing.name.zh}（编号：{listing.code}）"
    later = f"1.{clause}\n二、其他内容不变。\n三、删去{named}控制要点1。".removeprefix("1.")
    assert [o.does for o in read(announced(tmp_path, listing, later)).operations] == ["add point", "delete point"]


def test_a_later_announcement_waits_or_is_carried_out_on_what_stands_whatever_is_undone_before_it(
    tmp_path: Path, catalogue: Catalogue
):
    listing = catalogue.editions["2025-28"].listings["battery-cathode-x"]
    named = f"{listing.name.zh}（编号：{listing.code}）"
    _, first = imported(tmp_path, announced(tmp_path, listing, f"在{named}控制要点中增加：“4.薄膜的制备方法”。"))
    desk, _ = imported(tmp_path, announced(tmp_path, listing, f"将{named}控制要点4中的“薄膜”修改为“厚膜”。", 2))
    imported(tmp_path, announced(tmp_path, listing, f"删去{named}控制要点1。", 3))
    whole = stood(Desk(store=str(tmp_path / "s.db")), "2029-3", listing.item.id)
    assert whole == [("2", None), ("3", None), ("4", "厚膜的制备方法")]
    desk.undo(first, AT, by="Li Na", because="a trial")
    desk = Desk(store=str(tmp_path / "s.db"))
    assert stood(desk, "2028-2", listing.item.id) == [("1", None), ("2", None), ("3", None)]
    (told,) = desk.catalogue.editions["2028-2"].conflicts
    assert "does not apply at present" in told.said.en and "there is no 4 (held: 1、2、3)" in told.said.en
    assert stood(desk, "2029-3", listing.item.id) == [("2", None), ("3", None)]
    desk.apply(first, AT)
    assert stood(Desk(store=str(tmp_path / "s.db")), "2029-3", listing.item.id) == whole

    # One of an earlier day that is applied later stands before them all, and what cannot be carried out on it is told.
    other = tmp_path / "other"
    other.mkdir()
    imported(other, announced(other, listing, f"在{named}控制要点中增加：“4.薄膜的制备方法”。", 2))
    desk, digest = imported(
        other, announced(other, listing, f"在{named}控制要点中增加：“4.厚膜的制备方法”。"), apply=False
    )
    assert any("already has a control point 4" in c["en"] for c in desk.preview(digest)["conflicts"])


def test_an_entry_that_is_moved_there_and_back_has_its_points(tmp_path: Path, catalogue: Catalogue):
    listing = catalogue.editions["2025-28"].listings["battery-cathode-x"]
    imported(tmp_path, announced(tmp_path, listing, f"将{listing.name.zh}（编号：{listing.code}）调整至禁止出口部分。"))
    back = announced(tmp_path, listing, f"将“{listing.name.zh}”条目调整至限制出口部分。", 2)
    back.write_text(back.read_text(encoding="utf-8").replace("二、限制出口部分", "一、禁止出口部分"), encoding="utf-8")
    desk, _ = imported(tmp_path, back)
    there = desk.catalogue.editions["2027-1"].listings
    assert there["battery-cathode-x"].presence is Presence.ABSENT
    assert (there["battery-cathode-j"].code, len(there["battery-cathode-j"].points)) == (None, 3)
    assert desk.catalogue.editions["2028-2"].listings["battery-cathode-x"].points == listing.points


def test_a_number_is_never_cut_out_of_a_larger_one_and_a_code_stays_in_its_part(tmp_path: Path, catalogue: Catalogue):
    listing = catalogue.editions["2025-28"].listings["battery-cathode-x"]
    named = f"{listing.name.zh}（编号：{listing.code}）"
    words = "“1.薄膜的制备方法，压力≥100MPa，效率≥95%，厚度≥1.5mm”"
    imported(tmp_path, announced(tmp_path, listing, f"将{named}控制要点1修改为：{words}。"))
    for old, new in (("10", "20"), ("5%", "8%"), ("5mm", "8mm"), ("0MPa", "1MPa")):
        path = announced(tmp_path, listing, f"将{named}控制要点1中的“{old}”修改为“{new}”。", 2)
        with pytest.raises(MuluError, match="do not stand in control point 1"):
            imported(tmp_path, path)
    for code, why in (("252604J", "would end in X"), ("083201X", "is that of")):
        with pytest.raises(MuluError, match=why):
            imported(tmp_path, announced(tmp_path, listing, f"将{named}的编号修改为{code}。", 2))
