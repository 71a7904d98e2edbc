"""Where a scenario runs: the real program in a scratch directory, or the rules in Python."""

import json
import os
import shutil
import subprocess
import tempfile

from oracle.quantities import day, instant
from oracle.rules import Refused
from oracle.world import World
from scenario_text import complete_time

TIMEOUT_S = 120
# Brokers, when the logs are to be on Kafka; empty: each in its store's directory.
KAFKA = os.environ.get("KOPILKA_KAFKA", "")
PROGRAM_READS = {"balance": ("member", "balance"), "books": ("books", "trial-balance"),
                 "partner": ("partner", "balance"), "purchase": ("purchase", "show"),
                 "purchases": ("partner", "purchases"), "withdrawal": ("withdrawal", "show"),
                 "withdrawals": ("withdrawal", "list"), "statement": ("member", "statement"),
                 "member": ("member", "show"), "organization": ("organization", "show"),
                 "roster": ("organization", "roster"),
                 "statistics": ("organization", "statistics")}


class StoreError(Exception):
    """The program did something that no scenario expects."""


class LaterRelease(Exception):
    """The program says that it does not have this yet: exit code 3."""


def succeeded(answer):
    """Whether an answer lets an import end with exit code 0."""
    if answer["status"] == "duplicate":
        return answer.get("original", {}).get("status") != "refused"
    return answer["status"] in ("accepted", "stale")


class OracleStore:
    def __enter__(self):
        self._world = World()
        return self

    def __exit__(self, *_):
        return False

    def submit(self, batch):
        return [self._world.submit(step.text) for step in batch]

    def read(self, what, words, options):
        world = self._world
        args = [int(w) if w.isdigit() and not (what in ("purchase", "withdrawal") and i == 1)
                else w for i, w in enumerate(words)]
        named = {}
        if "as_known" in options:
            world = world.known_at(instant(complete_time(options["as_known"])))
        if "as_of" in options:
            named["as_of"] = instant(complete_time(options["as_of"]))
        if what == "withdrawals":
            named = {"state": options.get("state"), "overdue": options.get("overdue") == "true"}
        if what == "purchases":
            named = {end: day(options[name]) for name, end in (("from", "first"), ("to", "last"))
                     if name in options}
        try:
            return getattr(world, "read_" + what)(*args, **named)
        except Refused as refusal:
            return {"fails": str(refusal)}

    def verify(self):
        """Every posting was checked when it was made."""


class ProgramStore:
    """A fresh store of the program given, thrown away at the end."""

    def __init__(self, program):
        self._program = os.path.abspath(program)
        self._batches = 0
        self._withdrawals = {}      # (member, request key) -> id

    def __enter__(self):
        self._scratch = tempfile.mkdtemp(prefix="scenario-")
        self._data = os.path.join(self._scratch, "store")
        self._call(["init"], (0,))
        return self

    def __exit__(self, *_):
        shutil.rmtree(self._scratch, ignore_errors=True)
        return False

    def _call(self, args, codes):
        command = [self._program, *args, "--data", self._data]
        if KAFKA:
            prefix = self._data.strip("/").replace("/", "-")
            command += ["--kafka", KAFKA, "--kafka-prefix", prefix]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8",
                              timeout=TIMEOUT_S, check=False)
        if done.returncode == 3:
            raise LaterRelease(done.stderr.strip())
        if done.returncode not in codes:
            raise StoreError(f"{' '.join(command)}: exit {done.returncode}: "
                             f"{done.stderr.strip()}")
        return done

    def submit(self, batch):
        # An import source is known by its first bytes, so no two batches may look alike: the
        # blank lines in front, which are skipped, make each one unlike the others.
        blank = self._batches
        self._batches += 1
        path = os.path.join(self._scratch, f"batch-{blank}.ndjson")
        results = path + ".results"
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n" * blank + "".join(step.text + "\n" for step in batch))
        done = self._call(["import", path, "--results", results], (0, 1))
        with open(results, encoding="utf-8") as file:
            answers = [json.loads(line) for line in file]
        lines = [answer.get("line") for answer in answers]
        if lines != list(range(blank + 1, blank + 1 + len(batch))):
            raise StoreError(f"{batch[0].place}: results name the lines {lines}")
        if done.returncode != (0 if all(map(succeeded, answers)) else 1):
            raise StoreError(f"{batch[0].place}: import ends with exit {done.returncode}: "
                             f"{done.stderr.strip()}")
        for step, answer in zip(batch, answers):
            made = answer.get("result", {}).get("withdrawal_id")
            if made is not None:
                self._withdrawals[json.loads(step.text)["member_id"], step.key] = made
        return answers

    def read(self, what, words, options):
        args = list(words)
        if what == "withdrawal":
            made = self._withdrawals.get((int(words[0]), words[1]))
            if made is None:
                raise StoreError(f"member {words[0]} has no accepted request {words[1]}")
            args = [str(made)]
        for name in ("as_of", "as_known"):
            if name in options:
                args += ["--" + name.replace("_", "-"), complete_time(options[name])]
        for name in ("state", "from", "to"):
            if name in options:
                args += ["--" + name, options[name]]
        if options.get("overdue") == "true":
            args += ["--overdue"]
        call = [*PROGRAM_READS[what], *args, "--json"]
        if "fails" not in options:
            return json.loads(self._call(call, (0,)).stdout)
        done = self._call(call, (0, 1))
        if done.returncode == 0:
            return json.loads(done.stdout)
        words_said = (done.stderr + " " + done.stdout).replace('"', " ").replace(":", " ").split()
        said = options["fails"] in words_said
        return {"fails": options["fails"] if said else done.stderr.strip()}

    def verify(self):
        document = json.loads(self._call(["log", "verify", "--json"], (0,)).stdout)
        if document.get("ok") is not True:
            raise StoreError(f"log verify: {document}")
