"""What more than one kind of board needs."""
