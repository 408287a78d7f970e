"""The `rushes` command: its groups, and the edge where errors become messages and exit codes."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from typing import NoReturn

import click

from rushes import __version__
from rushes.cli.ending import Ended, Termination, all_flushed, give_up, nowhere
from rushes.cli.lazy import Entry, LazyGroup, ReaderGoneError

_HERE = "rushes.cli.commands"

COMMANDS = {
    "demo": Entry(f"{_HERE}.demo:demo", "Make a demo studio of real media and scan it."),
    "scan": Entry(f"{_HERE}.scan:scan", "Walk storage, group file sequences, and remember them."),
    "ls": Entry(f"{_HERE}.ls:ls", "List a folder by file sequence."),
    "missing": Entry(f"{_HERE}.missing:missing", "List file sequences with missing frames."),
    "disk": Entry(f"{_HERE}.disk:disk", "Tell disk use by show, shot, task and folder."),
    "changes": Entry(f"{_HERE}.changes:changes", "Tell what changed between two scans."),
    "watch": Entry(f"{_HERE}.watch:watch", "Follow file sequences as a render writes them."),
    "validate": Entry(f"{_HERE}.validating:validate", "Check renders, names, paths, assets."),
    "show": Entry(f"{_HERE}.show:show", "Set up shows: shots, tasks, templates, folders."),
    "naming": Entry(f"{_HERE}.naming:naming", "Check, make and take apart names by templates."),
    "publish": Entry(f"{_HERE}.publish:publish", "Publish files: check, hash, number, record."),
    "publishes": Entry(f"{_HERE}.publishes:publishes", "List publishes, and show one by its id."),
    "ingest": Entry(f"{_HERE}.ingest:ingest", "Take drops in: check, copy, record Versions."),
    "watch-ingest": Entry(
        f"{_HERE}.watch_ingest:watch_ingest", "Take in whatever drops come into a folder."
    ),
    "dailies": Entry(f"{_HERE}.dailies:dailies", "Make a reel of a playlist or of a day's work."),
    "playlist": Entry(f"{_HERE}.playlist:playlist", "List playlists, and deliver them."),
    "deliver": Entry(f"{_HERE}.deliver:deliver", "Deliver approved Versions, and prove it later."),
    "reconcile": Entry(f"{_HERE}.reconcile:reconcile", "Tell where records, disk and S3 differ."),
    "sync": Entry(f"{_HERE}.sync:sync", "Sync folders with S3: only what is new or changed."),
    "trace": Entry(f"{_HERE}.trace:trace", "Tell where a file comes from, and who signed it."),
    "usd": Entry(f"{_HERE}.usd:usd", "Check and rebuild the USD layers of publishes."),
    "policy": Entry(f"{_HERE}.policy:policy", "List, show and try policies for images."),
    "exr": Entry(f"{_HERE}.exr:exr", "Look into OpenEXR files: headers, pixels, rules."),
    "qc": Entry(f"{_HERE}.qc:qc", "Record who checked what, and prove that nobody bent it."),
    "mhl": Entry(f"{_HERE}.mhl:mhl", "Write and check ASC MHL hash lists."),
    "outbox": Entry(f"{_HERE}.outbox:outbox", "Tell what trackers have yet to be told."),
    "up": Entry(f"{_HERE}.up:up", "Start the server and all it needs, and print its address."),
    "down": Entry(f"{_HERE}.up:down", "End what `rushes up` started."),
    "status": Entry(f"{_HERE}.up:status", "Tell how the server and its database stand."),
    "logs": Entry(f"{_HERE}.up:logs", "Print what the server had to say."),
    "serve": Entry(f"{_HERE}.serve:serve", "Run the server in the foreground."),
    "user": Entry(f"{_HERE}.user:user", "Make people who log in, and give them roles."),
    "token": Entry(f"{_HERE}.token:token", "Make, list and end tokens for programs."),
    "webhook": Entry(f"{_HERE}.webhook:webhook", "Tell other programs what is written."),
    "dev": Entry(f"{_HERE}.dev:dev", "Make test material."),
    "info": Entry(f"{_HERE}.info:info", "Tell about this machine, the settings and the database."),
    "doctor": Entry(f"{_HERE}.info:doctor", "Find what is missing or broken, and how to mend it."),
    "config": Entry(f"{_HERE}.config:config", "Show the settings and where each comes from."),
    "audit": Entry(f"{_HERE}.audit:audit", "Look into who wrote what, and prove it whole."),
    "db": Entry(f"{_HERE}.db:db", "Look after the database: start, stop, back up, restore."),
    "completion": Entry(f"{_HERE}.completion:completion", "Print shell completion to be sourced."),
    "help": Entry(f"{_HERE}.help:help_command", "Show the help of a command."),
    "shotgrid": Entry("rushes.cli.aliases:shotgrid", "See rushes deliver.", hidden=True),
    "aws": Entry("rushes.cli.aliases:aws", "See rushes sync.", hidden=True),
}
# Imports and rows make many objects that stay: looking through them for rubbish finds none.
_COLLECT_AFTER = (50_000, 20, 100)


@click.group(
    cls=LazyGroup,
    entries=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="rushes", message="%(prog)s %(version)s")
def cli() -> None:
    """See every frame of a studio, and say only what is true of it.

    Media is never modified, and nothing is written beside it but what is asked for: the records of
    `rushes qc` and `rushes publish`, and hash lists.
    """


def main() -> NoReturn:
    """Run the command line and end the process with the right exit code."""
    gc.set_threshold(*_COLLECT_AFTER)
    termination = Termination()
    termination.heed()
    code = run(sys.argv[1:], termination=termination)
    gc.freeze()  # the process ends: nobody needs its memory sorted out
    sys.exit(code)


def run(args: list[str], *, termination: Termination | None = None) -> int:
    """Run one command line; the exit code, with every error already shown."""
    from rushes.cli import exits

    _clean_text_streams()
    code = _outcome(args)
    if code == exits.INTERRUPTED and termination is not None and termination.came:
        code = exits.TERMINATED
    # What only now cannot be printed is the report of an error: that one counts.
    all_flushed()
    return code


def _outcome(args: list[str]) -> int:
    from rushes.cli import exits
    from rushes.core.errors import RushesError

    try:
        outcome = cli.main(args=args, prog_name="rushes", standalone_mode=False)
        sys.stdout.flush()
        return outcome if isinstance(outcome, int) else exits.OK
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        return _show_usage(error, args)
    except RushesError as error:
        return _show_error(error, args)
    except (KeyboardInterrupt, click.Abort) as error:
        told = isinstance(error, Ended) or isinstance(error.__cause__, Ended)
        return _show_line("Ended." if told else "Interrupted.", exits.INTERRUPTED)
    except (BrokenPipeError, ReaderGoneError):
        # `head`, or a closed pager, has had enough: no error of ours.
        give_up(sys.stdout)
        return exits.READER_GONE
    except OSError as error:
        return _show_refused(error, args)
    except Exception as error:  # noqa: BLE001 (the face's edge)
        return _show_fault(error)


def _clean_text_streams() -> None:
    """File names of any bytes may be shown; no terminal's encoding can make a command fail.

    A stream that was closed before we began is one that swallows all.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _show_usage(error: click.ClickException, args: list[str]) -> int:
    from rushes.cli import exits
    from rushes.cli.misplaced import misplaced
    from rushes.core.errors import Code, RushesError

    if told := misplaced(error, args):
        error = click.UsageError(told, getattr(error, "ctx", None))
    if "--json" in args:
        return _show_error(RushesError(Code.USAGE, error.format_message()), args)
    with suppress(OSError):
        error.show()
    return exits.NOT_THERE


