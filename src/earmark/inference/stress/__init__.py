"""Where does a saved model break: its accuracy on the same clips, disturbed more and more."""
