//! The project's own scenarios as far as they are sound.
//!
//! Many tests play every scenario file. One file that its author is still writing must not turn all
//! of them red: the test `scenarios` says already what is wrong with it, and where. So a file that
//! is no scenario, or that does not agree, is passed over here, aloud.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use event70::engine::{Expectations, Trial};
use event70::format::{ScenarioFile, discover, load};
use event70::reference::{Reference, Simulated};

/// A scenario file that holds.
pub(crate) struct Sound {
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) file: ScenarioFile,
}

struct Files {
    sound: Vec<Sound>,
    passed_over: Vec<PathBuf>,
}

static FILES: LazyLock<Files> = LazyLock::new(|| {
    let mut files = Files { sound: Vec::new(), passed_over: Vec::new() };
    for found in discover(&manifest().join("scenarios")) {
        match load(&found.path).ok().filter(|file| found.problem.is_none() && agrees(file)) {
            Some(file) => {
                files.sound.push(Sound {
                    name: found.name.raw().to_owned(),
                    path: found.path,
                    file,
                });
            }
            None => files.passed_over.push(found.path),
        }
    }
    if !files.passed_over.is_empty() {
        let paths = &files.passed_over;
        super::skip(&format!("not sound, the test `scenarios` says why: {paths:?}"));
    }
    files
});

fn manifest() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn agrees(file: &ScenarioFile) -> bool {
    let (site, assumed) = (Simulated::new(&file.scenario.setup), file.assume.assignment());
    let expected = Expectations { steps: &file.expected, under: file.assume.or_default() };
    let mut trial = Trial::assuming(assumed.into());
    let mut reference = Reference::new().assuming(assumed);
    trial.show(&file.scenario, expected, site, &mut reference, |_| {}).is_none()
}

/// Every scenario file of the project that holds.
pub(crate) fn files() -> &'static [Sound] {
    &FILES.sound
}

/// A folder that looks like the project and whose `scenarios` all hold: the project itself, unless
/// a file must be passed over.
pub(crate) fn project() -> PathBuf {
    if FILES.passed_over.is_empty() {
        return manifest().to_owned();
    }
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("sound-{}", std::process::id()));
    for Sound { path, .. } in &FILES.sound {
        let target = copy.join(path.strip_prefix(manifest()).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(path, target).unwrap();
    }
    #[cfg(unix)]
    for beside in ["harness", "tests", "target"] {
        let _ = std::os::unix::fs::symlink(manifest().join(beside), copy.join(beside));
    }
    copy
}
