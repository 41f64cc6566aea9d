"""The logs of the stand-ins go in; what went wrong comes out, a line of proof for each case."""
