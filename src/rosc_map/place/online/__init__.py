"""Outside services about places. Nothing here runs unless somebody asks for it."""
