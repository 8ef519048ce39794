//! What the built program does, seen from outside.

mod architecture;
mod archives;
mod audit;
mod browser;
mod classifier;
mod engine_parity;
mod errors;
mod predict;
mod quantize;
mod real_faces;
mod train;
mod tune;
mod world;
