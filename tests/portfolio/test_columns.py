"""What columns of exports of patent offices and vendors, and of lists of licences, are taken for by their names alone."""

import pytest

from mulu.errors import Misused
from mulu.portfolio.columns import guessed, header_of, named

# The names of the columns, which of them is what, and those that are days before an office. The names are those that these
# programs give, as public programs which read their files have them; the lists of licences are of our own.
EXPORTS = {
    "Google Patents": (
        "id,title,assignee,inventor/author,priority date,filing/creation date,publication date,grant date,result link,representative figure link",
        {"id": "id", "text": "title", "owner": "assignee"},
        "priority date,filing/creation date,publication date,grant date",
    ),
    "Google Patents, tables": (
        "publication_number,application_number,country_code,kind_code,family_id,title_localized,abstract_localized,publication_date,filing_date,grant_date,priority_date,inventor,assignee",
        {"id": "publication_number", "text": "abstract_localized", "title": "title_localized", "family": "family_id", "owner": "assignee"},
        "publication_date,filing_date,grant_date,priority_date",
    ),
    "Lens": (
        "#,Jurisdiction,Kind,Display Key,Lens ID,Publication Date,Publication Year,Application Number,Application Date,Priority Numbers,Earliest Priority Date,Title,Abstract,Applicants,Inventors,Owners,URL,Document Type,Has Full Text,Cites Patent Count,Cited by Patent Count,Simple Family Size,Simple Family Members,Simple Family Member Jurisdictions,Extended Family Size,Extended Family Members,Legal Status",
        {"id": "Display Key", "text": "Abstract", "title": "Title", "family": "Simple Family Members", "owner": "Owners", "kind": "Kind", "priority": "Priority Numbers"},
        "Publication Date,Application Date,Earliest Priority Date",
    ),
    "Espacenet": (
        "No,Title,Inventors,Applicants,Publication number,Earliest priority,IPC,CPC,Publication date,Earliest publication,Family number",
        {"id": "Publication number", "text": "Title", "family": "Family number", "owner": "Applicants"},
        "Earliest priority,Publication date,Earliest publication",
    ),
    "PATENTSCOPE": (
        "Application Id,Application Number,Application Date,Country,Title,Abstract,I P C,Applicants,Inventors,Priorities Data,National Phase Entries,Image",
        {"id": "Application Id", "text": "Abstract", "title": "Title", "owner": "Applicants", "priority": "Priorities Data"},
        "Application Date",
    ),
    "PatentsView": (
        "patent_id,patent_type,patent_date,patent_title,patent_abstract,wipo_kind,num_claims,withdrawn,filename",
        {"id": "patent_id", "text": "patent_abstract", "title": "patent_title", "kind": "patent_type"},
        "patent_date",
    ),
    "PatentsView, owners": (
        "patent_number,patent_title,patent_abstract,patent_date,app_date,assignee_organization,assignee_country,inventor_country",
        {"id": "patent_number", "text": "patent_abstract", "title": "patent_title", "owner": "assignee_organization"},
        "patent_date,app_date",
    ),
    "USPTO, search": (
        "Result #,Document/Patent number,Display,Title,Inventor name,Publication date,Pages",
        {"id": "Document/Patent number", "text": "Title"},
        "Publication date",
    ),
    "PATSTAT": (
        "appln_id,appln_auth,appln_nr,appln_kind,appln_filing_date,appln_title,appln_abstract,docdb_family_id,person_ctry_code,person_name",
        {"id": "appln_id", "text": "appln_abstract", "title": "appln_title", "family": "docdb_family_id"},
        "appln_filing_date",
    ),
    "Derwent": (
        "Publication Number,Title,Title - DWPI,Abstract - DWPI,Abstract,Claims,Assignee/Applicant,Assignee - DWPI,Inventor,Application Number,Application Date,Application Country/Region,Publication Date,Publication Country Code,Priority Number,Priority Date,INPADOC Family ID,DWPI Family Members,IPC - Current",
        {"id": "Publication Number", "text": "Abstract", "title": "Title", "owner": "Assignee/Applicant", "family": "INPADOC Family ID", "priority": "Priority Number"},
        "Application Date,Publication Date,Priority Date",
    ),
    "Derwent, DWPI alone": (
        "Publication Number,Title - DWPI,Abstract - DWPI,IPC - Current - DWPI,Publication Country Code,Assignee/Applicant First,Publication Year,Earliest Priority Date - DWPI",
        {"id": "Publication Number", "text": "Abstract - DWPI", "title": "Title - DWPI", "owner": "Assignee/Applicant First"},
        "Earliest Priority Date - DWPI",
    ),
    "Derwent, English and original": (
        "Publication Number,Title (English),Title - DWPI,Abstract (English),Abstract (Original),Assignee - Original,Publication Date",
        {"id": "Publication Number", "text": "Abstract (English)", "title": "Title (English)", "owner": "Assignee - Original"},
        "Publication Date",
    ),
    "Derwent in Chinese": (
        "公开号,标题,标题 - DWPI,摘要,摘要 - DWPI,受让人/申请人,优先权号,优先权号/优先权日 - DWPI,优先权日,优先权日 - DWPI,申请号,申请日期,申请国家/地区,公开日期,公开国家代码,INPADOC 同族 ID,发明人",
        {"id": "公开号", "text": "摘要", "title": "标题", "owner": "受让人/申请人", "family": "INPADOC 同族 ID", "priority": "优先权号"},
        "优先权号/优先权日 - DWPI,优先权日,优先权日 - DWPI,申请日期,公开日期",
    ),
    "PatSnap": (
        "序号,公开(公告)号,标题(译)(简体中文),摘要(译)(简体中文),[标]当前申请(专利权)人,[标]原始申请(专利权)人,发明人,申请号,申请日,公开(公告)日,授权日,受理局,专利类型,优先权国家/地区,简单同族,INPADOC同族",
        {"id": "公开(公告)号", "text": "摘要(译)(简体中文)", "title": "标题(译)(简体中文)", "owner": "[标]当前申请(专利权)人", "kind": "专利类型", "family": "简单同族"},
        "申请日,公开(公告)日,授权日",
    ),
    "PatSnap, with originals": (
        "公开(公告)号,标题,标题(译)(简体中文),标题(译)(English),摘要,摘要(译)(简体中文),摘要(译)(English),申请日,公开(公告)日,受理局,[标]当前申请(专利权)人,简单同族",
        {"id": "公开(公告)号", "text": "摘要", "title": "标题", "owner": "[标]当前申请(专利权)人", "family": "简单同族"},
        "申请日,公开(公告)日",
    ),
    "PatSnap in English": (
        "No.,Publication Number,Title,Abstract,[ST]Current Assignee,[ST]Original Assignee,Inventor,Application Number,Application Date,Publication Date,Receiving Office,Patent Type,Priority Country/Region,Simple Family",
        {"id": "Publication Number", "text": "Abstract", "title": "Title", "owner": "[ST]Current Assignee", "kind": "Patent Type", "family": "Simple Family"},
        "Application Date,Publication Date",
    ),
    "incoPat": (
        "序号,标题 (中文),标题 (英文),摘要 (中文),摘要 (英文),首项权利要求-中文,申请人,标准化申请人,当前权利人,申请人国家/地区,公开（公告）号,公开（公告）日,申请号,申请日,专利类型,简单同族,优先权日,优先权国别,首次公开日,公开国别",
        {"id": "公开（公告）号", "text": "摘要 (中文)", "title": "标题 (中文)", "owner": "当前权利人", "kind": "专利类型", "family": "简单同族"},
        "公开（公告）日,申请日,优先权日,首次公开日",
    ),
    "incoPat, with transfers": (
        "标题,摘要,公开（公告）号,申请日,当前权利人,转让人,受让人,转让执行日,许可人,被许可人,许可合同备案日期",
        {"id": "公开（公告）号", "text": "摘要", "title": "标题", "owner": "当前权利人", "recipient": "被许可人"},
        "申请日",
    ),
    "CNIPA": (
        "申请号,申请日,公开（公告）号,公开（公告）日,发明名称,申请（专利权）人,发明人,IPC分类号,优先权号,优先权日,申请人国家代码,摘要",
        {"id": "公开（公告）号", "text": "摘要", "title": "发明名称", "owner": "申请（专利权）人", "priority": "优先权号"},
        "申请日,公开（公告）日,优先权日",
    ),
    "CNIPR": (
        "公开（公告）号,公开（公告）日,名称,申请号,申请日,申请（专利权）人,地址,国省代码,专利权人国家,摘要,主权项",
        {"id": "公开（公告）号", "text": "摘要", "title": "名称", "owner": "申请（专利权）人"},
        "公开（公告）日,申请日",
    ),
    "Orbit": (
        "Publication numbers,Title,English abstract,Current assignees,Inventors,Earliest priority date,1st application date,Publication dates,Priority numbers,Family number (FAN)",
        {"id": "Publication numbers", "text": "English abstract", "title": "Title", "owner": "Current assignees", "priority": "Priority numbers", "family": "Family number (FAN)"},
        "Earliest priority date,1st application date,Publication dates",
    ),
    "licences": (
        "Contract No.,Technology,Technical description,Licensor,Licensor country,Licensee,Licensee country,Signing date,Royalty",
        {"id": "Contract No.", "text": "Technical description", "owner": "Licensor", "recipient": "Licensee country", "on": "Signing date"},
        "",
    ),
    "licences in Chinese": (
        "合同编号,技术名称,技术内容,转让方,转让方国别,受让方,受让方国别（地区）,合同签订日期,合同生效日期,金额",
        {"id": "合同编号", "text": "技术内容", "title": "技术名称", "owner": "转让方", "recipient": "受让方国别（地区）", "on": "合同签订日期"},
        "",
    ),
    "planned exports in Chinese": (
        "序号,项目编号,技术名称,技术描述,技术进口方,进口国别/地区,最终用户,最终用户国别,拟出口日期",
        {"id": "序号", "text": "技术描述", "title": "技术名称", "recipient": "进口国别/地区", "on": "拟出口日期"},
        "",
    ),
    "exports": (
        "Record ID,Description,Exporting country,Destination country/region,Planned export date,Country of origin",
        {"id": "Record ID", "text": "Description", "recipient": "Destination country/region", "on": "Planned export date"},
        "",
    ),
    "countries of others": (
        "公开号,摘要,申请人,Applicant country,发明人国家,Country (applicant),国别（申请人）,申请国别",
        {"id": "公开号", "text": "摘要", "owner": "申请人"},
        "",
    ),
    "a country of nobody": (
        "编号,描述,国别,日期",
        {"id": "编号", "text": "描述", "on": "日期"},
        "",
    ),
    "licences with a country of nobody": (
        "Contract number,Description,Licensee,Country,Date",
        {"id": "Contract number", "text": "Description", "recipient": "Licensee", "on": "Date"},
        "",
    ),
}  # fmt: skip


