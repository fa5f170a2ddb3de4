"""What a peer can do wrong, done for real: a server on this machine that plays scripts of bytes."""
