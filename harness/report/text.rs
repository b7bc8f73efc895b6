//! The whole story of a trial as a person reads it; the snapshots hold the same, counted from step
//! to step.

use std::fmt::Write;
use std::path::Path;

use event70_engine::{Breach, Disagreement, Verdict};
use event70_model::{
    Category, Condition, Keyword, Limits, LoggingChange, MessageFile, Repair, Setting, Setup, Step,
    clock, count, pasted_path,
};
use event70_rule::{
    Documented, Evidence, ExportKind, Outcome, Since, Standing, StepPrediction, row,
};

use super::account::{Account, StepAccount};
use super::event_groups::{EventGroup, RepeatedLine, StepLine};
use super::layout::{listed, wrap};

/// One line: the verdict, how many Event 70 there were, the name, the title.
#[must_use]
pub fn headline(account: &Account) -> String {
    let verdict = account.verdict().to_string();
    let event_70 = account.event_70();
    let name = pasted_path(Path::new(account.name.raw()));
    format!("{verdict:<10}{event_70:>6}  {name}: {}", account.file.title.shown())
}

/// Which numbers a story shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbers {
    /// Times of day, files and steps as they are: for whoever looks for them in a log.
    AsLogged,
    /// Times and files counted from the beginning of each step, steps without a number: another
    /// step in the middle leaves every other step's story as it is. The snapshots are told so.
    FromStep,
}

/// The whole story: what the site is, and for each step what happened, what was logged, and why.
#[must_use]
pub fn story(account: &Account, numbers: Numbers) -> String {
    let mut text = String::new();
    let file = &account.file;
    let _ = writeln!(text, "{}", file.title.shown());
    let sources: Vec<String> =
        file.source.iter().map(|source| source.shown().to_string()).collect();
    if !sources.is_empty() {
        let _ = writeln!(text, "{}", wrap("source: ", 8, &sources.join("; ")));
    }
    if let Some(notes) = &file.notes {
        let _ = writeln!(text, "{}", wrap("notes:  ", 8, &notes.shown().to_string()));
    }
    let _ = writeln!(text, "{}", wrap("site:   ", 8, &site(&file.scenario.setup)));
    let timeline = &file.scenario.timeline;
    for (index, step) in account.steps.iter().enumerate() {
        let teller = Teller { numbers, timeline, index, step };
        let _ = write!(text, "\n{}", teller.story());
    }
    let _ = write!(text, "\n{}", verdict(account));
    text
}

/// The site in one sentence.
pub(super) fn site(setup: &Setup) -> String {
    let levels = |change: LoggingChange, category: &Category| {
        change.with(*category, setup.logging.level(*category))
    };
    let logging = Category::ALL.iter().fold(LoggingChange::default(), levels);
    let wrong: Vec<String> =
        setup.conditions.iter().map(|condition| condition.to_string()).collect();
    let wrong = if wrong.is_empty() { "nothing".to_owned() } else { listed(&wrong) };
    format!(
        "Exchange {}, {} post office on {}, logging {logging}{}; wrong from the start: {wrong}",
        setup.exchange,
        setup.database,
        setup.host,
        limits(setup.limits)
    )
}

/// The limits that are not the defaults, each after a comma.
fn limits(now: Limits) -> String {
    let usual = Limits::default();
    let poll = format!(", a cycle every {} s", now.poll_seconds);
    let batch =
        |max: u16, program| format!(", at most {} per {program}", count(max.into(), "message"));
    let told = [
        (now.poll_seconds != usual.poll_seconds).then_some(poll),
        (now.export_max != usual.export_max).then(|| batch(now.export_max, "EXPORT")),
        (now.import_max != usual.import_max).then(|| batch(now.import_max, "IMPORT")),
    ];
    told.into_iter().flatten().collect()
}

/// Renders one step.
struct Teller<'a> {
    numbers: Numbers,
    timeline: &'a [Step],
    index: usize,
    step: &'a StepAccount,
}

