"""What Vertex AI refuses, with the command that puts it right."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from contextlib import contextmanager

from google.api_core import exceptions
from google.auth.exceptions import GoogleAuthError

from components.errors import FailureError
from pipeline.settings import VertexSettings

_MISSING_IMAGE = ("imagepull", "image not found", "failed to pull", "manifest unknown")
_QUOTA = ("quota", "resource_exhausted")
# gRPC answers 503 where the credentials give no token; these tell that none is to come.
_NO_TOKEN = "getting metadata from plugin failed"
_EXPIRED = ("invalid_grant", "invalid_client", "reauthentication")
_SIGN_IN = "`gcloud auth application-default login`"
SAFE_AGAIN = "the same command, given again, is safe"


class VertexError(FailureError):
    """Vertex AI refused a request, or a job there failed."""


def is_transient(error: BaseException) -> bool:
    """Whether asking again may help: 503 and 504, but not where the credentials are the cause."""
    if not isinstance(error, exceptions.ServiceUnavailable | exceptions.DeadlineExceeded):
        return False
    return not any(words in error.message.lower() for words in _EXPIRED)


@contextmanager
def explained(vertex: VertexSettings, unanswered: str = SAFE_AGAIN) -> Iterator[None]:
    """Turns what the client library raises into one message with a remedy.

    Args:
        vertex: project and region of the request.
        unanswered: what to do if no answer came, so that nobody knows what became of the request.

    Raises:
        VertexError: in place of the library's exception.
    """
    try:
        yield
    except GoogleAuthError as error:
        raise VertexError(f"no access to Google Cloud: {error} [sign in: {_SIGN_IN}]") from error
    except exceptions.GoogleAPIError as error:
        # A RetryError is no GoogleAPICallError; what was tried in vain is its cause.
        cause = getattr(error, "cause", None) or error
        message = getattr(cause, "message", str(cause))
        raise VertexError(f"{message} {_remedy(cause, vertex, unanswered)}".strip()) from error


def _remedy(error: BaseException, vertex: VertexSettings, unanswered: str) -> str:
    if isinstance(error, exceptions.PermissionDenied):
        return _permission_remedy(error, vertex.project)
    if isinstance(error, exceptions.ResourceExhausted):
        return _quota_remedy(vertex)
    if isinstance(error, exceptions.Unauthenticated):
        return f"[sign in: {_SIGN_IN}]"
    # The host of a region that does not exist answers 404 to all, which gRPC makes a 501 of.
    if isinstance(error, exceptions.NotFound | exceptions.MethodNotImplemented):
        return _region_remedy(vertex)
    if isinstance(error, exceptions.ServiceUnavailable | exceptions.DeadlineExceeded):
        if _NO_TOKEN in error.message.lower():
            return f"[sign in: {_SIGN_IN}]"
        return f"[Vertex AI in {vertex.region} (vertex.region) did not answer; {unanswered}]"
    return ""


def _permission_remedy(error: exceptions.PermissionDenied, project: str) -> str:
    if error.reason == "SERVICE_DISABLED" or "has not been used in project" in error.message:
        return (
            f"[the API is off: `gcloud services enable aiplatform.googleapis.com --project "
            f"{project}`]"
        )
    return (
        f"[grant the role: `gcloud projects add-iam-policy-binding {project} "
        "--member user:YOU --role roles/aiplatform.user`; to run as vertex.service_account "
        "also roles/iam.serviceAccountUser on it]"
    )


def _region_remedy(vertex: VertexSettings) -> str:
    from google.cloud.aiplatform.constants.base import SUPPORTED_REGIONS

    near = difflib.get_close_matches(vertex.region, sorted(SUPPORTED_REGIONS), n=1)
    known = vertex.region in SUPPORTED_REGIONS
    hint = f"; did you mean {near[0]}?" if near and not known else ""
    return (
        f"[is {vertex.region} (vertex.region{hint}) a region of Vertex AI, and {vertex.project} "
        "(vertex.project) a project of yours? `gcloud ai custom-jobs list "
        f"--region {vertex.region} --project {vertex.project}` tells]"
    )


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
