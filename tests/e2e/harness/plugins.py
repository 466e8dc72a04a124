"""Plugins in C, written and built by a test."""

import subprocess
from pathlib import Path

from .cli import Cli
from .world import repository

SAY = """
#include <temporal-skill/result.h>
static enum tsk_status say(struct tsk_call *call, const void *options)
{
	(void)options;
	tsk_set(tsk_result(call), "where", tsk_setting(call, TSK_SETTING_PROJECT_NAME));
	tsk_verdict(call, "said", "%(text)s");
	return TSK_OK;
}
static const char *const examples[] = { "temporal-skill %(name)s", NULL };
static const struct tsk_command command = { .name = "%(name)s", .summary = "say it",
	.examples = examples, .run = say };
static const struct tsk_command *const commands[] = { &command, NULL };
TSK_PLUGIN(.name = "%(plugin)s", .summary = "for a test", .commands = commands);
"""


def say(name: str = "say-hello", plugin: str = "hello", text: str = "hello") -> str:
    return SAY % {"name": name, "plugin": plugin, "text": text}


def build(source: str, target: Path, *flags: str, headers: str = "include") -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    file = target.with_suffix(".c")
    file.write_text(source)
    words = ["gcc", "-std=gnu17", "-shared", "-fPIC", "-Wall", "-Wextra"]
    words += [f"-I{repository() / headers}", "-I/usr/include", *flags, "-o", str(target), str(file)]
    subprocess.run([*words, "-lcjson"], check=True)
    file.unlink()
    return target


def problem_of(cli: Cli, name: str) -> str:
    ran = cli("list-plugins", "-o", "json").expect(0)
    rows = [row for row in ran.json["plugins"] if row["path"].endswith(f"/{name}.so")]
    assert len(rows) == 1, ran
    problem: str | None = rows[0]["problem"]
    if problem:
        assert f"{name}.so' is skipped: " in ran.err
    return problem or ""
