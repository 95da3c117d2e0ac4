"""Invented official documents, each with what it says: a fictional Catalogue in every form in which a ministry prints.

No wording here stands in any real Catalogue. Everything follows from a seed: the same seed gives the same text.
Truth is given in the values that an import keeps, places unknown (`At(page=0, number=0)`); texts are as printed by a
careful typesetter, so a damaged copy is compared by `folded`.
"""

from __future__ import annotations

import datetime
import functools
import hashlib
import html
import io
import json
import random
import re
import time
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec
import numpy
import pylopdf_fonts_zh_cn
import pypdfium2
import typst
from docx import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from PIL import Image

from mulu.catalogue.wording import At, Clause, Entry, Operation, Target, printed
from mulu.vocabulary import Control

SEED = 20310318
NOWHERE = At(page=0, number=0)
TITLE = "中国禁止出口限制出口技术目录"
ANNOUNCEMENT = "2031年第7号"
PUBLISHED = datetime.date(2031, 3, 18)
AMENDMENT = "2033年第16号"
AMENDED = datetime.date(2033, 11, 2)
AMENDMENT_EFFECTIVE = datetime.date(2033, 12, 1)
PARTS = {Control.PROHIBITED: "禁止出口部分", Control.RESTRICTED: "限制出口部分"}
ORDINALS = "一二三四五六七八九十"


# What a document says


@dataclass(frozen=True, slots=True)
class Missing:
    """An industry heading that a damaged copy lacks, and the codes of the entries that stood under it."""

    control: Control
    industry: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A document that prints the list, or a page of it. `entries` are as printed; `missing` their lost headings."""

    path: Path
    entries: tuple[Entry, ...]
    title: str = TITLE
    announcement: str = ANNOUNCEMENT
    published: datetime.date = PUBLISHED
    effective: datetime.date = PUBLISHED
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Amending:
    """An announcement that amends `base`. `result` is the list after it; `clauses` are (label, clause as printed).

    All operations of one clause speak of the entry and of the numbers as they stood before that clause.
    """

    path: Path
    base: tuple[Entry, ...]
    operations: tuple[Operation, ...]
    result: tuple[Entry, ...]
    clauses: tuple[tuple[str, str], ...]
    announcement: str = AMENDMENT
    published: datetime.date = AMENDED
    effective: datetime.date = AMENDMENT_EFFECTIVE
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Broken:
    """An announcement with one clause that cannot be carried out; `operations` are those of the sound clauses."""

    path: Path
    base: tuple[Entry, ...]
    operations: tuple[Operation, ...]
    label: str
    clause: str
    bad: Operation | None  # what the broken clause asks for, where it can be read


@dataclass(frozen=True, slots=True)
class Token:
    """A number, unit, operator or code on a scanned page, in reading order, with the code of its entry."""

    kind: str  # "number", "unit", "operator" or "code"
    text: str
    entry: str


@dataclass(frozen=True, slots=True)
class Scanned:
    """A page without a text layer: what is printed on it, and the tokens that a person must confirm."""

    path: Path
    entries: tuple[Entry, ...]
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Forged:
    """A copy with one number altered. `entries` are as this copy prints them, `genuine` as the ministry did."""

    path: Path
    entries: tuple[Entry, ...]
    genuine: tuple[Entry, ...]
    code: str
    point: tuple[str, ...]
    was: str
    now: str


def folded(text: str) -> str:
    """The text without spaces and with one width: what a copy keeps however badly it was set."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(c for c in plain if not c.isspace() and unicodedata.category(c) != "Cf")


# Wording, all of it invented

# Division of GB/T 4754-2017: its name, a family of words, and things that only this catalogue knows.
INDUSTRIES: dict[str, tuple[str, str, str]] = {
    "01": ("农业", "life", "旱作霞稻 冬眠型芥蓝 赤穗高粱 银叶菌草 无刺山莓"),
    "02": ("林业", "life", "雾松容器苗 斑竹纤维林 橡浆树"),
    "03": ("畜牧业", "life", "霜蹄驯鹿 乌金绒山羊 短喙雉鸡 长鬃矮马"),
    "04": ("渔业", "life", "月斑石鲈 深水珠贝 盐湖银鱼"),
    "09": ("有色金属矿采选业", "matter", "镜铁夹层矿 盐沼卤泥 含铌粉砂"),
    "13": ("农副食品加工业", "life", "海藻胶 麦胚蛋白 葵盘果胶"),
    "14": ("食品制造业", "life", "红曲酸乳 桦树汁饮品 冻干花粉"),
    "15": ("酒、饮料和精制茶制造业", "life", "窖藏梨酒 苔香砖茶"),
    "17": ("纺织业", "matter", "蛛丝混纺纱 中空羽绒纤维 火浣布"),
    "22": ("造纸和纸制品业", "matter", "竹青皮纸 云母绝缘纸"),
    "24": ("文教、工美、体育和娱乐用品制造业", "craft", "错金漆屏 冰裂琉璃 点翠宫扇"),
    "26": (
        "化学原料和化学制品制造业",
        "matter",
        "氟桥联树脂 磷酸盐缓释剂 季铵型离聚物 硼杂环催化剂 荧光示踪染料 低羟基硅油",
    ),
    "27": ("医药制造业", "life", "石蕊苷片 海螵寡糖 琥珀酸微球 珍珠母注射液"),
    "29": ("橡胶和塑料制品业", "matter", "自愈合硅橡胶 泡沫聚酰亚胺 记忆型热缩套"),
    "30": ("非金属矿物制品业", "matter", "月桂釉陶 雪片石英 黑曜微晶玻璃 凝灰轻骨料"),
    "31": ("黑色金属冶炼和压延加工业", "matter", "羽纹双相钢 含氮马氏体钢 极薄硅钢带"),
    "32": ("有色金属冶炼和压延加工业", "matter", "镁钪合金 钛硼晶须 稀散金属靶材 铍青铜箔 铱铼坩埚"),
    "33": ("金属制品业", "matter", "蜂巢夹芯板 无缝波纹管"),
    "34": ("通用设备制造业", "machine", "磁悬浮鼓风机 摆线减速器 干式螺杆泵 气浮主轴 超临界换热器"),
    "35": ("专用设备制造业", "machine", "晶锭线切机 深海采样器 射流掘进机 电子束熔覆机 冷坩埚炉"),
    "36": ("汽车制造业", "machine", "轮毂电驱桥 双离合取力器"),
    "37": (
        "铁路、船舶、航空航天和其他运输设备制造业",
        "machine",
        "潮汐巡检艇 悬挂式单轨车 平流层浮空器 扑翼验证机 空间对接环",
    ),
    "38": ("电气机械和器材制造业", "matter", "钠离子软包电芯 高温超导线圈 铁硅软磁芯 磷酸盐正极浆料"),
    "39": (
        "计算机、通信和其他电子设备制造业",
        "signal",
        "毫米波收发组件 光子相控阵 抗辐照存储芯片 量子随机源 声表面波滤波器 柔性显示背板",
    ),
    "40": ("仪器仪表制造业", "signal", "冷原子梯度仪 太赫兹成像仪 光纤水听器 微陀螺组"),
    "44": ("电力、热力生产和供应业", "machine", "熔盐储热塔 干热岩循环井"),
    "48": ("土木工程建筑业", "machine", "沉管隧道接头 浮式桥墩"),
    "50": ("建筑装饰、装修和其他建筑业", "craft", "榫卯木构 灰塑脊饰"),
    "63": ("电信、广播电视和卫星传输服务", "signal", "低轨中继链路 跳频数传网 星载路由器"),
    "65": ("软件和信息技术服务业", "signal", "方言语音合成 编队任务规划 密文检索 手写古文字识别 个性化推送 多模态语料"),
    "73": ("研究和试验发展", "life", "胚层重编程 嗜盐菌底盘"),
    "74": ("专业技术服务业", "signal", "珊瑚礁测绘 海底地形反演 大地水准面"),
    "84": ("卫生", "life", "针灸铜人 脐血分装"),
    "88": ("文化艺术业", "craft", "皮影 编磬 壁画"),
}
_PROHIBITED = {
    "03": 2, "04": 1, "09": 1, "24": 2, "26": 1, "27": 3, "30": 2, "32": 3, "37": 2, "39": 2, "50": 1, "63": 1, "65": 1,
    "74": 2,
}  # fmt: skip
_RESTRICTED = {
    "01": 4, "02": 2, "03": 3, "04": 2, "09": 2, "13": 2, "14": 2, "15": 1, "17": 2, "22": 1, "24": 2, "26": 8, "27": 5,
    "29": 3, "30": 5, "31": 3, "32": 7, "33": 2, "34": 6, "35": 7, "36": 2, "37": 6, "38": 5, "39": 9, "40": 5, "44": 1,
    "48": 1, "63": 3, "65": 6, "73": 1, "84": 1, "88": 1,
}  # fmt: skip


def _words(text: str) -> list[str]:
    """Words set apart by spaces."""
    return text.split()


