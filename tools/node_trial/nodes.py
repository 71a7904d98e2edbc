"""One `kopilka node run`, and what it says of itself."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time

from feeds import Trouble

RELAY = pathlib.Path(__file__).with_name("relay.py")
END_TIMEOUT_S = 40
CALL_TIMEOUT_S = 300


def why_no_networks():
    """Why processes cannot have a network of their own here; empty when they can."""
    if shutil.which("unshare") is None:
        return "there is no program unshare (util-linux)"
    done = subprocess.run([*_unshare(), "true"], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"no network of its own: {done.stderr.strip()}"


def _unshare():
    return ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-r", "-n"]


class Node:
    """A directory, and the process that works on it while it runs."""

    def __init__(self, number, folder, program, kafka, prefix):
        self.number = number
        self.data = folder / f"node{number}"
        self.said = []  # (when, document) of each change it told
        self._program = program
        self._place = ["--data", str(self.data), "--kafka", kafka, "--kafka-prefix", prefix]
        self._ports = [address.rpartition(":")[2] for address in kafka.split(",")]
        self._errors = folder / f"node{number}.err"
        self._words = folder / f"node{number}.out"
        self._relays = folder / f"relay{number}"
        self._relay = None
        self._process = None
        self._listener = None
        self._ends = False  # it was told to

    # --- the program as a person calls it

    def call(self, *words):
        done = subprocess.run([self._program, *words, *self._place], capture_output=True,
                              text=True, timeout=CALL_TIMEOUT_S, check=False)
        if done.returncode != 0:
            raise Trouble(f"{' '.join(words)} on node {self.number} ended with "
                          f"{done.returncode}: {done.stderr or done.stdout[-2000:]}")
        return done.stdout

    def ask(self, *words):
        return json.loads(self.call(*words, "--json"))

    # --- the process

    def start(self, *words, in_network=False):
        """`in_network`: in one of its own, so that it can be cut off."""
        command = [self._program, "node", "run", "--json", *words, *self._place]
        if in_network:
            command = [*_unshare(), sys.executable, "-B", str(RELAY), "inside",
                       str(self._relays), *self._ports, "--", *command]
            self._start_relay()
        self._ends = False
        with open(self._errors, "ab") as errors:
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors,
                                             text=True)
        self._listener = threading.Thread(target=self._listen, args=(self._process.stdout,),
                                          daemon=True)
        self._listener.start()

    def _start_relay(self):
        shutil.rmtree(self._relays, ignore_errors=True)
        self._relays.mkdir()
        self._relay = subprocess.Popen([sys.executable, "-B", str(RELAY), "outside",
                                        str(self._relays), *self._ports])
        while not all((self._relays / port).exists() for port in self._ports):
            time.sleep(0.02)

    def _listen(self, lines):
        with lines, open(self._words, "a", encoding="utf-8") as kept:
            for line in lines:
                self.said.append((time.monotonic(), json.loads(line)))
                kept.write(f"{time.monotonic():.2f} {line}")
                kept.flush()

    @property
    def pid(self):
        return self._process.pid

    @property
    def runs(self):
        return self._process is not None and self._process.poll() is None

    @property
    def is_in_network(self):
        return self._relay is not None

    @property
    def role(self):
        return self.said[-1][1]["role"] if self.runs and self.said else "down"

    @property
    def epoch(self):
        return self.said[-1][1]["epoch"] if self.said else 0

    def became_owner_after(self, epoch):
        """When it first said that it owns the log in a later epoch; nothing: it did not."""
        return next((when for when, told in self.said
                     if told["role"] == "owner" and told["epoch"] > epoch), None)

    def check(self):
        """That it did not end by itself."""
        if self._process is not None and not self.runs and not self._ends:
            raise Trouble(f"node {self.number} ended by itself with {self._process.returncode}: "
                          + self._errors.read_text(errors="replace")[-1000:])

    def kill(self):
        self._end(signal.SIGKILL)

    def terminate(self):
        """Returns how long it took to end."""
        return self._end(signal.SIGTERM)

    def _end(self, number):
        self._ends = True
        begun = time.monotonic()
        self._process.send_signal(number)
        try:
            self._process.wait(timeout=END_TIMEOUT_S)
        except subprocess.TimeoutExpired as error:
            raise Trouble(f"node {self.number} did not end within {END_TIMEOUT_S} s of "
                          f"{signal.Signals(number).name}") from error
        self._listener.join()
        self.said.clear()
        if self._relay:
            self._relay.kill()
            self._relay.wait()
            self._relay = None
        return time.monotonic() - begun

    def pause(self):
        self._process.send_signal(signal.SIGSTOP)

    def resume(self):
        self._process.send_signal(signal.SIGCONT)

    def cut_off(self):
        self._relay.send_signal(signal.SIGSTOP)

    def reconnect(self):
        self._relay.send_signal(signal.SIGCONT)

    def stop(self):
        """Whatever state it is in."""
        if self._relay:
            self._relay.kill()
            self._relay.wait()
        if self.runs:
            self._ends = True
            self._process.kill()
            self._process.wait()
            self._listener.join()
