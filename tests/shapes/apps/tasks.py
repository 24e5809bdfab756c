"""A task for Celery, and a job for RQ."""

import os

import shape


def job(number: int) -> str:
    """Make one call."""
    return shape.call(number)


if "SHAPE_REDIS" in os.environ and "SHAPE_CELERY" in os.environ:
    from celery import Celery

    app = Celery("tasks", broker=os.environ["SHAPE_REDIS"], backend=os.environ["SHAPE_REDIS"])
    task = app.task(name="job")(job)
