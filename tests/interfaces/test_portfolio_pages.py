"""Portfolios on the page and through the API: what is filtered, answered, asked and screened is what the desk has."""

from __future__ import annotations

import csv
import datetime
import html
import io
import json
import re
import shutil
import threading
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook
from starlette.testclient import TestClient
from tests.interfaces.conftest import ROWS

from mulu.catalogue.editions import Catalogue
from mulu.client import ApiProblem, Client
from mulu.desk import Desk
from mulu.errors import Misused
from mulu.interfaces.api.table import DIGEST, DOCUMENT
from mulu.interfaces.cli import main as command
from mulu.interfaces.keeper import Keeper
from mulu.interfaces.safety import Refused
from mulu.interfaces.serve import application
from mulu.interfaces.web.batches import Batches
from mulu.portfolio.screened import Found
from mulu.screening.engine import Screener
from mulu.vocabulary import Said

PORT = 8783
DAY = datetime.date(2026, 11, 23)
AT = datetime.datetime(2026, 11, 24, 9, tzinfo=datetime.UTC)
LANGUAGES = ("zh", "en")
CATHODE = "battery-cathode-x"


@pytest.fixture
def kept(tmp_path: Path, folio: Path, catalogue: Catalogue, screener: Screener) -> Desk:
    """A desk over a store with the portfolio `example`."""
    shutil.copytree(folio, tmp_path / folio.name)
    desk = Desk(store=str(tmp_path / "mulu.db"))
    desk.__dict__ |= {"catalogue": catalogue, "_engine": screener}
    return desk


@pytest.fixture
def server(kept: Desk) -> TestClient:
    keeper = Keeper(kept._store)
    keeper._current = kept
    app = application(keeper, PORT)
    return TestClient(app, base_url=f"http://127.0.0.1:{PORT}", follow_redirects=False)


def form(server: TestClient, address: str, name: str) -> dict[str, str]:
    """The hidden fields of a form of a page."""
    shown = server.get(address).text
    part = next(
        one for one in re.findall(r"(?s)<form method=\"post\".*?</form>", shown) if f'name="form" value="{name}"' in one
    )
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', part))


