"""ReviewedSchema: makes the reviewed schema an artifact of the run.

TFX's ImportSchemaGen takes the file's path: it has to exist wherever the component runs, and an
edited file is not noticed by the cache. This component takes the text itself.
"""

# TFX reads the annotations as they are, so there are no postponed ones here.

import os

from tfx.dsl.component.experimental.annotations import OutputArtifact, Parameter
from tfx.dsl.component.experimental.decorators import component
from tfx.types.standard_artifacts import Schema
from tfx.utils import io_utils

from components.data_validation.schema_file import SCHEMA_FILE


@component
def ReviewedSchema(  # noqa: N802 - the component's name
    schema: OutputArtifact[Schema], schema_text: Parameter[str]
) -> None:
    """Writes the schema.

    Args:
        schema: to write.
        schema_text: TFDV schema, a text-format proto; see `complete_schema`.
    """
    io_utils.write_string_file(os.path.join(schema.uri, SCHEMA_FILE), schema_text)
