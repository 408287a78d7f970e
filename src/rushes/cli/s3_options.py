"""The options of every command that moves files of S3; `s3_terms` tells what they come to."""

from __future__ import annotations

import click

ENDPOINT = click.option(
    "--endpoint", default="", metavar="URL", help="An S3 that is not Amazon's own."
)
BANDWIDTH = click.option(
    "--bandwidth", default="", metavar="SIZE", help="At most so much a second, as in 50MB."
)
STORAGE_CLASS = click.option(
    "--storage-class",
    default="",
    metavar="CLASS",
    help="The storage class of what is uploaded, as in STANDARD_IA.",
)
SSE = click.option(
    "--sse",
    default="",
    metavar="AES256|aws:kms[:KEY]",
    help="How S3 is to encrypt what is uploaded, and with which key.",
)
_PROFILE = "Use the keys, region and endpoint of this profile of AWS's files, as AWS_PROFILE does."


def says_profile_of_aws(built: click.Command) -> click.Command:
    """The command with `--profile` told as AWS's, whose tools have it so; settings' profiles go by
    RUSHES_PROFILE there.
    """
    for one in built.params:
        if isinstance(one, click.Option) and one.name == "profile":
            one.help = _PROFILE
    return built
