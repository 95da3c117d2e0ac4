"""What a text says that it does not do, or names only to compare with: read, shown, and not taken for what it does.

Three kinds: *denied* ("does not use lidar", 不采用激光雷达), *unlike* ("unlike lidar", 与激光雷达不同, "instead of") and
*compared* ("for comparison", 作为对比例). A stretch keeps to its clause and ends before a word that turns to what is done:
in "不采用 A 而采用 B" only A is denied. What follows the words that deny is denied; where nothing follows them, or the
scope of a contract does ("is not part of the delivery", 不在合同范围之内), what stands before them in the clause.

To take for denied what a text does would hide a technology; a denial that is missed only raises a question. In doubt
nothing is denied: not by a prohibition on a licensee, a double negation, a condition ("if no lidar is used"), nor by
what earlier technology did not do. Not covered: denials over several sentences, and by meaning alone ("the lidar was
sold").
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest


class Denial(StrEnum):
    """Why a stretch of a text is no description of what is transferred."""

    DENIED = "denied"
    UNLIKE = "unlike"
    COMPARED = "compared"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the folded text in which things are denied or set apart; `end` is the place after it."""

    start: int
    end: int
    why: Denial


def denials(lower: str) -> tuple[Stretch, ...]:
    """The stretches of a folded text, in lower case, that deny, set apart or compare; in order, none within another."""
    found: list[Stretch] = []
    if not lower.isascii():
        found += _chinese(lower)
    if _ENGLISH.search(lower):
        found += _english(lower)
    kept: list[Stretch] = []
    for stretch in sorted(found, key=lambda s: (s.start, -s.end)):
        if kept and stretch.start < kept[-1].end:
            kept[-1] = Stretch(kept[-1].start, max(kept[-1].end, stretch.end), kept[-1].why)
        else:
            kept.append(stretch)
    return tuple(kept)


def kept_of(text: str, start: int, end: int, stretches: tuple[Stretch, ...]) -> str:
    """The text between two places without what it denies."""
    parts: list[str] = []
    for number in range(bisect_right(stretches, start, key=lambda s: s.end), len(stretches)):
        stretch = stretches[number]
        if stretch.start >= end:
            break
        parts.append(text[start : max(start, stretch.start)])
        start = min(end, stretch.end)
    parts.append(text[start:end])
    return " ".join(part for part in parts if part) if len(parts) > 1 else parts[0]


def _any(*patterns: str) -> str:
    return f"(?:{'|'.join(patterns)})"


@dataclass(frozen=True, slots=True)
class _Clause:
    """The part of a clause that stands before a place; `whole` where it is seen to begin."""

    start: int
    text: str
    whole: bool


@dataclass(frozen=True, slots=True)
class _Cue:
    """Words that deny: their kind, which is the name of a group of their pattern, and where they stand."""

    kind: str
    word: str
    start: int
    end: int
    until: int  # how far the stretch may reach: to the next words that deny
    before: _Clause


def _clause(lower: str, place: int, mark: re.Pattern[str], reach: int) -> _Clause:
    start, whole = max(0, place - reach), place <= reach
    for one in mark.finditer(lower, start, place):
        start, whole = one.end(), True
    return _Clause(start, lower[start:place], whole)


def _cues(lower: str, matches: Iterable[re.Match[str]], mark: re.Pattern[str], reach: int) -> Iterator[_Cue]:
    """The words that deny, in order; what only has the look of it (`affirms`, `barred`) is read over."""
    found = [match for match in matches if match.lastgroup not in ("affirms", "barred")]
    for match, following in zip_longest(found, found[1:]):
        until = min(match.end() + reach, following.start() if following else len(lower))
        before = _clause(lower, match.start(), mark, reach)
        yield _Cue(str(match.lastgroup), match[0], match.start(), match.end(), until, before)


def _nothing_follows(lower: str, place: int, mark: re.Pattern[str]) -> bool:
    return place == len(lower) or mark.match(lower, place) is not None


def _after_last(pattern: re.Pattern[str], before: _Clause) -> int:
    """Where the thing begins in the part of a clause: after the last word that turns to it."""
    return before.start + max((one.end() for one in pattern.finditer(before.text)), default=0)


# ---- Chinese: the words that deny ------------------------------------------------------------------------------------

_ZH_REACH = 60
# What ends a clause; a full stop may stand in a number. Folding has made the wide marks narrow.
_ZH_MARKS = r",|。|;|:|!|\?|\(|\)|\.(?!\d)|--"
_ZH_MARK = re.compile(_ZH_MARKS)
_IN = r"[^,。;:!?()]"  # a character within a clause

