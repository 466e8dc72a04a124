"""Calls that have no place in workflow code, each by the dotted name of what is called."""

from __future__ import annotations

import ast

from workflow_rules.reach import ACTIVITY_KINDS, WORKFLOW, is_activity
from workflow_rules.sources import Function

_ACTIVITY = "move it into an activity and await workflow.execute_activity(...)"


def _table():
    """dotted name -> (rule, what it does, fix)"""
    groups = (
        (
            "clock",
            "reads the machine's clock, which another replay finds changed",
            "workflow.now()",
            (
                "datetime.datetime: now utcnow today; datetime.date: today; pendulum: now today; "
                "arrow: now utcnow; django.utils.timezone: now localdate; pandas.Timestamp: now utcnow today"
            ),
        ),
        (
            "clock",
            "reads the machine's clock, which another replay finds changed",
            "workflow.time()",
            (
                "time: time time_ns monotonic monotonic_ns perf_counter perf_counter_ns process_time "
                "process_time_ns thread_time thread_time_ns"
            ),
        ),
        (
            "random",
            "gives another value at each replay",
            "workflow.random()",
            (
                "random: random randint randrange choice choices shuffle sample uniform gauss "
                "normalvariate betavariate expovariate triangular getrandbits randbytes seed "
                "SystemRandom; secrets: choice randbelow randbits token_bytes token_hex token_urlsafe "
                "SystemRandom; os: urandom getrandom; numpy.random: rand randn randint random choice "
                "shuffle permutation uniform normal"
            ),
        ),
        (
            "random",
            "gives another value at each replay",
            "workflow.uuid4()",
            "uuid: uuid1 uuid4 uuid6 uuid7 uuid8",
        ),
        (
            "sleep",
            "stops the worker's thread, and no timer is kept",
            "await asyncio.sleep(...)",
            "time: sleep",
        ),
        (
            "io",
            "reads or writes outside of the workflow",
            _ACTIVITY,
            (
                "builtins: open input; io: open; aiofiles: open; gzip: open; bz2: open; lzma: open; "
                "requests: get post put patch delete head options request Session session; "
                "requests.Session(): get post put patch delete head options request; "
                "httpx: get post put patch delete head options request stream Client AsyncClient; "
                "aiohttp: ClientSession request; urllib.request: urlopen urlretrieve; "
                "urllib3: PoolManager request; http.client: HTTPConnection HTTPSConnection; "
                "socket: socket create_connection create_server getaddrinfo gethostbyname; "
                "subprocess: run call check_call check_output Popen getoutput getstatusoutput; "
                "asyncio: create_subprocess_exec create_subprocess_shell open_connection start_server; "
                "os: system popen listdir scandir walk remove unlink mkdir makedirs rename renames replace "
                "rmdir removedirs open; os.path: exists isfile isdir getsize getmtime getatime getctime; "
                "shutil: copy copy2 copyfile copytree move rmtree disk_usage which; glob: glob iglob; "
                "tempfile: TemporaryFile NamedTemporaryFile TemporaryDirectory mkstemp mkdtemp; "
                "pathlib.Path(): open read_text read_bytes write_text write_bytes exists is_file is_dir "
                "iterdir glob rglob mkdir rmdir touch unlink rename stat; pathlib.Path: home cwd; "
                "psycopg: connect; psycopg2: connect; asyncpg: connect create_pool; pymysql: connect; "
                "redis: Redis StrictRedis from_url; redis.asyncio: Redis from_url; pymongo: MongoClient; "
                "boto3: client resource Session; smtplib: SMTP SMTP_SSL; sqlalchemy: create_engine; "
                "temporalio.client.Client: connect"
            ),
        ),
        (
            "threads",
            "runs beside the workflow, in an order that no replay repeats",
            "asyncio.gather(...) or asyncio.create_task(...), or an activity for what blocks",
            (
                "threading: Thread Timer; concurrent.futures: ThreadPoolExecutor ProcessPoolExecutor; "
                "multiprocessing: Process Pool; multiprocessing.pool: ThreadPool; asyncio: to_thread "
                "run_coroutine_threadsafe; "
                "asyncio.get_event_loop(): run_in_executor; asyncio.get_running_loop(): run_in_executor"
            ),
        ),
        (
            "event-loop",
            "wants a loop of its own, and the workflow runs in one",
            "await it",
            "asyncio: run new_event_loop; asyncio.get_event_loop(): run_until_complete run_forever",
        ),
        (
            "environment",
            "differs from one worker to another",
            "hand it to the workflow as a parameter, or read it in an activity",
            (
                "os: getenv getenvb cpu_count getlogin; os.environ: get; socket: gethostname getfqdn; "
                "platform: node; getpass: getuser; os: getcwd uname"
            ),
        ),
        (
            "process-id",
            "differs from one worker to another",
            "workflow.info().run_id",
            "os: getpid getppid; threading: get_ident get_native_id current_thread",
        ),
    )
    table = {}
    for rule, what, fix, names in groups:
        for entry in names.split(";"):
            module, members = entry.split(": ", 1)
            for member in members.split():
                table[f"{module.strip()}.{member}"] = (rule, what, fix)
    return table


