//! Which engine runs a graph on which device. What was asked for by name is taken or refused;
//! nothing falls back to another device.

use super::burn;
use super::checked::Checked;
use super::error::EngineError;
use super::install::INSTALL;
use super::interface::{Choice, Engine, Opened, Options, Probe};
use super::onnxruntime::{self, OnnxRuntime, Place};
use super::sizes::check_sizes;
use crate::Precision;
use crate::graph::Prepared;
use crate::onnx::ModelProto;

/// Loads `prepared` into an engine.
///
/// # Errors
/// When the graph makes tensors that are too large, or the chosen engine is not there, has no such device or
/// precision, or cannot run the graph.
pub fn open(prepared: &Prepared, options: &Options) -> Result<Opened, EngineError> {
    check_sizes(&prepared.model, prepared.height, prepared.width)?;
    let device = options.device.as_deref().unwrap_or(burn::CPU);
    let on_cpu = burn::on_cpu(device);
    if on_cpu && options.precision == Precision::F16 {
        return Err(EngineError::NoHalf("the CPU".into()));
    }
    let burn = || burn(prepared, device, options);
    let onnxruntime = || onnxruntime(prepared, device, options);
    match options.choice {
        Choice::Burn => burn(),
        Choice::OnnxRuntime => match onnxruntime::find_library().misnamed {
            Some(path) => Err(EngineError::MisnamedOnnxRuntime(path)),
            None => onnxruntime(),
        },
        Choice::Auto if on_cpu => match onnxruntime() {
            Ok(opened) => {
                let misnamed = onnxruntime::runtime()?.search.misnamed.clone();
                let hint = misnamed.map(|path| EngineError::MisnamedOnnxRuntime(path).to_string());
                Ok(Opened { hint, ..opened })
            }
            Err(error) => Ok(Opened {
                hint: Some(why_burn(error)),
                ..burn()?
            }),
        },
        Choice::Auto if Place::of(device).is_some() => match onnxruntime() {
            Ok(opened) => Ok(opened),
            Err(error) if burn::has(device) => Ok(Opened {
                hint: Some(format!("ONNX Runtime was not used: {error}")),
                ..burn()?
            }),
            Err(error) => Err(EngineError::NobodyHas {
                device: device.into(),
                onnxruntime: error.to_string(),
                burn: burn::families().join(", "),
            }),
        },
        Choice::Auto => burn(),
    }
}

/// Loads a model as it is, to look into it.
///
/// # Errors
/// When the chosen engine is not there or cannot run the model.
pub fn probe(model: &ModelProto, options: &Options) -> Result<Box<dyn Probe>, EngineError> {
    let burn = matches!(options.choice, Choice::Burn)
        || (options.choice == Choice::Auto && onnxruntime::runtime().is_err());
    Ok(match burn {
        true => Box::new(burn::BurnProbe::load(model)?),
        false => Box::new(onnxruntime::OnnxRuntimeProbe::load(model, options.threads)?),
    })
}

fn burn(prepared: &Prepared, device: &str, options: &Options) -> Result<Opened, EngineError> {
    let Options {
        threads, precision, ..
    } = *options;
    let load = |device, precision| burn::BurnEngine::load(prepared, device, threads, precision);
    let engine = Box::new(load(device, precision)?);
    let note = engine.tries_kernels().then(|| {
        format!(
            "the first run on {device} tries out which kernels are fastest, which takes minutes; \
             later runs start at once"
        )
    });
    Ok(Opened {
        engine: held_against(device, engine, || {
            Ok(Box::new(load(burn::CPU, Precision::F32)?))
        })?,
        hint: None,
        note,
    })
}

