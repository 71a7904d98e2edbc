"""The feeds as a partner uses them: kcat writes commands, and reads outcomes by the rule."""

import dataclasses
import json
import subprocess
import threading
import time

# A reader or writer that notices a silent broker no later than the nodes do.
PATIENCE = ["-X", "socket.timeout.ms=3000", "-X", "reconnect.backoff.max.ms=1000",
            "-X", "socket.connection.setup.timeout.ms=3000"]
PACE_S = 0.005
ASK_TIMEOUT_S = 60
PRODUCER_GAVE_UP = "the producer gave up"


class Trouble(Exception):
    """What does not hold, for people."""


def ask(*words):
    """kcat's answer, which brokers in trouble may take some attempts to give."""
    deadline = time.monotonic() + ASK_TIMEOUT_S
    while True:
        try:
            done = subprocess.run(["kcat", *PATIENCE, *words], capture_output=True, text=True,
                                  timeout=20, check=False)
            if done.returncode == 0:
                return done.stdout
            said = done.stderr
        except subprocess.TimeoutExpired:
            said = "no answer"
        if time.monotonic() > deadline:
            raise Trouble(f"kcat {' '.join(words)}: {said}")
        time.sleep(0.2)


def topics(brokers, prefix):
    """Topic to partitions, as kcat's -L tells them."""
    told = json.loads(ask("-L", "-J", "-b", brokers))
    return {topic["topic"]: topic["partitions"] for topic in told["topics"]
            if topic["topic"].startswith(prefix + ".")}


def end_of(brokers, topic, partition):
    return int(ask("-Q", "-b", brokers, "-t", f"{topic}:{partition}:-1").split()[-1])


def headers_of(brokers, topic):
    """The headers of everything in a topic of one partition."""
    printed = ask("-C", "-e", "-q", "-b", brokers, "-t", topic, "-p", "0", "-o", "beginning",
                  "-f", "%h\n")
    return [dict(pair.split("=", 1) for pair in line.split(",")) for line in printed.splitlines()]


class Load:
    """Sends messages at a rate, until it is told to end. Knows when it handed each over."""

    def __init__(self, brokers, topic, errors):
        self.sent = []
        self.sent_at = {}  # by the command's key: when it was first handed over
        self._errors = errors
        self._process = subprocess.Popen(
            ["kcat", "-P", "-E", *PATIENCE, "-b", brokers, "-t", topic, "-K", "\t",
             # With several requests under way, replicas that are missing for a moment can end an
             # idempotent librdkafka 2.0 for good ("rewound sequence number").
             "-X", "enable.idempotence=true", "-X", "max.in.flight=1", "-X", "linger.ms=2",
             "-X", "message.timeout.ms=120000"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors, text=True)
        self._over = threading.Event()
        self._thread = None

    def send(self, messages):
        for message in messages:
            if message.key is not None:
                self.sent_at.setdefault(message.key, time.monotonic())
            self._process.stdin.write(f"{message.place}\t{message.text}\n")
            self.sent.append(message)
        self._process.stdin.flush()

    def run(self, source, a_second):
        """From now on, messages of `source`."""
        self._thread = threading.Thread(target=self._keep_pace, args=(source, a_second))
        self._thread.start()

    def _keep_pace(self, source, a_second):
        begun, count = time.monotonic(), 0
        try:
            while not self._over.is_set():
                due = int((time.monotonic() - begun) * a_second)
                self.send([source.take() for _ in range(due - count)])
                count = max(due, count)
                self._over.wait(PACE_S)
        except BrokenPipeError:
            pass  # `end` says what kcat returned

    def end(self):
        """All of it stands in the topic."""
        self._over.set()
        if self._thread:
            self._thread.join()
        try:
            self._process.stdin.close()
        except BrokenPipeError:
            pass
        if self._process.wait(timeout=180) != 0:
            with open(self._errors.name, encoding="utf-8", errors="replace") as file:
                said = file.read().strip().splitlines()[-3:]
            raise Trouble(f"{PRODUCER_GAVE_UP}: {' | '.join(said)}")

    def stop(self):
        self._over.set()
        if self._thread:
            self._thread.join()
        self._process.kill()
        self._process.wait()
        try:
            self._process.stdin.close()
        except BrokenPipeError:
            pass


@dataclasses.dataclass(frozen=True)
class Outcome:
    arrived: float
    source: str
    offset: int
    key: str | None
    status: str
    positions: tuple


def _place(text):
    batch, _, index = text.partition("/")
    return int(batch), int(index)


class Watch:
    """Reads outcomes as they come and takes those that fit: each names the one before it, what is
    old is dropped, and a gap ends it."""

    def __init__(self, brokers, topic, errors):
        self.taken = []
        self.dropped = 0
        self.trouble = None
        self._last = (0, 0)
        self._errors = errors
        self._process = subprocess.Popen(
            ["kcat", "-C", "-E", "-u", "-q", "-J", *PATIENCE, "-b", brokers, "-t", topic,
             "-p", "0", "-o", "beginning",
             # A leader that slept and was deposed says for a moment that our offset is out of
             # range. From the beginning, what was taken is dropped; kcat's own way is to jump on.
             "-X", "auto.offset.reset=earliest", "-X", "fetch.wait.max.ms=100",
             "-X", "fetch.error.backoff.ms=100", "-X", "topic.metadata.refresh.interval.ms=1000"],
            stdout=subprocess.PIPE, stderr=errors, text=True)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        for line in self._process.stdout:
            try:
                self._take(time.monotonic(), json.loads(line))
            except (ValueError, KeyError) as error:
                self.trouble = f"an outcome is not understood ({error!r}): {line[:300]}"
            if self.trouble:
                return

    def _take(self, arrived, record):
        headers = dict(zip(record["headers"][::2], record["headers"][1::2]))
        place, previous = _place(headers["seq"]), _place(headers["previous"])
        if place <= self._last:
            self.dropped += 1
        elif previous != self._last:
            self.trouble = f"a gap: outcome {place} follows {previous}; the last is {self._last}"
        else:
            told = json.loads(record["payload"])
            self._last = place
            self.taken.append(Outcome(arrived, told["source"], told["offset"], told["key"],
                                      told["status"],
                                      tuple(int(at) for at in told.get("positions", []))))

    def check(self):
        if self.trouble:
            raise Trouble(self.trouble)
        if self._process.poll() is not None:
            raise Trouble(f"the reader of outcomes ended; see {self._errors.name}")

    def stop(self):
        self._process.kill()
        self._process.wait()
        self._thread.join()
