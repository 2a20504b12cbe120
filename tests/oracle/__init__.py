"""The real upstream tools, as functions that judge what oib emits."""
