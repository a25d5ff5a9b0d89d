"""What a case demands: points and dates. Frames in, frames out; no database, mail, web or clock."""
