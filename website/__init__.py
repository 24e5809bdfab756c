"""The documentation as a site: `make docs` builds it into build/site, from what `docs/navigation.toml` lists."""
