"""The pages: ``hotspots serve``. read `app` first: it puts routes, middleware and errors together."""
