"""The profile of rows: what is counted, and that it is read back as it was written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from components.data_validation.probe import Sample, probe
from components.data_validation.profile import (
    DataProfile,
    copy_data_profile,
    read_data_profile,
    read_graph_profile,
    write_data_profile,
)
from components.data_validation.tally import Batch, Tally
from components.files import DocumentError
from components.split_rule import SplitRule

CLASS_OF = {"CRIME": "CRIME", "ARTS": "ARTS & CULTURE"}


def batch(*rows: tuple[bytes, bool, int, int, int, int, int, int, int]) -> Batch:
    return Batch(*(np.array(values) for values in zip(*rows, strict=True)))


def tally() -> Tally:
    counted = Tally()
    counted.add(batch((b"CRIME", True, 10, 4, 2, 2, 2, 1, 20180525)))
    counted.add(
        batch(
            (b"CRIME", False, 30, 9, 9, 6, 4, 0, 20180526),
            (b"\xff", False, 20, 7, 5, 4, 4, 0, 0),
        )
    )
    return counted


RULE = SplitRule("newest", 0.1, 0.2, border="2020-01-01")


def profile_of(counted: Tally) -> DataProfile:
    figures = counted.figures(CLASS_OF)
    assert figures
    found = probe(sample(np.arange(100) % 2), sample(np.arange(50) % 2))
    return DataProfile(CLASS_OF, ["headline"], "t", figures, {"train": figures}, None, found, RULE)


def sample(labels: np.ndarray, limit: int = 100) -> Sample:
    """Rows of three tokens, of which the second one tells the label and the third one nothing."""
    rows = [[0, 10 + label, 20 + place % 7] for place, label in enumerate(labels.tolist())]
    chosen = Sample(limit)
    chosen.add(np.array(rows, np.int32).ravel(), np.arange(0, 3 * len(rows) + 1, 3), labels)
    return chosen


def test_figures_are_those_of_the_rows():
    figures = tally().figures(CLASS_OF)
    assert figures is not None
    assert (figures.rows, figures.empty_descriptions, figures.undated, figures.one_case) == (
        3,
        1,
        1,
        1,
    )
    assert figures.categories == {"ARTS": 0, "CRIME": 2, "\ufffd": 1}
    lengths = figures.characters
    assert (lengths.shortest, lengths.median, lengths.longest, lengths.mean) == (10, 20, 30, 20)
    assert (figures.sub_words, figures.words, figures.whole_words) == (16, 12, 10)
    assert (figures.first_day, figures.last_day) == ("2018-05-25", "2018-05-26")
    assert figures.months == {"2018-05": 2}
    twice = Tally.of_all([tally(), tally()]).figures(CLASS_OF)
    assert twice and twice.rows == 6 and twice.characters == lengths


def test_no_rows_have_no_figures():
    assert Tally().figures(CLASS_OF) is None


def test_a_profile_travels_with_the_model(tmp_path: Path):
    graph, export = tmp_path / "graph", tmp_path / "export"
    (export / "assets.extra").mkdir(parents=True)
    graph.mkdir()
    assert read_data_profile(str(export)) is None, "a model of an earlier version"
    written = profile_of(tally())
    write_data_profile(str(graph), written)
    copy_data_profile(str(graph), str(export))
    assert read_graph_profile(str(graph)) == read_data_profile(str(export)) == written
    (export / "assets.extra" / "data_profile.json").write_text("{}")
    with pytest.raises(DocumentError, match="damaged"):
        read_data_profile(str(export))


def test_the_probe_learns_what_there_is_to_learn():
    labels = np.arange(200) % 2
    learnt = probe(sample(labels), sample(labels[:50]))
    assert learnt is not None
    assert [rows for rows, _ in learnt.top_1] == [64]
    assert learnt.top_1[-1][1] == 1.0 and learnt.majority == 0.5


def test_too_few_rows_have_no_probe():
    assert probe(sample(np.zeros(63, int)), sample(np.zeros(9, int))) is None
    assert probe(sample(np.zeros(99, int)), Sample(9)) is None


def test_a_sample_is_the_same_rows_however_they_come():
    rng = np.random.default_rng(3)
    rows = [rng.integers(0, 99, rng.integers(1, 9)).astype(np.int32) for _ in range(500)]
    labels = rng.integers(0, 5, 500)

    def chosen(order: np.ndarray, batch: int) -> Sample:
        kept = Sample(40)
        for start in range(0, 500, batch):
            part = order[start : start + batch]
            texts = [rows[place] for place in part]
            splits = np.concatenate([[0], np.cumsum([len(text) for text in texts])])
            kept.add(np.concatenate(texts), splits, labels[part])
        return kept

    texts, found = chosen(np.arange(500), 500).rows()
    others, others_found = chosen(rng.permutation(500), 7).rows()
    assert len(texts) == 40
    assert [text.tolist() for text in texts] == [text.tolist() for text in others]
    assert found.tolist() == others_found.tolist()