# Not to stand in the Catalogue is the legal state of a technology, no denial of it.
_ZH_LAW = rf"{_IN}{{0,15}}(?:目录|名录|管制|禁止|限制)"
# What a contract or a project is about, in 不在本合同交付范围之内; to be one part of it among several is not denied.
_ZH_SCOPE = (
    rf"(?={_IN}{{0,15}}(?:(?:合同|协议|交付|转让|许可|供货|采购|招标|项目|经营|业务|服务|[本此]次)"
    rf"(?:{_IN}{{0,8}}(?:范围|清单|内容|标的|部分|对象|内|中)|{_ZH_MARKS}|\Z)|[之此其]列))"
    rf"(?!{_ZH_LAW}|{_IN}{{0,15}}(?:唯一|主要|全部|核心|重点))"
)
_ZH_AFFIRMS = _any(
    # A double negation, in one word or around the thing: 不得不, 不能没有, 没有一家不, 不可避免, 不得省去.
    r"不[得能可会]不|[无莫]不|无一不|没有不|(?:不是|并非)(?:不|没)|不[能可]没有",
    rf"没有[一哪]{_IN}{{1,12}}?不",
    r"(?:不|未|没有|无法|难以)[得能可会再应宜]?(?:放弃|摒弃|免去|省去|避免)",
    # A question: 是不是, 采不采用.
    r"不(?:是(?<=是不是)|采用(?<=采不采用)|使用(?<=使不使用)|用(?<=用不用)|需(?<=需不需)|含(?<=含不含))",
    # Only the consent is lacking: 未经甲方同意. What is put away 不使用时 is there. 不属于目录所列技术 is law.
    rf"未经(?={_IN}{{0,20}}(?:同意|许可|授权|批准|允许|审批))",
    rf"[不未](?:采用|使用|用)(?:时(?![间序域频效])|前(?={_ZH_MARKS}|\Z)|期间|状态)",
    rf"不属于(?={_ZH_LAW})",
    # One among several, or no thing at all: 不是唯一, 不依赖单一, 不用担心, 没有影响.
    rf"(?:不是|并非)(?:唯一|只|仅|单|必|越|全部|所有|因为|说|问题)|不是(?={_IN}{{0,10}}(?:唯一|主要|全部|核心))|不(?:采用|使用|依[赖靠])于?(?:单[一纯独]|唯一|仅|只)",
    r"不用(?:于(?![本该此])|[户途来说怕愁动]|担心|考虑)|不经[意济常]|不含[糊税义]|不带电|不设[限防]|不配[合套]",
    r"没有(?:必要|影响|改变|损|妨碍|限制|降低|破坏|下降|变化|超|达到|出现|发[生现]|显著|明显|问题|任何影响|[关联]系)",
    # What must not be done to a thing that is there: 无需拆卸激光雷达.
    r"(?:[无毋][需须]|不[需必]要?)(?:再|人工|手动|额外)?"
    r"(?:拆|更[换改]|移动|取出|改[变动装]|修改|调[整节校]|停[机止]|打开|关闭|破坏|重新|搬|等待|断电)",
    # 非 that belongs to the thing: 而非晶; words that are cut otherwise: 合并|非酒精性.
    r"而非(?:晶|线性|金属|接触|球面|平面|对称|遗|标|均|易失|制冷|织造|平衡|相干|稳)|并非(?<=合并非)",
    # 提供而非出售稀土萃取设备: the thing is there whatever is done with it.
    r"而非(?:出售|销售|出租|转让|购买)",
    # What stands in for another thing; and where people are relieved, their work is still done.
    r"替代(?:品|物|燃料|方案|材料|能[源力]|率|弹性|效应|关系|作用|治疗|疗法)|放弃(?:声明|权|书)",
    r"(?:代替|替代)了?(?:人[工力手员]|手工|工人|医生|用户|管理员)",
)
# Denies what stands before it: 激光雷达不在本合同范围之内.
_ZH_BEFORE = _any(
    rf"(?:不再?(?:包[括含]在|列入|纳入|计入|属于|在|是)|未被?(?:列入|纳入|包[括含]在)|并非){_ZH_SCOPE}",
    r"不(?:包[括含])?在内|不予(?:转让|提供|出口|许可|交付|采用)|[不未]用于[本该此]",
    rf"不由{_IN}{{1,12}}?(?:提供|负责|承担|交付|供应|实施|完成)",
)
_ZH_UNLIKE = r"不同于|区别于|有别于|而非|而不是|代替了?|替代了?"
# What the text is not about, to the end of the clause.
_ZH_MATTER = _any(
    r"[不未](?:再|必|须|会|曾)?被?(?:涉及?|包[含括]|属于|提供|转让|交付|移交|生产|制造|制备|研制|开发|讨论|探讨|研究|介绍|从事|"
    r"掌握|编辑|克隆|培育|繁育|延及|及于|附带|承担|包揽|开展|留存|"
    r"讲授|试制|集成|卖|出售|销售|做(?!到|成|好|出|完|过|为))",
    r"没有(?:涉及|提供)|不是|并非",
    r"拒绝(?:转让|提供|出口|许可|交付|披露|移交)",
)
# What is left out of the rest: 除飞控源代码外,其余资料均交付.
_ZH_APART = rf"(?<![去拆消清排解删扣免])除了?{_IN}{{2,30}}?[之以]?外(?=,?{_IN}{{0,8}}?(?:其余|其[他它]|全部|所有|一切))"
# What is done without; what it would have served is done all the same.
_ZH_MEANS = _any(
    r"[不未](?:再|必|须|会|曾)?被?(?:采用|使用|利用|运用|借助|依[赖靠]|应用|需要?|经过?|用|含有?|带有?|设[有置]?|配[备有]?|"
    r"安装|加装|内置|搭载|添加|加入|掺杂?|具[备有])[到了过]?",
    r"[无毋][需须]|没有(?:采用|使用|利用|用到?|依赖)?|摒弃了?|放弃了?|弃用了?|免去了?|省去了?|避免了?(?:使用|采用)",
)
# Every character with which one of these begins.
_ZH_FIRST = re.compile("[不未无没毋莫难并而代替区有摒放弃免省避拒除]")
_ZH = re.compile(
    f"(?P<affirms>{_ZH_AFFIRMS})|(?P<apart>{_ZH_APART})|(?P<before>{_ZH_BEFORE})|(?P<unlike>{_ZH_UNLIKE})"
    f"|(?P<matter>{_ZH_MATTER})|(?P<means>{_ZH_MEANS})"
)
# Earlier in the clause, what leaves the denial open or turns it: a condition, the prior art, a promise, a ban, a spell.
_ZH_OPEN = re.compile(
    r"若(?!干)|如果|如$(?<![例诸比正譬]如)|假如|倘|即使|即便|哪怕|无论|不论|不管|一旦|除非|是否|能否|可否|就$|便$|则$|"
    r"现有|传统(?:上|的|技术|方法|工艺|方案|做法)|传统(?<=^传统)|以往|此前|过去|背景技术|尚|"
    r"承诺|保证$|防止|禁止|严禁|杜绝|雨天$|雪天$|夜间$|平时$|有时$|偶尔$|待机$|空闲$|闲置$|停机$|断电$|后[均都]?$(?<![此今]后)"
)
# Later in the clause, what turns it: 没有 A 就无法 B, 不采用 A 时.
_ZH_NEEDED = re.compile(
    rf"{_IN}{{1,30}}?(?:,?(?:无法|不[能行]|难以|不可能|不足以|[就便则][^,。]{{0,3}}?[没不])|(?<!实)时,)"
)
_ZH_NOT_REPLACED = re.compile("[不未没]|无法|难以")
_ZH_BY = re.compile("[以用由可]")

# ---- Chinese: where a stretch ends -----------------------------------------------------------------------------------

