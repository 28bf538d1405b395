"""The Compose file is one that the Compose specification allows, and its parts are there."""

import json
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import yaml

from tests.generate.project import ask_clients, files, generated

CHECK = """
import json, sys
import compose_spec

def told(file):
    try:
        found = compose_spec.PyCompose.from_yaml(open(file, encoding="utf-8").read())
        found.validate()
    except ValueError as error:
        return {"error": str(error)}
    return found.to_dict()

print(json.dumps([told(file) for file in sys.argv[1:]]))
"""


def checked(*files):
    run = ask_clients(CHECK, *files)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_it_is_a_compose_file(plain, tmp_path):
    (found,) = checked(generated("compose", plain, tmp_path) / "compose.yaml")
    services = found["services"]
    assert services.keys() == {"server", "tfserving"}
    assert services["tfserving"]["profiles"] == ["tfserving"]
    assert all("healthcheck" in service for service in services.values())


def test_the_check_refuses_what_compose_does_not_know(plain, tmp_path):
    folder = generated("compose", plain, tmp_path)
    text = (folder / "compose.yaml").read_text(encoding="utf-8")
    wrong = {"cap_drop": "cap_dorp", "interval: 10s": "interval: soon", "tmpfs": "tmp"}
    for number, (right, word) in enumerate(wrong.items()):
        (tmp_path / str(number)).write_text(text.replace(right, word), encoding="utf-8")
    told = checked(*(tmp_path / str(number) for number in range(len(wrong))))
    assert [one.keys() for one in told] == [{"error"}] * len(wrong)


def test_ports_are_those_of_this_machine_alone(plain, tmp_path):
    folder = generated("compose", plain, tmp_path, port=9000)
    services = yaml.safe_load((folder / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert services["server"]["ports"] == ["127.0.0.1:9000:8000"]
    assert services["tfserving"]["ports"] == ["127.0.0.1:9001:8501"]


def test_what_it_builds_and_mounts_is_there_and_read_only(plain, tmp_path):
    folder = generated("compose", plain, tmp_path)
    services = yaml.safe_load((folder / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert (folder / services["server"]["build"] / "Dockerfile").is_file()
    for service in services.values():
        for volume in service["volumes"]:
            assert (folder / volume["source"] / "saved_model.pb").is_file()
            assert volume["read_only"] is True


def test_its_server_is_the_generated_one(plain, tmp_path):
    alone = files(generated("server", plain, tmp_path))
    inside = files(generated("compose", plain, tmp_path) / "server")
    assert inside.keys() == alone.keys() - {"flowspec-server.sha256"}


def test_a_health_check_finds_an_available_model(plain, tmp_path):
    folder = generated("compose", plain, tmp_path)
    services = yaml.safe_load((folder / "compose.yaml").read_text(encoding="utf-8"))["services"]
    kind, *words = services["tfserving"]["healthcheck"]["test"]
    assert (kind, words[:2]) == ("CMD", ["bash", "-c"])
    code = words[2].replace("/dev/tcp/127.0.0.1/8501", "$ANSWER")
    code = words[2]
    assert "/127.0.0.1/8501" in code
    for state, wanted in (("AVAILABLE", 0), ("LOADING", 1)):
        with answering(f'{{"model_version_status": [{{"state": "{state}"}}]}}') as (port, asked):
            run = subprocess.run(
                ["bash", "-c", code.replace("8501", str(port))], timeout=60, check=False
            )
        assert run.returncode == wanted
        assert asked == ["/v1/models/tiny_policy"]


@contextmanager
def answering(body):
    """A server with one answer: its port, and the paths that it was asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *words):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_address[1], asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_hostile_flow_has_a_compose_file_too(hostile, tmp_path):
    (found,) = checked(generated("compose", hostile, tmp_path) / "compose.yaml")
    assert found["name"] == "hostile"