def shown_ids(text: str) -> list[str]:
    return [
        html.unescape(one)
        for one in re.findall(r'<tr><th scope="row"><a href="[^"]*/record\?id=[^"]*">([^<]+)</a>', text)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_exposed_is_shown_with_its_certainty_and_what_was_not_flagged(
    server: TestClient, kept: Desk, language: str
):
    listed = server.get(f"/{language}/portfolios").text
    assert ">example</a>" in listed and "64 MiB" in listed
    text = html.unescape(server.get(f"/{language}/portfolios/example").text)
    over = kept.portfolios.overview("example", DAY)
    assert over["flagged"] == 3 and over["records"] == 5
    for step in over["funnel"]:
        assert step[language] in text
        assert all(lost[language] in text for lost in step["lost"])
    for item in over["items"]:
        assert f"records?item={item['item']}" in text and item["name"][language] in text
    assert 'class="certainty published"' in text
    for picture in ("heat", "owners", "funnel", "time", "countries", "certainty", "map"):
        drawn = server.get(f"/{language}/portfolios/example/pictures/{picture}.svg")
        assert drawn.status_code == 200 and drawn.text.startswith("<svg")
    assert server.get(f"/{language}/portfolios/example/pictures/no-such.svg").status_code == 404


def test_a_number_that_opens_records_opens_as_many_of_them(server: TestClient, kept: Desk):
    # A second item for a record, so that exposures and records are two numbers.
    with kept.portfolios.open("example") as portfolio:
        (row,) = portfolio.rows("records.id = 'P-1'")
        portfolio.renew([(row.row, row.edition, "", [*row.candidates, Found("lidar-x", 700, True, False, "lidar-x")])])
    over = kept.portfolios.overview("example", DAY)
    assert over["exposures"] > over["flagged"] == 3
    text = server.get("/en/portfolios/example").text
    links = re.findall(r'href="(/en/portfolios/example/records[^"]*)">([\d,]+)</a>', text)
    assert len(links) > 20
    for address, number in links:
        opened = server.get(html.unescape(address)).text
        assert re.search(r'role="status"><b>([\d,]+)</b>', opened)[1] == number, address
    assert f"{over['exposures']} exposures" in text


def test_the_command_writes_what_is_filtered_and_never_over_a_file(
    server: TestClient, kept: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(command, "Desk", lambda *_, **__: kept)
    asked = ["portfolio", "show", "example", "--item", CATHODE, "--form"]
    for form_ in ("csv", "xlsx", "parquet"):
        into = tmp_path / f"made.{form_}"
        assert command.main([*asked, form_, "--into", str(into)]) == 0
        assert into.read_bytes()[:4] in (b"PAR1", b"PK\x03\x04", b"\xef\xbb\xbfr")
        assert command.main([*asked, form_, "--into", str(into)]) != 0
    whole = server.get("/api/v1/portfolios/example/parquet", params={"item": CATHODE}).content
    assert (
        (tmp_path / "made.parquet").read_bytes()
        == whole
        == Client(http=server).portfolio_parquet("example", item=CATHODE)
    )
    capsys.readouterr()
    assert command.main([*asked, "parquet"]) == 2 and "--into" in capsys.readouterr().err
    assert command.main([*asked, "pdf", "--into", str(tmp_path / "x.pdf")]) == 2
    assert command.main(["portfolio", "report", "example", "--form", "csv", "--into", str(tmp_path / "x.csv")]) == 2


def test_a_name_in_chinese_is_that_of_the_file(server: TestClient, kept: Desk):
    shutil.copytree(kept.portfolios.folder / "example", kept.portfolios.folder / "专利")
    made = server.get("/api/v1/portfolios/专利/parquet")
    assert made.status_code == 200 and made.headers["content-disposition"].endswith("UTF-8''%E4%B8%93%E5%88%A9.parquet")


def test_a_mark_of_the_map_opens_its_records_and_a_point_is_found_on_it(server: TestClient, kept: Desk):
    shown = html.unescape(server.get("/en/portfolios/example/map").text)
    marks = re.findall(r'href="(/en/portfolios/example/map\?mark=[^"#]+)', shown)
    opened = [one for mark in marks for one in shown_ids(server.get(mark).text)]
    assert sorted(opened) == ["P-1", "P-3", "P-5"] and "hit-point" not in shown
    found = server.get("/zh/portfolios/example/map", params={"q": "正极材料"}).text
    assert "hit-point" in found and f"records?item={CATHODE}" in found
    assert server.get("/en/portfolios/example/map", params={"mark": "1.2"}).status_code == 422


def test_all_that_the_map_shows_stands_in_tables_too(server: TestClient, kept: Desk, monkeypatch: pytest.MonkeyPatch):
    found = kept.portfolios.map("example", DAY)
    shown = server.get("/en/portfolios/example/map?rows=all").text
    places, items = (part.split("</table>")[0] for part in shown.split("<tbody>")[1:3])
    flagged = [one for one in found["marks"] if one["list"] != "not flagged"]
    assert sorted(re.findall(r"mark=([^\"&#]+)", places)) == sorted(one["mark"] for one in flagged)
    assert items.count("<tr>") == len({one["item"] for one in found["points"]}) > 10
    points = sum(int(number) for number in re.findall(r'#moving">(\d+)</a></td>', items))
    assert points == len(found["points"]) == len(re.findall(r'class="point"', shown)) - 1  # and one in the legend
    assert server.get("/en/portfolios/example/map").text.split("<tbody>")[2].split("</table>")[0].count("<tr>") == 10
    assert "<title>" in shown and 'class="names wide"' in shown and "Battery cathode mat" in shown


def test_the_map_can_be_gone_about_without_scripts(server: TestClient):
    def seen(address: str) -> tuple[int, dict[str, str]]:
        answer = server.get(address)
        assert answer.status_code == 200
        around = answer.text.split('id="moving"')[1].split("</nav>")[0]
        ways = re.findall(r'href="([^"#]+)#moving" aria-label="([^"]+)"', around)
        return answer.text.count('class="point"'), {label: html.unescape(to) for to, label in ways}

    whole, ways = seen("/en/portfolios/example/map?q=lidar")
    assert set(ways) == {"Nearer"} and "q=lidar" in ways["Nearer"]
    nearer, ways = seen(ways["Nearer"])
    assert 0 < nearer < whole and {"Farther", "Left", "Right", "Up", "Down", "Whole map"} <= set(ways)
    assert seen(ways["Whole map"])[0] == seen(ways["Farther"])[0] == whole
    _, at_the_edge = seen(seen(ways["Left"])[1].get("Left", ways["Left"]))
    assert "Left" not in at_the_edge and "Right" in at_the_edge
    nearest = ways
    for _ in range(5):
        nearest = seen(nearest.get("Nearer", nearest["Whole map"]))[1] if "Nearer" in nearest else nearest
    assert "Nearer" not in nearest
    for wrong in ("1", "1.2", "a.1.2", "1.2.3.4", "²1.2.3", "1.-2.3"):
        assert server.get("/zh/portfolios/example/map", params={"view": wrong}).status_code == 422
    assert server.get("/en/portfolios/example/map", params={"view": "9.0.99"}).status_code == 200


def test_a_row_that_is_refused_for_its_day_is_counted_once(kept: Desk, tmp_path: Path):
    table = tmp_path / "days.csv"
    table.write_text(
        "id,text,on\nA,一把木椅的制造方法。,2025-01-02\nB,一把木椅的制造方法。,2001-01-02\nC,,2025-01-02\n",
        encoding="utf-8",
    )
    seen: list[int] = []
    answer = kept.portfolio(
        AT, "screen", "days", on=DAY, file=table, workers=1, by="李", told=lambda far: seen.append(far.rows)
    )
    assert seen[-1] == answer["rows"] == 3 and answer["refused"] == 2


def test_long_tables_of_the_overview_are_shown_in_part_and_whole_where_asked(
    server: TestClient, kept: Desk, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("mulu.interfaces.web.portfolios._ROWS_SHOWN", 1)
    over = kept.portfolios.overview("example", DAY)
    some, whole = (
        server.get(f"/en/portfolios/example{query}").text.split('id="items"')[1].split("</table>")[0]
        for query in ("", "?rows=all")
    )
    assert some.count("records?item=") == 1 < whole.count("records?item=") == len(over["items"])
    assert "rows=all#items" in some and "rows=all" not in whole
    times = server.get("/en/portfolios/example?rows=all").text.split('id="time"')[1].split("</section>")[0]
    dated = [one for one in over["time"]["times"] if one["records"]]
    assert re.findall(r'<th scope="row" class="nowrap">([^<]+)<', times) == [one["at"] for one in reversed(dated)]
    for since, until, count in re.findall(r"since=([^&]+)&amp;until=([^\"]+)\">(\d+)", times):
        found = server.get("/api/v1/portfolios/example", params={"since": since, "until": until}).json()
        assert found["total"] == int(count)


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({}, {"P-1", "P-3", "P-5"}),
        ({"which": "all"}, {"P-1", "P-2", "P-3", "P/4", "P-5"}),
        ({"item": CATHODE}, {"P-1", "P-5"}),
        ({"item": "252604X", "country": "US"}, {"P-1"}),
        ({"control": "prohibited"}, {"P-3"}),
        ({"owner": "甲公司", "until": "2026-04-01"}, {"P-1"}),
        ({"kind": "许可合同"}, {"P-3"}),
        ({"query": "青檀皮"}, {"P-3"}),
        ({"which": "all", "country": "-"}, {"P-2"}),
        ({"state": "answered"}, set()),
        ({"run": "1"}, {"P-1", "P-3", "P-5"}),
        ({"which": "all", "since": "2026-01-01", "sort": "day"}, {"P-1", "P-2", "P-5"}),
    ],
)  # fmt: skip
def test_records_are_filtered_alike_on_the_page_in_files_and_through_the_api(server: TestClient, asked, ids):
    page = server.get("/en/portfolios/example/records", params=asked)
    assert page.status_code == 200 and set(shown_ids(page.text)) == ids
    answer = server.get("/api/v1/portfolios/example", params=asked).json()
    assert {one["id"] for one in answer["records"]} == ids and answer["total"] == len(ids) and answer["of"] == 5
    assert [one["id"] for one in answer["records"]] == shown_ids(page.text)
    table = server.get("/en/portfolios/example/records.csv", params=asked).content.decode("utf-8-sig")
    assert {one["record"] for one in csv.DictReader(io.StringIO(table))} == ids
    assert {
        one["id"]
        for one in json.loads(server.get("/zh/portfolios/example/records.json", params=asked).content)["records"]
    } == ids
    held = server.get("/en/portfolios/example/records.parquet", params=asked).content
    assert set(pq.read_table(io.BytesIO(held))["record"].to_pylist()) == ids
    assert held == server.get("/api/v1/portfolios/example/parquet", params=asked).content


def test_a_filter_that_can_hold_of_nothing_is_said_and_not_passed_over(server: TestClient):
    for wrong in ({"item": "no-such"}, {"state": "done"}, {"since": "2026-02-30"}, {"score_from": "much"}, {"which": "some"}, {"run": "last"}, {"sort": "luck"}):  # fmt: skip
        page = server.get("/zh/portfolios/example/records", params=wrong)
        assert page.status_code == 422 and 'role="alert"' in page.text, wrong
        assert server.get("/api/v1/portfolios/example", params=wrong).status_code in (404, 422)
    assert server.get("/en/portfolios/example/records", params={"colour": "red"}).status_code == 422
    for address in ("", "/records", "/runs", "/impact"):
        assert server.get(f"/en/portfolios/nothing{address}").status_code == 404
    assert server.get("/api/v1/portfolios/nothing").status_code == 404
    assert server.get("/en/portfolios/example/record", params={"id": "P-9"}).status_code in (404, 422)


@pytest.mark.parametrize("sort", ["score", "id", "day"])
def test_pages_of_records_make_up_the_whole_in_its_order(server: TestClient, sort: str):
    client = Client(http=server)
    whole = [one["id"] for one in client.portfolio("example", which="all", sort=sort)["records"]]
    found, cursor = [], None
    while True:
        more = {} if cursor is None else {"cursor": cursor}
        answer = client.portfolio("example", which="all", sort=sort, limit=2, **more)
        found += [one["id"] for one in answer["records"]]
        assert answer["total"] == 5
        cursor = answer["next_cursor"]
        if cursor is None:
            break
        with pytest.raises(ApiProblem):  # it goes with the question for which it was given
            client.portfolio("example", which="all", sort=sort, limit=2, cursor=cursor, country="US")
    assert found == whole and len(whole) == 5
    for wrong in ("x", "e30", cursor_of_nonsense()):
        with pytest.raises(ApiProblem):
            client.portfolio("example", cursor=wrong)


def cursor_of_nonsense() -> str:
    import base64

    return base64.urlsafe_b64encode(b'["000000000000",99999999999999999999,"x"]').decode().rstrip("=")


def test_a_text_that_a_spreadsheet_would_compute_is_none_in_the_files(server: TestClient, kept: Desk):
    kept.portfolio(
        AT, "judge", "example", record="P-1", item=CATHODE, judgement="concerns", because="=HYPERLINK(1)", by="李"
    )
    table = server.get("/zh/portfolios/example/records.csv").content.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in table
    book = CalamineWorkbook.from_filelike(io.BytesIO(server.get("/zh/portfolios/example/records.xlsx").content))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0][0] == "记录" and {row[0] for row in rows[1:]} == {"P-1", "P-3", "P-5"}
    assert "=HYPERLINK(1)" in [cell for row in rows for cell in row]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_record_shows_its_evidence_and_takes_an_answer_with_its_reason(server: TestClient, kept: Desk, language: str):
    address = f"/{language}/portfolios/example/record?id=P%2F4"
    assert "booking" in server.get(address).text.lower()
    address = f"/{language}/portfolios/example/record?id=P-1"
    evidence = server.get(f"{address}&evidence=yes").text
    assert 'class="evidence stack"' in evidence and "<mark" in evidence
    fields = form(server, address, "judge")
    lacks = server.post(address, data={**fields, "item": CATHODE, "judgement": "concerns"})
    assert lacks.status_code == 422 and not len(kept.portfolios.judgements("example"))
    given = {**fields, "once": "2", "item": CATHODE, "judgement": "concerns", "because": "密度达标", "by": "王芳"}
    assert server.post(address, data={**given, "colour": "red"}).status_code == 422
    sent = server.post(address, data=given)
    assert sent.status_code == 303
    assert "密度达标" in server.get(sent.headers["location"]).text
    answers = kept.portfolios.judgements("example")
    assert list(answers) == [("P-1", CATHODE)]
    judged = answers.of("P-1", CATHODE, "", "")
    assert judged is not None and judged.by == "王芳"
    assert shown_ids(server.get(f"/{language}/portfolios/example/records?state=concerns").text) == ["P-1"]
    assert "P-1" not in shown_ids(server.get(f"/{language}/portfolios/example/records?state=open").text)


