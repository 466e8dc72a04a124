"""The tool is killed, as by an agent's time limit or the out-of-memory killer: nothing of it runs on unseen, and the
next call understands."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from harness import processes
from harness.cli import Cli
from harness.project import Project
from harness.server import DevServer
from harness.workers import records
from harness.world import World

pytestmark = pytest.mark.usefixtures("stop_workers")

# Two processes, of which the second would outlive the first; what a program in the foreground may be.
FAMILY = "sh -c 'sleep 1000 & echo $$ >> pids; echo $! >> pids; wait; wait'"


def wait_for_pids(app: Project, count: int) -> list[int]:
    for _ in range(1000000):
        if app.path("pids").exists():
            lines = app.read("pids").split()
            if len(lines) == count and app.read("pids").endswith("\n"):
                return [int(line) for line in lines]
    raise AssertionError("it did not start")


def kill_tool(process: "subprocess.Popen[str]") -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


@pytest.fixture
def foreground(app: Project) -> Callable[[str], list[str]]:
    """The words that run the family in the tool's foreground."""

    def words(what: str) -> list[str]:
        app.write("temporal-skill.ini", "[project]\nname = app\n")
        if what == "run-starter":
            return ["run-starter", "--", "sh", "-c", FAMILY[7:-1]]
        if what == "verify-project":
            app.write(
                "temporal-skill.ini",
                f"[verify]\ncheck = {FAMILY}\ncheck_timeout = 60\n[run one]\nstarter = true\n",
            )
            return ["verify-project"]
        app.write(
            ".temporal-skill/recipes/slow.ini",
            f"[recipe]\nname = slow\nsummary = takes long\n[step wait]\nprogram = {FAMILY}\ntimeout = 60\n",
        )
        return ["run-recipe", str(app.path(".temporal-skill/recipes/slow.ini"))]

    return words


@pytest.mark.parametrize("what", ["run-starter", "run-recipe", "verify-project"])
def test_foreground_ends_with_the_tool(
    cli: Cli, app: Project, foreground: Callable[[str], list[str]], what: str
) -> None:
    tool = cli.start(*foreground(what))
    pids = wait_for_pids(app, 2)
    kill_tool(tool)
    for pid in pids:
        assert processes.wait_gone(pid, 20), f"{pid} runs on"


def guards() -> set[int]:
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if (entry / "comm").read_text() == "tsk-guard\n":
                    found.add(int(entry.name))
            except OSError:
                continue
    return found


def test_what_a_killed_guard_leaves_is_found(cli: Cli, app: Project) -> None:
    """Who kills all that the tool made, the guard too, leaves the starter alone: its mark finds it."""
    tool = cli.start("run-starter", "--", "sh", "-c", FAMILY[7:-1])
    pids = wait_for_pids(app, 2)
    guard = wait_for_guard(tool)
    # Its command line is not a second one of the tool's.
    assert Path(f"/proc/{guard}/cmdline").read_bytes().strip(b"\0") == b"tsk-guard"
    os.kill(guard, signal.SIGKILL)
    kill_tool(tool)
    assert all(map(processes.runs, pids))
    checks = cli("doctor", "-o", "json").json["checks"]
    (row,) = [check for check in checks if check["name"] == "programs"]
    assert str(pids[0]) in row["detail"] and row["fix"] == "temporal-skill kill-worker"
    said = cli.json("kill-worker")
    assert set(said["stopped"]) == set(pids)
    assert "starter" in said["orphans"]


def wait_for_guard(tool: "subprocess.Popen[str]") -> int:
    """It takes its name after the program has begun."""
    while tool.poll() is None:
        for pid in guards():
            if parent_of(pid) == tool.pid:
                return pid
    raise AssertionError("no guard")


