"""Endpoint policies: the document, whether it is full access, and the baseline to replace that by."""
