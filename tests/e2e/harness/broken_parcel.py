"""A Parcel whose tasks fail."""

from typing import NoReturn

from temporalio import workflow


@workflow.defn
class Parcel:
    @workflow.run
    async def run(self, name: str) -> NoReturn:
        raise KeyError(name)

    @workflow.signal
    def go(self) -> None:
        pass
