"""Every setting of Rushes: one entry each, with its kind, what it means and its default."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rushes.core import folders
from rushes.core.settings import kinds
from rushes.core.settings.exchange import Deliver, Ingest, Webhooks
from rushes.core.settings.origin import DEFAULT, Origin
from rushes.core.settings.section import Section, key, plain

# The same as `frames.temporary.TEMPORARY`, which core may not import; a test holds them together.
_TEMPORARY = (
    *("*.tmp", "*.temp", "*.part", "*.partial", "*.filepart", "*.crdownload"),
    *("*.swp", "*.swo", "*~", "~$*", ".nfs*"),
)
_LAYOUTS = ("{show}/shots/{shot}/{task}", "{show}/{sequence}/{shot}/{task}")


class Naming(Section):
    """Templates of names, and the frames of `rushes validate`: unset, all file sequences."""

    frame_prefix: str | None = key(
        kinds.TEXT, "What a frame's name starts with.", example='"frame_"'
    )
    frame_padding: int | None = key(kinds.POSITIVE, "How many digits a frame number has.")
    frame_ext: str | None = key(kinds.TEXT, "What a frame's name ends with.", example='".exr"')
    like: str | None = key(
        kinds.TEXT,
        "The set of templates to start from: rushes, project-manager, vfx-ops-toolkit, onepiece or"
        " netflix.",
        example='"netflix"',
        unset="none where there are templates of one's own, else `rushes`",
    )
    templates: Mapping[str, str] = key(
        kinds.NAMED_TEXTS,
        "Templates of names and paths.",
        example='{ movie = "{show}_{shot}_{task}_v{version:03d}.{ext}" }',
        factory=dict,
    )
    shots: Mapping[str, str] = key(
        kinds.NAMED_TEXTS,
        "What shots' codes are made of, the first that fits counting.",
        example='{ episodic = "ep{episode:03d}_sc{scene:02d}_{shot:04d}" }',
        factory=dict,
    )
    tokens: Mapping[str, str] = key(
        kinds.NAMED_TEXTS,
        "Tokens of one's own, and what they hold: characters as in A-Za-z0-9_-, or number.",
        example='{ show = "A-Z0-9" }',
        factory=dict,
    )


class Layout(Section):
    """How folders below `shows_root` tell show, sequence, shot and task."""

    templates: tuple[str, ...] = key(
        kinds.TEXTS, "Folder structures, tried in this order.", default=_LAYOUTS
    )
    renders: str = key(
        kinds.TEXT, "The folder of a shot that holds its renders.", default="renders"
    )


class Thresholds(Section):
    """Limits for `rushes disk`, as toolkit.yaml has them."""

    disk_warning_mb: float | None = key(
        kinds.NUMBER, "Warn of a shot whose renders reach this many megabytes (of 1024² bytes)."
    )


class Disk(Section):
    """Limits for `rushes disk`: sizes in powers of 1024, shares of the file system's size."""

    show_warn: int | None = key(kinds.SIZE, "Warn of a show that reaches this size.")
    show_critical: int | None = key(kinds.SIZE, "A show of this size is critical.")
    shot_warn: int | None = key(kinds.SIZE, "Warn of a shot that reaches this size.")
    shot_critical: int | None = key(kinds.SIZE, "A shot of this size is critical.")
    filesystem_warn: float = key(
        kinds.SHARE, "Warn when so much of a file system is used.", default=0.9
    )
    filesystem_critical: float = key(
        kinds.SHARE, "So much use of a file system is critical.", default=0.97
    )


class Frames(Section):
    """How names become file sequences."""

    temporary: tuple[str, ...] = key(
        kinds.TEXTS,
        "Names of unfinished files, counted in bytes but never as frames (`*` and `?` match).",
        default=_TEMPORARY,
    )
    subframes: bool = key(kinds.SWITCH, "Read `name.1001.25.exr` as frame 1001.25.", default=False)


