"""Finding checkpoints: what counts as one, and what is said where there is none."""

from __future__ import annotations

import shutil
from pathlib import Path

import huggingface_hub
import pytest
from huggingface_hub.errors import LocalEntryNotFoundError

from components.checkpoint.resolve import localize, resolve_checkpoint, resolve_tokenizer
from components.errors import CheckpointError

COMMIT = "e2da8e2f811d1448a5b465c236feacd80ffbac7b"


@pytest.fixture
def copy(checkpoint: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(checkpoint, tmp_path / "copy"))


def test_the_fingerprint_follows_the_contents_and_not_the_place(checkpoint: Path, copy: Path):
    original = resolve_checkpoint(str(checkpoint))
    assert resolve_checkpoint(str(copy)).fingerprint == original.fingerprint
    with (copy / "model.safetensors").open("r+b") as weights:
        weights.seek(-1, 2)
        weights.write(b"\x7f")
    assert resolve_checkpoint(str(copy)).fingerprint != original.fingerprint


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        (["config.json"], "has no config.json"),
        (["tokenizer.json", "merges.txt"], "has no tokenizer"),
        (["model.safetensors"], "has no weights"),
    ],
)
def test_an_incomplete_folder_names_what_it_lacks(copy: Path, missing: list[str], message: str):
    for name in missing:
        (copy / name).unlink()
    with pytest.raises(CheckpointError, match=message):
        resolve_checkpoint(str(copy))


def test_a_tokenizer_needs_no_weights(copy: Path):
    (copy / "model.safetensors").unlink()
    assert resolve_tokenizer(str(copy)) == str(copy)


def test_pickled_weights_are_refused_with_the_remedy(copy: Path):
    (copy / "model.safetensors").rename(copy / "pytorch_model.bin")
    with pytest.raises(CheckpointError, match=r"only as a pickle.*safe_serialization=True"):
        resolve_checkpoint(str(copy))


def test_a_missing_folder_is_not_taken_for_a_hub_id():
    with pytest.raises(CheckpointError, match="is not a folder"):
        resolve_checkpoint("./no/such/folder")


def test_a_vocabulary_alone_is_refused_at_once_with_what_makes_a_tokenizer(
    checkpoint: Path, tmp_path: Path
):
    folder = tmp_path / "bert"
    folder.mkdir()
    for name in ("config.json", "model.safetensors"):
        shutil.copy(checkpoint / name, folder)
    (folder / "vocab.txt").write_text("[PAD]\n[UNK]\n", encoding="utf-8")
    with pytest.raises(CheckpointError, match=r"no tokenizer .*save_pretrained\(folder\)"):
        resolve_checkpoint(str(folder))


def test_a_hub_id_needs_a_revision():
    with pytest.raises(CheckpointError, match=r"needs checkpoint\.revision"):
        resolve_checkpoint("FacebookAI/roberta-base")


def test_a_hub_id_is_downloaded_at_its_revision_without_pickles(monkeypatch, checkpoint: Path):
    asked = {}

    def fake_download(repo: str, revision: str, allow_patterns: list[str]) -> str:
        asked.update(repo=repo, revision=revision, patterns=allow_patterns)
        return str(checkpoint)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fake_download)
    resolved = resolve_checkpoint("FacebookAI/roberta-base", COMMIT)
    assert resolved.folder == str(checkpoint)
    assert (asked["repo"], asked["revision"]) == ("FacebookAI/roberta-base", COMMIT)
    assert not any("bin" in pattern for pattern in asked["patterns"])


def test_an_unreachable_hub_says_what_else_can_be_done(monkeypatch):
    def fail(*args: object, **options: object) -> None:
        raise LocalEntryNotFoundError("offline")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fail)
    with pytest.raises(CheckpointError, match=r"could not be fetched.*--checkpoint"):
        resolve_checkpoint("FacebookAI/roberta-base", COMMIT)


def test_a_remote_folder_is_listed_and_copied(checkpoint: Path, tmp_path: Path):
    # file:// goes through the same code as gs://.
    remote = f"file://{checkpoint}"
    resolved = resolve_checkpoint(remote)
    assert resolved.folder == remote
    (tmp_path / "scratch").mkdir()
    local = Path(localize(resolved.folder, str(tmp_path / "scratch")))
    assert (local / "config.json").read_bytes() == (checkpoint / "config.json").read_bytes()
    assert localize(str(checkpoint), "unused") == str(checkpoint)
