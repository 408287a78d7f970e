"""Policies: what a studio, a client or a standard wants of images, as rules that can be checked."""
