"""The executor on small files: splits, counts and quarantine beside them, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import tensorflow as tf
from tfx.types import standard_artifacts

from components.article.fields import TEXT_FIELDS
from components.errors import DataError
from components.json_example_gen.component import json_example_gen
from components.json_example_gen.executor import Executor, read_quarantine
from components.json_example_gen.row_counts import read_row_counts
from components.preprocessing.taxonomy import Taxonomy

TAXONOMY = Taxonomy(
    class_of={"ARTS": "ARTS & CULTURE", "POLITICS": "POLITICS"}, excluded=frozenset({"U.S. NEWS"})
)


def generate(
    files: str,
    uri: Path,
    taxonomy: Taxonomy | None = TAXONOMY,
    unknown_category: str = "error",
    max_quarantined_fraction: float = 0.5,
) -> standard_artifacts.Examples:
    component = json_example_gen(
        files,
        TEXT_FIELDS,
        taxonomy,
        {"train": 0.7, "eval": 0.3},
        unknown_category,
        max_quarantined_fraction,
    )
    artifact = standard_artifacts.Examples()
    artifact.uri = str(uri)
    Executor().Do({}, {"examples": [artifact]}, dict(component.spec.exec_properties))
    return artifact


def read_split(uri: Path, split: str) -> list[tf.train.Example]:
    files = [str(file) for file in uri.glob(f"Split-{split}/*")]
    records = tf.data.TFRecordDataset(files, compression_type="GZIP")
    return [tf.train.Example.FromString(record.numpy()) for record in records]


def write_rows(path: Path, rows: list[dict]) -> None:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")


def article(number: int, **fields: str) -> dict[str, str]:
    return {"headline": f"Article {number}", "category": "ARTS", "short_description": "", **fields}


def test_every_row_is_in_one_split_with_empty_fields_kept(tmp_path: Path):
    write_rows(tmp_path / "a.json", [article(number) for number in range(60)])
    artifact = generate(str(tmp_path / "a.json"), tmp_path / "out")
    train, eval_ = (read_split(tmp_path / "out", split) for split in ("train", "eval"))
    headlines = [e.features.feature["headline"].bytes_list.value[0] for e in train + eval_]
    assert sorted(headlines) == sorted(f"Article {number}".encode() for number in range(60))
    assert 8 <= len(eval_) <= 28
    assert all(
        list(e.features.feature["short_description"].bytes_list.value) == [b""] for e in train
    )
    assert artifact.get_int_custom_property("rows_accepted") == 60


def test_a_second_copy_or_another_field_never_moves_a_row(tmp_path: Path):
    rows = [article(number) for number in range(40)]
    copies = [dict(row, headline=row["headline"].upper(), date="2018-01-01") for row in rows]
    write_rows(tmp_path / "a.json", rows)
    write_rows(tmp_path / "b.json", copies)
    generate(str(tmp_path / "*.json"), tmp_path / "out")
    for split in ("train", "eval"):
        headlines = [
            e.features.feature["headline"].bytes_list.value[0].lower()
            for e in read_split(tmp_path / "out", split)
        ]
        assert headlines
        assert all(headlines.count(headline) == 2 for headline in headlines)


def test_bad_rows_are_quarantined_with_their_place_and_the_counts_add_up(tmp_path: Path):
    lines = [json.dumps(article(number)) for number in range(10)]
    lines[3:3] = ["", "{broken"]
    lines.append(json.dumps(article(11, category="U.S. NEWS")))
    (tmp_path / "a.json").write_text("\n".join(lines), encoding="utf-8")
    generate(str(tmp_path / "a.json"), tmp_path / "out")
    counts = read_row_counts(str(tmp_path / "out"))
    assert (counts.read, counts.accepted, counts.quarantined) == (12, 10, 1)
    assert counts.excluded == {"U.S. NEWS": 1}
    (bad_row,) = read_quarantine(str(tmp_path / "out"))
    assert str(bad_row).startswith(f"{tmp_path}/a.json:5: not JSON")
    assert bad_row.text.strip() == "{broken"


def test_an_unknown_category_stops_the_run(tmp_path: Path):
    write_rows(tmp_path / "a.json", [article(1), article(2, category="SPACE")])
    with pytest.raises(DataError, match=r"a\.json:2: unknown category 'SPACE'"):
        generate(str(tmp_path / "a.json"), tmp_path / "out")


def test_rows_to_predict_need_no_category(tmp_path: Path):
    write_rows(tmp_path / "a.json", [{"headline": "A"}, {"headline": "B", "category": "SPACE"}])
    generate(str(tmp_path / "a.json"), tmp_path / "out", taxonomy=None)
    assert read_row_counts(str(tmp_path / "out")).accepted == 2


def test_a_binary_file_is_an_error_and_no_flood(tmp_path: Path):
    (tmp_path / "a.json").write_bytes(bytes(range(256)) * 4_000)
    with pytest.raises(DataError, match="none of the .* rows read can be used") as error:
        generate(str(tmp_path / "a.json"), tmp_path / "out")
    assert len(str(error.value)) < 1_000
