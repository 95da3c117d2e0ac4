"""Parts of an Office file (OPC) that its reader does not come to: what they say is read or named, so that none is passed over.

A file may hold parts to which nothing refers any more, the data of charts, properties, macros and whole files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from mulu.vocabulary import Said

# Parts that say nothing in words of their own, or whose words are said elsewhere.
_TECHNICAL = re.compile(
    r"\[Content_Types\]\.xml|(?:.{1,200}/)?_rels/.{0,200}|.{0,200}/(?:theme|printerSettings|fonts|media)/.{1,200}"
    r"|.{0,200}/(?:styles|stylesWithEffects|fontTable|webSettings|settings|numbering|calcChain|metadata|tableStyles|people"
    r"|presProps|viewProps|commentsExtended|commentsIds|commentsExtensible|colors[0-9]{0,3}|style[0-9]{1,3}|layout[0-9]{0,3}|quickStyle[0-9]{0,3})\.xml"
    r"|customXml/itemProps[0-9]{1,4}\.xml|docProps/(?:core|app|custom)\.xml|docProps/thumbnail\..{1,9}|.{0,200}/vbaData\.xml"
    r"|.{0,200}/persons/.{1,200}|.{0,200}/activeX/activeX[0-9]{1,4}\.bin|.{0,200}/tables/table[0-9]{1,4}\.xml|.{1,200}/",
    re.IGNORECASE,
)
_PROPERTIES = (
    "title",
    "subject",
    "description",
    "keywords",
    "category",
    "manager",
    "company",
    "hyperlinkbase",
    "contentstatus",
)
_WORDS = re.compile("[\u3400-\u9fff]|[A-Za-z]{2,40} [A-Za-z]{2,40}")
_QUOTED = 80  # characters of what is told word by word
_MOST = 12  # parts that are named one by one


def told(ident: str, zh: str, en: str, texts: Iterable[str]) -> Said:
    """What is said of some texts, with how they begin, and how long they are where that is not all."""
    text = " / ".join(" ".join(one.split()) for one in texts if one.strip())
    if len(text) <= _QUOTED:
        return Said(ident, f"{zh}：“{text}”。", f"{en}: “{text}”.")
    quote = f"“{text[:_QUOTED]}…”"
    return Said(ident, f"{zh}：{quote}，共 {len(text):,} 字。", f"{en}: {quote}, {len(text):,} characters in all.")


def _properties(names: frozenset[str], tree: Callable[[str], Any]) -> list[str]:
    """What the properties of a file say: its title, subject, keywords, remarks, and those that a firm has added."""
    made: list[str] = []
    for name in ("docProps/core.xml", "docProps/app.xml", "docProps/custom.xml"):
        if name not in names:
            continue
        for one in tree(name).iter():
            local = one.tag.rpartition("}")[2].lower() if isinstance(one.tag, str) else ""
            said = (one.text or "").strip()
            if said and (local in _PROPERTIES or (name.endswith("custom.xml") and _WORDS.search(said))):
                made.append(said)
    return list(dict.fromkeys(made))


def drawn(root: Any) -> list[str]:
    """The words in a chart or in a drawing of boxes and arrows (SmartArt), a paragraph each."""
    made: list[str] = []
    for one in root.iter("{*}p", "{*}strCache", "{*}tx"):
        if one.tag.endswith("}p"):
            made.append("".join(part.text or "" for part in one.iter("{*}t")).strip())
        else:  # names of series and of what they run over
            made.append(" | ".join(part.text or "" for part in one.iter("{*}v")).strip())
    return list(dict.fromkeys(one for one in made if one))


def left(
    names: frozenset[str], tree: Callable[[str], Any], data: Callable[[str], bytes], read: Iterable[str]
) -> Iterator[Said]:
    """What is to be told of parts that were not read: the properties; parts that hold words, with how many characters; files
    and programs within the file.
    """
    known = frozenset(read)
    if said := _properties(names, tree):
        zh, en = "文件属性中的文字，不参与比较", "what the properties of the file say takes no part in the comparison"
        yield told("properties", zh, en, said)
    found: list[tuple[str, int | None]] = []
    for name in sorted(names):
        if name in known or _TECHNICAL.fullmatch(name):
            continue
        if not name.lower().endswith((".xml", ".vml", ".txt", ".htm", ".html")):
            found.append((name, None))
            continue
        try:
            words = " ".join(" ".join(tree(name).itertext()).split())
        except Exception:  # no XML, or broken: it was not read either way
            words = data(name).decode("utf-8", "replace")
        if any(c.isalpha() for c in words):
            found.append((name, len(words)))
    if not found:
        return
    shown = [f"{name} ({count:,})" if count is not None else name for name, count in found[:_MOST]]
    zh, en = "、".join(shown), ", ".join(shown)
    more = len(found) - len(shown)
    zh, en = (f"{zh}，等 {len(found)} 个", f"{en} and {more} more") if more else (zh, en)
    yield Said(
        "parts_left",
        f"文件包中的下列部件未读取（括号内为字数）：{zh}。请在办公软件中打开，将其中需要的内容另存后给出。",
        f"parts inside the file were not read (with their characters): {en}. Open it in its program and save what matters of "
        f"them by itself.",
    )