fn onnxruntime(
    prepared: &Prepared,
    device: &str,
    options: &Options,
) -> Result<Opened, EngineError> {
    if options.precision == Precision::F16 {
        return Err(EngineError::NoHalf("ONNX Runtime".into()));
    }
    let unknown = || EngineError::UnknownDevice {
        device: device.into(),
        known: Place::known().into(),
    };
    let place = Place::of(device).ok_or_else(unknown)?;
    let load = |place| OnnxRuntime::load(prepared, place, options.threads);
    let engine = Box::new(load(place)?);
    Ok(Opened {
        engine: held_against(device, engine, || Ok(Box::new(load(Place::Cpu)?)))?,
        hint: None,
        note: None,
    })
}

/// The engine, which has to agree with the same one on the CPU if it is not that itself.
fn held_against(
    device: &str,
    engine: Box<dyn Engine>,
    cpu: impl FnOnce() -> Result<Box<dyn Engine>, EngineError>,
) -> Result<Box<dyn Engine>, EngineError> {
    if burn::on_cpu(device) {
        return Ok(engine);
    }
    Ok(Box::new(Checked::new(engine, cpu()?)))
}

/// Why Burn runs where ONNX Runtime might.
fn why_burn(error: EngineError) -> String {
    let faster = format!("{INSTALL} makes this several times faster on a CPU");
    match error {
        EngineError::NoOnnxRuntime { misnamed: None } => faster,
        EngineError::NoOnnxRuntime {
            misnamed: Some(path),
        } => {
            format!("{}; {faster}", EngineError::MisnamedOnnxRuntime(path))
        }
        EngineError::BadOnnxRuntime { .. } => format!("{error}; {faster}"),
        other => format!("ONNX Runtime was not used: {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::samples;
    use crate::hint::Hint;

    /// Why no engine was opened.
    fn refused(choice: Choice, device: &str, precision: Precision) -> EngineError {
        let prepared = Prepared {
            model: samples::small_cnn(),
            height: 4,
            width: 4,
            digest: String::new(),
        };
        let options = Options {
            choice,
            device: Some(device.into()),
            threads: 1,
            precision,
        };
        match open(&prepared, &options) {
            Err(error) => error,
            Ok(opened) => panic!("{:?}", opened.engine.info()),
        }
    }

    #[test]
    fn half_precision_on_a_cpu_is_refused_whatever_the_engine() {
        for choice in [Choice::Auto, Choice::Burn, Choice::OnnxRuntime] {
            let error = refused(choice, "cpu", Precision::F16);
            assert!(matches!(error, EngineError::NoHalf(_)), "{error}");
            assert!(error.hint().unwrap().to_string().contains("GPU"));
        }
    }

    #[test]
    fn cuda_without_a_library_that_has_it_is_an_error_that_says_what_there_is() {
        match Place::Cuda(0).providers() {
            Err(EngineError::NoCuda { .. }) => (),
            Err(error) => return eprintln!("skipped: {error}"),
            Ok(_) => return eprintln!("skipped: this ONNX Runtime has CUDA"),
        }
        let error = refused(Choice::OnnxRuntime, "cuda:0", Precision::F32);
        assert!(error.to_string().contains("built without CUDA"), "{error}");
        assert!(
            error
                .hint()
                .unwrap()
                .to_string()
                .contains("onnxruntime-gpu")
        );
        if burn::has("cuda:0") {
            return eprintln!("skipped: the burn engine has CUDA");
        }
        let error = refused(Choice::Auto, "cuda:0", Precision::F32);
        let told = error.to_string();
        assert!(
            told.contains("`cuda:0`") && told.contains("built without CUDA"),
            "{told}"
        );
        assert!(told.contains(burn::CPU), "{told}");
    }

    #[test]
    fn a_device_that_onnxruntime_does_not_know_is_refused_by_name() {
        if onnxruntime::find_library().misnamed.is_some() {
            return eprintln!("skipped: ORT_DYLIB_PATH names no library");
        }
        let error = refused(Choice::OnnxRuntime, "vulkan:0", Precision::F32).to_string();
        assert!(
            error.contains("`vulkan:0`") && error.contains("cuda:0"),
            "{error}"
        );
    }
}
