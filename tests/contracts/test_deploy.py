"""The files of deploy/ agree with each other, with the guide and with the commands there are."""

from __future__ import annotations

import base64
import http.client as http_client
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from pipelines.cli import app
from pipelines.season.releases.find import Found
from pipelines.season.releases.serve import HOST, make_server

PROJECT = Path(__file__).parents[2]
DEPLOY = PROJECT / "deploy"
GUIDE = (PROJECT / "docs/guides/deploy-for-a-team.md").read_text(encoding="utf-8")
UNITS = {path.name: path.read_text(encoding="utf-8") for path in sorted((DEPLOY / "systemd").iterdir())}
STARTS = {
    name: found[0] for name, text in UNITS.items() if (found := re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE))
}
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
NGINX = (DEPLOY / "nginx/cs-access.conf").read_text(encoding="utf-8")
ENVIRONMENT = (DEPLOY / "cs-access.env.example").read_text(encoding="utf-8")
SERVICES = ("operator", "viewer", "daemon", "page")


def port_of(command: str) -> str:
    return re.findall(r"(?:-p|--port) (\d+)", command)[0]


def commands_of(start: str) -> list[str]:
    return start.removeprefix("/opt/cs-access/.venv/bin/").split()


@pytest.mark.parametrize("name", SERVICES)
def test_systemd_and_compose_start_the_same(name: str) -> None:
    start = STARTS[f"cs-access-{name}.service"].removeprefix("/opt/cs-access/.venv/bin/")
    assert start.replace("/opt/cs-access/workspace.yaml", "workspace.yaml") == COMPOSE["services"][name]["command"]


def test_only_the_read_only_port_is_behind_the_proxy() -> None:
    operator, viewer = STARTS["cs-access-operator.service"], STARTS["cs-access-viewer.service"]
    assert "--read-only" in viewer
    assert "--read-only" not in operator
    assert viewer.endswith("--path-prefix /dagster")
    proxied = set(re.findall(r"proxy_pass http://127\.0\.0\.1:(\d+)", NGINX))
    assert proxied == {port_of(viewer), port_of(STARTS["cs-access-page.service"])}
    assert port_of(operator) not in proxied
    assert "location /dagster/" in NGINX


def test_everything_listens_on_loopback_and_asks_for_a_log_in() -> None:
    for name in ("operator", "viewer"):
        assert f"-h {HOST}" in STARTS[f"cs-access-{name}.service"]
    assert all(port.startswith(f"{HOST}:") for port in COMPOSE["services"]["database"]["ports"])
    assert not any("ports" in COMPOSE["services"][name] for name in SERVICES)
    assert re.search(r"^\s+auth_basic_user_file /etc/cs-access/viewers;", NGINX, re.MULTILINE)
    assert "data/partner" not in NGINX
    assert "alias" not in NGINX


def test_the_page_is_asked_by_the_name_it_answers_to() -> None:
    """The page's server refuses any other Host (DNS rebinding), so the proxy must send this one."""
    assert f"proxy_set_header Host {HOST}:{port_of(STARTS['cs-access-page.service'])};" in NGINX


def test_the_commands_exist_and_take_these_options() -> None:
    ours = get_command(app).commands  # type: ignore[attr-defined]
    for start in STARTS.values():
        program, *words = commands_of(start)
        if program == "cleanup":
            options = {option for parameter in ours[words[0]].params for option in parameter.opts}
            assert {word for word in words if word.startswith("--")} <= options
        elif program != "/usr/bin/systemctl":
            assert program in {"dagster-webserver", "dagster-daemon"}
            assert words[words.index("-w") + 1] == "/opt/cs-access/workspace.yaml"
    for line in re.findall(r"`(cleanup [a-z-]+)", GUIDE):
        assert line.split()[1] in ours, line


def test_units_name_each_other_and_the_guide_names_them() -> None:
    for name, text in UNITS.items():
        for named in re.findall(r"cs-access-[a-z-]+\.(?:service|path|timer)", text):
            assert named in UNITS, (name, named)
    for named in re.findall(r"cs-access-[a-z-]+\.(?:service|path|timer)", GUIDE + NGINX):
        assert named in UNITS, named
    for path in re.findall(r"`(deploy/[\w./-]+)`", GUIDE):
        assert (PROJECT / path).exists(), path