_POEMS = _words("青岚 鹤影 霜桥 云杉 玄鹿 白鹭 星澜 南麓 石榴 沧浪 飞廉 望舒 扶桑 凌霄 听泉 墨池")
_PROCESSES = {
    "life": _words("选育 组织培养 杂交制种 低温冻存 定向发酵 分离提取 活性保持 胚苗繁育 配方及炮制"),
    "matter": _words(
        "低温共烧 熔盐合成 气相沉积 梯度烧结 溶剂萃取分离 定向凝固 表面接枝 超细粉体制备 连续卷绕成型 回收再生"
    ),
    "machine": _words("精密装配 无损检测 在线监测 整机设计 变频驱动 柔性成形 减振降噪 故障预测"),
    "signal": _words("波束控制 编解码 信号处理 封装测试 建模仿真 容错调度 精密标定 数据融合"),
    "craft": _words("复制 修复 鉴定 髹饰 仿古制作"),
}
_METHODS = {
    "life": _words("逐代回交 双层滤膜灌注 低氧驯化 梯度复水 暗期补光 恒化培养 固液两相发酵 程序降温"),
    "matter": _words("溶胶-凝胶 共沉淀 放电等离子烧结 喷雾热解 流延叠层 逆流萃取 磁控溅射 水热晶化 分步碳化"),
    "machine": _words("五轴联动 液压胀形 等温模锻 主动悬浮 双闭环伺服 射流抛光 过盈热装"),
    "signal": _words("自适应滤波 稀疏重构 联合编码 载波相位差分 盲源分离 注意力加权 片上校准 跳时扩频"),
    "craft": _words("失蜡铸造 裱褙托芯 大漆封护 烟熏做旧 朱砂勾填"),
}
_STUFF = {
    "life": _words("菌株SX-17 β-葡聚糖 甘露糖醇 “赤霞”系亲本 海藻糖 N-乙酰氨基葡萄糖 酵母Y36"),
    "matter": _words(
        "LiFePO4 Nd2Fe14B SiC Al2O3 ZrO2 YBa2Cu3O7 BaTiO3 LiNi0.8Co0.1Mn0.1O2 TiB2 Sm2Co17 Na3V2(PO4)3 P507 P204 N235 "
        "AZ31B钪改性坯料 CaCO3晶须"
    ),
    "machine": _words("GCr15轴承钢 AZ31B框架 Ti6Al4V叶盘 “飞廉”Ⅱ型机芯 LTC-9A密封环 碳纤维轮缘"),
    "signal": _words("GaN功放 InP衬底 LiNbO3波导 “望舒”3号星历 HX-3型终端 SiO2光栅 VO2开关阵列"),
    "craft": _words("生漆 《漆经补注》所载配比 CuCO3·Cu(OH)2 “松烟”墨锭 KAl(SO4)2·12H2O 鱼鳔胶"),
}
_WARES = {
    "life": _words("纯系种质 冻干制剂 原液 亲本配套系 种苗 粗提物"),
    "matter": _words("粉体 坯片 薄膜 涂层 复合材料 靶坯 浆料 晶体"),
    "machine": _words("整机 传动组件 主轴单元 控制柜 密封结构 试验台"),
    "signal": _words("模块 算法 芯片 处理机 软件包 接收机 数据集"),
    "craft": _words("作坊配方 工序 器物 颜料 底胎"),
}
# What is measured: name, unit, least, most, decimals.
_MEASURES: dict[str, list[tuple[str, str, float, float, int]]] = {
    "life": [
        ("发芽率", "%", 60, 99, 0), ("含水率", "%", 2, 14, 1), ("活菌数", "亿CFU/g", 2, 80, 0), ("培养温度", "℃", 4, 42, 1),
        ("传代次数", "代", 3, 60, 0), ("冻存存活率", "%", 50, 98, 1), ("比活力", "IU/mg", 120, 9000, 0), ("粒径", "μm", 0.2, 90, 1),
        ("亩产", "kg", 280, 1100, 0), ("贮藏期", "个月", 6, 36, 0), ("pH值", "", 2.5, 8.5, 1),
    ],
    "matter": [
        ("压实密度", "g/cm³", 1.2, 4.8, 2), ("纯度", "%", 99, 99.9999, 3), ("平均粒径", "μm", 0.05, 40, 2),
        ("抗拉强度", "MPa", 180, 2600, 0), ("可逆比容量", "mA·h/g", 110, 480, 0), ("烧结温度", "℃", 420, 1980, 0),
        ("介电常数", "", 2.1, 90, 1), ("热导率", "W/(m·K)", 12, 480, 0), ("最大磁能积", "kJ/m³", 120, 440, 0),
        ("比表面积", "m²/g", 2, 900, 1), ("开孔率", "%", 5, 92, 1), ("杂质总量", "ppm", 1, 80, 0), ("膜厚", "nm", 2, 900, 0),
        ("矫顽力", "kA/m", 800, 2800, 0),
    ],
    "machine": [
        ("额定功率", "kW", 1.5, 9000, 1), ("转速", "r/min", 900, 120000, 0), ("重复定位精度", "μm", 0.2, 20, 1),
        ("工作压力", "MPa", 0.4, 120, 1), ("起吊质量", "t", 2, 900, 0), ("极限真空度", "Pa", 0.001, 5, 3), ("载荷", "kN", 4, 6000, 0),
        ("无故障时间", "h", 2000, 60000, 0), ("外径", "mm", 8, 12000, 0), ("振动烈度", "mm/s", 0.3, 7.1, 2), ("潜深", "m", 100, 9000, 0),
    ],
    "signal": [
        ("工作频率", "GHz", 0.4, 340, 1), ("地面分辨率", "m", 0.1, 5, 2), ("功耗", "mW", 2, 900, 0), ("采样率", "GS/s", 1, 64, 1),
        ("信噪比", "dB", 20, 120, 0), ("信息速率", "Gbit/s", 0.5, 800, 1), ("波长", "nm", 380, 1700, 0), ("端到端时延", "ms", 0.5, 250, 1),
        ("识别准确率", "%", 70, 99.9, 1), ("语料时长", "小时", 200, 90000, 0), ("零偏稳定性", "°/h", 0.001, 2, 3), ("总剂量", "krad(Si)", 50, 600, 0),
    ],
    "craft": [
        ("胎厚", "mm", 0.5, 12, 1), ("髹涂遍数", "道", 6, 120, 0), ("阴干湿度", "%", 55, 85, 0), ("窖藏年限", "年", 3, 60, 0),
        ("复原色差ΔE", "", 0.5, 5, 1), ("音准偏差", "音分", 1, 20, 0), ("焙烧温度", "℃", 600, 1320, 0),
    ],
}  # fmt: skip
_PLACES = _words("寒旱地区 高盐雾环境 真空条件 深水高压 强辐照场 无菌车间 高原低氧环境 野外连续作业")


class Author:
    """Writes names and control points of one family of words."""

    def __init__(self, rng: random.Random, family: str, subject: str) -> None:
        self.rng, self.family, self.subject = rng, family, subject

    def one(self, words: Sequence[str]) -> str:
        return self.rng.choice(words)

    def parameter(self) -> str:
        """A measure with its threshold, in one of the ways in which ministries print thresholds."""
        what, unit, low, high, decimals = self.rng.choice(_MEASURES[self.family])
        spaced = " " if unit and unit not in ("%", "℃", "代", "道", "年", "个月") and self.rng.random() < 0.6 else ""
        tail = spaced + unit

        def value(least: float, most: float) -> str:
            return f"{self.rng.uniform(least, most):.{decimals}f}"

        middle = (low + high) / 2
        if self.rng.random() < 0.22:
            wave = self.one(("~", "～", "-", "至"))
            return f"{what}{self.one(('为', '在', ''))}{value(low, middle)}{wave}{value(middle, high)}{tail}"
        number = value(low, high)
        if self.rng.random() < 0.15:
            return f"{what}在{number}{tail}{self.one(('以上', '以下', '及以上'))}"
        spelled = self.one(
            ("≥", "≤", "不低于", "不高于", "大于", "小于", "≥", "≤", "＞", "<", "达到", "不少于", "优于")
        )
        gap = " " if spelled in "≥≤" and self.rng.random() < 0.3 else ""
        return f"{what}{gap}{spelled}{gap}{number}{tail}"

    def clauses(self, least: int, most: int) -> str:
        """Several parameters in a row, without repeating a measure."""
        seen: dict[str, str] = {}
        for _ in range(self.rng.randint(least, most) * 3):
            said = self.parameter()
            seen.setdefault(said[:3], said)
        return self.one(("、", "，", "，且")).join(list(seen.values())[: self.rng.randint(least, most)])

    def name(self) -> str:
        process = self.one(_PROCESSES[self.family])
        poem = self.one(_POEMS) if self.rng.random() < 0.3 else ""
        form = self.rng.random()
        if form < 0.62:
            return f"{poem}{self.subject}{process}技术"
        if form < 0.74:
            other = self.one([p for p in _PROCESSES[self.family] if p != process])
            return f"{poem}{self.subject}{process}、{other}技术"
        if form < 0.82:
            return f"{poem}{self.subject}{process}技术及{self.one(('专用装备', '应用', '工艺参数', '配套软件'))}"
        if form < 0.9:
            return f"{self.subject}（{self.one(_STUFF[self.family])}）{process}技术"
        if form < 0.95:
            return f"{self.one(_STUFF[self.family])}{self.subject}{process}工艺技术"
        return f"{poem}{self.subject}{process}技术（{self.one(('含种源', '小批量试制', '仿制品除外', '4英寸及以上'))}）"

    def short(self) -> str:
        make = self.one(_METHODS[self.family])
        ware = self.one(_WARES[self.family])
        return self.one(
            (
                f"{self.subject}{ware}",
                f"{make}工艺",
                f"{make}用{ware}配方",
                f"{self.subject}的{make}方法",
                f"{ware}的{self.one(('保藏', '标定', '鉴别', '封装', '检验'))}方法",
                f"{self.subject}{self.one(('图纸', '工艺卡', '源代码', '试验数据', '标准样'))}",
            )
        )

    def medium(self) -> str:
        make = self.one(_METHODS[self.family])
        ware = self.one(_WARES[self.family])
        stuff = self.one(_STUFF[self.family])
        return self.one(
            (
                f"{self.parameter()}的{ware}制备技术",
                f"采用{make}法制得的{ware}，{self.clauses(1, 3)}",
                f"以{stuff}为主要原料、{self.clauses(1, 2)}的{self.subject}{ware}",
                f"用于{self.one(_PLACES)}的{self.subject}{make}技术（{self.one(('教学演示', '民用取暖', '博物馆陈列', '单件维修'))}用途除外）",
                f"{self.subject}{make}的工艺参数，包括{self.one(('升温', '进料', '补料'))}速率、{self.one(('保压', '静置', '恒温'))}时间和{ware}的后处理",
                f"{stuff}与{self.subject}的{self.one(('配比', '界面匹配', '联用'))}技术，{self.parameter()}",
                f"{self.rng.choice((1996, 2004, 2012, 2027))}年以后定型的{self.subject}{ware}，{self.parameter()}",
                f"不经{make}即可使{self.parameter()}的方法",
                f"“{self.one(_POEMS)}”型{ware}的{make}技术，{self.clauses(1, 2)}",
                f"按《{self.subject}{self.one(('通则', '图谱', '操作规程'))}》试制的{ware}",
                f"{self.clauses(2, 3)}的{self.subject}{self.one(('及其', '和'))}{ware}的设计、制造、调试技术",
            )
        )

    def long(self) -> str:
        stuff = self.one(_STUFF[self.family])
        make, other = self.rng.sample(_METHODS[self.family], 2)
        wares = self.rng.sample(_WARES[self.family], 3)
        head = self.one(
            (
                f"同时满足以下条件的{self.subject}{wares[0]}：{self.clauses(2, 3)}；{self.clauses(1, 3)}；经{make}处理后{self.parameter()}",
                f"{self.subject}的{make}—{other}联合工艺，所用{stuff}{self.one(('的', '中'))}{self.parameter()}，成品{self.clauses(2, 4)}",
                f"以{make}、{other}或者二者结合的方式，由{'、'.join(wares)}制备{self.subject}的全流程技术（{self.parameter()}的除外）",
            )
        )
        if self.rng.random() < 0.6:
            head += self.one(
                (
                    f"；其中，在{self.one(_PLACES)}下连续运行{self.rng.randint(2, 90)}0 h后，{self.parameter()}，并能与{stuff}配套使用",
                    f"，以及为此专门设计的{wares[1]}、{wares[2]}（仅用于{self.one(('校验', '展览', '维修替换'))}且{self.parameter()}的除外）",
                    f"，{self.one(('但', '惟'))}2031年1月1日前已公开发表的{wares[2]}{other}方法除外",
                )
            )
        return head

    def longest(self) -> str:
        """A point that fills a page's column: conditions kept apart by `；`, with a measurement in brackets."""
        said = "；".join(
            f"{self.one(('采用', '经', '借助'))}{make}处理，{self.clauses(1, 3)}（按《{self.subject}检验规程》第{n}.{n + 1}条测定）"
            for n, make in enumerate(self.rng.sample(_METHODS[self.family], 4), 2)
        )
        return f"{self.subject}的成套技术，即{said}；或者{self.clauses(2, 3)}的其他{self.one(_WARES[self.family])}"

    def text(self, before: int = 0) -> str:
        """The wording of a point; `before` points stand above it and may be spoken of."""
        choice = self.rng.random()
        if before and choice < 0.05:
            return f"同控制要点{self.rng.randint(1, before)}"
        if before and choice < 0.1:
            return f"实现控制要点{self.rng.randint(1, before)}所述{self.subject}的专用{self.one(_WARES[self.family])}，{self.parameter()}"
        text = self.short() if choice < 0.3 else self.medium() if choice < 0.76 else self.long()
        if choice > 0.97:
            text = self.longest()
        return text if len(text) <= 300 else self.medium()

    def intro(self) -> str:
        return self.one(
            (
                f"具有以下特征之一的{self.subject}{self.one(_WARES[self.family])}",
                f"{self.subject}{self.one(_METHODS[self.family])}技术，包括",
                f"满足下列全部条件的{self.one(_WARES[self.family])}制备技术（2.5 kg以下试样除外）",
                "下列任一项技术",
            )
        )

    def point(self, number: int, *, nested: float = 0.16, numbered: bool = True) -> Clause:
        if self.rng.random() >= nested:
            text = self.text(number - 1)
            if numbered and text[0].isascii() and text[0].isdigit():
                text = "对" + text  # a number after "1." reads as a decimal; no typesetter would leave it
            return Clause(number=str(number), text=text, at=NOWHERE, numbered=numbered)
        parts = [self.part(n) for n in range(1, self.rng.randint(2, 5) + 1)]
        if self.rng.random() < 0.35:
            which = self.rng.randrange(len(parts))
            small = [
                Clause(number=str(n), text=self.rng.choice((self.short, self.parameter))(), at=NOWHERE)
                for n in range(1, self.rng.randint(2, 4) + 1)
            ]
            parts[which] = msgspec.structs.replace(parts[which], text=self.intro() + "：", parts=tuple(small))
        text = (
            f"{self.intro()}："
            if number == 1 or self.rng.random() < 0.8
            else f"控制要点{number - 1}以外的{self.intro()}："
        )
        return Clause(number=str(number), text=text, at=NOWHERE, parts=tuple(parts), numbered=numbered)

    def part(self, number: int) -> Clause:
        text = self.rng.choice((self.short, self.medium, lambda: self.clauses(1, 2)))()
        if number > 2 and self.rng.random() < 0.15:
            text = f"第（{number - 1}）项所述{self.one(_WARES[self.family])}的{self.one(_METHODS[self.family])}工艺"
        return Clause(number=str(number), text=text, at=NOWHERE)

    def points(self, count: int) -> tuple[Clause, ...]:
        written: list[Clause] = []
        seen: set[str] = set()
        numbered = count > 1 or self.rng.random() < 0.12
        while len(written) < count:
            point = self.point(len(written) + 1, numbered=numbered)
            if point.text not in seen or point.parts:
                seen.add(point.text)
                written.append(point)
        return punctuated(tuple(written), self.rng.choice(("", "", "", "；", "；", "。")))