# Read over: the English name of a thing in brackets, adjectives with 的, nouns that end in 的.
_ZH_ON = (
    r"\([a-z0-9 -]{1,40}\)|目的|合同标的|(?:昂贵|传统|常规|普通|现有|复杂|专[门用]|额外|相关|其他|特殊|类似|单独|独立|"
    r"大量|过多|进口|通用|市售|先进|主流|同类|上述|前述|所述|任何形式)的"
)
_ZH_TURNS = (
    r"而(?!言)|从而|但|改(?:为|用|由|以)|转(?:而|为|用)|只(?:需|用|是|有|靠)|仅|即可|就[能可]|便[可能]|也能|"
    r"来(?:实现|完成|制|进)|以(?:便|实现|降低|避免|减少|提高|防|免)|直接|之处|在于|并(?:采用|使用|以|且|通过|由|将|用|在|利用)|且"
)
_ZH_DEEDS = "进行|实现|完成|得到|获得|制得|制成|制备|生产|制造|合成|分离|提取"
_ZH_STOP = re.compile(f"{_ZH_ON}|{_ZH_MARKS}|{_ZH_TURNS}|{_ZH_DEEDS}|的")
_ZH_DEED = re.compile(_ZH_DEEDS)
# With an object the deed is done: 不使用萃取剂|分离稀土. Without one, or in the name of a process, it is denied itself.
_ZH_OBJECT = re.compile(
    r"(?![、和与及或]|纯化|分离|精制|加工|处理|提纯|成型)(?![^,。;:!?()的]{0,20}"
    rf"(?:工艺|方法|法|技术|设备|装置|步骤|路线|算法|系统|软件|剂|机|器)(?:{_ZH_MARKS}|\Z))[^,。;:!?()的]{{2}}"
)
# Words that ask for a noun, so that what denies is its attribute and ends at 的: 一种不含钴|的正极材料.
_ZH_ARTICLE = re.compile(r"(?:[种类款项个该本、]|所述)$")
_ZH_GOVERNS = re.compile(
    r"(?:[了的为是以用将把对在于与和及或且]|采用|使用|开发|研究|提供|制备|介绍|实现|公开|提出|得到|获得|设计|构建|建立|"
    r"针对|关于|通过|包括|包含|基于|转让|交付|出口|许可|属于)$"
)
# Where the thing that is denied begins with a clause of its own: 不采用由甲方提供的激光雷达.
_ZH_INNER = re.compile("用于|由|基于|以|具有|带有|波长|型号")
# A verb after the noun: what stood before the noun was its attribute.
_ZH_PREDICATE = re.compile(
    rf"{_IN}{{1,30}}?(?:采用|[使利]用(?!技术|方法|率|寿命|权)|包括|包含|具有|(?<![自理])由|经[过由]|(?<![行作])为|是|可[以用]|能够|已|将|通过|"
    r"得到|用于|适用)"
)

# ---- Chinese: with the thing between or before -----------------------------------------------------------------------

_ZH_BETWEEN = re.compile(
    rf"[与和跟同]{_IN}{{2,30}}?(?:完全|明显|有所|都|均)?(?:不同|有别|相异|无关|相反)(?=的是|之处|{_ZH_MARKS}|\Z)"
)
# 本品与…不同 speaks of this text; of 镨与钕性质不同 both are what it is about.
_ZH_ITSELF = re.compile("(?:[本该其此这][^与和跟同]{0,6})?")
_ZH_COMPARED = re.compile(
    rf"作为(?:对比|对照|比较)(?:例|样品?|方案|组)?|作(?:对照|对比例)|仅(?:用于|供|作)(?:对比|比较|对照)|"
    rf"为(?:对照|对比例)(?={_ZH_MARKS}|\Z)"
)
# Held back or given up, at the end of a clause: 该工艺由甲方自行保留; 移交已经取消. A ban on telling third parties is none.
_ZH_OTHER_PARTY = "(?:对方|贵方|外方|乙方|买方|受让方|被许可方|境外)"
_ZH_GIVES_UP = re.compile(
    "(?:"
    + _any(
        "自行保留|自己保留|恕不(?:奉告|提供|外传|转让|出口|披露|公开|对外)",
        rf"(?:拒绝|从未|均未|未)(?:对外|向外|向{_ZH_OTHER_PARTY})(?:披露|公开|提供|转让|出口|移交|交付|泄露)",
        "(?:没有|均未|从未|并未)(?:对外)?(?:出口|转让|移交|交付|提供|交出|外传)过?|(?:没有|从未|并未)对外输出",
        rf"从未(?:交给|提供给|转让给|移交给|出售给|许可给)过?{_ZH_OTHER_PARTY}",
        "(?:移交|转让|出口|输出|交付|许可)(?:事宜|计划|安排)?(?:均|都)?(?:已经?|现已)?(?:取消|终止|中止|作罢|搁置)",
        rf"并非由?{_IN}{{1,8}}?(?:掌握|持有|所有|具备|实施)|由{_IN}{{1,8}}?(?:保留|留存|自行掌握)",
        "均?(?:已经?|予以|已予|即予|均予|最终)(?:放弃|弃用|叫停)",
        "一?概不(?:提供|转让|出口|披露|交付|移交|外传)",
        # Done to data and to signals too: only of what parties deal in.
        "(?P<deal>(?:婉拒|谢绝|拒绝|否决|回绝)了?|(?:已|均|都|被)?(?:整段|全部|悉数)?(?:剔除|删除|删去|划掉)|"
        rf"被?排除在{_IN}{{1,10}}?外|(?:明确)?排除在外)",
        "(?P<own>均?[并亦也]?不(?:具备|掌握|拥有))",
    )
    + rf")(?={_ZH_MARKS}|\Z)"
)
_ZH_GIVEN_UP = (
    "保留", "恕不", "拒", "谢绝", "否决", "回绝", "从未", "均未", "并未", "未对外", "未向", "没有", "取消", "终止", "中止", "作罢", "搁置",
    "概不", "删", "剔", "划掉", "并非", "排除", "放弃", "弃用", "叫停", "留存", "自行掌握", "不具备", "不掌握", "不拥有",
)  # fmt: skip
_ZH_DEAL = re.compile(
    "合同|协议|附件|附录|清单|条款|大纲|草案|定稿|标的|转让|许可|移交|交付|索要|对方|外方|贵方|受让方|谈判|合作|课程|设计之"
)
_ZH_OWN = re.compile("我方|我司|我们|我厂|我所|本公司|本单位|本所|本院|转让方|许可方|卖方|甲方")
# Who holds back, and no more: what is held back stands in the clause before.
_ZH_WHO = re.compile(
    "(?:被|由)?(?:我们?|[甲乙丙双]方|本?公司|我司|我方|对方|该方|卖方|许可方|转让方|贵方|定稿时|签约时|我公司)?(?:被|一|已|均|都|也|从|将|最终|后来|因此|故)*"
)
# A document or a scope of which it is taken out: 合作范围剔除了…, 附件中删去….
_ZH_TAKEN_OUT = re.compile(
    rf"(?:范围|清单|附件|合同|协议|附录|目录|标的|课程|讲义|资料){_IN}{{0,6}}?(?:剔除|删除|删去|略去|[避绕]开|排除)了?(?!{_ZH_MARKS}|\Z)"
)
_ZH_TURN = re.compile("但是?|而且?|并且|且|则|时(?![间序空仪])")
_ZH_KNOW_HOW = re.compile(
    "技术|工艺|配方|做法|制法|图纸|资料|诀窍|源代码|源码|方法|移交|转让|出口|输出|文件|方案|技艺|模块"
)
_ZH_TAKES = re.compile("(?=[以将把取])|但是?|而且?|并|且|同时|其中")


