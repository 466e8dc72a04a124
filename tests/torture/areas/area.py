"""Cases are counted, and what was wrong is kept with how to see it again."""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Wrong:
    kind: str
    case: str
    seen: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.case}\n    {self.seen}"


@dataclass
class Area:
    """One row of the table."""

    name: str
    tried: int = 0
    wrong: list[Wrong] = field(default_factory=list)
    skipped: str = ""
    seconds: float = 0.0
    _began: float = field(default_factory=time.monotonic)

    def case(self, name: str, problems: Iterable[tuple[str, str]]) -> bool:
        """Count a case; problems: of which kind, and what was seen. A case is wrong once, at its first."""
        self.tried += 1
        found = list(problems)
        if found:
            kind, seen = found[0]
            more = "".join(f"; also {other}" for other, _ in found[1:])
            self.wrong.append(Wrong(kind, name, shorten(seen) + more))
        return not found

    def skip(self, why: str) -> None:
        self.skipped = why

    def close(self) -> "Area":
        self.seconds = time.monotonic() - self._began
        return self

    def to_json(self) -> str:
        row = asdict(self)
        del row["_began"]
        return json.dumps(row)

    @staticmethod
    def from_json(text: str) -> "Area":
        row = json.loads(text)
        row["wrong"] = [Wrong(**one) for one in row["wrong"]]
        return Area(**row)


def shorten(text: str, most: int = 600) -> str:
    line = " / ".join(part.strip() for part in text.splitlines() if part.strip())
    return line if len(line) <= most else line[:most] + "…"


def table(areas: list[Area]) -> str:
    lines = [f"{'area':<14} {'cases':>6} {'wrong':>6} {'seconds':>8}"]
    for area in areas:
        row = f"{area.name:<14} {area.tried:>6} {len(area.wrong):>6} {area.seconds:>8.0f}"
        lines.append(f"{row}  {area.skipped}".rstrip())
    tried = sum(area.tried for area in areas)
    wrong = sum(len(area.wrong) for area in areas)
    lines.append(f"{'all':<14} {tried:>6} {wrong:>6}")
    return "\n".join(lines)


# Of a kind so many are shown whole; the rest is in the count.
SHOWN = 6


def details(areas: list[Area]) -> str:
    """What was wrong, by kind."""
    lines: list[str] = []
    for area in areas:
        kinds = Counter(wrong.kind for wrong in area.wrong)
        for kind, count in kinds.most_common():
            lines.append(f"== {area.name}: {kind}: {count}")
            some = [wrong for wrong in area.wrong if wrong.kind == kind]
            lines += [f"  {wrong.case}\n      {wrong.seen}" for wrong in some[:SHOWN]]
            if count > SHOWN:
                lines.append(
                    f"  and {count - SHOWN} more: " + ", ".join(w.case for w in some[SHOWN:])[:2000]
                )
    return "\n".join(lines)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
