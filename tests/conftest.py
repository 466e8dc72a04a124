"""What a test says at the end of the whole run, record_property("summary", text); and which tests share a process.

Here, because pytest-xdist's controller, which prints the end and hands out tests, loads no conftest further down."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.scheduler.protocol import Scheduling

# What is set up once for all tests of such a file takes longer than the tests.
TOGETHER = ("test_scenarios.py",)


class ByFile(LoadScopeScheduling):  # type: ignore[misc]
    """Each test by itself, wherever there is room; those of the files above in one process.

    (--dist loadgroup is for that, but marks no test with pytest 9.)
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file.endswith(TOGETHER) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling | None:
    return ByFile(config, log) if config.getvalue("dist") == "load" else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, text in report.user_properties:
                if name == "summary":
                    terminalreporter.section(report.nodeid)
                    terminalreporter.write_line(str(text))