def _chinese(lower: str) -> Iterator[Stretch]:
    for cue in _cues(lower, _chinese_matches(lower), _ZH_MARK, _ZH_REACH):
        if cue.kind == "apart":
            yield Stretch(cue.start, cue.end, Denial.DENIED)
            continue
        before = cue.before.text
        end = _chinese_end(lower, cue)
        if cue.kind == "unlike":
            replaces = not cue.word.startswith("替代") or _ZH_BY.search(before)
            if end > cue.end and replaces and not _ZH_NOT_REPLACED.search(before):
                yield Stretch(cue.start, end, Denial.UNLIKE)
        elif _ZH_OPEN.search(before) or (cue.kind == "means" and _ZH_NEEDED.match(lower, cue.end)):
            continue
        elif cue.kind == "before" or (cue.word[0] in "不未" and _nothing_follows(lower, cue.end, _ZH_MARK)):
            if cue.before.whole:
                yield Stretch(_after_last(_ZH_TURN, _topic(lower, cue.before)), end, Denial.DENIED)
        elif end > cue.end:
            yield Stretch(cue.start, end, Denial.DENIED)
    if any(word in lower for word in ("不同", "有别", "相异", "无关", "相反")):
        for match in _ZH_BETWEEN.finditer(lower):
            if _ZH_ITSELF.fullmatch(_clause(lower, match.start(), _ZH_MARK, _ZH_REACH).text):
                yield Stretch(match.start(), match.end(), Denial.UNLIKE)
    if any(word in lower for word in _ZH_GIVEN_UP):
        yield from _chinese_given_up(lower)
    if "对比" in lower or "对照" in lower or "比较" in lower:
        for match in _ZH_COMPARED.finditer(lower):
            clause = _clause(lower, match.start(), _ZH_MARK, _ZH_REACH)
            if clause.whole:
                yield Stretch(_after_last(_ZH_TAKES, clause), match.end(), Denial.COMPARED)


def _topic(lower: str, clause: _Clause) -> _Clause:
    """The clause before, where this one says no more than who it is that denies: 宣纸工艺由甲方掌握,我司|不掌握."""
    if clause.whole and _ZH_WHO.fullmatch(clause.text) and lower[clause.start - 1 : clause.start] == ",":
        before = _clause(lower, clause.start - 1, _ZH_MARK, _ZH_REACH)
        return before if before.whole else clause
    return clause


def _chinese_given_up(lower: str) -> Iterator[Stretch]:
    """What a sentence holds back or gives up; of technology, so that 杂质被剔除 gives up none."""
    for match in _ZH_GIVES_UP.finditer(lower):
        clause = _topic(lower, _clause(lower, match.start(), _ZH_MARK, _ZH_REACH))
        said = lower[clause.start : match.end()]
        meant = (not match["deal"] or _ZH_DEAL.search(said)) and (not match["own"] or _ZH_OWN.search(said))
        if clause.whole and meant and _ZH_KNOW_HOW.search(clause.text) and not _ZH_OPEN.search(clause.text):
            yield Stretch(_after_last(_ZH_TURN, clause), match.end(), Denial.DENIED)
    for match in _ZH_TAKEN_OUT.finditer(lower):
        clause = _clause(lower, match.start(), _ZH_MARK, _ZH_REACH)
        end = _ZH_MARK.search(lower, match.end(), match.end() + _ZH_REACH)
        if not _ZH_OPEN.search(clause.text) and not _ZH_NOT_REPLACED.search(clause.text + match[0]):
            yield Stretch(
                match.start(), end.start() if end else min(len(lower), match.end() + _ZH_REACH), Denial.DENIED
            )


def _chinese_matches(lower: str) -> Iterator[re.Match[str]]:
    """As `_ZH.finditer`, which takes ten times as long to find that nothing is denied."""
    place = 0
    while first := _ZH_FIRST.search(lower, place):
        match = _ZH.match(lower, first.start())
        if match:
            yield match
        place = match.end() if match else first.end()


def _chinese_end(lower: str, cue: _Cue) -> int:
    """Where what follows the words that deny ends: at a mark, a turn, a deed that is done, or the 的 of an attribute."""
    inner = cue.before.text == "" and _ZH_INNER.match(lower, cue.end) is not None
    for stop in _ZH_STOP.finditer(lower, cue.end, cue.until):
        word = stop[0]
        if word == "的":
            if inner:
                inner = False
            elif _closes_an_attribute(lower, cue, stop.end()):
                return stop.start()
        elif _ZH_MARK.fullmatch(word):
            return stop.start()
        elif stop.start() == cue.end or word[-1] in "的)":
            continue
        elif not _ZH_DEED.fullmatch(word) or (cue.kind != "matter" and _ZH_OBJECT.match(lower, stop.end())):
            return stop.start()
    return cue.until


def _closes_an_attribute(lower: str, cue: _Cue, place: int) -> bool:
    """Whether the 的 before a place ends the words that deny: 无需靶标的|激光雷达, not 该车不采用昂贵的激光雷达."""
    before = cue.before.text.rstrip("并均也都亦既还又仍")
    if cue.kind == "unlike" or _ZH_ARTICLE.search(before) or (cue.kind == "means" and _ZH_GOVERNS.search(before)):
        return True
    if before and not cue.word.startswith("没有"):
        return _ZH_PREDICATE.match(lower, place) is not None
    # A whole sentence without a subject is a title; after a comma it has the subject of the clause before.
    return cue.kind == "means" or lower[cue.before.start - 1 : cue.before.start] != ","


