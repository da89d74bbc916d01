"""The figures of docs/performance.md: `make bench` measures them, and says which limit is broken."""
