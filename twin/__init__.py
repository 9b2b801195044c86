"""The zone on a laptop: everything outside our own programs, at the other end of real cables."""