def test_an_answer_through_the_api_is_the_one_on_the_page(server: TestClient, kept: Desk):
    client = Client(http=server)
    made = client.judge_record("example", "P-3", "papermaking-j", "does-not", "工艺已公开", "王芳")
    assert made["judgement"] == "does-not"
    record = client.portfolio_record("example", "P-3")
    assert record["judgements"][0]["because"] == "工艺已公开" and record["candidates"][0]["state"] == "answered"
    assert "工艺已公开" in server.get("/zh/portfolios/example/record?id=P-3").text
    with pytest.raises(ApiProblem):
        client.judge_record("example", "P-9", CATHODE, "concerns", "x", "y")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_change_does_is_shown_by_kind_with_its_redline_and_recorded_also_where_it_is_nothing(
    server: TestClient, kept: Desk, language: str
):
    address = f"/{language}/portfolios/example/impact"
    fields = form(server, address, "impact")
    assert server.post(address, data={**fields, "change": "edition", "before": ""}).status_code == 422
    sent = server.post(
        address, data={**fields, "once": "2", "change": "edition 2025-28", "before": "2023-57", "by": "李"}
    )
    assert sent.status_code == 303
    # From which edition need not be said: it is the one before.
    for edition, status in (("2020-38", 303), ("2008-12", 422)):
        of = {**fields, "once": f"of-{edition}", "change": f"edition {edition}"}
        assert server.post(address, data=of).status_code == status
    text = server.get(sent.headers["location"]).text
    answer = kept.portfolio(AT, "impact", "example", before="2023-57", after="2025-28", on=DAY)
    caught = [one for one in answer["results"] if any(e["kind"] == "caught" for e in one["effects"])]
    assert {one["record"] for one in caught} == {"P-1", "P-5"}
    assert set(re.findall(r"record\?id=([^\"]+)", text)) == {one["record"] for one in answer["results"]}
    assert answer["to"]["effective"] in text and 'class="change added"' in text
    assert server.get(sent.headers["location"], params={"kind": "released"}).text.count("record?id=") == 0
    nothing = server.post(address, data={**fields, "once": "3", "change": "edition 2023-57", "before": "2023-57"})
    assert {"zh": "没有记录受影响", "en": "No record is affected"}[language] in server.get(
        nothing.headers["location"]
    ).text
    runs = server.get(f"/{language}/portfolios/example/runs").text
    assert all(one in runs for one in ("2008-12 → 2020-38", "2023-57 → 2025-28", "2023-57 → 2023-57"))
    assert server.get(f"{address}/AAAAAAAAAAAA").status_code == 404
    asked = {**fields, "once": "4", "change": "draft draft-2022-12-30", "before": ""}
    draft = server.post(address, data=asked, params={"on": "2023-01-29"})
    text = html.unescape(server.get(draft.headers["location"]).text)
    of = kept.portfolio(AT, "impact", "example", draft="draft-2022-12-30", on=datetime.date(2023, 1, 29))["draft"]
    assert of["comments_closed"] and f"<b>{of['comments'][language]}</b>" in text and of["became"][language] in text
    assert "/catalogue/diff?" in text and "before=draft-2022-12-30" in text and "after=2023-57" in text
    assert len(Client(http=server).portfolio_runs("example")["impacts"]) == 6


