//! A headless Chromium, spoken to in the DevTools protocol: JSON messages that end in a zero byte,
//! over a pipe. No port is opened, and every browser has a profile of its own that goes with it.

use serde_json::{Value, json};
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The longest wait for one answer or one event.
const PATIENCE: Duration = Duration::from_secs(30);

/// The longest wait for a browser that was asked to close.
const FAREWELL: Duration = Duration::from_secs(5);

/// The browser reads descriptor 3 and writes descriptor 4. A shell gives it its own input and
/// output there, since the standard library can redirect nothing else.
const ON_PIPES: &str = r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null"#;

const FLAGS: [&str; 14] = [
    "--headless",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    // A page that asks for the network is found out, and gets nothing.
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "about:blank",
];

/// What the browser tells unasked, such as a request that a page made.
#[derive(Debug)]
pub struct Event {
    pub method: String,
    pub params: Value,
}

/// One browser with one tab.
pub struct Chromium {
    browser: Child,
    to: ChildStdin,
    from: Receiver<Value>,
    events: Vec<Event>,
    tab: Option<String>,
    calls: u64,
    profile: TempDir,
}

impl Chromium {
    /// # Panics
    /// Where the program cannot be started or does not answer.
    pub fn open(program: &Path) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let complaints = fs::File::create(profile.path().join("stderr")).unwrap();
        let mut browser = Command::new("sh")
            .args(["-c", ON_PIPES])
            .arg(program)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .args(FLAGS)
            .env("TMPDIR", profile.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(complaints)
            .spawn()
            .unwrap();
        let to = browser.stdin.take().unwrap();
        let from = messages(browser.stdout.take().unwrap());
        let mut chromium = Self {
            browser,
            to,
            from,
            events: Vec::new(),
            tab: None,
            calls: 0,
            profile,
        };
        let target = chromium.call("Target.createTarget", json!({"url": "about:blank"}));
        let attached = chromium.call(
            "Target.attachToTarget",
            json!({"targetId": target["targetId"], "flatten": true}),
        );
        chromium.tab = Some(attached["sessionId"].as_str().unwrap().to_owned());
        chromium
    }

    /// Calls a method in the tab and waits for its result.
    ///
    /// # Panics
    /// When the browser answers with an error, or not in time.
    pub fn call(&mut self, method: &str, params: Value) -> Value {
        self.calls += 1;
        let id = self.calls;
        let mut message = json!({"id": id, "method": method, "params": params});
        if let Some(tab) = &self.tab {
            message["sessionId"] = json!(tab);
        }
        let sent = self.to.write_all(format!("{message}\0").as_bytes());
        if sent.is_err() {
            self.give_up(method, "the browser has ended");
        }
        let start = Instant::now();
        loop {
            let mut answer = self.receive(method, start);
            if answer["id"] == id {
                let error = &answer["error"];
                assert!(error.is_null(), "{method}: {error}");
                return answer["result"].take();
            }
            self.keep(answer);
        }
    }

    /// Waits until such an event is among those that [`Chromium::events`] will give.
    pub fn wait_for(&mut self, what: &str, is_it: impl Fn(&Event) -> bool) {
        let start = Instant::now();
        while !self.events.iter().any(&is_it) {
            let message = self.receive(what, start);
            self.keep(message);
        }
    }

    /// The events since the last time.
    pub fn events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// Runs an expression in the page, waits for the promise that it may be, and gives its value.
    pub fn evaluate(&mut self, expression: &str) -> Value {
        let params = json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        let mut answer = self.call("Runtime.evaluate", params);
        let problem = &answer["exceptionDetails"];
        assert!(problem.is_null(), "in the page: {problem:#}");
        answer["result"]["value"].take()
    }

    fn receive(&self, waiting_for: &str, since: Instant) -> Value {
        let left = PATIENCE.saturating_sub(since.elapsed());
        match self.from.recv_timeout(left) {
            Ok(message) => message,
            Err(RecvTimeoutError::Timeout) => self.give_up(waiting_for, "no answer in time"),
            Err(RecvTimeoutError::Disconnected) => {
                self.give_up(waiting_for, "the browser has ended")
            }
        }
    }

    fn keep(&mut self, mut message: Value) {
        if let Some(method) = message["method"].as_str() {
            self.events.push(Event {
                method: method.to_owned(),
                params: message["params"].take(),
            });
        }
    }

    fn give_up(&self, waiting_for: &str, why: &str) -> ! {
        let told = fs::read(self.profile.path().join("stderr")).unwrap_or_default();
        let told = String::from_utf8_lossy(&told);
        panic!("Chromium, {waiting_for}: {why}; it said:\n{told}");
    }
}

impl Drop for Chromium {
    /// Asks the browser to close, since one that is killed leaves files behind, and kills it where
    /// it does not. Its other processes end with it.
    fn drop(&mut self) {
        let _ = self
            .to
            .write_all(b"{\"id\":0,\"method\":\"Browser.close\"}\0");
        let start = Instant::now();
        while start.elapsed() < FAREWELL && matches!(self.browser.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.browser.kill();
        let _ = self.browser.wait();
    }
}

/// The browser's messages, read by a thread so that a wait for one can end.
fn messages(output: ChildStdout) -> Receiver<Value> {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        for message in BufReader::new(output).split(0) {
            let Ok(message) = message else { break };
            let Ok(message) = serde_json::from_slice(&message) else {
                break;
            };
            if send.send(message).is_err() {
                break;
            }
        }
    });
    receive
}

/// The address by which the browser opens a file.
pub fn file_url(path: &Path) -> String {
    let path = path.canonicalize().unwrap();
    let mut url = "file://".to_owned();
    for &byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            write!(url, "%{byte:02X}").unwrap();
        }
    }
    url
}

/// The bytes that the protocol sends as text (RFC 4648, section 4).
pub fn from_base64(text: &str) -> Vec<u8> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        other => panic!("{other} in base64"),
    };
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    for four in text.trim_end_matches('=').as_bytes().chunks(4) {
        let bits = four.iter().enumerate().fold(0, |bits, (at, &byte)| {
            bits | u32::from(value(byte)) << (18 - 6 * at)
        });
        bytes.extend_from_slice(&bits.to_be_bytes()[1..four.len()]);
    }
    bytes
}
