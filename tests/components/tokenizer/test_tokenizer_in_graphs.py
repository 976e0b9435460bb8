"""A compiled tokenizer inside functions, pipelines of tf.data, Transform and SavedModels."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest
import tensorflow as tf
import tensorflow_transform as tft
import tensorflow_transform.beam as tft_beam

from components.tokenizer import compile_tokenizer

TEXTS = ["Don't  stop </s><s>", "", "naïve 漢字 [SEP] 🙂", "the quick brown fox " * 40]
FAMILIES = ("byte_level_bpe", "word_piece")
# Runs in a process that knows TensorFlow and tensorflow-text, and neither this project nor
# anything of Hugging Face.
SERVE = """
import sys
for name in ("tokenizers", "transformers", "components"):
    sys.modules[name] = None
import tensorflow as tf
import tensorflow_text
model = tf.saved_model.load(sys.argv[1])
print(model.tokenize(tf.constant(sys.argv[2:])).to_list())
"""


def test_words_are_counted_before_the_text_is_cut(pair):
    texts = [*TEXTS, "漢字 qqqq zz"]
    ids, counts = pair.graph.with_word_counts(tf.constant(texts))
    assert ids.to_list() == pair.graph(texts).to_list()
    split = pair.reference.pre_tokenizer.pre_tokenize_str
    normalizer = pair.reference.normalizer
    pair.reference.no_truncation()
    for place, text in enumerate(texts):
        words = [w for w, _ in split(normalizer.normalize_str(text) if normalizer else text)]
        tokens = [[t.value for t in pair.reference.model.tokenize(word)] for word in words]
        assert counts.words[place] == len(words)
        assert counts.sub_words[place] == sum(map(len, tokens))
        whole = [word for word, made in zip(words, tokens, strict=True) if made == [word]]
        assert counts.whole[place] == len(whole), "an unknown word is no entry"
    pair.reference.enable_truncation(pair.graph.max_length)


def test_inside_a_function_and_a_dataset(pair):
    expected = pair.graph(TEXTS).to_list()
    assert tf.function(lambda texts: pair.graph(texts))(tf.constant(TEXTS)).to_list() == expected
    batches = tf.data.Dataset.from_tensor_slices(TEXTS).batch(3).map(pair.graph)
    assert [row for batch in batches for row in batch.to_list()] == expected


def test_read_through_the_file_systems_of_tensorflow(folders):
    """As gs:// is; ram:// is the one that needs no cloud."""
    with tf.io.gfile.GFile("ram://bucket/tokenizer/tokenizer.json", "w") as file:
        file.write((folders["word_piece"] / "tokenizer.json").read_text("utf-8"))
    expected = compile_tokenizer(folders["word_piece"], 48)(TEXTS)
    assert compile_tokenizer("ram://bucket/tokenizer", 48)(TEXTS).to_list() == expected.to_list()


def test_compiling_while_a_function_is_traced(folders):
    kept = []

    @tf.function
    def tokenize(texts: tf.Tensor) -> tf.RaggedTensor:
        kept.append(compile_tokenizer(folders["word_piece"], 48))
        return kept[-1](texts)

    expected = compile_tokenizer(folders["word_piece"], 48)(TEXTS)
    assert tokenize(tf.constant(TEXTS)).to_list() == expected.to_list()


def test_a_graph_of_tensorflow_1_is_refused(folders):
    with tf.Graph().as_default(), pytest.raises(RuntimeError, match="TensorFlow 1"):
        compile_tokenizer(folders["word_piece"], 48)


def test_saved_moved_and_loaded_without_hugging_face(folders, tmp_path):
    class Model(tf.Module):
        def __init__(self) -> None:
            super().__init__()
            self.tokenizers = [compile_tokenizer(tmp_path / name, 48) for name in FAMILIES]

        @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
        def tokenize(self, texts: tf.Tensor) -> tf.RaggedTensor:
            return tf.concat([tokenizer(texts) for tokenizer in self.tokenizers], axis=1)

    for name in FAMILIES:
        shutil.copytree(folders[name], tmp_path / name)
    model = Model()
    expected = model.tokenize(TEXTS).to_list()
    tf.saved_model.save(model, str(tmp_path / "saved"))
    (tmp_path / "saved").rename(tmp_path / "moved")
    for name in FAMILIES:
        shutil.rmtree(tmp_path / name)

    assert not list((tmp_path / "moved" / "assets").iterdir())
    graph = (tmp_path / "moved" / "saved_model.pb").read_bytes()
    assert str(tmp_path).encode() not in graph
    output = subprocess.run(
        [sys.executable, "-c", SERVE, str(tmp_path / "moved"), *TEXTS],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert output.strip() == str(expected)


def test_inside_transform(folders, tmp_path):
    def preprocessing_fn(inputs: dict[str, tf.Tensor]) -> dict[str, tf.RaggedTensor]:
        text = tf.squeeze(inputs["text"], axis=1)
        tokenizers = {
            name: tft.make_and_track_object(
                lambda name=name: compile_tokenizer(tmp_path / name, 48), name=name
            )
            for name in FAMILIES
        }
        return {name: tf.cast(tokenizers[name](text), tf.int64) for name in FAMILIES}

    for name in FAMILIES:
        shutil.copytree(folders[name], tmp_path / name)
    specification = {"text": tf.io.FixedLenFeature([1], tf.string)}
    metadata = tft.DatasetMetadata.from_feature_spec(specification)
    rows = [{"text": [text]} for text in TEXTS]
    with tft_beam.Context(temp_dir=str(tmp_path / "temporary")):
        (transformed, _), transform = (
            rows,
            metadata,
        ) | tft_beam.AnalyzeAndTransformDataset(preprocessing_fn)
        transform | tft_beam.WriteTransformFn(str(tmp_path / "written"))
    expected = {name: compile_tokenizer(tmp_path / name, 48)(TEXTS).to_list() for name in FAMILIES}
    for name in FAMILIES:
        found = [row[f"{name}$ragged_values"].tolist() for row in transformed]
        assert found == expected[name]
        shutil.rmtree(tmp_path / name)

    (tmp_path / "written").rename(tmp_path / "moved")
    layer = tft.TFTransformOutput(str(tmp_path / "moved")).transform_features_layer()
    found = layer({"text": tf.constant(TEXTS)[:, tf.newaxis]})
    assert {name: found[name].to_list() for name in FAMILIES} == expected
    none = layer({"text": tf.zeros([0, 1], tf.string)})
    assert {name: none[name].to_list() for name in FAMILIES} == {name: [] for name in FAMILIES}