class Scan(Section):
    """How storage is walked."""

    workers: int | None = key(
        kinds.POSITIVE, "How many processes share the work.", unset="one per core"
    )
    executor: str = key(
        kinds.choice("auto", "inline", "processes", "dask"),
        "What runs the work; `auto` takes processes, or Dask when a cluster is named.",
        default="auto",
    )
    cluster: str | None = key(
        kinds.TEXT,
        "A Dask cluster: `tcp://host:8786`, or `local:4` for four workers here.",
        example='"tcp://host:8786"',
    )
    folder_timeout: float = key(
        kinds.NUMBER,
        "Seconds after which a folder that gives no sign of life is left; 0 waits for ever, and so"
        " does a machine that has mounted nothing but disks of its own.",
        default=60.0,
    )
    probes: int = key(
        kinds.COUNT,
        "Files looked at in each file sequence of a folder that looks unchanged.",
        default=3,
    )
    ignore: tuple[str, ...] = key(
        kinds.TEXTS,
        "Names of folders that are never entered (`*` and `?` match).",
        default=(".snapshot", ".zfs"),
    )


class Database(Section):
    """Where scans are remembered."""

    url: str | None = key(
        kinds.TEXT,
        "A studio's own PostgreSQL, as in `postgresql://user@host/name`.",
        example='"postgresql://user@host/name"',
        secret=True,
        unset="the bundled one, started when needed",
    )
    data_dir: Path | None = key(
        kinds.PATH, "Folder of the bundled database.", unset="`postgres` in `data_dir`"
    )


class Server(Section):
    """A studio's Rushes server: where commands find its records, and what it trusts itself."""

    url: str | None = key(
        kinds.TEXT,
        "Where it is.",
        example='"https://rushes.studio"',
        unset="the database itself",
        also=("RUSHES_URL",),
    )
    token: str | None = key(
        kinds.TEXT,
        "A token of `rushes token create`, made on the server.",
        secret=True,
        also=("RUSHES_TOKEN",),
    )
    trusted_proxies: tuple[str, ...] = key(
        kinds.NETWORKS,
        "Proxies before this server that say truly in `X-Forwarded-For` who asks.",
        default=(),
    )
    storage_roots: tuple[str, ...] = key(
        kinds.FOLDERS,
        "The only folders that this server writes to; none is wherever the house's admins say that"
        " a project lies.",
        default=(),
    )
    movements: int = key(
        kinds.POSITIVE,
        "How many ingests and deliveries the server's worker carries out at once; others wait.",
        default=4,
    )


class Watch(Section):
    """How `rushes watch` follows a render."""

    stall_after: float = key(
        kinds.SECONDS,
        "Seconds without a new frame after which a file sequence has stalled.",
        default=300.0,
    )
    poll: float = key(kinds.SECONDS, "Seconds between two looks at a network mount.", default=2.0)


class Report(Section):
    """What goes into the HTML report."""

    thumbnails: bool = key(kinds.SWITCH, "Show first, middle and last frames.", default=True)


class Policy(Section):
    """Where the studio's own policies lie."""

    folder: Path | None = key(
        kinds.PATH,
        "Folder of the studio's own policies, one `name.toml` each.",
        example='"policies"',
    )


class Qc(Section):
    """How quality checks are recorded beside the media, and signed."""

    sidecar_mode: str = key(
        kinds.choice("subdir", "dot", "inline"),
        "Where sidecars lie: in `.qc` beside the asset, hidden next to it, or in plain sight.",
        default="subdir",
    )
    sidecar_root: Path | None = key(
        kinds.PATH,
        "Folder that sidecars and hash caches are kept in instead, in the tree's own structure.",
        unset="beside the media",
        example='"/qc/records"',
    )
    algorithm: str = key(
        kinds.choice("blake3", "sha256", "xxh3_128"),
        "How content is hashed; xxh3_128 finds accidents, not forgery.",
        default="blake3",
    )
    policy_version: str | None = key(
        kinds.TEXT,
        "A change of this asks for all passes anew.",
        example='"2025.11.0"',
        unset="the version of the policy given with `--policy`",
        also=("QC_POLICY_VERSION",),
    )
    keys: Path | None = key(
        kinds.PATH,
        "Folder of private keys and of trusted public ones.",
        unset="`keys` in `data_dir`",
    )
    trusted_keys: Path | None = key(
        kinds.PATH,
        "A studio's shared folder of public keys, trusted besides one's own.",
        example='"/studio/qc-keys"',
    )
    passphrase: str | None = key(
        kinds.TEXT, "What unlocks the private key.", secret=True, unset="asked for on a terminal"
    )
    secret: str | None = key(
        kinds.TEXT,
        "One secret that all sign with (HMAC-SHA-256), instead of keys.",
        secret=True,
    )
    # The last one: from here on, the name is taken.
    key: str | None = key(
        kinds.TEXT,
        "The name of the key to sign with.",
        example='"alice"',
        unset="the only private key there is, if there is one",
    )


