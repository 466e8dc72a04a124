"""Activities: the steps that touch the outside world. They may fail and are retried."""

from temporalio import activity

from shared import Report


@activity.defn
def publish_report(report: Report) -> str:
    """Tell the world how it ended; returns what was told."""
    by = f" by {report.status.by}" if report.status.by else ""
    message = f"{report.subject}: {report.status.state}{by}"
    activity.logger.info("%s", message)
    return message
