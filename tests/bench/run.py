#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One run, everything beside its limit: durable submissions, end to end, memory, restart; raw disk, LMDB and loopback.

A figure's "limit" is what the machine reached at the same job without us in the same run (or a mark that the house set itself), its
"ratio" the figure divided by it.  Nothing here passes or fails: machines differ from day to day, ratios less.
"""
import argparse
import json
import os
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "system"))
from harness import BUILD, Site  # noqa: E402

LOAD = os.path.join(BUILD, "tests", "bench", "load")
MIXED = os.path.join(BUILD, "tests", "bench", "mixed")
RAW = os.path.join(BUILD, "tests", "bench", "raw")
ROUTE = os.path.join(BUILD, "tests", "bench", "route")
WARDS = ["chuo", "hanamigawa", "inage", "wakaba", "midori", "mihama"]
SENDERS = ["link", "hikikomori", *[f"kikan-{ward}" for ward in WARDS]]
MAILBOXES = [*[f"jiritsu-{ward}" for ward in WARDS], "anshin-hanamigawa", "anshin-chuo"]
PART_BYTES = 1000
ROW_BYTES = PART_BYTES + 700  # a part and its entry, as the raw limit writes them
KIB = 1024


class Figures:
    def __init__(self):
        self.rows = []

    def add(self, name, value, unit, limit=None):
        ratio = value / limit if limit else None
        self.rows.append({"name": name, "value": round(value, 3), "unit": unit,
                          "limit": round(limit, 3) if limit else None, "ratio": round(ratio, 4) if ratio is not None else None})
        beside = f"   limit {limit:14,.1f}   ratio {ratio:7.3f}" if limit else ""
        print(f"{name:44} {value:14,.1f} {unit:7}{beside}", flush=True)

    def value(self, name):
        return next(row["value"] for row in self.rows if row["name"] == name)


def load(*words, timeout=900):
    process = subprocess.run([LOAD, *map(str, words)], capture_output=True, text=True, timeout=timeout)
    if process.returncode != 0:
        raise SystemExit(f"load {' '.join(map(str, words))}: exit {process.returncode}\n{process.stderr}")
    if process.stderr:
        print(process.stderr, file=sys.stderr, end="")
    return json.loads(process.stdout)


def proc_kib(pid, field):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(field + ":"))


def written_bytes(pid):
    """What it handed to write, pwrite and writev: the store's pages and the log.  Sockets are not in it; write_bytes would count whole folios."""
    with open(f"/proc/{pid}/io", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("wchar:"))


def measure_raw(figures, site, seconds):
    raw = {}
    process = subprocess.run([RAW, site.work, str(seconds), str(ROW_BYTES)], capture_output=True, text=True, check=True)
    for line in process.stdout.splitlines():
        row = json.loads(line)
        raw[row["name"]] = row["value"]
        figures.add(row["name"], row["value"], row["unit"])
    return raw


def measure_route(figures, needs):
    """10,000 agencies and 1,000 rules; the mark is a millisecond."""
    process = subprocess.run([ROUTE, str(needs)], capture_output=True, text=True, check=True)
    for line in process.stdout.splitlines():
        row = json.loads(line)
        figures.add(row["name"], row["value"], row["unit"], 1000 if row["name"].endswith("_p99") else None)


def cpu_us(pid):
    """What its threads have spent on a processor, theirs and the kernel's for them; but for those that answer operators, whom the run itself asks."""
    total = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/comm", encoding="ascii") as file:
            operators = file.read().strip() == "admin"
        with open(f"/proc/{pid}/task/{thread}/schedstat", encoding="ascii") as file:
            total += 0 if operators else int(file.read().split()[0])
    return total / 1000


def paths(site, agencies):
    return [site.bundle(agency) for agency in agencies]


def measure_submit(figures, site, raw, clients, in_flight, seconds, mark=None):
    name = f"submit_{clients}x{in_flight}"
    before = written_bytes(site.process.pid)
    result = load("submit", seconds, in_flight, PART_BYTES, *paths(site, SENDERS[:clients]), "--", *paths(site, MAILBOXES))
    written = written_bytes(site.process.pid) - before
    batch = 1 if clients * in_flight == 1 else 1000
    figures.add(f"{name}_per_s", result["accepted_per_s"], "1/s", raw[f"raw_lmdb_records_per_s_batch_{batch}"])
    if mark:
        figures.add(f"{name}_per_s_to_mark", result["accepted_per_s"], "1/s", mark)
    limit = raw["raw_lmdb_commit_p50_batch_1"] + raw["raw_loopback_round_trip_p50"] if batch == 1 else None
    figures.add(f"{name}_p50", result["submit_p50_us"], "us", limit)
    figures.add(f"{name}_p99", result["submit_p99_us"], "us")
    figures.add(f"{name}_p999", result["submit_p999_us"], "us")
    figures.add(f"{name}_bytes_written", written / max(result["accepted"], 1), "B", ROW_BYTES)
    figures.add(f"{name}_pushed_back", result["pushed_back"] / max(result["accepted"], 1), "times")


def measure_end_to_end(figures, site, raw, clients, in_flight, seconds, mark=None):
    name = f"end_to_end_{clients}x{in_flight}"
    result = load("end-to-end", seconds, in_flight, PART_BYTES, *paths(site, SENDERS[:clients]), "--",
                  *paths(site, MAILBOXES[:clients]))
    if result["delivered"] < result["accepted"]:
        raise SystemExit(f"{name}: accepted {result['accepted']}, delivered only {result['delivered']}")
    batch = 1 if clients * in_flight == 1 else 1000
    figures.add(f"{name}_per_s", result["acknowledged_per_s"], "1/s", raw[f"raw_lmdb_records_per_s_batch_{batch}"])
    if mark:
        figures.add(f"{name}_per_s_to_mark", result["acknowledged_per_s"], "1/s", mark)
    for share in ("p50", "p99", "p999"):
        figures.add(f"{name}_{share}", result[f"end_to_end_{share}_us"], "us")


