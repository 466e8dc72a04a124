"""What a worker is, by itself: its server, its queues, what it registers, its limits.

Names and numbers only: no value of the project's goes in.
"""

import functools
import inspect
import os
import platform
import sys

import temporalio.activity
import temporalio.workflow


def _class(value):
    if value is None:
        return None
    kind = value if isinstance(value, type) else type(value)
    return f"{kind.__module__}.{kind.__qualname__}"


def _annotation(value):
    if value is inspect.Parameter.empty or value is None:
        return None
    if isinstance(value, str):
        return value
    return (
        value.__qualname__
        if isinstance(value, type)
        else str(value).replace("typing.", "")
    )


def _function(value):
    """The function that a callable stands for."""
    while isinstance(value, functools.partial):
        value = value.func
    value = inspect.unwrap(value)
    if not inspect.isroutine(value) and not isinstance(value, type):
        value = type(value).__call__
    return getattr(value, "__func__", value)


def place(value):
    """Where a function or class begins: file and line."""
    if isinstance(value, type):
        try:
            return {
                "file": os.path.abspath(inspect.getsourcefile(value) or ""),
                "line": inspect.getsourcelines(value)[1],
            }
        except (OSError, TypeError):
            return {"file": None, "line": None}
    code = getattr(_function(value), "__code__", None)
    if code is None:
        return {"file": None, "line": None}
    return {"file": os.path.abspath(code.co_filename), "line": code.co_firstlineno}


def _parameters(value, without_self):
    """Each with its name, its type in the words of the source, and whether it may be left out."""
    try:
        listed = list(inspect.signature(value).parameters.values())
    except (TypeError, ValueError):
        return None
    if without_self:
        listed = listed[1:]
    return [
        {
            "name": one.name,
            "type": _annotation(one.annotation),
            "optional": one.default is not inspect.Parameter.empty
            or one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD),
            "many": one.kind == one.VAR_POSITIONAL,
            "by_name": one.kind in (one.KEYWORD_ONLY, one.VAR_KEYWORD),
        }
        for one in listed
    ]


def _names(table):
    """Of handlers by name; None is the dynamic one, which takes any."""
    return sorted("*" if name is None else name for name in table or {})


def describe_workflow(kind):
    try:
        defined = temporalio.workflow._Definition.must_from_class(kind)
    except Exception as error:  # noqa: BLE001
        return {"type": kind.__name__, "problem": str(error), **place(kind)}
    behaviour = getattr(defined, "versioning_behavior", None)
    return {
        "type": defined.name if defined.name is not None else "*",
        "class": _class(kind),
        **place(kind),
        "parameters": _parameters(defined.run_fn, True),
        "returns": _annotation(inspect.signature(defined.run_fn).return_annotation),
        "signals": _names(defined.signals),
        "queries": [
            name for name in _names(defined.queries) if not name.startswith("__")
        ],
        "updates": _names(defined.updates),
        "sandboxed": bool(getattr(defined, "sandboxed", True)),
        "versioning": getattr(behaviour, "name", None),
    }


def _is_unbound(value, function):
    """A method that is registered without its object: the worker would call it without self."""
    if inspect.ismethod(value) or isinstance(value, functools.partial):
        return False
    if not inspect.isroutine(value) or "." not in getattr(function, "__qualname__", ""):
        return False
    if function.__qualname__.rsplit(".", 2)[-2] == "<locals>":
        return False
    first = next(iter(inspect.signature(function).parameters), None)
    return first == "self"


def describe_activity(value):
    function = _function(value)
    try:
        defined = temporalio.activity._Definition.must_from_callable(value)
        name, is_async = defined.name, defined.is_async
    except Exception as error:  # noqa: BLE001
        return {
            "type": getattr(value, "__name__", "?"),
            "problem": str(error),
            **place(value),
        }
    return {
        "type": name if name is not None else "*",
        **place(value),
        "async": bool(is_async),
        "parameters": _parameters(value, False),
        "unbound": _is_unbound(value, function),
    }


def _executor(value):
    if value is None:
        return None
    return {"class": _class(value), "workers": getattr(value, "_max_workers", None)}


