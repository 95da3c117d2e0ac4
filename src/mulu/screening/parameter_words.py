"""The words by which a sentence on a parameter is read: the lexicon of the grammar, and words that bear nothing on it.

The lexicon gives a word its part in the grammar of mulu.screening.parameters. The lists after it hold words that bear
nothing on whose a value is, or in what mode it is stated: what a thing is called, how it is made, tested and sold. A word
belongs there only if no sentence that it stands in can turn a stated value into a wish, a rule, a rumour or another's:
hence no names, no "claimed", no "some". Any word in neither leaves the value open.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from mulu.screening.quantities import WIDE_COMMA, Quantity

# ---- Words ----------------------------------------------------------------------------------------------------------

# Kinds of token, one letter each, over which the grammar runs:
#   N name asked about   n other quantity   C quantity that is mostly a condition   q quantity   u any other word
#   l link (is, 为, :)   w of   e reaches   i to   f filler   k lies, is kept   z 在   p preposition   @ at   B by
#   o comparison (told: its sign)   b better than   h maximum, minimum   x not   a about (told: per cent of doubt)
#   d rises, falls   t than, compared with   & and   c comma   ( )   v whereas   r respectively   j both   y which
#   s whose it is (told: own, final, other, weak)   m what it is (told: target, actual, if, open)


class Token(NamedTuple):
    kind: str
    start: int
    end: int
    told: str = ""
    quantity: Quantity | None = None
    of: tuple[int, ...] = ()


def _lexicon(lines: str) -> dict[str, tuple[str, str]]:
    """Words with their kind, and what they tell: a line begins with both and lists the words; a later line prevails."""
    told: dict[str, tuple[str, str]] = {}
    for line in lines.strip().split("\n"):
        head, *words = line.split()
        kind, _, tells = head.partition(":")
        told.update((word.replace("_", " "), (kind, tells)) for word in words)
    return told


EN = _lexicon("""
n density strength hardness toughness force torque moment power energy capacity capacitance resistance resistivity
n conductivity impedance inductance bandwidth linewidth thickness length width height depth diameter radius size
n area volume mass weight payload velocity acceleration time duration delay latency lifetime endurance distance
n stroke pitch gap angle accuracy precision resolution error deviation tolerance repeatability stability uniformity
n roughness noise gain loss isolation ratio efficiency yield purity content concentration fraction retention modulus
n elongation viscosity coefficient index permittivity constant potential sensitivity throughput flow thrust impulse
n porosity strain stress flatness wavefront eccentricity attenuation life range factor variation difference scatter
n spread uncertainty margin impurity humidity dose price cost amplitude jitter skew offset drift
C pressure temperature rate load voltage current frequency wavelength speed humidity bias temperatures pressures
l to_be comes_to came_to comes_out_at came_out_at covers cover spans is are was were equals equal equalled equaled amounts amounted amounting gave gives becomes became reads equal_to
w of
e reach reaches reached reaching attain attains attained attaining achieve achieves achieved achieving hits
i to
k lies lie lay lying stays stay stayed remains remain remained kept held maintained stands stood set sits
@ at
B by to_within
p for in on with after before during using via per into onto upon due_to according_to through along across
p inside following prior_to as_well_as depending_on based_on
o:> above over exceeding exceeds exceed exceeded beyond surpassing surpasses surpassed topping tops topped north_of more_than
o:> greater_than higher_than larger_than bigger_than longer_than faster_than heavier_than wider_than in_excess_of
o:> rises_above rise_above rose_above goes_above
o:< below under beneath less_than lower_than smaller_than fewer_than shorter_than lighter_than thinner_than
o:< narrower_than slower_than short_of falls_short_of fall_short_of fell_short_of falling_short_of sub falls_below
o:< fall_below fell_below falling_below drops_below drop_below dropped_below goes_below go_below
o:≥ at_least greater_than_or_equal_to more_than_or_equal_to higher_than_or_equal_to equal_to_or_greater_than
o:≥ equal_to_or_more_than equal_to_or_higher_than greater_or_equal_to upwards_of above_or_equal_to
o:≤ at_most up_to within less_than_or_equal_to lower_than_or_equal_to equal_to_or_less_than less_or_equal_to
o:≤ equal_to_or_lower_than below_or_equal_to smaller_than_or_equal_to
h:≤ maximum max maximal a_maximum_of highest largest
h:≥ minimum min minimal a_minimum_of lowest smallest
b better_than superior_to
x nobody no_one nothing without not no never cannot doesn't didn't isn't wasn't aren't weren't don't won't hasn't haven't can't couldn't fails_to
x none failed_to fail_to unable_to not_yet neither nor wouldn't hadn't
a:1 about around approximately approx roughly circa ca some approximate in_the_region_of on_the_order_of
a:5 nearly almost close_to approaching approaches approached near
d increase increases increased increasing decrease decreases decreased decreasing improve improves improved
d improving improvement reduce reduces reduced reducing reduction raise raises raised raising rise rises rose rising
d risen drop drops dropped dropping fall falls fell falling fallen lowered lowers lowering grew grows grow grown
d enhance enhances enhanced enhancement change changes changed gained gains gain_of shrink shrinks shrank doubled
d halved varied
t than compared comparison versus vs relative against as_opposed_to in_contrast_to in_comparison_with unlike
t instead_of rather_than
& and or plus
v whereas while but however yet although though still_only
r respectively
j both all each either
y which who whose whom that
s:own invention inventive ours our present this_work this_study this_paper herein embodiment embodiments example
s:own examples inventors present_invention
s:final final finished end_product finally
s:other commercial commercially conventional conventionally prior_art state_of_the_art comparative competitor
s:other competitors competing for_comparison control_sample rival traditional traditionally
s:other raw_material raw_materials starting_material feedstock comparative_example existing
s:other comparative_examples comparison_example competitor's competitors' untreated_reference
s:weak intermediate intermediates precursor precursors reference known literature reported previous previously earlier former standard ordinary
m:target target targets targeted targeting aim aims aimed aiming goal goals objective objectives intended intends
m:target according_to_simulation according_to_simulations in_simulation in_simulations in_theory preferably preferred ideally expected expects expect anticipated projected predicted
m:target intend plan plans planned hope hopes hoped wish wishes wished desired desirable seeks strives
m:open estimated should shall must may might could would
m:open will required requirement requirements optionally theoretical theoretically
m:open simulated simulation simulations hypothetical no_longer hardly barely scarcely supposedly allegedly
m:open demand demands demanded require requires calls_for difficult impossible unlikely rarely seldom control_threshold control_limit legal_limit regulatory_limit catalogue controlled calculated extrapolated perhaps possibly probably presumably unless designed_for
m:if in_order_to if when whenever assuming suppose provided once until
m:actual measured actual actually found obtained realised realized demonstrated
f the a an this these those such its their his it they value values figure figures level levels result results
f reading readings only just merely exactly precisely even also still now then thus therefore here there typically
f usually generally normally mostly currently already always consistently further again every determined tested
f evaluated recorded observed given shown stated specified rated nominal average mean median overall total high
f higher low lower good excellent very quite rather remarkably extremely so as been be being have has had do does
f did can able where ranges ranging range varies varying vary
f:from from ranging_from ranges_from
f reported_as namely between consistently ever become get go come experimentally measurement in_the_range_of
f in_the_range_from in_a_range_of within_the_range_of in_the_range no. nos. within_a_range_of within_the_range_from
f in_the_range_between as_high_as as_low_as as_much_as as_little_as as_large_as as_small_as as_many_as not_only
f not_just peak e.g i.e approximately_equal estimated_as well target_product target_products target_compound
f target_material sputtering_target sputtering_targets target_molecule target_protein at_present the_target_product
f rms ra rq rz pv fwhm typ dc ac cw shows show showed exhibits exhibited
""")
ZH = _lexicon("""
n 密度 强度 硬度 韧性 刚度 精度 浓度 纯度 粒度 灵敏度 粗糙度 隔离度 线性度 平整度 平面度 粘度 黏度 角度 亮度 照度
n 厚度 长度 宽度 高度 深度 细度 跨度 幅度 跳动 效率 功率 产率 收率 良率 保持率 孔隙率 气孔率 折射率 反射率 透过率
n 透射率 电阻率 电导率 热导率 导热系数 延伸率 伸长率 断后伸长率 利用率 分辨率 采样率 帧率 帧频 误码率 增长率 比率
n 变化率 回收率 转化率 容量 质量 重量 含量 流量 产量 剂量 能量 用量 数量 载荷量 添加量 荷载 推力 拉力 力矩 转矩 扭矩
n 张力 电阻 电容 电感 阻抗 压降 模量 系数 常数 指数 比值 比表面积 面积 体积 容积 直径 半径 粒径 孔径 口径 内径 外径
n 线径 线宽 脉宽 带宽 间距 距离 行程 航程 焦距 时间 周期 寿命 次数 误差 偏差 公差 增益 损耗 噪声 噪音 信噪比 重复性
n 稳定性 一致性 均匀性 均匀度 余量 振幅 相位 视场角 夹角 温升 温差 价格 成本 电量 电荷 功耗 扬程 时延 延迟 像素数
n 占比 比例 百分比 份额 波动 标准差 方差 离散度 不确定度 下降率 提升率 增幅 降幅 分数 浓度比 冲击功 比冲 波前误差
n 损失 损伤 面形 偏心量 厚 长 宽 重 径 率 度 量 力
C 温度 压力 压强 倍率 转速 速度 速率 频率 波长 电压 电流 电流密度 载荷 负载 应力 湿度 气压 车速 风速 流速 真空度
C 张应力 负荷
l 覆盖 涵盖 为 是 : = 等于 即 显示为 呈 结果为
e 达到 达 可达 高达 达至 达成 可达到 能达到 能达 达到了 到达 低至 低到 大到 大至 高至 轻至 薄至 小至 短至 窄至 长达 多达 做到 实现 实现了 压到 压至 升到 升至 降到 降至 增至 增到 提到
i 到 至 成
k 保持 维持 稳定 控制 处 处于 位于 落
z 在 于
p 经 经过 按 按照 依 依据 根据 用 采用 使用 通过 当 对 以 从 由 对于 随 沿 利用 借助 基于 把 将 被 于是
o:> 大于 高于 超过 超出 多于 逾 长于 快于 宽于 厚于 突破 大过 高过 强于 重于
o:< 小于 低于 少于 不足 不到 不及 未满 不满 短于 轻于 薄于 窄于 慢于 弱于
o:≥ ≥ >= => 大于等于 大于或等于 大于或者等于 高于等于 高于或等于 至少 最少 不亚于 不逊于 不逊色于 起码
o:≤ ≤ <= =< 小于等于 小于或等于 小于或者等于 低于等于 低于或等于 至多 最多
o:> >
o:< <
h:≤ 最高 最大 上限 极限 峰值 最大值 最高值
h:≥ 最低 最小 下限 最小值 最低值
b 优于 好于 不劣于 不差于
x 很难 不 未 没有 没 无法 不能 不会 未能 尚未 并未 从未 难以 不得 无 并不 并非 不可能 不可 未曾 从不 绝不 尚不能
a:1 约等于 约 大约 大概 近似 ~ ≈ 约莫 大致
a:5 近 接近 将近 趋近 逼近
B 精确到 精确至 准确到 准确至
d 提高 提升 增加 增大 增长 上升 升高 升 降低 下降 降 减少 减小 缩短 延长 改善 减轻 高出 增 减 变化 提高了 提升了
d 降低了 优化 波动 改变 翻 增强 削弱 衰减 减弱 拓宽 扩大 缩小 压缩 压窄
t 比 较 相比 相比于 相较 相较于 相对于 对比 与之相比 比较 比起 不如
& 和 与 及 以及 、 或 并 并且 且 而且 或者 同时 又 兼
v 而 但 但是 然而 却 反而 不过 只是
r 分别 依次 分别是
j 均 都 皆 各 各自 二者 两者 三者 均可
s:own 本发明 本申请 本公司 本样品 本品 本产品 本项目 本文 本工作 本研究 本方法 本材料 本实施例 本实用新型 本粉末
s:own 本设备 本装置 本系统 本机 本器件 本激光器 我们 我司 我公司 我方 自制 自研 实施例 本技术 本工艺 本课题 本样机
s:own 本团队 本单位 本厂 本所
s:final 最终产品 最终样品 最终 终产品 成品 制成品 最后
s:other 现有技术 现有产品 现有 传统 常规 市售 市面 商品 商用 商购 竞品 对比例 对比样 对比样品 对照组 对照样 对照
s:other 比较例 对比实施例 比较实施例 同类产品 同类 背景技术 已有技术 原料 市场上
s:other 竞争对手 他人 对照例
s:weak 日本 美国 德国 韩国 欧美 同行 某公司 某厂 中间品 中间体 中间产物 前驱体 参考 参比 普通 国外 进口 文献 报道 基准 标准样 此前 以往 以前 原有 原来
m:target 目标 目标值 设计目标 预期目标 旨在 力争 争取 拟达到 拟实现 拟将 计划 期望 希望 规划 愿景 设计值 设定值 力求
m:target 理论计算 理论上 根据理论 模拟结果 仿真结果 模拟表明 仿真表明 据估计 致力于 预定 预计 预期 预估 有望 优选 优选地 更优选 最优选
m:open 要求 应当 应该 应为 应不 应达 应大于 应小于 应高于 应低于 应在 应至少 需达 需要达到
m:open 需大于 必须 须 理论 理论值 模拟 仿真 较佳 可选 估计 估算 推算 据称 号称 可能 也许
m:open 规定 管制 目录 清单 限值 阈值 门槛 要求值 很少 极少 鲜有 罕见
m:open 或许 大抵 需不 需为 需小于 将达 将会 将为 将超
m:if 假定 若要 要使 为使 欲使 为了使 为了 随着 如果 若 假如 假设 倘若 一旦 只要 除非
m:actual 实测 测得 实际 实得 检测值 实测值 测定值
f 的 值 数值 平均 平均值 均值 结果 可 能 能够 可以 已 也 仍 则 便 更 高 更高 较高 优异 良好
f 进一步 显著 明显 大幅 有 具有 仅 只 仅仅 只有 就 最后 一般 通常 例如 如 时 其 它 该 这 此 了 着 过 得 得到 获得
f:test 测定 测试 检测 测量 试验 检验 测
f 取得 定 后 前 中 内 上 下 处的 并行 之 所 经测定 经测试 经检测 经测量 总 总体 整体 综合 额定 标称 名义 典型
f 典型值 水平 大小 范围 区间 之间 介 介于 介乎 很高 较好 较大 较低 较小 很好 很大 极高 很低 更好 更大 更低 更小 偏高
f 偏低 恰好 正好 恰 刚好 精确 还 再 因此 因而 从而 所以 其中 不仅 不但 不只 不断 持续 始终 一直 稳定在 记为 记作
f 表示 称为 称 若干 目标探测 目标识别 目标跟踪 目标检测 目标距离 目标分辨 目标产物 目标产品 目标物 目标化合物 目标蛋白 目标基因 达标 完全 室温 常温 条件 环境 状态 情况
f 掺杂后 优化后 改进后 处理后 改性后 烧结后 之后 以后 而言 来说 即可 方面 性能 指标 技术指标 参数 反应 应用 响应
f 感应 适应 供应 效应 应变 对应 相应 不同 不等 数据 具体 具体为 依然 依旧 最终达到 稳定性好 两种 二 两 一 三 四 几
f 保证 确保 保障 多 低 大 小 好 优 差 强 佳
""")
LONGEST = max(map(len, ZH))
_longest_from: dict[str, int] = {}  # by first character
for _word_zh in ZH:
    _longest_from[_word_zh[0]] = max(len(_word_zh), _longest_from.get(_word_zh[0], 0))
_PHRASES: dict[str, list[tuple[str, str, str]]] = {}
for _phrase in sorted(EN, key=lambda phrase: (-len(phrase), phrase)):
    if not _phrase.isalpha():
        _PHRASES.setdefault(re.split(r"[ .]", _phrase)[0], []).append((_phrase, *EN[_phrase]))
_RUN = re.compile(
    r"(?P<word>[a-zμ][a-z0-9_μ]*(?:'[a-z]+)?)|(?P<han>[\u4e00-\u9fff]+)|(?P<space>\s+)|(?P<digits>\d[\d.]*|\\[a-z]+)|(?P<sign>>=|<=|=>|=<|.)",
    re.DOTALL,
)
_MARKS = {",": "c", "、": "&", ":": "l", "=": "l", "|": "l", "→": "d", "@": "@", WIDE_COMMA: "c"}
_MARKS |= dict.fromkeys("([{", "(") | dict.fromkeys(")]}", ")") | dict.fromkeys("/-.\"“”'*σ。;；!！?？", "f")
_D_NUMBER = re.compile(r"d\d\d$")
# Words that compare with a number, and with nothing else are prepositions: "over the whole band", "under load".
PLACING = frozenset(["above", "over", "below", "under", "beneath", "beyond", "within"])


def lexed(lower: str, begin: int, end: int, out: list[Token]) -> None:
    """The words between two places, as tokens."""
    place = begin
    while place < end:
        match = _RUN.match(lower, place, end)
        assert match is not None
        kind, place = match.lastgroup, match.end()
        if kind == "space":
            continue
        if kind == "word":
            out.append(_word(lower, match, end))
            place = out[-1].end
        elif kind == "han":
            _han(lower, match.start(), match.end(), out)
        elif kind == "digits":
            out.append(Token("f", match.start(), match.end()))
        else:
            sign = match.group()
            known = ZH.get(sign)
            token = known if known is not None else (_MARKS.get(sign, "u"), "")
            out.append(Token(token[0], match.start(), match.end(), token[1]))


def _word(lower: str, match: re.Match[str], end: int) -> Token:
    word, start = match.group(), match.start()
    for phrase, kind, told in _PHRASES.get(word, ()):
        stop = start + len(phrase)
        if lower.startswith(phrase, start) and stop <= end and not (stop < len(lower) and lower[stop].isalnum()):
            return Token(kind, start, stop, told)
    known = EN.get(word)
    if known is None and word.endswith("s") and len(word) > 4:
        known = EN.get(f"{word[:-3]}y" if word.endswith("ies") else word[:-1])
        known = known if known is not None and known[0] in "nC" else None
    if known is None:
        known = ("n", "") if _D_NUMBER.match(word) else ("u", "")
    return Token(known[0], start, match.end(), known[1])


def _han(lower: str, start: int, end: int, out: list[Token]) -> None:
    """A run of Chinese characters, cut at the longest known words."""
    while start < end:
        for length in range(min(_longest_from.get(lower[start], 0), end - start), 0, -1):
            known = ZH.get(lower[start : start + length])
            if known is None:
                continue
            if known[0] == "n" and length == 1 and not _before_value(lower, start + 1):
                known = ("f" if lower[start] == "高" else "u", "")
            out.append(Token(known[0], start, start + length, known[1]))
            start += length
            break
        else:
            if lower[start] == "超" and start + 1 == end:  # 超50万转; 超导 and 超声 are words
                out.append(Token("o", start, start + 1, ">"))
            else:
                out.append(Token("u", start, start + 1))
            start += 1


_VALUE_NEXT = re.compile(r"\s?(?:[为是达在:=≥≤><约仅~(]|大于|小于|不|高于|低于|超过|至少|至多|\d)")


def _before_value(lower: str, place: int) -> bool:
    return _VALUE_NEXT.match(lower, place) is not None


# ---- Words that bear nothing on a value ------------------------------------------------------------------------------


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word.replace("_", " ") for line in lines for word in line.split())


# Things that have parameters, and their parts. The list is general: what the catalogue asks of lasers, powders, motors.
_EN_THINGS = _words(
    "accessory actuator adc adhesive alloy array art axis axle balloon band bar batch batches battery batteries bearing bits blank board",
    "body bottles box burner cable camera carrier cell cells ceramic channel chip circuit coating coatings compressor converter cylinder",
    "dac data dataset sheet device dewar display downlink driver drone electrode electrodes electrolyte engine equipment fiber fibre fibers film films",
    "fingers flake foam foil front-end front frame furnace gripper gyroscope hinge hydrophone igbt imager inlet instrument isolator item",
    "joint laser layer lens lidar link loop loops lot lots machine magnet magnets material materials membrane mems mirror module modules",
    "motor optics orbit oscillator oscilloscope outlet output part particle particles pellet pipe pixel plane plate platform powder powders",
    "product products pump quadruped radar reactor receiver resin robot robots rod rotor sample samples satellite seed sensor separator",
    "servo set shutter signal sintering source specimen specimens spindle sponge stage station strand surface switch switches system",
    "tank tape telescope thruster tool train transceiver transducer transmitter truck turbine turbo tube unit units valve vehicle vials wafer",
    "wheelbase wing wire yarn grade model type types series version code drive arm leg truss fibre_optic lead end side face field board",
    "carbon steel glass sapphire silica titanium gallium zirconium tungsten molybdenum copper aluminium aluminum rare earth oxide oxides",
    "hand inverter substrate loss losses needle robot_hand reference_oscillator reference_clock adhesive_needs gas_sensor gas_turbine each_other",
    "iron-to-phosphorus phosphorus anhydrous hydrated dihydrate powdery dryer kiln roller tunnel rotary pusher sagger saggers mill mills sieve mesh cake filter press pellets",
    "platelets nanoplates nanotube nanotubes nanoparticles graphene pitch shell core core-shell layer layers network skeleton pores voids fines primary-particle",
    "aged ageing aging fired refired firing dried dewatered evaporated granulated granulation granules flash jet-crushed classified classifier demagnetised demagnetized",
    "demagnetising demagnetizing screened blended doped niobium-doped titanium-doped magnesium-doped manganese-rich iron-rich ratio molar mole content contents degree",
    "two-step one-step two-stage double-sintered twice-sintered continuous batchwise pilot line plant workshop industrial mass large-scale kilogram-scale",
    "morphology microstructure phase phases purity-phase olivine-phase crystallite crystallographic unit_cell diffusion conductivity impurity impurities ions ion",
    "improved improving enhanced increases reduces lowers raises fills filling filled pack packs packed tightly closely well evenly uniformly thoroughly slowly rapidly",
    "gradually finally subsequently initially respectively together separately simultaneously directly further furthermore moreover additionally also therefore hence",
    "embodiment embodiments invention inventive aspect aspects present disclosure herein above-mentioned",
    "consists consist initial initially certificate compacts solvent_extraction in_some_embodiments in_certain_embodiments analysis",
    "lanthanum cerium praseodymium neodymium samarium europium gadolinium terbium dysprosium holmium erbium thulium ytterbium lutetium yttrium scandium",
    "batch's powder's material's product's sample's cell's cathode's phosphate's",
    "white black blue yellow grey gray dry wet thick thin hollow porous dense smooth solid crystalline amorphous annealed infrared optical",
)
# The powders of which the catalogue's battery points speak, and the cells in which they are tested.
_EN_CATHODE = _words(
    "cathode cathodes positive lfp lmfp lifepo4 lifepo4/c lithium iron phosphate phosphates manganese ferrous olivine lithium-ion",
    "coin half button carbon-coated coated uncoated doped undoped co-doped codoped doping dopant coating secondary primary active composite",
    "single crystal crystals agglomerates grains bimodal trimodal unimodal spherical submicron nano micron nanometre nanometer micrometre",
    "micrometer bet d10 d50 d90 d99 ph specific surface particle-size size sizes distribution distributions crystallinity lattice olivine-type",
    "moisture residual dense packing close-packed high-density high-compaction sub-micron fine coarse large small larger smaller spheres",
    "stoichiometric electrolyte separator counter metal sheet foil binder conductive pvdf nmp galvanostatic cycler test-cell cr2032 2032",
    "electrochemical electrochemically charge charged discharge discharged discharging charging cycle cycles cycled cycling coulombic capacity",
    "reversible window range cut-off cutoff cc-cv constant-current",
)
# What such powders are made from: beside a value they may be what the value is of, and then say nothing of the product.
EN_FEED = _words(
    "nitrogen argon hydrogen oxygen air gas inert acid solution water deionized deionised ethanol methanol acetone solvent solvents slurry",
    "glucose sucrose starch citric ascorbic peg source sources carbonate hydroxide li2co3 lioh fepo4 nh4h2po4 h3po4 feso4 mnso4 mno2 mn3o4",
    "tio2 mgo al2o3 nb2o5 v2o5 zro2 dihydrogen ammonium sulfate sulphate chloride nitrate oxalate acetate ferric dioxide magnesium vanadium",
    "niobium zirconia alumina crucible crucibles beads salt salts feed dispersant additive additives reagent reagents mixture mixtures",
    "starting raw lithium-source iron-source carbon-source precursor precursors",
)
# How things are made, tested, told of and handed over.
_EN_DEEDS = _words(
    "added adding annealing applied assembled assembly ball milled milling blended mixed mixing built calcination calcined calcining carried",
    "cast centrifuged classified cleaned coated combined compacted compacting compressed conducted contained containing contains comprises",
    "comprising consisting cooled cooling crushed crushing crystallised crystallized cured cut deposited dispersed distilled dried drying",
    "dissolved drawn evaporated extracted fed figuring filled filtered filtering finished fired firing followed formed forming fabricated gave",
    "giving ground grinding grown heated heating held hot-pressed impregnated jet machined made melted mounted operated operating packed packing",
    "pelletised placed polished polishing precipitated prepared preparation pressed pressing processed processing produced producing",
    "production purification purified pyrolysed recrystallised recrystallized recrystallization recrystallisation recycled reduced refined run",
    "runs removed rinsed roasted roasting sanded sieved sieving sintered sintering spray sprayed spray-dried spun stirred stirring synthesis",
    "synthesised synthesized treated treatment tuned vacuum vacuum-dried washed washing weighed weighing weighs welded wound yielding yielded",
    "annealed drawn spraying pulverised pulverized pulverization jet-milled sand-milled ball-milled crystallisation crystallization",
    "hydrothermal solvothermal coprecipitation co-precipitation solid-state sol-gel freeze freeze-dried",
    "accepts charging charges covers compares consumption control cools delivers delivered deliver_of discharging draws drives driving emits",
    "feeding fixed flies listed loses offers provides provided providing sells sold ships shipped supplied supply supplies switches works yields",
    "exhibiting exhibit displays displayed showing having has_been possesses possessing presents presented reporting_date keeps",
    "determination hplc gc icp icp-ms icp-oes xrf sem tem xrd laser-diffraction titration analysis analysed analyzed analyzer analyser tester",
    "instrument diffraction test tests testing measurement measurements inspection inspected checked characterised characterized density-tester",
    "assay analysis examined method methods process processes procedure step steps route stage stages conditions room ambient",
    "temperature atmosphere hours hour minutes minute day days times tonne tonnes kilogram gram litre",
    "seller buyer party contract delivery specification specifications spec specs data-sheet datasheet technical product-specification properties",
    "property characteristics characteristic description features table tables fig figure figures section item items no paragraph annex",
    "provides relates obtainable obtain_of obtaining achieve_of achieving resulting resultant thereby thereof hereby",
    "rho sigma meets meet satisfies fulfils fulfills complies by_the_method_of_us compares_with lags_behind gb gb/t iso astm standard_deviation sufficient true little when_pressed",
    "dear colleagues hello hi team regards mr ms attached please_find_enclosed",
    "cause owing thanks because result_of gradation grading effect good-flowing flowability uniform homogeneous excellent superior_in",
)
_EN_GENERAL = _words(
    "first second third two three four five six seven eight nine ten twelve half new next_to central centre center top bottom inner outer whole",
    "entire same respective least most-common more less greater better excess according_to_the_invention according_to_example in_one_embodiment in_another_embodiment contain according_to_this according_to_gb",
    "according_to_the_embodiment according_to_claim according_to_table crude",
    "according_to_the_method according_to_the_present accordance_with_the_invention out of off up down into onto together only around",
    "we i it one's whole_band later_on further in_use currently today presently freshly newly twice thrice",
    "north south minus plus percent per_cent degrees celsius centimetre centimeter per_hour cubic square specific typical_value typical mean",
    "long wide deep high tall low heavy light fast slow hot cold short great linear rotary rotational radial axial angular vertical horizontal",
    "tensile compressive thermal electric electrical mechanical magnetic chemical physical dynamic static relative critical central repetition",
    "service storage starting operating working running loading holding clamping blocking settling switching sampling positioning charging_time",
    "fatigue breakdown burst clock carrier curing insertion leak refractive response ripple frame moisture foreign matter impurities tap tapped",
    "compaction consumption altitude acceleration aperture energy deflection detection expansion excess beam",
    "in_the_air efficient tunable wireless digital analog integrated flexible portable",
    "a b c d e f g h i k l m n p q r s t u v w x y z",
)
EN_PLAIN = _EN_THINGS | _EN_CATHODE | _EN_DEEDS | _EN_GENERAL

_ZH_THINGS = _words(
    "产品 产物 材料 样品 粉末 粉体 粉料 物料 成品 试样 样本 样机 型号 规格 规格书 产品规格书 产品规格 产品名称 名称 批次 批号 批 号 编号 牌号 级别 系列 装置 设备 系统",
    "模块 组件 器件 部件 机器 整机 仪器 电机 伺服电机 电主轴 主轴 发动机 水泵 泵 阀 压电阀 传感器 微型传感器 图像传感器 激光器 光纤激光器 窄线宽激光器 调Q激光器 激光雷达 雷达",
    "光纤 光源 光栅 编码器 光栅编码器 光刻机 光学树脂 树脂 玻璃 低膨胀玻璃 陶瓷 高强陶瓷 碳纤维 纤维 薄膜 膜 氧化物薄膜 涂层 镀层 晶片 硅片 芯片 晶圆 基片 相机 镜头 变焦镜头 反射镜 红外探测器 探测器",
    "继电器 开关 二极管 稳压器 电源 控制器 放大器 衰减器 环形器 发射模块 模组 直线模组 卷积加速卡 加速卡 陀螺仪 编码器 减速器 谐波减速器 六轴机器人 机器人 无人机 无人叉车 卫星 气动夹爪 夹爪 振动台 电解槽",
    "储氢瓶 储能柜 储能电芯 燃料电池 燃料电池系统 电池包 电池 电芯 电解液 铜箔 隔膜 带材 钢板 热成形钢板 合金 晶体 晶粒 像元 像素 触点 方块 单丝 单槽 单通道 车 该车 机床 内存 显存",
    "氮化硅 硅 碳 氧化物 金属 高纯 稀土 氧化铽 氧化镝 氧化钇 氧化镧 氧化铈 氧化钕 氧化镨 氧化铕 氧化钆 单一稀土 薄片 端面 表面 外观 颜色 白色 黑色 灰色 均匀 良好 外观均匀",
)
_ZH_CATHODE = _words(
    "磷酸铁锂 磷酸锰铁锂 磷酸亚铁锂 磷酸盐 正极 正极材料 正极活性材料 活性材料 活性物质 橄榄石 橄榄石型 碳包覆 包覆 碳包覆层 掺杂 未掺杂 共掺杂 未包覆 钛掺杂 扣式电池 扣电 扣式 半电池 纽扣电池 纽扣 锂片 金属锂 金属锂片",
    "颗粒 一次颗粒 二次颗粒 大颗粒 小颗粒 大小颗粒 级配 粒径级配 粒度分布 粒径分布 双峰 双峰分布 单晶 球形 类球形 形貌 电镜 扫描电镜 晶格 比表面 粒度 粒径 中值粒径 碳含量 含碳量 杂质 铁杂质 铜杂质 含铁量 水分",
    "首次 首次充电 首次放电 充电 放电 充放电 循环 比容量 充电比容量 放电比容量 克容量 能量密度 高能量密度 倍率 电化学 电化学性能 电性能 电压范围 电压区间 电压窗口 截止 截止电压 恒流 测试结果 测试结果表明 结果表明 结果显示",
    "压实 压制 压片 压制压力 压力机 模具 高压实 高密度 致密 流动性 电导率 加工性能 涂布 浆料 导电剂 粘结剂 隔膜 手套箱 组装 组装成 装配 蓝电",
)
ZH_FEED = _words(
    "氮气 氩气 氢气 氧气 空气 惰性 惰性气体 保护气 气体 水 去离子水 纯水 乙醇 甲醇 丙酮 溶剂 溶液 酸 硫酸 盐酸 磷酸 柠檬酸 草酸 抗坏血酸 氨水 双氧水 葡萄糖 蔗糖 淀粉 聚乙二醇 碳源 锂源 铁源 磷源 锰源 钛源",
    "碳酸锂 氢氧化锂 磷酸铁 磷酸二氢铵 磷酸二氢锂 磷酸氢二铵 硫酸亚铁 硫酸锰 氯化铁 硝酸铁 草酸亚铁 氧化铁 铁红 铁粉 二氧化锰 四氧化三锰 二氧化钛 钛白粉 氧化镁 氧化铝 五氧化二铌 五氧化二钒 氧化锆 偏钒酸铵 碳酸锰",
    "添加剂 分散剂 研磨介质 锆球 混合物 混合料 原材料 原料 为原料 前驱体 前体 料 坩埚 匣钵 炉料 滤饼",
)
_ZH_DEEDS = _words(
    "制备 制备方法 制得 制成 制备得到 所制备 所得 得到 获得 所述 上述 由此 生产 合成 加工 处理 工艺 方法 工序 步骤 流程 烧结 一次烧结 二次烧结 煅烧 焙烧 退火 固溶 热处理 固溶处理 保温 升温 降温 冷却 自然冷却 随炉冷却",
    "混合 混合均匀 混匀 搅拌 研磨 球磨 砂磨 粉碎 气流粉碎 破碎 过筛 筛分 分级 除磁 除磁处理 除铁 干燥 烘干 真空干燥 喷雾 喷雾干燥 造粒 溶解 加入 称取 按比例 比例 摩尔比 质量比 重量比 配料 投料 反应 共沉淀 沉淀 水热",
    "过滤 抽滤 洗涤 水洗 离心 浓缩 蒸馏 减压蒸馏 精馏 萃取 重结晶 结晶 提纯 纯化 沉积 抛光 静置 分散 碳化 还原 陈化 包装 真空 气氛 气氛中 惰性气氛 室温 常温 常压 固相法 液相法 水热法 共沉淀法 溶胶凝胶法 固相",
    "测 测得 所测 测试 测定 检测 检验 试验 实验 分析 表征 结果 数据 表明 显示 可见 可知 看出 如表 如图 所示 表 图 第 见表 见图 高效液相色谱 液相色谱 气相色谱 色谱 滴定 质谱 激光粒度仪 比表面积测试仪 压实密度仪 振实密度仪",
    "验收 验收合格 合格 检验合格 交付 供货 出货 提供 供应 销售 出售 合同 本合同 协议 甲方 乙方 买方 卖方 双方 技术指标 技术参数 性能参数 主要指标 主要性能 指标如下 项目 满足 符合企业标准 企业标准 满足客户 客户",
    "开发 研发 建成 投产 工作 供电 启动 起飞 巡航 飞行 续航 快移 振实 屈服 拉伸 抗拉 断裂 爆破 击穿 反向击穿 曝光 探测 发射 接收 接触 插入 泄漏 指向 套刻 膨胀 热膨胀 超导转变 偏心 放 充 供 冷启动 冷 调 负载",
    "改进 优化 调节 控制 改善 通过 采用 经过 进行 使得 使 具备 含有 含 由 组成 构成 共 共生产 满足高能量密度电池的需要 需要 分布 特点 优点 优良 突出 因为 由于 归因于 得益于 因 故 是因为",
    "减速比 窄 以质量计 以重量计 对焦 对焦距离 调q激光器 重复 重复频率 重复定位精度 加速度 最大加速度 针对 问题 缺点 不足之处 较上一代 较上代 真密度 含铁 切成 切 超 时效 高温 低温 相对湿度 相对 残余变形 全长 首效 首圈",
    "库伦 库仑 库伦效率 库仑效率 第二次 第二次循环 满足客户要求 满足要求 不满足要求 符合要求 超过预期目标 达到预期目标 设计要求 其特征在于 特征在于 特征 权利要求 满足技术要求 符合技术要求 符合本发明",
    "对比发现 研究发现 发现 本发明的 本实施例 氧化 制作 采集 取样 抽检 抽样 复检 送检 自检 出厂 出厂检验 典型数据 汇总 汇总如下 列于 列出 见下表 下表 对照表 ",
    "可逆 可逆容量 可逆比容量 尚无测试结果 首圈库伦效率 充放电效率 平均放电电压 电压平台 中值电压 容量保持率 循环性能 倍率性能 克容量发挥",
    "检验报告 检测报告 测试报告 分析报告 显示 报告显示 离子交换 溶剂萃取 萃取分离 粗品 未经级配 未经处理 未经包覆 未经掺杂 未经改性 符合合同要求 符合要求 确认 发明人 发明人发现 甲乙双方 双方确认 镨 钕 镝 铽 铕 钇 镧 铈 钆 钐 镨钕 混合氧化物 同一批 第一批 第二批 每一批 第三批 卖方供应",
    "作为 铁磷比 锰铁比 锰铁 磷酸锰铁 铁 磷 锂 锰 钛 镁 铌 钒 锆 铝 掺镁 掺钛 掺铌 掺钒 导电性 压滤 闪蒸 闪蒸干燥 脱水 无水 窑 窑炉 辊道窑 回转窑 推板窑 管式炉 马弗炉 箱式炉 炉 砂磨机 球磨机 气流磨 粉碎机 喷雾干燥机 混料机",
    "一烧 二烧 预烧结 烧成 恒温 回火 碳层 碳源 纳米 纳米级 微米级 亚微米 片状 棒状 核壳 核壳结构 结构 网络 骨架 孔隙 空隙 间隙 填充 堆积 紧密堆积 致密堆积 粗颗粒 细颗粒 粗粉 细粉 大粒径 小粒径 混配 混批 批混 筛下物 过网",
    "高温固相法 碳热还原 碳热还原法 共沉淀法合成 喷雾热解 两步烧结 两段烧结 分段烧结 一步法 两步法 连续 中试 量产 小试 大试 产线 车间 工厂 生产线 工业化 规模化 千吨级 万吨级 吨级 公斤级",
    "物相 纯相 杂相 晶胞 晶胞参数 一次粒子 二次粒子 离子 锂离子 扩散 扩散系数 电子电导率 离子电导率 电导 改善 提高 提升 降低 减少 增强 有效 充分 快速 缓慢 均匀地 直接 分别 同时 此外 另外 因此 从而 进而 最终 其中所述",
    "应用于 用于 可用于 适用于 动力电池 储能电池 储能 锂离子电池 锂电池 锂离子 电动汽车 小批量供货 批量供货 供货 附件 随附 说明 说明书 说明如下 描述 概述 简介 摘要 背景 实施方式 具体实施方式 优选实施例 结论 总结",
    "第一代 第二代 第三代 第四代 第五代 四代 三代半 四代半 高端 主流",
    "磁性异物 磁性异物含量 磁性杂质 振实密度 粉末压实密度 压实密度 首次库伦效率 首次库仑效率 放电克容量 平均电压 放电容量保持率 放电容量 纯度",
    "五个 三个 两个 两批 三批 两次 三次 四次 五次 一次 二次 多次 平行 平行测试 次平均 次测试 各批次 每批 全部 所有 全 地 本次 本批 本批次 该批 该批次 当前 目前 现 今年 年 月 日 年度",
    "防护等级 阿贝数 静态 零偏 机械 电气 热 磁 光学 正向 输入 输出 纹波 输出纹波 时钟 时钟抖动 杂散 固含量 浆料固含量 中心 最近 整 端 位 台 个 片 只 种 度 处 者 位置 部分 方向 轴 行 来 最 逆变 海平面 进水 氯氢硅 产氢 翻译评分 单槽产氢量 燃烧室",
    "典型 典型值 实测值 检测值 较高 更高 且 其 该 本 此 等 即 也 均 并 再 首先 先 然后 接着 随后 最后 之后 之间 左右 上下 以上 以下 以内 整体 单位 条件 下 中 内 后 时 在 于",
)
_ZH_UNITS = _words(
    "克 千克 公斤 吨 微米 纳米 毫米 厘米 米 公里 小时 分钟 分 秒 天 年 次 度 摄氏度 兆帕 千帕 帕 伏 毫伏 安 毫安 毫安时 瓦 千瓦 兆瓦 转 亿 万 千 百 百分 千分 立方厘米 平方米 克每立方厘米 每克 千牛 牛 像素 点 零 一 二 三 四 五 六 七 八 九 十",
    "万次 千次 万分 点五 每小时 亿像素",
)
ZH_PLAIN = _ZH_THINGS | _ZH_CATHODE | _ZH_DEEDS | _ZH_UNITS
# Words and phrases that leave a value open although other lists hold their parts, or the grammar knows them as fillers.
NOT_UNDERSTOOD = _words(
    "minus high-rate low-rate high-pressure low-pressure high_pressure low_pressure high_rate low_rate high_rates low_rates some few several any certain whole_of before prior_to until as_if such_as_to once best worst other another others their his her they",
    "according_to according who whom nobody one can_be get become go come stated specified rated_at reported_as quoted ever",
    "若干 几 其中 其它 其他 部分 个别 单个 单颗 最好 最佳 最优 最高值 次高 前 之前 以前 掺杂前 处理前",
    "煅烧前 烧结前 焙烧前 包覆前 改性前 改进前 优化前 除磁前 混合前 研磨前 保证 确保 保障 当 一旦 若 如 称为 称 不仅 不但 不只 应变 对应 相应 响应 应用 反应 适应 感应 供应商",
    "天能 当升 中天 高工 国标 行标 团标 标准 和其他 对方 补锂 预锂化 化成后 折合 折算 换算 之和 总和 合计 每提高 每增加 每升高 复合 混合粉末 混合粉 混粉 共混",
    "定在 定为 定于 设在 设为 设定 写成 写为 写作 记为 记作 视为 算作 当作 一批 一份 一炉 一个 有一批 之一 中有 时间问题 问题是 报告 报称 据报",
    "不足时 过高时 过低时 不当时 异常时 失败时",
    "合同指标 验收指标 项目指标 考核指标 条件是 条件为 条件: 验收条件 交货条件 设计值 设计压实密度",
    "仅此 仅此一次 仅一次 只一次 一次性 偶然 偶尔",
    "如果 达标 不合格 报废 样品方 客户要求 客户方 买方要求 甲方要求 此前 过去 曾 曾经 一度 以往 年前 去年 明年 后年 未来 下一代 上一代 下代",
)
# The other party to a contract: what it has or asks for is not what is handed over.
OTHER_PARTY = _words("buyer buyer's buyers customer customer's customers party purchaser", "买方 甲方 客户 需方 用户")
# What things of a kind are like; of the thing itself only where the text says that it speaks of that.
IN_GENERAL = _words(
    "typically usually generally normally mostly commonly often currently today presently",
    "一般 通常 普遍 往往 大多 多为 主流 目前 当前 现 常见",
)
# Those of them that are no powder, and have neither a density when tapped nor foreign matter that anyone asks for.
NO_POWDER = _words(
    "nitrogen argon hydrogen oxygen air gas acid solution water ethanol methanol acetone solvent solvents slurry carbonate hydroxide glucose sucrose raw",
    "碳酸锂 氢氧化锂 葡萄糖 蔗糖 原料 原材料 碳源 锂源 氮气 氩气 氢气 氧气 空气 气体 保护气 水 去离子水 纯水 乙醇 甲醇 丙酮 溶剂 溶液 酸 硫酸 盐酸 磷酸 氨水 双氧水 浆料",
)
# Materials and electrodes of which the catalogue's conditions on cathode powders do not speak.
OTHER_THINGS = _words(
    "pack packs module modules series furnace dryer mill supply mains",
    "模组 模块 电池包 电池组 串联 烘箱 干燥机 电源 市电 零下 小电流 大电流 大倍率 高倍率 低倍率 晶体",
    "anode anodes graphite graphitic silicon sic ncm nca nmc lco lmo lnmo pouch full full-cell high-temperature low-temperature overcharge",
    "全电池 软包 软包电池 负极 负极片 负极材料 极片 极板 电极 电极片 正极片 石墨 石墨负极 三元 三元材料 硅碳 硅碳负极 硬碳 钴酸锂 锰酸锂 镍锰酸锂 高温 低温 高温下 低温下",
)
NOT_A_CATHODE = _words(
    "binder binders black additive additives 导电剂 导电炭黑 炭黑 乙炔黑 粘结剂 粘合剂",
    "electrode electrodes film films sheet foil foils plate graphite copper titanium aluminium aluminum silica alloy magnet magnets glass steel",
    "铜箔 硅 硅片 钢板 合金 玻璃 陶瓷 薄膜 金属",
)
