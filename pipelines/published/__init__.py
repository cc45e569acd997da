"""Fifth stage: what we say. Tables for people, the gate, the release folder and its pointer."""
