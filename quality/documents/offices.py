"""Patent publications as the offices issue them: CNIPA (XML of two generations, text, PDF), USPTO, EPO and WIPO.

Tags, attributes, names of DTDs and namespaces are the offices' own; numbers, people and inventions are not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from xml.sax.saxutils import escape, quoteattr

from quality.documents import shapes
from quality.documents.marked import Labels, Line, Source, in_unicode, pieces

SECTIONS = {
    "field": ("技术领域", "TECHNICAL FIELD"),
    "background": ("背景技术", "BACKGROUND"),
    "summary": ("发明内容", "SUMMARY"),
    "drawings": ("附图说明", "BRIEF DESCRIPTION OF THE DRAWINGS"),
    "embodiments": ("具体实施方式", "DETAILED DESCRIPTION"),
}
CLAIM_PART = " // "
"""Between a claim's preamble and its elements."""


def publication(source: Source) -> bytes:
    """The publication in the format that the source names."""
    return _FORMATS[source.head["format"]](source)


# --- what every office's document has --------------------------------------------------------------


def _marked_up(text: str, sub: str = "sub", sup: str = "sup") -> str:
    tags = {"sub": sub, "sup": sup}
    return "".join(
        f"<{tags[how]}>{escape(piece)}</{tags[how]}>" if how else escape(piece) for how, piece in pieces(text)
    )


def _described(source: Source) -> Iterator[tuple[str, list[tuple[int, Line]]]]:
    """The sections of the description, each with its paragraphs and their numbers."""
    found: dict[str, list[tuple[int, Line]]] = {}
    number = 0
    for line in source.lines:
        if line.kind == "paragraph" and line.section in SECTIONS:
            number += 1
            found.setdefault(line.section, []).append((number, line))
    yield from found.items()


def _claims(source: Source, section: str = "claims") -> list[Line]:
    return [line for line in source.lines if line.kind == "claim" and line.section == section]


def _abstract(source: Source) -> str:
    return " ".join(line.text for line in source.lines if line.section == "abstract" and line.kind == "paragraph")


def _named(source: Source, field: str) -> list[tuple[str, str, str]]:
    """Names with country and town: `applicant: Name | CN | Town`."""
    rows = []
    for row in source.many.get(field, []):
        name, country, town = (*row.split(" | "), "", "")[:3]
        rows.append((name, country, town))
    return rows


def _priorities(source: Source) -> list[tuple[str, str, str]]:
    return [(c, n, d) for c, n, d in (row.split(" ") for row in source.many.get("priority", []))]


def _symbols(source: Source, field: str = "ipc") -> list[str]:
    return [symbol.strip() for symbol in source.head.get(field, "").split(";") if symbol.strip()]


def _parts(symbol: str) -> tuple[str, str, str, str, str]:
    """H01M 4/58 as section, class, subclass, main group, subgroup."""
    found = re.fullmatch(r"([A-H])(\d\d)([A-Z]) +(\d+)/(\d+)", symbol)
    if found is None:
        raise ValueError(f"not a symbol of the classification: {symbol}")
    section, klass, subclass, main, subgroup = found.groups()
    return section, klass, subclass, main, subgroup


def _referring(line: Line, text: str, tag: Callable[[int, str], str]) -> str:
    """The claim's text with its first reference to another claim tagged."""
    if not line.refers_to:
        return text
    return re.sub(r"(claim \d+|权利要求\d+)", lambda m: tag(int(re.sub(r"\D", "", m[1])), m[1]), text, count=1)


def _claim_texts(line: Line, tag: Callable[[int, str], str], numbered: str = "{0}. ") -> str:
    """Nested claim-text: the preamble, and its elements within."""
    first, *rest = line.text.split(CLAIM_PART)
    said = _referring(line, _marked_up(first), tag)
    inner = "".join(f"\n<claim-text>{_marked_up(part)}</claim-text>" for part in rest)
    return f"<claim-text>{numbered.format(line.number)}{said}{inner}</claim-text>"


# --- CNIPA -----------------------------------------------------------------------------------------


