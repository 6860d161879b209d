"""Runs cells, all at once in namespaces of their own, and keeps what came out of them:
as one JSON file per shard, and as a table of all shards.

The rows are transport, mechanism and domain, the columns who serves whom; a value is the greatest disagreement of
the two times that was seen.
"""
import concurrent.futures
import json
import time

import host
from interop import capture
from world import World, wait_until

RESULTS = host.BUILD / "interop"
TABLE = RESULTS / "matrix.txt"
DIRECTIONS = [("client", "ptp4l", "ptp4l serves us"), ("server", "ptp4l", "we serve ptp4l"),
              ("boundary", "ptp4l", "we, in between"), ("client", "one-step", "one-step serves us"),
              ("client", "ptpd", "ptpd serves us"), ("server", "ptpd", "we serve ptpd")]

SETTLE_S = 60
# How long the packets of settled cells are watched, and how often the times are compared.
WATCH_S = 8
LOOKS = 6
AGREEMENT_NS = 1_000_000
WORKERS = 4


def run(shard, cells, start):
    """Runs `cells`, each as `start(world, cell, number)` has it; returns {cell: problems}."""
    with World() as world, concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        pairs = {cell: start(world, cell, number) for number, cell in enumerate(cells, 1)}
        problems = {cell: [] for cell in cells}
        waiting = list(cells)

        def settle():
            left = dict(zip(waiting, pool.map(lambda cell: _ask(pairs[cell].not_yet), waiting)))
            waiting[:] = [cell for cell in waiting if left[cell]]
            problems.update(left)
            return not waiting
        try:
            wait_until(settle, SETTLE_S, "all cells settle", interval_s=0.5)
        except AssertionError:
            pass  # what is wrong stands in `problems`
        for cell, text in problems.items():
            problems[cell] = [text] if text else []
        worst = _compare(pool, {cell: pairs[cell] for cell in cells if not problems[cell]},
                         problems)
        _judge_packets(pairs, problems)
        _keep(shard, cells, problems, worst)
        if any(problems.values()):
            world.print_logs(lines=15)
        return problems


def _ask(not_yet):
    """What is not yet so; an end that does not answer is not ready either."""
    try:
        return not_yet()
    except Exception as error:  # pylint: disable=broad-except
        return f"no answer: {error!r}"


def _compare(pool, pairs, problems):
    """The greatest disagreement of each pair while it is watched."""
    worst = {cell: 0 for cell in pairs}
    begin = time.monotonic()
    for look in range(LOOKS):
        wait_until(lambda: time.monotonic() - begin >= WATCH_S * look / (LOOKS - 1), WATCH_S + 1,
                   "the next look is due")
        seen = pool.map(lambda pair: pair.disagreement_ns(), pairs.values())
        for cell, disagreement in zip(pairs, seen):
            worst[cell] = max(worst[cell], disagreement, key=abs)
    for cell, disagreement in worst.items():
        if abs(disagreement) >= AGREEMENT_NS:
            problems[cell].append(f"the times are {disagreement / 1e6:.3f} ms apart")
        if text := _ask(pairs[cell].not_yet):
            problems[cell].append(f"did not stay so: {text}")
    return worst


def _judge_packets(pairs, problems):
    captures = [one for pair in pairs.values() for one in pair.captures]
    for one in captures:
        one.stop()
    messages = dict(zip(captures, capture.decode([one.file for one in captures])))
    for cell, pair in pairs.items():
        if not problems[cell]:
            problems[cell] += pair.packet_problems([messages[one] for one in pair.captures])


def _keep(shard, cells, problems, worst):
    """Adds a shard to the results, and writes the table anew."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{shard}.json").write_text(json.dumps([
        {"row": cell.row, "we_are": cell.we_are, "peer": cell.peer, "domain": cell.domain,
         "disagreement_ns": worst.get(cell), "problems": problems[cell]} for cell in cells],
        indent=1))
    results = [result for file in sorted(RESULTS.glob("*.json"))
               for result in json.loads(file.read_text())]
    TABLE.write_text(table(results))


def table(results):
    """The matrix as text."""
    seen = {(r["we_are"], r["peer"]) for r in results}
    columns = [(title, (we_are, peer)) for we_are, peer, title in DIRECTIONS
               if (we_are, peer) in seen]
    lines = [["Transport, mechanism", "Domain", *(title for title, _ in columns)]]
    for row, domain in dict.fromkeys((r["row"], r["domain"]) for r in results):
        values = {(r["we_are"], r["peer"]): _value(r)
                  for r in results if (r["row"], r["domain"]) == (row, domain)}
        lines.append([row, str(domain), *(values.get(column, "-") for _, column in columns)])
    widths = [max(map(len, texts)) for texts in zip(*lines)]
    lines.insert(1, ["-" * width for width in widths])
    return "".join(_line(texts, widths) for texts in lines)


def _line(texts, widths):
    first, *others = (text.rjust(width) for text, width in zip(texts, widths))
    return "  ".join([texts[0].ljust(len(first)), *others]).rstrip() + "\n"


def _value(result):
    if result["problems"]:
        return "FAILED"
    return f"{abs(result['disagreement_ns']) / 1000:.1f} us"
