"""Clients of Vertex AI's services, or of a stand-in for them on this machine."""

from __future__ import annotations

import os
from dataclasses import dataclass

import grpc
from google.auth.exceptions import DefaultCredentialsError
from google.cloud import aiplatform_v1 as vertex_ai
from google.cloud.aiplatform_v1.services.pipeline_service.transports import (
    PipelineServiceGrpcTransport,
)
from google.cloud.aiplatform_v1.services.schedule_service.transports import (
    ScheduleServiceGrpcTransport,
)

from components.errors import FailureError

EMULATOR_VARIABLE = "VERTEX_AI_EMULATOR_HOST"
"""host:port of a stand-in that speaks plain gRPC and asks for no credentials."""


class NoCredentialsError(FailureError):
    """This machine is not signed in to Google Cloud."""


@dataclass(frozen=True)
class Clients:
    """Clients for one region."""

    pipelines: vertex_ai.PipelineServiceClient
    schedules: vertex_ai.ScheduleServiceClient


def connect(region: str) -> Clients:
    """Makes the clients.

    Raises:
        NoCredentialsError: there are no application default credentials.
    """
    if host := os.environ.get(EMULATOR_VARIABLE):
        channel = grpc.insecure_channel(host)
        return Clients(
            vertex_ai.PipelineServiceClient(
                transport=PipelineServiceGrpcTransport(channel=channel)
            ),
            vertex_ai.ScheduleServiceClient(
                transport=ScheduleServiceGrpcTransport(channel=channel)
            ),
        )
    options = {"api_endpoint": f"{region}-aiplatform.googleapis.com"}
    try:
        return Clients(
            vertex_ai.PipelineServiceClient(client_options=options),
            vertex_ai.ScheduleServiceClient(client_options=options),
        )
    except DefaultCredentialsError as error:
        raise NoCredentialsError(
            "no Google Cloud credentials; sign in with `gcloud auth application-default login`, or "
            "name a key with GOOGLE_APPLICATION_CREDENTIALS"
        ) from error