class Tracking(Section):
    """Where publishes are written down."""

    backend: str = key(
        kinds.choice("database", "json"),
        "The studio's records, or a file of JSON lines that needs no database.",
        default="database",
    )
    json_path: Path | None = key(
        kinds.PATH,
        "The file of the backend `json`.",
        example='"data/publishes.jsonl"',
        unset="`publishes.jsonl` in `data_dir`",
    )
    trackers: tuple[str, ...] = key(
        kinds.TEXTS,
        "Other trackers, by name, that are told of the Versions of an ingest.",
        default=(),
        example='["elsewhere"]',
    )


class Trak(Section):
    """The Trak asset tracker."""

    base_url: str | None = key(
        kinds.TEXT,
        "Where its API is.",
        example='"https://trak.example.com/api/v1/"',
        also=("TRAK_BASE_URL",),
    )
    api_key: str | None = key(
        kinds.TEXT, "Its API key.", secret=True, also=("TRAK_ASSET_TRACKER_API_KEY",)
    )
    token: str | None = key(kinds.TEXT, "A bearer token.", secret=True, also=("TRAK_TOKEN",))
    timeout: float = key(kinds.SECONDS, "Seconds that one answer may take.", default=10.0)


class Settings(Section):
    """All settings of one run, and where each came from.

    `origins` holds the names (`scan.workers`, `shots.demo/sh010`) that are not defaults; ask
    `origin`. `files` are those read, the weakest first; `notes` are sentences on what was
    chosen or left aside while reading, for `rushes config show` and `rushes info`.
    """

    shows_root: Path | None = key(kinds.PATH, "The folder that holds all shows.", example='"shows"')
    data_dir: Path = key(
        kinds.PATH,
        "Folder of what Rushes remembers.",
        factory=folders.data_folder,
        unset="the platform's folder for a person's data",
    )
    log_dir: Path = key(
        kinds.PATH,
        "Folder of the log file.",
        factory=lambda: folders.data_folder() / "logs",
        unset="`logs` in `data_dir`",
    )
    shots: Mapping[str, str] = key(
        kinds.FRAMES,
        "Frames that ought to be there, by `show/shot` or `show/sequence/shot`.",
        factory=dict,
    )
    naming: Naming = plain(factory=Naming)
    layout: Layout = plain(factory=Layout)
    thresholds: Thresholds = plain(factory=Thresholds)
    disk: Disk = plain(factory=Disk)
    frames: Frames = plain(factory=Frames)
    scan: Scan = plain(factory=Scan)
    database: Database = plain(factory=Database)
    server: Server = plain(factory=Server)
    watch: Watch = plain(factory=Watch)
    report: Report = plain(factory=Report)
    policy: Policy = plain(factory=Policy)
    qc: Qc = plain(factory=Qc)
    tracking: Tracking = plain(factory=Tracking)
    trak: Trak = plain(factory=Trak)
    webhooks: Webhooks = plain(factory=Webhooks)
    deliver: Deliver = plain(factory=Deliver)
    ingest: Ingest = plain(factory=Ingest)
    profile: str = plain(default="")
    log_name: str = plain(default="rushes.log")
    origins: Mapping[str, Origin] = plain(factory=dict)
    files: tuple[Path, ...] = plain(default=())
    notes: tuple[str, ...] = plain(default=())

    @property
    def log_file(self) -> Path:
        """The file that `core.logs` writes to."""
        return self.log_dir / self.log_name

    def origin(self, name: str) -> Origin:
        """Where the value of `name`, as in `scan.workers`, comes from."""
        return self.origins.get(name, DEFAULT)

    def value(self, name: str) -> object:
        """The value of `name`, as in `scan.workers`. Raises `AttributeError` on an unknown one."""
        found: object = self
        for part in name.split("."):
            found = getattr(found, part)
        return found
