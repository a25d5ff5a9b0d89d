"""``python -m monitor`` is the same as ``hotspots``."""

from monitor.cli import main

main()
