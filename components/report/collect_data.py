"""Section 'data': rows by outcome and category, lengths, anomalies, unusable rows."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from tensorflow_metadata.proto.v0 import statistics_pb2
from tfx.types import Artifact, artifact_utils

from components.article.fields import CATEGORY
from components.data_validation.anomalies import Anomaly, read_anomalies
from components.data_validation.statistics import COUNTED_VALUES
from components.data_validation.verdict import read_data_verdict
from components.files import open_file
from components.json_example_gen.quarantine import read_quarantine
from components.json_example_gen.row_counts import read_row_counts
from components.preprocessing.taxonomy import Taxonomy
from components.report.content import CategoryRows, Data, TextField

_STATISTICS_FILE = "FeatureStats.pb"
_SHOWN_BAD_ROWS = 50
_SURE = 20  # times the largest error: a figure is right to 5 %, and mostly exact

_Statistics = Mapping[str, statistics_pb2.DatasetFeatureStatistics]


def collect_data(
    examples: Artifact,
    quarantine: Artifact,
    statistics: Artifact,
    anomalies: Artifact | None,
    verdict: Artifact | None,
    taxonomy: Taxonomy,
    text_fields: Sequence[str],
) -> Data:
    """Reads what became of the rows.

    Args:
        examples: of JsonExampleGen.
        quarantine: of JsonExampleGen.
        statistics: of StatisticsGen, on the same rows.
        anomalies: of ExampleValidator, if it was run.
        verdict: of DataValidator, if it was run.
        taxonomy: of the run.
        text_fields: that the model reads.
    """
    by_split = dict(_read_statistics(statistics))
    return Data(
        counts=read_row_counts(examples.uri),
        split_rows={split: stats.num_examples for split, stats in by_split.items()},
        categories=_categories(by_split, taxonomy),
        texts=list(_texts(by_split, text_fields)),
        quarantined=list(islice(read_quarantine(quarantine.uri), _SHOWN_BAD_ROWS)),
        anomalies=None if anomalies is None else _read_anomalies(anomalies),
        verdict=None if verdict is None else read_data_verdict(verdict.uri),
    )


def _read_statistics(
    statistics: Artifact,
) -> Iterator[tuple[str, statistics_pb2.DatasetFeatureStatistics]]:
    for split in artifact_utils.decode_split_names(statistics.split_names):
        folder = artifact_utils.get_split_uri([statistics], split)
        message = statistics_pb2.DatasetFeatureStatisticsList()
        message.ParseFromString(_read(os.path.join(folder, _STATISTICS_FILE)))
        yield split, message.datasets[0]


def _categories(by_split: _Statistics, taxonomy: Taxonomy) -> list[CategoryRows]:
    """Rows by category, the largest first; categories of the taxonomy without rows have 0."""
    rows = Counter(dict.fromkeys(taxonomy.class_of, 0))
    for statistics in by_split.values():
        for feature in _features(statistics, (CATEGORY,)):
            for bucket in feature.string_stats.rank_histogram.buckets:
                rows[bucket.label] += int(bucket.sample_count)
    return [
        CategoryRows(name, taxonomy.class_of.get(name, "no class"), count)
        for name, count in rows.most_common()
    ]


def _texts(by_split: _Statistics, text_fields: Sequence[str]) -> Iterator[TextField]:
    for split, statistics in by_split.items():
        for feature in _features(statistics, text_fields):
            strings = feature.string_stats
            yield TextField(
                split=split,
                name=feature.path.step[0],
                rows=statistics.num_examples,
                mean_bytes=strings.avg_length,
                empty=_empty_rows(strings),
                distinct=min(strings.unique, statistics.num_examples),
                is_counted=strings.unique < COUNTED_VALUES,
            )


def _empty_rows(strings: statistics_pb2.StringStatistics) -> int | None:
    """Rows in which a feature is empty; None where a sketch of its values cannot say."""
    buckets = strings.rank_histogram.buckets
    rows = next((int(bucket.sample_count) for bucket in buckets if not bucket.label), 0)
    if len(buckets) >= strings.unique:
        return rows
    # The most frequent values only, whose rows are too many by less than the last one's at most.
    return rows if rows > _SURE * buckets[-1].sample_count else None


def _features(
    statistics: statistics_pb2.DatasetFeatureStatistics, names: Sequence[str]
) -> Iterator[statistics_pb2.FeatureNameStatistics]:
    return (feature for feature in statistics.features if feature.path.step[0] in names)


def _read_anomalies(anomalies: Artifact) -> list[Anomaly]:
    splits = artifact_utils.decode_split_names(anomalies.split_names)
    return list(read_anomalies(anomalies.uri, splits))


def _read(path: str) -> bytes:
    with open_file(path, "rb") as file:
        return file.read()
