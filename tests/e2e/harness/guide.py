"""A guide's code blocks as one script for sh: what is typed, what files are written. guide.py FILE prints it."""

import re
import sys
from pathlib import Path

# ```sh is typed; ```c file=PATH is written to PATH.
BLOCK = re.compile(r"```(sh|c)(?: file=(\S+))?\n(.*?)```", re.DOTALL)
END = "END_OF_FILE"


def script(guide: str) -> str:
    parts = []
    for kind, file, text in BLOCK.findall(guide):
        assert bool(file) == (kind != "sh") and END not in text, (kind, file)
        parts.append(f"cat >{file} <<'{END}'\n{text}{END}\n" if file else text)
    return "".join(parts)


if __name__ == "__main__":
    print(script(Path(sys.argv[1]).read_text()), end="")
