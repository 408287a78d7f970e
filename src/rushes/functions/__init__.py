"""Serverless functions: one event in, one document out."""
