"""`python -m dashboard`: serve; `export` a view; `verify` a page; `scope`: sign a permission."""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dashboard.exports.command import FAILED, OK, USAGE, add_commands, run_export, run_verify
from dashboard.settings import Settings, SettingsError
from geodata.errors import GeodataError
from geodata.schema import LEVELS

THREADS = 6
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0 done, 1 refused with a reason, 2 wrong use."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    try:
        settings = Settings.from_environment()
        if options.command == "export":
            return run_export(settings, options)
        if options.command == "verify":
            return run_verify(settings, options.file)
        if options.command == "scope":
            return run_scope(settings, options)
        return serve(settings)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return USAGE
    except (GeodataError, OSError) as error:
        print(error, file=sys.stderr)
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m dashboard", description="Silver Atlas")
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("serve", help="serve the atlas (the default)")
    add_commands(commands)
    sign = commands.add_parser("scope", help="sign who may see what, as a portal does")
    sign.add_argument("--areas", required=True, help="codes, comma-separated; the first is opened")
    sign.add_argument("--level", default=LEVELS[-1], choices=LEVELS, help="the finest level")
    sign.add_argument("--hours", type=float, default=12.0, help="how long it holds")
    sign.add_argument("--user", default="", help="whose long exports they are")
    return parser


def run_scope(settings: Settings, options: argparse.Namespace) -> int:
    """Print a token for trying out a portal; areas that nobody could open are refused."""
    from dashboard.access import Scope, sign_scope
    from dashboard.releases import Releases

    if not settings.scope_secret:
        print("ATLAS_SCOPE_SECRET is not set: there is nothing to sign with", file=sys.stderr)
        return USAGE
    dataset = Releases(settings.releases).current()
    scope = Scope(tuple(options.areas.split(",")), options.level, options.user)
    for code in scope.areas:
        position = dataset.tree.position.get(code)
        level = "" if position is None else dataset.natural_level(position)
        if position is None or not scope.allows(dataset, position, level):
            below = f"its own areas are finer ({level})" if level else "the release has none"
            print(f"--areas {code}: cannot be opened: {below}", file=sys.stderr)
            return USAGE
    until = datetime.now(UTC) + timedelta(hours=options.hours)
    print(sign_scope(scope, settings.scope_secret, until))
    return OK


def serve(settings: Settings) -> int:
    """Serve until interrupted; the first start builds the demonstration release."""
    from geodata.release import current_release

    if current_release(settings.releases) is None:
        build_demonstration(settings.releases)
    from waitress import create_server

    from dashboard.app import create_app
    from dashboard.releases import Releases

    app = create_app(settings, Releases(settings.releases))
    server = create_server(
        app.server, host=settings.host, port=settings.port, threads=THREADS, ident=None
    )
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    print(f"Silver Atlas: http://{settings.host}:{settings.port}{settings.prefix}", flush=True)
    try:
        server.run()
    except KeyboardInterrupt:
        server.close()
    return OK


def build_demonstration(releases: Path) -> None:
    """Write the demonstration source to a temporary folder and publish its release."""
    from geodata.demo import write_demo
    from geodata.progress import progress_bars
    from geodata.release import build_release

    print("No release yet: building the demonstration (synthetic data).", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="silver-atlas-") as folder, progress_bars() as progress:
        write_demo(Path(folder), progress=progress)
        build_release(Path(folder), releases, progress=progress)


if __name__ == "__main__":
    sys.exit(main())
