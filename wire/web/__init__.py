"""What every page shares, on the edge and at the centre: its frame, its words, its style and its live stream."""
