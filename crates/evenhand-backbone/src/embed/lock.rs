//! The store, shared by threads.

use crate::store::Store;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Waits for the store. A thread that failed while it had it leaves it usable.
pub fn lock(store: &Mutex<Store>) -> MutexGuard<'_, Store> {
    store.lock().unwrap_or_else(PoisonError::into_inner)
}