# ---- English: the words that deny ------------------------------------------------------------------------------------

_ENGLISH = re.compile("[a-z]{2} [a-z]{2}")
_EN_REACH = 140
_EN_MARKS = r"[.,;:!?](?!\d)|[()]|--| - "
_EN_MARK = re.compile(_EN_MARKS)
_NOT = r"(?: not|n['’]t)"

# Something that is no thing: "without loss of accuracy", "has no effect on", "without consent".
_EN_NOTHING = (
    r"(?:[a-z]+ ){0,2}?(?:loss|damage|change|reduction|delay|effect|influence|impact|interference|interruption|error|"
    r"collision|"
    r"consent|permission|approval|authori[sz]ation|licen[cs]e|notice|limit|limitation|prejudice|exception|doubt|"
    r"difficulty|"
    r"difference|problem|re ?calibration|modification|adjustment|replacement|removal|disassembly|knowledge|degradation|"
    r"deterioration|distortion|increase|decrease|regard|risk|danger|fear|right|obligation|liability|warranty|claim|"
    r"intention|"
    r"harm|matter)\b"
)
_EN_AFFIRMS = _any(
    # A limit, a share, an idiom: not only, no later than, nothing but, whether or not, without further purification.
    r"not (?:only|just|merely|simply|solely|alone|necessarily|even|yet|until|unless|without|unlike|limited|exceeding|"
    r"to|least|"
    r"all|every|always|more|less|fewer|later|earlier|[a-z]+er than)\b",
    r"not (?:an?|the) (?:only|sole|single|mere|few|little|least|case|matter|problem|limitation|prerequisite)\b",
    r"(?:whether or|if|why) not\b|nothing (?:but|else|other)\b|none other\b|no other\b|no (?:[a-z]+er|more|"
    r"less) than\b",
    rf"no {_EN_NOTHING}|free (?:of|from) (?:charges?|cost|duty|defects)\b",
    rf"without (?:further|limiting|{_EN_NOTHING})",
    r"without (?:affect|compromis|sacrific|reduc|damag|chang|los|alter|disturb|degrad|interrupt|increas|decreas|"
    r"impair|break|"
    r"exceed|touch|modify|interfer|violat|cross|crash|collid|distort|exclud)[a-z]*ing\b",
    r"neither (?:party|of the parties|side)\b",
    rf"(?:does|do|did|will|would|is|are){_NOT} (?:make|render)(?: [a-z0-9-]+){{1,8}}? (?:superfluous|unnecessary|redundant|"
    r"needless|obsolete)\b",
    r"nor (?:gates?|shall|may|must|should|can|will|is|are|was|were|has|have|do|does|did)\b",
)
# Not used, and nothing more is said: "is not used for any other purpose" would leave its use.
_EN_USED = (
    r"(?:used|employed|utili[sz]ed|applied|needed|required|supplied|provided|delivered|transferred|included|involved|"
    r"offered|"
    r"fitted|installed|licensed|sold|covered|concerned|carried out|performed|undertaken|conducted|handed over|furnished|disclosed|shared|granted|conveyed|practi[cs]ed|prepared|"
    r"manufactured|produced|called for|requested|made available|released|refined|made|grown|bred|cultivated|mined|"
    r"extracted|smelted|built|designed|developed|operated|edited|taught)"
)
_EN_HERE = (
    rf"(?=$|{_EN_MARKS}| (?:here|at all|any ?more|either|and|but|or|nor|because|since|for this)\b|"
    r" by (?:us|the (?:seller|supplier|licensor|contractor|vendor))\b|"
    r" (?:in|on|under|within) (?:this|the|our|these|any)\b(?! (?:rain|dark|night|case|event|absence|fog|same|other)))"
)
_EN_SCOPE = (
    r"(?= (?:[a-z]+ ){0,4}(?:contract|agreement|deliver(?:y|ables)|programme|program|project|scope|tender|licen[cs]e|"
    r"offer|"
    r"supply|package|transfer|proposal|study|paper|product|invention|business)\b)"
)
_BEEN_NOT = rf"(?:is|are|was|were|will|has|have|had)(?:{_NOT}| no longer| never)(?: be| been)?"
# Denies what stands before it: "lidar is not used".
_EN_PASSIVE = _any(
    rf"{_BEEN_NOT} {_EN_USED}{_EN_HERE}",
    rf"(?:is|are|was|were|will be) neither {_EN_USED}(?: (?:in|under|by|with))? nor {_EN_USED}{_EN_HERE}",
    r"(?:is|are|was|were) something (?:that |which )?(?:we|the (?:company|seller|supplier)) (?:have |has )?(?:never|do not|does not)",
    r"(?:is|are|was|were) (?:entirely |wholly |quite |completely )?(?:foreign to|alien to|unrelated to)",
    rf"(?:is|are|was|were|remains?|will be) withheld{_EN_HERE}",
    rf"(?:stays?|will stay|shall stay|remains?|will remain|shall remain) with (?:the|its|our|their|your) "
    rf"[a-z]+(?: (?:in )?[a-z]+){{0,2}}?(?=$|{_EN_MARKS}| and\b)",
    r"(?:is|are|was|were|has been|have been) considered (?:but|and) (?:then |later )?"
    r"(?:rejected|abandoned|discarded|dropped)",
    r"(?:is|are|was|were|has been|have been) (?:rejected|abandoned|discarded|dropped) in favou?r of",
    rf"(?:fell through|(?:was|were|has been|have been) (?:cancell?ed|called off|abandoned|dropped)){_EN_HERE}",
)
_EN_BEFORE = _any(
    rf"{_BEEN_NOT} (?:(?:an? )?part of|included in|within|covered by|comprised in|(?:the )?subject of|in){_EN_SCOPE}",
    rf"(?:does|do|did|will){_NOT} (?:form part of|belong to|fall (?:within|under|into)){_EN_SCOPE}",
    rf"(?:is|are|was|were|falls?|lies?|remains?) (?:expressly |explicitly |wholly |entirely |well )?(?:outside|excluded from|out of|"
    rf"beyond){_EN_SCOPE}",
    rf"(?:forms?|(?:is|are|was|were|has been|have been|makes? up)) no part of{_EN_SCOPE}",
    r"(?:is|are|was|were|has been|have been|had been) (?:struck|deleted|removed|omitted|dropped|carved out|left out)"
    r" (?:from|out of|of)(?= (?:[a-z]+ ){0,3}(?:schedule|contract|agreement|annex|appendix|scope|list|statement of work|licen[cs]e|offer|draft)\b)",
)
_EN_UNLIKE = _any(
    r"unlike|instead of|rather than|as opposed to|in place of|in lieu of|in contrast (?:to|with)|as distinct from"
)
_EN_DO_NOT = (
    rf"(?:(?:does|do|did|will|would){_NOT}|no longer|never)(?: itself| actually| also| either| therefore| thus)?"
)
# What the text is not about.
_EN_MATTER = _any(
    rf"{_EN_DO_NOT} (?:involve|include|contain|comprise|cover|transfer|supply|deliver|concern|relate to|extend to|"
    rf"deal with|"
    r"discuss|describe|address|incorporate)s?",
    r"(?:shall|must|may) not (?:extend to|include|cover|comprise|concern|relate to)",
    r"ha(?:s|ve|d) nothing to do with",
    r"nothing in (?:it|this [a-z]+|the [a-z]+|these [a-z]+) (?:shall|may|is to|should|can) be (?:read|construed|understood|"
    r"interpreted|taken) as (?:conveying|granting|transferring|licensing|disclosing|including|supplying)",
    r"(?:cannot|can not|could not|(?:is|are) unable to|(?:is|are) not (?:able|in a position) to) (?:transfer|supply|provide|"
    r"disclose|license|hand over|offer)(?: any)?",
    r"ha(?:s|ve) never (?!been\b|fail|stop|ceas|chang|deviat|doubt|exceed)(?:[a-z]+ed|made|built|grown|bred|drawn|spun)",
    rf"{_EN_DO_NOT} (?:build|operate|own|possess|practi[cs]e|perform|hold|run|teach|sell|do)s?|(?:does|do|did) no(?! {_EN_NOTHING}| more\b| other\b)",
    rf"{_EN_DO_NOT} (?:edit|clone|manufacture|breed|conduct|undertake|hand over|carry out)s?",
    rf"(?:no|nothing of)(?= (?:[a-z0-9-]+ ){{1,10}}?(?:is|are|was|were|will be|has been|have been) {_EN_USED}{_EN_HERE})",
    r"(?:withholds?|holds? back|(?:(?:refus|declin)(?:es?|ed)|has refused|have refused) to (?:disclose|transfer|supply|"
    r"provide|share|license|hand over|release|export|part with))(?! (?:payment|consent|approval)\b)",
    r"(?:except(?: for)?|with the exception of)(?! (?:where|as|that|when|in|if|with|by|under|to|during|on|at)\b)",
)
# What is done without; what it would have served is done all the same.
_EN_MEANS = _any(
    rf"{_EN_DO_NOT} (?:makes? (?:any )?use of|(?:use|employ|utili[sz]e|provide|produce|make|develop|propose|offer|"
    rf"carry)s?|"
    r"(?:require|need|have)s?(?! to (?!use|employ|rely))|(?:rely|relies|depends?) (?:up)?on|resorts? to)"
    r"(?: the use of| any use of| use of)?",
    rf"(?:has|have|had)(?:{_NOT}| never) used|(?:is|are|was|were){_NOT} (?:based on|using|made (?:of|from|by|with))",
    r"without(?: the (?:use|need|aid|help) (?:of|for)| (?:need|use|recourse) (?:for|of|to)| using| employing|"
    r" requiring|"
    r" needing| relying on| any)?",
    r"free (?:of|from)|devoid of|in the absence of|dispens(?:es|ing) with|exclud(?:es|ing)",
    r"(?:avoid|eliminat|remov|obviat)(?:s|es?|ed|ing)? (?:the (?:use|need) (?:of|for)|using|use of)",
    r"(?:ha(?:s|ve|d|ving)|(?:us|requir|involv|includ)(?:es?|ing)|(?:need|employ|contain)(?:s|ing)?|carr(?:y|ies)|"
    r"makes?|with|"
    r"there (?:is|are|was|were)) no"
    rf"(?! {_EN_NOTHING})(?! (?:longer|more|less|other|[a-z]+er than)\b)(?: use of| need (?:for|of))?",
    r"no need (?:for|of|to use)|no use of|neither|nor|far from (?:relying on|using|employing|being)",
    r"(?:possess(?:es)?|ha(?:s|ve)|holds?|owns?|includes?|contains?|receives?|transfers?|suppl(?:y|ies)|uses?|involves?) none of",
    r"(?:possess(?:es)?|owns?|holds?) no",
    rf"no(?= (?:[a-z0-9]+ ){{1,6}}?(?:is|are|was|were|will be|has been|have been) {_EN_USED}\b"
    # A duty of confidence: the other party has it.
    r"(?! (?:to|with|by|outside) (?:any |an |the )?(?:third|other|others|anyone|anybody|public|affiliate|outsider|unauthori[sz]ed)))",
    r"not (?:an?|the|by|with|using|based on|involving|including|a kind of)",
    r"not(?= (?:[a-z0-9]+ ){1,5}but\b(?! also))(?! [a-z]+(?:ed|ing)\b)",
)
# At the beginning of a clause only: ", not lidar" and "no lidar."
_EN_BARE = (
    r"not(?! (?:to|for|in|on|at|so|too|very|as|if|when|because|counting|[a-z]+(?:ed|ing))\b)|"
    r"no(?= (?:[a-z0-9]+ ){0,3}[a-z0-9]+[.,;](?!\d))"
)
# A text without any of these denies nothing.
_EN_SIGNS = (
    "not ", "n't", "n’t", "no ", "never", "neither", "nor ", "without", "unlike", "instead of", "rather than", "opposed",
    "in place of", "in lieu", "contrast", "distinct", "nothing", "except", "considered ", " favo", "withheld", "free ", "devoid", "absence", "dispens", "avoid", "eliminat",
    "remov", "obviat", "exclud", "outside", "out of", "beyond", "withh", "fell through", "cancel", "called off", "struck",
    "none of", "far from", "foreign to", "alien to", "unrelated to", "cannot ", "unable", "stay with", "stays with", "remain with",
    "remains with",
    "delete", "omitted", "dropped", "abandoned", "carved out", "left out", "refus", "declin", "hold back", "holds back",
)  # fmt: skip
# What else is not done, or must not be done, denies no thing.
_EN_BARRED = r"(?:shall|may|must|should|can|could|might|would|to|does|do|did|will|has|have|had)(?: not|n['’]t)|cannot"
_EN = re.compile(
    r"\b(?=[acdefhilmnoprstuw][a-z])"  # the letters with which one of these begins
    rf"(?:(?P<affirms>{_EN_AFFIRMS})|(?P<passive>{_EN_PASSIVE})|(?P<before>{_EN_BEFORE})|(?P<unlike>{_EN_UNLIKE})\b|"
    rf"(?P<matter>{_EN_MATTER})\b|(?P<means>{_EN_MEANS})\b|(?P<barred>{_EN_BARRED})\b|(?P<bare>{_EN_BARE})\b)"
)
# Earlier in the clause, what leaves the denial open: a condition, the prior art, what a licensee is bound to.
_EN_OPEN = re.compile(
    r"\b(?:if|when(?:ever)?|unless|until|whether|once|in case|prior art|conventional(?:ly)?|traditional(?:ly)?|"
    r"existing|known|"
    r"previous(?:ly)?|earlier|so far|hitherto|to date|competitors?|licen[sc]ees?|transferees?|recipients?|"
    r"receiving party)\b"
)
# Later in the clause, what takes it back: "does not use lidar without a filter".
_EN_LIMITED = re.compile(
    r"(?:(?! and | but )[^,.;:!?()]){0,80}? "
    r"(?:without|unless|until|except|other than|alone|only|at night|in rain|in the dark)\b"
)
# Earlier in the clause, what makes it a double negation: "cannot be run without lidar".
_EN_NEGATED = re.compile(
    r"n['’]t\b|\b(?:not|cannot|never|no|none|nothing|hardly|impossible|unable|difficult|inconceivable|few|neither)\b"
)
# "It is not true that the files were withheld": what gives up or holds back is itself denied.
_EN_GIVES_UP = ("withheld", "rejected", "abandoned", "discarded", "dropped", "in favour of", "in favor of")
_EN_LESS = (
    "without",
    "free",
    "devoid",
    "in the absence",
    "dispens",
    "avoid",
    "eliminat",
    "remov",
    "obviat",
    "exclud",
    "except",
    "withhold",
    "hold",
    "refus",
    "declin",
    "has refused",
    "have refused",
)
# What falls through is a transfer, or nothing of which a text is a description.
_EN_DEAL = re.compile(r"\b(?:transfer|sale|licen[cs]e|licensing|export|supply|delivery|disclosure)\b")
# What stays with its owner is what could be told; lithium stays with the brine.
_EN_KNOW_HOW = re.compile(
    r"\b(?:process(?:es)?|technolog(?:y|ies)|know how|methods?|recipes?|drawings|designs?|schemes?|code|models?|data|files?)\b"
)
# Of all, something is left out; "no drawings except those of the rotor" leaves only it.
_EN_WHOLE = re.compile(r"\b(?:all|every|everything|whole|entire)\b")

