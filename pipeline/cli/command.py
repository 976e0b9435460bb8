"""What all commands of `newscat` have in common: none takes one of two values for the other."""

from __future__ import annotations

from collections import Counter

import click
import typer.core


class Command(typer.core.TyperCommand):
    """Refuses an option that is given twice and takes one value, of which the last would win."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parses as click does.

        Raises:
            click.UsageError: an option is given more than once.
        """
        _, _, order = self.make_parser(ctx).parse_args(list(args))
        for parameter, times in Counter(order).items():
            if times > 1 and not parameter.multiple and isinstance(parameter, click.Option):
                raise click.UsageError(
                    f"{' / '.join(parameter.opts)} is given {times} times, and takes one value", ctx
                )
        return super().parse_args(ctx, args)