impl Teller<'_> {
    fn story(&self) -> String {
        let step = self.step;
        let mut text = match self.numbers {
            Numbers::AsLogged => format!("{:>3}  {}\n", self.index + 1, step.step),
            Numbers::FromStep => format!("  -  {}\n", step.step),
        };
        for group in &step.groups {
            let _ = writeln!(text, "{}", self.group(group));
        }
        if step.untold > 0 {
            let _ = writeln!(text, "       … and {}", count(step.untold, "more line"));
        }
        if let Some(because) = self.because() {
            let _ = writeln!(text, "{}", wrap("     = ", 7, &because));
        }
        if let Some(disagreement) = &step.disagreement {
            let _ = writeln!(text, "{}", wrap("     ! ", 7, &disagreement.to_string()));
        }
        text
    }

    fn group(&self, group: &EventGroup) -> String {
        let EventGroup { at, lines, times, every } = group;
        let mut first = format!("     {:<8}  ", self.time(*at));
        let mut told = Vec::new();
        for RepeatedLine { line, times } in lines {
            let times = if *times == 1 { String::new() } else { format!(" × {times}") };
            let text = self.counted_from_step(&text_of(line), *at);
            told.push(wrap(&first, 15, &format!("{text}{times}")));
            first = " ".repeat(15);
        }
        if *times > 1 {
            let until = self.time(at + every * u64::from(times - 1));
            told.push(format!("{first}the same × {times}, every {every} s until {until}"));
        }
        told.join("\n")
    }

    fn time(&self, at: u64) -> String {
        match self.numbers {
            Numbers::AsLogged => clock(at).time().to_string(),
            Numbers::FromStep => elapsed(at - self.step.begins_at),
        }
    }

    /// Why the step logged what it did, if EXPORT ran in it or maintenance was done.
    fn because(&self) -> Option<String> {
        if self.step.step == Step::Repair(Repair::Analyze) {
            return Some(analysis(self.step));
        }
        let told = |since: &Since| match (self.numbers, since) {
            (Numbers::FromStep, Since::Step(step)) => match self.timeline.get(*step as usize) {
                Some(step) => format!("since \"{step}\""),
                None => since.to_string(),
            },
            _ => since.to_string(),
        };
        reason(&self.step.predicted, told)
    }

    /// The text of something logged at a time, with its files and that time counted from the step.
    fn counted_from_step(&self, text: &str, at: u64) -> String {
        if self.numbers == Numbers::AsLogged {
            return text.to_owned();
        }
        let in_full = clock(at).strftime("%Y-%m-%d %H:%M:%S").to_string();
        files_from(self.step.next_file, &text.replace(&in_full, &self.time(at)))
    }
}

/// `+1:15`, with hours where there are any.
fn elapsed(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours == 0 {
        format!("+{minutes}:{seconds:02}")
    } else {
        format!("+{hours}:{minutes:02}:{seconds:02}")
    }
}

/// The text with every message file named by its place in the step: `msg#1.ccm` is the first.
fn files_from(first: MessageFile, text: &str) -> String {
    let mut told = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("msg") {
        told.push_str(&rest[..start]);
        rest = &rest[start..];
        let length = rest.find('.').map_or(0, |end| end + ".ccm".len());
        match rest.get(..length).and_then(MessageFile::from_text) {
            Some(file) => {
                // One before the step's own has a negative place.
                let place = file.distance_from(first) + 1;
                let _ = write!(told, "msg#{place}.ccm");
                rest = &rest[length..];
            }
            None => {
                told.push_str("msg");
                rest = &rest["msg".len()..];
            }
        }
    }
    told + rest
}

fn text_of(line: &StepLine) -> String {
    match line {
        StepLine::Run { job, ran, .. } => format!("{job}: {ran}"),
        StepLine::Undocumented { what, ran, .. } => format!("{what}: {ran}"),
        StepLine::Logged(entry) => format!(
            "{} {} {} {}: {}",
            entry.event_type.shown(),
            entry.event_id,
            entry.source_name.shown(),
            entry.category.shown(),
            entry.description().shown()
        ),
    }
}

