"""Contracts as they are read: numbers, types, denials, definitions, parties, days, price and law."""

from __future__ import annotations

import datetime
import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from quality.contracts import measure

from mulu.screening.clauses import outline, paragraphs_of
from mulu.screening.contracts import clause_types, read_contract, type_names

OPEN = Path(__file__).parents[2] / "quality" / "open" / "contracts"


def types_of(text: str) -> dict[str, tuple[set[str], set[str]]]:
    return {
        one.clause.id: ({t.type for t in one.types}, {t.type for t in one.excludes})
        for one in read_contract(text).clauses
    }


def ids(text: str) -> list[str]:
    return [one.clause.id for one in read_contract(text).clauses]


# ---- numbers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("第一条 定义\n甲\n第二条 许可\n（一）甲\n（二）乙\n第三条 其他\n甲", ["1", "2", "2.1", "2.2", "3"]),
        ("§ 1 Object\n(1) A.\n(2) B.\n§ 2 Rights of Use\n(1) C.", ["1", "1.1", "1.2", "2", "2.1"]),
        ("第一章 总则\n第1条 甲。\n第2条 乙。\n第二章 保密\n第3条 丙。", ["C1", "C1.1", "C1.2", "C2", "C2.3"]),
        ("一、标的\n（一）甲\n1、乙\n2、丙\n（二）丁\n二、保密\n甲", ["1", "1.1", "1.1.1", "1.1.2", "1.2", "2"]),
        ("ARTICLE I\nGRANT\n1.1 A.\n1.2 B.\nARTICLE II\nTERM\n2.1 C.", ["1", "1.1", "1.2", "2", "2.1"]),
        (
            "1. Grant\n(a) one;\n(b) two:\n(i) three;\n(ii) four.\n2. Term\nfive",
            ["1", "1.a", "1.b", "1.b.i", "1.b.ii", "2"],
        ),
        ("1 Grant\n1.1 one\n1.1.1 two\n1.2 three\n2 Term\n2.1 four", ["1", "1.1", "1.1.1", "1.2", "2", "2.1"]),
        ("１．定义\n１．１ 甲\n第2.1款 乙", ["1", "1.1", "2.1"]),
        ("第一条 许可\n甲\n附件一 清单\n1、乙\n附件二 价款\n1、丙", ["1", "S1", "S1.1", "S2", "S2.1"]),
        (
            "CONFIDENTIALITY\nNo word to anyone.\nGOVERNING LAW\nSwiss law applies.",
            ["CONFIDENTIALITY", "GOVERNING LAW"],
        ),
    ],
)
def test_clauses_are_found_by_how_they_are_numbered(text, wanted):
    assert ids(text) == wanted


@pytest.mark.parametrize(
    "line",
    [
        "第五条规定的义务继续有效。",
        "Article 5 above applies in addition.",
        "2.62 g/cm³ is the least density.",
        "附件一所列的技术由甲方提供。",
        "9. of the invoice",
    ],
)
def test_a_reference_or_a_measured_value_at_the_start_of_a_line_opens_no_clause(line):
    assert ids(f"第一条 定义\n甲\n第二条 许可\n{line}\n第三条 其他\n乙") == ["1", "2", "3"]


def test_i_is_the_ninth_letter_after_h_and_a_numeral_below_a_letter():
    letters = "\n".join(f"({letter}) x;" for letter in "abcdefghij")
    assert ids(f"1. Grant\n{letters}")[-2:] == ["1.i", "1.j"]
    assert ids("1. Grant\n(a) x:\n(i) y;\n(ii) z;\n(b) w.")[1:] == ["1.a", "1.a.i", "1.a.ii", "1.b"]


