"""What works on a brain: encoding, asking, activation, forgetting, training, choosing for a context.

The work is done by the server behind the storage. What stands here says what is wanted and reads what comes back.
"""