# ---- English: where a stretch ends -----------------------------------------------------------------------------------

# Verbs that show that another clause has begun, or that the subject of a relative clause goes on; few are nouns too.
_EN_VERB = _any(
    "is|are|was|were|has|have|had|can|could|will|would|may|might|must|shall|should|does|do|did|used|uses|employs",
    "utilises|utilizes|achieves|affects|allows|applies|becomes|builds|calls|carries|coats|combines|comes",
    "comprises|computes|concerns|consists|contains|converts|decides|delivers|depends|describes|detects|determines",
    "drives|enables|estimates|extracts|finds|flies|follows|fuses|generates|gives|guides|holds|improves|includes",
    "involves|keeps|leads|learns|makes|measures|mills|mixes|moves|navigates|needs|obtains|offers|operates",
    "performs|precipitates|prepares|produces|provides|reads|receives|recovers|reduces|relates|relies|remains",
    "removes|requires|runs|scans|sees|sends|separates|serves|shows|sinters|starts|stays|steers|stores|supplies",
    "takes|tracks|trains|transfers|transmits|works|yields",
)
# What begins a thing; and the words that may stand before it within the name of another.
_EN_ARTICLE = "(?:the|an?|its|their|our|it|them|this|these|all|each)"
_EN_JOINT = (
    r"(?:of|in|on|at|and|or|nor|to|with|for|under|over|into|onto|upon|between|among|than|as|per|within|by|from|via|"
    r"all|both|"
    r"half|like|about|against|along|around|across|through|towards?|inside|outside|behind|near|above|below|not|only|"
    r"even|"
    r"either|neither|including)"
)
_EN_WORD = _any(
    r"but|instead|which|that|who|whose|where|when|if|because|since|while|whereas|although|though|unless|until|so|"
    r"thus|then|"
    r"therefore|we|it|they|after|before|during|in order",
    _EN_VERB,
    # "and" joins two things, unless a verb follows it, at once or after its subject.
    rf"and (?:then|thus|so|instead|also|directly|therefore|[a-z]+[^ e]ed|[a-z]+ {_EN_ARTICLE}|"
    rf"(?:[a-z0-9]+ ){{0,5}}?{_EN_VERB})",
)
# A purpose is served, and a way is gone, without the means; to what a contract is not about they belong.
_EN_PURPOSE = _any(
    r"by|from|via|through|using|for|as|to(?! (?:the|an?|any)\b)",
    r"(?<!based )(?:in|on|at|within) (?:the|an?|this|our|its)",
)
_EN_STOP = re.compile(
    rf"(?P<on>\([a-z0-9 ]{{1,30}}\)| (?:such|as well) as\b)|(?P<mark>{_EN_MARKS})|"
    rf" (?:(?P<word>{_EN_WORD})\b|(?P<purpose>{_EN_PURPOSE})\b|"
    # The next thing begins: "without dismantling | the lidar", "without lidar | the drone …".
    rf"(?P<edge>(?!{_EN_JOINT}\b)[a-z0-9]+)(?= {_EN_ARTICLE}\b))"
)
# Words at the beginning of a clause after which a comma brings the main clause.
_EN_FRONT = re.compile(r"\s*(?:$|(?:as|since|because|while|although|though|where|whereas|given|for)\b)")


