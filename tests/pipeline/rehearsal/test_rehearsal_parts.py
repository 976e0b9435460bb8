"""The parts of a rehearsal by themselves: the job, the resolver's queries, the processes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from components.errors import CheckpointError, DataError, DataRefusedError, SettingsError
from pipeline.rehearsal.artifacts import Artifact, ArtifactStore
from pipeline.rehearsal.job import Command, read_job
from pipeline.rehearsal.package import PackagingError, install_distribution
from pipeline.rehearsal.process import Container, TaskFailedError, run_command
from pipeline.rehearsal.storage import map_buckets, place_data
from pipeline.settings import REPOSITORY
from pipeline.vertex.job_document import load_document

MODEL = {"instanceSchema": "title: tfx.Model\ntype: object\n"}
BLESSING = {"instanceSchema": "title: tfx.ModelBlessing\ntype: object\n"}
# As TFX compiles LatestBlessedModelStrategy.
FIND_BLESSING = (
    'schema_title="tfx.ModelBlessing" AND state=LIVE AND metadata.blessed.number_value=1'
)
FIND_MODEL = (
    'schema_title="tfx.Model" AND state=LIVE AND '
    "name=\"{{$.inputs.artifacts['input'].metadata['current_model_id']}}\""
)


def test_tasks_come_after_what_they_need():
    def task(*producers: str) -> dict:
        artifacts = {
            f"input_{number}": {
                "taskOutputArtifact": {"producerTask": name, "outputArtifactKey": "made"}
            }
            for number, name in enumerate(producers)
        }
        return {"componentRef": {"name": "c"}, "inputs": {"artifacts": artifacts}}

    tasks = {"c": task("a", "b"), "b": task("a"), "a": task()}
    tasks["a"]["dependentTasks"] = ["d"]
    tasks["d"] = task()
    document = {
        "displayName": "job",
        "runtimeConfig": {"gcsOutputDirectory": "gs://b/root"},
        "pipelineSpec": {
            "root": {"dag": {"tasks": tasks}},
            "components": {"c": {"executorLabel": "e"}},
            "deploymentSpec": {"executors": {"e": {"container": {"command": [], "args": []}}}},
        },
    }
    job = read_job(map_buckets(document, Path("/disk")))
    assert [task.name for task in job.tasks] == ["d", "a", "b", "c"]
    assert job.root == "/disk/b/root"
    assert job.task("c").inputs == {"input_0": ("a", "made"), "input_1": ("b", "made")}


def test_a_file_that_is_no_pipeline_is_refused(tmp_path: Path):
    with pytest.raises(SettingsError, match="newscat compile"):
        load_document(tmp_path / "missing.json")
    (tmp_path / "rows.json").write_text('{"headline": "x"}\n{}', "utf-8")
    with pytest.raises(SettingsError, match="not JSON"):
        load_document(tmp_path / "rows.json")
    for text in ("[]", "3", "{}", '{"pipelineSpec": {}, "runtimeConfig": {}}', "[" * 100_000):
        (tmp_path / "rows.json").write_text(text, "utf-8")
        with pytest.raises(SettingsError, match=r"rows\.json: (no compiled pipeline|not JSON)"):
            load_document(tmp_path / "rows.json")


def test_the_resolver_finds_the_model_of_the_last_blessing(tmp_path: Path):
    store = ArtifactStore(tmp_path)
    assert store.query(FIND_BLESSING, {}) == []
    assert store.query(FIND_MODEL, {"input": []}) == [], "no blessing, so no model"
    models = [Artifact(store.next_name(n), MODEL, f"/model/{n}", {}) for n in range(3)]
    store.add(models)
    for model, blessed in zip(models, (1, 1, 0), strict=True):
        metadata = {"blessed": blessed, "current_model_id": model.name}
        store.add([Artifact(store.next_name(), BLESSING, "/blessing", metadata)])
    again = ArtifactStore(tmp_path)
    blessing = again.query(FIND_BLESSING, {})
    assert again.query(FIND_MODEL, {"input": blessing}) == [models[1]]
    with pytest.raises(ValueError, match="cannot read the resolver's filter"):
        again.query("created in_last_week", {})


def test_data_is_placed_where_the_job_s_pattern_finds_it(tmp_path: Path):
    rows = tmp_path / "mine.json"
    rows.write_text("{}", "utf-8")
    place_data(rows, str(tmp_path / "bucket"), "news-*.json")
    (placed,) = (tmp_path / "bucket").glob("news-*.json")
    assert placed.read_text("utf-8") == "{}"
    with pytest.raises(SettingsError, match="is no file"):
        place_data(tmp_path / "none.json", str(tmp_path), "x")


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Container:
    folder = tmp_path_factory.mktemp("package")
    return Container(sys.executable, install_distribution(folder))


def run_python(container: Container, program: str, log: Path) -> str:
    run_command("Task", Command(["python", "-c"], [program]), "{}", container, log)
    return log.read_text("utf-8")


def test_a_task_sees_the_distribution_and_not_the_checkout(container: Container, tmp_path: Path):
    program = (
        "import importlib.util, os\n"
        "names = ('components', 'pipeline', 'schema', 'trainer_module', 'setup')\n"
        "specs = [importlib.util.find_spec(name) for name in names]\n"
        "print([spec and spec.origin for spec in specs], os.listdir())"
    )
    printed = run_python(container, program, tmp_path / "log")
    packages = [f"{container.site}/{name}/__init__.py" for name in ("components", "pipeline")]
    expected = [*packages, f"{container.site}/schema/__init__.py"]
    expected += [f"{container.site}/trainer_module.py", None]
    assert printed.strip() == f"{expected} []", "and an empty working directory"


def test_a_module_that_setup_py_leaves_out_is_missed_by_name(tmp_path: Path):
    project = tmp_path / "project"
    project.mkdir()
    for name in ("setup.py", "pyproject.toml", "trainer_module.py", "pipeline", "components"):
        (project / name).symlink_to(REPOSITORY / name)
    (project / "schema").symlink_to(REPOSITORY / "schema")
    source = (REPOSITORY / "setup.py").read_text("utf-8")
    wrong = source.replace('"components*"', '"components"')
    assert wrong != source
    (project / "setup.py").unlink()
    (project / "setup.py").write_text(wrong, "utf-8")
    container = Container(sys.executable, install_distribution(tmp_path / "scratch", project))
    with pytest.raises(TaskFailedError, match=r"task Task .*No module named 'components\.\w+'"):
        run_python(container, "import components.evaluation.policy", tmp_path / "log")


def test_a_folder_without_setup_py_is_no_checkout(tmp_path: Path):
    with pytest.raises(PackagingError, match="rehearse from a checkout"):
        install_distribution(tmp_path / "scratch", tmp_path)


def test_a_relative_path_is_not_found_from_the_fresh_working_directory(
    container: Container, tmp_path: Path
):
    with pytest.raises(TaskFailedError, match=r"No such file .*'schema/schema\.pbtxt'"):
        run_python(container, "open('schema/schema.pbtxt')", tmp_path / "log")


@pytest.mark.parametrize(
    "argument",
    [
        "--data={{$.inputs.parameters['data']}}",
        "--model=<tfx.dsl.placeholder.placeholder.ArtifactPlaceholder object at 0x7f>",
        "--uri=ChannelWrappedPlaceholder(Channel)",
    ],
)
def test_an_argument_with_a_placeholder_is_refused(
    container: Container, tmp_path: Path, argument: str
):
    command = Command(["python", "-c"], ["pass", argument])
    with pytest.raises(TaskFailedError, match="task Task: an argument holds"):
        run_command("Task", command, "{}", container, tmp_path / "log")


def test_the_executor_input_replaces_its_own_placeholder(container: Container, tmp_path: Path):
    command = Command(["python", "-c"], ["import sys; print(sys.argv[1])", "{{$}}"])
    run_command("Task", command, '{"inputs": {}}', container, tmp_path / "log")
    assert (tmp_path / "log").read_text("utf-8").strip() == '{"inputs": {}}'


@pytest.mark.parametrize(
    ("raised", "error"),
    [
        ("components.errors.DataError", DataError),
        ("components.errors.CheckpointError", CheckpointError),
        ("components.errors.DataRefusedError", DataRefusedError),
        ("components.errors.FailureError", TaskFailedError),
        ("RuntimeError", TaskFailedError),
    ],
)
def test_a_mistake_of_the_user_s_is_one_in_a_task_too(
    container: Container, tmp_path: Path, raised: str, error: type[Exception]
):
    program = f"import components.errors; raise {raised}('rows.json:1: not JSON')"
    with pytest.raises(error, match="task Task failed: .*rows.json:1: not JSON") as caught:
        run_command("Task", Command(["python", "-c"], [program]), "{}", container, tmp_path / "log")
    assert type(caught.value) is error


def test_buckets_become_folders_whatever_these_are_called(tmp_path: Path):
    folder = tmp_path / 'a "quoted" \\ folder'
    assert map_buckets({"uri": "gs://b/x"}, folder) == {"uri": f"{folder}/b/x"}