def punctuated(points: tuple[Clause, ...], mark: str) -> tuple[Clause, ...]:
    """The points ended with a mark; a list kept by `；` ends with `。`, and parts are always kept so."""

    def end(clause: Clause, sign: str) -> Clause:
        if clause.parts:
            last = len(clause.parts) - 1
            inner = sign or ("。" if mark else "")
            parts = tuple(end(part, inner if n == last else "；") for n, part in enumerate(clause.parts))
            return msgspec.structs.replace(clause, parts=parts)
        return msgspec.structs.replace(clause, text=clause.text + sign)

    if mark != "；":
        return tuple(end(point, mark) for point in points)
    return tuple(end(point, "。" if n == len(points) - 1 else "；") for n, point in enumerate(points))


def author(rng: random.Random, division: str) -> Author:
    _, family, subjects = INDUSTRIES[division]
    return Author(rng, family, rng.choice(subjects.split()))


def division_of(entry: Entry) -> str:
    assert entry.code is not None
    return entry.code[2:4]


@functools.lru_cache(maxsize=8)
def catalogue(seed: int = SEED) -> tuple[Entry, ...]:
    """The list: 24 prohibited and 110 restricted entries, in the order of their industries, without serials."""
    rng = random.Random(seed)
    names: set[tuple[Control, str]] = set()
    entries: list[Entry] = []
    for control, shares in ((Control.PROHIBITED, _PROHIBITED), (Control.RESTRICTED, _RESTRICTED)):
        for division, share in shares.items():
            for number in range(1, share + 1):
                name, points = _entry(rng, division, control, names)
                if control is Control.RESTRICTED and number == 1 and division in ("27", "39"):
                    name = next(e.name for e in entries if division_of(e) == division)  # one name in both parts
                year = rng.choice(("08", "08", "08", "20", "23", "23", "31"))
                entries.append(
                    Entry(
                        control=control,
                        name=name,
                        at=NOWHERE,
                        code=f"{year}{division}{number:02d}{control.letter}",
                        industry=INDUSTRIES[division][0],
                        points=points,
                    )
                )
    return tuple(entries)


def _entry(
    rng: random.Random, division: str, control: Control, names: set[tuple[Control, str]]
) -> tuple[str, tuple[Clause, ...]]:
    while True:
        writer = author(rng, division)
        name = writer.name()
        if (control, name) not in names:
            names.add((control, name))
            break
    count = rng.choices(range(1, 10), (30, 17, 16, 12, 9, 6, 4, 3, 3))[0]
    if count == 1 and rng.random() < 0.12:
        begins = rng.choice(("2.4 GHz以上频段的", "1.5 μm以下颗粒的", "3.2 MPa高压下的"))
        text = f"{begins}{writer.short()}，{writer.clauses(1, 2)}"
        return name, (Clause(number="1", text=text, at=NOWHERE, numbered=False),)
    return name, writer.points(count)


def numbered(entries: Iterable[Entry], *, running: bool) -> tuple[Entry, ...]:
    """The entries with serial numbers, running through both parts or beginning again in each."""
    counts = dict.fromkeys(Control, 0)
    done = []
    for total, entry in enumerate(entries, 1):
        counts[entry.control] += 1
        done.append(msgspec.structs.replace(entry, serial=total if running else counts[entry.control]))
    return tuple(done)


# How it is printed


@dataclass(frozen=True, slots=True)
class Hand:
    """The habits of one typesetter: what stands behind a point's number, and how a copy is worn."""

    number: str = "{}."
    wear: Wear | None = None
    breaks: bool = False  # whether lines are broken within paragraphs

    def label(self, clause: Clause, depth: int) -> str:
        if depth == 0:
            return self.number.format(clause.number) if clause.numbered else ""
        return printed(clause.number, depth)

    def lines(self, points: Iterable[Clause], *, breaks: bool = False) -> list[str]:
        """Every point and part on a line of its own."""
        return [line for point in points for line in self._lines(point, 0, breaks)]

    def _lines(self, clause: Clause, depth: int, breaks: bool) -> list[str]:
        lines = [self.label(clause, depth) + self.worn(clause.text, breaks)]
        for part in clause.parts:
            lines += self._lines(part, depth + 1, breaks)
        return lines

    def cell(self, points: Iterable[Clause], *, run_on: bool, breaks: bool = False) -> list[str]:
        """The lines of a cell; with `run_on` the parts follow their point on its own line."""
        if not run_on:
            return self.lines(points, breaks=breaks)
        return ["".join(self._lines(point, 0, breaks)) for point in points]

    def worn(self, text: str, breaks: bool = False) -> str:
        return text if self.wear is None else self.wear.text(text, breaks=breaks)

    def short(self, text: str, breaks: bool = False) -> str:
        """A code, a name or a label."""
        return text if self.wear is None else self.wear.short(text, breaks=breaks)


_NUMBERING = re.compile(
    r"\s*(?:[0-9０-９]{1,2}\s*(?:[.．](?![0-9０-９])|、)|[（(][0-9０-９]+[）)]|[①-⑳]|[一二三四五六七八九十]+、|编号|技术名称|控制要点)"
)
_ODD_SPACES = ("\u0020", "\u0020", "\u3000", "\u00a0", "\u200b")
_TO_WIDE = {c: c + 0xFEE0 for c in (*range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B))}
_TO_NARROW = str.maketrans({"：": ":", "，": ",", "；": ";", "（": "(", "）": ")"})


class Wear:
    """Damages text as careless typesetting and conversion do, without changing what it says."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def text(self, text: str, *, breaks: bool) -> str:
        """A wording with odd spaces, broken lines and mixed widths; its first characters stay as they are."""
        if self.rng.random() < 0.25:
            text = text[:2] + text[2:].translate(_TO_NARROW)
        if self.rng.random() < 0.15:
            text = re.sub(r"[0-9.]+", lambda m: m.group().translate(_TO_WIDE).replace(".", "．"), text)
        elif self.rng.random() < 0.12:
            text = text.translate(_TO_WIDE)
        out: list[str] = []
        for place, char in enumerate(text):
            if 6 <= place < len(text) - 1:
                before = text[place - 1]
                chance = self.rng.random()
                if chance < 0.012 and breaks and not _NUMBERING.match(text[place:]):
                    out.append("\n")
                elif chance > 0.975 and not {before, char} & set(".．") and not _NUMBERING.match(text[place:]):
                    out.append(self.rng.choice(_ODD_SPACES))
            out.append(char)
        return "".join(out)

    def short(self, text: str, *, breaks: bool) -> str:
        if self.rng.random() < 0.12:
            text = text.translate(_TO_WIDE)
        if len(text) > 3 and self.rng.random() < 0.3:
            place = self.rng.randrange(2, len(text) - 1)
            text = text[:place] + (self.rng.choice(_ODD_SPACES) if not breaks else "\n") + text[place:]
        return text

    def labelled(self, label: str) -> str:
        """A label such as 编号： with the spaces and colons that clerks put there."""
        if self.rng.random() < 0.4:
            place = self.rng.randrange(1, len(label))
            label = label[:place] + self.rng.choice(("\u0020", "\u3000", "\u00a0")) + label[place:]
        return label + self.rng.choice(("：", ":", "： ", "﹕"))


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph and what it is: title, number, body, sign, part, industry, entry, point, clause."""

    kind: str
    text: str
    depth: int = 0


def front(hand: Hand) -> list[Para]:
    """What stands before the list."""
    return [
        Para("title", f"商务部　科技部公告{ANNOUNCEMENT}"),
        Para("title", f"关于公布《{TITLE}》的公告"),
        Para("body", f"现公布修订后的《{TITLE}》，共计134项，其中禁止出口24项，限制出口110项，自公布之日起施行。"),
        Para("sign", "商务部　科技部"),
        Para("sign", "2031年3月18日"),
        Para("body", "附件"),
        Para("title", TITLE),
    ]


def sections(entries: Iterable[Entry]) -> list[tuple[Control, list[tuple[str, list[Entry]]]]]:
    """The entries by part and, in it, by industry, in their order."""
    return [
        (control, [(industry or "", list(held)) for industry, held in groupby(part, key=lambda e: e.industry)])
        for control, part in groupby(entries, key=lambda e: e.control)
    ]


def ordinal(number: int) -> str:
    """A number as a Chinese ordinal, up to 99."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return ORDINALS[ones - 1]
    return ("" if tens == 1 else ORDINALS[tens - 1]) + "十" + (ORDINALS[ones - 1] if ones else "")


def lost(entries: Sequence[Entry], seed: int) -> tuple[Missing, ...]:
    """Two industry headings to leave out: the first of the restricted part, and one within it."""
    groups = dict(sections(entries))[Control.RESTRICTED]
    within = random.Random(seed).randrange(4, len(groups) - 2)
    return tuple(
        Missing(Control.RESTRICTED, industry, tuple(str(e.code) for e in held))
        for industry, held in (groups[0], groups[within])
    )


def without(entries: Iterable[Entry], missing: Iterable[Missing]) -> tuple[Entry, ...]:
    """The entries as a copy shows them that lacks these headings."""
    codes = {code for gone in missing for code in gone.codes}
    return tuple(msgspec.structs.replace(e, industry=None) if e.code in codes else e for e in entries)


def list_paragraphs(entries: Sequence[Entry], hand: Hand, missing: tuple[Missing, ...] = ()) -> list[Para]:
    """The list in paragraphs: part, industry, and for each entry its code, name and points."""
    gone = {(m.control, m.industry) for m in missing}
    written: list[Para] = []
    for number, (control, groups) in enumerate(sections(entries), 1):
        written.append(Para("part", f"{ordinal(number)}、{PARTS[control]}"))
        for place, (industry, held) in enumerate(groups, 1):
            if (control, industry) not in gone:
                written.append(Para("industry", f"（{ordinal(place)}）{hand.short(industry)}"))
            for entry in held:
                written += entry_paragraphs(entry, hand)
    return written


def entry_paragraphs(entry: Entry, hand: Hand) -> list[Para]:
    def label(text: str) -> str:
        return f"{text}：" if hand.wear is None else hand.wear.labelled(text)

    first, *rest = _deep_lines(entry.points, hand)
    return [
        Para("entry", label("编号") + hand.short(str(entry.code))),
        Para("entry", label("技术名称") + hand.short(entry.name)),
        Para("point", label("控制要点") + first[1]),
        *(Para("point", text, depth) for depth, text in rest),
    ]


def _deep_lines(points: Iterable[Clause], hand: Hand, depth: int = 0) -> list[tuple[int, str]]:
    lines: list[tuple[int, str]] = []
    for clause in points:
        lines.append((depth, hand.label(clause, depth) + hand.worn(clause.text, hand.breaks)))
        lines += _deep_lines(clause.parts, hand, depth + 1)
    return lines


def runs_on(entry: Entry) -> bool:
    """Whether this entry's parts are set behind their point, as every sixth typesetter does."""
    return int(hashlib.sha256(str(entry.code).encode()).hexdigest(), 16) % 6 == 0


