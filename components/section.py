"""The base of every settings section: typed, closed and immutable."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """Refuses unknown fields, so a misspelt setting is an error and not a silent default."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)
