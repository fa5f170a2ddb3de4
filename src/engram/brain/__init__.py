"""The associative brain: text becomes neurons, synapses and fibers, and a question spreads over them."""
