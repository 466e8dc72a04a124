"""Activities: the steps that touch the outside world. They may fail and are retried."""

from temporalio import activity
from temporalio.exceptions import ApplicationError


@activity.defn
def square(item: str) -> int:
    activity.logger.info("squaring %s", item)
    try:
        number = int(item)
    except ValueError:
        # The same text will be no number next time, either.
        raise ApplicationError(
            f"'{item}' is not a number", type="NotANumber", non_retryable=True
        ) from None
    return number * number
