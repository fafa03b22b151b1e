"""The rooms' ranks hold: includes point to lower ranks only, the build names just the rooms that are included, and
third-party headers stay in their rooms."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
RANK = {"base": 0, "model": 1, "csv": 2, "marketplace": 2, "intake": 3, "batch": 3, "ledger": 3, "send": 3, "plan": 4,
        "reconcile": 4, "run": 5, "cli": 6, "docs": 7}
# Header -> rooms that may include it, and in how many files of each at most.
THIRD_PARTY = {"csv.h": ({"csv"}, 1), "curl/curl.h": ({"send"}, 3), "rapidjson/": ({"base", "marketplace", "sandbox"}, 1),
               "sqlite3.h": ({"ledger"}, 1), "spdlog/": ({"cli"}, 1), "CLI/": ({"cli", "sandbox"}, 1),
               "toml++/": ({"cli"}, 1), "httplib.h": ({"sandbox"}, 1), "openssl/": ({"base", "send", "sandbox"}, 1)}


def files():
    for top in ("src", "include/usage"):
        for path in sorted((ROOT / top).rglob("*")):
            if path.suffix in (".h", ".cpp"):
                parts = path.relative_to(ROOT / top).parts
                if len(parts) > 1:
                    yield parts[0], path


def problems():
    users = {}
    used = {}
    for room, path in files():
        for line in path.read_text().splitlines():
            ours = re.match(r'#include "(?:usage/)?(\w+)/', line)
            if ours:
                other = ours[1]
                used.setdefault(room, set()).add(other)
                if room == "sandbox" and other != "base":
                    yield f"{path}: the sandbox may use base only, not {other}"
                elif other == "sandbox" and room not in ("sandbox", "docs"):
                    yield f"{path}: {room} includes the sandbox"
                elif "sandbox" not in (room, other) and other != room and RANK[other] >= RANK[room]:
                    yield f"{path}: {room} (rank {RANK[room]}) includes {other} (rank {RANK[other]})"
            theirs = re.match(r"#include <([^>]+)>", line)
            for header in THIRD_PARTY:
                if theirs and (theirs[1].startswith(header) or theirs[1].endswith("/" + header)):
                    users.setdefault((header, room), set()).add(path.name)
    for (header, room), names in users.items():
        rooms, most = THIRD_PARTY[header]
        if room not in rooms or len(names) > most:
            yield f"{header} is included in {room} by {sorted(names)}"
    built = built_with()
    for room in sorted(used.keys() - {"model"}):  # it has headers alone, so the build does not name it
        wanted = used[room] - {room, "model"}
        if built.get(room) != wanted:
            yield f"src/CMakeLists.txt: {room} is built with {sorted(built.get(room, []))}, and includes {sorted(wanted)}"


def built_with():
    """Room -> the rooms that the build links it with."""
    text = (ROOT / "src" / "CMakeLists.txt").read_text()
    lists = re.findall(r"^usage_room\((\w+)(?:\s+ROOMS\s+([a-z\s]+?))?(?:\s+LIBRARIES\b[^)]*)?\)", text, re.MULTILINE)
    return {room: set(names.split()) for room, names in lists}


def top_level():
    allowed = {"CMakeLists.txt", "src", "include", "tests", "sample_data", "config", "README.md"}
    for path in ROOT.iterdir():
        if not path.name.startswith((".", "build", "usage-")) and path.name not in allowed:
            yield f"{path.name} does not belong at the top level"


found = list(problems()) + list(top_level())
print("\n".join(found) or "layering holds")
sys.exit(1 if found else 0)
