"""``python -m monitor`` is the same as ``hotspots``."""

from monitor.cli.main import main

main()