@pytest.mark.parametrize(
    "text",
    [
        "第一条 保密\nArticle 1 Confidentiality\n1.1 双方保密。\n1.1 Both keep it secret.\n第二条 期限\nArticle 2 Term\n甲",
        "第一条 保密 | Article 1 Confidentiality\n1.1 双方应当保密。 | 1.1 Both keep it secret.\n第二条 期限 | Article 2 Term",
        "第一条 保密\n1.1 双方保密。\n第二条 期限\n甲\nAgreement\nArticle 1 Confidentiality\n1.1 Both keep it secret.\nArticle 2 Term\nb",
    ],
)
def test_the_same_number_in_the_other_language_is_the_same_clause(text):
    contract = read_contract(text)
    assert [one.clause.id for one in contract.clauses] == ["1", "1.1", "2"]
    assert contract.clauses[0].clause.languages == {"zh", "en"}
    assert len(contract.clauses[0].clause.heading) == 2


def test_the_representatives_at_the_head_of_a_contract_do_not_end_it():
    text = "一、当事人\n甲方：长沙甲乙有限公司\n法定代表人：王某\n乙方：Beta GmbH\n授权代表：Mr Beta\n二、许可\n甲方授予乙方许可。"
    assert ids(text) == ["1", "2"]


def test_a_numbered_clause_within_a_paragraph_is_one():
    assert ids("第1章 标的\n第1.1款 甲方供货。第1.2款 不含专利许可。\n第2章 保密\n第2.1款 双方保密。") == [
        "C1",
        "C1.1",
        "C1.2",
        "C2",
        "C2.1",
    ]


@given(st.text(alphabet="第一二三条款（）()12.3abi、:：附件 \n。;Article甲方许可", max_size=200))
def test_every_character_that_is_read_stands_in_one_clause_at_most_and_where_the_text_has_it(text):
    found = outline(text, paragraphs_of(text), clause_types()["licence"].headings["zh"])
    taken: list[tuple[int, int]] = [*found.before, *found.closing]
    for one in found.clauses:
        taken += one.own
        assert one.start <= one.own[0][0] and all(a < b <= len(text) for a, b in one.own)
        assert one.parent is None or found.clauses[one.parent].start <= one.start
    ordered = sorted(taken)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(ordered))
    said = "".join("".join(text[a:b].split()) for a, b in ordered)
    assert said == "".join("".join(text[a:b].split()) for a, b in paragraphs_of(text))


