# SPDX-License-Identifier: Apache-2.0
"""A real site for a test: real `tsunagi init`, real `tsunagid`, real enrolments, in a temporary home that leaves nothing.

    with Site(agencies=["link", "jiritsu-hanamigawa"]) as site:
        receipt = site.command("send", sheet, "--as", site.bundle("link"), "--json").json()

The build directory is $TSUNAGI_BUILD (default: build, beside tests).
"""
import ctypes
import json
import os
import shutil
import random
import re
import signal
import socket
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.abspath(os.environ.get("TSUNAGI_BUILD", os.path.join(ROOT, "build")))
TSUNAGI = os.path.join(BUILD, "clients", "tsunagi", "tsunagi")
TSUNAGID = os.path.join(BUILD, "daemon", "tsunagid")
DIRECTORY = os.path.join(ROOT, "deploy", "chiba", "directory.yaml")
SHEETS = os.path.join(ROOT, "deploy", "chiba", "sheets")
# A sanitizer is preloaded into this program as well. Its allocator keeps what was freed, and its shadow spans terabytes: memory says nothing then.
SANITIZED = hasattr(ctypes.CDLL(None), "__asan_init")


# Seconds after which what is awaited is called missing.  Nobody waits that long for what comes, and a busy machine with sanitizers gets there.
PATIENCE = 120


class Outcome:
    """What a command did: code, out, err."""

    def __init__(self, process):
        self.code, self.out, self.err = process.returncode, process.stdout, process.stderr

    def json(self):
        return json.loads(self.out)

    def lines(self):
        return [json.loads(line) for line in self.out.splitlines() if line.strip()]

    def __repr__(self):
        return f"exit {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


def run(arguments, env=None, input=None, timeout=PATIENCE, cwd=None):
    """Runs to the end, in English and with nothing of the caller's own site unless env says so."""
    full = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "TSUNAGI_"))}
    full.update({"LANG": "C.UTF-8"}, **(env or {}))
    process = subprocess.run(arguments, capture_output=True, text=True, env=full, input=input, timeout=timeout, cwd=cwd)
    return Outcome(process)


