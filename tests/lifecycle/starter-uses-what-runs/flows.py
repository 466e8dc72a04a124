from temporalio import workflow


@workflow.defn
class DailyReport:
    def __init__(self) -> None:
        self.pages: list[str] = []
        self.closed = False

    @workflow.run
    async def run(self, day: str) -> str:
        await workflow.wait_condition(lambda: self.closed)
        return f"{day}: {len(self.pages)} pages"

    @workflow.signal
    def add_page(self, text: str) -> None:
        self.pages.append(text)

    @workflow.signal
    def close(self) -> None:
        self.closed = True
