"""The executor on small files: splits, the account of all rows, what is left out, refusals."""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from dataclasses import replace
from itertools import chain
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from components.errors import DataError, FailureError
from components.json_example_gen import executor, left_out, shards
from components.json_example_gen import ingest as ingest_module
from components.json_example_gen.data_files import DataFiles
from components.json_example_gen.quarantine import read_quarantine
from components.json_example_gen.row_counts import read_row_counts
from components.row_files.survey import survey_file
from components.split_rule import SplitRule, read_split_rule
from tests.support.compressions import COMPRESS
from tests.support.ingestion import POLICY, article, execute, ingest, read_split, write_rows

SPLITS = ("train", "eval", "test")
NEWEST = replace(POLICY, split_rule=SplitRule("newest", eval_fraction=0.3, test_fraction=0.2))


def headlines(folder: Path) -> dict[str, list[str]]:
    return {split: [row["headline"] for row in read_split(folder, split)] for split in SPLITS}


def counts(folder: Path):
    return read_row_counts(str(folder / "examples"))


def test_every_row_is_in_one_split_with_empty_fields_kept(tmp_path: Path):
    rows = [article(number) for number in range(60)]
    examples = ingest([write_rows(tmp_path / "a.json", rows)], tmp_path)
    found = headlines(tmp_path)
    assert sorted(chain.from_iterable(found.values())) == sorted(row["headline"] for row in rows)
    assert 6 <= len(found["eval"]) <= 30 and 4 <= len(found["test"]) <= 22
    assert all(row["short_description"] == "" for row in read_split(tmp_path, "train"))
    assert json.loads(examples.split_names) == list(SPLITS)
    assert examples.get_int_custom_property("rows_accepted") == 60
    assert read_split_rule(str(tmp_path / "examples")) == POLICY.split_rule
    assert counts(tmp_path).splits == {split: len(rows) for split, rows in found.items()}


def test_ranges_files_and_workers_change_no_split_and_no_row(tmp_path: Path):
    rows = [article(number) for number in range(80)]
    whole = write_rows(tmp_path / "a.json", rows)
    ingest([whole], tmp_path / "one")
    parts = [write_rows(tmp_path / f"{n}.json", rows[n::3]) for n in range(3)]
    workers = ["--direct_num_workers=2", "--direct_running_mode=multi_threading"]
    ingest(parts, tmp_path / "many", range_bytes=1_000, beam_args=workers)
    for split in SPLITS:
        one, many = (
            sorted(map(str, read_split(tmp_path / name, split))) for name in ("one", "many")
        )
        assert one == many
    assert len(list((tmp_path / "many/examples/Split-train").iterdir())) > 5
    assert [file.read for file in counts(tmp_path / "many").files] == [27, 27, 26]