def _show_line(line: str, code: int) -> int:
    with suppress(OSError):
        click.echo(line, err=True)
    return code


def _show_error(error: object, args: list[str]) -> int:
    from rushes.cli import exits, show
    from rushes.core.errors import RushesError

    assert isinstance(error, RushesError)
    try:
        show.error(error, as_json="--json" in args)
    except OSError:
        give_up(sys.stdout)
        with suppress(OSError):  # stderr may be full, too
            show.error(error, as_json=False)
    return exits.EXIT_CODES[error.code]


def _show_refused(error: OSError, args: list[str]) -> int:
    """What the commands themselves did not foresee of the file system, a full disk above all."""
    from rushes.core.errors import Code, RushesError

    if isinstance(error, FileNotFoundError) and error.filename is None and nowhere():
        gone = RushesError(
            Code.PATH_NOT_FOUND,
            "The folder that this command was started in is gone: it was deleted.",
            hint="Change into one that is there, or give absolute paths.",
        )
        return _show_error(gone, args)
    where = f" {error.filename}" if error.filename else ""
    told = RushesError(
        Code.WRITE_FAILED,
        f"The file system refused{where}: {error.strerror or error}.",
        hint="Check free space and permissions, then try again.",
    )
    return _show_error(told, args)


def _show_fault(error: Exception) -> int:
    from rushes.cli import exits
    from rushes.core import logs
    from rushes.core.escape import escape
    from rushes.core.masking import masked

    log = logs.fault(error)
    if log is not None:
        hint = f"The details are in {escape(str(log))}. Please report it."
    else:
        hint = "This run has no log file, so nothing more is kept. Please report it."
    told = masked(f"{type(error).__name__}: {error}")
    return _show_line(f"error: a fault in Rushes itself: {told}\n  {hint}", exits.INTERNAL)


if __name__ == "__main__":
    main()
