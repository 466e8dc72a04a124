"""What a diagnosis may cost whoever asks: calls to the server, and characters to read.

The mark: ten workflows in ten kinds of trouble among fifty healthy ones, all named by one call."""

from collections.abc import Iterator

import pytest
from temporalio.client import Client

from harness.cli import Cli
from harness.client import Loop, register_namespace
from harness.scenes import Scenes, scenes_of
from harness.server import DevServer
from harness.tally import tallied
from harness.world import World

CHARACTERS_MOST = 6000
REQUESTS_MOST = (
    5  # of the diagnosis of one workflow; test_scenarios.py counts them for all the corpus
)
TROUBLES, HEALTHY = 10, 50


@pytest.fixture(scope="module")
def trouble_world(
    shared_server: DevServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("trouble") / "world")
    namespace = f"trouble-{made.id[:12]}"

    async def register() -> None:
        await register_namespace(await Client.connect(shared_server.address), namespace)

    shared_server.loop.call(register())
    made.use_address(shared_server.address, namespace)
    yield made
    left = made.leftovers()
    made.sweep()
    assert not left, "left running:\n" + "\n".join(map(str, left))


@pytest.fixture(scope="module")
def trouble(trouble_world: World) -> Iterator[Scenes]:
    with scenes_of("trouble.py", trouble_world) as built:
        yield built


@pytest.fixture
def trouble_cli(trouble_world: World) -> Iterator[Cli]:
    made = Cli(trouble_world)
    yield made
    made.close()


def test_ten_troubles_are_named_in_one_call(trouble_cli: Cli, trouble: Scenes) -> None:
    troubled = [row for row in trouble.rows if not row["name"].startswith("healthy-")]
    assert (len(troubled), len(trouble.rows) - len(troubled)) == (TROUBLES, HEALTHY)
    ran = trouble_cli("diagnose").expect(0)
    assert len(ran.out) <= CHARACTERS_MOST, f"{len(ran.out)} characters: {ran}"
    wrong = []
    for row in troubled:
        expected = row["expected"]
        wanted = [expected["verdict"], expected["root_cause_type"], expected["root_cause_message"]]
        lines = [line for line in ran.out.splitlines() if f"'{row['workflow_id']}'" in line]
        if not lines or not all(part in lines[0] for part in wanted if part):
            wrong.append(f"{row['name']}: wanted {wanted}, got {lines}")
    wrong += [
        f"false alarm: {row['workflow_id']}"
        for row in trouble.rows
        if row not in troubled and row["workflow_id"] in ran.out
    ]
    assert not wrong, "\n".join([*wrong, str(ran)])


def test_one_workflow_takes_few_calls(loop: Loop, trouble_cli: Cli, trouble: Scenes) -> None:
    kinds = {row["name"].rpartition("-")[0] or row["name"]: row for row in trouble.rows}
    for name, row in kinds.items():
        ran, requests = tallied(
            trouble_cli, loop, "diagnose", "-w", row["workflow_id"], "--verbose"
        )
        assert 0 < requests <= REQUESTS_MOST, f"{name}: {requests} calls: {ran}"
