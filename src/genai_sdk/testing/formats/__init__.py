"""The formats that vendors write calls and answers in; a wire is a format on a path, behind a key."""
