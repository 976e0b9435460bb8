"""Presets stand in for what is not set, and for nothing else."""

import pytest
from pydantic import ValidationError

from components.classifier.recipe import Recipe


def test_the_tutorial_is_the_default():
    assert Recipe() == Recipe(recipe="tutorial")
    assert (Recipe().optimizer, Recipe().learning_rate, Recipe().epochs) == ("adam", 1e-5, 6)


def test_a_field_that_is_set_wins_over_the_preset():
    recipe = Recipe(recipe="modern", learning_rate=1e-4)
    assert (recipe.optimizer, recipe.decay, recipe.learning_rate) == ("adamw", "linear", 1e-4)


def test_a_recipe_survives_the_way_through_custom_config():
    recipe = Recipe(recipe="modern", epochs=2, early_stopping_patience=0)
    assert Recipe.model_validate(recipe.model_dump()) == recipe


def test_an_unknown_preset_is_refused():
    with pytest.raises(ValidationError, match="'tutorial' or 'modern'"):
        Recipe(recipe="fancy")
