//! What a backbone expects and where its features are: `models/<name>.toml`.
