"""The code fingerprint follows what a module imports, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.dag.fingerprint import code_fingerprint, entry_modules, imported_modules


@pytest.fixture
def project(tmp_path: Path) -> Path:
    sources = {
        "trainer_module.py": "import os\nfrom components.model import build\n",
        "components/__init__.py": "",
        "components/model.py": "def build():\n    from components import inner\n",
        "components/inner.py": "",
        "components/other.py": "import trainer_module\n",
    }
    for name, text in sources.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_imports_are_followed_into_functions_and_packages(project: Path):
    assert set(imported_modules("trainer_module", project)) == {
        "trainer_module",
        "components",
        "components.model",
        "components.inner",
    }


@pytest.mark.parametrize(
    ("edited", "changes"), [("components/inner.py", True), ("components/other.py", False)]
)
def test_an_edit_changes_the_fingerprints_of_its_importers_only(
    project: Path, edited: str, changes: bool
):
    before = code_fingerprint("trainer_module", root=project)
    (project / edited).write_text("# edited\n")
    assert (code_fingerprint("trainer_module", root=project) != before) is changes


def test_code_of_several_entries_is_that_of_each(project: Path):
    both = ("components.inner", "components.other")
    before = code_fingerprint(*both, root=project)
    assert code_fingerprint(*both[::-1], root=project) == before
    for edited in ("components/inner.py", "components/other.py"):
        (project / edited).write_text(f"# {edited}\n")
        after = code_fingerprint(*both, root=project)
        assert after != before
        before = after


def test_the_project_s_own_entry_modules():
    trainer = set(imported_modules("trainer_module"))
    transform = set(imported_modules("components.preprocessing.transform"))
    assert "components.classifier.training" in trainer - transform
    assert "components.preprocessing.transform" in transform - trainer
    assert "components.tokenizer.compiler" in transform & trainer
    assert not any(name.startswith("pipeline") for name in trainer | transform)


def test_a_component_s_code_is_its_executor_s_and_the_function_s_that_it_calls():
    from tfx.components import StatisticsGen, Transform
    from tfx.types import Channel, standard_artifacts

    from components.data_validation.profiled_transform import ProfiledTransform
    from components.data_validation.reviewed_schema import ReviewedSchema
    from components.evaluation.evaluator import GateEvaluator

    examples = Channel(type=standard_artifacts.Examples)
    schema = Channel(type=standard_artifacts.Schema)
    model = Channel(type=standard_artifacts.Model)
    function = "components.preprocessing.transform.preprocessing_fn"
    expected = {
        StatisticsGen(examples=examples): [],
        ReviewedSchema(schema_text=""): ["components.data_validation.reviewed_schema"],
        Transform(examples=examples, schema=schema, preprocessing_fn=function): [
            "components.preprocessing.transform"
        ],
        ProfiledTransform(examples=examples, schema=schema, preprocessing_fn=function): [
            "components.preprocessing.transform",
            "components.data_validation.profiled_transform",
        ],
        GateEvaluator(examples=examples, model=model): ["components.evaluation.evaluator"],
    }
    assert [entry_modules(component) for component in expected] == list(expected.values())
