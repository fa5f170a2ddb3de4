"""What a brain does: encode, answer, activate, fade, grow stronger, choose for a context, learn."""
