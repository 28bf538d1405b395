"""Ray Serve's local testing mode, in a process of its own, since importing Ray changes one.

Nothing listens in this mode, and no other process is started. What was found is printed as JSON.
"""

import json
import os
import re
import sys
import warnings
from pathlib import Path

from flowspec.diagnostics import FlowspecError
from flowspec.serve import ServeOptions, Source
from flowspec.serve.rayserve.deployment import bind_flows
from flowspec.serve.rayserve.library import import_ray
from flowspec.serve.rayserve.options import parse_options
from tests.serve.ray import asgi


def main(folder, asked, cases):
    warnings.simplefilter("error")
    serve = import_ray("ray.serve")
    found = {"refused": {case: refused(folder, case) for case in cases}}
    found["settings"] = settings(folder, "max_ongoing_requests=7", "ray_actor_options.num_gpus=1")
    found["answer"] = answer(serve, folder, asked)
    found["environment"] = {name: os.environ[name] for name in os.environ if name[:4] == "RAY_"}
    found["runs"] = import_ray().is_initialized()
    found["listeners"] = listeners()
    print(json.dumps(found), flush=True)
    os._exit(0)  # nothing of Ray's is asked to end what was never started


def refused(folder, text):
    """How options are refused: slug, path, nearest, and the whole message."""
    try:
        bind_flows([Source(folder)], ServeOptions(), ray_options=parse_options([text]), replicas=2)
    except FlowspecError as error:
        return [(one.slug, one.path, one.nearest, one.message) for one in error.diagnostics]
    return None


def settings(folder, *texts):
    flows = bind_flows(
        [Source(folder)], ServeOptions(deadline=7.0), ray_options=parse_options(texts)
    )
    found = flows._bound_deployment
    return {
        "max_ongoing_requests": found.max_ongoing_requests,
        "graceful_shutdown_timeout_s": found._deployment_config.graceful_shutdown_timeout_s,
        "ray_actor_options": found.ray_actor_options,
        "num_replicas": found.num_replicas,
    }


def answer(serve, folder, asked):
    """What the application answers, and how."""
    flows = bind_flows([Source(folder)], ServeOptions(max_batch=1), replicas=2, log_format="text")
    handle = serve.run(flows, name="local", _local_testing_mode=True)
    handle.check_health.remote().result()
    asgi.ASKED.update(asked)
    handle.remote(asgi.scope("/flows/small/sample"), asgi.receive, asgi.send).result()
    handle.broadcast("look_now").results()
    start, body = asgi.MESSAGES
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return {"status": start["status"], "headers": headers, "body": json.loads(body["body"])}


def listeners():
    """The ports at which this process listens."""
    own = {os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd") if
           os.path.exists(f"/proc/self/fd/{name}")}  # fmt: skip
    rows = [
        line.split()
        for name in ("tcp", "tcp6")
        for line in Path(f"/proc/self/net/{name}").read_text().splitlines()[1:]
    ]
    return [
        int(re.split(":", row[1])[1], 16)
        for row in rows
        if row[3] == "0A" and f"socket:[{row[9]}]" in own
    ]


if __name__ == "__main__":
    told = json.loads(sys.argv[1])
    main(Path(told["folder"]), told["asked"], told["cases"])
