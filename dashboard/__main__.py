"""`python -m dashboard`: serve the atlas; `export`: one view as a file; `verify`: check a page."""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from pathlib import Path

from dashboard.exports.command import FAILED, OK, USAGE, add_commands, run_export, run_verify
from dashboard.settings import Settings, SettingsError
from geodata.errors import GeodataError

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
    return parser


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
