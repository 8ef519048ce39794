//! Engine, feature store, lists of images and limits.

use crate::cli::args::{
    EngineChoice, EngineOptions, ImageOptions, LimitOptions, PrecisionChoice, StoreOptions,
    TableOptions,
};
use evenhand::backbone::engine::Choice;
use evenhand::dataset::ListOptions;
use evenhand::table::ReadOptions;
use evenhand::{EngineConfig, LimitConfig, Overwrite, StoreConfig};

/// The defaults, and what the user asked for.
pub fn engine(options: EngineOptions) -> EngineConfig {
    let mut config = EngineConfig::default();
    apply_engine(&mut config, options);
    config
}

/// Takes over what the user asked for.
pub fn apply_engine(config: &mut EngineConfig, options: EngineOptions) {
    let EngineOptions {
        engine,
        device,
        precision,
        threads,
    } = options;
    if let Some(PrecisionChoice(precision)) = precision {
        config.precision = precision;
    }
    if let Some(engine) = engine {
        config.engine = match engine {
            EngineChoice::Auto => Choice::Auto,
            EngineChoice::Onnxruntime => Choice::OnnxRuntime,
            EngineChoice::Burn => Choice::Burn,
        };
    }
    config.device = device.or(config.device.take());
    config.threads = threads.unwrap_or(config.threads);
}

pub fn store(options: StoreOptions) -> StoreConfig {
    let StoreOptions { store, no_store } = options;
    StoreConfig {
        keep: !no_store,
        folder: store,
    }
}

/// How images are found, and lists of them read.
pub fn list(images: ImageOptions, table: &TableOptions) -> ListOptions {
    let ImageOptions {
        image,
        image_root,
        image_ext,
    } = images;
    ListOptions {
        image,
        image_root,
        image_ext,
        read_options: ReadOptions::from(table).filled_in(),
        ..ListOptions::default()
    }
}

/// The limits of commands that give every image its row.
pub fn row_by_row(options: LimitOptions) -> LimitConfig {
    let mut config = LimitConfig::row_by_row();
    apply_limits(&mut config, options);
    config
}

pub(super) fn apply_limits(config: &mut LimitConfig, options: LimitOptions) {
    let LimitOptions {
        max_bad,
        max_pixels,
        max_bytes,
    } = options;
    config.max_bad = max_bad.unwrap_or(config.max_bad);
    config.max_pixels = max_pixels.unwrap_or(config.max_pixels);
    config.max_bytes = max_bytes.unwrap_or(config.max_bytes);
}

/// What `--force` means.
pub fn overwrite(force: bool) -> Overwrite {
    match force {
        true => Overwrite::Yes,
        false => Overwrite::No,
    }
}
