"""The states of StarlingX that have a catalogue, and the branches that each was derived from."""

#: Release -> branch of every repository, oldest first. `master` is what the release after 12.0 will be.
BRANCHES = {
    "9.0": "r/stx.9.0",
    "10.0": "r/stx.10.0",
    "11.0": "r/stx.11.0",
    "12.0": "r/stx.12.0",
    "master": "master",
}
