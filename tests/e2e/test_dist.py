"""The release tarball: the same bytes each time, wherever it is made, and nothing in it that git does not track."""

import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

from harness.world import World, program, repository

VERSION = (repository() / "VERSION").read_text().strip()
NAME = f"temporal-skill-{VERSION}"


def make_dist(tree: Path, folder: Path, world: World, umask: int = 0o022) -> Path:
    ran = subprocess.run(
        [tree / "packaging/dist.sh", folder],
        env=world.env,
        umask=umask,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    tarball = folder / f"{NAME}.tar.gz"
    assert os.listdir(folder) == [tarball.name]
    return tarball


def copy_of_tree(world: World, tracked: set[str]) -> Path:
    """A checkout of its own: the tests' own must not change under two tests."""
    tree = world.root / "tree"
    for name in sorted(tracked):
        source = repository() / name
        if source.exists():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, tree / name, follow_symlinks=False)
    return tree


def tracked_files() -> set[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=repository(), capture_output=True, text=True
    )
    if listed.returncode == 0 and listed.stdout:
        return set(listed.stdout.split("\0")) - {""}
    built = ("build/", ".deps/")
    files = {str(path.relative_to(repository())) for path in repository().rglob("*")}
    return {
        name
        for name in files
        if (repository() / name).is_file() and not name.startswith(built) and "cache" not in name
    }


def git(tree: Path, world: World, *words: str) -> None:
    who = ["-c", "user.name=test", "-c", "user.email=test@test.invalid"]
    ran = subprocess.run(
        ["git", *who, *words], cwd=tree, env=world.env, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr


def test_the_tarball_is_the_same_wherever_it_is_made(world: World) -> None:
    tracked = tracked_files()
    tree = copy_of_tree(world, tracked)
    git(tree, world, "init", "-q")
    git(tree, world, "add", "-A", "-f")
    git(tree, world, "commit", "-q", "-m", "all")
    (tree / "untracked").write_text("not in it")
    first = make_dist(tree, world.root / "first", world).read_bytes()
    shutil.copytree(tree, world.root / "elsewhere", symlinks=True)
    (world.root / "elsewhere/untracked").unlink()
    os.utime(world.root / "elsewhere/VERSION", (0, 0))
    elsewhere = make_dist(world.root / "elsewhere", world.root / "second", world, umask=0o077)
    assert elsewhere.read_bytes() == first
    # Also of what was unpacked from it, without git.
    with tarfile.open(elsewhere) as tarball:
        names = {member.name for member in tarball.getmembers()}
        assert {member.uid for member in tarball.getmembers()} == {0}
    assert names == {f"{NAME}/{name}" for name in tracked if (tree / name).exists()}
    (world.root / "unpacked").mkdir()
    subprocess.run(["tar", "-xf", elsewhere], cwd=world.root / "unpacked", check=True)
    unpacked = world.root / "unpacked" / NAME
    (unpacked / "build").mkdir()
    (unpacked / "build/temporal-skill").write_text("built")
    assert make_dist(unpacked, world.root / "third", world).read_bytes() == first


def test_another_version_is_built_anew() -> None:
    """What says the version is compiled again when it changes, and nothing else of the program."""
    build = os.path.relpath(program().parent, repository())
    words = ["make", "-n", "-W", "VERSION", f"BUILD={build}", f"{build}/temporal-skill"]
    planned = subprocess.run(
        words, cwd=repository(), capture_output=True, text=True, check=True
    ).stdout
    assert re.findall(r"-c -o \S*/obj/(\S+)", planned) == ["core/output/installation.o"]
    assert f"-DTSK_VERSION='\"{VERSION}\"'" in planned
