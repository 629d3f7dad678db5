"""What the other scripts of this folder share: how numbers are rounded, written and labelled.

A fixture is one JSON object: `madeBy` (the command), `versions`, `seed`, `format` (how to read a case)
and `cases`, one case on each line so that changes can be read.
"""

import json
import platform
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def write(path, made_by, versions, seed, how_to_read, cases):
    """Writes `cases`, a list or a dictionary of lists, to `path` below the root of the repository."""
    head = {
        "madeBy": f"python3 scripts/reference/{made_by}",
        "versions": {"python": platform.python_version(), **versions},
        "seed": seed,
        "format": how_to_read,
    }
    if isinstance(cases, dict):
        groups = ",\n".join(f"{json.dumps(name)}: {lines(group)}" for name, group in cases.items())
        body = "{\n" + groups + "\n}"
    else:
        body = lines(cases)
    target = ROOT / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(head, indent=2)[:-2] + ',\n  "cases": ' + body + "\n}\n")
    print(f"{path}: {target.stat().st_size} bytes")


def lines(cases):
    return "[\n" + ",\n".join(json.dumps(case, allow_nan=False) for case in cases) + "\n]"


def digits(values, count):
    """Numbers, nested or not, rounded to `count` significant digits: 9 keep a float32, 17 a float64."""
    if isinstance(values, (list, tuple)):
        return [digits(value, count) for value in values]
    if isinstance(values, bool) or isinstance(values, int):
        return values
    rounded = float(f"{values:.{count}g}")
    return int(rounded) if rounded == int(rounded) and abs(rounded) < 2**53 else rounded
