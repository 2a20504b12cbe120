"""What a blueprint passes through to a tool: values in plain form, and variables held against a catalogue."""