def _enumeration(article: str) -> re.Pattern[str]:
    """The rest of an enumeration: ", radar or sonar"; nothing that has a verb of its own."""
    item = (
        rf"(?! (?:[a-z]+ing (?!and|or|nor)[a-z]|and|or|nor)){article}"
        r"(?: (?!(?:and|or|nor|but|not|no|without|unlike|rather|instead|by|from|with|via|we|our|they|which|that|"
        r"while|whereas|"
        rf"so|then|only|{_EN_ARTICLE}|{_EN_VERB})\b)[a-z0-9'’]+){{1,5}}+"
    )
    last = rf"{item}(?! (?:{_EN_ARTICLE}|{_EN_VERB})\b)"
    return re.compile(rf",{item}(?:,{item}){{0,12}},? (?P<last>and|or|nor){last}|, (?:or|nor){last}")


# An article before one thing is an article before all: after "uses no lidar, the …" another clause begins.
_EN_LIST, _EN_LIST_OF_THE = _enumeration(""), _enumeration("(?: (?:the|an?))?")

# ---- English: with the thing before, and comparisons -----------------------------------------------------------------

_EN_TURN = re.compile(
    r"\b(?P<joins>and|or)\b|\b(?:but|while|whereas|although|though|because|since|so|therefore|thus|however|that|"
    r"which|with)\b"
)
_EN_HAS_VERB = re.compile(rf"\b{_EN_VERB}\b")
_EN_COMPARED = re.compile(
    r"\b(?:for comparison(?: purposes)?(?! (?:of|with|between))|by way of comparison|as a comparison|"
    r"as a (?:comparative|reference) (?:example|sample)|(?:in )?(?:comparative|reference) example(?: [0-9]+)?)\b"
)
_EN_SENTENCE = re.compile(r"[.;!?](?!\d)")