def test_reports_are_taken_from_the_pages(server: TestClient):
    marks = {"docx": b"PK", "xlsx": b"PK", "pdf": b"%PDF"}
    for form_, mark in marks.items():
        made = server.get("/en/portfolios/example/report", params={"form": form_, "item": CATHODE})
        assert made.status_code == 200 and made.content.startswith(mark)
    assert server.get("/en/portfolios/example/report", params={"form": "odt"}).status_code == 422
    fields = form(server, "/en/portfolios/example/impact", "impact")
    sent = server.post(
        "/en/portfolios/example/impact", data={**fields, "change": "edition 2025-28", "before": "2023-57"}
    )
    made = server.get(f"{sent.headers['location']}/report", params={"form": "xlsx", "language": "both"})
    assert made.status_code == 200 and made.content.startswith(b"PK")
    assert "filename*=UTF-8''example-impact-2023-57-2025-28-both" in made.headers["content-disposition"]


def test_an_impact_through_the_api_is_what_the_desk_says(server: TestClient, kept: Desk):
    by_api = Client(http=server).portfolio_impact("example", DAY, before="2023-57", after="2025-28", by="李")
    by_desk = kept.portfolio(AT, "impact", "example", before="2023-57", after="2025-28", on=DAY, by="李")
    for answer in (by_api, by_desk):
        del answer["seconds"], answer["seconds_with_loading"]
    assert by_api == by_desk


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_a_draft_shows_the_deadline_of_comments_with_its_words_and_takes_one_by_hand(
    server: TestClient, kept: Desk, tmp_path: Path, language: str
):
    paper = tmp_path / "draft.txt"
    entries = "".join(f"{n}.编号：05010{n}J\n技术名称：示例{n}技术\n控制要点：\n1.繁育技术\n" for n in (1, 2))
    notice = "目录（公开征求意见稿）\n2033年1月4日\n请于2033年3月31日前反馈意见。\n"
    paper.write_text(f"{notice}禁止出口部分\n一、畜牧业\n{entries}", encoding="utf-8")
    address = f"/{language}/documents/{kept.import_(str(paper), AT)['document']}"
    text = html.unescape(server.get(address).text)
    assert "<b>2033-03-31</b>" in text and "请于2033年3月31日前反馈意见</q>" in text
    fields = form(server, address, "attest")
    given = {"obtained_from": "x", "obtained_on": "2026-11-20", "by": "李", "comment_deadline": "2033-04-30"}
    assert server.post(address, data={**fields, **given}).status_code == 303
    text = html.unescape(server.get(address).text)
    assert "<b>2033-04-30</b>" in text
    assert {"zh": "文中为 2033-03-31", "en": "the document says 2033-03-31"}[language] in text


