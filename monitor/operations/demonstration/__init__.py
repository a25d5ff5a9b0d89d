"""Everything on a synthetic London, with decisions and a plan as people make them."""
