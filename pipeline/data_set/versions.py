"""The versions of the News Category Dataset that the project knows, as they are on Kaggle."""

from __future__ import annotations

from dataclasses import dataclass

HANDLE = "rmisra/news-category-dataset"
PAGE = f"https://www.kaggle.com/datasets/{HANDLE}"
LICENCE = "CC BY 4.0, Rishabh Misra, News Category Dataset (https://arxiv.org/abs/2209.11429)"


@dataclass(frozen=True)
class Version:
    """A version: its number on Kaggle, its file, and how many rows that has."""

    number: int
    file: str
    rows: int


VERSIONS = {
    version.number: version
    for version in (
        Version(2, "News_Category_Dataset_v2.json", rows=200_853),
        Version(3, "News_Category_Dataset_v3.json", rows=209_527),
    )
}
