"""clang-tidy over every source of ours, only where something that it reads has changed.

A source that passed leaves a stamp named by the hash of all that decides the outcome: the checker,
its settings, the compile command, the source and every header of ours that it reaches. Stamps lie
in the build folder; deleting them only costs time. Cold, the whole tree takes tens of minutes, so a
run may be given a budget: what was changed last is checked first, and what is left is counted.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import time

import cpp_text
from rooms import CODE_FOLDERS

CLANG_TIDY = "clang-tidy-19"
# GCC's own flags mean nothing to clang, and its precompiled headers cannot be read by it.
DROPPED_FLAGS = ("-Winvalid-pch", "-Wno-restrict", "-fno-fat-lto-objects", "-Werror")
DROPPED_PREFIXES = ("-flto", "-fsanitize", "-fno-sanitize")


def check(room_map, build, jobs, budget):
    """`budget` in seconds, after which no further source is begun; None for no end."""
    build = pathlib.Path(build).resolve()
    root = room_map.root.resolve()
    folder = build / "clang-tidy"
    (folder / "stamps").mkdir(parents=True, exist_ok=True)
    commands = _own_commands(root, build)
    (folder / "compile_commands.json").write_text(json.dumps(list(commands.values())))

    settings = hashlib.sha256(
        subprocess.run([CLANG_TIDY, "--version"], capture_output=True, check=True).stdout
        + (root / ".clang-tidy").read_bytes()
        + (root / "tests" / ".clang-tidy").read_bytes()
    ).hexdigest()
    reach = _Reach(root, build)
    todo = []
    for path, entry in commands.items():
        key = hashlib.sha256((settings + entry["command"] + reach.digest(path)).encode())
        stamp = folder / "stamps" / key.hexdigest()
        if not stamp.exists():
            todo.append((path, stamp))

    age = _ages(root)
    todo.sort(key=lambda work: age.get(work[0], len(age)))

    started = time.monotonic()

    def run_in_time(work):
        if budget is not None and time.monotonic() - started > budget:
            return None
        report = _run(folder, root, *work)
        if report:
            print(report, flush=True)
        return report

    with concurrent.futures.ThreadPoolExecutor(jobs or os.cpu_count()) as pool:
        reports = list(pool.map(run_in_time, todo))
    failed = sum(1 for report in reports if report)
    left = reports.count(None)
    print(f"clang-tidy: {len(todo) - left} checked, {len(commands) - len(todo)} unchanged, "
          f"{left} left for want of time, {failed} with findings, "
          f"{time.monotonic() - started:.0f} s", flush=True)
    return 1 if failed else 0


def _ages(root):
    """Rank of each path, 0 for what is changed and not committed, then by its last commit."""
    changed = subprocess.run(["git", "diff", "--name-only", "HEAD"], cwd=root, text=True,
                             capture_output=True, check=False).stdout.split()
    history = subprocess.run(["git", "log", "--name-only", "--format="], cwd=root, text=True,
                             capture_output=True, check=False).stdout.split()
    ages = {}
    for path in changed + history:
        ages.setdefault(path, len(ages))
    return ages


def _own_commands(root, build):
    """Compile commands by path of the sources that are ours and not generated."""
    commands = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        file = pathlib.Path(entry["file"])
        if not file.is_relative_to(root) or file.is_relative_to(build):
            continue
        path = str(file.relative_to(root))
        if path.split("/")[0] in CODE_FOLDERS and path not in commands:
            commands[path] = {"directory": entry["directory"], "file": str(file),
                              "command": _for_clang(entry["command"])}
    return commands


def _for_clang(command):
    kept, words = [], iter(shlex.split(command))
    for word in words:
        if word == "-include":
            header = next(words)
            if "cmake_pch" not in header:
                kept += [word, header]
        elif word not in DROPPED_FLAGS and not word.startswith(DROPPED_PREFIXES):
            kept.append(word)
    launchers = [i for i, word in enumerate(kept) if word.endswith("/ccache")]
    if launchers:
        kept = kept[launchers[0] + 1:]
    return shlex.join(kept)


def _run(folder, root, path, stamp):
    run = subprocess.run(
        [CLANG_TIDY, "--quiet", "-p", str(folder), "--extra-arg=-Wno-everything",
         str(root / path)],
        cwd=root, capture_output=True, text=True, check=False,
    )
    if run.returncode == 0:
        stamp.touch()
        return ""
    noise = " warnings generated."
    errors = [line for line in run.stderr.splitlines() if not line.endswith(noise)]
    return "\n".join([run.stdout.replace(f"{root}/", "").rstrip(), *errors]).strip()


class _Reach:
    """Digests of a source with every header of ours that it includes, directly or not."""

    def __init__(self, root, build):
        self._places = (root, build / "generated")
        self._files = {}

    def digest(self, path):
        reached, waiting = {}, [path]
        while waiting:
            name = waiting.pop()
            if name not in reached:
                content_hash, included = self._read(name)
                reached[name] = content_hash
                waiting += included
        return "".join(f"{name}={reached[name]}\n" for name in sorted(reached))

    def _read(self, name):
        if name not in self._files:
            self._files[name] = ("", ())
            for place in self._places:
                if (place / name).is_file():
                    text = (place / name).read_text(encoding="utf-8")
                    included = [path for _, is_quoted, path in cpp_text.includes(text) if is_quoted]
                    self._files[name] = (hashlib.sha256(text.encode()).hexdigest(), included)
                    break
        return self._files[name]
