"""The centre: tickets, handovers, parking and the fleet of zones."""
