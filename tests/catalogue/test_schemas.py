"""The schemas that ship with the data, and the data under them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from mulu.catalogue import records
from mulu.catalogue.pack import DATA
from mulu.catalogue.records import schemas
from mulu.determination import law
from mulu.procedure import following, limits, machine, penalties

FILES = {**records.FILES, **law.FILES, **limits.FILES, **following.FILES, **machine.FILES, **penalties.FILES}
SCHEMAS = DATA / "schemas"
DATA_FILES = sorted(path.relative_to(DATA).as_posix() for path in DATA.rglob("*.jsonl"))


def schema_of(file: str) -> str:
    """The name of the schema under which a line of the file falls."""
    path = Path(file)
    folder, stem = path.parts[0], path.stem
    if folder in ("instruments", "sightings"):
        return folder
    if folder in ("law", "procedures"):
        return f"{folder}-{stem}"
    if folder == "glossary":
        if stem.startswith("near-"):
            return "near-misses"
        return stem if stem in ("manner", "parameters") else "glossary"
    return stem


def validator(name: str) -> Draft202012Validator:
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    return Draft202012Validator(schema, format_checker=FormatChecker())


def lines(file: str) -> list[tuple[int, object]]:
    text = (DATA / file).read_text(encoding="utf-8")
    return [(n, json.loads(line)) for n, line in enumerate(text.split("\n"), start=1) if line.strip()]


def test_there_is_a_schema_file_for_every_kind_of_file_and_no_other():
    assert {path.name for path in SCHEMAS.iterdir()} == {f"{name}.schema.json" for name in FILES}


@pytest.mark.parametrize("name", FILES)
def test_the_schema_file_is_the_one_made_from_the_records(name):
    held = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    assert held == json.loads(json.dumps(schemas(FILES)[name]))


@pytest.mark.parametrize("name", FILES)
def test_the_schema_is_a_schema(name):
    Draft202012Validator.check_schema(schemas(FILES)[name])


def test_every_schema_has_a_file_of_the_pack_under_it():
    assert {schema_of(file) for file in DATA_FILES} | {"manifest"} == set(FILES)


@pytest.mark.parametrize("file", DATA_FILES)
def test_every_line_of_the_data_fits_its_schema(file):
    checked = lines(file)
    assert checked
    fits = validator(schema_of(file))
    wrong = [f"{file}:{n}: {error.message}" for n, line in checked for error in fits.iter_errors(line)]
    assert wrong == []


def test_the_manifest_fits_its_schema():
    manifest = json.loads((DATA / "manifest.json").read_text(encoding="utf-8"))
    assert list(validator("manifest").iter_errors(manifest)) == []


@pytest.mark.parametrize("file", DATA_FILES)
def test_the_schema_refuses_a_line_with_an_unknown_key(file):
    _, line = lines(file)[0]
    assert not validator(schema_of(file)).is_valid({**line, "surprise": 1})