# ---- what clauses are about -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("甲方将第123号专利的专利权转让给乙方。", "assignment"),
        ("Assignor hereby assigns to Assignee all right, title and interest in the Patents.", "assignment"),
        ("甲方授予乙方使用该工艺的独占许可。", "licence"),
        ("Licensor grants to Licensee a sole licence to make the Products.", "licence"),
        ("甲方向乙方披露制备该材料的技术秘密。", "know-how"),
        ("Supplier shall disclose the know-how to Customer.", "know-how"),
        ("乙方应向托管人存放全部源代码。", "source-code"),
        ("Licensor delivers the source code with its build scripts.", "source-code"),
        ("甲方为乙方十名操作工提供培训。", "training"),
        ("Provider shall train twelve engineers of Customer.", "training"),
        ("甲方派遣三名专家赴乙方工厂指导。", "personnel"),
        ("Licensor shall second two engineers to the works of Licensee.", "personnel"),
        ("乙方可从境外远程登录甲方服务器。", "remote-access"),
        ("Customer may access the repository remotely through a VPN.", "remote-access"),
        ("双方共同开发新一代导航算法。", "joint-development"),
        ("The parties shall jointly develop the sensor.", "joint-development"),
        ("甲方应于三十日内交付全套图纸。", "technical-data"),
        ("Licensor shall deliver the drawings and manuals.", "technical-data"),
        ("任何一方的后续改进归改进方所有。", "improvements"),
        ("Improvements made by Licensee are licensed back to Licensor.", "improvements"),
        ("本合同须取得技术出口许可证后生效。", "export-control"),
        ("甲方应将专有技术毫无保留地告知乙方。", "know-how"),
        ("甲方向乙方揭露营业秘密之内容。", "know-how"),
        ("甲方同意乙方使用非专利技术。", "know-how"),
        ("Licensor shall impart to Licensee its secret processes.", "know-how"),
        ("Licensee may practice the technical information in its plant.", "know-how"),
        ("甲方就该申请享有的权益一并让予乙方，申请权归乙方所有。", "assignment"),
        ("甲方应会同乙方办妥权利人变更。", "assignment"),
        ("The Assignor assigns the patents to the Assignee absolutely.", "assignment"),
        ("Transferor transfers to Transferee full ownership of the patents.", "assignment"),
    ],
)
def test_a_clause_is_typed_by_its_words_where_it_has_no_heading(sentence, kind):
    assert kind in types_of(f"第一条\n{sentence}\n第二条\n甲")["1"][0]


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("本合同不授予乙方任何专利许可。", "licence"),
        ("Nothing in this Agreement grants any licence under the Patents.", "licence"),
        ("甲方不提供源代码。", "source-code"),
        ("No source code is delivered.", "source-code"),
        ("Source code is held in Hangzhou and is not replicated to servers abroad.", "source-code"),
        ("本合同不发生知识产权的转让。", "assignment"),
        ("The services do not include any transfer of know-how.", "know-how"),
        ("甲方不交付图纸。", "technical-data"),
    ],
)
def test_what_a_clause_denies_is_an_exclusion_and_no_transfer(sentence, kind):
    given_, denied = types_of(f"第一条\n{sentence}\n第二条\n甲")["1"]
    assert kind in denied
    assert kind not in given_


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("该许可为不可转让、不可再许可的普通许可，甲方授予乙方。", "licence"),
        ("乙方不得将源代码披露给第三方。", "source-code"),
        ("Licensee shall not disclose the know-how to third parties.", "know-how"),
        ("Until the export licence is issued no drawings are delivered.", "technical-data"),
        ("未取得出口许可证之前，甲方不得交付技术资料。", "technical-data"),
        ("Neither party may assign this Agreement without consent.", "assignment"),
    ],
)
def test_a_duty_of_the_recipient_or_a_condition_denies_no_transfer(sentence, kind):
    assert kind not in types_of(f"第一条\n{sentence}\n第二条\n甲")["1"][1]


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Neither party may assign this Agreement without consent.", "assignment"),
        ("This Agreement binds the parties and their respective successors and permitted assigns.", "assignment"),
        ("The Assignor shall reveal the techniques to the Assignee.", "assignment"),
        ("Licensor grants a non-exclusive, non-transferable licence to use the know-how.", "assignment"),
        ("未经同意，任何一方不得将其在本合同项下的权利或义务转让给第三人。", "assignment"),
        ("模具所有权归乙方。", "assignment"),
        ("乙方期满后有权继续使用专有技术。", "know-how"),
    ],
)
def test_words_that_look_like_a_type_are_not_taken_for_it(sentence, kind):
    given_, denied = types_of(f"第一条\n{sentence}\n第二条\n甲")["1"]
    assert kind not in given_ and kind not in denied


def test_what_is_to_be_kept_secret_passes_to_nobody_under_a_heading_of_secrecy():
    text = "1. Confidentiality\nLicensee shall keep the know-how secret and disclose the know-how only to its staff.\n2. Term\nx"
    assert types_of(text)["1"][0] == {"confidentiality"} or "know-how" not in types_of(text)["1"][0]


def test_a_sentence_that_gives_and_then_forbids_gives():
    given_, _ = types_of("第一条\n技术秘密一并转让给乙方，甲方此后不得向任何第三方披露。\n第二条\n甲")["1"]
    assert {"assignment", "know-how"} <= set(given_)


