"""Every C++ file of ours looks as clang-format leaves it."""

import concurrent.futures
import os
import subprocess
import sys

from includes import CPP_SUFFIXES

CLANG_FORMAT = "clang-format-19"
FILES_A_RUN = 20


def check(room_map, jobs):
    files = room_map.files(*CPP_SUFFIXES)
    batches = [files[start : start + FILES_A_RUN] for start in range(0, len(files), FILES_A_RUN)]

    def unformatted(batch):
        run = subprocess.run(
            [CLANG_FORMAT, "--dry-run", "-Werror", *batch],
            cwd=room_map.root, capture_output=True, text=True, check=False,
        )
        return [] if run.returncode == 0 else [file for file in batch if _differs(room_map, file)]

    with concurrent.futures.ThreadPoolExecutor(jobs or os.cpu_count()) as pool:
        wrong = sum(pool.map(unformatted, batches), [])
    for file in wrong:
        print(f"{file}:1: not as clang-format leaves it; run {CLANG_FORMAT} -i {file}")
    sys.stdout.flush()
    return 1 if wrong else 0


def _differs(room_map, file):
    return subprocess.run([CLANG_FORMAT, "--dry-run", "-Werror", file], cwd=room_map.root,
                          capture_output=True, check=False).returncode != 0
