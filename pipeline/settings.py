"""Every setting of a run, typed and validated once; a profile is one instance of `Settings`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, Strict, field_validator, model_validator

from components.article.names import check_names
from components.classifier.recipe import Recipe
from components.data_validation.settings import ValidationPolicy
from components.duplicates.counts import Conflicts
from components.evaluation.policy import GatePolicy
from components.json_example_gen.row_policy import RowPolicy
from components.preprocessing.taxonomy import Taxonomy
from components.report.settings import ReportSettings
from components.section import Section
from components.serving_check.settings import ServingCheckSettings
from components.split_rule import Mode, SplitRule

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Place:
    """Marks a setting that names a file or folder, which is relative to where it is set.

    Attributes:
        or_id: whether the text can be something else, where no such folder is there.
    """

    or_id: bool = False


LocalPath = Annotated[Path, Strict(False), Place()]
# One file may be given without brackets.
Files = Annotated[
    list[Annotated[str, Field(min_length=1)]],
    BeforeValidator(lambda given: [given] if isinstance(given, str) else given),
    Place(),
]


class DataSettings(Section):
    """Settings section `data`: which rows, and what happens to those that do not fit."""

    files: Files = Field([], description="files of rows, or globs; local or gs://")
    fields: dict[str, str] = Field(
        {}, description="names that the files have for our fields, as in {headline: title}"
    )
    split: Mode = Field(
        "hash", description="what test is: a share of the articles by hash, or the newest rows"
    )
    eval_fraction: float = Field(
        0.1, gt=0, lt=1, description="share of the articles for early stopping, by hash"
    )
    test_fraction: float = Field(
        0.1, ge=0, lt=1, description="share that models are judged on; 0 judges on eval"
    )
    conflicts: Conflicts = Field(
        "keep", description="which rows stay where equal texts have several classes"
    )
    twin_similarity: float | None = Field(
        0.8,
        ge=0.3,  # of less alike texts too many pairs are missed
        le=1,
        description="share of common words from which an eval or test row with a near twin in "
        "train is left out; null looks for equal texts alone",
    )
    taxonomy: LocalPath = Field(
        REPOSITORY / "schema" / "taxonomy.yaml", description="categories to classes"
    )
    optional_classes: list[str] = Field(
        [], description="optional classes of the taxonomy that this run adds"
    )
    schema_file: LocalPath = Field(
        REPOSITORY / "schema" / "schema.pbtxt", description="reviewed TFDV schema"
    )
    unknown_category: Literal["error", "quarantine"] = Field(
        "error", description="what a category that the taxonomy lacks leads to"
    )
    max_quarantined_fraction: float = Field(
        0.01, ge=0, le=1, description="share of unusable rows above which the run stops"
    )
    max_quarantined_rows: int = Field(
        10_000, ge=0, le=1_000_000, description="unusable rows above which the run stops"
    )

    @model_validator(mode="after")
    def _leave_rows_to_train(self) -> DataSettings:
        if self.eval_fraction + self.test_fraction >= 1:
            raise ValueError("eval_fraction and test_fraction leave no rows to train on")
        if self.split == "newest" and not self.test_fraction:
            raise ValueError("split newest needs a test_fraction")
        return self

    @field_validator("fields")
    @classmethod
    def _check_fields(cls, names: dict[str, str]) -> dict[str, str]:
        check_names(names)
        return names

    def row_policy(
        self,
        text_fields: Sequence[str],
        taxonomy: Taxonomy | None,
        split_rule: SplitRule | None = None,
    ) -> RowPolicy:
        """What is done with rows to learn from, or with rows to predict.

        Args:
            text_fields: that the model reads.
            taxonomy: of the run; None for rows to predict.
            split_rule: of the run; None where rows are not split.
        """
        policy = RowPolicy(
            text_fields=text_fields,
            taxonomy=taxonomy,
            split_rule=split_rule,
            max_quarantined_fraction=self.max_quarantined_fraction,
            max_quarantined_rows=self.max_quarantined_rows,
            field_names=self.fields,
        )
        if taxonomy is None:
            return policy
        return replace(
            policy,
            unknown_category=self.unknown_category,
            conflicts=self.conflicts,
            twin_similarity=self.twin_similarity,
        )


class CheckpointSettings(Section):
    """Settings section `checkpoint`: the pre-trained model, in Hugging Face format."""

    source: Annotated[str | None, Place(or_id=True)] = Field(
        None, min_length=1, description="local or gs:// folder, or an id on the Hub"
    )
    revision: str | None = Field(None, description="commit of the Hub id; needed for a Hub id")
    fingerprint: str | None = Field(
        None, description="expected fingerprint; any checkpoint will do where it is not set"
    )


class TextSettings(Section):
    """Settings section `text`: how an article becomes token ids."""

    max_length: int = Field(128, ge=8, le=512, description="tokens kept, <s> and </s> included")


class BatchSettings(Section):
    """Settings section `batch`: rows that a blessed model scores at the end of the run."""

    files: Files = Field([], description="files of rows, or globs; switches the step on")


class DemoSettings(Section):
    """Settings section `demo`: the synthetic sample used where `data.files` is not set."""

    sample_rows: int = Field(6_000, ge=500, le=200_000, description="rows to generate")
    seed: int = Field(7, ge=0, lt=1 << 32, description="of the rows and of the starter checkpoint")


class VertexSettings(Section):
    """Settings section `vertex`: where a submitted run executes, and on what."""

    project: str = Field(description="Google Cloud project id")
    region: str = Field("us-central1", description="region of the pipeline and its workers")
    bucket: str | None = Field(None, description="gs:// folder for artifacts and pushed models")
    image: str | None = Field(None, description="container image with this project installed")
    accelerator: Literal["tpu-v3-8", "tpu-v5e-4", "gpu", "cpu"] = Field(
        "tpu-v5e-4", description="what the Trainer runs on"
    )
    runner: Literal["direct", "dataflow"] = Field(
        "direct", description="where Beam runs: in the component's container, or on Dataflow"
    )
    worker_machine_type: str = Field("n2-standard-4", description="machine of a Dataflow worker")
    max_workers: int = Field(10, ge=1, description="Dataflow workers at most")
    deploy: Literal["bucket", "endpoint"] = Field(
        "bucket", description="where a blessed model goes: below the bucket, or to an endpoint"
    )
    endpoint: str | None = Field(None, description="display name; default: the pipeline's name")
    endpoint_machine_type: str = Field("n2-standard-4", description="machine behind the endpoint")
    serving_image: str | None = Field(
        None,
        description="container that serves at the endpoint: TF Serving from 2.16 on, built with "
        "tensorflow-text's operations",
    )
    service_account: str | None = Field(None, description="e-mail of the account that runs it all")
    network: str | None = Field(
        None, description="projects/NUMBER/global/networks/NAME to peer with"
    )
    subnetwork: str | None = Field(None, description="of Dataflow workers: regions/R/subnetworks/N")
    labels: dict[str, str] = Field({}, description="on jobs and workers, for billing say")
    encryption_key: str | None = Field(
        None, description="projects/P/locations/R/keyRings/K/cryptoKeys/N; Google's where not set"
    )


class Settings(Section):
    """All settings of one run."""

    name: str = Field(
        "news-category",
        pattern=r"^[a-z][a-z0-9-]*$",
        max_length=63,  # of a label on Vertex AI; a job's id is longer by the time of its start
        description="pipeline name",
    )
    output: Annotated[str, Place()] = Field(
        "output/run", min_length=1, description="folder that holds everything a run writes"
    )
    data: DataSettings = DataSettings()
    checkpoint: CheckpointSettings = CheckpointSettings()
    text: TextSettings = TextSettings()
    validation: ValidationPolicy = ValidationPolicy()
    trainer: Recipe = Recipe()
    gate: GatePolicy = GatePolicy()
    serving_check: ServingCheckSettings = ServingCheckSettings()
    batch: BatchSettings = BatchSettings()
    report: ReportSettings = ReportSettings()
    demo: DemoSettings | None = None
    vertex: VertexSettings | None = None
    beam_args: list[str] = Field(
        [], description="Beam options, such as --direct_num_workers=2; they change no result"
    )
