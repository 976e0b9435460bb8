"""How StatisticsGen counts values: with sketches, whose size does not grow with the rows."""

from __future__ import annotations

from tensorflow_data_validation import StatsOptions

COUNTED_VALUES = 16_384
"""Different values of a feature whose number TFDV's sketch counts; above, it estimates.

The standard error is 1 / √16,384, or 0.8 % (Bar-Yossef et al. 2002).
"""


def statistics_options() -> StatsOptions:
    """Options of StatisticsGen: exact counts would keep every link and headline in memory.

    Features of at most 1,000 values, as the category, are counted exactly nevertheless; the rows
    of a value among more are at most a thousandth of all too many (Misra and Gries 1982).
    """
    return StatsOptions(use_sketch_based_topk_uniques=True)
