"""The pages: ``hotspots serve``. app -> pages -> views -> access; templates and static files beside them."""
