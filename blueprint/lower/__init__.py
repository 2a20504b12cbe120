"""From declarations to the model: values evaluated, validated and collected, with their spans."""