def _english(lower: str) -> Iterator[Stretch]:
    for cue in _cues(lower, _english_matches(lower), _EN_MARK, _EN_REACH):
        before = cue.before.text
        if cue.kind == "unlike" or cue.word.startswith(_EN_LESS) or cue.word.endswith(_EN_GIVES_UP):
            if _EN_NEGATED.search(before):
                continue
        elif _EN_OPEN.search(before) or _EN_LIMITED.match(lower, cue.end):
            continue
        if "except" in cue.word and not _EN_WHOLE.search(before):
            continue
        if cue.kind in ("passive", "before"):
            falls_through = cue.word.startswith("fell") or (
                "considered" not in cue.word
                and cue.word.endswith(("canceled", "cancelled", "called off", "abandoned", "dropped"))
            )
            stays = cue.word.startswith(
                ("stay", "will stay", "shall stay", "remain", "will remain", "shall remain")
            ) and (" with " in cue.word)
            deals = (not falls_through or _EN_DEAL.search(before)) and (not stays or _EN_KNOW_HOW.search(before))
            if cue.before.whole and deals:
                end = cue.end if cue.kind == "passive" else _english_end(lower, cue)
                yield Stretch(_english_start(cue.before), end, Denial.DENIED)
            continue
        # Instructions are in the imperative: "do not use the lidar near …".
        imperative = not before.strip() and cue.word.startswith(("do not", "don"))
        if imperative or (cue.kind == "bare" and before.strip()):
            continue
        end = _english_end(lower, cue)
        if end > cue.end:
            yield Stretch(cue.start, end, Denial.UNLIKE if cue.kind == "unlike" else Denial.DENIED)
    for match in _EN_NEEDLESS.finditer(lower) if "ma" in lower or "render" in lower else ():
        if not _EN_NEGATED.search(_clause(lower, match.start(), _EN_MARK, _EN_REACH).text):
            yield Stretch(match.start("thing"), match.end(), Denial.DENIED)
    if "compar" in lower or "reference" in lower:
        yield from _english_comparisons(lower)


_EN_NEEDLESS = re.compile(
    r"\b(?:makes?|made|making|renders?|rendered|rendering) (?P<thing>[^,.;:!?()]{3,80}?) "
    r"(?:superfluous|unnecessary|redundant|needless|obsolete)\b"
)


def _english_matches(lower: str) -> Iterable[re.Match[str]]:
    return _EN.finditer(lower) if any(sign in lower for sign in _EN_SIGNS) else ()


def _english_end(lower: str, cue: _Cue) -> int:
    """Where what follows the words that deny ends: at a mark, a turn, a verb or a purpose, not in an enumeration."""
    fronted = _EN_FRONT.match(cue.before.text)
    enumeration = _EN_LIST_OF_THE if lower.startswith((" the ", " a ", " an "), cue.end) else _EN_LIST
    place = cue.end
    while stop := _EN_STOP.search(lower, place, cue.until):
        place = stop.end()
        if stop["on"]:
            continue
        if stop["edge"]:
            return stop.end()
        if stop[0] == ",":
            listed = enumeration.match(lower, stop.start())
            # After a clause that stands in front the subject may follow: "without lidar, radar and sonar …".
            if listed and (not fronted or listed["last"] in ("or", "nor")):
                place = listed.end()
                continue
            return stop.start()
        if stop["mark"]:
            return stop.start()
        if stop.start() > cue.end and (stop["word"] or cue.kind != "matter"):
            return stop.start()
    end = cue.until
    while lower[end - 1] == " ":
        end -= 1
    return end


def _english_start(before: _Clause) -> int:
    """Where the thing before the words that deny begins: with its clause, or after another that has a verb."""
    start = 0
    for turn in _EN_TURN.finditer(before.text):
        said = before.text[: turn.start()]
        if not turn["joins"] or not said.strip() or _EN_HAS_VERB.search(said):
            start = turn.end()
    return before.start + start + len(before.text[start:]) - len(before.text[start:].lstrip())


def _english_comparisons(lower: str) -> Iterator[Stretch]:
    for match in _EN_COMPARED.finditer(lower):
        before = _clause(lower, match.start(), _EN_MARK, _EN_REACH)
        if not before.text.strip():  # what is compared with follows: "for comparison, lithium cobalt oxide was bought"
            example = "example" in match[0] and lower[before.start - 1 : before.start] != ","
            place = match.end() + lower.startswith(",", match.end())
            stop = (_EN_SENTENCE if example else _EN_MARK).search(lower, place, place + _EN_REACH)
            yield Stretch(match.start(), stop.start() if stop else min(place + _EN_REACH, len(lower)), Denial.COMPARED)
        elif before.whole and _nothing_follows(lower, match.end(), _EN_MARK):
            yield Stretch(_english_start(before), match.end(), Denial.COMPARED)
