"""The executor on small files: splits, counts and quarantine beside them, refusals."""

from __future__ import annotations

import gzip
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
from tests.support.compressions import COMPRESS

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


def article(number: int, **fields: object) -> dict[str, object]:
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


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz", ".zst"])
def test_compressed_files_are_read_to_their_end(tmp_path: Path, suffix: str):
    rows = "".join(f"{json.dumps(article(number))}\n" for number in range(60)).encode()
    compress = COMPRESS[suffix]
    members = compress(rows[:1_000]) + compress(rows[1_000:])
    (tmp_path / f"a.json{suffix}").write_bytes(members)
    artifact = generate(f"{tmp_path}/a.json{suffix}", tmp_path / "out")
    assert artifact.get_int_custom_property("rows_accepted") == 60


@pytest.mark.parametrize(
    ("name", "contents", "reason"),
    [
        ("b.json.gz", gzip.compress(b'{"headline": "A", "category": "ARTS"}\n')[:-1], "is cut off"),
        ("b.json.gz", b'{"headline": "A", "category": "ARTS"}\n', "holds no gzip data"),
        ("b.json", gzip.compress(b"{}"), "holds gzip data"),
    ],
)
def test_one_file_that_cannot_be_read_to_its_end_stops_the_run(
    tmp_path: Path, name: str, contents: bytes, reason: str
):
    write_rows(tmp_path / "a.json", [article(number) for number in range(60)])
    (tmp_path / name).write_bytes(contents)
    with pytest.raises(DataError, match=rf"^{tmp_path}/{name}: {reason}"):
        generate(f"{tmp_path}/*", tmp_path / "out")


def test_unusable_metadata_costs_no_row_and_is_counted(tmp_path: Path):
    rows = [article(number, date=1_526_256_000_000, link="x") for number in range(40)]
    write_rows(tmp_path / "a.json", rows)
    generate(str(tmp_path / "a.json"), tmp_path / "out")
    counts = read_row_counts(str(tmp_path / "out"))
    assert (counts.read, counts.accepted, counts.emptied) == (40, 40, {"date": 40})
    example = read_split(tmp_path / "out", "train")[0]
    assert list(example.features.feature["date"].bytes_list.value) == [b""]


@pytest.mark.parametrize(("number", "empty"), [(7, "train"), (8, "eval")])
def test_a_split_without_rows_is_named_with_the_setting(tmp_path: Path, number: int, empty: str):
    write_rows(tmp_path / "a.json", [article(number)] * 3)
    reason = rf"none of the 3 usable .* '{empty}'; .*data\.eval_fraction"
    with pytest.raises(DataError, match=reason):
        generate(str(tmp_path / "a.json"), tmp_path / "out")


def test_a_binary_file_is_an_error_and_no_flood(tmp_path: Path):
    (tmp_path / "a.json").write_bytes(bytes(range(256)) * 4_000)
    with pytest.raises(DataError, match="none of the .* rows read can be used") as error:
        generate(str(tmp_path / "a.json"), tmp_path / "out")
    assert len(str(error.value)) < 1_000