def test_a_clause_that_passes_a_term_which_means_secret_knowledge_is_about_know_how():
    text = (
        '1. Definitions\n1.1 "Package" means the unpublished process descriptions in Annex A.\n'
        "2. Delivery\n2.1 Licensor shall deliver the Package.\nAnnex A Items\nA.1 Mixing order.\nA.2 Firing curve.\n"
    )
    found = types_of(text)
    assert "know-how" in found["2.1"][0] and "know-how" in found["S1"][0] and "know-how" in found["S1.2"][0]


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (
            "合同\n第一条 许可\n技术输出方授予技术引进方许可。\n第二条 保密\n双方保密。\n"
            "技术输出方：江西瓷光新材料股份有限公司（注册地：中国江西省）\n技术引进方：Ceramica Valdonne S.p.A.（注册地：意大利摩德纳）\n",
            {"江西瓷光新材料股份有限公司": ("licensor", "CN"), "Ceramica Valdonne S.p.A.": ("licensee", "IT")},
        ),
        (
            "Deed\n1 Assignment\nThe Assignor assigns the patents to the Assignee.\n2 Law\nSwiss law applies.\nSchedule 1 The Parties\n"
            "Assignor: Hangzhou Tingquan Co., Ltd., registered office at Hangzhou, China\nAssignee: Lindqvist AB, registered office at Gothenburg, Sweden\n",
            {"Hangzhou Tingquan Co., Ltd.": ("transferor", "CN"), "Lindqvist AB": ("transferee", "SE")},
        ),
    ],
)
def test_parties_named_only_at_the_end_are_read_with_their_places(body, names):
    found = {one.name: (one.side, one.country and one.country.value) for one in read_contract(body).parties}
    assert found.keys() == names.keys()
    assert {name: where for name, (_, where) in found.items()} == {name: where for name, (_, where) in names.items()}
    assert all(side is not None for side, _ in found.values())


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("甲方应使乙方完全掌握釉料调配的诀窍。", "know-how"),
        ("甲方主任工程师向乙方进行工艺交底。", "know-how"),
        (
            "The Supplier shall acquaint the Purchaser's staff with the methods by which the glaze is matched.",
            "know-how",
        ),
        ("Seller sells all right, title and interest in the secret formulae for the varnish.", "know-how"),
        ("甲方应将模具图和检验规程拷贝给乙方。", "technical-data"),
        ("The jig drawings and test reports shall be forwarded to the Purchaser by courier.", "technical-data"),
        ("甲方以该发明专利作价三百万元投入合资公司。", "assignment"),
        ("The '114 family is hereby assigned to Buyer together with all ownership.", "assignment"),
        ("对附表所列的商标，乙方可以免费使用。", "licence"),
        ("Purchaser may install and run the program at its own works.", "licence"),
        ("乙方可派四人赴甲方车间进修。", "training"),
        ("A three-day course is held for the operators every year.", "training"),
        ("甲方抽调两名焊工到乙方厂区协助调试。", "personnel"),
        ("The Contractor shall delegate a foreman to the works.", "personnel"),
        ("乙方员工凭令牌可在线查询甲方的配方数据库。", "remote-access"),
        ("Customer's planners may query the model over the internet.", "remote-access"),
        ("控制程序的源文件一并提供给乙方。", "source-code"),
        ("The firmware is supplied in human-readable form.", "source-code"),
        ("双方组建课题组，就低温固化开展研究。", "joint-development"),
        ("The two institutes intend to study the strains jointly.", "joint-development"),
    ],
)
def test_a_type_is_known_by_many_turns_of_phrase(sentence, kind):
    assert kind in types_of(f"1. {sentence}")["1"][0]


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("甲方无须告知乙方树脂的合成方法。", "know-how"),
        ("Knowledge of the manufacture of the pump is not owed.", "know-how"),
        ("Supplier keeps every other right in the patents.", "assignment"),
        ("甲方保留该工艺的全部知识产权。", "assignment"),
        ("No drawing is supplied or licensed under this Agreement.", "technical-data"),
    ],
)
def test_what_is_kept_or_not_owed_is_an_exclusion(sentence, kind):
    kinds, refused = types_of(f"1. {sentence}")["1"]
    assert (kind in kinds, kind in refused) == (False, True)


@pytest.mark.parametrize(
    "sentence",
    [
        "Seller warrants that it has the right to disclose the know-how and to license the patents.",
        "甲方保证其提供的技术资料完整、正确。",
        "On expiry the Licensee shall return to the Licensor all drawings furnished hereunder.",
        "合同终止后，乙方应将甲方提供的技术文件退还甲方。",
        "未获许可前，甲方不得向乙方交付任何技术资料。",
        "Until the permit is issued no drawings are delivered.",
        "任何一方对专有技术作出的改进，应许可对方免费使用。",
        "Title to the goods passes to the Buyer on payment.",
    ],
)
def test_what_is_warranted_returned_awaited_or_an_improvement_passes_nothing(sentence):
    kinds, refused = types_of(f"1. {sentence}")["1"]
    assert not (kinds | refused) & {kind.id for kind in clause_types().values() if kind.deniable}


