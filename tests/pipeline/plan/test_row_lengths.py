"""Rows are as long as the checkpoint's tokenizer makes them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from components.article.fields import TEXT_FIELDS
from components.errors import DataError, SettingsError
from components.preprocessing.taxonomy import Taxonomy
from pipeline.plan.row_lengths import read_lengths, rows_of_lengths, split_lengths

TAXONOMY = Taxonomy({"SPORTS": "SPORTS", "MEDIA": "MEDIA"}, excluded=frozenset({"U.S. NEWS"}))
ROWS = [
    {"category": "SPORTS", "headline": "Home team wins", "short_description": "At last, they say."},
    {"category": "MEDIA", "headline": "No news today", "short_description": ""},
    {"category": "U.S. NEWS", "headline": "Left out", "short_description": ""},
    {"category": "SPORTS", "headline": "word " * 50, "short_description": ""},
]


def write(folder: Path) -> str:
    file = folder / "rows.json"
    lines = [*(json.dumps(row) for row in ROWS), "no row at all"]
    file.write_text("\n".join(lines), "utf-8")
    return str(file)


def test_only_rows_that_a_run_accepts_are_counted(tmp_path: Path, checkpoint: Path):
    lengths = read_lengths([write(tmp_path)], TEXT_FIELDS, TAXONOMY, str(checkpoint), max_length=24)
    tokenizer = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    texts = ["Home team wins At last, they say.", "No news today"]
    expected = [len(tokenizer.encode(text).ids) for text in texts]
    assert lengths.tolist() == [*expected, 24]


def test_compressed_rows_are_counted_and_folders_are_not(tmp_path: Path, checkpoint: Path):
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(Path(write(tmp_path)).read_bytes()))
    files = [f"{tmp_path}/*.json*"]
    lengths = read_lengths(files, TEXT_FIELDS, TAXONOMY, str(checkpoint), max_length=24)
    assert len(lengths) == 2 * 3


def test_a_table_with_names_of_its_own_is_counted(tmp_path: Path, checkpoint: Path):
    lengths = read_lengths([write(tmp_path)], TEXT_FIELDS, TAXONOMY, str(checkpoint), max_length=24)
    header, *records = (
        "title,text,label",
        *(",".join(f'"{row[name]}"' for name in (*TEXT_FIELDS, "category")) for row in ROWS),
    )
    (tmp_path / "rows.csv").write_text("\n".join([header, *records]), "utf-8")
    names = dict(zip((*TEXT_FIELDS, "category"), header.split(","), strict=True))
    arguments = [f"{tmp_path}/rows.csv"], TEXT_FIELDS, TAXONOMY, str(checkpoint), 24
    assert read_lengths(*arguments, names).tolist() == lengths.tolist()
    with pytest.raises(DataError, match="no row has the fields 'headline' and 'category'"):
        read_lengths(*arguments)


def test_data_without_rows_are_refused(tmp_path: Path, checkpoint: Path):
    with pytest.raises(SettingsError, match="no file matches"):
        read_lengths([f"{tmp_path}/*.json"], TEXT_FIELDS, TAXONOMY, str(checkpoint), max_length=24)
    (tmp_path / "empty.json").write_text("{}\n", "utf-8")
    with pytest.raises(SettingsError, match="no row"):
        read_lengths([f"{tmp_path}/*.json"], TEXT_FIELDS, TAXONOMY, str(checkpoint), max_length=24)


def test_splits_have_their_shares():
    lengths = np.arange(3, 1_003)
    train, evaluated = split_lengths(lengths, eval_fraction=0.1, test_fraction=0.2, seed=1)
    assert not set(train) & set(evaluated)
    assert 60 < len(evaluated) < 140 and 650 < len(train) < 750


def test_rows_have_the_lengths():
    assert rows_of_lengths(np.array([3, 5, 2])).lengths.tolist() == [3, 5, 2]
