"""Sets the project up on first use, then runs one command. Standard library only until .venv exists.

The first half runs on the system's Python and fills .venv from the lock file. It then starts itself again
inside .venv, where the second half starts the services, builds the front end and runs the command.
"""

import contextlib
import fcntl
import hashlib
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VAR = ROOT / "var"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".lock-sha256"
LOCKS = [ROOT / "requirements-dev.lock"]
if shutil.which("npm") is None:
    LOCKS.append(ROOT / "requirements-node.lock")
REQUIREMENTS = [part for lock in LOCKS for part in ("-r", str(lock))]

USAGE = """\
./run demo             demokommune med web, baggrundsarbejde og tidsplan (Ctrl-C stopper)
./run test [...]       test; argumenter gives videre til pytest
./run check            format, lint, typer, lag, migrationer og driftsindstillinger
./run manage <...>     manage.py med database og kø kørende
./run env              adresserne på den lokale database og kø
./run stop             stopper den lokale database og kø"""


# --- Set-up, on the system's Python -------------------------------------------------------------


@contextlib.contextmanager
def alone(name: str) -> Iterator[None]:
    """Hold a lock, so that two shells can call ./run at the same time."""
    VAR.mkdir(exist_ok=True)
    with (VAR / f"{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def ensure_venv() -> None:
    wanted = hashlib.sha256(b"".join(lock.read_bytes() for lock in LOCKS)).hexdigest()
    with alone("venv"):
        if STAMP.exists() and STAMP.read_text() == wanted:
            return
        if VENV.exists() and not STAMP.exists():
            shutil.rmtree(VENV)  # an earlier set-up was interrupted
        if not PYTHON.exists():
            make_venv()
        install_packages()
        STAMP.write_text(wanted)


def make_venv() -> None:
    if subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True).returncode == 0:
        return
    # Debian without python3-venv: make the environment without pip and let uv or the system's pip fill it.
    shutil.rmtree(VENV, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", VENV], check=True)


def install_packages() -> None:
    say("Henter Python-pakker …")
    uv = shutil.which("uv")
    if uv and install_with_uv(uv):
        return
    pip = [str(PYTHON), "-m", "pip"]
    if not (VENV / "bin" / "pip").exists():
        pip = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
        if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True).returncode:
            sys.exit(
                "Der mangler pip: installér python3-venv (fx: apt-get install python3-venv) og prøv igen."
            )
    install_with_pip(pip)


def install_with_uv(uv: str) -> bool:
    """False when uv could not: it does not read pip's configuration."""
    environment = {**os.environ, "UV_SYSTEM_CERTS": "1", "UV_PYTHON_DOWNLOADS": "never"}
    command = [uv, "pip", "install", "--quiet", "--python", str(PYTHON), "--require-hashes", *REQUIREMENTS]
    return subprocess.run(command, env=environment).returncode == 0


def install_with_pip(pip: list[str]) -> None:
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    command = [*pip, "install", "--progress-bar=off", "--no-compile", "--require-hashes", *REQUIREMENTS]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    output, collected = [], 0
    for line in process.stdout or []:
        output.append(line)
        collected += line.startswith("Collecting ")
        if line.startswith("Collecting ") and collected % 20 == 0:
            say(f"  {collected} pakker hentet")
        if line.startswith("Installing collected"):
            say(f"  {collected} pakker hentet, installerer …")
    if process.wait():
        sys.exit("".join(output[-20:]) + "Python-pakkerne kunne ikke installeres.")


def say(text: str) -> None:
    # Standard error: `manage … --json` must have standard output to itself.
    print(text, file=sys.stderr, flush=True)


# --- Commands, inside .venv ---------------------------------------------------------------------


def start_services(*, redis_number: int = 0) -> None:
    """Set DATABASE_URL and REDIS_URL; what the environment already gives is used and not started here."""
    import devservices  # noqa: PLC0415  (only its packages in .venv make it useful)

    with alone("services"):
        if "DATABASE_URL" not in os.environ:
            os.environ["DATABASE_URL"] = devservices.start_postgres(VAR)
        if "REDIS_URL" not in os.environ:
            os.environ["REDIS_URL"] = f"{devservices.start_valkey(VAR)}/{redis_number}"


def build_frontend() -> None:
    import frontend  # noqa: PLC0415

    with alone("frontend"):
        frontend.build(ROOT, say)
    (VAR / "static").mkdir(exist_ok=True)  # empty here: files are served where they stand


