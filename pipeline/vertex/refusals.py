"""What Vertex AI refuses, with the command that puts it right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from google.api_core import exceptions
from google.auth.exceptions import RefreshError

from components.errors import UserError
from pipeline.vertex.settings import VertexSettings

_MISSING_IMAGE = ("imagepull", "image not found", "failed to pull", "manifest unknown")
_QUOTA = ("quota", "resource_exhausted")


class VertexError(UserError):
    """Vertex AI refused a request, or a job there failed."""


@contextmanager
def explained(vertex: VertexSettings) -> Iterator[None]:
    """Turns what the client library raises into one message with a remedy.

    Raises:
        VertexError: in place of the library's exception.
    """
    try:
        yield
    except RefreshError as error:
        raise VertexError(
            "the Google Cloud credentials have expired; sign in again with "
            "`gcloud auth application-default login`"
        ) from error
    except exceptions.GoogleAPICallError as error:
        raise VertexError(f"{error.message} {_remedy(error, vertex)}".strip()) from error


def _remedy(error: exceptions.GoogleAPICallError, vertex: VertexSettings) -> str:
    project = vertex.project
    if isinstance(error, exceptions.PermissionDenied):
        if error.reason == "SERVICE_DISABLED" or "has not been used in project" in error.message:
            return (
                "[the API is off: `gcloud services enable aiplatform.googleapis.com "
                f"--project {project}`]"
            )
        return (
            f"[grant the role: `gcloud projects add-iam-policy-binding {project} "
            "--member user:YOU --role roles/aiplatform.user`; to run as vertex.service_account "
            "also roles/iam.serviceAccountUser on it]"
        )
    if isinstance(error, exceptions.ResourceExhausted):
        return _quota_remedy(vertex)
    if isinstance(error, exceptions.Unauthenticated):
        return "[sign in: `gcloud auth application-default login`]"
    if isinstance(error, exceptions.NotFound):
        return (
            f"[is {vertex.region} (vertex.region) a region of Vertex AI, and {project} "
            "(vertex.project) a project of yours? `gcloud ai custom-jobs list "
            f"--region {vertex.region} --project {project}` tells]"
        )
    if isinstance(error, exceptions.ServiceUnavailable | exceptions.RetryError):
        return "[Vertex AI did not answer for minutes; the same command, given again, is safe]"
    return ""


def task_remedy(message: str, vertex: VertexSettings) -> str:
    """What to do about a failed task, where its message tells."""
    lowered = message.lower()
    if any(words in lowered for words in _MISSING_IMAGE):
        return (
            "[is the image (vertex.image) there, and may the service account read it? "
            f"`gcloud artifacts docker images describe {vertex.image or 'IMAGE'}` tells]"
        )
    if any(words in lowered for words in _QUOTA):
        return _quota_remedy(vertex)
    return ""


def _quota_remedy(vertex: VertexSettings) -> str:
    return (
        f"[quota for {vertex.accelerator} in {vertex.region}: see "
        "https://console.cloud.google.com/iam-admin/quotas, service aiplatform.googleapis.com; "
        "another vertex.region or vertex.accelerator may have some]"
    )