def test_a_document_that_is_imported_offers_what_it_would_change(server: TestClient, kept: Desk, tmp_path: Path):
    paper = tmp_path / "announcement.txt"
    paper.write_bytes(DOCUMENT)
    kept.import_(str(paper), AT, "announcement-2031-7")
    shown = html.unescape(server.get(f"/zh/documents/{DIGEST}?instrument=announcement-2031-7").text)
    address = f"/zh/portfolios/example/impact?amendment={DIGEST}&instrument=announcement-2031-7"
    assert address in shown
    assert f'<option value="document {DIGEST}" selected>' in server.get(address).text


# ---- a table from the page ---------------------------------------------------------------------------------------------


def handed_in(server: TestClient, content: str, **given: str) -> object:
    fields = form(server, "/en/portfolios", "table")
    files = {"file": ("rows.csv", content.encode())}
    return server.post(
        "/en/portfolios", data={**fields, "name": "example", "by": "李", "on": "2026-11-23", **given}, files=files
    )


def test_a_table_is_screened_from_the_page_and_what_was_answered_is_raised_again_where_the_record_changed(
    server: TestClient, kept: Desk
):
    kept.portfolio(AT, "judge", "example", record="P-1", item=CATHODE, judgement="concerns", because="密度", by="李")
    kept.portfolio(AT, "judge", "example", record="P-5", item=CATHODE, judgement="concerns", because="密度", by="李")
    changed = ROWS.replace("压实密度 2.62", "压实密度 2.71").replace("owner,kind", "who,kind")
    sent = handed_in(server, changed)
    assert sent.status_code == 303, sent.text[-400:]
    address = sent.headers["location"]
    asked = server.get(address).text
    assert 'name="role-text"' in asked and "磷酸铁锂正极材料的制备方法" in asked
    fields = form(server, address, "columns")
    wrong = server.post(address, data={**fields, "role-text": "text", "role-id": "nowhere"})
    assert wrong.status_code == 422
    roles = {"role-id": "id", "role-text": "text", "role-title": "title", "role-recipient": "recipient", "role-on": "on", "role-kind": "kind", "role-owner": "who"}  # fmt: skip
    assert server.post(address, data={**fields, "once": "2", **roles}).status_code == 303
    for _ in range(600):
        text = server.get(address).text
        if "Screening is done" in text:
            break
        assert "Screening" in text and server.get(f"{address}?refresh=yes").status_code == 200
        time.sleep(0.1)
    assert "refused.jsonl" in text
    again = server.get("/en/portfolios/example/record?id=P-1").text
    assert "the record has changed" in again
    assert "raised again" not in server.get("/en/portfolios/example/record?id=P-5").text
    assert shown_ids(server.get("/en/portfolios/example/records?state=raised+again").text) == ["P-1"]
    rows = [json.loads(line) for line in server.get("/en/portfolios/example/runs/2/refused.jsonl").text.splitlines()]
    assert [one["id"] for one in rows] == ["P-6"]
    assert server.get("/en/portfolios/example/runs/9/refused.jsonl").status_code == 404


