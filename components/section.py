"""The base of every settings section: typed, closed and immutable."""

import re
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

_LARGEST = 2**32 - 1  # of a seed; nothing else is counted as far
_EXPONENT = re.compile(r"[-+]?\d+(\.\d*)?[eE][-+]?\d+")


class Section(BaseModel):
    """Refuses unknown fields, so a misspelt setting is an error and not a silent default.

    A value has the type of its field, and is not made to fit: neither a truth value nor a text is
    a number, and no number is infinite.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, allow_inf_nan=False, validate_default=True
    )

    @field_validator("*", mode="before")
    @classmethod
    def _read_number(cls, value: Any, info: ValidationInfo) -> Any:
        """Takes 1e-5, which has no point and is text in YAML 1.1, for the number that it is."""
        for number in value if isinstance(value, list) else [value]:
            if isinstance(number, int) and abs(number) > _LARGEST:
                raise ValueError(f"should be {_LARGEST:,} at most")
        annotation = cls.model_fields[str(info.field_name)].annotation
        if isinstance(value, str) and float in (annotation, *get_args(annotation)):
            return float(value) if _EXPONENT.fullmatch(value) else value
        return value
