"""Resolves a run's inputs before the DAG starts, so that a wrong path costs seconds, not hours."""

from __future__ import annotations

import glob
import hashlib
import os
from pathlib import Path

import pipeline.demo
from components.checkpoint.check import check_files, check_length
from components.checkpoint.resolve import resolve_checkpoint
from components.data_validation.schema_file import read_schema
from components.errors import SettingsError
from components.file_patterns import escape, unescape, without_spans
from components.preprocessing.taxonomy import load_taxonomy
from components.row_files.local_file import open_local
from components.row_files.rows import numbered_rows
from pipeline.demo.sample import write_sample
from pipeline.demo.starter_checkpoint import build_starter_checkpoint, is_complete
from pipeline.layout import OutputLayout
from pipeline.output_folder import check_output
from pipeline.settings import DemoSettings, Settings


def resolve_inputs(settings: Settings) -> Settings:
    """Makes or finds the data and the checkpoint, and checks all files that a run reads.

    Returns:
        The settings with absolute `output`, `data.files` and `checkpoint.source`, and with the
        checkpoint's fingerprint.

    Raises:
        SettingsError: an input is not set, not there or not readable, or see `check_output`.
        DataError: the beginning of a data file shows that it is none, see `numbered_rows`.
        CheckpointError: see `resolve_checkpoint`, `check_files` and `check_length`.
    """
    output = check_output(settings.output)
    load_taxonomy(settings.data.taxonomy, settings.data.optional_classes)
    read_schema(settings.data.schema_file)
    files = find_pattern(settings.data.files or _sample(settings, output))
    _check_data("data.files", files)
    batch = settings.batch.files and find_pattern(settings.batch.files)
    if batch:
        _check_data("batch.files", batch)
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
    return settings.model_copy(
        update={
            "output": output,
            "data": settings.data.model_copy(update={"files": files}),
            "batch": settings.batch.model_copy(update={"files": batch}),
            "checkpoint": resolved,
        }
    )


def find_pattern(files: str) -> str:
    """An absolute pattern for a file, whatever characters its name has, or for a pattern of files.

    Args:
        files: of this machine or remote; a file that is there is no pattern, nor is its folder.
    """
    if "://" in files:
        return files
    path = os.path.abspath(os.path.expanduser(files))
    if os.path.isfile(path):
        return escape(path)
    folder, name = os.path.split(path)
    folder = escape(folder) if os.path.isdir(folder) else folder
    return without_spans(os.path.join(folder, name))


def _check_data(setting: str, files: str) -> None:
    if "://" in files:
        return  # Beam reads it with the credentials of the runner
    matches = [file for file in glob.glob(files) if os.path.isfile(file)]
    if not matches:
        raise SettingsError(
            f"{setting}: no file matches {unescape(files)}; it takes JSON lines, such as the News "
            "Category Dataset's file"
        )
    for file in matches:
        _check_readable(setting, file)


def _check_readable(setting: str, file: str) -> None:
    try:
        with open_local(file) as stream:
            next(numbered_rows(stream, file))
    except OSError as error:
        raise SettingsError(f"{setting}: cannot read {file}: {error.strerror}") from error


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