def parent_of(pid: int) -> int:
    """0 where it has ended: a guard of another test may."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0
    return int(stat.rpartition(")")[2].split()[1])


def test_guard_goes_with_the_call(cli: Cli, app: Project) -> None:
    cli("run-starter", "--", "true")
    assert not [process for process in app.world.running() if "run-starter" in process.command]


# ---- killed between two steps ----


@pytest.mark.parametrize("when", range(1, 7))
def test_server_is_started_and_recorded_in_one_step(cli: Cli, world: World, when: int) -> None:
    strace = shutil.which("strace")
    if not strace:
        pytest.skip("no strace")
    inject = f"inject=fsync,rename,write:signal=KILL:when={when}"
    subprocess.run(
        [strace, "-o", "/dev/null", "-e", "trace=fsync,rename,write", "-e", inject]
        + [cli.path, "ensure-server", "--headless"],
        env=world.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=60,
    )
    servers = [process for process in world.running() if "start-dev" in process.command]
    assert len(servers) <= 1
    if servers:
        assert cli.json("ensure-server")["ours"]
    stopped = cli.json("stop-server")
    assert stopped["verdict"] == ("stopped" if servers else "nothing_running")
    assert [process for process in world.running() if "start-dev" in process.command] == []


def test_server_whose_record_is_lost_is_found(cli: Cli, world: World) -> None:
    pid = cli.json("ensure-server", "--headless")["pid"]
    for path in world.pid_dir.glob("server-*.json"):
        path.unlink()
    shown = cli.json("show-server")
    assert (shown["ours"], shown["pid"]) == (True, pid)
    again = cli.json("ensure-server", "--headless")
    assert (again["verdict"], again["ours"], again["pid"]) == ("running", True, pid)
    assert len(list(world.pid_dir.glob("server-*.json"))) == 1
    for path in world.pid_dir.glob("server-*.json"):
        path.unlink()
    assert cli.json("kill-all-workers", "--include-server")["server"]["verdict"] == "stopped"
    assert not processes.runs(pid)


def test_server_of_another_directory_is_not_ours(cli: Cli, world: World) -> None:
    """The mark is of one PID_DIR: whoever has another one does not stop it."""
    pid = cli.json("ensure-server", "--headless")["pid"]
    other = {"CLAUDE_TEMPORAL_PID_DIR": str(world.root / "others")}
    try:
        assert cli("stop-server", env=other).expect(1)
        assert processes.runs(pid)
    finally:
        cli("stop-server").expect(0)


def test_two_directories_at_one_port(cli: Cli, world: World) -> None:
    """Who loses the race says that another one runs, and never 'started' of one that ends."""
    calls = [
        cli.start(
            "ensure-server",
            "--headless",
            "-o",
            "json",
            env={
                "CLAUDE_TEMPORAL_PID_DIR": str(world.root / f"pids{i}"),
                "CLAUDE_TEMPORAL_LOG_DIR": str(world.root / f"logs{i}"),
            },
        )
        for i in range(3)
    ]
    said = []
    for call in calls:
        out, err = call.communicate(timeout=60)
        assert call.returncode == 0, err
        said.append(answer_of(out))
    verdicts = sorted(verdict for verdict, _, _ in said)
    assert verdicts == ["running", "running", "started"]
    assert len({pid for _, pid, _ in said}) == 1
    assert [ours for verdict, _, ours in said if verdict == "running"] == [False, False]
    for i in range(3):
        cli("stop-server", env={"CLAUDE_TEMPORAL_PID_DIR": str(world.root / f"pids{i}")})


def answer_of(out: str) -> tuple[str, int, bool]:
    answer = json.loads(out)
    return answer["verdict"], answer["pid"], answer["ours"]


def test_address_that_means_all_is_this_machine(cli: Cli, world: World) -> None:
    pid = cli.json("ensure-server", "--headless")["pid"]
    address = f"0.0.0.0:{world.port}"
    cli("terminate-workflow", "-w", "nobody", "--address", address).expect(3)
    assert cli.json("show-server", "--address", f"0.0.0.0:{world.port}")["pid"] == pid
    assert cli.json("stop-server", "--address", f"0.0.0.0:{world.port}")["verdict"] == "stopped"


def test_user_number_without_a_name(cli: Cli, world: World) -> None:
    """A container that is run with --user 54321: no entry in /etc/passwd, no USER."""
    if os.geteuid() != 0:
        pytest.skip("only root can be another user")
    number = 54321
    words = ["setpriv", f"--reuid={number}", f"--regid={number}", "--clear-groups", cli.path]
    with tempfile.TemporaryDirectory() as home:
        os.chown(home, number, number)
        own = ("USER", "LOGNAME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")
        env = {key: value for key, value in world.env.items() if key not in own}
        env["HOME"] = home
        for name in ("LOG", "PID", "PROJECT"):
            env[f"CLAUDE_TEMPORAL_{name}_DIR"] = f"{home}/{name}"
        os.mkdir(f"{home}/PROJECT")
        if subprocess.run([*words, "--version"], env=env, cwd="/", timeout=60).returncode:
            pytest.skip("another user cannot run what was built here")
        try:
            start = [*words, "ensure-server", "--headless"]
            subprocess.run(start, env=env, cwd="/", check=True, timeout=60)
        finally:
            subprocess.run([*words, "stop-server"], env=env, cwd="/", timeout=60)


def test_worker_is_recorded_before_it_runs(cli: Cli, app: Project, server: DevServer) -> None:
    """Its first act is to look for its own record."""
    app.write(
        "worker.py",
        "import glob, os; print(len(glob.glob(os.environ['CLAUDE_TEMPORAL_PID_DIR'] + '/worker-*.json')))",
    )
    said = cli.json("ensure-worker", code=1)
    assert said["log_tail"] == ["1"]
    assert len(records(app.world)) == 1
