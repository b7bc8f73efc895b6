//! What `explore` found, reduced, told and saved.

use std::io;
use std::path::Path;

use event70_engine::{
    Control, Disagreement, Flaw, Found, Reduced, Relevance, Repeats, TestBed, Verdict, reduce,
    reduce_together, relevance, relevance_together,
};

use super::save::keep_scenario;
use super::{Format, Output, Status};
use crate::report::{BesideEntry, Counterexample, FoundEntry, Provenance, ReducedFinding};

/// A finding, reduced and reported.
pub(super) struct Kept {
    case: u64,
    repeats: Repeats,
    /// What is left of it; after it, what is left of the cases that it contradicts.
    reduced: Vec<(u64, Reduced, Counterexample)>,
}

impl Kept {
    /// Reduces a finding and checks which settings matter, within the time limit.
    pub(super) fn of<B: TestBed>(
        test_bed: &B,
        found: &Found,
        from: &Provenance,
        control: &Control,
        ended: &impl Fn() -> &'static str,
    ) -> Self {
        let is_beside_a_fresh_one =
            matches!(found.finding.disagreement, Disagreement::Malformed(Flaw::Unsteady { .. }));
        let reduced = match found.repeats.is_steady() && !is_beside_a_fresh_one {
            true => reduced(test_bed, found, control),
            false => None,
        };
        let unreduced = || found.all().map(|one| (one, one.unreduced())).collect();
        let mut reduced: Vec<(&Found, Reduced)> = reduced.unwrap_or_else(unreduced);
        // First the finding itself.
        reduced.reverse();
        let settings = reduced.iter().map(|(_, one)| settings(test_bed, found, one, control));
        let settings: Vec<Vec<Relevance>> = settings.collect();
        let findings = reduced
            .iter()
            .zip(&settings)
            .map(|((found, reduced), settings)| ReducedFinding { found, reduced, settings });
        let ended = (!control.goes_on()).then(ended);
        let told = Counterexample::all_of(&findings.collect::<Vec<_>>(), from, ended);
        let reduced = reduced.into_iter().zip(told);
        let reduced = reduced.map(|((found, reduced), told)| (found.case, reduced, told));
        Self { case: found.case, repeats: found.repeats, reduced: reduced.collect() }
    }

    /// What is left of the finding itself.
    pub(super) fn first(&self) -> Option<&Reduced> {
        self.reduced.first().map(|(_, reduced, _)| reduced)
    }

    /// The verdict.
    pub(super) fn verdict(&self) -> Verdict {
        self.first().map_or(Verdict::None, |reduced| reduced.class.verdict)
    }

    /// Writes the scenarios where they are to be kept. Where that fails, they are printed whole, and
    /// the status says so. Cases that contradicted each other once and never again are not kept.
    pub(super) fn keep(
        &self,
        folder: &Path,
        format: Format,
        output: &mut Output,
    ) -> io::Result<Status> {
        let verdict = self.verdict();
        let mut status = Status::Agree;
        for (case, _, Counterexample { stem, file, text }) in &self.reduced {
            if format == Format::Text {
                let title = file.title.shown();
                output.verdict_line(verdict, &format!("{verdict}  case {case}: {title}"))?;
                output.line(format!("\n{text}"))?;
            }
            if self.never_came_again() {
                continue;
            }
            let kept = keep_scenario(folder, stem, &file.scenario, text, output)?;
            if kept != Status::Agree && format == Format::Json {
                output.complain(text)?;
            }
            status = status.or(kept);
        }
        if self.never_came_again() {
            output.complain("these cases contradicted each other only once; nothing was saved")?;
        }
        Ok(status)
    }

    /// Whether it is a contradiction that was looked for in fresh connectors in vain.
    fn never_came_again(&self) -> bool {
        self.reduced.len() > 1 && self.repeats.times > 0 && self.repeats.alike == 0
    }

    /// The same in the result of an exploration.
    pub(super) fn entry(&self) -> Option<FoundEntry> {
        let ((_, reduced, told), beside) = self.reduced.split_first()?;
        let beside = beside
            .iter()
            .map(|(case, _, told)| BesideEntry { case: *case, scenario: told.text.clone() });
        Some(FoundEntry {
            case: self.case,
            verdict: self.verdict().to_string(),
            class: reduced.class.to_string(),
            title: told.file.title.raw().to_owned(),
            message: reduced.finding.disagreement.to_string(),
            repeats: [self.repeats.alike, self.repeats.times],
            runs: reduced.minimality.runs,
            one_minimal: reduced.minimality.one_minimal,
            two_minimal: reduced.minimality.two_minimal,
            scenario: told.text.clone(),
            beside: beside.collect(),
        })
    }
}

/// A finding made small, with the cases that it contradicts, in the order of the cases.
fn reduced<'a, B: TestBed>(
    test_bed: &B,
    found: &'a Found,
    control: &Control,
) -> Option<Vec<(&'a Found, Reduced)>> {
    if found.beside.is_empty() {
        return reduce(test_bed, &found.scenario, control).map(|reduced| vec![(found, reduced)]);
    }
    let reduced = reduce_together(test_bed, found, control)?.into_iter();
    let of_case = |case| found.all().find(|one| one.case == case);
    reduced.map(|(case, reduced)| Some((of_case(case)?, reduced))).collect()
}

/// Which settings matter, of what was reduced as far as it goes.
fn settings<B: TestBed>(
    test_bed: &B,
    found: &Found,
    reduced: &Reduced,
    control: &Control,
) -> Vec<Relevance> {
    match (reduced.minimality.complete, found.beside.is_empty()) {
        (false, _) => Vec::new(),
        (true, true) => relevance(test_bed, &reduced.scenario, &reduced.class, control),
        (true, false) => relevance_together(test_bed, reduced, control),
    }
}
