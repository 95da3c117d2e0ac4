"""Pictures and reports of a portfolio say what was counted, in both languages, and take no text of a record for their own."""

import datetime
import io
import re
import xml.etree.ElementTree as ET

import pypdfium2
import pytest
import python_calamine
from docx import Document
from tests.portfolio.conftest import AT, NAME, ON, fill, portfolios, rows, target  # noqa: F401  # fixtures

from mulu.desk import Desk
from mulu.determination.law import Law
from mulu.errors import Misused
from mulu.portfolio import evidence as kept_reasons
from mulu.portfolio.evidence import LONG
from mulu.portfolio.exposure import Filters
from mulu.portfolio.records import Record
from mulu.reports import pictures
from mulu.reports.changed import Changed, impact
from mulu.reports.drawing import width_of, wrapped
from mulu.reports.target import PROVISIONS, Target, due_diligence
from mulu.screening import features
from mulu.store.portfolios import Portfolio
from mulu.vocabulary import Language

LANGUAGES = (Language.ZH, Language.EN, None)
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</text><script>alert("1")</script> & \u202eevil'


@pytest.fixture(scope="module")
def overview(portfolios):  # noqa: F811
    return portfolios.overview(NAME, ON)


@pytest.fixture(scope="module")
def whole(target, catalogue):  # noqa: F811
    """What a report is made from, with an answer recorded and a record whose words are no words."""
    found = target.portfolios.target(NAME, ON)
    law = Law.load()
    considered = {
        one["edition"]: target.considered(catalogue.editions[one["edition"]]) for one in found["overview"]["editions"]
    }
    return Target(found, considered, {name: law.cite(name, ON).as_json() for name in PROVISIONS}, ON)