def _poller(value, fallback):
    maximum = getattr(value, "maximum", None)
    return maximum if isinstance(maximum, int) else fallback


def _seconds(value):
    return value.total_seconds() if hasattr(value, "total_seconds") else None


def _versioning(config):
    deployment = config.get("deployment_config")
    version = getattr(deployment, "version", None)
    behaviour = getattr(deployment, "default_versioning_behavior", None)
    return {
        "build_id": getattr(version, "build_id", None) or config.get("build_id"),
        "deployment": getattr(version, "deployment_name", None),
        "used": bool(
            getattr(deployment, "use_worker_versioning", False)
            or config.get("use_worker_versioning")
        ),
        "default_behavior": getattr(behaviour, "name", None),
    }


def _connection(client):
    service = getattr(client, "service_client", None)
    config = getattr(service, "config", None)
    converter = client.data_converter
    return {
        "address": getattr(config, "target_host", None),
        "namespace": client.namespace,
        "tls": bool(getattr(config, "tls", None)),
        "data_converter": _class(
            getattr(converter, "payload_converter_class", converter)
        ),
        "failure_converter": _class(
            getattr(converter, "failure_converter_class", None)
        ),
        "payload_codec": _class(getattr(converter, "payload_codec", None)),
        "client_identity": getattr(config, "identity", None) or client.identity,
    }


# Of each kind, where neither a number nor a tuner is given: so in each version of the SDK.
_SLOTS = 100


def _slots(config):
    """None: a tuner decides."""
    fallback = None if config.get("tuner") is not None else _SLOTS
    return {
        name: config.get("max_concurrent_" + name) or fallback
        for name in ("workflow_tasks", "activities", "local_activities", "nexus_tasks")
    }


def describe_worker(worker):
    """The passport of one Worker object."""
    config = worker._config
    client = _connection(config["client"])
    identity = config.get("identity") or client.pop("client_identity")
    client.pop("client_identity", None)
    executor = config.get("activity_executor")
    return {
        "identity": identity,
        **client,
        "task_queue": config["task_queue"],
        "workflows": [describe_workflow(one) for one in config.get("workflows") or []],
        "activities": [
            describe_activity(one) for one in config.get("activities") or []
        ],
        "nexus_services": [
            _class(one) for one in config.get("nexus_service_handlers") or []
        ],
        "activity_executor": _executor(executor),
        "workflow_executor": _executor(config.get("workflow_task_executor")),
        "tuner": _class(config.get("tuner")),
        "slots": _slots(config),
        "pollers": {
            "workflow": _poller(
                config.get("workflow_task_poller_behavior"),
                config.get("max_concurrent_workflow_task_polls"),
            ),
            "activity": _poller(
                config.get("activity_task_poller_behavior"),
                config.get("max_concurrent_activity_task_polls"),
            ),
        },
        "remote_activities": not config.get("no_remote_activities"),
        "activities_per_second": config.get("max_activities_per_second"),
        "queue_activities_per_second": config.get(
            "max_task_queue_activities_per_second"
        ),
        "graceful_shutdown_seconds": _seconds(config.get("graceful_shutdown_timeout")),
        "max_cached_workflows": config.get("max_cached_workflows"),
        "workflow_runner": _class(config.get("workflow_runner")),
        "failure_types": [
            _class(one) for one in config.get("workflow_failure_exception_types") or []
        ],
        "interceptors": [_class(one) for one in config.get("interceptors") or []],
        "plugins": [_class(one) for one in config.get("plugins") or []],
        "debug_mode": bool(config.get("debug_mode")),
        "versioning": _versioning(config),
        "sdk": "temporal-python",
        "sdk_version": _sdk_version(),
        "python": platform.python_version(),
        "executable": sys.executable,
    }


def _sdk_version():
    version = getattr(temporalio, "__version__", None)
    if version is None:
        from temporalio.service import __version__ as version
    return version


def caller(beyond):
    """The line outside of the SDK that made the worker."""
    frame = inspect.currentframe()
    while frame is not None:
        name = frame.f_code.co_filename
        if not any(part in name for part in beyond):
            return {"made_in": os.path.abspath(name), "made_at_line": frame.f_lineno}
        frame = frame.f_back
    return {"made_in": None, "made_at_line": None}
