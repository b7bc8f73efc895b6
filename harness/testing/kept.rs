//! What a search found, reduced and told.

use event70_conformance::certify::{Model, Refutation, cut, repeats, shortened};
use event70_engine::{
    Control, Disagreement, Flaw, Found, Reduced, Relevance, Repeats, TestBed, Verdict, reduce,
    reduce_together, relevance, relevance_together,
};

use crate::report::{Counterexample, Provenance, ReducedFinding, conversation};

/// A finding, reduced and reported.
pub(crate) struct Kept {
    pub(crate) case: u64,
    pub(crate) repeats: Repeats,
    /// What is left of it; after it, what is left of the cases that it contradicts.
    pub(crate) reduced: Vec<(u64, Reduced, Counterexample)>,
}

impl Kept {
    /// Reduces a finding and checks which settings matter, within the time limit.
    pub(crate) fn of<B: TestBed>(
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
    pub(crate) fn first(&self) -> Option<&Reduced> {
        self.reduced.first().map(|(_, reduced, _)| reduced)
    }

    /// The verdict.
    pub(crate) fn verdict(&self) -> Verdict {
        self.first().map_or(Verdict::None, |reduced| reduced.class.verdict)
    }

    /// Whether it is a contradiction that was looked for in fresh connectors in vain.
    pub(crate) fn never_came_again(&self) -> bool {
        self.reduced.len() > 1 && self.repeats.times > 0 && self.repeats.alike == 0
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

/// A test of a conformance suite that is not passed, shortened if it fails again, with the lines that
/// pass in it.
pub(crate) fn refuted<B: TestBed>(
    model: &Model,
    found: &Refutation,
    (test_bed, who): (&B, &str),
    control: &Control,
) -> (Refutation, Repeats, String) {
    let found = cut(model, found, test_bed, control);
    let repeats = repeats(model, &found, test_bed, control);
    let refutation =
        if repeats.is_steady() { shortened(model, &found, test_bed, control) } else { found };
    let conversation = conversation(model, &refutation, who);
    (refutation, repeats, conversation)
}
