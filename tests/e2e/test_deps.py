"""deps/install.sh: what it asks a system that has no dpkg, and how it is called."""

import os
import subprocess
from pathlib import Path

import pytest

from harness.world import World, repository

INSTALL = str(repository() / "deps/install.sh")


def install(*uses: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [INSTALL, *uses],
        env=env or dict(os.environ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def other_system(world: World) -> Path:
    """A folder with all programs of this machine but Debian's, for a PATH."""
    programs = world.root / "programs"
    programs.mkdir()
    for folder in ("/usr/sbin", "/usr/bin"):
        for program in Path(folder).iterdir():
            link = programs / program.name
            if not program.name.startswith(("dpkg", "apt")) and not link.is_symlink():
                link.symlink_to(program)
    return programs


def asked(
    programs: Path, *uses: str, **env: str
) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    done = install(*uses, env={"PATH": str(programs), **env})
    return done, [line.strip() for line in done.stderr.splitlines() if line.startswith("  ")]


def test_another_system_with_all_of_it_is_left_alone(other_system: Path) -> None:
    done, missing = asked(other_system, "build", "unit")
    assert (done.returncode, missing, done.stdout) == (0, [], "deps: all there\n"), done.stderr


def test_a_compiler_without_headers_is_none(other_system: Path) -> None:
    done, missing = asked(other_system, "build", CC="gcc -nostdinc")
    assert done.returncode == 1
    assert missing[0] == "a C17 compiler with the C library's headers (gcc, or CC=...)"
    assert "on Debian these packages bring it all: gcc libc6-dev make" in done.stderr


@pytest.mark.parametrize(
    ("header", "library"),
    [
        ("curl/curl.h", "libcurl"),
        ("cjson/cJSON.h", "libcjson"),
        ("ini.h", "inih"),
        ("sha2.h", "libmd (sha2.h)"),
        ("protobuf-c/protobuf-c.h", "libprotobuf-c"),
        ("cmocka.h", "cmocka"),
    ],
)
def test_a_library_without_its_header_is_missing(
    other_system: Path, world: World, header: str, library: str
) -> None:
    broken = world.root / "include" / header
    broken.parent.mkdir(parents=True)
    broken.write_text("#error not this one\n")
    done, missing = asked(other_system, "unit", CC=f"gcc -I{world.root / 'include'}")
    assert (done.returncode, missing) == (1, [library])


def test_a_program_that_does_not_run_is_missing(other_system: Path) -> None:
    program = other_system / "protoc-c"
    program.unlink()
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    done, missing = asked(other_system, "build")
    assert (done.returncode, missing) == (1, ["protoc-c"])


def test_what_is_there_is_not_installed() -> None:
    done = install("build", "unit")
    assert (done.returncode, done.stdout) == (0, "deps: all there\n"), done.stderr


@pytest.mark.parametrize("uses", [[], ["everything"]])
def test_unknown_uses_are_told_the_known(uses: list[str]) -> None:
    done = install(*uses)
    assert (done.returncode, done.stdout) == (2, "")
    for use in ("build", "demo", "test", "lint", "deb", "fuzz", "bare"):
        assert f" {use} " in done.stderr
