import socket
import sys
import time
import urllib.request
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.timezone import localdate

from followup.actions.demo import empty_database, has_data, open_logins, refuse_outside_demo
from followup.actions.seeding import seed
from followup.management.processes import Child, GivenUp, run_together
from followup.management.progress import ProgressLines
from followup.queries.months import month_plus
from followup.simulation import Plan
from roles.queries.organisation import DEMO_PASSWORD

HOST = "127.0.0.1"
PATIENCE = 30.0


class Command(BaseCommand):
    help = "Vis programmet med den opdigtede Fjordby Kommune: web, baggrundsjob og tidsplan. Ctrl-C stopper."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fresh", action="store_true", help="slet alt, og begynd forfra")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            refuse_outside_demo()
            self.refuse_taken(options["port"])
            self.prepare(fresh=options["fresh"])
            logins = open_logins()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        connection.close()
        try:
            run_together(
                children(options["port"]),
                tell=self.stderr.write,
                ready=lambda: self.announce(options["port"], logins),
            )
        except GivenUp as error:
            raise CommandError(str(error)) from error
        self.stdout.write("Demoen er stoppet.")

    def refuse_taken(self, port: int) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError as error:
                raise CommandError(f"Port {port} er optaget. Vælg en anden med --port.") from error

    def prepare(self, *, fresh: bool) -> None:
        if fresh:
            empty_database()
        call_command("migrate", verbosity=0, interactive=False)
        if not has_data():
            last_month = month_plus(localdate().replace(day=1), -1)
            seed(plan=Plan("s", 1, last_month), progress=ProgressLines(sys.stderr))

    def announce(self, port: int, logins: list[tuple[str, str, str]]) -> None:
        address = f"http://localhost:{port}/"
        wait_for(f"http://{HOST}:{port}/livez")
        width = max(len(email) for *_, email in logins)
        lines = ["", f"Fjordby Kommune (opdigtet) er klar: {address}", "", "Log ind som"]
        lines += [f"  {role:<15} {email:<{width}}  {name}" for role, name, email in logins]
        lines += [f"Adgangskode for alle: {DEMO_PASSWORD}", "", "Ctrl-C stopper demoen."]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def children(port: int) -> list[Child]:
    logs = Path(settings.BASE_DIR) / "var" / "log"
    module = [sys.executable, "-m"]
    celery = [*module, "celery", "-A", "serviceniveau"]
    web = [
        "gunicorn",
        "serviceniveau.wsgi",
        "--bind",
        f"{HOST}:{port}",
        "--workers",
        "2",
        "--threads",
        "4",
        "--no-control-socket",
    ]
    worker = ["worker", "--concurrency", "2", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    return [
        Child("Webserveren", [*module, *web], logs / "demo-web.log"),
        Child("Baggrundsjob", [*celery, *worker], logs / "demo-worker.log"),
        Child("Tidsplanen", [*celery, "beat", "--loglevel", "WARNING", "--pidfile="], logs / "demo-beat.log"),
    ]


def wait_for(address: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise GivenUp("Webserveren svarer ikke. Se var/log/demo-web.log.")
