"""The followers of docs/followers, installed as their README says in a folder that is kept."""

import fcntl
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
ORIGIN = ROOT / "docs" / "followers"
SCHEMA = ROOT / "schemas" / "events.fbs"
INSTALL_TIMEOUT_S = 300
# What an install makes, and what the tree may hold of it.
MADE = shutil.ignore_patterns(".venv", "generated", "node_modules", "package-lock.json", "*.place")


def _cache():
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(base) / "kopilka" / "followers"


class Followers:
    """Both followers, and the commands of their README. One process at a time has them."""

    def __init__(self):
        cache = _cache()
        cache.mkdir(parents=True, exist_ok=True)
        self._lock = open(cache / "lock", "w", encoding="ascii")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.folder = cache / "docs" / "followers"
        blocks = re.findall(r"^```sh( install)?\n(.*?)^```$", (ORIGIN / "README.md").read_text(),
                            re.DOTALL | re.MULTILINE)
        installs = [text for install, text in blocks if install]
        # As they stand in the README, in its order; all but those that install.
        self.commands = [text for install, text in blocks if not install]
        self._install(cache, installs)

    def close(self):
        self._lock.close()

    def _install(self, cache, blocks):
        needed = [*blocks, sys.version, SCHEMA.read_text(),
                  (ORIGIN / "python" / "requirements.txt").read_text(),
                  (ORIGIN / "javascript" / "package.json").read_text()]
        key = hashlib.sha256("\0".join(needed).encode()).hexdigest()
        stamp = cache / "installed"
        is_installed = stamp.is_file() and stamp.read_text() == key
        if not is_installed:
            stamp.unlink(missing_ok=True)
            shutil.rmtree(cache / "docs", ignore_errors=True)
        shutil.copytree(ORIGIN, self.folder, ignore=MADE, dirs_exist_ok=True)
        (cache / "schemas").mkdir(exist_ok=True)
        shutil.copy(SCHEMA, cache / "schemas")
        if is_installed:
            return
        for block in blocks:
            self._run_install(block)
        stamp.write_text(key)

    def _run_install(self, block):
        try:
            done = subprocess.run(["bash", "-e", "-c", block], cwd=self.folder, text=True,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=INSTALL_TIMEOUT_S, check=False)
            reason = done.stdout if done.returncode else ""
        except subprocess.TimeoutExpired as late:
            reason = f"{(late.stdout or b'').decode()}\nnot done after {INSTALL_TIMEOUT_S} s"
        if reason:
            raise AssertionError(
                f"what the followers need cannot be installed by\n{block}\n{reason[-2000:]}\n"
                "The first run needs PyPI and npm's registry; the rest, tools/setup --kafka")

    def command(self, language, *args):
        """What runs the follower in a language, from anywhere."""
        program = {"python": [self.folder / "python/.venv/bin/python", "-B",
                              self.folder / "python/follow.py"],
                   "javascript": ["node", self.folder / "javascript/follow.js"]}[language]
        return [*program, *args]

    def run_python(self, text, *args):
        """Runs a program with the Python follower's libraries."""
        subprocess.run([self.folder / "python/.venv/bin/python", "-c", text, *args], check=True)

    def run_readme(self, text, brokers, prefix):
        """A block of the README as it stands there, and what it printed."""
        environment = {**os.environ, "BROKERS": brokers, "PREFIX": prefix}
        done = subprocess.run(["bash", "-e", "-o", "pipefail", "-c", text], cwd=self.folder,
                              env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=INSTALL_TIMEOUT_S, check=False)
        if done.returncode:
            raise AssertionError(f"exit {done.returncode}:\n{text}\n{done.stdout}{done.stderr}")
        return done.stdout

    def forget_places(self):
        for place in self.folder.glob("*.place"):
            place.unlink()
