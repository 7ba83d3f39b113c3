"""What a model may do beside talking. It only ever asks: whether that is allowed is decided here, call by call."""