def _cnipa_xml(source: Source) -> bytes:
    head = source.head
    file = f"CN10{head['application'].replace('.', '')[:12]}CN0000{head['number']}0{head['code']}FULZH{head['published']}CN00A.XML"

    def document(office: str, number: str, kind: str, date: str) -> str:
        kind = kind and f"<base:Kind>{kind}</base:Kind>"
        return (
            f"<base:DocumentID><base:WIPOST3Code>{office}</base:WIPOST3Code><base:DocNumber>{number}</base:DocNumber>"
            f"{kind}<base:Date>{date}</base:Date></base:DocumentID>"
        )

    ipc = ""
    for n, symbol in enumerate(_symbols(source), 1):
        section, klass, subclass, main, subgroup = _parts(symbol)
        ipc += (
            f'<business:ClassificationIPCR sequence="{n}"><base:IPCVersionDate>20100101</base:IPCVersionDate><base:Section>{section}</base:Section>'
            f"<base:MainClass>{klass}</base:MainClass><base:Subclass>{subclass}</base:Subclass><base:MainGroup>{main}</base:MainGroup>"
            f"<base:Subgroup>{subgroup}</base:Subgroup><base:Text>{symbol} (2010.01)</base:Text></business:ClassificationIPCR>"
        )
    priority = "".join(
        f'<business:PriorityClaim sequence="{n}" kind="national">{document(c, number, "", date)}</business:PriorityClaim>'
        for n, (c, number, date) in enumerate(_priorities(source), 1)
    )
    people = "".join(
        f"<business:{kind}Details>"
        + "".join(
            f'<business:{kind} sequence="{n}"><base:AddressBook lang="zh"><base:Name>{escape(name)}</base:Name>'
            f"{f'<base:Address><base:City>{escape(town)}</base:City></base:Address>' if town else ''}</base:AddressBook></business:{kind}>"
            for n, (name, _, town) in enumerate(_named(source, kind.lower()), 1)
        )
        + f"</business:{kind}Details>"
        for kind in ("Applicant", "Inventor")
    )
    tags = {
        "field": "TechnicalField",
        "background": "BackgroundArt",
        "summary": "Disclosure",
        "drawings": "DrawingsDescription",
        "embodiments": "InventionMode",
    }
    described = ""
    for section, paragraphs in _described(source):
        title = f'<base:Paragraphs num="XXXX">{SECTIONS[section][0]}</base:Paragraphs>'
        body = "".join(
            f'<base:Paragraphs num="{n:04d}">{_marked_up(line.text, "base:Sub", "base:Sup")}</base:Paragraphs>\n'
            for n, line in paragraphs
        )
        described += f"<business:{tags[section]}>{title}\n{body}</business:{tags[section]}>\n"
    claims = "".join(
        f'<business:Claim id="cl{int(line.number):04d}" num="{int(line.number):04d}"><business:ClaimText>{line.number}.'
        f"{_marked_up(line.text.replace(CLAIM_PART, ''), 'base:Sub', 'base:Sup')}</business:ClaimText></business:Claim>\n"
        for line in _claims(source)
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE business:PatentDocumentAndRelated SYSTEM "/DTDS/ExternalStandards/ipphdb-entities.dtd"[]>
<business:PatentDocumentAndRelated xmlns:business="http://www.sipo.gov.cn/XMLSchema/business" xmlns:base="http://www.sipo.gov.cn/XMLSchema/base" xmlns:tbl="http://oasis-open.org/specs/soextblx" xsdVersion="V2.2.1" file="{file}" dateProduced="{head["published"]}" status="C" lang="zh" country="CN" docNumber="{head["number"]}" kind="{head["code"]}" datePublication="{head["published"]}">
<business:BibliographicData lang="zh" country="CN">
<business:PublicationReference dataFormat="original">{document("CN", head["number"], head["code"], head["published"])}</business:PublicationReference>
<business:ApplicationReference applType="10" dataFormat="original">{document("CN", head["application"], "", head["filed"])}</business:ApplicationReference>
{priority and f"<business:PriorityDetails>{priority}</business:PriorityDetails>"}
<business:ClassificationIPCRDetails>{ipc}</business:ClassificationIPCRDetails>
<business:InventionTitle lang="zh">{_marked_up(head["title"], "base:Sub", "base:Sup")}</business:InventionTitle>
<business:Parties>{people}</business:Parties>
</business:BibliographicData>
<business:Abstract lang="zh"><base:Paragraphs num="0001">{_marked_up(_abstract(source), "base:Sub", "base:Sup")}</base:Paragraphs></business:Abstract>
<business:Description lang="zh">
<business:InventionTitle>{_marked_up(head["title"], "base:Sub", "base:Sup")}</business:InventionTitle>
{described}</business:Description>
<business:Claims lang="zh">
{claims}</business:Claims>
</business:PatentDocumentAndRelated>
""".encode()


def _cn_older_xml(source: Source) -> bytes:
    head = source.head

    def document(number: str, kind: str, date: str) -> str:
        kind = kind and f"<kind>{kind}</kind>"
        return f"<document-id><country>CN</country><doc-number>{number}</doc-number>{kind}<date>{date}</date></document-id>"

    tags = {
        "field": "technical-field",
        "background": "background-art",
        "summary": "disclosure",
        "drawings": "description-of-drawings",
        "embodiments": "mode-for-invention",
    }
    described = ""
    for section, paragraphs in _described(source):
        body = "".join(f'<p id="d{n}" num="{n:03d}">{_marked_up(line.text)}<br/></p>\n' for n, line in paragraphs)
        described += f'<{tags[section]} id="{tags[section]}001"><p num="add"><u>{SECTIONS[section][0]}</u><br/></p>\n{body}</{tags[section]}>\n'
    claims = "".join(
        f'<claim id="cl{int(line.number):04d}" num="{int(line.number):04d}">'
        f"{''.join(f'<claim-text>{_marked_up(part)}</claim-text>' for part in f'{line.number}.{line.text}'.split(CLAIM_PART))}</claim>\n"
        for line in _claims(source)
    )
    ipc = "".join(
        f'<classification-ipcr sequence="{n}"><text>{symbol} (2006.01)I</text></classification-ipcr>'
        for n, symbol in enumerate(_symbols(source), 1)
    )
    applicants = "".join(
        f'<cn-applicant sequence="{n}"><name>{escape(name)}</name></cn-applicant>'
        for n, (name, _, _) in enumerate(_named(source, "applicant"), 1)
    )
    inventors = "".join(
        f"<cn-inventor><name>{escape(name)}</name></cn-inventor>" for name, _, _ in _named(source, "inventor")
    )
    return f"""<?xml version="1.0" encoding="GB18030"?>
<!DOCTYPE cn-patent-document SYSTEM "dtd/cn-patent-document-06-10-27.dtd">
<?xml-stylesheet type="text/xsl" href="xsl/XSL0117new.xsl"?>
<cn-patent-document lang="ZH" country="CN">
<cn-bibliographic-data>
<cn-publication-reference>{document(head["number"], head["code"], head["published"])}</cn-publication-reference>
<application-reference appl-type="invention">{document(head["application"], "", head["filed"])}</application-reference>
<classifications-ipcr>{ipc}</classifications-ipcr>
<invention-title>{_marked_up(head["title"])}</invention-title>
<abstract><p>{_marked_up(_abstract(source))}</p></abstract>
<cn-parties><cn-applicants>{applicants}</cn-applicants><cn-inventors>{inventors}</cn-inventors></cn-parties>
</cn-bibliographic-data>
<application-body lang="CN" country="CN">
<description><invention-title id="title7">{_marked_up(head["title"])}</invention-title>
{described}</description>
<claims>
{claims}</claims>
</application-body>
</cn-patent-document>
""".encode("gb18030")


def _cn_front(source: Source) -> list[str]:
    head = source.head
    granted = head["code"] in {"B", "U"}
    kind = {"A": "发明专利申请", "B": "发明专利", "U": "实用新型专利"}[head["code"]]

    def day(date: str) -> str:
        return f"{date[:4]}.{date[4:6]}.{date[6:]}"

    named = "专利权人" if granted else "申请人"
    front = [
        "(19)国家知识产权局",
        f"(12){kind}",
        f"(10){'授权公告号' if granted else '申请公布号'} CN {head['number']} {head['code']}",
        f"({'45' if granted else '43'}){'授权公告日' if granted else '申请公布日'} {day(head['published'])}",
        f"(21)申请号 {head['application']}",
        f"(22)申请日 {day(head['filed'])}",
        *(f"(30)优先权数据 {number} {day(date)} {country}" for country, number, date in _priorities(source)),
        f"({'73' if granted else '71'}){named} " + "；".join(name for name, _, _ in _named(source, "applicant")),
        "(72)发明人 " + "　".join(name for name, _, _ in _named(source, "inventor")),
        "(51)Int.Cl. " + "；".join(_symbols(source)),
        f"(54)发明名称 {head['title']}",
        "(57)摘要",
    ]
    return [line.replace("发明名称", "实用新型名称") for line in front] if head["code"] == "U" else front


def _cn_lines(source: Source) -> list[Line]:
    """A Chinese publication as it is printed: front page, claims, description."""
    lines = [Line("paragraph", text) for text in _cn_front(source)]
    number, section = 0, ""
    for line in source.lines:
        if line.kind == "page":
            lines.append(line)
            continue
        if line.section != section:
            section = line.section
            if section == "claims":
                lines.append(Line("title", "权利要求书"))
            elif section == "field":
                lines += [Line("title", "说明书"), Line("title", source.head["title"])]
            if section in SECTIONS:
                lines.append(Line("clause", SECTIONS[section][0]))
        if line.kind == "claim":
            lines.append(Line("paragraph", line.text.replace(CLAIM_PART, ""), f"{line.number}.", labels=Labels()))
        elif line.kind == "paragraph":
            numbered = ""
            if section in SECTIONS:
                number += 1
                numbered = f"[{number:04d}]"
            lines.append(Line("paragraph", line.text, numbered))
    return lines


def _cn_text(source: Source) -> bytes:
    out = [f"{line.number} {in_unicode(line.text)}".strip() for line in _cn_lines(source) if line.kind != "page"]
    return "\n".join(out).encode(source.head.get("encoding", "utf-8"))


def _cn_pdf(source: Source) -> bytes:
    printed = replace(
        source,
        lines=_cn_lines(source),
        head={"running_head": f"CN {source.head['number']} {source.head['code']}", **source.head},
    )
    return shapes.scan(printed) if source.head["form"] == "scan" else shapes.pdf(printed)


# --- USPTO -----------------------------------------------------------------------------------------


def _us(source: Source) -> bytes:
    head = source.head
    grant = head["format"] == "us-grant"
    kind = "grant" if grant else "application"
    root, version = f"us-patent-{kind}", "v4.7 2022-02-17" if grant else "v4.6 2022-02-17"
    dtd = "us-patent-grant-v47-2022-02-17.dtd" if grant else "us-patent-application-v46-2022-02-17.dtd"

    def symbol_xml(symbol: str, scheme: str, n: int) -> str:
        section, klass, subclass, main, subgroup = _parts(symbol)
        tag = "ipc" if scheme == "ipcr" else "cpc"
        level = "<classification-level>A</classification-level>" if scheme == "ipcr" else ""
        origin = "" if scheme == "ipcr" else "\n<scheme-origination-code>C</scheme-origination-code>"
        return (
            f"<classification-{scheme}>\n<{tag}-version-indicator><date>20130101</date></{tag}-version-indicator>\n{level}<section>{section}</section>\n"
            f"<class>{klass}</class>\n<subclass>{subclass}</subclass>\n<main-group>{main}</main-group>\n<subgroup>{subgroup}</subgroup>\n"
            f"<symbol-position>{'F' if n == 0 else 'L'}</symbol-position>\n<classification-value>I</classification-value>\n"
            f"<action-date><date>{head['published']}</date></action-date>\n<generating-office><country>US</country></generating-office>\n"
            f"<classification-status>B</classification-status>\n<classification-data-source>H</classification-data-source>{origin}\n"
            f"</classification-{scheme}>\n"
        )

    ipc = "".join(symbol_xml(symbol, "ipcr", n) for n, symbol in enumerate(_symbols(source)))
    main_cpc, *further = _symbols(source, "cpc") or _symbols(source)
    more = "".join(symbol_xml(symbol, "cpc", n) for n, symbol in enumerate(further, 1))
    priority = "".join(
        f'<priority-claim sequence="{n:02d}" kind="national">\n<country>{c}</country>\n<doc-number>{number}</doc-number>\n<date>{date}</date>\n</priority-claim>\n'
        for n, (c, number, date) in enumerate(_priorities(source), 1)
    )
    applicants = "".join(
        f'<us-applicant sequence="{n:02d}" app-type="applicant" designation="us-only" applicant-authority-category="assignee">\n<addressbook>\n'
        f"<orgname>{escape(name)}</orgname>\n<address>\n<city>{escape(town)}</city>\n<country>{country}</country>\n</address>\n</addressbook>\n"
        f"<residence>\n<country>{country}</country>\n</residence>\n</us-applicant>\n"
        for n, (name, country, town) in enumerate(_named(source, "applicant"))
    )
    inventors = "".join(
        f'<inventor sequence="{n:02d}" designation="us-only">\n<addressbook>\n<last-name>{escape(name.rpartition(" ")[2])}</last-name>\n'
        f"<first-name>{escape(name.rpartition(' ')[0])}</first-name>\n<address>\n<city>{escape(town)}</city>\n<country>{country}</country>\n</address>\n"
        f"</addressbook>\n</inventor>\n"
        for n, (name, country, town) in enumerate(_named(source, "inventor"))
    )
    described, instruction = "", ""
    for section, paragraphs in _described(source):
        wanted = {"drawings": "brief-description-of-drawings", "embodiments": "DETDESC"}.get(section, "BRFSUM")
        if wanted != instruction:
            described += f'<?{instruction} description="" end="tail"?>\n' if instruction else ""
            described += f'<?{wanted} description="" end="lead"?>\n'
            instruction = wanted
        first = paragraphs[0][0]
        described += f'<heading id="h-{first:04d}" level="1">{SECTIONS[section][1]}</heading>\n'
        described += "".join(
            f'<p id="p-{n + 1:04d}" num="{n:04d}">{_marked_up(line.text)}</p>\n' for n, line in paragraphs
        )
    described += f'<?{instruction} description="" end="tail"?>\n'

    def tag(number: int, said: str) -> str:
        return f'<claim-ref idref="CLM-{number:05d}">{said}</claim-ref>'

    claims = "".join(
        f'<claim id="CLM-{int(line.number):05d}" num="{int(line.number):05d}">\n{_claim_texts(line, tag)}\n</claim>\n'
        for line in _claims(source)
    )
    count = (
        f"<number-of-claims>{len(_claims(source))}</number-of-claims>\n<us-exemplary-claim>1</us-exemplary-claim>\n"
        if grant
        else ""
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE {root} SYSTEM "{dtd}" [ ]>
<{root} lang="EN" dtd-version="{version}" file="US{head["number"]}-{head["published"]}.XML" status="PRODUCTION" id="{root}" country="US" date-produced="{head["published"]}" date-publ="{head["published"]}">
<us-bibliographic-data-{kind}>
<publication-reference>
<document-id>
<country>US</country>
<doc-number>{head["number"]}</doc-number>
<kind>{head["code"]}</kind>
<date>{head["published"]}</date>
</document-id>
</publication-reference>
<application-reference appl-type="utility">
<document-id>
<country>US</country>
<doc-number>{head["application"]}</doc-number>
<date>{head["filed"]}</date>
</document-id>
</application-reference>
<us-application-series-code>{head["application"][:2]}</us-application-series-code>
{priority and f"<priority-claims>{chr(10)}{priority}</priority-claims>{chr(10)}"}<classifications-ipcr>
{ipc}</classifications-ipcr>
<classifications-cpc>
<main-cpc>
{symbol_xml(main_cpc, "cpc", 0)}</main-cpc>
{more and f"<further-cpc>{chr(10)}{more}</further-cpc>{chr(10)}"}</classifications-cpc>
<invention-title id="d2e43">{_marked_up(head["title"])}</invention-title>
{count}<us-parties>
<us-applicants>
{applicants}</us-applicants>
<inventors>
{inventors}</inventors>
</us-parties>
</us-bibliographic-data-{kind}>
<abstract id="abstract">
<p id="p-0001" num="0000">{_marked_up(_abstract(source))}</p>
</abstract>
<description id="description">
{described}</description>
<us-claim-statement>What is claimed is:</us-claim-statement>
<claims id="claims">
{claims}</claims>
</{root}>
""".encode()


# --- EPO -------------------------------------------------------------------------------------------


def _ep(source: Source) -> bytes:
    head = source.head
    titles = "".join(
        f"<B541>{language}</B541><B542>{_marked_up(head[key])}</B542>"
        for language, key in (("de", "title_de"), ("en", "title"), ("fr", "title_fr"))
        if key in head
    )
    ipc = ""
    for n, symbol in enumerate(_symbols(source), 1):
        group, _, rest = symbol.partition(" ")
        main, _, sub = rest.partition("/")
        text = f"{group}{main:>4}/{sub:<8}20100101{'AF' if n == 1 else 'AL'}I{head['published']}BHEP        "
        ipc += f'<classification-ipcr sequence="{n}"><text>{text}</text></classification-ipcr>'
    priority = "".join(
        f"<B310>{number}</B310><B320><date>{date}</date></B320><B330><ctry>{c}</ctry></B330>"
        for c, number, date in _priorities(source)
    )
    owner = "B73" if head["code"].startswith("B") else "B71"
    parties = "".join(
        f"<{owner}1><snm>{escape(name)}</snm><iid>101{n:06d}</iid><irf>EP-{head['number']}</irf><adr><city>{escape(town)}</city><ctry>{country}</ctry></adr></{owner}1>"
        for n, (name, country, town) in enumerate(_named(source, "applicant"), 1)
    )
    inventors = "".join(
        f"<B721><snm>{escape(name)}</snm><adr><city>{escape(town)}</city><ctry>{country}</ctry></adr></B721>"
        for name, country, town in _named(source, "inventor")
    )
    described = ""
    for heading, (section, paragraphs) in enumerate(_described(source), 1):
        described += f'<heading id="h{heading:04d}"><b>{SECTIONS[section][1].capitalize()}</b></heading>'
        described += "".join(f'<p id="p{n:04d}" num="{n:04d}">{_marked_up(line.text)}</p>' for n, line in paragraphs)

    def claim_set(section: str, language: str, number: int) -> str:
        lines = _claims(source, section)

        def tag(to: int, said: str) -> str:
            return f'<claim-ref idref="c-{language}-01-{to:04d}">{said}</claim-ref>'

        body = "".join(
            f'<claim id="c-{language}-01-{int(line.number):04d}" num="{int(line.number):04d}">{_claim_texts(line, tag, "")}</claim>'
            for line in lines
        )
        return f'<claims id="claims{number:02d}" lang="{language}">{body}</claims>\n' if lines else ""

    sets = claim_set("claims", "en", 1) + claim_set("claims-de", "de", 2) + claim_set("claims-fr", "fr", 3)
    abstract = _abstract(source)
    shown = (
        f'<abstract id="abst" lang="en"><p id="pa01" num="0001">{_marked_up(abstract)}</p></abstract>\n'
        if abstract
        else ""
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE ep-patent-document PUBLIC "-//EPO//EP PATENT DOCUMENT 1.5//EN" "ep-patent-document-v1-5.dtd">
<ep-patent-document id="EP{head["application"].split(".")[0]}{head["code"]}" file="EP{head["application"].split(".")[0]}NW{head["code"]}.xml" lang="en" country="EP" doc-number="{head["number"]}" kind="{head["code"]}" date-publ="{head["published"]}" status="n" dtd-version="ep-patent-document-v1-5">
<SDOBI lang="en"><B000><eptags><B001EP>ATBECHDEDKESFRGBGRITLILUNLSEMCPTIESILTLVFIROMKCYALTRBGCZEEHUPLSK</B001EP></eptags></B000><B100><B110>{head["number"]}</B110><B120><B121>EUROPEAN PATENT {"SPECIFICATION" if owner == "B73" else "APPLICATION"}</B121></B120><B130>{head["code"]}</B130><B140><date>{head["published"]}</date></B140><B190>EP</B190></B100><B200><B210>{head["application"]}</B210><B220><date>{head["filed"]}</date></B220><B250>en</B250><B251EP>en</B251EP><B260>en</B260></B200>{priority and f"<B300>{priority}</B300>"}<B500><B510EP>{ipc}</B510EP><B540>{titles}</B540></B500><B700><{owner}0>{parties}</{owner}0><B720>{inventors}</B720></B700></SDOBI>
{shown}<description id="desc" lang="en">{described}</description>
{sets}</ep-patent-document>
""".encode()


# --- WIPO ------------------------------------------------------------------------------------------


def _wo_st36(source: Source) -> bytes:
    head, language = source.head, source.language
    chinese = language == "zh"
    ipc = "".join(
        f'<classification-ipcr sequence="{n}"><text>{symbol} (2010.01)</text></classification-ipcr>'
        for n, symbol in enumerate(_symbols(source), 1)
    )
    priority = "".join(
        f'<priority-claim sequence="{n}" kind="national"><country>{c}</country><doc-number>{number}</doc-number><date>{date}</date></priority-claim>'
        for n, (c, number, date) in enumerate(_priorities(source), 1)
    )
    applicants = "".join(
        f'<applicant sequence="{n}" app-type="applicant" designation="all"><addressbook lang="{language}"><name>{escape(name)}</name>'
        f"<address><city>{escape(town)}</city><country>{country}</country></address></addressbook></applicant>"
        for n, (name, country, town) in enumerate(_named(source, "applicant"), 1)
    )
    inventors = "".join(
        f'<inventor sequence="{n}"><addressbook lang="{language}"><name>{escape(name)}</name></addressbook></inventor>'
        for n, (name, _, _) in enumerate(_named(source, "inventor"), 1)
    )
    tags = {
        "field": "technical-field",
        "background": "background-art",
        "summary": "disclosure",
        "drawings": "description-of-drawings",
        "embodiments": "best-mode",
    }
    described = f"<invention-title>{_marked_up(head['title'])}</invention-title>"
    for n_section, (section, paragraphs) in enumerate(_described(source), 1):
        body = "".join(f'<p id="p{n:04d}" num="{n:04d}">{_marked_up(line.text)}</p>\n' for n, line in paragraphs)
        described += f'<{tags[section]}><heading id="h{n_section:04d}">{SECTIONS[section][0 if chinese else 1]}</heading>\n{body}</{tags[section]}>\n'

    def tag(number: int, said: str) -> str:
        return f'<claim-ref idref="claim{number:03d}">{said}</claim-ref>'

    claims = "".join(
        f'<claim id="claim{int(line.number):03d}" num="{int(line.number):03d}">{_claim_texts(line, tag)}</claim>\n'
        for line in _claims(source)
    )
    other = f'<invention-title lang="en">{_marked_up(head["title_en"])}</invention-title>' if "title_en" in head else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE wo-published-application SYSTEM "wo-published-application.dtd">
<wo-published-application lang="{language}" dtd-version="v1.6" country="WO" doc-number="{head["number"]}" kind="{head["code"]}" date-publ="{head["published"]}" file="wo-published-application.xml">
<wo-bibliographic-data>
<publication-reference><document-id lang="{language}"><country>WO</country><doc-number>{head["number"]}</doc-number><kind>{head["code"]}</kind><date>{head["published"]}</date></document-id></publication-reference>
<application-reference appl-type="PCT"><document-id><country>IB</country><doc-number>{head["application"]}</doc-number><date>{head["filed"]}</date></document-id></application-reference>
{priority and f"<wo-priority-info>{priority}</wo-priority-info>"}
<classifications-ipcr>{ipc}</classifications-ipcr>
<invention-title lang="{language}">{_marked_up(head["title"])}</invention-title>{other}
<parties><applicants>{applicants}</applicants><inventors>{inventors}</inventors></parties>
</wo-bibliographic-data>
<abstract id="abstract" lang="{language}"><p id="pa01" num="0001">{_marked_up(_abstract(source))}</p></abstract>
<application-body lang="{language}" dtd-version="v1.6" country="WO">
<description id="description">
{described}</description>
<claims id="claims">
{claims}</claims>
</application-body>
</wo-published-application>
""".encode()


def _wo_st96(source: Source) -> bytes:
    head, language = source.head, source.language

    def day(date: str) -> str:
        return f"{date[:4]}-{date[4:6]}-{date[6:]}"

    ipc = ""
    for symbol in _symbols(source):
        section, klass, subclass, main, subgroup = _parts(symbol)
        ipc += (
            f"<pat:IPCRClassification><pat:PatentClassificationVersionDate>2010-01-01</pat:PatentClassificationVersionDate><pat:Section>{section}</pat:Section>"
            f"<pat:Class>{klass}</pat:Class><pat:Subclass>{subclass}</pat:Subclass><pat:MainGroup>{main}</pat:MainGroup><pat:Subgroup>{subgroup}</pat:Subgroup>"
            f"<pat:PatentClassificationText>{symbol}</pat:PatentClassificationText></pat:IPCRClassification>\n"
        )
    priority = "".join(
        f'<pat:PriorityClaim com:sequenceNumber="{n}"><com:IPOfficeCode>{c}</com:IPOfficeCode><pat:ApplicationNumber><com:ApplicationNumberText>{number}'
        f"</com:ApplicationNumberText></pat:ApplicationNumber><pat:FilingDate>{day(date)}</pat:FilingDate></pat:PriorityClaim>\n"
        for n, (c, number, date) in enumerate(_priorities(source), 1)
    )

    def contact(name: str) -> str:
        return (
            f"<com:PublicationContact><com:Name><com:OrganizationName><com:OrganizationStandardName>{escape(name)}</com:OrganizationStandardName>"
            "</com:OrganizationName></com:Name></com:PublicationContact>"
        )

    applicants = "".join(
        f'<pat:Applicant com:sequenceNumber="{n}">{contact(name)}</pat:Applicant>'
        for n, (name, _, _) in enumerate(_named(source, "applicant"), 1)
    )
    inventors = "".join(
        f'<pat:Inventor com:sequenceNumber="{n}">{contact(name)}</pat:Inventor>'
        for n, (name, _, _) in enumerate(_named(source, "inventor"), 1)
    )
    tags = {
        "field": "TechnicalField",
        "background": "BackgroundArt",
        "summary": "InventionSummary",
        "drawings": "DrawingDescription",
        "embodiments": "EmbodimentDescription",
    }

    def text(said: str) -> str:
        return _marked_up(said, "com:Sub", "com:Sup")

    described = f"<pat:InventionTitle>{text(head['title'])}</pat:InventionTitle>\n"
    for section, paragraphs in _described(source):
        body = "".join(
            f'<com:P com:id="p{n:04d}" com:pNumber="{n:04d}">{text(line.text)}</com:P>\n' for n, line in paragraphs
        )
        described += f"<pat:{tags[section]}>\n{body}</pat:{tags[section]}>\n"
    claims = ""
    for line in _claims(source):
        first, *rest = line.text.split(CLAIM_PART)
        first = _referring(
            line,
            text(first),
            lambda n, said: f'<pat:ClaimReference com:idrefs="CLM-{n:04d}">{said}</pat:ClaimReference>',
        )
        inner = "".join(f"<pat:ClaimText>{text(part)}</pat:ClaimText>" for part in rest)
        claims += (
            f'<pat:Claim com:id="CLM-{int(line.number):04d}"><pat:ClaimNumber>{line.number}</pat:ClaimNumber>'
            f"<pat:ClaimText>{first}{inner}</pat:ClaimText></pat:Claim>\n"
        )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<pat:PatentPublication xmlns:pat="http://www.wipo.int/standards/XMLSchema/ST96/Patent" xmlns:com="http://www.wipo.int/standards/XMLSchema/ST96/Common" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" com:languageCode={quoteattr(language)} com:st96Version="V6_0" com:documentPublicationDate="{day(head["published"])}">
<com:IPOfficeCode>WO</com:IPOfficeCode>
<pat:BibliographicData com:st96Version="V6_0" com:officeCode="WO">
<pat:PatentPublicationIdentification><com:IPOfficeCode>WO</com:IPOfficeCode><pat:PublicationNumber>{head["number"]}</pat:PublicationNumber><com:PatentDocumentKindCode>{head["code"]}</com:PatentDocumentKindCode><com:PublicationDate>{day(head["published"])}</com:PublicationDate></pat:PatentPublicationIdentification>
<pat:ApplicationIdentification><com:IPOfficeCode>IB</com:IPOfficeCode><pat:ApplicationNumber><com:ApplicationNumberText>{head["application"]}</com:ApplicationNumberText></pat:ApplicationNumber><pat:FilingDate>{day(head["filed"])}</pat:FilingDate></pat:ApplicationIdentification>
<pat:PriorityClaimBag>
{priority}</pat:PriorityClaimBag>
<pat:PatentClassificationBag><pat:IPCRClassificationBag>
{ipc}</pat:IPCRClassificationBag></pat:PatentClassificationBag>
<pat:InventionTitleBag><pat:InventionTitle com:languageCode={quoteattr(language)}>{text(head["title"])}</pat:InventionTitle></pat:InventionTitleBag>
<pat:PartyBag><pat:ApplicantBag>{applicants}</pat:ApplicantBag><pat:InventorBag>{inventors}</pat:InventorBag></pat:PartyBag>
</pat:BibliographicData>
<pat:Description com:languageCode={quoteattr(language)}>
{described}</pat:Description>
<pat:Claims com:languageCode={quoteattr(language)}>
{claims}</pat:Claims>
<pat:Abstract com:languageCode={quoteattr(language)}><com:P com:pNumber="0001">{text(_abstract(source))}</com:P></pat:Abstract>
</pat:PatentPublication>
""".encode()


_FORMATS: dict[str, Callable[[Source], bytes]] = {
    "cnipa-xml": _cnipa_xml,
    "cn-patent-document": _cn_older_xml,
    "cn-text": _cn_text,
    "cn-pdf": _cn_pdf,
    "us-grant": _us,
    "us-application": _us,
    "ep-st36": _ep,
    "wo-st36": _wo_st36,
    "wo-st96": _wo_st96,
}
