"""How alike two headers are: tokens, and vectors whose cosine means something."""

from rushes.inspection.similarity.traits import channel_tokens, tokens, weighted_jaccard
from rushes.inspection.similarity.vectors import (
    EMBEDDING_VERSION,
    channel_fingerprint,
    channel_fingerprints,
    embedding,
)

__all__ = [
    "EMBEDDING_VERSION",
    "channel_fingerprint",
    "channel_fingerprints",
    "channel_tokens",
    "embedding",
    "tokens",
    "weighted_jaccard",
]
