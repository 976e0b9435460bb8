"""Loading a classifier: which head it gets, what it computes in, and its copy on the host."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from components.checkpoint.fine_tuned import started_from, write_fine_tuned
from components.classifier.model import compute_logits, copy_to_host, load_classifier

NAMES = ["CRIME", "MEDIA", "TRAVEL"]
TOKENS = tf.constant([[0, 7, 8, 9, 2], [0, 5, 2, 1, 1]])


@pytest.fixture(scope="module")
def fine_tuned(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint whose head was made with a seed that no test uses."""
    folder = tmp_path_factory.mktemp("fine_tuned") / "checkpoint"
    model = load_classifier(str(checkpoint), NAMES, seed=99)
    write_fine_tuned(model, str(checkpoint), "fingerprint of the source", str(folder))
    return folder


def head(folder: Path, names: list[str], seed: int = 1) -> np.ndarray:
    return load_classifier(str(folder), names, seed).classifier.out_proj.kernel.numpy()


def test_a_checkpoint_of_the_same_classes_keeps_its_head(fine_tuned: Path):
    np.testing.assert_array_equal(head(fine_tuned, NAMES, 1), head(fine_tuned, NAMES, 2))


@pytest.mark.parametrize("names", [["MEDIA", "CRIME", "TRAVEL"], [*NAMES, "WOMEN"]])
def test_one_of_other_classes_gets_a_new_head_on_the_same_encoder(
    fine_tuned: Path, names: list[str]
):
    assert not np.array_equal(head(fine_tuned, names, 1), head(fine_tuned, names, 2))
    np.testing.assert_array_equal(head(fine_tuned, names, 1), head(fine_tuned, names, 1))
    kept, other = (load_classifier(str(fine_tuned), n, seed=1) for n in (NAMES, names))
    np.testing.assert_array_equal(
        kept.roberta.embeddings.weight.numpy(), other.roberta.embeddings.weight.numpy()
    )


def test_a_fine_tuned_checkpoint_is_complete_and_knows_where_it_came_from(
    fine_tuned: Path, checkpoint: Path
):
    assert (fine_tuned / "tokenizer.json").read_bytes() == (
        checkpoint / "tokenizer.json"
    ).read_bytes()
    assert started_from(str(fine_tuned), "fingerprint of the source")
    assert not started_from(str(fine_tuned), "another")
    assert not started_from(str(checkpoint), "fingerprint of the source")


def test_mixed_precision_computes_in_bfloat16_and_keeps_weights_in_float32(checkpoint: Path):
    model = load_classifier(str(checkpoint), NAMES, seed=1, policy="mixed_bfloat16")
    assert compute_logits(model, TOKENS).dtype == tf.bfloat16
    assert {variable.dtype for variable in model.variables} == {tf.float32}
    assert tf.keras.mixed_precision.global_policy().name == "float32"
    copy = copy_to_host(model)
    exact = compute_logits(copy, TOKENS)
    assert exact.dtype == tf.float32
    plain = load_classifier(str(checkpoint), NAMES, seed=1)
    np.testing.assert_allclose(exact, compute_logits(plain, TOKENS), atol=1e-6)
    np.testing.assert_allclose(exact, tf.cast(compute_logits(model, TOKENS), tf.float32), atol=0.05)
