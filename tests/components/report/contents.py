"""Reports made by hand: a good run against a baseline, and one with nothing but trouble."""

from __future__ import annotations

import math
from dataclasses import replace

from components.data_validation.verdict import DataFinding, DataVerdict
from components.duplicates.counts import DuplicateCounts
from components.evaluation import metric_names as names
from components.evaluation.verdict import OVERALL, CalibrationBin, Comparison, RuleResult
from components.json_example_gen.quarantine import QuarantinedRow
from components.json_example_gen.row_counts import RowCounts
from components.report.content import (
    Anomaly,
    CategoryRows,
    ClassFigures,
    Confusion,
    Content,
    Data,
    Decision,
    EpochFigures,
    Figure,
    Origin,
    Predictions,
    ScoredRow,
    Step,
    TextField,
)
from components.report.token_lengths import measure_lengths
from components.serving_check.findings import Finding

CLASSES = [f"CLASS {n:02}" + " & A LONG NAME" * (n % 3 == 0) for n in range(28)]
HOSTILE = (
    "</script><script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "'\"><svg/onload=alert(1)> {{ 7*7 }} {% raw %}",
    "\x00\x07 NUL and bell, \ud800 half a pair, \u202ereversed, " + "unbroken" * 60,
)


def good_content() -> Content:
    """A blessed and pushed model of 28 classes, better than its baseline."""
    counts = [
        [30 + 10 * n if n == m else (n * 7 + m) % 5 * (m % 4 == 0) for m in range(28)]
        for n in range(28)
    ]
    rows = [
        ScoredRow([f"Headline {n}", "Text."], "C", CLASSES[n % 9], *_scores(n)) for n in range(9)
    ]
    return Content(
        pipeline="news-category",
        run_id="2026-01-02T03:04:05.6",
        made_at="2026-01-02 03:14 UTC",
        judged="test",
        decision=Decision(
            blessed=True,
            pushed_version="1700000000",
            pushed_to="/models/1700000000",
            failures=[],
            figures=[
                Figure("Top-1", 0.8234, 0.8),
                Figure("Calibration error", 0.03, 0.04, True, False),
                Figure("Cross-entropy", 0.774, 0.91, False, False),
            ],
            comparison=Comparison("model 13", "model 9", "", "examples 2"),
            rules=[
                RuleResult(names.TOP_1, OVERALL, "least", 0.82, 0.7, 0.8, True),
                RuleResult(names.CLASS_TOP_1_POSSIBLE, CLASSES[0], "least", 0.9, 0.05, None, True),
            ],
            too_small={CLASSES[1]: 7},
            findings=[
                Finding("scores", True, "at most 0.001", "0.0001", 0.0001, 0.001),
                Finding("latency_p99_ms", True, "to be reported", "12.5 ms", 12.5),
            ],
        ),
        data=Data(
            counts=RowCounts(
                read=913,
                accepted=900,
                quarantined=1,
                excluded={"U.S. NEWS": 9},
                left_out={"test: a near twin in train": 3},
                duplicates=DuplicateCounts(exact=17, near=5, two_categories=4, two_classes=2),
            ),
            split_rows={"train": 720, "eval": 90, "test": 90},
            categories=[
                CategoryRows("ARTS", "ARTS & CULTURE", 300),
                CategoryRows("CULTURE", "ARTS & CULTURE", 400),
                CategoryRows("CRIME", "CRIME", 200),
            ],
            texts=[TextField("train", "headline", 810, 51.2, None, 800)],
            quarantined=[QuarantinedRow("rows.json", 7, "not JSON", b"{")],
            anomalies=[],
            verdict=DataVerdict([_data_finding(True, "tokens a word: 1.2")], "model 9", [], ""),
        ),
        epochs=[
            EpochFigures(n, _epoch(2.0 / n, 0.5 + n / 10), _epoch(2.5 / n, 0.4 + n / 10), 61.0)
            for n in (1, 2, 3)
        ],
        classes=[
            ClassFigures(name, 100 - n, 0.9 - n / 50, 0.8, 0.7, 0.95, 0.01 * (n - 9), 0.0)
            for n, name in enumerate(CLASSES)
        ],
        slices=[ClassFigures("no description", 9, 0.5, 0.5, 0.5, 0.9)],
        confusion=Confusion(CLASSES, counts),
        calibration=[
            CalibrationBin(n / 10, (n + 1) / 10, 10 * n, n / 10 + 0.05, n / 10) for n in range(10)
        ],
        predictions=Predictions(
            scored=9,
            available=90,
            wrong=3,
            mistakes=rows[:7],
            random=rows,
            lengths=measure_lengths([5, 9, 9, 30], max_length=32),
        ),
        origin=Origin(
            settings={"trainer": {"epochs": "3", "learning_rate": "1e-05"}},
            checkpoint=[("fingerprint", "d5c9" * 16)],
            libraries={"tfx": "1.16.0"},
            steps=[Step("Trainer", 3725.0, False), Step("Transform", 6.1, True)],
        ),
    )