def test_rows_of_every_kind_of_file_are_the_same_rows(tmp_path: Path):
    rows = [article(number) for number in range(40)]
    ingest([write_rows(tmp_path / "a.json", rows)], tmp_path / "lines")
    (tmp_path / "array.json").write_text(json.dumps(rows, indent=2))
    ingest([tmp_path / "array.json"], tmp_path / "array")
    theirs = {"headline": "title", "category": "label"}
    with (tmp_path / "table.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([theirs.get(name, name) for name in rows[0]])
        writer.writerows([*(row.values() for row in rows), ["a line\nwith", "few cells"]])
    policy = replace(POLICY, field_names=theirs)
    ingest([tmp_path / "table.csv"], tmp_path / "table", policy, range_bytes=100)
    for name in ("array", "table"):
        for split in SPLITS:
            assert read_split(tmp_path / name, split) == read_split(tmp_path / "lines", split)
    assert (counts(tmp_path / "table").read, counts(tmp_path / "array").read) == (41, 40)
    (bad_row,) = read_quarantine(str(tmp_path / "table/quarantine"))
    assert bad_row.raw == b'"a line\nwith",few cells\r\n'
    assert str(bad_row).startswith(f"{tmp_path}/table.csv:42: 2 cells, and the header has ")


def test_a_file_without_the_fields_is_refused_by_those_that_it_has(tmp_path: Path):
    file = write_rows(tmp_path / "a.json", [{"title": "A", "label": "ARTS"}])
    for names, message in (
        ({}, "no row has the fields 'headline' and 'category'; its fields are: title, label; map"),
        ({"headline": "titel", "category": "label"}, "the field 'titel' that data.fields gives"),
    ):
        with pytest.raises(DataError, match=message):
            ingest([file], tmp_path, replace(POLICY, field_names=names))


def test_bad_rows_are_quarantined_as_they_were_written_and_the_account_balances(tmp_path: Path):
    lines = [json.dumps(article(number)).encode() for number in range(10)]
    lines[3:3] = [b"", b'{"broken": \xff\x00']
    lines.append(json.dumps(article(11, category="U.S. NEWS")).encode())
    file = tmp_path / "a.json"
    file.write_bytes(b"\n".join(lines))
    ingest([file], tmp_path)
    found = counts(tmp_path)
    assert (found.read, found.accepted, found.quarantined) == (12, 10, 1)
    assert found.excluded == {"U.S. NEWS": 1}
    (of_file,) = found.files
    assert (of_file.read, of_file.accepted, of_file.excluded, of_file.quarantined) == (12, 10, 1, 1)
    assert (of_file.size, of_file.fingerprint) == (
        file.stat().st_size,
        survey_file(str(file)).fingerprint,
    )
    (bad_row,) = read_quarantine(str(tmp_path / "quarantine"))
    assert str(bad_row).startswith(f"{file}:5: not UTF-8")
    assert bad_row.raw == b'{"broken": \xff\x00\n'
    assert not list((tmp_path / "quarantine").glob("scratch*"))


def test_what_eval_and_test_share_with_train_is_left_out_and_counted(tmp_path: Path):
    rows = [article(number) for number in range(60)]
    edited = [
        {**row, "headline": f"{row['headline']}!", "link": f"x{n}"} for n, row in enumerate(rows)
    ]
    near = [
        {**row, "headline": f"{row['headline']} again", "link": f"y{n}"}
        for n, row in enumerate(rows)
    ]
    ingest([write_rows(tmp_path / "a.json", [*rows, *edited, *near])], tmp_path)
    found = counts(tmp_path)
    in_train = {text.split()[1] for text in headlines(tmp_path)["train"]}
    for split in ("eval", "test"):
        held_out = {text.split()[1] for text in headlines(tmp_path)[split]}
        assert held_out and not held_out & in_train
    assert set(found.left_out) == {
        f"{split}: {reason} in train"
        for split in ("eval", "test")
        for reason in ("the same text", "a near twin")
    }
    assert found.accepted + sum(found.left_out.values()) == found.read == 180
    assert (found.duplicates.exact, found.duplicates.near) == (60, 180)


def test_conflicting_labels_follow_the_rule(tmp_path: Path):
    rows = [article(number) for number in range(60)]
    rows += [article(7, category="POLITICS"), article(8, category="CULTURE")]
    file = write_rows(tmp_path / "a.json", rows)
    ingest([file], tmp_path / "keep")
    kept = counts(tmp_path / "keep")
    assert (kept.duplicates.two_categories, kept.duplicates.two_classes) == (4, 2)
    ingest([file], tmp_path / "drop", replace(POLICY, conflicts="drop"))
    assert counts(tmp_path / "drop").accepted == kept.accepted - 2
    assert not any("word7x" in t for texts in headlines(tmp_path / "drop").values() for t in texts)


def test_the_newest_rows_are_tested_and_the_border_is_recorded(tmp_path: Path):
    rows = [article(n, date=f"2020-{1 + n // 28:02}-{1 + n % 28:02}") for n in range(100)]
    rows += [article(200, date="May 2020")]
    ingest([write_rows(tmp_path / "a.json", rows)], tmp_path, NEWEST)
    rule = read_split_rule(str(tmp_path / "examples"))
    assert rule and rule.border == "2020-03-25"
    dates = {split: [row["date"] for row in read_split(tmp_path, split)] for split in SPLITS}
    assert len(dates["test"]) == 20 and min(dates["test"]) == rule.border
    assert max(dates["train"] + dates["eval"]) < rule.border
    (bad_row,) = read_quarantine(str(tmp_path / "quarantine"))
    assert "no usable date, which data.split=newest needs" in bad_row.reason


@pytest.mark.parametrize(
    ("date", "reason"),
    [
        ("", "needs dates, and none of the 9 usable"),
        ("2020-01-01", "the newest day, 2020-01-01, has 9"),
    ],
)
def test_the_newest_rows_need_dates(tmp_path: Path, date: str, reason: str):
    file = write_rows(tmp_path / "a.json", [article(number, date=date) for number in range(9)])
    with pytest.raises(DataError, match=f"a.json: data.split=newest.*{reason}.*data.split=hash"):
        ingest([file], tmp_path, NEWEST)


def test_an_unknown_category_stops_the_run(tmp_path: Path):
    file = write_rows(tmp_path / "a.json", [article(1), article(2, category="SPACE")])
    with pytest.raises(DataError, match=r"a\.json:2: unknown category 'SPACE'"):
        ingest([file], tmp_path)


def test_more_bad_rows_than_the_bound_stop_the_run(tmp_path: Path):
    file = write_rows(tmp_path / "a.json", [article(number) for number in range(60)])
    file.write_bytes(file.read_bytes() + b"{\n" * 4)
    ingest([file], tmp_path / "enough", replace(POLICY, max_quarantined_rows=4))
    with pytest.raises(
        DataError, match=r"rows are unusable, more than data\.max_quarantined_rows = 3"
    ):
        ingest([file], tmp_path / "more", replace(POLICY, max_quarantined_rows=3))


def test_rows_to_predict_need_no_category_and_all_stay(tmp_path: Path):
    rows = [{"headline": "A"}, {"headline": "A", "category": "SPACE"}]
    policy = replace(POLICY, taxonomy=None, split_rule=None)
    ingest([write_rows(tmp_path / "a.json", rows)], tmp_path, policy)
    assert counts(tmp_path).splits == {"batch": 2}


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_compressed_files_are_read_to_their_end(tmp_path: Path, suffix: str):
    rows = "".join(f"{json.dumps(article(number))}\n" for number in range(60)).encode()
    compress = COMPRESS[suffix]
    file = tmp_path / f"a.json{suffix}"
    file.write_bytes(compress(rows[:1_000]) + compress(rows[1_000:]))
    ingest([file], tmp_path)
    assert counts(tmp_path).accepted == 60


def test_one_file_that_changes_meanwhile_stops_the_run(tmp_path: Path):
    files = [write_rows(tmp_path / f"{n}.json", [article(n)] * 60) for n in range(2)]
    data = DataFiles([str(file) for file in files], [survey_file(str(file)) for file in files])
    files[1].write_bytes(files[1].read_bytes().replace(b"ARTS", b"arts", 1))
    with pytest.raises(DataError, match=r"^\S+/1\.json: was changed while it was read"):
        execute(data, tmp_path)


def test_files_on_a_bucket_are_found_and_counted_by_the_executor(tmp_path: Path):
    for name in ("a", "b"):
        write_rows(tmp_path / f"{name}1.json", [article(ord(name) + n) for n in range(30)])
    execute(DataFiles([f"{tmp_path}/a*.json", f"{tmp_path}/b1.json"]), tmp_path)
    assert [Path(file.path).name for file in counts(tmp_path).files] == ["a1.json", "b1.json"]
    with pytest.raises(DataError, match=r"data\.files: no file matches .*c\*\.json"):
        execute(DataFiles([f"{tmp_path}/c*.json"]), tmp_path)


@pytest.mark.parametrize(("numbers", "empty"), [([3], "train"), ([1], "eval"), ([1, 3], "test")])
def test_a_split_without_rows_is_named_with_the_setting(
    tmp_path: Path, numbers: list[int], empty: str
):
    file = write_rows(tmp_path / "a.json", [article(number) for number in numbers])
    reason = rf"none of the \d usable .* '{empty}'; .*data\.\w+_fraction"
    with pytest.raises(DataError, match=reason):
        ingest([file], tmp_path)


def drop_every_other(write):
    calls = iter(range(1_000))
    return lambda self, split, record: write(self, split, record) if next(calls) % 2 else None


def lose_a_range(to_json):
    return lambda done: to_json(replace(done, outcomes=Counter({("accepted", ""): 1})))


MUTATIONS = {
    "records are not written": lambda: patch.object(
        shards.ShardWriter, "write", drop_every_other(shards.ShardWriter.write)
    ),
    "lines are not read": lambda: patch.object(
        ingest_module, "read_range", lambda *a, read=ingest_module.read_range: list(read(*a))[::2]
    ),
    "rows are not counted": lambda: patch.object(
        executor, "_to_json", lose_a_range(executor._to_json)
    ),
    "more is left out than is said": lambda: patch.object(
        left_out, "keep_records", lambda path, keep: shards.keep_records(path, np.zeros_like(keep))
    ),
    "a shard is lost": lambda: patch.object(
        executor,
        "count_rows",
        lambda works, done, gone, splits, real=executor.count_rows: real(
            works, done, gone, {**splits, "train": splits["train"] - 1}
        ),
    ),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_rows_that_get_lost_are_noticed(tmp_path: Path, mutation: str):
    rows = [article(number) for number in range(60)] + [article(n, link=f"x{n}") for n in range(60)]
    file = write_rows(tmp_path / "a.json", rows)
    with MUTATIONS[mutation](), pytest.raises(FailureError, match=r"a difference of [+-]\d+"):
        ingest([file], tmp_path)


def test_a_binary_file_is_an_error_and_no_flood(tmp_path: Path):
    (tmp_path / "a.json").write_bytes(b"{}\n" + bytes(range(256)) * 4_000)
    with pytest.raises(DataError, match="none of the .* rows read can be used") as error:
        ingest([tmp_path / "a.json"], tmp_path)
    assert len(str(error.value)) < 1_000


def test_unusable_metadata_costs_no_row_and_is_counted(tmp_path: Path):
    rows = [article(number, date=1_526_256_000_000) for number in range(40)]
    ingest([write_rows(tmp_path / "a.json", rows)], tmp_path)
    found = counts(tmp_path)
    assert (found.read, found.accepted, found.emptied) == (40, 40, {"date": 40})
    assert read_split(tmp_path, "train")[0]["date"] == ""


def test_no_file_is_left_open(tmp_path: Path):
    file = write_rows(tmp_path / "a.json", [article(number) for number in range(60)])
    before = len(os.listdir("/proc/self/fd"))
    ingest([file], tmp_path)
    assert len(os.listdir("/proc/self/fd")) <= before + 2


def test_a_split_whose_rows_were_all_left_out_says_so(tmp_path: Path):
    rows = write_rows(tmp_path / "rows.json", (article(number) for number in range(200)))
    with pytest.raises(DataError, match=r"'eval' were left out: a near twin in train \(64\)"):
        ingest([rows], tmp_path, replace(POLICY, twin_similarity=0.01))


def test_rows_with_one_link_are_one_article(tmp_path: Path):
    rows = (article(number, link="https://site.com/news") for number in range(50))
    with pytest.raises(DataError, match="rows with one link, .* stay together"):
        ingest([write_rows(tmp_path / "rows.json", rows)], tmp_path)


def test_no_more_bad_rows_are_held_than_are_needed(tmp_path: Path):
    rows = tmp_path / "rows.json"
    rows.write_bytes(b"bad\n" * 100)
    policy = replace(POLICY, max_quarantined_rows=3, max_quarantined_fraction=1.0)
    with pytest.raises(DataError, match="none of the 100 rows"):
        ingest([rows], tmp_path, policy, range_bytes=20)
    assert len(list(read_quarantine(str(tmp_path / "quarantine")))) == 4