# PDF

_FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
_FORMULA = re.compile(r"[A-Z][A-Za-z0-9.()·]*[A-Za-z)][0-9][A-Za-z0-9.()·]*")
_STOICHIOMETRY = re.compile(r"(?<=[A-Za-z)])([0-9]+(?:\.[0-9]+)?)")
_CHEMICALS = frozenset(
    _words(
        "LiFePO4 Nd2Fe14B Al2O3 ZrO2 YBa2Cu3O7 BaTiO3 LiNi0.8Co0.1Mn0.1O2 TiB2 Sm2Co17 Na3V2(PO4)3 CaCO3 LiNbO3 SiO2 VO2 "
        "CuCO3·Cu(OH)2 KAl(SO4)2·12H2O"
    )
)


def pieces(text: str) -> list[tuple[str, bool]]:
    """The text cut into pieces on the line and pieces set low, as the digits of a formula are."""
    out: list[tuple[str, bool]] = []
    done = 0
    for formula in _FORMULA.finditer(text):
        if formula.group() not in _CHEMICALS:
            continue
        for digits in _STOICHIOMETRY.finditer(formula.group()):
            start = formula.start() + digits.start()
            out += [(text[done:start], False), (digits.group(), True)]
            done = start + len(digits.group())
    return [*out, (text[done:], False)]


