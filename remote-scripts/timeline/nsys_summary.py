"""Adds up the SQLite export of an nsys recording: nsys_summary.py EXPORT RESULT.

The figures, their names and their meaning are those of the parser of whole exports. Tables and columns vary by version: each is looked for first.
"""
import re
import sqlite3
import sys

from timeline_intervals import Intervals, both, either, length, span
from timeline_summary import Summary, limited

KERNELS, COPIES, FILLS, GRAPHS = "CUPTI_ACTIVITY_KIND_KERNEL", "CUPTI_ACTIVITY_KIND_MEMCPY", "CUPTI_ACTIVITY_KIND_MEMSET", "CUPTI_ACTIVITY_KIND_GRAPH_TRACE"
TIMED = """typeof(start) = 'integer' AND typeof("end") = 'integer' AND "end" >= start AND "end" - start < 1000000000000000"""
# Kinds of copies as CUPTI numbers them.
COPY_KINDS = ["unknown", "HtoD", "DtoH", "HtoA", "AtoH", "AtoA", "AtoD", "DtoA", "DtoD", "HtoH", "PtoP", "Unified Memory HtoD", "Unified Memory DtoH",
              "Unified Memory DtoD"]
STYLES = {59: "PushPop", 60: "StartEnd"}
NCCL = re.compile(r"(void )?nccl", re.I)
NUMBERED = re.compile(r", (seq|op_id) = .*$", re.S)
LONGEST_NAME = 2048


