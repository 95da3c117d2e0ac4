"""Every folder of `tests/wrong` but `base` holds one defect, and the error that must name it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from mulu.catalogue.editions import Catalogue
from mulu.catalogue.pack import DefectivePack, digest, read_glossary
from mulu.vocabulary import Language

WRONG = Path(__file__).resolve().parent.parent / "wrong"
BASE = WRONG / "base"
DEFECTS = sorted(folder.name for folder in WRONG.iterdir() if folder.is_dir() and folder != BASE)

# Here the manifest and the files disagree, or the manifest itself is the defective file.
NOT_RESEALED = {
    "digest-differs-from-the-manifest",
    "file-missing",
    "file-not-in-the-manifest",
    "manifest-not-json",
}


def overlaid(defect: str, folder: Path) -> Path:
    """The base pack with the files of one defect laid over it, sealed again unless the seal is the defect."""
    shutil.copytree(BASE, folder)
    shutil.copytree(WRONG / defect, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expected.txt"))
    if defect not in NOT_RESEALED:
        resealed(folder)
    return folder


def resealed(folder: Path) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["files"] = {p.relative_to(folder).as_posix(): digest(p) for p in folder.rglob("*.jsonl")}
    path.write_text(json.dumps(manifest), encoding="utf-8")


def load(folder: Path) -> Catalogue:
    catalogue = Catalogue.load(folder)
    read_glossary(folder, catalogue.pack.points, catalogue.pack.items)
    return catalogue


def test_the_base_pack_has_no_defect(tmp_path):
    assert len(load(BASE).editions["2031-a"].present()) == 3
    shutil.copytree(BASE, tmp_path / "pack")
    resealed(tmp_path / "pack")
    assert load(tmp_path / "pack").version == "2031.1.1"


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defective_pack_is_refused_with_its_place_in_both_languages(defect, tmp_path):
    expected = (WRONG / defect / "expected.txt").read_text(encoding="utf-8").strip()
    folder = overlaid(defect, tmp_path / "pack")
    with pytest.raises(DefectivePack) as caught:
        load(folder)
    refused = caught.value
    place = refused.file if refused.line is None else f"{refused.file}:{refused.line}"
    assert expected.startswith(f"{place}: ")
    assert expected in refused.in_(Language.EN)
    assert place in refused.in_(Language.ZH)
    for language in Language:
        assert "build_pack.py" in refused.in_(language), "the error says what to do next"


@pytest.mark.parametrize("name", ["items.jsonl", "points.jsonl", "sources/divisions.jsonl", "corrections.jsonl"])
def test_a_pack_without_one_of_its_files_is_refused_by_the_name_of_the_file(name, tmp_path):
    folder = tmp_path / "pack"
    shutil.copytree(BASE, folder)
    (folder / name).unlink()
    resealed(folder)
    with pytest.raises(DefectivePack) as caught:
        load(folder)
    assert caught.value.file == name
    assert "missing" in caught.value.in_(Language.EN)
    assert "缺失" in caught.value.in_(Language.ZH)


def test_a_folder_without_a_manifest_is_refused(tmp_path):
    with pytest.raises(DefectivePack, match=r"manifest\.json: the file is missing"):
        load(tmp_path)
