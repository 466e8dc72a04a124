"""Assembles the Claude Code plugin: the skill as install-skill makes it, the MCP server, and the manifest of both.

The folder works wherever it lies: `claude --plugin-dir FOLDER`, or as an entry of a marketplace."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TEMPLATE = Path(__file__).resolve().parent / "claude-plugin"
# Where install-skill puts the skill in a project, as SKILL.md says it, and where it lies in a plugin.
IN_PROJECT = ".claude/skills/temporal"
IN_PLUGIN = "${CLAUDE_PLUGIN_ROOT}/skills/temporal"
# The front matter's rule for what may be run unasked, and what it is in a plugin, whose bin/ is on the PATH.
ALLOWED = f"Bash({IN_PROJECT}/scripts/*:*) Bash(~/{IN_PROJECT}/scripts/*:*)"
ALLOWED_IN_PLUGIN = f"Bash({IN_PLUGIN}/scripts/*:*) Bash(temporal-skill:*)"

# A plugin's skill lies in one place alone.
OF_A_USER = " (under `~` where the skill is the user's)"


def install_skill(program: str, target: Path) -> None:
    with tempfile.TemporaryDirectory() as project:
        subprocess.run(
            [program, "install-skill", "--quiet", "--project", project],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=project,
            env={"PATH": os.environ["PATH"], "HOME": project},
        )
        shutil.copytree(Path(project) / IN_PROJECT, target, symlinks=True)


def adapt_paths(skill: Path) -> None:
    text = skill.read_text()
    if ALLOWED not in text:
        sys.exit(f"{skill} lacks 'allowed-tools: {ALLOWED}'")
    text = text.replace(ALLOWED, ALLOWED_IN_PLUGIN).replace(OF_A_USER, "")
    skill.write_text(text.replace(f"`{IN_PROJECT}/", f"`{IN_PLUGIN}/"))


def fill_version(folder: Path, program: str) -> None:
    said = subprocess.run(
        [program, "--version"], check=True, stdout=subprocess.PIPE, text=True
    )
    manifest = folder / ".claude-plugin/plugin.json"
    manifest.write_text(
        manifest.read_text().replace("@VERSION@", said.stdout.split()[1])
    )


def main(program: str, folder: Path) -> None:
    program = os.path.abspath(program)
    if folder.exists():
        shutil.rmtree(folder)
    shutil.copytree(TEMPLATE, folder)
    fill_version(folder, program)
    install_skill(program, folder / "skills/temporal")
    adapt_paths(folder / "skills/temporal/SKILL.md")
    (folder / "bin").mkdir()
    (folder / "bin/temporal-skill").symlink_to("../skills/temporal/bin/temporal-skill")
    print(f"Claude Code plugin in {folder}")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
