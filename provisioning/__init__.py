"""What a technician uses to turn blank devices into working ones."""