def drawn(svg):
    """The texts of a picture, which is well-formed, has no script, and asks for nothing from elsewhere."""
    root = ET.fromstring(svg)
    assert not root.findall(f".//{SVG}script") and not root.findall(f".//{SVG}image") and "href" not in svg
    assert root.find(f"{SVG}title") is not None and root.get("aria-label")
    width, height = float(root.get("width")), float(root.get("height"))
    for one in root.iter(f"{SVG}text"):
        if one.get("transform") or one.get("text-anchor"):
            continue
        x, y, size = float(one.get("x")), float(one.get("y")), float(one.get("font-size"))
        assert 0 <= y <= height and x + width_of(one.text or "") * size * 0.5 <= width + 1, one.text
    return ["".join(one.itertext()) for one in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", pictures.PICTURES)
def test_a_picture_is_drawn_in_each_language_within_its_frame_and_told_in_words(overview, name, language):
    one = pictures.PICTURES[name](overview, language)
    texts = " ".join(drawn(one.svg))
    assert one.svg == pictures.PICTURES[name](overview, language).svg
    assert ("非官方文件" in texts) == (language is not Language.EN)
    assert ("Unofficial" in texts) == (language is not Language.ZH)
    assert NAME in one.alt and len(one.alt) > 20


@pytest.mark.parametrize("name", pictures.PICTURES)
def test_a_portfolio_in_which_nothing_is_flagged_is_drawn_and_says_what_that_means(portfolios, name):  # noqa: F811
    nothing = portfolios.overview(NAME, ON, Filters(query="no record says this"))
    texts = " ".join(drawn(pictures.PICTURES[name](nothing, Language.EN).svg))
    assert nothing["records"] == 0
    assert name in ("funnel", "time") or "does not mean: not listed" in texts


@pytest.mark.parametrize("by", ["country", "owner"])
def test_what_is_not_drawn_in_a_heat_map_stands_in_its_sums(overview, by):
    columns, count = overview["heat"][by]["columns"], len(overview["heat"][by]["rows"])
    for most in (1, None):
        texts = drawn(pictures.heat(overview, Language.EN, by, most).svg)
        sums = texts[texts.index("all", texts.index("all") + 1) + 1 :]  # the first is the head of the column
        assert sums[: len(columns) + 1] == [*(str(one["total"]) for one in columns), str(overview["exposures"])]
        assert (f"{count - 1} more items, not drawn one by one" in texts) == (most == 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_map_is_drawn_with_every_mark_and_says_what_has_no_place(portfolios, language):  # noqa: F811
    found = portfolios.map(NAME, ON)
    one = pictures.plane(found, language)
    texts = " ".join(drawn(one.svg))
    assert one.svg.count("<circle") + one.svg.count("<rect") >= len(found["marks"])
    apart = sum(found["apart"].values())
    assert apart > 0 and f"{apart}" in texts
    assert ("wide distances, directions and empty space say nothing" in texts) == (language is not Language.ZH)


def test_names_in_a_picture_are_texts_and_nothing_else(overview):
    hostile = {**overview, "portfolio": HOSTILE, "countries": [{**overview["countries"][0], "en": HOSTILE}]}
    one = pictures.countries(hostile, Language.EN)
    texts = " ".join(drawn(one.svg))
    assert "<script>" in texts and "〔U+202E〕" in texts and "\u202e" not in one.svg


def test_lines_are_broken_between_words_and_chinese_characters():
    text = "不等于不在目录内 no candidate reaches the operating point"
    lines = wrapped(text, 20)
    assert all(width_of(line) <= 20 for line in lines)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)


# ---- due diligence -------------------------------------------------------------------------------------------------


def sheets(content):
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def table(rows):  # noqa: F811
    """A sheet as rows by the heads of its columns; lines above the heads end with an empty one."""
    start = next((n + 1 for n, row in enumerate(rows) if not any(row)), 0)
    return [dict(zip(rows[start], row, strict=True)) for row in rows[start + 1 :]]


def test_the_workbook_has_every_exposure_with_its_reasons_every_refused_row_and_what_was_compared(whole):
    made = due_diligence(whole, "en", "xlsx")
    found = sheets(made.content)
    counts = whole.found["overview"]
    assert list(found) == ["Summary", "Exposure", "Owners", "Flagged", "Near", "Refused", "Compared", "Provisions"]
    flagged = table(found["Flagged"])
    assert len(flagged) == counts["exposures"]
    assert {one["id"] for one in flagged} == {one["id"] for one in whole.found["records"]}
    assert all(one["certainty of the listing"] in ("official", "published", "UNCONFIRMED") for one in flagged)
    for one in flagged:
        said = f"{one['title']}\n{one['text']}"
        assert all(word in said for word in filter(None, one["words in the text"].split("；")))
        assert one["reasons"].startswith(("+", "−"))
    for sheet, by in (("Exposure", "country"), ("Owners", "owner")):
        *exposure, total = table(found[sheet])
        grid = counts["heat"][by]
        heads = [one["en"] for one in grid["columns"]]
        assert grid["columns"][-1][by] == "-" and total["industry"] == "all"
        assert sum(one["records"] for one in exposure) == total["records"] == counts["exposures"]
        for one, row in zip(exposure, grid["rows"], strict=True):
            assert [one[head] for head in heads] == row["counts"] and sum(row["counts"]) == one["records"] == row[
                "total"
            ]
        assert [total[head] for head in heads] == [one["total"] for one in grid["columns"]]
    assert [one["why"] for one in table(found["Refused"])] == ["no text", "neither language"]
    assert table(found["Refused"])[0]["as given"] == "text: =1+1"
    assert len(table(found["Near"])) == counts["near"]
    assert [one["edition"] for one in table(found["Compared"])] == [one["edition"] for one in counts["editions"]]
    assert found["Summary"][0][0].startswith("Candidates, never a conclusion")
    funnel = [one for one in table(found["Summary"]) if not isinstance(one["content"], str)]
    assert [(one["subject"], one["content"]) for one in funnel] == [(of["en"], of["count"]) for of in counts["funnel"]]
    lost = [f"− {way['count']:,} {way['en']}" for of in counts["funnel"] for way in of["lost"]]
    assert lost == [line for one in funnel for line in one["where the others went"].splitlines()]
    assert made.content == due_diligence(whole, "en", "xlsx").content


def test_the_reasons_are_those_of_the_candidate_that_is_held(whole):
    for record in whole.found["records"]:
        for one in record["candidates"]:
            number = one["point"].rsplit("#", 1)[1].split("@")[0] if "#" in one["point"] else None
            assert one["evidence"]["number"] == number
            reasons = one["evidence"]["reasons"]
            own = [reason for reason in reasons if reason["of"] is None]
            assert len(own) == len(reasons) or all(reason["against"] for reason in own)


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_the_printed_report_says_first_that_it_concludes_nothing(whole, language):
    document = pypdfium2.PdfDocument(due_diligence(whole, language, "pdf", printed=3).content)
    pages = [page.get_textpage().get_text_range() for page in document]
    first = re.sub(r"\s", "", pages[0])
    if language != "en":
        assert "候选，绝非结论" in first and "不是法律意见" in first
    if language != "zh":
        assert "Candidates,neveraconclusion" in first and "notlegaladvice" in first
    whole_text = re.sub(r"\s", "", "".join(pages))
    assert whole.found["overview"]["data"] in whole_text
    shown = {record["id"] for record in whole.found["records"] if record["id"] in whole_text}
    assert {record["id"] for record in whole.found["records"][:3]} <= shown
    assert all(page.get_size()[0] < 600 for page in document)


def test_days_after_the_last_check_are_told_loudly(target, portfolios, catalogue, whole):  # noqa: F811
    after = catalogue.known_to + datetime.timedelta(days=30)
    with portfolios.open(NAME) as portfolio:
        assert portfolios.overview(NAME, ON)["beyond_knowledge"] == 0
        portfolio.query("UPDATE runs SET asked = json_set(asked, '$.on', ?)", (after.isoformat(),))
        beyond = portfolios.overview(NAME, ON)["beyond_knowledge"]
        portfolio.query("UPDATE runs SET asked = json_set(asked, '$.on', ?)", (ON.isoformat(),))
    assert beyond > 0
    found = {**whole.found, "overview": {**whole.found["overview"], "beyond_knowledge": beyond}}
    document = Document(io.BytesIO(due_diligence(Target(found, whole.considered, whole.law, ON), "en", "docx").content))
    said = [paragraph.text for paragraph in document.paragraphs[:4]]
    assert any(text.startswith(f"{beyond} of the records") and "beyond what is known here" in text for text in said)


def test_a_form_that_does_not_exist_is_refused_with_those_that_do(whole):
    with pytest.raises(Misused, match="docx, pdf, xlsx"):
        due_diligence(whole, "en", "odt")


# ---- impact --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def change(target):  # noqa: F811
    def of(**asked):
        return target.portfolio(AT, "impact", NAME, **asked)

    return of


def test_the_report_of_a_draft_says_so_until_when_comments_may_be_sent_and_what_became_of_it(change):
    early = Changed(change(draft="draft-2025-01-02", on=datetime.date(2025, 1, 10)))
    document = Document(io.BytesIO(impact(early, "both", "docx").content))
    said = "\n".join(paragraph.text for paragraph in document.paragraphs[:10])
    assert "草案没有效力" in said and "a draft has no force" in said
    assert "Comments until 2025-02-01 (as of 2025-01-10 not ended)." in said
    assert "announcement-2025-28" in said and "on 2025-01-10 not yet published" in said
    late = Changed(change(draft="draft-2025-01-02", on=ON))
    told = "The time for comments has ended: it ran until 2025-02-01 (as of 2026-11-20)."
    assert any(told in str(row[0]) for row in sheets(impact(late, "en", "xlsx").content)["Summary"])
    pages = pypdfium2.PdfDocument(impact(late, "zh", "pdf").content)
    text = re.sub(r"\s", "", "".join(page.get_textpage().get_text_range() for page in pages))
    assert "征求意见已于2025-02-01截止（按2026-11-20计）。" in text


def test_the_workbook_of_an_impact_has_every_effect_and_every_point_that_changed(change):
    found = change(before="2020-38", after="2023-57")
    made = sheets(impact(Changed(found), "en", "xlsx").content)
    assert len(table(made["Records"])) == sum(found["affected"].values()) > 0
    points = table(made["Points"])
    assert {one["item"] for one in points} == {one["item"] for one in found["items"]}
    # Two summaries of ours stand one after the other, with whose words they are and nothing struck out.
    pairs = [p for one in found["items"] for p in one["points"] if p["before"] and p["after"]]
    told = [re.sub(r"\s+", " ", one["redline"]) for one in points if one["redline"]]
    assert pairs
    for point in pairs:
        assert any(
            f"{point['before']['en']} in our own words → {point['after']['en']} in our own words" in one for one in told
        )
    assert not any("〔" in one for one in told)
    numbers = [str(one["point"]) for one in points]
    assert any(one.startswith("unnumbered ") for one in numbers)
    assert not any(re.match(r"u\d", one) for one in numbers)
    document = Document(io.BytesIO(impact(Changed(found), "en", "docx").content))
    first = [row.cells[0].text for table_ in document.tables for row in table_.rows]
    assert any(one.startswith("unnumbered ") for one in first)
    assert not any(re.match(r"u\d", one) for one in first)


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_an_impact_that_found_nothing_makes_a_report_that_says_what_that_means(change, language):
    found = change(before="2025-28", after="2025-28")
    assert not found["results"] and not found["items"]
    pages = pypdfium2.PdfDocument(impact(Changed(found), language, "pdf").content)
    text = re.sub(r"\s", "", "".join(page.get_textpage().get_text_range() for page in pages))
    assert language == "zh" or "Thatdoesnotmeanthatthechangehasnothingtodowiththem" in text
    assert language == "en" or "这不等于与变化无关" in text


def test_a_text_that_a_spreadsheet_would_compute_stays_a_text(tmp_path, catalogue, screener, examples):

    desk = Desk(catalogue, store=str(tmp_path / "mulu.db"))
    desk.__dict__["_engine"] = screener
    record = Record(id="=HYPERLINK(1)", text=examples[0]["text"], owner="@SUM(A1)", place="+1")
    with Portfolio(desk.portfolios.folder, NAME, create=True) as portfolio:
        portfolio.begin({"on": ON.isoformat()}, AT.isoformat(), None)
        fill(portfolio, screener, catalogue, [record])
    found = desk.portfolios.target(NAME, ON)
    considered = {
        one["edition"]: desk.considered(catalogue.editions[one["edition"]]) for one in found["overview"]["editions"]
    }
    content = due_diligence(Target(found, considered, {}, ON), "en", "xlsx").content
    one = table(sheets(content)["Flagged"])[0]
    assert (one["id"], one["owner"], one["where it stands"]) == ("=HYPERLINK(1)", "@SUM(A1)", "+1")


def test_the_reasons_of_a_long_text_come_from_the_vectors_that_are_kept_and_are_those_of_reading_it_again(
    tmp_path, catalogue, screener, monkeypatch
):
    filler = "".join(f"第{n}步在{300 + n % 500}℃下保温，随后过滤、洗涤并干燥。" for n in range(1200))
    text = f"磷酸铁锂正极材料的制备方法：水热合成前驱体，碳包覆后烧结，粉体压实密度2.6g/cm3。{filler}"
    assert len(text) > LONG
    desk = Desk(catalogue, store=str(tmp_path / "mulu.db"))
    desk.__dict__["_engine"] = screener
    with Portfolio(desk.portfolios.folder, NAME, create=True) as made:
        made.begin({"on": ON.isoformat()}, AT.isoformat(), "me")
        short = [Record(id=f"S{n}", text=f"锂电池正极材料的合成，第{n}号。", place="x") for n in range(3)]
        fill(made, screener, catalogue, [*short[:2], Record(id="L", text=text, place="x"), short[2]])
    read = []
    encode = features.encoder.encode_parts
    monkeypatch.setattr(
        features.encoder, "encode_parts", lambda texts, groups: (read.extend(texts), encode(texts, groups))[1]
    )
    found = desk.portfolios.target(NAME, ON)["records"]
    assert not any("保温" in one for one in read)
    monkeypatch.setattr(kept_reasons, "_fitting", lambda *_: None)
    assert desk.portfolios.target(NAME, ON)["records"] == found
    assert any("保温" in one for one in read)
    (long,) = [one for one in found if one["id"] == "L"]
    assert any(c["evidence"]["reasons"] for c in long["candidates"])


def test_only_what_is_printed_is_read_again_for_a_printed_report(target):  # noqa: F811
    told = {n: target.portfolios.target(NAME, ON, reasons_of=n)["records"] for n in (None, 2)}
    assert [one["id"] for one in told[2]] == [one["id"] for one in told[None]]
    assert told[2][:2] == told[None][:2]
    assert all(c["evidence"] is None for one in told[2][2:] for c in one["candidates"])
    assert all(c["evidence"] is not None for one in told[None] for c in one["candidates"])
