"""Activities: the steps that touch the outside world. They may fail and are retried."""

from temporalio import activity

from shared import ComposeGreetingInput


@activity.defn
def compose_greeting(order: ComposeGreetingInput) -> str:
    activity.logger.info("composing a greeting for %s", order.name)
    return f"{order.greeting}, {order.name}!"
