//! What the built program does, seen from outside.

mod architecture;
mod archives;
mod audit;
mod browser;
mod classifier;
mod coders;
mod compare;
mod engine_parity;
mod errors;
mod estimate;
mod estimate_faces;
mod finetune;
mod library;
mod predict;
mod python;
mod quantize;
mod readme;
mod real_faces;
mod reference;
mod scale;
mod tables;
mod train;
mod tune;
mod world;