def test_a_licensor_who_may_not_prevent_a_use_refuses_nothing():
    kinds, refused = types_of("1. 许可方不得禁止被许可方继续使用专有技术。")["1"]
    assert "licence" in kinds
    assert not refused


def test_a_clause_that_hands_over_a_term_which_means_documents_delivers_them():
    text = (
        '1. Definitions\n1.1 "Technical Records" means notebooks, drawings and bills of materials.\n2. Completion\n2.1 '
    )
    assert "technical-data" in types_of(f"{text}Seller hands the Technical Records to Buyer.")["2.1"][0]
    assert "technical-data" not in types_of(f"{text}Seller prizes the Technical Records.")["2.1"][0]


def test_an_export_licence_is_no_licence_of_technology():
    given_, _ = types_of("1. Approvals\nLicensor applies for the export licence of the ministry.\n2. Term\nx")["1"]
    assert "export-control" in given_ and "licence" not in given_


def test_traditional_characters_are_read_as_simplified_ones():
    found = types_of("第一條 許可\n甲方授予乙方獨占許可。\n第二條 保密\n雙方應當嚴格保密。")
    assert "licence" in found["1"][0] and "confidentiality" in found["2"][0]


def test_the_kind_of_a_licence_its_field_and_territory_are_told():
    text = "1. Grant\nLicensor grants Licensee a non-exclusive licence in the field of dental lasers, within Poland only.\n2. Term\nx"
    told = {one.value: text[one.start : one.end] for one in read_contract(text).clauses[0].licence}
    assert told == {"non-exclusive": "non-exclusive", "field": "dental lasers", "territory": "Poland"}
    exclusive = read_contract("第一条 许可\n甲方授予乙方在越南境内的独占许可。\n第二条\n甲").clauses[0].licence
    assert [one.value for one in exclusive] == ["exclusive", "territory"]


def test_every_type_has_a_name_in_both_languages():
    assert all(one.zh and one.en for one in type_names().values())


# ---- definitions, parties, days, price, law ---------------------------------------------------------------------------


def test_a_clause_that_uses_a_defined_term_is_read_with_its_definition_and_the_schedule_that_it_names():
    text = (
        "第一条 定义\n“许可技术”指附件一所列工艺。\n第二条 许可\n甲方授予乙方使用许可技术的独占许可。\n"
        "附件一 工艺\n磷酸铁锂正极材料的烧结。"
    )
    licence = next(one for one in read_contract(text).clauses if one.clause.id == "2")
    ((term, spans),) = licence.defined
    assert term == "许可技术"
    said = [text[start:end] for start, end in spans]
    assert said[0].startswith("“许可技术”指") and "烧结" in said[1]


def test_definitions_that_name_each_other_end():
    text = '1. Definitions\n"Alpha" means the Beta as modified.\n"Beta" means the Alpha before that.\n2. Grant\nLicensor grants a licence under Alpha.'
    grant = read_contract(text).clauses[-1]
    assert dict(grant.defined).keys() == {"alpha"}


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        ("甲方（许可方）：长沙甲乙有限公司\n注册地：湖南长沙\n乙方（被许可方）：Beta GmbH\n注册地：德国", [("长沙甲乙有限公司", "licensor", "CN"), ("Beta GmbH", "licensee", "DE")]),
        ("卖方：洛阳恒某有限公司。买方：PT Abc（印度尼西亚泗水）。", [("洛阳恒某有限公司", "transferor", "CN"), ("PT Abc", "transferee", "ID")]),
        (
            'This Agreement is made between Alpha Co., Ltd., organised under the laws of China ("Licensor"), and Beta Inc., a Delaware corporation ("Licensee").',
            [("Alpha Co., Ltd.", "licensor", "CN"), ("Beta Inc.", "licensee", "US")],
        ),
        (
            'Made among Wuxi One Co., Ltd. and Suzhou Two Co., Ltd. (together "Sellers") and Three B.V., Eindhoven ("Buyer").',
            [("Wuxi One Co., Ltd.", "transferor", "CN"), ("Suzhou Two Co., Ltd.", "transferor", "CN"), ("Three B.V.", "transferee", "NL")],
        ),
        ("转让方：甲乙丙有限公司，注册地香港\n受让方：丁戊有限公司，住所地：中国深圳", [("甲乙丙有限公司", "transferor", "HK"), ("丁戊有限公司", "transferee", "CN")]),
    ],
)  # fmt: skip
def test_parties_have_name_side_and_place(head, wanted):
    text = f"技术合同\n{head}\n第一条 许可\n甲方授予乙方许可。\n第二条 保密\n双方保密。"
    found = [(p.name, p.side and p.side.value, p.country and p.country.value) for p in read_contract(text).parties]
    assert found == wanted