def measure_idle(figures, site, count):
    before = proc_kib(site.process.pid, "RssAnon")
    with subprocess.Popen([LOAD, "idle", str(count), site.bundle(SENDERS[0])], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True) as holder:
        try:
            if holder.stdout.readline().strip() != "open":
                raise SystemExit("the idle connections did not open")
            after = proc_kib(site.process.pid, "RssAnon")
        finally:
            holder.stdin.close()
    figures.add(f"memory_per_idle_connection_{count}", (after - before) / count, "KiB", 50)


def measure_backlog(figures, site, count):
    """Memory with count messages queued, then a restart and the time to the first delivery out of them."""
    load("submit", f"x{count}", 256, PART_BYTES, *paths(site, SENDERS), "--", *paths(site, MAILBOXES), timeout=1800)
    figures.add(f"memory_with_{count}_queued", proc_kib(site.process.pid, "RssAnon") / KIB, "MiB", 200)
    site.stop()
    started = time.monotonic()
    site.start(wait=False)
    result = load("first", site.bundle(MAILBOXES[0]))
    figures.add(f"first_delivery_after_restart_{count}", result["first_delivery_mono_us"] / 1e6 - started, "s", 3)
    figures.add(f"memory_after_restart_{count}", proc_kib(site.process.pid, "RssAnon") / KIB, "MiB", 200)


class Mixed:
    """Agencies at work while so many legs are open: see mixed.c.  A round ends with urgent requests whose first reminders come due."""

    def __init__(self, site, count):
        self.site, self.notices = site, 0
        self.process = subprocess.Popen([MIXED, str(count), "64", str(PART_BYTES), *paths(site, SENDERS), "--", *paths(site, MAILBOXES)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.read("opened")

    def read(self, what):
        row = json.loads(self.process.stdout.readline() or "{}")
        if what not in row:
            raise SystemExit(f"mixed ended early: {row}")
        return row

    def round(self, commands, urgent):
        """(commands and timers, their seconds, the daemon's microseconds, bytes that it wrote)"""
        pid = self.site.process.pid
        cpu, written, started = cpu_us(pid), written_bytes(pid), time.monotonic()
        self.process.stdin.write(f"{commands} {urgent}\n")
        self.process.stdin.flush()
        row = self.read("commands")
        self.site.must("dev", "clock", "+2h")
        return row["commands"] + urgent, time.monotonic() - started, cpu_us(pid) - cpu, written_bytes(pid) - written, row

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.process.stdin.close()
        self.process.wait(timeout=60)


def measure_mixed(figures, count, commands, beside=None):
    """A mix of what agencies do, and timers, while count legs are open; the cost of one is the daemon's time on a processor."""
    name, urgent = f"mixed_{count}_open", commands // 10
    with fresh({"test_site": 1}) as site, Mixed(site, count) as mixed:
        mixed.round(commands // 4, urgent)
        done, seconds, cpu, written, row = mixed.round(commands, urgent)
        if row["open"] < count or row["notices"] < urgent:
            raise SystemExit(f"{name}: {row}: legs or timers are missing")
    figures.add(name, cpu / done, "us")
    if beside:
        figures.add(f"{name}_to_{beside}", cpu / done / figures.value(f"mixed_{beside}_open"), "times", 2)
    figures.add(f"{name}_per_s", done / seconds, "1/s")
    figures.add(f"{name}_bytes_written", written / done, "B")


def free_endpoint():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"tcp://127.0.0.1:{taken.getsockname()[1]}"


def fresh(options=None):
    """A site of its own for each load, so that no figure depends on what was measured before it."""
    return Site(agencies=SENDERS + MAILBOXES, endpoint=free_endpoint(), options={"log_level": "warn", **(options or {})})


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute: shorter runs, a small backlog")
    parser.add_argument("--json", metavar="FILE", help="write the figures as a list of objects")
    parser.add_argument("--only", metavar="WORD", help="the loads whose name holds the word")
    arguments = parser.parse_args()
    seconds, backlog, idle = (1.5, 50000, 200) if arguments.quick else (8, 1000000, 1000)
    open_legs, commands = ((1000, 10000, 30000), 8000) if arguments.quick else ((1000, 100000, 1000000), 40000)
    figures = Figures()
    wanted = lambda name: arguments.only is None or arguments.only in name  # noqa: E731

    with fresh() as site:
        raw = measure_raw(figures, site, 0.7 if arguments.quick else 3)
        measure_route(figures, 2000 if arguments.quick else 20000)
        for clients, in_flight, mark in ((1, 1, None), (1, 1000, None), (8, 256, 100000)):
            if wanted(f"submit_{clients}x{in_flight}"):
                measure_submit(figures, site, raw, clients, in_flight, seconds, mark)
        figures.add("memory_after_submits", proc_kib(site.process.pid, "RssAnon") / KIB, "MiB")
    for clients, in_flight, mark in ((1, 1, None), (1, 1000, None), (8, 256, 50000)):
        if wanted(f"end_to_end_{clients}x{in_flight}"):
            with fresh() as site:
                measure_end_to_end(figures, site, raw, clients, in_flight, seconds, mark)
    if wanted("memory"):
        with fresh() as site:
            measure_idle(figures, site, idle)
            measure_backlog(figures, site, backlog)
    if wanted("mixed"):
        for count in open_legs:
            measure_mixed(figures, count, commands, open_legs[0] if count > open_legs[0] else None)
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump(figures.rows, file, indent=1)


if __name__ == "__main__":
    main()
