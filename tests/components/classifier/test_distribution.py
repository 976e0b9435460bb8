"""Two devices give what one gives; in a process of its own, for devices are set up only once."""

from __future__ import annotations

import subprocess
from pathlib import Path

PROGRAM = """
import sys
import components
import numpy as np
import tensorflow as tf

cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
sys.path.insert(0, sys.argv[1])
from test_training import EVAL_ROWS, RECIPE, TRAIN_ROWS, make_model
from components.classifier.strategy import pick_strategy
from components.classifier.training import Trainer

recipe = RECIPE.model_copy(update={"epochs": 2, "learning_rate": 1e-3})
weights, losses = [], []
for kind in ("default", "mirrored"):
    strategy = pick_strategy(kind)
    with strategy.scope():
        # Without dropout: each replica has random numbers of its own.
        model = make_model(hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
    epochs = Trainer(model, strategy, recipe, TRAIN_ROWS, EVAL_ROWS).fit()
    weights.append([variable.numpy() for variable in model.variables])
    losses.append([(epoch.train.loss, epoch.eval.loss, epoch.eval.top_1) for epoch in epochs])
    print(kind, strategy.num_replicas_in_sync)
difference = max(np.abs(a - b).max() for a, b in zip(*weights))
print("weights differ by", difference)
assert strategy.num_replicas_in_sync == 2
assert difference < 1e-5
np.testing.assert_allclose(*losses, atol=1e-5)
"""


def test_two_devices_train_to_the_weights_of_one(tmp_path: Path, warm_python: str):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, "utf-8")
    command = [warm_python, program, Path(__file__).parent]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "mirrored 2" in result.stdout