def test_a_table_that_cannot_be_read_is_refused_at_its_field(server: TestClient, kept: Desk):
    for content, given in (("", {}), (ROWS, {"name": "../x"}), (ROWS, {"base_rate": "much"}), (ROWS, {"on": "soon"})):
        told = handed_in(server, content, **given)
        assert (
            told.status_code == 422
            and 'class="error"' in told.text
            and "/tmp" not in told.text.partition("<footer")[0].replace(str(kept.portfolios.folder), "")
        )
    fields = form(server, "/en/portfolios", "table")
    told = server.post("/en/portfolios", data={**fields, "name": "x", "by": "李"}, files={"file": ("a.docx", b"x")})
    assert told.status_code == 422
    assert server.get("/en/portfolios/example/screening").status_code == 404


def test_a_table_without_rows_is_refused_when_it_is_handed_in(server: TestClient):
    for name in ("example", "new"):
        told = handed_in(server, ROWS.partition("\n")[0] + "\n", name=name)
        assert told.status_code == 422 and "no row" in told.text, told.text[-2000:]
    assert server.get("/en/portfolios/new/screening").status_code == 404
    assert server.get("/en/portfolios/new/runs").status_code == 404  # nothing was begun


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "ends", [Misused(Said("x", "表格读不了", "cannot be read")), RuntimeError("a worker was lost"), MemoryError()]
)
def test_whatever_ends_a_screening_its_pages_say_so(
    server: TestClient, language: str, ends: Exception, monkeypatch: pytest.MonkeyPatch
):
    real = Desk.portfolio

    def asked(desk: Desk, at: datetime.datetime, what: str = "list", *more: object, **given: object) -> object:
        if what == "screen":
            raise ends
        return real(desk, at, what, *more, **given)

    monkeypatch.setattr(Desk, "portfolio", asked)
    address = handed_in(server, ROWS, name="fresh").headers["location"].replace("/en/", f"/{language}/")
    assert server.get(address).status_code == 200
    assert server.post(address, data=form(server, address, "columns")).status_code == 303
    batch = server.app.state.batches.of("fresh")
    for _ in range(200):
        if batch.state == "failed":
            break
        time.sleep(0.02)
    assert batch.state == "failed", (batch.state, batch.said)
    shown = server.get(address)
    assert shown.status_code == 200 and 'role="alert"' in shown.text
    assert server.get(f"{address}?refresh=yes").status_code == 200
    for state in ("asked", "waiting", "running", "stopped", "failed"):
        batch.state = state
        assert server.get(address).status_code == 200, state
    batch.state = "failed"
    assert server.get(f"/{language}/portfolios/fresh/runs").status_code == 404
    assert server.get(f"/{language}/portfolios").status_code == 200
    batch.forget()  # its table is gone
    batch.state = "asked"
    assert server.get(address).status_code in (404, 410, 422)


