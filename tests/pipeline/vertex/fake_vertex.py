"""Vertex AI's pipeline and schedule services on loopback, with the real protos over gRPC."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent import futures
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.cloud import aiplatform_v1 as vertex_ai
from google.protobuf import empty_pb2, timestamp_pb2

_PIPELINES = "google.cloud.aiplatform.v1.PipelineService"
_SCHEDULES = "google.cloud.aiplatform.v1.ScheduleService"
_STATES = vertex_ai.PipelineState
_TASKS = vertex_ai.PipelineTaskDetail.State
_GOOD = {_TASKS.SUCCEEDED, _TASKS.SKIPPED}
_WHOLE = 1000
"""Id of the entry for the pipeline as a whole, the parent of all tasks."""


@dataclass
class FakeVertex:
    """What the services were asked for, and how they behave.

    Attributes:
        address: host:port.
        unavailable: answers 503 that many times to the creation of a job.
        lose_answers: creates that many jobs and answers 503 all the same.
        refuse: status and message for the creation of any job or schedule.
        failing_task: fails the job at this task, with the message.
        retried_task: fails once, and is tried again under the same name.
        cached_task: is not run, as its result is in the cache.
        blessed: what the Evaluator's blessing says; None for nothing.
        refused: what DataValidator's verdict says of the rows.
        requests: creations asked for, refused ones included.
        jobs: by resource name.
        schedules: created.
    """

    address: str = ""
    unavailable: int = 0
    lose_answers: int = 0
    refuse: tuple[grpc.StatusCode, str] | None = None
    failing_task: tuple[str, str] | None = None
    retried_task: str | None = None
    cached_task: str | None = None
    blessed: bool | None = True
    refused: bool = False
    requests: list[Any] = field(default_factory=list)
    jobs: dict[str, vertex_ai.PipelineJob] = field(default_factory=dict)
    schedules: list[vertex_ai.Schedule] = field(default_factory=list)

    def create_pipeline_job(self, request: Any, context: grpc.ServicerContext) -> Any:
        self.requests.append(request)
        if self.refuse:
            context.abort(*self.refuse)
        if self.unavailable:
            self.unavailable -= 1
            context.abort(grpc.StatusCode.UNAVAILABLE, "try again")
        name = f"{request.parent}/pipelineJobs/{request.pipeline_job_id}"
        if name in self.jobs:
            context.abort(grpc.StatusCode.ALREADY_EXISTS, f"{name} exists")
        job = vertex_ai.PipelineJob(request.pipeline_job)
        job.name, job.state = name, _STATES.PIPELINE_STATE_RUNNING
        self.jobs[name] = job
        if self.lose_answers:
            self.lose_answers -= 1
            context.abort(grpc.StatusCode.UNAVAILABLE, "the answer got lost")
        return vertex_ai.PipelineJob.pb(job)

    def get_pipeline_job(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Every question finds one more task done."""
        job = self.jobs.get(request.name)
        if job is None:
            context.abort(grpc.StatusCode.NOT_FOUND, f"no {request.name}")
        if job.state == _STATES.PIPELINE_STATE_RUNNING:
            self._advance(job)
        return vertex_ai.PipelineJob.pb(job)

    def _advance(self, job: vertex_ai.PipelineJob) -> None:
        details = job.job_detail.task_details
        if not details:
            whole = vertex_ai.PipelineTaskDetail(
                task_name=job.display_name, task_id=_WHOLE, state=_TASKS.RUNNING
            )
            details.append(whole)
        tasks = job.pipeline_spec["root"]["dag"]["tasks"]
        names = sorted(tasks, key=lambda name: (name == "DataGate", name))  # after DataValidator
        ended = {task.task_name for task in details if task.state in _GOOD}
        name = next((name for name in names if name not in ended), None)
        if name is None:
            details[0].state = _TASKS.SUCCEEDED
            job.state = _STATES.PIPELINE_STATE_SUCCEEDED
            return
        task = self._end(name, tried=any(task.task_name == name for task in details))
        task.task_id, task.parent_task_id = _WHOLE + len(details), _WHOLE
        details.append(task)
        if self.failing_task and self.failing_task[0] == name:
            details[0].state = _TASKS.FAILED
            details[0].error.message = "The DAG failed because some tasks failed."
            job.state = _STATES.PIPELINE_STATE_FAILED

    def _end(self, name: str, tried: bool) -> vertex_ai.PipelineTaskDetail:
        task = vertex_ai.PipelineTaskDetail(task_name=name, state=_TASKS.SUCCEEDED)
        task.start_time = timestamp_pb2.Timestamp(seconds=100)
        task.end_time = timestamp_pb2.Timestamp(seconds=107)
        if self.failing_task and self.failing_task[0] == name:
            task.state = _TASKS.FAILED
            task.error.message = self.failing_task[1]
        elif self.retried_task == name and not tried:
            task.state = _TASKS.FAILED
        elif self.cached_task == name:
            task.state = _TASKS.SKIPPED
        elif name == "Evaluator" and self.blessed is not None:
            _give(task, "blessing", vertex_ai.Artifact(metadata={"blessed": float(self.blessed)}))
        elif name == "DataValidator":
            refused = {"refused": float(self.refused)}
            _give(task, "verdict", vertex_ai.Artifact(uri="gs://b/verdict", metadata=refused))
        return task

    def cancel_pipeline_job(self, request: Any, context: grpc.ServicerContext) -> Any:
        job = self.jobs.get(request.name)
        if job is None:
            context.abort(grpc.StatusCode.NOT_FOUND, f"no {request.name}")
        job.state = _STATES.PIPELINE_STATE_CANCELLED
        return empty_pb2.Empty()

    def create_schedule(self, request: Any, context: grpc.ServicerContext) -> Any:
        self.requests.append(request)
        if self.refuse:
            context.abort(*self.refuse)
        schedule = vertex_ai.Schedule(request.schedule)
        schedule.name = f"{request.parent}/schedules/{len(self.schedules) + 1}"
        self.schedules.append(schedule)
        return vertex_ai.Schedule.pb(schedule)


def _give(task: vertex_ai.PipelineTaskDetail, output: str, artifact: vertex_ai.Artifact) -> None:
    task.outputs[output] = vertex_ai.PipelineTaskDetail.ArtifactList(artifacts=[artifact])


def start(fake: FakeVertex) -> grpc.Server:
    """Serves the fake on a free port of this machine."""
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=2))
    services: dict[str, Sequence[tuple[str, Callable[..., Any], Any]]] = {
        _PIPELINES: [
            ("CreatePipelineJob", fake.create_pipeline_job, vertex_ai.CreatePipelineJobRequest),
            ("GetPipelineJob", fake.get_pipeline_job, vertex_ai.GetPipelineJobRequest),
            ("CancelPipelineJob", fake.cancel_pipeline_job, vertex_ai.CancelPipelineJobRequest),
        ],
        _SCHEDULES: [("CreateSchedule", fake.create_schedule, vertex_ai.CreateScheduleRequest)],
    }
    for service, methods in services.items():
        handlers = {
            name: grpc.unary_unary_rpc_method_handler(
                method,
                request_deserializer=request.deserialize,
                response_serializer=lambda message: message.SerializeToString(),
            )
            for name, method, request in methods
        }
        handler = grpc.method_handlers_generic_handler(service, handlers)
        server.add_generic_rpc_handlers((handler,))
    fake.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    return server