_CALLS = _table()
_LEVELS = {"environment": "warning"}

# Nothing where they are told a time; how many arguments that takes.
_NOW_BY_DEFAULT = {
    "time.localtime": 1,
    "time.gmtime": 1,
    "time.ctime": 1,
    "time.asctime": 1,
    "time.strftime": 2,
}

_ACTIVITY_CALLS = {
    f"{WORKFLOW}{begin}_{kind}"
    for begin in ("start", "execute")
    for kind in ACTIVITY_KINDS
}
_TIMEOUTS = ("start_to_close_timeout", "schedule_to_close_timeout")

_LOG_WORDS = (
    "debug",
    "info",
    "warning",
    "warn",
    "error",
    "exception",
    "critical",
    "log",
)
_LOGS = {
    f"{logger}.{word}"
    for logger in ("logging", "logging.getLogger()")
    for word in _LOG_WORDS
}


def _written(node):
    return ast.unparse(node.func) if hasattr(ast, "unparse") else "the call"


def _check_timeout(told, node):
    for keyword in node.keywords:
        if keyword.arg is None:
            return
        none = isinstance(keyword.value, ast.Constant) and keyword.value.value is None
        if keyword.arg in _TIMEOUTS and not none:
            return
    told(
        "activity-timeout",
        "error",
        node,
        f"'{_written(node)}' has no timeout, and the SDK refuses it",
        "add start_to_close_timeout=timedelta(...)",
    )


def _check_patch(told, node):
    given = node.args[0] if node.args else None
    for keyword in node.keywords:
        if keyword.arg == "id":
            given = keyword.value
    if given is None or isinstance(given, (ast.Starred, ast.Constant)):
        return
    if isinstance(given, (ast.JoinedStr, ast.BinOp, ast.Call)):
        told(
            "patch-id",
            "info",
            node,
            "the patch's id is computed: deprecate_patch must come to the same one later",
            "give it a literal id",
        )


def check_call(told, node, scope, kind):
    """told(rule, level, node, message, fix) for a call in a function of that kind."""
    called = scope.meaning(node.func)
    if isinstance(called, Function):
        if is_activity(called):
            told(
                "activity-called",
                "warning",
                node,
                f"'{_written(node)}' runs the activity's code inside the workflow",
                f"await workflow.execute_activity({_written(node)}, ..., start_to_close_timeout=...)",
            )
        return
    if not isinstance(called, str):
        return
    if called in _CALLS:
        rule, what, fix = _CALLS[called]
        told(
            rule, _LEVELS.get(rule, "error"), node, f"'{_written(node)}()' {what}", fix
        )
    elif called in _NOW_BY_DEFAULT:
        if not node.keywords and len(node.args) < _NOW_BY_DEFAULT[called]:
            what = "reads the machine's clock, which another replay finds changed"
            told(
                "clock", "error", node, f"'{_written(node)}()' {what}", "workflow.now()"
            )
    elif called == "random.Random" and not node.args and not node.keywords:
        what = "gives another value at each replay"
        told(
            "random", "error", node, f"'{_written(node)}()' {what}", "workflow.random()"
        )
    elif called in ("asyncio.wait", "asyncio.as_completed"):
        name = called.split(".")[1]
        told(
            "wait-order",
            "warning",
            node,
            f"'{called}' holds its tasks in a set, whose order differs from replay to replay",
            f"workflow.{name}(...)",
        )
    elif called in _ACTIVITY_CALLS:
        _check_timeout(told, node)
    elif called in (WORKFLOW + "patched", WORKFLOW + "deprecate_patch"):
        _check_patch(told, node)
    elif called in _LOGS:
        told(
            "logger",
            "info",
            node,
            f"'{_written(node)}' is written again at each replay",
            "workflow.logger",
        )
    elif called in ("builtins.id", "builtins.hash"):
        _check_address(told, node, called)
    if kind in ("query", "validator"):
        _check_read_only(told, node, called, kind)


def _check_address(told, node, called):
    name = called.split(".")[1]
    if len(node.args) == 1 and not isinstance(node.args[0], ast.Constant):
        told(
            "memory-address",
            "warning",
            node,
            f"'{name}()' gives another value in each process",
            "an id of your own, or hashlib",
        )


# What the SDK refuses where nothing may change.
_CHANGE = {
    *("random", "uuid4", "patched", "deprecate_patch", "wait_condition", "sleep"),
    *("start_child_workflow", "execute_child_workflow", "continue_as_new"),
    *("upsert_search_attributes", "upsert_memo"),
}
_CHANGES = _ACTIVITY_CALLS | {WORKFLOW + name for name in _CHANGE}


def _check_read_only(told, node, called, kind):
    if called in _CHANGES:
        told(
            "read-only",
            "error",
            node,
            f"'{_written(node)}' in a {kind}: the SDK refuses it, a {kind} may only read",
            "do it in an update or signal handler",
        )
