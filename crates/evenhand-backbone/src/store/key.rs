//! Names images by their content.

/// BLAKE3 of the bytes of an image file: names its content, whatever the file is called.
pub type Key = [u8; 32];

/// The key of an image's bytes.
pub fn key(bytes: &[u8]) -> Key {
    blake3::hash(bytes).into()
}

/// A key as outputs show it.
pub fn hex(key: &Key) -> String {
    blake3::Hash::from_bytes(*key).to_hex().to_string()
}