/// What ANALYZE says (C10).
pub(super) fn analysis(step: &StepAccount) -> String {
    if step.verified {
        return "ANALYZE finds nothing: the maintenance is verified".to_owned();
    }
    let left: Vec<String> = step.damage().map(left).collect();
    format!("ANALYZE repairs nothing and finds {}", listed(&left))
}

/// A condition that holds, with its setting or what is left of it.
pub(super) fn left(standing: &Standing) -> String {
    match setting(standing) {
        Some(setting) => format!("{} ({setting})", standing.fault.condition),
        None => standing.fault.condition.to_string(),
    }
}

fn setting(standing: &Standing) -> Option<String> {
    match standing.fault.setting {
        Setting::None | Setting::Passes(1) => None,
        Setting::Passes(passes) => {
            Some(format!("{} of {passes} passes left", standing.passes_left))
        }
        setting => Some(setting.to_string()),
    }
}

/// How the EXPORT runs of a step must end, if it has any, and why; `told` says since when something
/// holds.
pub(super) fn reason(
    predicted: &StepPrediction,
    told: impl Fn(&Since) -> String,
) -> Option<String> {
    let exports = predicted.exports()?;
    let kind = match exports.kind {
        ExportKind::Messages => "message EXPORT",
        ExportKind::Directory => "directory EXPORT",
    };
    let runs = count(u64::from(exports.runs), kind);
    Some(match (&predicted.evidence, exports.outcome) {
        (None, _) => format!("no Event 70: nothing stands in the way of {runs}"),
        (Some(evidence), Outcome::Exits(3)) => {
            format!("{} Event 70 from {runs}: {}", exports.runs, why(evidence, told))
        }
        (Some(evidence), outcome) => {
            let outcome = outcome.of(exports.runs);
            format!("no Event 70: {runs} {outcome}: {}", why(evidence, told))
        }
    })
}

/// The evidence as a sentence: what decided, since when, by which document, and what it masks.
fn why(evidence: &Evidence, told: impl Fn(&Since) -> String) -> String {
    let entry = evidence.condition().entry();
    let row = row(evidence.standing.fault);
    let documents: Vec<String> = entry.source.iter().map(ToString::to_string).collect();
    let masked: Vec<String> = evidence.masks.iter().map(|c: Condition| c.to_string()).collect();
    let masks =
        if masked.is_empty() { String::new() } else { format!("; masks {}", listed(&masked)) };
    let held = held(&evidence.standing, told);
    format!("{held} ({}; {}){masks}", row.class, documents.join(", "))
}

/// What holds and since when, with its setting's own time where it was set anew.
pub(super) fn held(standing: &Standing, told: impl Fn(&Since) -> String) -> String {
    let Standing { fault, since, set, .. } = standing;
    match setting(standing) {
        Some(setting) if set != since => {
            format!("{} {}, with {setting} {}", fault.condition, told(since), told(set))
        }
        _ => format!("{} {}", left(standing), told(since)),
    }
}

fn verdict(account: &Account) -> String {
    let predicted = account.predicted_event_70();
    let logged = account.event_70();
    let breach = account.finding.as_ref().map_or(Breach::Other, |f| f.disagreement.breach());
    let against = match breach {
        Breach::Article => " against the article".to_owned(),
        Breach::Document(document) => format!(" against {document}"),
        Breach::Assumption => " against what is assumed".to_owned(),
        Breach::Other => String::new(),
    };
    let mut text = format!(
        "verdict: {}{against}, {predicted} Event 70 predicted, {logged} logged\n",
        account.verdict()
    );
    if account.verdict() != Verdict::Agree
        && let Some(finding) = &account.finding
    {
        let place = format!("step {}: ", finding.step + 1);
        let _ = writeln!(text, "{}", wrap(&place, 8, &finding.disagreement.to_string()));
        if let Disagreement::Failed(failure) = &finding.disagreement {
            let report = failure.report.lines();
            text.extend(report.map(|line| format!("        {line}\n")));
        }
    }
    text
}