def test_a_run_of_which_little_is_written_is_shown(server: TestClient, kept: Desk):
    with kept.portfolios.open("example") as portfolio:
        portfolio.begin({"input": "x.csv", "digest": "0" * 64, "on": None, "draft": None}, AT.isoformat(), None)
        portfolio.finish(
            portfolio.begin(
                {"input": "h.csv", "digest": "1" * 64, "on": "2026-11-23", "draft": "draft-2025-01-02"},
                AT.isoformat(),
                None,
            )[0],
            {},
            AT.isoformat(),
        )
    shown = server.get("/en/portfolios/example/runs")
    assert shown.status_code == 200 and "DRAFT" in shown.text and "never in force" in shown.text


def test_one_table_of_a_portfolio_is_at_work_and_can_be_stopped_and_gone_on_with():
    batches, told = Batches(), threading.Event()

    def give(name: str = "p"):
        return batches.hand_in(name, "rows.csv", [b"a"], by="x", on=DAY, base_rate=None)

    def until(batch, state):
        for _ in range(200):
            if batch.state == state:
                return
            time.sleep(0.02)
        raise AssertionError(batch.state)

    def screens(batch, heard):
        heard("begun")
        told.wait(5)
        heard("more")
        return {"rows": 1}

    first = give()
    batches.start(first, screens)
    until(first, "running")
    with pytest.raises(Refused):
        give()
    with pytest.raises(Refused):
        batches.start(first, screens)
    second = give("q")
    batches.start(second, screens)
    assert second.state == "waiting"  # each takes every core
    first.stop = True
    told.set()
    until(first, "stopped")
    until(second, "done")
    assert not second.file.exists() and first.file.read_bytes() == b"a"
    batches.start(first, screens)
    until(first, "done")
    with pytest.raises(Refused):
        batches.start(first, screens)
    third = give()

    def fails(batch, heard):
        raise Misused(Said("x", f"{batch.file} 坏", f"{batch.file} is bad"))

    batches.start(third, fails)
    until(third, "failed")
    assert third.said is not None and third.said.en == "rows.csv is bad"
