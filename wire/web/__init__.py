"""What every page shares, on the edge and at the centre: the frame of a page, its words, its style and its live stream."""