def test_the_side_of_a_party_with_a_neutral_label_follows_from_who_passes_technology():
    text = "技术转让合同\n甲方：某某有限公司\n乙方：Beta GmbH\n第一条 转让\n乙方将其专利权转让给甲方。\n第二条 资料\n乙方向甲方交付图纸。"
    assert [one.side and one.side.value for one in read_contract(text).parties] == ["transferee", "transferor"]


def test_a_party_without_a_stated_place_has_none():
    text = "许可合同\n许可方：Alpha AG\n被许可方：Beta GmbH\n第一条 许可\n许可方授予被许可方许可。"
    assert [one.country for one in read_contract(text).parties] == [None, None]


@pytest.mark.parametrize(
    ("text", "what", "day"),
    [
        ("签订日期：2026年3月18日", "signed", (2026, 3, 18)),
        ("本协议于二〇二六年二月九日在苏州签订。", "signed", (2026, 2, 9)),
        ("This Agreement is made as of March 4, 2026 between A and B.", "signed", (2026, 3, 4)),
        ("本合同自2026年5月1日起生效。", "effective", (2026, 5, 1)),
        ("This contract takes effect on 1 May 2026.", "effective", (2026, 5, 1)),
        ("Effective Date: 2026-05-15", "effective", (2026, 5, 15)),
    ],
)
def test_days_are_read_with_what_happened_on_them(text, what, day):
    assert [(w, d) for w, d, _ in read_contract(text).days] == [(what, datetime.date(*day))]


def test_a_day_that_is_left_blank_or_does_not_exist_is_none():
    assert read_contract("签订日期：2026年  月  日\n签订日期：2026年13月40日").days == ()


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("乙方支付入门费人民币100万元，并按净销售额的3%支付提成费。", {"lump_sum", "royalty"}),
        ("Licensee pays a royalty of 4% of net sales.", {"royalty"}),
        ("The licence is royalty-free. Buyer pays a lump sum of USD 100,000.", {"lump_sum"}),
        ("违约金为人民币10万元。", set()),
    ],
)
def test_the_price_is_told_by_its_kind(text, kinds):
    assert {one.value for one in read_contract(text).price} == kinds


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("本合同适用中华人民共和国法律。", "CN"),
        ("This Agreement is governed by the laws of Singapore.", "SG"),
        ("Swiss law applies.", "CH"),
        ("甲方系依据中国法律设立的公司。", None),
    ],
)
def test_the_governing_law_is_none_that_a_company_is_founded_under(text, country):
    assert read_contract(text).law_country == country


@pytest.mark.parametrize(
    "text",
    [
        "磷酸铁锂正极材料的制备方法：铁源、锂源与磷源混合砂磨、喷雾干燥、烧结。",
        "1. Introduction\nWe describe a lidar.\n2. Method\nPulses are sent.\n3. Results\nGood.",
        "",
    ],
)
def test_what_is_no_contract_is_not_called_one(text):
    assert not read_contract(text).is_contract


def test_the_open_contracts_are_read_as_labelled():
    tally, misses = measure(OPEN)
    assert sum(one["missed"] + one["false"] for one in tally.values()) <= 15, misses
    for what in (
        "contract",
        "clauses",
        "parties: name",
        "parties: side",
        "parties: country",
        "days",
        "law",
        "definitions resolved",
    ):
        assert not tally[what]["missed"] and not tally[what]["false"], misses
