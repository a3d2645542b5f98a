"""A naive DKIM signer, written from the RFCs for clarity, that makes the verification vectors."""