def wait_until(condition, what, seconds=PATIENCE):
    """Waits for a condition that another process brings about; fails loudly, naming it."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)


def free_endpoint():
    """A TCP endpoint of this machine alone.  Its address out of sixteen millions is why nobody else has its port meanwhile."""
    host = ".".join(["127", *(str(random.SystemRandom().randrange(1, 255)) for _ in range(3))])
    with socket.socket() as probe:
        probe.bind((host, 0))
        return f"tcp://{host}:{probe.getsockname()[1]}"


class Site:
    def __init__(self, agencies=(), site="chiba-city", code="121002", options=None, directory=DIRECTORY, work=None,
                 endpoint=None, daemon=TSUNAGID, env=None, start=True):
        self.agencies, self.site, self.code, self.options = list(agencies), site, code, dict(options or {})
        self.directory, self.daemon_path, self.env = directory, daemon, dict(env or {})
        self.temporary = work is None
        self.work = work or tempfile.mkdtemp(prefix="tsunagi-test-")
        self.home = os.path.join(self.work, "home")
        self.endpoint = endpoint or f"ipc://{self.home}/run/agencies.sock"
        self.process, self.start_first = None, start

    # ---- the daemon ----

    def command(self, *arguments, **more):
        return run([TSUNAGI, *map(str, arguments)], env={"TSUNAGI_HOME": self.home, **more.pop("env", {})}, **more)

    def must(self, *arguments, **more):
        outcome = self.command(*arguments, **more)
        assert outcome.code == 0, f"tsunagi {' '.join(map(str, arguments))}: {outcome!r}"
        return outcome

    def init(self):
        self.must("init", "--site", self.site, "--code", self.code, "--endpoint", self.endpoint)
        if self.options:
            with open(os.path.join(self.home, "tsunagid.yaml"), "a", encoding="utf-8") as file:
                for name, value in self.options.items():
                    file.write(f"{name}: {value}\n")

    def start(self, prefix=(), wait=True):
        with open(os.path.join(self.work, "tsunagid.log"), "ab") as log:
            self.process = subprocess.Popen([*prefix, self.daemon_path, "--home", self.home], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, env=dict(os.environ, **self.env))
        if wait:
            outcome = self.command("status", "--wait", PATIENCE)
            assert outcome.code == 0, f"the daemon did not come up: {outcome!r}\n{self.log()}"
        return self.process

    def stop(self, with_signal=signal.SIGTERM):
        """Ends the daemon; gives its exit code (negative: the signal)."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
        code = self.process.wait(timeout=PATIENCE)
        self.process = None
        return code

    def kill(self):
        return self.stop(signal.SIGKILL)

    def log(self):
        path = os.path.join(self.work, "tsunagid.log")
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def status(self):
        return self.must("status", "--json").json()

    # ---- agencies ----

    def bundle(self, agency):
        return os.path.join(self.work, agency + ".bundle")

    def as_agency(self, agency, *arguments, **more):
        """The command with the agency's bundle, and without a home.  A broker that runs is given the time that a busy machine needs."""
        patience = () if self.process is None or "--timeout" in arguments else ("--timeout", str(PATIENCE))
        return run([TSUNAGI, *map(str, arguments), *patience, "--as", self.bundle(agency)], **more)

    def enrol(self, agency, device="desk-1", bundle=None):
        invitation = os.path.join(self.work, f"{agency}.invitation")
        self.must("agency", "add", agency, "--out", invitation)
        self.must("enrol", invitation, "--device", device, "--as", bundle or self.bundle(agency))
        os.unlink(invitation)

    def receive_all(self, agency, *how, code=0):
        """Takes what waits for the agency now, and nothing more: how is --out DIR or --exec CMD.  Gives the lines of `receive`.  What its library is to
        seal to others is sealed then."""
        waiting = [item.get("what", "MESSAGE") for item in self.as_agency(agency, "inbox", "--json").json()["items"] if item["state"] in ("waiting", "leased")]
        seals, count, lines = waiting.count("SEAL_TASK"), len(waiting) - waiting.count("SEAL_TASK"), []
        if count > 0:
            outcome = self.as_agency(agency, "receive", *how, "--wait", PATIENCE, "--max", count, "--json")
            assert outcome.code == code, outcome
            lines = outcome.lines()
        if seals > 0:
            wait_until(lambda: self.seals(agency, *how), "what is to be sealed is")
        return lines

    def seals(self, agency, *how):
        """Lets its library work for a moment; whether nothing is left to be sealed."""
        self.as_agency(agency, "receive", *how, "--wait", "0.3")
        return not any(item.get("what") == "SEAL_TASK" for item in self.as_agency(agency, "inbox", "--json").json()["items"])

    def sheet(self, name="hanamigawa-referral"):
        return os.path.join(SHEETS, name + ".json")

    # ---- as a context ----

    def __enter__(self):
        try:
            self.init()
            if self.start_first:
                self.start()
                self.must("directory", "load", self.directory)
                for agency in self.agencies:
                    self.enrol(agency)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind, value, trace):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.temporary:
            if kind is not None and os.path.exists(os.path.join(self.work, "tsunagid.log")):
                print("--- the daemon's last lines\n" + "\n".join(self.log().splitlines()[-15:]))
            shutil.rmtree(self.work, ignore_errors=True)


def without(site, *agencies, changes=None):
    """The sample network as a file of the site's own, without those agencies, and with those lines changed; its path."""
    with open(DIRECTORY, encoding="utf-8") as file:
        text = file.read().split("\nrules:")[0] + "\n"  # which lead to some of them
    for agency in agencies:
        text, count = re.subn(rf"  - id: {agency}\n(?:    .*\n)+", "", text)
        assert count == 1, agency
    for line, other in (changes or {}).items():
        assert line in text, line
        text = text.replace(line, other)
    path = os.path.join(site.work, f"without-{len(agencies)}.yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path
