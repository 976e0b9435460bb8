"""Resolves a run's inputs before the DAG starts, so that a wrong path costs seconds, not hours."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pipeline.demo
from components.article.fields import TEXT_FIELDS
from components.article.names import check_fields
from components.checkpoint.check import check_files, check_length
from components.checkpoint.resolve import resolve_checkpoint
from components.data_validation.schema_file import read_schema
from components.errors import SettingsError
from components.json_example_gen.data_files import DataFiles
from components.preprocessing.taxonomy import load_taxonomy
from components.row_files.survey import read_file
from pipeline.data_files import find_data_files
from pipeline.demo.sample import write_sample
from pipeline.demo.starter_checkpoint import build_starter_checkpoint, is_complete
from pipeline.layout import OutputLayout
from pipeline.output_folder import check_output
from pipeline.settings import DemoSettings, Settings


@dataclass(frozen=True)
class RunInputs:
    """What a run is made from.

    Attributes:
        settings: with absolute `output` and `checkpoint.source`, the checkpoint's fingerprint, and
            the demo's rows if there are no others.
        data: rows to learn from.
        batch: rows to score; None where there are none.
    """

    settings: Settings
    data: DataFiles
    batch: DataFiles | None


def resolve_inputs(settings: Settings) -> RunInputs:
    """Makes or finds the data and the checkpoint, and checks all files that a run reads.

    Raises:
        SettingsError: an input is not set, not there or not readable, or see `check_output`.
        DataError: see `survey_file` and `check_fields`.
        CheckpointError: see `resolve_checkpoint`, `check_files` and `check_length`.
    """
    output = check_output(settings.output)
    load_taxonomy(settings.data.taxonomy, settings.data.optional_classes)
    read_schema(settings.data.schema_file)
    files = settings.data.files or [_sample(settings, output)]
    data = find_data_files("data.files", files)
    for each in data.surveys:
        check_fields(read_file(each), each.path, TEXT_FIELDS, settings.data.fields)
    batch = settings.batch.files and find_data_files("batch.files", settings.batch.files)
    source = settings.checkpoint.source or _starter_checkpoint(settings, output)
    checkpoint = resolve_checkpoint(source, settings.checkpoint.revision)
    if "://" not in checkpoint.folder:
        check_length(check_files(checkpoint.folder), settings.text.max_length)
    expected = settings.checkpoint.fingerprint
    if expected not in (None, checkpoint.fingerprint):
        raise SettingsError(
            f"checkpoint.fingerprint: {expected} is expected, and {source} has "
            f"{checkpoint.fingerprint}"
        )
    resolved = settings.checkpoint.model_copy(
        update={"source": checkpoint.folder, "fingerprint": checkpoint.fingerprint}
    )
    return RunInputs(
        settings=settings.model_copy(
            update={
                "output": output,
                "data": settings.data.model_copy(update={"files": files}),
                "checkpoint": resolved,
            }
        ),
        data=data,
        batch=batch or None,
    )


def remote_inputs(settings: Settings) -> RunInputs:
    """Inputs that are on a bucket, and are found and checked by the run."""
    batch = settings.batch.files
    return RunInputs(settings, DataFiles(settings.data.files), DataFiles(batch) if batch else None)


def _demo_settings(settings: Settings, setting: str, option: str) -> DemoSettings:
    if settings.demo is None:
        raise SettingsError(f"{setting} is not set; give it with {option}")
    return settings.demo


def _sample(settings: Settings, output: str) -> str:
    demo = _demo_settings(settings, "data.files", "--data FILE_OR_GLOB")
    path = Path(OutputLayout(output).inputs) / f"sample-{_demo_key(demo)}.json"
    if not path.is_file():
        write_sample(path, demo.sample_rows, demo.seed)
    return str(path)


def _starter_checkpoint(settings: Settings, output: str) -> str:
    """A small untrained model; its tokenizer is trained on the sample."""
    demo = _demo_settings(settings, "checkpoint.source", "--checkpoint DIR_OR_ID")
    if settings.data.files:
        raise SettingsError(
            "checkpoint.source is not set, and the demo's untrained model is for the demo's own "
            "rows; give --checkpoint DIR_OR_ID, or take a profile that has one: --profile kaggle"
        )
    folder = Path(OutputLayout(output).inputs) / f"starter-checkpoint-{_demo_key(demo)}"
    if not is_complete(folder):
        build_starter_checkpoint(folder, _sample(settings, output), demo.seed)
    return str(folder)


def _demo_key(demo: DemoSettings) -> str:
    """Names what is made by what it is made from, so that an edited generator makes it anew."""
    digest = hashlib.sha256()
    for file in sorted(Path(pipeline.demo.__file__).parent.iterdir()):
        if file.suffix in (".py", ".yaml"):
            digest.update(file.read_bytes())
    return f"{demo.sample_rows}-{demo.seed}-{digest.hexdigest()[:8]}"
