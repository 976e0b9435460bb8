"""`newscat settings` lists every field there is, with what a user needs to set it."""

from __future__ import annotations

import pytest

from components.errors import SettingsError
from pipeline.cli.settings import find_sections, list_fields, settings
from pipeline.profiles import find_section
from pipeline.settings import Settings
from tests.support.newscat import Newscat


def test_every_field_of_every_section_is_listed_with_its_meaning(
    capsys: pytest.CaptureFixture[str],
):
    settings(None)
    listed = {
        line.split()[0]: line for line in capsys.readouterr().out.splitlines() if line.strip()
    }
    for name, section in find_sections().items():
        for field, info in section.model_fields.items():
            if not find_section(info.annotation):
                key = f"{name}.{field}" if name else field
                assert info.description, f"{key} has no description"
                assert info.description.split()[0] in listed[key]
    assert len(find_sections()) == 1 + sum(
        find_section(field.annotation) is not None for field in Settings.model_fields.values()
    )


def test_defaults_bounds_and_choices_are_those_that_are_checked():
    rows = {row[0]: row[1:3] for row in list_fields("trainer", find_sections()["trainer"])}
    assert rows["trainer.learning_rate"] == ("1e-05", "number, > 0, ≤ 1")
    assert rows["trainer.optimizer"] == ("adam", "adam | adamw")
    assert rows["trainer.bucket_lengths"] == ("–", "list of integer")
    assert rows["trainer.warm_start"] == ("false", "true | false")
    rows = {row[0]: row[1:3] for row in list_fields("", Settings)}
    assert rows["name"] == ("news-category", "text, at most 63 characters")
    rows = {row[0]: row[1:3] for row in list_fields("vertex", find_sections()["vertex"])}
    assert rows["vertex.project"] == ("needed", "text")
    assert rows["vertex.labels"] == ("–", "mapping of texts")


def test_a_section_is_listed_alone_and_an_unknown_one_is_refused(
    capsys: pytest.CaptureFixture[str],
):
    settings("gate")
    listed = capsys.readouterr().out
    assert "gate.min_top_1" in listed and "trainer" not in listed
    settings("trainer")
    assert "trainer.recipe=modern: optimizer adamw" in capsys.readouterr().out
    with pytest.raises(SettingsError, match=r"no section 'gat'; there are data, checkpoint, text"):
        settings("gat")


def test_it_needs_neither_tensorflow_nor_tfx():
    result = Newscat()("settings", "gate")
    assert result.returncode == 0, result.stderr
    assert "least share of rows classified right" in result.stdout