def lines_of(word: str) -> list[str]:
    """Instructions of the Dockerfile that begin with that word, continued lines joined."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [line.removeprefix(word).strip() for line in text.splitlines() if line.startswith(f"{word} ")]


def test_the_image_holds_all_that_the_program_reads(tmp_path: Path) -> None:
    """What the Dockerfile copies is a program that starts, with the page, the report and the guide a release is made of."""
    root = tmp_path / lines_of("WORKDIR")[0].removeprefix("/")
    for *sources, target in (line.split() for line in lines_of("COPY")):
        place = tmp_path / target.removeprefix("/") if target.startswith("/") else root / target
        for source in sources:
            assert (PROJECT / source).exists(), source
            if (PROJECT / source).is_dir():
                shutil.copytree(PROJECT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                goal = place / Path(source).name if target.endswith("/") else place
                goal.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(PROJECT / source, goal)
    asked = (
        "import pipelines.cli; from pipelines.published import page, report_page; "
        "assert (page.SOURCE / 'index.html').exists() and page.GUIDE.exists(); "
        "assert (report_page.SOURCE / 'report.html.j2').exists(); print(page.SOURCE)"
    )
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=root, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-600:]
    assert done.stdout.strip() == str(root / "page")
    assert (root / "workspace.yaml").exists()
    variables = dict(pair.split("=") for line in lines_of("ENV") for pair in line.split())
    made = " ".join(lines_of("RUN"))
    assert variables["CS_ACCESS_RAW"] in made
    assert variables["CS_ACCESS_DATA"] in made
    assert (tmp_path / variables["DAGSTER_HOME"].removeprefix("/") / "dagster.yaml").exists()


def test_compose_says_only_what_compose_knows_and_names_what_is_there() -> None:
    assert set(COMPOSE) - {"x-service"} == {"services", "volumes"}
    known = {"image", "build", "env_file", "network_mode", "restart", "depends_on", "volumes", "command"}
    known |= {"environment", "ports", "healthcheck"}
    user = re.findall(r"--uid (\d+)", " ".join(lines_of("RUN")))[0]
    assert f"install -d -o {user} -g {user}" in GUIDE
    for name, service in COMPOSE["services"].items():
        assert set(service) <= known, name
        assert not ("ports" in service and service.get("network_mode") == "host"), name
        assert set(service.get("depends_on", {})) <= set(COMPOSE["services"]), name
        for place in service["volumes"]:
            source, target = place.split(":")
            assert source.startswith("/") or source in COMPOSE["volumes"], place
            assert target.startswith(("/srv/cs-access/", "/var/lib/postgresql/")), place
        if "build" in service:
            assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).exists()
            assert (DEPLOY / f"{service['env_file']}.example").exists()
    ours = set(dict(line.split("=") for line in ENVIRONMENT.splitlines() if line and not line.startswith("#")))
    assert {"CS_ACCESS_RAW", "CS_ACCESS_DATA", "DAGSTER_HOME"} <= ours


def test_systemd_may_write_where_the_program_writes() -> None:
    settings = dict(line.split("=") for line in ENVIRONMENT.splitlines() if line and not line.startswith("#"))
    for name in ("operator", "daemon", "purge"):
        allowed = re.findall(r"^ReadWritePaths=(\S+)$", UNITS[f"cs-access-{name}.service"], re.MULTILINE)
        for path in (settings["CS_ACCESS_RAW"], settings["CS_ACCESS_DATA"], settings["DAGSTER_HOME"]):
            assert any(Path(path).is_relative_to(root) for root in allowed), (name, path)
    assert "ReadWritePaths" not in UNITS["cs-access-page.service"]


def test_settings_that_are_read_are_in_the_example() -> None:
    named = set(re.findall(r"^([A-Z_]+)=", ENVIRONMENT, re.MULTILINE))
    read = set(re.findall(r"env: (\w+)", (DEPLOY / "dagster.yaml").read_text()))
    read |= set(re.findall(r"\bCS_ACCESS_[A-Z_]+\b", GUIDE)) | set(
        re.findall(r"\$\{(CS_ACCESS_\w+)", (DEPLOY / "compose.yaml").read_text())
    )
    assert read <= named
    # What the program reads from the environment, so that nothing in the example is misspelt.
    sources = "".join(p.read_text(encoding="utf-8") for p in (PROJECT / "pipelines").rglob("*.py"))
    for name in named - read:
        assert name in sources or name.startswith("DAGSTER_"), name


def test_the_instance_is_one_that_dagster_takes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("dagster_postgres", reason="needs the extra 'server'")
    from dagster._core.instance.config import dagster_instance_config

    for name in re.findall(r"env: (\w+)", (DEPLOY / "dagster.yaml").read_text()):
        monkeypatch.setenv(name, "x")
    shutil.copyfile(DEPLOY / "dagster.yaml", tmp_path / "dagster.yaml")
    settings, _ = dagster_instance_config(str(tmp_path))
    assert settings["storage"]["postgres"]["postgres_db"]["hostname"] == {"env": "CS_ACCESS_PG_HOST"}


def free_port() -> int:
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


def test_nginx_lets_in_who_has_an_account_and_to_the_page_only(tmp_path: Path) -> None:
    """The configuration as it stands, but for ports and paths, in front of the page's own server."""
    nginx, openssl = shutil.which("nginx"), shutil.which("openssl")
    if not nginx or not openssl:
        pytest.skip("needs nginx and openssl: apt-get install nginx-light openssl")
    key, certificate = tmp_path / "privkey.pem", tmp_path / "fullchain.pem"
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-days", "1"]
    subprocess.run([*command, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    hashed = subprocess.run([openssl, "passwd", "-apr1", "secret"], check=True, capture_output=True, text=True).stdout
    (tmp_path / "viewers").write_text(f"ana:{hashed}")
    release = tmp_path / "data" / "releases" / "2026.11.1"
    (release / "page").mkdir(parents=True)
    (release / "page" / "index.html").write_text("the page")
    (tmp_path / "data" / "partner").mkdir()
    (tmp_path / "data" / "partner" / "README.md").write_text("a partner's")
    server = make_server(Found(release, "2026.11.1", "release"), 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page, plain, tls = server.server_address[1], free_port(), free_port()
    text = NGINX.replace("/etc/cs-access/tls/", f"{tmp_path}/").replace("/etc/cs-access/viewers", f"{tmp_path}/viewers")
    text = text.replace("listen 443 ssl", f"listen {HOST}:{tls} ssl").replace("listen 80", f"listen {HOST}:{plain}")
    (tmp_path / "site.conf").write_text(text.replace("127.0.0.1:8010", f"127.0.0.1:{page}"))
    places = " ".join(
        f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    http = f"http {{ access_log off; {places} include {tmp_path}/site.conf; }}"
    # As root its workers would be nobody, who may not read this folder.
    user = "user root;" if os.geteuid() == 0 else ""
    (tmp_path / "nginx.conf").write_text(
        f"{user} daemon off; pid {tmp_path}/pid; error_log {tmp_path}/log; events {{}} {http}"
    )
    start = [nginx, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    done = subprocess.run([*start, "-t"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

    def ask(path: str, *, account: str = "", host: str = HOST) -> tuple[int, str]:
        context = ssl._create_unverified_context()
        connection = http_client.HTTPSConnection(HOST, tls, context=context, timeout=20)
        headers = {"Host": host}
        if account:
            headers["Authorization"] = "Basic " + base64.b64encode(account.encode()).decode()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")

    running = subprocess.Popen(start)
    try:
        for _ in range(100):
            with socket.socket() as one:
                if one.connect_ex((HOST, tls)) == 0:
                    break
            time.sleep(0.1)
        assert ask("/")[0] == ask("/page/")[0] == ask("/dagster/")[0] == 401
        assert ask("/page/", account="ana:wrong")[0] == 401
        assert ask("/page/", account="ana:secret") == (200, "the page")
        assert ask("/", account="ana:secret")[0] == 302
        for path in ("/../../partner/README.md", "/%2e%2e/%2e%2e/partner/README.md", "/partner/README.md"):
            status, body = ask(path, account="ana:secret")
            assert status in (400, 404), path
            assert "a partner's" not in body
    finally:
        running.terminate()
        running.wait(20)
        server.shutdown()
        server.server_close()


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if not program:
        pytest.skip("needs systemd-analyze")
    for name, text in UNITS.items():
        # The programs are not installed here, and whether they are is not what is asked.
        (tmp_path / name).write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", text, flags=re.MULTILINE))
    done = subprocess.run(
        [program, "verify", "--man=no", *map(str, sorted(tmp_path.iterdir()))], capture_output=True, text=True
    )
    faults = [line for line in done.stderr.splitlines() if "cs-access" in line]
    assert faults == []