def troubled_content() -> Content:
    """Not blessed, no baseline, no serving check, NaN, classes without rows, hostile texts."""
    good = good_content()
    nan = math.nan
    broken = RuleResult(names.TOP_1, OVERALL, "least", 0.41, 0.7, None, False)
    hostile = ScoredRow(
        [HOSTILE[0], HOSTILE[3]],
        HOSTILE[1],
        HOSTILE[2],
        [(HOSTILE[0], nan), (HOSTILE[1], 0.1)],
        0.2,
    )
    return replace(
        good,
        run_id=HOSTILE[1],
        judged="test",
        decision=replace(
            good.decision,
            blessed=False,
            pushed_version=None,
            pushed_to=None,
            failures=["Top-1 is 41.0 %, and at least 70.0 % is needed", HOSTILE[2]],
            figures=[Figure("Top-1", 0.41, None), Figure("Calibration error", nan, None)],
            comparison=Comparison("model 1", None, "no model has been blessed yet", "examples 2"),
            rules=[broken, RuleResult("new_rule", CLASSES[1], "most", nan, 0.1, None, False)],
            too_small={},
            findings=None,
        ),
        data=replace(
            good.data,
            categories=[CategoryRows(HOSTILE[0], HOSTILE[1], 0)],
            texts=[TextField("train", "headline", 0, nan, None, 0)],
            quarantined=[
                QuarantinedRow(text, 1, text, (text * 3).encode(errors="replace"))
                for text in HOSTILE
            ],
            anomalies=[Anomaly("eval", HOSTILE[0], HOSTILE[1], HOSTILE[2])],
            verdict=DataVerdict(
                [_data_finding(False, text) for text in HOSTILE], None, [HOSTILE[1]], ""
            ),
        ),
        epochs=[EpochFigures(1, _epoch(nan, nan), _epoch(2.0, 0.4), None)],
        classes=[ClassFigures(name, 0, None, None, None, None) for name in [HOSTILE[0], "B"]],
        slices=[],
        confusion=Confusion([HOSTILE[0], "B"], [[0, 0], [3, 1]]),
        calibration=[CalibrationBin(0.0, 1.0, 0, 0.0, 0.0)],
        predictions=Predictions(1, 9, 1, [hostile], [hostile], None),
        origin=Origin({HOSTILE[2]: {"x": HOSTILE[0]}}, [], {}, []),
    )


def _data_finding(passed: bool, sentence: str) -> DataFinding:
    return DataFinding("tokens_a_word", "all rows", 1, 1, 1.25, "warn", passed, sentence, [])


def _epoch(loss: float, share: float) -> dict[str, float]:
    return {"loss": loss, "top_1": share, "top_3": share + 0.1}


def _scores(n: int) -> tuple[list[tuple[str, float]], float]:
    return [(CLASSES[n % 5], 0.9), (CLASSES[7], 0.05), (CLASSES[9], 0.01)], 0.9 if n < 5 else 0.001
