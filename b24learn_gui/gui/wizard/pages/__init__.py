"""The pages of the wizard: one file each, drawing the flow only."""
