//! What a page must be for its readers, on a phone and on a desk, in light and in dark, on screen
//! and on paper. What a reader's eye would find is measured in the page by `measure.js`; what the
//! page does behind it, the browser tells.

use super::chromium::{Chromium, Event, file_url, from_base64};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const MEASURE: &str = include_str!("measure.js");

/// So many faults of one kind are told of one look; the rest are counted.
const TOLD: usize = 5;

/// Of the window, in CSS pixels: a phone's.
const HEIGHT: u32 = 844;

/// How a page is looked at.
struct Way {
    name: &'static str,
    width: u32,
    media: &'static str,
    scheme: &'static str,
}

impl Way {
    const fn new(
        name: &'static str,
        width: u32,
        media: &'static str,
        scheme: &'static str,
    ) -> Self {
        Self {
            name,
            width,
            media,
            scheme,
        }
    }
}

const WAYS: [Way; 6] = [
    // The narrowest phone that is still usual.
    Way::new("light", 360, "screen", "light"),
    Way::new("light", 390, "screen", "light"),
    Way::new("dark", 390, "screen", "dark"),
    Way::new("light", 1280, "screen", "light"),
    Way::new("dark", 1280, "screen", "dark"),
    Way::new("print", 1280, "print", "light"),
];

/// What a look at a page found.
pub struct Findings {
    /// A line each: width, scheme, what is wrong, where.
    pub complaints: Vec<String>,
    /// The length of the file.
    pub bytes: u64,
}

/// Looks at one file in every way.
pub struct Looker {
    pub chromium: PathBuf,
    /// Where to leave pictures of what was seen, `<name>-<width>-<scheme>.png`.
    pub screenshots: Option<PathBuf>,
}

impl Looker {
    /// Opens `page` anew in every way and tells what is wrong. `name` is what its screenshots are
    /// called.
    ///
    /// # Panics
    /// Where the browser fails, or shows the page otherwise than it was told to.
    pub fn look(&self, name: &str, page: &Path) -> Findings {
        let url = file_url(page);
        let mut chromium = Chromium::open(&self.chromium);
        for domain in ["Page", "Runtime", "Log", "Network"] {
            chromium.call(&format!("{domain}.enable"), json!({}));
        }
        chromium.call("Page.setLifecycleEventsEnabled", json!({"enabled": true}));
        chromium.call("Network.setCacheDisabled", json!({"cacheDisabled": true}));
        let mut complaints = Vec::new();
        for way in &WAYS {
            open(&mut chromium, &url, way);
            if let Some(folder) = &self.screenshots {
                let file = format!("{name}-{}-{}.png", way.width, way.name);
                screenshot(&mut chromium, way, &folder.join(file));
            }
            let mut faults = measured(&mut chromium, way);
            let events = chromium.events();
            faults.extend(events.iter().filter_map(|event| unwanted(event, &url)));
            let head = format!("{} px, {}", way.width, way.name);
            complaints.extend(worst(faults).map(|line| format!("{head}: {}", one_line(&line))));
        }
        Findings {
            complaints,
            bytes: fs::metadata(page).unwrap().len(),
        }
    }
}

/// Something wrong, the worse the more severe. Faults of one kind are told together.
struct Fault {
    kind: String,
    line: String,
    severity: f64,
}

fn open(chromium: &mut Chromium, url: &str, way: &Way) {
    chromium.call(
        "Emulation.setDeviceMetricsOverride",
        json!({"width": way.width, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": false}),
    );
    let scheme = json!({"name": "prefers-color-scheme", "value": way.scheme});
    chromium.call(
        "Emulation.setEmulatedMedia",
        json!({"media": way.media, "features": [scheme]}),
    );
    chromium.events();
    let opened = chromium.call("Page.navigate", json!({"url": url}));
    assert!(opened["errorText"].is_null(), "{url}: {opened}");
    chromium.wait_for("loading the page", |event| {
        event.method == "Page.lifecycleEvent"
            && event.params["name"] == "load"
            && event.params["loaderId"] == opened["loaderId"]
    });
}

fn measured(chromium: &mut Chromium, way: &Way) -> Vec<Fault> {
    let print = way.media == "print";
    let found = chromium.evaluate(&format!("({MEASURE}\n)({print})"));
    assert_eq!(found["width"], way.width);
    assert_eq!(found["dark"], way.scheme == "dark");
    assert_eq!(found["print"], print);
    assert!(found["texts"].as_u64() > Some(0), "the page has no text");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let line = |fault: &Value| format!("{}: {}", text(&fault["what"]), text(&fault["where"]));
    let faults = found["faults"].as_array().unwrap().iter();
    let faults = faults.map(|fault| Fault {
        kind: text(&fault["kind"]),
        line: match fault["alike"].as_u64() {
            Some(alike) if alike > 0 => format!("{} and {alike} alike", line(fault)),
            _ => line(fault),
        },
        severity: fault["severity"].as_f64().unwrap(),
    });
    faults.collect()
}

/// The fault that an event is, if it is one: a page that is read says nothing and loads nothing.
fn unwanted(event: &Event, page: &str) -> Option<Fault> {
    let params = &event.params;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (kind, line) = match event.method.as_str() {
        "Network.requestWillBeSent" => ("request", text(&params["request"]["url"])),
        "Network.webSocketCreated" | "Network.webTransportCreated" => {
            ("request", text(&params["url"]))
        }
        "Runtime.consoleAPICalled" => {
            let said = params["args"].as_array().unwrap().iter().map(spoken);
            ("console", said.collect::<Vec<_>>().join(" "))
        }
        "Runtime.exceptionThrown" => {
            let thrown = &params["exceptionDetails"]["exception"];
            ("exception", spoken(thrown))
        }
        "Log.entryAdded" => {
            let entry = &params["entry"];
            (
                "log",
                format!("{} {}", text(&entry["text"]), text(&entry["url"])),
            )
        }
        _ => return None,
    };
    if kind == "request" && (line == page || line.starts_with("data:")) {
        return None;
    }
    Some(Fault {
        kind: kind.to_owned(),
        line: format!("{kind}: {line}"),
        severity: 1.0,
    })
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A JavaScript value, as the browser describes it.
fn spoken(object: &Value) -> String {
    match (&object["description"], &object["value"]) {
        (Value::String(text), _) | (_, Value::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    }
}

/// Of every kind the worst few, and how many more there are.
fn worst(faults: Vec<Fault>) -> impl Iterator<Item = String> {
    let mut kinds: BTreeMap<String, Vec<Fault>> = BTreeMap::new();
    for fault in faults {
        kinds.entry(fault.kind.clone()).or_default().push(fault);
    }
    kinds.into_iter().flat_map(|(kind, mut faults)| {
        faults.sort_by(|a, b| b.severity.total_cmp(&a.severity));
        let more = faults.len().saturating_sub(TOLD);
        let told = faults.into_iter().take(TOLD).map(|fault| fault.line);
        let rest = (more > 0).then(|| format!("{kind}: and {more} more"));
        told.chain(rest).collect::<Vec<_>>()
    })
}

fn screenshot(chromium: &mut Chromium, way: &Way, to: &Path) {
    let size = chromium.call("Page.getLayoutMetrics", json!({}));
    let height = &size["cssContentSize"]["height"];
    let clip = json!({"x": 0, "y": 0, "width": way.width, "height": height, "scale": 1});
    let picture = chromium.call(
        "Page.captureScreenshot",
        json!({"format": "png", "captureBeyondViewport": true, "clip": clip}),
    );
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    fs::write(to, from_base64(picture["data"].as_str().unwrap())).unwrap();
}
