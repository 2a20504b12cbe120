"""Writers of the formats that targets share: text whose every line knows its causes."""
