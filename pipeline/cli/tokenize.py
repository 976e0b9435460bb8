"""`newscat tokenize`: shows what the in-graph tokenizer of a checkpoint makes of texts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from components.article.fields import TEXT_FIELDS
from components.article.row import joined_text
from components.checkpoint.resolve import resolve_tokenizer
from components.errors import SettingsError
from components.printable import printable
from pipeline.cli.file_rows import named_rows, open_rows
from pipeline.cli.options import RevisionOption, RowsOption, check_arguments
from pipeline.terminal.console import progress_console
from pipeline.terminal.output import open_standard_output

_BATCH_SIZE = 1_024


def tokenize(
    text: Annotated[list[str] | None, typer.Argument(show_default=False)] = None,
    checkpoint: Annotated[str, typer.Option(help="Folder or Hub id with a tokenizer.")] = "",
    revision: RevisionOption = None,
    file: RowsOption = None,
    max_length: Annotated[int, typer.Option(min=3, help="Tokens kept, specials included.")] = 512,
    as_json: Annotated[bool, typer.Option("--json", help="Print one list of ids a line.")] = False,
) -> None:
    """Show the sub-words and ids that the Transform graph makes of a text."""
    if not checkpoint:
        raise SettingsError("tokenize needs --checkpoint DIR_OR_ID")
    if (file is None) == (not text):
        raise SettingsError("tokenize takes texts, or --file ROWS.json")
    given = check_arguments(text or [])
    with progress_console().status("Compiling the tokenizer"):
        from components.tokenizer import compile_tokenizer, list_sub_words

        tokenizer = compile_tokenizer(resolve_tokenizer(checkpoint, revision), max_length)
    texts = _read(file) if file else iter(given)
    with open_standard_output(for_people=not as_json) as stream:
        while batch := list(islice(texts, _BATCH_SIZE)):
            if as_json:
                for ids in tokenizer(batch).to_list():
                    print(json.dumps(ids), file=stream)
                continue
            for read, sub_words in zip(batch, list_sub_words(tokenizer, batch), strict=True):
                pieces, ids = zip(*sub_words, strict=True)
                lines = printable(read), printable(" ".join(pieces)), " ".join(map(str, ids)), ""
                print(*lines, sep="\n", file=stream)


def _read(file: Path) -> Iterator[str]:
    with open_rows(file) as rows:
        for row in named_rows(rows, file, TEXT_FIELDS):
            if not row.error:
                yield joined_text(row.article, TEXT_FIELDS)
