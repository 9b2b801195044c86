"""The contract: every byte that passes between a board, an agent and the centre."""
