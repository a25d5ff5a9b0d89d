"""What a case demands: points and dates. Frames in, frames out; no database, email, web or clock."""
