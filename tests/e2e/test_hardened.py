"""Program and shared objects bear what the Makefile's HARDENING asks for: read from their ELF headers."""

import re
import subprocess
from functools import cache

import pytest

from harness.world import program

FILES = [
    "temporal-skill",
    "channel.so",
    *sorted(f"plugins/{p.name}" for p in (program().parent / "plugins").glob("*.so")),
]


@cache
def readelf(name: str, *flags: str) -> str:
    path = program().parent / name
    assert path.exists(), f"{path} is not there: run make first"
    ran = subprocess.run(["readelf", "--wide", *flags, str(path)], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def imports(name: str) -> set[str]:
    return set(re.findall(r"\bUND (\w+)", readelf(name, "--dyn-syms")))


def is_instrumented() -> bool:
    """Built for a sanitizer or for coverage: then without what stands in its way."""
    return bool(
        re.search(r"\b__(asan_init|ubsan_\w+|gcov_\w+)", readelf("temporal-skill", "--symbols"))
    )


@pytest.mark.parametrize("name", FILES)
def test_where_it_is_loaded_is_chance(name: str) -> None:
    assert re.search(r"Type:\s+DYN", readelf(name, "--file-header"))
    if not name.endswith(".so"):
        assert re.search(r"\(FLAGS_1\).*\bPIE\b", readelf(name, "--dynamic"))
    assert "TEXTREL" not in readelf(name, "--dynamic")


@pytest.mark.parametrize("name", FILES)
def test_what_is_relocated_is_read_only_afterwards(name: str) -> None:
    """Full RELRO: all symbols are bound at the start, and their table is written no more."""
    assert "GNU_RELRO" in readelf(name, "--program-headers")
    assert re.search(r"\(FLAGS(_1)?\).*\b(BIND_)?NOW\b", readelf(name, "--dynamic"))


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_writable_and_executable(name: str) -> None:
    segments = re.findall(
        r"^\s+(LOAD|GNU_STACK)\s+(?:0x\w+\s+){5}([RWE ]{3})",
        readelf(name, "--program-headers"),
        re.M,
    )
    assert {kind for kind, _ in segments} == {"LOAD", "GNU_STACK"}, segments
    assert not [flags for _, flags in segments if "W" in flags and "E" in flags]
    assert not [flags for kind, flags in segments if kind == "GNU_STACK" and "E" in flags]


@pytest.mark.parametrize("name", FILES)
def test_libraries_come_from_the_system(name: str) -> None:
    assert not re.search(r"\((RPATH|RUNPATH)\)", readelf(name, "--dynamic"))


@pytest.mark.parametrize("name", FILES)
def test_the_stack_is_watched(name: str) -> None:
    assert "__stack_chk_fail" in imports(name)


# The C library's functions that have a checked form, where the compiler cannot see that the call is right anyway.
UNCHECKED = {
    "sprintf",
    "vsprintf",
    "vasprintf",
    "asprintf",
    "fprintf",
    "vfprintf",
    "printf",
    "strcpy",
    "strcat",
    "gets",
}


@pytest.mark.parametrize("name", FILES)
def test_library_calls_are_checked(name: str) -> None:
    if is_instrumented():
        pytest.skip("sanitizers and coverage are built without")
    assert not imports(name) & UNCHECKED
    if name == "temporal-skill":
        assert {"__read_chk", "__vsnprintf_chk"} & imports(name), sorted(imports(name))


@pytest.mark.parametrize("name", FILES)
def test_control_flow_is_guarded(name: str) -> None:
    """Indirect branches go to marked places (IBT), and returns to where the call was (SHSTK): on x86."""
    if "X86-64" not in readelf(name, "--file-header"):
        pytest.skip("of x86 processors")
    assert re.search(r"x86 feature: IBT, SHSTK", readelf(name, "--notes"))
