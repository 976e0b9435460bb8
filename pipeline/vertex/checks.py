"""What a Vertex run needs, checked before anything is compiled."""

from __future__ import annotations

from components.errors import SettingsError
from pipeline.data_files import check_remote
from pipeline.settings import Settings, VertexSettings

_PLACEHOLDERS = ("my-project", "your-project", "project-id")
_REMOTE = "gs://"


def check_vertex(settings: Settings, with_inputs: bool = True) -> VertexSettings:
    """The section `vertex`, complete.

    Args:
        settings: of the run.
        with_inputs: whether to check what a compilation needs as well, not only what a request to
            Vertex AI does.

    Raises:
        SettingsError: something is missing, still a placeholder, or only on this machine.
    """
    vertex = settings.vertex
    if vertex is None:
        raise SettingsError("this profile has no section vertex; start from --profile vertex")
    if vertex.project in _PLACEHOLDERS:
        raise SettingsError(
            f"vertex.project: {vertex.project} is a placeholder; name your project, say with "
            "--set vertex.project=ID"
        )
    if with_inputs:
        _check_inputs(settings, vertex)
    return vertex


def _check_inputs(settings: Settings, vertex: VertexSettings) -> None:
    _need_remote("vertex.bucket", vertex.bucket, "a folder of your bucket, gs://BUCKET/FOLDER")
    if not vertex.image:
        raise SettingsError(
            "vertex.image is not set; build the Dockerfile and name it with its tag, "
            "REGION-docker.pkg.dev/PROJECT/REPOSITORY/newscat:TAG"
        )
    for files in settings.data.files or [""]:
        _need_remote("data.files", files, "`newscat data copy` puts it there; --data gs://...")
        check_remote("data.files", files)
    _need_remote(
        "checkpoint.source",
        settings.checkpoint.source,
        "`newscat checkpoint copy` puts it there; --checkpoint gs://...",
    )
    for files in settings.batch.files:
        _need_remote("batch.files", files, "copy it there first")
        check_remote("batch.files", files)
    if vertex.deploy == "endpoint" and not vertex.serving_image:
        raise SettingsError(
            "vertex.serving_image is not set, and vertex.deploy = endpoint needs a container with "
            "TF Serving from 2.16 on and tensorflow-text's operations: pipeline/vertex/README.md "
            "says how to build one; or deploy to the bucket with --set vertex.deploy=bucket"
        )
    _check_strategy(settings.trainer.strategy, vertex.accelerator)
    if settings.serving_check.infra_validator:
        raise SettingsError(
            "serving_check.infra_validator: TFX has no InfraValidator on Vertex AI; leave it off, "
            "and the serving check runs"
        )


def _check_strategy(strategy: str, accelerator: str) -> None:
    """A Trainer that insists on what its machine lacks would fail hours later, machine paid."""
    needs_tpu, has_tpu = strategy == "tpu", accelerator.startswith("tpu")
    if strategy != "auto" and needs_tpu != has_tpu:
        raise SettingsError(
            f"trainer.strategy: {strategy} does not go with vertex.accelerator = {accelerator}; "
            "leave the choice to the Trainer with --set trainer.strategy=auto"
        )


def _need_remote(setting: str, value: str | None, remedy: str) -> None:
    if not value:
        raise SettingsError(f"{setting} is not set; {remedy}")
    if not value.startswith(_REMOTE) or value.rstrip("/") == _REMOTE.rstrip("/"):
        raise SettingsError(f"{setting}: {value} is not on gs://; {remedy}")
