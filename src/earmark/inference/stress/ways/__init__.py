"""One file = one way to disturb a sound; they are found by themselves."""