def secret_key() -> str:
    file = VAR / "secret-key"
    with alone("secret-key"):
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(secrets.token_urlsafe(50))
    return file.read_text()


def set_defaults(**values: str) -> None:
    for name, value in values.items():
        os.environ.setdefault(name, value)


def local_settings() -> None:
    set_defaults(SECRET_KEY=secret_key(), ALLOWED_HOSTS="localhost,127.0.0.1", SECURE_SSL_REDIRECT="false")


def execute(*command: str) -> None:
    sys.stdout.flush()
    os.execv(PYTHON, [str(PYTHON), *command])


def demo(arguments: list[str]) -> None:
    build_frontend()
    start_services()
    local_settings()
    set_defaults(DEBUG="false", DEMO="true")
    execute("manage.py", "demo", *arguments)


def manage(arguments: list[str]) -> None:
    if arguments[:1] == ["demo"]:
        demo(arguments[1:])
    is_ours = "DATABASE_URL" not in os.environ
    build_frontend()
    start_services()
    local_settings()
    if is_ours and arguments[:1] not in (["migrate"], ["makemigrations"]):
        migrate_when_new()
    execute("manage.py", *arguments)


def migrate_when_new() -> None:
    """The database that we started ourselves follows the code; another one is its owner's to migrate."""
    names = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("*/migrations/0*.py"))
    wanted, stamp = hashlib.sha256("\n".join(names).encode()).hexdigest(), VAR / "migrations-sha256"
    with alone("migrate"):
        if not stamp.exists() or stamp.read_text() != wanted:
            migrate = [PYTHON, "manage.py", "migrate", "--verbosity=0", "--no-input"]
            subprocess.run(migrate, check=True, stdout=sys.stderr)
            stamp.write_text(wanted)


def test(arguments: list[str]) -> None:
    build_frontend()
    start_services(redis_number=1)
    set_defaults(SECRET_KEY="only-for-tests-" * 4, SECURE_SSL_REDIRECT="false")
    if "browser" in " ".join(arguments) and not chromium():
        if os.environ.get("CI"):
            sys.exit("Chromium mangler: på en byggeserver må browsertest ikke springes over.")
        say("Chromium mangler: browsertest springes over (fx: apt-get install chromium).")
    execute("-m", "pytest", *arguments)


def chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def check(arguments: list[str]) -> None:
    """Run every check even if one fails, so that one run shows all there is to mend."""
    start_services()
    set_defaults(
        SECRET_KEY=secrets.token_urlsafe(50),
        DEBUG="false",
        ALLOWED_HOSTS="serviceniveau.example.dk",
        CSRF_TRUSTED_ORIGINS="https://serviceniveau.example.dk",
        SECURE_SSL_REDIRECT="true",
    )
    commands = [
        ["ruff", "format", "--check", "--quiet", "."],
        ["ruff", "check", "--quiet", "."],
        ["mypy"],
        ["lint-imports", "--no-logo", "--cache-dir", "var/import-linter"],
        ["python", "manage.py", "makemigrations", "--check", "--dry-run"],
        ["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
    ]
    failed = [" ".join(command) for command in commands if not passes(command)]
    sys.exit("Fejlede: " + "; ".join(failed) if failed else 0)


def passes(command: list[str]) -> bool:
    say("— " + " ".join(command))
    return subprocess.run([VENV / "bin" / command[0], *command[1:]]).returncode == 0


def env(arguments: list[str]) -> None:
    start_services()
    print(f"DATABASE_URL={os.environ['DATABASE_URL']}\nREDIS_URL={os.environ['REDIS_URL']}")


def stop(arguments: list[str]) -> None:
    import devservices  # noqa: PLC0415

    with alone("services"):
        devservices.stop(VAR)


COMMANDS = {"demo": demo, "test": test, "check": check, "stop": stop, "manage": manage, "env": env}


def main() -> None:
    command, arguments = (sys.argv[1] if len(sys.argv) > 1 else ""), sys.argv[2:]
    if command not in COMMANDS:
        sys.exit(USAGE)
    os.chdir(ROOT)
    if Path(sys.prefix) != VENV:
        ensure_venv()
        execute("run.py", *sys.argv[1:])
    COMMANDS[command](arguments)


if __name__ == "__main__":
    main()