def _set(text: str, *, low: bool = True) -> str:
    """Typst code that sets a text; its line breaks are kept."""
    said = []
    for line in text.split("\n"):
        cut = pieces(line) if low else [(line, False)]
        said.append(" + ".join(f"sub({_quoted(t)})" if sub else f"[#{_quoted(t)}]" for t, sub in cut if t) or "[]")
    return " + linebreak() + ".join(said)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _pdf(source: str, path: Path) -> None:
    made = typst.compile(
        source.encode(),
        font_paths=[str(_FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        timestamp=datetime.datetime(2031, 3, 18, tzinfo=datetime.UTC),
        pdf_tags=False,
    )
    path.write_bytes(made)


def _page(
    size: float, *, margin: str = "(x: 2.4cm, top: 2.6cm, bottom: 2.4cm)", columns: int = 1, foot: bool = True
) -> str:
    footer = "context align(center, text(size: 10pt)[— #counter(page).display() —])" if foot else "none"
    return (
        f'#set page(paper: "a4", margin: {margin}, columns: {columns}, footer: {footer})\n'
        f'#set text(font: "Noto Serif SC", size: {size}pt, lang: "zh", region: "cn")\n'
        '#let black(size, body) = text(font: "Noto Sans SC", size: size, body)\n'
    )


def _opening(hand: Hand) -> str:
    """The announcement on page 1, above the list."""
    lines = []
    for para in front(hand):
        if para.kind == "title":
            size = 17 if para.text == TITLE else 14
            lines.append(f"#align(center, black({size}pt, {_set(para.text)}))\n#v(4pt)")
        elif para.kind == "sign":
            lines.append(f"#align(right, {_set(para.text)})")
        else:
            lines.append(f"#par(first-line-indent: 2em, {_set(para.text)})")
    return "\n".join(lines) + "\n"


def _table(
    entries: Sequence[Entry], hand: Hand, *, breaks: bool, missing: tuple[Missing, ...], headings: bool = True
) -> str:
    """The ruled table of each part, an industry in a row across it, the head repeated on every page."""
    gone = {(m.control, m.industry) for m in missing}
    out = []
    heads = ["序号", "编号", "技术名称", "控制要点"]
    if hand.wear is not None:
        heads = ["序 号", "编　号", "技术\n名称", "控制要点"]
    head = ", ".join(f"align(center, black(10pt, {_set(h)}))" for h in heads)
    for number, (control, groups) in enumerate(sections(entries), 1):
        if headings:
            out.append(f"#v(6pt)\n#black(13pt, {_set(f'{ordinal(number)}、{PARTS[control]}')})\n#v(2pt)")
        cells = [f"table.header({head})"]
        for industry, held in groups:
            if (control, industry) not in gone:
                cells.append(f"table.cell(colspan: 4, align: center, black(10pt, {_set(hand.short(industry))}))")
            for entry in held:
                lines = hand.cell(entry.points, run_on=runs_on(entry), breaks=breaks)
                cells += [
                    f"align(center, [{entry.serial}])",
                    f"align(center, {_set(hand.short(str(entry.code), breaks), low=False)})",
                    f"{_set(hand.short(entry.name, breaks))}",
                    f"{_set(chr(10).join(lines))}",
                ]
        out.append(
            "#table(columns: (1.15cm, 2.25cm, 3.6cm, 1fr), inset: (x: 5pt, y: 3.6pt), stroke: 0.5pt, align: left + horizon, "
            + ",\n".join(cells)
            + ")\n"
        )
    return "\n".join(out)


def table_pdf(folder: Path, seed: int = SEED, every: int = 1) -> Listed:
    """The whole list as the ministry prints it: an announcement, and a ruled table of about thirty pages.

    `every`: only each so-manieth entry, for who needs fewer pages.
    """
    entries = numbered(catalogue(seed)[::every], running=False)
    path = folder / "table.pdf"
    _table_pdf(path, entries, Hand())
    return Listed(path, entries)


def _table_pdf(path: Path, entries: Sequence[Entry], hand: Hand, missing: tuple[Missing, ...] = ()) -> None:
    body = _table(entries, hand, breaks=hand.wear is not None, missing=missing)
    _pdf(_page(10.5) + "#set par(leading: 0.68em)\n" + _opening(hand) + body, path)


def list_pdf(folder: Path, seed: int = SEED) -> Listed:
    """The whole list in paragraphs, numbers with a space behind them."""
    path = folder / "list.pdf"
    _list_pdf(path, catalogue(seed), Hand(number="{}. "), columns=1)
    return Listed(path, catalogue(seed))


def _list_pdf(
    path: Path, entries: Sequence[Entry], hand: Hand, *, columns: int, missing: tuple[Missing, ...] = ()
) -> None:
    lines = [
        _page(12 if columns == 1 else 9.5, columns=columns),
        "#set par(leading: 0.8em, justify: true, spacing: 0.9em)",
        _opening(hand),
    ]
    for para in list_paragraphs(entries, hand, missing):
        lines.append(_typst_paragraph(para))
    _pdf("\n".join(lines), path)


def _typst_paragraph(para: Para) -> str:
    if para.kind == "part":
        return f"#v(6pt)\n#par(first-line-indent: 2em, black(14pt, {_set(para.text)}))"
    if para.kind == "industry":
        return f"#v(3pt)\n#par(first-line-indent: (amount: 2em, all: true), black(12pt, {_set(para.text)}))"
    indent = 2 + para.depth * (1 if para.depth else 0)
    return f"#par(first-line-indent: (amount: {indent}em, all: true), {_set(para.text)})"


# DOCX


def _run_in(paragraph: Any, text: str, *, bold: bool = False, size: float | None = None) -> None:
    for said, low in pieces(text):
        if said:
            run = paragraph.add_run(said)
            run.bold = bold or None
            run.font.subscript = low or None
            if size is not None:
                run.font.size = Pt(size)


def _docx(paragraphs: Iterable[Para]) -> Any:
    document = Docx()
    document.styles["Normal"].font.name = "仿宋_GB2312"
    document.styles["Normal"].element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋_GB2312")
    document.styles["Normal"].font.size = Pt(14)
    for para in paragraphs:
        _docx_paragraph(document, para)
    return document


def _docx_paragraph(document: Any, para: Para) -> None:
    made = document.add_paragraph()
    if para.kind == "title":
        made.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif para.kind == "sign":
        made.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    else:
        made.paragraph_format.first_line_indent = Cm(1 + 0.4 * para.depth)
    heading = para.kind in ("title", "part", "industry")
    _run_in(made, para.text, bold=heading, size=18 if para.kind == "title" else None)


def list_docx(folder: Path, seed: int = SEED) -> Listed:
    """The whole list in Word paragraphs."""
    path = folder / "list.docx"
    hand = Hand(number="{}. ")
    _docx([*front(hand), *list_paragraphs(catalogue(seed), hand)]).save(path)
    return Listed(path, catalogue(seed))


def table_docx(folder: Path, seed: int = SEED) -> Listed:
    """The whole list in Word tables, one a part, with merged industry rows and a paragraph for each point."""
    entries = numbered(catalogue(seed), running=True)
    path = folder / "table.docx"
    hand = Hand(number="{}．")
    document = _docx(front(hand))
    document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)
    for number, (control, groups) in enumerate(sections(entries), 1):
        _docx_paragraph(document, Para("part", f"{ordinal(number)}、{PARTS[control]}"))
        table = document.add_table(rows=1, cols=4)
        table.style = "Table Grid"
        for cell, said in zip(table.rows[0].cells, ("序号", "编号", "技术名称", "控制要点"), strict=True):
            cell.text = said
        repeated = OxmlElement("w:tblHeader")
        table.rows[0]._tr.get_or_add_trPr().append(repeated)
        for industry, held in groups:
            cells = table.add_row().cells
            merged = cells[0].merge(cells[3])
            merged.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
            _run_in(merged.paragraphs[0], industry, bold=True)
            for entry in held:
                cells = table.add_row().cells
                cells[0].text, cells[1].text = str(entry.serial), str(entry.code)
                _run_in(cells[2].paragraphs[0], entry.name)
                first, *rest = hand.cell(entry.points, run_on=runs_on(entry))
                _run_in(cells[3].paragraphs[0], first)
                for line in rest:
                    _run_in(cells[3].add_paragraph(), line)
    document.save(path)
    return Listed(path, entries)


# HTML and plain text


def _html(text: str) -> str:
    said = "".join(f"<sub>{html.escape(t)}</sub>" if low else html.escape(t, quote=False) for t, low in pieces(text))
    return said.replace("≥", "&ge;").replace("\n", "<br/>")


def _website(title: str, body: str) -> str:
    """A ministry's page around a text."""
    return f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8"/>
<title>{title}_示例部公开目录</title>
<style>.nav li{{float:left}} .TRS_Editor p{{text-indent:2em}} td{{border:1px solid #000}}</style>
<script>var _hmt = _hmt || []; var code = "083201X"; function share() {{ return "一、禁止出口部分"; }}</script>
</head>
<body>
<div class="header"><a href="/">示例部</a><ul class="nav"><li><a href="/jg/">机构</a></li><li><a href="/xw/">新闻</a></li>
<li><a href="/zc/">政策发布</a></li><li><a href="/fw/">办事服务</a></li></ul></div>
<div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="/zc/">政策发布</a> &gt; 公告</div>
<div class="content">
<h1>{title}</h1>
<div class="info">发布时间：2031-03-18 10:24　来源：示例部　<a href="javascript:share()">【打印】</a> 字体：[<a>大</a> <a>中</a> <a>小</a>]</div>
<div class="TRS_Editor">
{body}
</div>
<p class="attach"><a href="./P020310318380.pdf">附件下载：目录全文.pdf</a></p>
</div>
<div class="footer"><p>主办单位：示例部　网站标识码：bm00000000</p><p>京ICP备00000000号-1&nbsp;&nbsp;京公网安备00000000000000号</p>
<p>上一篇：<a href="1.html">关于机关食堂节假日安排的通知</a></p></div>
<script src="/js/count.js"></script>
</body>
</html>
"""


def _html_paragraph(para: Para) -> str:
    said = _html(para.text)
    if para.kind in ("title", "sign"):
        return f'<p style="text-align:{"center" if para.kind == "title" else "right"}">{said}</p>'
    if para.kind in ("part", "industry"):
        return f"<p>　　<strong>{said}</strong></p>"
    return f"<p>　　<span>{said}</span></p>"


def list_html(folder: Path, seed: int = SEED) -> Listed:
    """The whole list in paragraphs of a web page."""
    path = folder / "list.html"
    hand = Hand()
    paragraphs = [*front(hand), *list_paragraphs(catalogue(seed), hand)]
    path.write_text(
        _website(f"关于公布《{TITLE}》的公告", "\n".join(map(_html_paragraph, paragraphs))), encoding="utf-8"
    )
    return Listed(path, catalogue(seed))


def table_html(folder: Path, seed: int = SEED) -> Listed:
    """The whole list in tables of a web page."""
    entries = numbered(catalogue(seed), running=True)
    path = folder / "table.html"
    hand = Hand()
    body = [_html_paragraph(p) for p in front(hand)]
    for number, (control, groups) in enumerate(sections(entries), 1):
        body.append(f"<p><strong>{ordinal(number)}、{PARTS[control]}</strong></p>\n<table cellspacing=0>\n<tbody>")
        body.append(
            "<tr>" + "".join(f"<td><b>{h}</b></td>" for h in ("序号", "编号", "技术名称", "控制要点")) + "</tr>"
        )
        for industry, held in groups:
            body.append(f'<tr><td colspan="4" align="center">{_html(industry)}</td></tr>')
            for entry in held:
                lines = hand.cell(entry.points, run_on=runs_on(entry))
                said = "".join(f"<p>{_html(line)}</p>" for line in lines)
                if runs_on(entry):
                    said = "<br>\n".join(_html(line) for line in lines)
                body.append(
                    f"<tr>\n<td>{entry.serial}</td><td>{entry.code}&nbsp;</td>\n<td>{_html(entry.name)}</td>\n<td>{said}</td>\n</tr>"
                )
        body.append("</tbody></table>")
    path.write_text(_website(f"关于公布《{TITLE}》的公告", "\n".join(body)), encoding="utf-8")
    return Listed(path, entries)


def _plain(paragraphs: Iterable[Para]) -> str:
    def line(para: Para) -> str:
        lead = {"title": " " * 16, "sign": " " * 44}.get(para.kind, "　　" + "　" * para.depth)
        return lead + para.text

    return "\r\n".join(line(p) for p in paragraphs) + "\r\n"


def list_txt_gb18030(folder: Path, seed: int = SEED) -> Listed:
    """The whole list as plain text in GB 18030, a paragraph a line."""
    path = folder / "list.txt"
    hand = Hand(number="{}、")
    _write_txt(path, [*front(hand), *list_paragraphs(catalogue(seed), hand)], "gb18030")
    return Listed(path, catalogue(seed))


def _write_txt(path: Path, paragraphs: Iterable[Para], encoding: str) -> None:
    path.write_bytes(_plain(paragraphs).encode(encoding))


# Announcements that amend


@dataclass(slots=True)
class _Draft:
    """A clause before it has its label: paragraphs, and what they do."""

    control: Control
    division: str
    lines: list[str]
    does: list[dict[str, Any]]
    kind: str
    target: Target | None = None
    after: int = 0  # clauses of one entry keep their order


class Clerk:
    """Writes clauses of an announcement, each about an entry of which no other clause speaks."""

    def __init__(self, seed: int, base: tuple[Entry, ...]) -> None:
        self.rng = random.Random(seed * 31 + 7)
        self.base = base
        self.left = list(base)
        self.codes = {e.code for e in base}
        self.names = {e.name for e in base}
        self.twins = {e.name for e in base if sum(o.name == e.name for o in base) > 1}
        self.wide = False
        self.hand = Hand()
        self.quotations = 0

    def pick(self, fits: Callable[[Entry], bool]) -> Entry:
        entry = self.rng.choice([e for e in self.left if fits(e)])
        self.left.remove(entry)
        self.wide = self.rng.random() < 0.15
        return entry

    def one(self, phrases: Sequence[str]) -> str:
        return self.rng.choice(phrases)

    def w(self, text: object) -> str:
        return str(text).translate(_TO_WIDE) if self.wide else str(text)

    def ref(self, entry: Entry) -> str:
        """The entry as the clause names it."""
        code = self.w(entry.code)
        return self.one(
            (
                f"{entry.name}（编号：{code}）",
                f"{entry.name}（编号：{code}）",
                f"{entry.name}（编号：{code}）",
                f"“{entry.name}”（编号：{code}）",
                f"“{entry.name}（编号：{code}）”",
                f"{entry.name}（编号{code}）",
            )
        )

    def author(self, entry: Entry) -> Author:
        writer = author(self.rng, division_of(entry))
        for subject in INDUSTRIES[division_of(entry)][2].split():
            if subject in entry.name:
                writer.subject = subject
        return writer

    def point(self, entry: Entry, number: int, *, nested: float = 0.3) -> Clause:
        """A new control point as the quoted text prints it."""
        point = self.author(entry).point(number, nested=nested)
        return self.inside(punctuated((point,), ""))[0]

    def inside(self, points: tuple[Clause, ...]) -> tuple[Clause, ...]:
        """The points as they stand inside quotation marks: two times in three the inner marks are turned to single ones."""
        self.quotations += any("“" in clause.text for point in points for clause in point.all())
        single = self.quotations % 3 != 2

        def turned(clause: Clause) -> Clause:
            text = clause.text.replace("“", "‘").replace("”", "’") if single else clause.text
            return msgspec.structs.replace(clause, text=text, parts=tuple(turned(p) for p in clause.parts))

        return tuple(turned(p) for p in points)

    def quote(
        self, lead: str, points: Iterable[Clause], *, depth: int = 0, bare: bool = False, end: str = "”。"
    ) -> list[str]:
        """A lead and the new text in quotation marks; its points on lines of their own, or one behind the other."""
        held = list(points)
        lines: list[str] = []
        for clause in held:
            lines += self.hand._lines(clause, depth, breaks=False)
        if bare:
            lines[0] = lines[0].removeprefix(self.hand.label(held[0], depth))
        joined = len(held) == 1 or all(line[-1] in "；：。" for line in lines)
        if joined and self.rng.random() < 0.35:
            lines = ["".join(lines)]
        lines[0] = f"{lead}“{lines[0]}"
        lines[-1] += end
        return lines

    def draft(self, kind: str, entry: Entry, lines: list[str] | str, *does: dict[str, Any]) -> _Draft:
        target = Target(name=entry.name, code=entry.code, control=entry.control, industry=entry.industry)
        said = [lines] if isinstance(lines, str) else lines
        return _Draft(entry.control, division_of(entry), said, list(does), kind, target)

    # one method for each kind of clause

    def delete_entry(self) -> _Draft:
        e = self.pick(lambda e: e.name not in self.twins)
        said = self.one(("删去{}条目。", "删除{}条目。", "删去{}。", "将{}条目删去。", "删除{}。", "取消{}条目。"))
        return self.draft("delete entry", e, said.format(self.ref(e)), {"does": "delete entry"})

    def delete_two(self) -> _Draft:
        e = self.pick(lambda e: sum(division_of(o) == division_of(e) and o.control is e.control for o in self.left) > 2)
        o = self.pick(lambda o: division_of(o) == division_of(e) and o.control is e.control)
        made = self.draft("delete entry", e, f"删去{self.ref(e)}、{self.ref(o)}条目。", {"does": "delete entry"})
        other = Target(name=o.name, code=o.code, control=o.control, industry=o.industry)
        made.does.append({"does": "delete entry", "target": other})
        return made

    def replace_point(self, nested: float = 0.0) -> _Draft:
        e = self.pick(lambda e: len(e.points) > 1)
        old = self.rng.choice(e.points)
        new = self.point(e, int(old.number), nested=nested)
        n = self.w(old.number)
        lead = self.one(
            (
                f"将{self.ref(e)}控制要点{n}修改为：",
                f"将{self.ref(e)}控制要点{n}修改为：",
                f"将{self.ref(e)}项下控制要点{n}改为：",
                f"{self.ref(e)}控制要点{n}修改为",
                f"将{self.ref(e)}的控制要点{n}调整为：",
                f"修改{self.ref(e)}控制要点{n}为：",
            )
        )
        lines = self.quote(lead, [new], bare=self.rng.random() < 0.5)
        return self.draft("replace point", e, lines, {"does": "replace point", "path": (old.number,), "points": (new,)})

    def replace_several(self) -> _Draft:
        e = self.pick(lambda e: len(e.points) > 3)
        one, two = sorted(self.rng.sample(e.points, 2), key=lambda p: int(p.number))
        new = [self.point(e, int(p.number), nested=0.2) for p in (one, two)]
        first = self.quote(
            f"对{self.ref(e)}作如下修改：将控制要点{self.w(one.number)}修改为：", [new[0]], bare=True, end="”；"
        )
        second = self.quote(f"将控制要点{self.w(two.number)}修改为：", [new[1]], bare=True)
        first[-1] += second[0]
        ops = [{"does": "replace point", "path": (p.number,), "points": (p,)} for p in new]
        return self.draft("replace several", e, first + second[1:], *ops)

    def replace_points(self, count: int) -> _Draft:
        e = self.pick(lambda e: True)
        new = self.inside(self.author(e).points(count))
        lead = self.one(
            ("将{}控制要点修改为：", "将{}的控制要点修改为：", "{}控制要点修改为：", "将{}项下全部控制要点修改为：")
        )
        lines = self.quote(lead.format(self.ref(e)), new)
        return self.draft("replace points", e, lines, {"does": "replace points", "points": new})

    def _words(self, clause: Clause) -> tuple[str, str] | None:
        """Words that stand once in a clause, and others for them."""
        found = list(re.finditer(r"(≥|≤|不低于|不高于|大于|小于|不少于) ?([0-9]+(?:\.[0-9]+)?)(?![0-9.])", clause.text))
        for match in found:
            if clause.text.count(match.group()) == 1:
                number = float(match.group(2)) * self.rng.choice((0.5, 0.8, 1.2))
                decimals = len(match.group(2).partition(".")[2])
                new = f"{number:.{decimals}f}"
                operator = (
                    match.group(1)
                    if self.rng.random() < 0.7
                    else {"≥": "＞", "大于": "不低于"}.get(match.group(1), match.group(1))
                )
                if new != match.group(2) or operator != match.group(1):
                    return match.group(), operator + new
        for words in (*_METHODS.values(), *_WARES.values()):
            for word in words:
                if clause.text.count(word) == 1:
                    return word, self.one([x for x in words if x != word])
        return None

    def replace_words(self, *, deep: bool = False, single: bool = False, away: bool = False) -> _Draft:
        def spots(e: Entry) -> list[tuple[tuple[str, ...], Clause]]:
            if single:
                return [((), p) for p in e.points if not p.numbered and not p.parts]
            if deep:
                return [((p.number, q.number), q) for p in e.points for q in p.parts if not q.parts]
            return [((p.number,), p) for p in e.points if p.numbered and not p.parts]

        def usable(e: Entry) -> list[tuple[tuple[str, ...], Clause]]:
            return [(path, c) for path, c in spots(e) if self._words(c)]

        e = self.pick(lambda e: bool(usable(e)))
        path, clause = self.rng.choice(usable(e))
        words = self._words(clause)
        assert words is not None
        old, new = words
        where = f"控制要点{self.w(path[0])}" if path else "控制要点"
        if deep:
            where += self.one(("第（{}）项", "（{}）", "第（{}）项")).format(self.w(path[1]))
        op = {"does": "replace words", "path": path, "old": old, "new": new}
        if away:
            return self.draft("replace words", e, f"删去{self.ref(e)}{where}中的“{old}”。", {**op, "new": ""})
        said = self.one(
            (
                "将{}{}中的“{}”修改为“{}”。",
                "{}{}中“{}”改为“{}”。",
                "将{}{}中“{}”修改为：“{}”。",
                "将{}{}中的“{}”替换为“{}”。",
            )
        )
        return self.draft("replace words", e, said.format(self.ref(e), where, old, new), op)

    def replace_part(self, *, deep: bool = False) -> _Draft:
        def spots(e: Entry) -> list[tuple[str, ...]]:
            if deep:
                return [
                    (p.number, q.number, r.number) for p in e.points if p.numbered for q in p.parts for r in q.parts
                ]
            return [(p.number, q.number) for p in e.points if p.numbered for q in p.parts]

        e = self.pick(lambda e: bool(spots(e)))
        path = self.rng.choice(spots(e))
        writer = self.author(e)
        new = Clause(number=path[-1], text=writer.one((writer.medium(), writer.short())), at=NOWHERE)
        new = self.inside((new,))[0]
        n, part = self.w(path[0]), self.w(path[1])
        if deep:
            circled = printed(path[2], 2)
            lead = self.one(
                (f"控制要点{n}第（{part}）项第{circled}目修改为：", f"控制要点{n}（{part}）{circled}修改为：")
            )
        else:
            lead = self.one(
                (
                    f"控制要点{n}第（{part}）项修改为：",
                    f"控制要点{n}（{part}）修改为：",
                    f"控制要点{n}中的第（{part}）项修改为：",
                )
            )
        lines = self.quote(f"将{self.ref(e)}{lead}", [new], depth=2 if deep else 1, bare=self.rng.random() < 0.4)
        return self.draft("replace part", e, lines, {"does": "replace point", "path": path, "points": (new,)})

    def add_point(self, count: int = 1) -> _Draft:
        e = self.pick(lambda e: len(e.points) > 1)
        new = tuple(self.point(e, len(e.points) + n) for n in range(1, count + 1))
        last = self.w(new[0].number)
        if count > 1:
            lead = self.one((f"在{self.ref(e)}项下增加控制要点：", f"在{self.ref(e)}控制要点中增加："))
            lines = self.quote(lead, new)
        else:
            lead, bare = self.one(("项下", "项下", "in", "number")), False
            if lead == "number":
                lead, bare = f"{self.ref(e)}增加控制要点{last}：", True
            elif lead == "in":
                lead = f"在{self.ref(e)}控制要点中增加一项："
            else:
                lead = f"在{self.ref(e)}项下增加控制要点："
            lines = self.quote(lead, new, bare=bare)
        return self.draft("add point" if count == 1 else "add points", e, lines, {"does": "add point", "points": new})

    def add_part(self) -> _Draft:
        e = self.pick(lambda e: any(p.parts and p.numbered for p in e.points))
        point = self.rng.choice([p for p in e.points if p.parts])
        number = len(point.parts) + 1
        new = self.inside((self.author(e).part(number),))
        n = self.w(point.number)
        lead = self.one(
            (f"在{self.ref(e)}控制要点{n}项下增加第（{self.w(number)}）项：", f"在{self.ref(e)}控制要点{n}中增加：")
        )
        return self.draft(
            "add part", e, self.quote(lead, new, depth=1), {"does": "add point", "path": (point.number,), "points": new}
        )

    def insert_point(self) -> _Draft:
        e = self.pick(lambda e: 3 < len(e.points) < 9)
        count = len(e.points)
        after = count - self.rng.choice((1, 2))
        new = self.point(e, after + 1, nested=0.2)
        old = list(range(after + 1, count + 1))
        lines = self.quote(f"在{self.ref(e)}控制要点{self.w(after)}后增加：", [new], end="”，")
        lines[-1] += f"原控制要点{self.w('、'.join(map(str, old)))}顺延为{self.w('、'.join(str(n + 1) for n in old))}。"
        ops = [{"does": "renumber point", "path": (str(n),), "old": str(n), "new": str(n + 1)} for n in old]
        return self.draft("insert point", e, lines, {"does": "add point", "points": (new,)}, *ops)

    def renumber_then_add(self) -> list[_Draft]:
        e = self.pick(lambda e: 4 < len(e.points) < 9)
        count = len(e.points)
        old = (count - 1, count)
        ref = self.ref(e)
        said = f"{ref}控制要点{self.w(old[0])}、{self.w(old[1])}顺延为{self.w(count)}、{self.w(count + 1)}。"
        ops = [{"does": "renumber point", "path": (str(n),), "old": str(n), "new": str(n + 1)} for n in old]
        new = self.point(e, old[0], nested=0.0)
        added = self.draft(
            "add point", e, self.quote(f"在{ref}项下增加控制要点：", [new]), {"does": "add point", "points": (new,)}
        )
        added.after = 1
        return [self.draft("renumber point", e, said, *ops), added]

    def _free_code(self, division: str, control: Control) -> str:
        number = 1
        while any(str(c)[2:7] == f"{division}{number:02d}{control.letter}" for c in self.codes):
            number += 1
        code = f"33{division}{number:02d}{control.letter}"
        self.codes.add(code)
        return code

    def _new_name(self, writer: Author) -> str:
        while (name := writer.name()) in self.names:
            pass
        self.names.add(name)
        return name

    def add_entry(self, form: int, control: Control, division: str, count: int) -> _Draft:
        self.wide = self.rng.random() < 0.15
        writer = author(self.rng, division)
        name, code = self._new_name(writer), self._free_code(division, control)
        points = writer.points(count)
        industry = INDUSTRIES[division][0]
        entry = Entry(control=control, name=name, at=NOWHERE, code=code, industry=industry, points=points)
        said = self.w(code)
        first, *rest = self.hand.lines(points)
        if form == 0:
            lines = [f"新增{name}（编号：{said}），控制要点：{first}", *rest]
        elif form == 1:
            points = self.inside(points)
            entry = msgspec.structs.replace(entry, points=points)
            lines = self.quote(f"增加“{name}”（编号：{said}）条目，控制要点为：", points)
        elif form == 2:
            lines = ["新增以下条目：", f"编号：{said}", f"技术名称：{name}", f"控制要点：{first}", *rest]
        elif form == 3:
            lines = [f"新增条目“{name}”，编号：{said}。控制要点：", first, *rest]
        else:
            lines = [f"增加{name}（编号：{said}）条目。", f"控制要点：{first}", *rest]
        target = Target(name=name, code=code, control=control, industry=industry)
        return _Draft(control, division, lines, [{"does": "add entry", "entry": entry}], "add entry", target, after=2)

    def rename(self) -> _Draft:
        e = self.pick(lambda e: True)
        new = self._new_name(self.author(e))
        said = self.one(
            (
                "将{}技术名称修改为“{}”。",
                "{}技术名称修改为：“{}”。",
                "将{}的技术名称修改为“{}”。",
                "将{}名称改为“{}”。",
                "将{}条目名称调整为“{}”。",
            )
        )
        return self.draft(
            "rename entry", e, said.format(self.ref(e), new), {"does": "rename entry", "old": e.name, "new": new}
        )

    def rename_and_points(self, form: int) -> _Draft:
        e = self.pick(lambda e: len(e.points) > 2)
        new = self._new_name(self.author(e))
        named = {"does": "rename entry", "old": e.name, "new": new}
        if form == 0:
            points = self.inside(self.author(e).points(self.rng.randint(2, 4)))
            lines = self.quote(f"将{self.ref(e)}技术名称修改为“{new}”，控制要点修改为：", points)
            return self.draft("rename and points", e, lines, named, {"does": "replace points", "points": points})
        old = e.points[self.rng.randrange(len(e.points))]
        if form == 1:
            point = self.point(e, int(old.number))
            lead = f"将{self.ref(e)}修改为“{new}”，控制要点{self.w(old.number)}修改为："
            lines = self.quote(lead, [point], bare=self.rng.random() < 0.5)
            does = {"does": "replace point", "path": (old.number,), "points": (point,)}
            return self.draft("rename and points", e, lines, named, does)
        lines = [f"将{self.ref(e)}技术名称修改为“{new}”，删去控制要点{self.w(old.number)}。"]
        return self.draft("rename and points", e, lines, named, {"does": "delete point", "path": (old.number,)})

    def recode(self) -> _Draft:
        e = self.pick(lambda e: True)
        new = self._free_code(division_of(e), e.control)
        said = self.one(("将{}编号修改为{}。", "{}的编号调整为“{}”。", "将{}的编号修改为：{}。"))
        return self.draft(
            "recode entry",
            e,
            said.format(self.ref(e), self.w(new)),
            {"does": "recode entry", "old": e.code, "new": new},
        )

    def delete_point(self, count: int = 1) -> _Draft:
        e = self.pick(lambda e: len(e.points) > count + 1)
        gone = sorted(self.rng.sample([p.number for p in e.points], count), key=int)
        said = self.one(
            ("删去{}控制要点{}。", "删除{}控制要点{}。", "删去{}项下的控制要点{}。", "将{}控制要点{}删去。")
        )
        ops = [{"does": "delete point", "path": (n,)} for n in gone]
        return self.draft("delete point", e, said.format(self.ref(e), self.w("、".join(gone))), *ops)

    def delete_and_renumber(self) -> _Draft:
        e = self.pick(lambda e: len(e.points) > 3)
        count = len(e.points)
        gone = count - 2
        said = (
            f"删去{self.ref(e)}控制要点{self.w(gone)}，"
            + self.one(("原控制要点{}、{}依次调整为控制要点{}、{}。", "控制要点{}、{}序号相应调整为{}、{}。"))
        ).format(*(self.w(n) for n in (gone + 1, gone + 2, gone, gone + 1)))
        ops = [
            {"does": "renumber point", "path": (str(n),), "old": str(n), "new": str(n - 1)}
            for n in (gone + 1, gone + 2)
        ]
        return self.draft("delete and renumber", e, said, {"does": "delete point", "path": (str(gone),)}, *ops)

    def delete_part(self) -> _Draft:
        e = self.pick(lambda e: any(p.numbered and len(p.parts) > 2 for p in e.points))
        point = self.rng.choice([p for p in e.points if len(p.parts) > 2])
        part = point.parts[-1].number
        said = f"删去{self.ref(e)}控制要点{self.w(point.number)}第（{self.w(part)}）项。"
        return self.draft("delete part", e, said, {"does": "delete point", "path": (point.number, part)})

    def move(self) -> _Draft:
        e = self.pick(lambda e: e.control is Control.PROHIBITED and e.name not in self.twins)
        new = self._free_code(division_of(e), Control.RESTRICTED)
        said = self.one(
            (
                "将{}由禁止出口部分调整至限制出口部分，编号调整为{}。",
                "{}由禁止出口部分移至限制出口部分，编号相应修改为{}。",
                "将{}从禁止出口部分调整到限制出口部分，编号修改为“{}”。",
            )
        )
        does = {"does": "move entry", "to": Control.RESTRICTED}
        return self.draft(
            "move entry",
            e,
            said.format(self.ref(e), self.w(new)),
            does,
            {"does": "recode entry", "old": e.code, "new": new},
        )

    def everything(self) -> list[_Draft]:
        """Sixty and more clauses, every kind among them; the choosy kinds pick their entries first."""
        drafts = [self.replace_part(deep=True), *(self.move() for _ in range(3)), *self.renumber_then_add()]
        drafts += [self.delete_part(), self.add_part(), self.add_part(), *(self.replace_part() for _ in range(3))]
        drafts += [self.replace_words(deep=True), self.replace_words(single=True), self.replace_words(away=True)]
        drafts += [*(self.insert_point() for _ in range(2)), *(self.delete_and_renumber() for _ in range(2))]
        drafts += [*(self.replace_several() for _ in range(3)), *(self.add_point(n) for n in (1, 1, 1, 2, 3))]
        drafts += [self.rename_and_points(form) for form in (0, 0, 1, 2)]
        drafts += [*(self.delete_point(n) for n in (1, 1, 2)), *(self.replace_words() for _ in range(5))]
        drafts += [self.replace_point(nested) for nested in (0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0)]
        drafts += [self.replace_points(n) for n in (1, 2, 3, 4, 6)]
        drafts += [self.delete_two(), *(self.delete_entry() for _ in range(4)), *(self.rename() for _ in range(4))]
        drafts += [self.recode() for _ in range(2)]
        forms = list(enumerate((3, 4, 2, 1, 5)))
        for (form, count), division in zip(forms, ("31", "39", "65", "73", "26"), strict=True):
            drafts.append(self.add_entry(form, Control.RESTRICTED, division, count))
        drafts.append(self.add_entry(0, Control.PROHIBITED, "73", 2))
        drafts.append(self.add_entry(1, Control.RESTRICTED, "74", 1))
        return drafts


class _Point:
    """A control point while it is being amended."""

    def __init__(self, clause: Clause) -> None:
        self.number, self.numbered = clause.number, clause.numbered
        self.text = clause.text
        self.parts = [_Point(p) for p in clause.parts]

    def done(self) -> Clause:
        parts = tuple(p.done() for p in sorted(self.parts, key=lambda p: int(p.number)))
        return Clause(number=self.number, text=self.text, at=NOWHERE, parts=parts, numbered=self.numbered)


class _Held:
    """An entry while it is being amended; of its points only the list is its own."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.root = _Point(Clause(number="", text="", at=NOWHERE, parts=entry.points))

    def at(self, path: tuple[str, ...]) -> tuple[_Point, _Point]:
        """The point at a path and the one that holds it."""
        holder, point = self.root, self.root
        for number in path:
            holder, point = point, next(p for p in point.parts if p.number == number)
        return holder, point

    def done(self) -> Entry:
        return msgspec.structs.replace(self.entry, points=self.root.done().parts)


def amended(base: Iterable[Entry], operations: Iterable[Operation]) -> tuple[Entry, ...]:
    """The list after the operations. Those of one clause speak of the list as it stood before that clause."""
    held = [_Held(e) for e in base]
    for _, clause in groupby(operations, key=lambda op: (op.label, op.clause)):
        found = []
        for op in clause:
            one = next((h for h in held if h.entry.code == op.target.code), None)
            if op.does == "add entry":
                assert one is None and op.entry is not None
                held.append(_Held(op.entry))
                continue
            assert one is not None, op
            found.append((op, one, *one.at(op.path)))
        for op, one, holder, point in found:
            _do(op, one, holder, point)
            if op.does == "delete entry":
                held.remove(one)
    order = list(Control)
    done = [h.done() for h in held]
    return tuple(sorted(done, key=lambda e: (order.index(e.control), str(e.code)[2:4], str(e.code)[4:6])))


def _do(op: Operation, held: _Held, holder: _Point, point: _Point) -> None:
    change = msgspec.structs.replace
    if op.does == "rename entry":
        held.entry = change(held.entry, name=op.new)
    elif op.does == "recode entry":
        held.entry = change(held.entry, code=op.new)
    elif op.does == "move entry":
        held.entry = change(held.entry, control=op.to)
    elif op.does == "replace points":
        held.root.parts = [_Point(p) for p in op.points]
    elif op.does == "replace point":
        new = _Point(op.points[0])
        point.text, point.parts = new.text, new.parts
    elif op.does == "add point":
        point.parts += [_Point(p) for p in op.points]
    elif op.does == "delete point":
        holder.parts.remove(point)
    elif op.does == "renumber point":
        assert op.new is not None
        point.number = op.new
    elif op.does == "replace words":
        assert op.old is not None and op.new is not None
        spot = point if op.path else next(p for p in point.parts if op.old in p.text)
        assert spot.text.count(op.old) == 1
        spot.text = spot.text.replace(op.old, op.new)
    else:
        assert op.does == "delete entry"


@dataclass(slots=True)
class _Written:
    paragraphs: list[Para] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    clauses: list[tuple[str, str]] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    by_kind: list[tuple[str, list[Operation]]] = field(default_factory=list)


def _amendment_front() -> list[Para]:
    return [
        Para("title", f"商务部　科技部公告{AMENDMENT}"),
        Para("title", f"关于调整《{TITLE}》的公告"),
        Para(
            "body",
            f"现对《{TITLE}》（商务部　科技部公告{ANNOUNCEMENT}附件）部分条目予以调整（具体内容见附件），自2033年12月1日起施行。",
        ),
        Para("sign", "商务部　科技部"),
        Para("sign", "2033年11月2日"),
        Para("body", "附件"),
        Para("title", f"《{TITLE}》调整内容"),
    ]


def _write(drafts: list[_Draft], *, label: str, restarting: bool, wear: Wear | None, headless: bool) -> _Written:
    """The announcement's paragraphs in the order of the list, with what each clause does."""
    out = _Written(paragraphs=_amendment_front())
    order = list(Control)
    drafts = sorted(drafts, key=lambda d: (order.index(d.control), d.division, d.after))
    number = 0
    for place, (control, in_part) in enumerate(groupby(drafts, key=lambda d: d.control), 1):
        out.paragraphs.append(Para("part", f"{ordinal(place)}、{PARTS[control]}"))
        for nth, (division, group) in enumerate(groupby(in_part, key=lambda d: d.division), 1):
            industry = INDUSTRIES[division][0]
            gone = headless and control is Control.RESTRICTED and nth == 1
            held = list(group)
            if gone:
                codes = tuple(dict.fromkeys(str(d.target.code) for d in held if d.target))
                out.missing.append(Missing(control, industry, codes))
            else:
                out.paragraphs.append(Para("industry", f"（{ordinal(nth)}）{industry}"))
            if restarting:
                number = 0
            for draft in held:
                number += 1
                operations = _finished(draft, str(number), lost_heading=gone)
                out.operations += operations
                out.by_kind.append((draft.kind, operations))
                out.clauses.append((str(number), "\n".join(draft.lines)))
                for n, line in enumerate(draft.lines):
                    said = line if wear is None else wear.text(line, breaks=True)
                    out.paragraphs.append(Para("clause", (label.format(number) if n == 0 else "") + said))
    return out


def _finished(draft: _Draft, number: str, *, lost_heading: bool) -> list[Operation]:
    done = []
    for does in draft.does:
        target = does.get("target", draft.target)
        if lost_heading:
            target = msgspec.structs.replace(target, industry=None)
            if "entry" in does:
                does = {**does, "entry": msgspec.structs.replace(does["entry"], industry=None)}
        done.append(
            Operation(**{"clause": "\n".join(draft.lines), "label": number, "at": NOWHERE, **does, "target": target})
        )
    return done


_LABELS = {"pdf": ("{}.", False), "docx": ("{}.", True), "txt": ("{}、", False), "html": ("{}. ", True)}


def announcement(folder: Path, media: str = "docx", seed: int = SEED) -> Amending:
    """An announcement of more than sixty clauses as "pdf", "docx", "txt" (UTF-8) or "html".

    Clauses are numbered through in PDF and plain text, and begin again under each industry in DOCX and HTML.
    """
    label, restarting = _LABELS[media]
    written = _write(
        Clerk(seed, catalogue(seed)).everything(), label=label, restarting=restarting, wear=None, headless=False
    )
    path = folder / f"announcement.{media}"
    _save(path, media, written.paragraphs)
    return _amending(path, catalogue(seed), written)


def kinds(seed: int = SEED) -> tuple[str, ...]:
    """The kind of every clause of `announcement`, to show that none is left out."""
    written = _write(
        Clerk(seed, catalogue(seed)).everything(), label="{}.", restarting=False, wear=None, headless=False
    )
    return tuple(kind for kind, _ in written.by_kind)


def _amending(path: Path, base: tuple[Entry, ...], written: _Written) -> Amending:
    return Amending(
        path,
        base,
        tuple(written.operations),
        amended(base, written.operations),
        tuple(written.clauses),
        missing=tuple(written.missing),
    )


def _save(path: Path, media: str, paragraphs: list[Para]) -> None:
    if media == "docx":
        _docx(paragraphs).save(path)
    elif media == "txt":
        _write_txt(path, paragraphs, "utf-8")
    elif media == "html":
        path.write_text(
            _website(f"关于调整《{TITLE}》的公告", "\n".join(map(_html_paragraph, paragraphs))), encoding="utf-8"
        )
    else:
        _save_pdf(path, paragraphs)


def _save_pdf(path: Path, paragraphs: list[Para]) -> None:
    lines = [_page(13), "#set par(leading: 0.85em, justify: true, spacing: 0.85em)"]
    for para in paragraphs:
        if para.kind == "title":
            lines.append(f"#align(center, black(15pt, {_set(para.text)}))")
        elif para.kind == "sign":
            lines.append(f"#align(right, {_set(para.text)})")
        else:
            lines.append(_typst_paragraph(para))
    _pdf("\n".join(lines), path)


BREAKS = ("no such point", "unreadable", "no such entry")


def broken(folder: Path, which: str, seed: int = SEED) -> Broken:
    """An announcement (DOCX) of six sound clauses and one that cannot be carried out: one of `BREAKS`."""
    clerk = Clerk(seed + 1, catalogue(seed))
    drafts = [
        clerk.replace_point(),
        clerk.add_point(),
        clerk.rename(),
        clerk.delete_entry(),
        clerk.replace_words(),
        clerk.recode(),
    ]
    drafts.append(_bad(clerk, which))
    written = _write(drafts, label="{}.", restarting=False, wear=None, headless=False)
    path = folder / f"broken-{BREAKS.index(which)}.docx"
    _docx(written.paragraphs).save(path)
    at = next(n for n, (kind, _) in enumerate(written.by_kind) if kind == "bad")
    label, clause = written.clauses[at]
    bad = next((op for op in written.operations if op.label == label), None)
    sound = tuple(op for op in written.operations if op.label != label)
    return Broken(path, catalogue(seed), sound, label, clause, bad)


def _bad(clerk: Clerk, which: str) -> _Draft:
    e = clerk.pick(lambda e: e.control is Control.RESTRICTED and len(e.points) > 1)
    clerk.wide = False
    if which == "no such point":
        number = str(len(e.points) + 3)
        new = clerk.point(e, int(number), nested=0.0)
        lines = clerk.quote(f"将{e.name}（编号：{e.code}）控制要点{number}修改为：", [new])
        return clerk.draft("bad", e, lines, {"does": "replace point", "path": (number,), "points": (new,)})
    if which == "no such entry":
        gone = msgspec.structs.replace(e, name="望舒夜光砚台回温技术", code=f"08{division_of(e)}97X")
        return clerk.draft("bad", gone, f"删去{gone.name}（编号：{gone.code}）条目。", {"does": "delete entry"})
    return clerk.draft("bad", e, f"关于□□□{e.name[:3]}×（编号：08□□?7）等，口径从其规定，按有关规定执行。")


# Damaged copies

DEGRADED = ("table_pdf", "list_docx", "list_pdf", "list_txt", "announcement")


def degraded(folder: Path, which: str, seed: int = SEED) -> Listed | Amending:
    """A damaged copy of one of `DEGRADED`: odd spaces, broken lines, mixed widths, two columns, headings lost.

    The truth is that of the sound document, but where a heading is lost the industry is not known. Texts agree by
    `folded` only.
    """
    wear = Wear(seed + DEGRADED.index(which))
    base = catalogue(seed)
    if which == "announcement":
        drafts = Clerk(seed, base).everything()
        written = _write(drafts, label="{}．", restarting=True, wear=wear, headless=True)
        path = folder / "degraded-announcement.docx"
        _docx(written.paragraphs).save(path)
        return _amending(path, base, written)
    missing = lost(base, seed)
    if which == "table_pdf":
        path = folder / "degraded-table.pdf"
        entries = numbered(base, running=False)
        _table_pdf(path, entries, Hand(wear=wear), missing)
        return Listed(path, without(entries, missing), missing=missing)
    if which == "list_pdf":
        path = folder / "degraded-list.pdf"
        _list_pdf(path, base, Hand(number="{}．", wear=wear), columns=2, missing=missing)
    elif which == "list_docx":
        path = folder / "degraded-list.docx"
        hand = Hand(number="{}. ", wear=wear, breaks=True)
        _docx([*front(hand), *list_paragraphs(base, hand, missing)]).save(path)
    else:
        assert which == "list_txt"
        path = folder / "degraded-list.txt"
        hand = Hand(number="{}、", wear=wear, breaks=True)
        paragraphs = [replace(p, text=p.text.replace("\n", "\r\n")) for p in list_paragraphs(base, hand, missing)]
        _write_txt(path, [*front(hand), *paragraphs], "gb18030")
    return Listed(path, without(base, missing), missing=missing)


def forged(folder: Path, seed: int = SEED) -> Forged:
    """The table with one threshold altered, as somebody would who wants a technology to pass under it."""
    genuine = numbered(catalogue(seed), running=False)
    rng = random.Random(seed + 5)
    threshold = re.compile(r"(?<=[≥于低])[0-9]+(?:\.[0-9]+)?(?![0-9.])")
    while True:
        entry = rng.choice(genuine)
        point = rng.choice(entry.points)
        match = threshold.search(point.text)
        if match is None or point.parts or len(match.group()) < 2 or point.text.count(match.group()) > 1:
            continue
        was = match.group()
        now = str(int(was[0]) % 9 + 1) + was[1:]
        text = point.text.replace(was, now)
        points = tuple(msgspec.structs.replace(p, text=text) if p is point else p for p in entry.points)
        entries = tuple(msgspec.structs.replace(e, points=points) if e is entry else e for e in genuine)
        path = folder / "forged.pdf"
        _table_pdf(path, entries, Hand())
        return Forged(path, entries, genuine, str(entry.code), (point.number,), was, now)


_UNITS = sorted(
    {unit for rows in _MEASURES.values() for _, unit, *_ in rows if unit} | {"kg", "h", "mm"}, key=len, reverse=True
)
_TOKEN = re.compile(
    r"(?P<code>[A-Z][A-Za-z]*[-]?[0-9][A-Za-z0-9.]*|[0-9]{6}[JX])"
    r"|(?P<operator>[≥≤＞<]|不低于|不高于|不少于|大于|小于|达到|优于|及以上|以上|以下|(?<=[0-9])[~～至-](?=[0-9]))"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?)(?: ?(?P<unit>" + "|".join(map(re.escape, _UNITS)) + r"))?"
)


def tokens(entry: Entry) -> tuple[Token, ...]:
    """The numbers, units, operators and codes that an entry prints: of its code, its name and its points."""
    found = []
    for text in (str(entry.code), entry.name, *(c.text for point in entry.points for c in point.all())):
        for match in _TOKEN.finditer(text):
            found += [Token(kind, said, str(entry.code)) for kind, said in match.groupdict().items() if said]
    return tuple(found)


def scanned_pdf(folder: Path, seed: int = SEED, *, worn: bool = False) -> Scanned:
    """One page of the table as an office scanner gives it: turned a little, grainy, without text.

    `worn`: a copy of a copy, at half the resolution, with which no recogniser can do without mistakes.
    """
    every = [e for e in numbered(catalogue(seed), running=False) if e.control is Control.RESTRICTED]
    page = folder / "scanned-page.pdf"
    for count in range(10, 1, -1):
        entries = tuple(every[40 : 40 + count])
        _pdf(
            _page(11, margin="(x: 2cm, top: 2cm, bottom: 2cm)") + "#set par(leading: 0.7em)\n" + _one_page(entries),
            page,
        )
        document = pypdfium2.PdfDocument(page)
        if len(document) == 1:
            break
        document.close()
    dots = 100 if worn else 200
    picture = document[0].render(scale=dots / 72).to_pil().convert("L")
    document.close()
    page.unlink()
    picture = picture.rotate(0.4, resample=Image.Resampling.BICUBIC, fillcolor=250)
    grain = numpy.random.default_rng(seed).normal(0, 26 if worn else 9, (picture.height, picture.width))
    picture = Image.fromarray(
        numpy.clip(numpy.asarray(picture, dtype=float) * 0.94 + grain, 0, 255).astype(numpy.uint8)
    )
    squeezed = io.BytesIO()
    picture.save(squeezed, "JPEG", quality=30 if worn else 72)
    path = folder / "scanned.pdf"
    Image.open(squeezed).save(path, "PDF", resolution=dots, creationDate=time.gmtime(0), modDate=time.gmtime(0))
    return Scanned(path, entries, tuple(t for e in entries for t in tokens(e)))


def _one_page(entries: Sequence[Entry]) -> str:
    return _table(entries, Hand(), breaks=False, missing=()).replace("一、限制出口部分", "二、限制出口部分")


# Files that are no list, or not what they seem


def corrupt(folder: Path, media: str = "pdf") -> Path:
    """A "pdf" or "docx" whose download broke off, with a stretch of noise in what is left."""
    whole = (table_pdf if media == "pdf" else list_docx)(folder).path
    content = whole.read_bytes()
    whole.unlink()
    kept = bytearray(content[: len(content) // 3])
    kept[200:1200] = random.Random(SEED).randbytes(1000)
    path = folder / f"corrupt.{media}"
    path.write_bytes(kept)
    return path


PASSWORD = "lingxiao-2031"
_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def _rc4(key: bytes, data: bytes) -> bytes:
    box = list(range(256))
    j = 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


def encrypted(folder: Path) -> Path:
    """A PDF that opens only with `PASSWORD` (standard handler, RC4 of 40 bits)."""
    password = (PASSWORD.encode() + _PADDING)[:32]
    identity = hashlib.md5(b"invented").digest()
    owner = _rc4(hashlib.md5(password).digest()[:5], password)
    permissions = (-44) & 0xFFFFFFFF
    key = hashlib.md5(password + owner + permissions.to_bytes(4, "little") + identity).digest()[:5]
    user = _rc4(key, _PADDING)

    def sealed(number: int, data: bytes) -> bytes:
        own = hashlib.md5(key + number.to_bytes(3, "little") + b"\0\0").digest()[: len(key) + 5]
        return _rc4(own, data)

    content = sealed(4, b"BT /F1 14 Tf 72 700 Td (Catalogue, confidential copy) Tj ET")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Filter/Standard/V 1/R 2/O<%b>/U<%b>/P -44>>" % (owner.hex().encode(), user.hex().encode()),
    ]
    path = folder / "encrypted.pdf"
    path.write_bytes(_assembled(objects, b"/Encrypt 6 0 R/ID[<%b><%b>]" % ((identity.hex().encode(),) * 2)))
    return path


def _assembled(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """A PDF file of these objects, the first of which is the document's root."""
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(out)


def empty_pdf(folder: Path) -> Path:
    """A PDF of one blank page."""
    path = folder / "empty.pdf"
    path.write_bytes(
        _assembled(
            [
                b"<</Type/Catalog/Pages 2 0 R>>",
                b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
                b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>",
            ]
        )
    )
    return path


def empty_file(folder: Path) -> Path:
    """A file called PDF with nothing in it."""
    path = folder / "nothing.pdf"
    path.write_bytes(b"")
    return path


def five_hundred_pages(folder: Path) -> Path:
    """A PDF of 510 pages."""
    path = folder / "five-hundred.pdf"
    _pdf(_page(12) + "#for n in range(510) { [第 #(n + 1) 页　会议资料汇编]; if n < 509 { pagebreak() } }\n", path)
    return path


def zip_bomb_docx(folder: Path) -> Path:
    """A DOCX of less than 1 MB whose text takes more than 300 MB."""
    path = folder / "bomb.docx"
    small = io.BytesIO()
    Docx().save(small)
    paragraph = b"<w:p><w:r><w:t>" + b"0" * 999_968 + b"</w:t></w:r></w:p>"
    with zipfile.ZipFile(small) as plain, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as bomb:
        for name in plain.namelist():
            if name != "word/document.xml":
                bomb.writestr(name, plain.read(name))
        head, _, tail = plain.read("word/document.xml").partition(b"<w:body>")
        with bomb.open("word/document.xml", "w", force_zip64=True) as document:
            document.write(head + b"<w:body>")
            for _ in range(310):
                document.write(paragraph)
            document.write(tail)
    return path


def wrong_document(folder: Path) -> Path:
    """A contract in PDF: numbered, full of technical words, and no catalogue."""
    clauses = (
        "第一条　标的\n1.甲方委托乙方为其月桂窑厂改造隧道窑一座，编号为YG-07，有效长度不低于42.5 m。\n2.技术要求见附件一。",
        "第二条　价款\n1.合同总价为人民币1,280,000.00元。\n2.合同签订后10日内支付30%；验收合格后支付65%；余款作为质保金。",
        "第三条　交付\n（1）乙方应于2031年9月30日前交付；\n（2）逾期交付的，每日按合同总价的0.5‰支付违约金。",
        "第四条　保密\n双方对履行本合同知悉的控制要点、技术名称和工艺参数负有保密义务。",
        "第五条　其他\n本合同一式四份，双方各执两份，自签字盖章之日起生效。",
    )
    paragraphs = [
        Para("title", "窑炉改造技术服务合同"),
        Para("body", "甲方：石榴湾陶业有限公司"),
        Para("body", "乙方：沧浪热工研究所"),
    ]
    paragraphs += [Para("body", line) for clause in clauses for line in clause.split("\n")]
    path = folder / "contract.pdf"
    _save_pdf(path, [*paragraphs, Para("sign", "2031年5月6日")])
    return path


# A list of two entries, and fonts that are left out

SHORT_LIST = """中国禁止出口限制出口技术目录
商务部 科技部公告2031年第7号
自2031年4月1日起施行。
禁止出口部分
畜牧业
编号：080301J
技术名称：望舒育种技术
控制要点：
1. 甲乙的方法
限制出口部分
化学原料和化学制品制造业
编号：082601X
技术名称：望舒合成技术
控制要点：
1. 丙丁的方法
"""


def unembedded_pdf(path: Path, text: str = SHORT_LIST) -> Path:
    """A PDF of one page whose Chinese font it does not carry: its text can be read, and is not drawn."""
    lines = [f"<{line.encode('utf-16-be').hex()}> Tj 0 -22 Td" for line in text.splitlines()]
    content = f"BT /F1 12 Tf 60 780 Td {' '.join(lines)} ET".encode()
    font = b"<</Type/Font/Subtype/%s/BaseFont/STSong-Light%s>>"
    descended = b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/FontDescriptor 7 0 R"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        font % (b"Type0", b"/Encoding/UniGB-UCS2-H/DescendantFonts[6 0 R]"),
        font % (b"CIDFontType0", descended),
        b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[-25 -254 1000 880]/ItalicAngle 0"
        b"/Ascent 880/Descent -120/CapHeight 880/StemV 93>>",
    )
    made, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(b"%010d 00000 n \n" % len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    count = len(objects) + 1
    made += b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        count,
        b"".join(places),
        count,
        len(made),
    )
    path.write_bytes(made)
    return path
