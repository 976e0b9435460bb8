"""Progress of long work: components speak here, a runner shows it on the component's line.

A logger is all there is to it, so that a component neither knows nor cares whether a terminal,
a file or Cloud Logging is listening.
"""

import logging

logger = logging.getLogger("newscat.progress")
logger.setLevel(logging.INFO)


def tell(message: str) -> None:
    """Says in one short line how far the running component is."""
    logger.info(message)