class Export:
    def __init__(self, path):
        self.db = sqlite3.connect("file:%s?mode=ro" % path.replace("?", "%3f"), uri=True)
        self.db.text_factory = lambda raw: raw.decode("utf-8", "replace")
        self.tables = {name: self._columns(name) for name, in self.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        self.summary = Summary("nsys")
        self.strings = {}

    def _columns(self, table):
        return [row[1] for row in self.db.execute('PRAGMA table_info("%s")' % table.replace('"', '""'))]

    def has(self, table, *columns):
        return table in self.tables and all(column in self.tables[table] for column in columns)

    def first(self, table, *columns):
        return next((column for column in columns if self.has(table, column)), None)

    def load_strings(self):
        if self.has("StringIds", "id", "value"):
            self.strings = {key: str(value)[:LONGEST_NAME] for key, value in self.db.execute("SELECT id, value FROM StringIds")}

    def name(self, cell):
        """A cell holds the id of a name, or the name."""
        if isinstance(cell, int):
            return self.strings.get(cell, "(unnamed)")
        return cell[:LONGEST_NAME] if isinstance(cell, str) else "(unnamed)"

    def count(self, table, condition=TIMED):
        total, used = self.db.execute('SELECT count(*), coalesce(sum(%s), 0) FROM "%s"' % (condition, table)).fetchone()
        self.summary.understood += used
        self.summary.skipped += total - used
        if total > used:
            self.summary.warn("rows_skipped", "%d of %d rows of %s have no usable start and end." % (total - used, total, table))
        return total

    def sums(self, table, *columns):
        """(cells of the columns, count, total, least, greatest) of the rows that are timed; nanoseconds."""
        listed = ", ".join('"%s"' % column for column in columns)
        sql = 'SELECT %s, count(*), sum("end" - start), min("end" - start), max("end" - start) FROM "%s" WHERE %s GROUP BY %s'
        for row in self.db.execute(sql % (listed, table, TIMED, listed)):
            yield row[:len(columns)], row[len(columns):]


def add_up(sums, key, figures):
    count, total, least, greatest = figures
    known = sums.get(key)
    sums[key] = figures if known is None else (known[0] + count, known[1] + total, min(known[2], least), max(known[3], greatest))


def measure(summary, sums, prefix, dimensions_of):
    for key, (count, total, least, greatest) in limited(summary, sums, prefix):
        where = dimensions_of(key)
        summary.add_ns(prefix + "_total_time", total, where)
        summary.add(prefix + "_count", "1", count, where)
        summary.add_ns(prefix + "_min_time", least, where)
        summary.add_ns(prefix + "_max_time", greatest, where)


def read_meta(export):
    facts = export.summary.facts
    table = export.first("META_DATA_EXPORT", "name") and "META_DATA_EXPORT" or export.first("EXPORT_META_DATA", "name") and "EXPORT_META_DATA"
    if table and export.has(table, "name", "value"):
        pairs = {name: str(value)[:200] for name, value in export.db.execute('SELECT name, value FROM "%s"' % table)}
        export.summary.version = pairs.get("EXPORT_PRODUCT_VERSION")
        if "EXPORT_SCHEMA_VERSION" in pairs:
            facts["schema"] = pairs["EXPORT_SCHEMA_VERSION"]
    if export.has("TARGET_INFO_GPU", "name"):
        names = sorted({str(name) for name, in export.db.execute("SELECT name FROM TARGET_INFO_GPU LIMIT 1024")})
        if names:
            facts["gpu"] = names[0] if len(names) == 1 else names


def read_kernels(export):
    """By full name; returns the column of names."""
    column = export.first(KERNELS, "demangledName", "shortName", "mangledName", "name", "nameId")
    facts = export.summary.facts
    facts["kernels"] = export.count(KERNELS)
    facts["kernel_total_ns"] = export.db.execute('SELECT coalesce(sum("end" - start), 0) FROM "%s" WHERE %s' % (KERNELS, TIMED)).fetchone()[0]
    if column is None:
        return None
    sums = {}
    for (cell,), figures in export.sums(KERNELS, column):
        add_up(sums, export.name(cell), figures)
    facts["nccl_kernels"] = sum(figures[0] for name, figures in sums.items() if NCCL.match(name))
    measure(export.summary, sums, "kernel", lambda name: {"kernel": name})
    return column


def read_memory(export, table, fact, by_kind):
    if not export.has(table, "start", "end"):
        return
    export.summary.facts[fact] = export.count(table)
    kind = '"copyKind"' if by_kind and export.has(table, "copyKind") else "NULL"
    size = "sum(bytes)" if export.has(table, "bytes") else "NULL"
    sql = 'SELECT %s AS kind, count(*), sum("end" - start), %s FROM "%s" WHERE %s GROUP BY 1 LIMIT 64' % (kind, size, table, TIMED)
    for number, count, total, transferred in export.db.execute(sql).fetchall():
        if not by_kind:
            where = {"op": "memset"}
        elif isinstance(number, int):
            where = {"op": COPY_KINDS[number] if 0 <= number < len(COPY_KINDS) else "kind %d" % number}
        else:
            where = {"op": "unknown"}
        export.summary.add_ns("memop_total_time", total, where)
        export.summary.add("memop_count", "1", count, where)
        export.summary.add("memop_bytes", "bytes", transferred, where)


class Device:
    def __init__(self):
        self.communication, self.compute, self.graphs, self.memory = Intervals(), Intervals(), Intervals(), Intervals()


def read_devices(export, name_column):
    devices = {}
    for table in [KERNELS, GRAPHS, COPIES, FILLS]:
        if not export.has(table, "start", "end", "deviceId"):
            continue
        name = '"%s"' % name_column if table == KERNELS and name_column else "NULL"
        sql = 'SELECT deviceId, start, "end", %s FROM "%s" WHERE %s AND typeof(deviceId) = \'integer\'' % (name, table, TIMED)
        communicates = {}
        for number, start, end, cell in export.db.execute(sql):
            device = devices.setdefault(number, Device())
            if table == KERNELS:
                if cell not in communicates:
                    communicates[cell] = NCCL.match(export.name(cell)) is not None
                (device.communication if communicates[cell] else device.compute).add(start, end)
            else:
                (device.graphs if table == GRAPHS else device.memory).add(start, end)
    for number in sorted(devices):
        measure_device(export.summary, {"device": number}, devices[number])


def measure_device(summary, where, device):
    parts = [device.communication, device.compute, device.graphs, device.memory]
    whole = span(*parts)
    if span(device.communication, device.compute):
        summary.add_ns("kernel_busy_time", length(either(device.communication, device.compute)), where)
    if whole:
        summary.add("idle_share", "1", (whole - length(either(*parts))) / whole, where)
    communication = length(device.communication.merged())
    if communication:
        hidden = both(device.communication, device.compute)
        summary.add_ns("communication_time", communication, where)
        summary.add_ns("compute_time", length(device.compute.merged()), where)
        summary.add_ns("exposed_communication", communication - hidden, where)
        summary.add("overlap_share", "1", hidden / communication, where)


def read_nvtx(export):
    table, summary = "NVTX_EVENTS", export.summary
    summary.facts["nvtx_table"] = table in export.tables
    if not export.has(table, "start", "end"):
        summary.warn("nvtx_missing", "There are no NVTX ranges: the program marks none, or nsys ran without `--trace=nvtx`.")
        return
    summary.facts["nvtx_events"] = export.count(table, "(%s) OR (typeof(start) = 'integer' AND \"end\" IS NULL)" % TIMED)
    columns = [column for column in ["textId", "text", "eventType"] if export.has(table, column)]
    sums = {}
    for cells, figures in export.sums(table, *columns) if columns else []:
        row = dict(zip(columns, cells))
        text = row.get("text") if isinstance(row.get("text"), str) else export.name(row.get("textId"))
        add_up(sums, (STYLES.get(row.get("eventType")), NUMBERED.sub("", text)[:LONGEST_NAME]), figures)
    measure(summary, sums, "nvtx", lambda key: dict([("range", key[1])] + ([("style", key[0])] if key[0] else [])))


def read_calls(export, table, prefix, dimension, fact):
    column = export.first(table, "nameId", "name")
    if column is None or not export.has(table, "start", "end"):
        return
    export.summary.facts[fact] = export.count(table)
    sums = {}
    for (cell,), figures in export.sums(table, column):
        add_up(sums, export.name(cell), figures)
    measure(export.summary, sums, prefix, lambda name: {dimension: name})


def read_diagnostics(export):
    if export.has("DIAGNOSTIC_EVENT", "severity", "text"):
        rows = export.db.execute("SELECT text FROM DIAGNOSTIC_EVENT WHERE severity IN (2, 3) ORDER BY severity DESC LIMIT 1000").fetchall()
        if rows:
            first = "; ".join('"%s"' % str(text)[:200].replace("\n", " ") for text, in rows[:3])
            export.summary.warn("profiler_reported", "nsys reported %d warnings or errors while it recorded: %s" % (len(rows), first))


def summarise(path, result):
    export = Export(path)
    export.load_strings()
    read_meta(export)
    column = read_kernels(export) if export.has(KERNELS, "start", "end") else None
    read_memory(export, COPIES, "memcpys", True)
    read_memory(export, FILLS, "memsets", False)
    if export.has(GRAPHS, "start", "end"):
        export.summary.facts["cuda_graphs"] = export.count(GRAPHS)
        export.summary.warn("graphs_hide_kernels", "CUDA graphs were traced whole: their kernels are not listed. Trace with `--cuda-graph-trace=node`.")
    read_devices(export, column)
    if not export.has(KERNELS, "start", "end") and not export.has(GRAPHS, "start", "end"):
        export.summary.fail("parse.no_kernels", "The profile holds no CUDA kernel: the program ran none while nsys recorded, or nsys ran without `--trace=cuda`.")
    read_nvtx(export)
    read_calls(export, "CUPTI_ACTIVITY_KIND_RUNTIME", "api", "api", "api_calls")
    read_calls(export, "OSRT_API", "osrt", "name", "osrt_calls")
    read_diagnostics(export)
    export.summary.write(result)


if __name__ == "__main__":
    summarise(sys.argv[1], sys.argv[2])
