"""What all commands of `newscat` have in common: no value is dropped in silence."""

from __future__ import annotations

from collections import Counter

import click
import typer.core


class Command(typer.core.TyperCommand):
    """Refuses an option that would count for nothing.

    It is given twice and takes one value, of which the last would win; or its value is empty, as
    that of a variable which is not set, and would be taken for none.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parses as click does.

        Raises:
            click.UsageError: an option is given more than once, or without a value.
        """
        values, _, order = self.make_parser(ctx).parse_args(list(args))
        for option, times in Counter(order).items():
            if not isinstance(option, click.Option):
                continue
            name, value = " / ".join(option.opts), values[str(option.name)]
            if times > 1 and not option.multiple:
                raise click.UsageError(f"{name} is given {times} times, and takes one value", ctx)
            if value == "" or (option.multiple and "" in value):
                raise click.UsageError(f"{name} is given an empty value", ctx)
        return super().parse_args(ctx, args)