def of(header: str):
    names = named(header.split(","))
    return guessed(None, 1, names, [["7"] * len(names)])


@pytest.mark.parametrize("export", EXPORTS)
def test_the_columns_of_an_export_are_known_by_their_names(export):
    header, wanted, _ = EXPORTS[export]
    found = {role: columns[0] for role, columns in of(header).roles.items() if role != "numbers"}
    assert found == wanted
    assert header_of([["Export"], header.split(","), ["7"] * len(header.split(","))]) == 1


@pytest.mark.parametrize("export", EXPORTS)
def test_days_before_an_office_are_told_and_never_taken_for_that_of_a_transfer(export):
    header, _, days = EXPORTS[export]
    notes = [note for note in of(header).notes if note.id == "day_before_office"]
    assert len(notes) == bool(days)
    for note in notes:
        assert f"on={days.split(',')[0]}" in note.zh and note.en.count("“") == len(days.split(","))
        assert all(f"“{day}”" in note.zh and f"“{day}”" in note.en for day in days.split(","))


def test_days_before_an_office_are_not_told_where_the_day_is_known_or_the_column_empty():
    assert of("id,text,filing date,contract date").notes == ()
    empty = guessed(None, 1, ("id", "text", "filing date"), [["7", "x", None]])
    given = guessed(None, 1, ("id", "text", "filing date"), [["7", "x", "2020-01-02"]], {"on": "filing date"})
    assert empty.notes == given.notes == ()


@pytest.mark.parametrize(
    ("header", "recipient", "told"),
    [
        ("id,text,Licensee,Country", "Licensee", ["Country"]),  # the country may be the licensor's
        ("id,text,Licensee,Licensee country,Country", "Licensee country", []),
        ("id,text,受让人/申请人,国别/地区", None, ["国别/地区"]),
        ("id,text,转让方/受让方", None, []),
        ("id,text,Applicant country,发明人国家,Priority country,Country of origin,申请国别", None, []),
        ("id,text,Country of the licensee", "Country of the licensee", []),
        ("id,text,最终用户（国别）,目的国（地区）", "目的国（地区）", []),
    ],
)
def test_a_country_is_the_recipients_where_its_name_says_so_alone(header, recipient, told):
    found = of(header)
    assert found.roles.get("recipient", (None,)) == (recipient,)
    assert [note.en.split("”")[0].split("“")[1] for note in found.notes if note.id == "country_of_whom"] == told


def test_two_columns_that_may_each_be_the_text_are_not_chosen_between():
    with pytest.raises(Misused, match="Abstract"):
        of("id,Abstract (one),Abstract (two)")
