//! Drawing scenarios at random.
//!
//! A drawn scenario must be *telling*: uniform choice would inject and repair without ever looking,
//! and would mix all conditions until none is ever alone. So each case first draws a *swarm*, a
//! small set of conditions that it keeps to; repairs are drawn near what they repair; and after
//! something has changed, a cycle, a restart or a dirsync often follows, where it shows.
//!
//! A scenario is drawn straight from 64-bit words, without rejection: case `i` of seed `s` is a
//! pure function ([`case`]), the same on every machine.

use std::ops::RangeInclusive;

use enumset::{EnumSet, EnumSetType};
use event70_model::{
    Category, Condition, Database, Direction, Exchange, Fault, Host, Keyword, Level, Limits,
    LoggingChange, Operation, Repair, Scenario, Setup, Step,
};
use event70_rule::{Clearing, Documented, allows, cleared_by, default_fault};

use crate::in_setting;

/// Where random words come from.
pub trait RandomSource {
    /// The next 64 random bits.
    fn next(&mut self) -> u64;
}

/// How long drawn timelines are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lengths(pub RangeInclusive<u16>);

impl Default for Lengths {
    /// From 1 to 60 steps.
    fn default() -> Self {
        Self(1..=60)
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): small, quick, and the same everywhere.
#[derive(Debug, Clone)]
pub struct Stream(u64);

impl Stream {
    /// The stream of case `index` of seed `seed`.
    #[must_use]
    pub fn of_case(seed: u64, index: u64) -> Self {
        let mut mixed = Self(seed ^ 0x6a09_e667_f3bc_c908);
        let seed = mixed.next();
        let mut stream = Self(seed ^ index.wrapping_mul(0xd134_2543_de82_ef95));
        stream.0 = stream.next();
        stream
    }
}

impl RandomSource for Stream {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// Draws case `index` of seed `seed` into `scenario`, using its buffers again.
///
/// ```
/// use event70_engine::draw;
/// use event70_model::Scenario;
/// let (mut one, mut other) = (Scenario::default(), Scenario::default());
/// draw::case(7, 1000, &draw::Lengths::default(), &mut one);
/// draw::case(7, 1000, &draw::Lengths::default(), &mut other);
/// assert_eq!(one, other);
/// ```
pub fn case(seed: u64, index: u64, lengths: &Lengths, scenario: &mut Scenario) {
    draw(&mut Stream::of_case(seed, index), lengths, scenario);
}

/// Draws a scenario from `source` into `scenario`, using its buffers again.
pub fn draw(source: &mut impl RandomSource, lengths: &Lengths, scenario: &mut Scenario) {
    let mut bits = Bits(source.next());
    let (least, most) = (*lengths.0.start(), *lengths.0.end());
    let length = least + bits.below(u32::from(most - least) + 1) as u16;
    scenario.setup = setup(source, &mut bits);
    let swarm = Swarm::draw(source, &scenario.setup);
    initial_conditions(source, &swarm, &mut scenario.setup);
    let mut author =
        Author { held: scenario.setup.conditions, running: false, just_changed: false, swarm };
    scenario.timeline.clear();
    scenario.timeline.extend((0..length).map(|_| author.step(&mut Bits(source.next()))));
    // Last, so that the rest of a case does not depend on it.
    scenario.setup.limits = limits(&mut Bits(source.next()));
}

/// One random word, used up piece by piece from its low end.
struct Bits(u64);

impl Bits {
    /// This many random bits, at most 16.
    fn take(&mut self, bits: u32) -> u32 {
        let taken = self.0 & ((1 << bits) - 1);
        self.0 >>= bits;
        taken as u32
    }

    /// A number below `bound`, which is at most 4,096; even to one part in sixteen.
    fn below(&mut self, bound: u32) -> u32 {
        (self.take(12) * bound) >> 12
    }

    /// One of these.
    fn one_of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u32) as usize]
    }

    /// One member of a set, if it has any.
    fn member<T: EnumSetType>(&mut self, set: EnumSet<T>) -> Option<T> {
        set.iter().nth(self.below(set.len() as u32) as usize)
    }

    /// True once in `2^bits`.
    fn once_in(&mut self, bits: u32) -> bool {
        self.take(bits) == 0
    }
}

fn setup(source: &mut impl RandomSource, bits: &mut Bits) -> Setup {
    let exchanges = [Exchange::V5_0, Exchange::V5_0, Exchange::V5_5, Exchange::V5_5Sp1];
    let mut setup = Setup {
        exchange: bits.one_of(&exchanges),
        host: bits.one_of(Host::ALL),
        database: bits.one_of(Database::ALL),
        ..Setup::default()
    };
    if bits.once_in(1) {
        let mut bits = Bits(source.next());
        setup.logging = logging(&mut bits).applied_to(setup.logging);
    }
    setup
}

/// Once in eight cases others than the defaults: batches that are soon full, or just miss the sizes
/// of drawn mail, and intervals of a second or an hour.
fn limits(bits: &mut Bits) -> Limits {
    if !bits.once_in(3) {
        return Limits::default();
    }
    Limits {
        poll_seconds: bits.one_of(&[1, 15, 15, 3600]),
        export_max: bits.one_of(&[1, 2, 3, 15, 16, 17]),
        import_max: bits.one_of(&[1, 2, 3, 4, 5, 6]),
    }
}

fn logging(bits: &mut Bits) -> LoggingChange {
    if bits.once_in(1) {
        return LoggingChange::all(if bits.once_in(1) { Level::Maximum } else { Level::None });
    }
    Category::ALL.iter().fold(LoggingChange::default(), |change, category| {
        if bits.once_in(1) { change.with(*category, bits.one_of(Level::ALL)) } else { change }
    })
}

fn initial_conditions(source: &mut impl RandomSource, swarm: &Swarm, setup: &mut Setup) {
    let mut bits = Bits(source.next());
    if bits.once_in(2) {
        setup.conditions.insert(Condition::SiteEntryMissing);
    }
    if bits.once_in(2) {
        let condition = swarm.one(&mut bits);
        if condition != Condition::ForeignEvent70 {
            setup.conditions -= condition.entry().excludes;
            setup.conditions.insert(condition);
        }
    }
}

/// The conditions that one case keeps to.
struct Swarm {
    conditions: [Condition; Self::SIZE],
}

impl Swarm {
    const SIZE: usize = 8;

    /// Draws one to eight conditions that this site can have; with repetition, so that some stand
    /// out.
    fn draw(source: &mut impl RandomSource, setup: &Setup) -> Self {
        let mut bits = Bits(source.next());
        let kinds = 1 + bits.below(Self::SIZE as u32) as usize;
        let mut conditions = [Condition::TabPathWrong; Self::SIZE];
        let mut more = Bits(source.next());
        for (drawn, slot) in conditions.iter_mut().enumerate().take(kinds) {
            let bits = if drawn < 4 { &mut bits } else { &mut more };
            let condition = bits.one_of(Condition::ALL);
            *slot = if allows(setup, condition) { condition } else { stand_in(condition) };
        }
        for index in kinds..Self::SIZE {
            conditions[index] = conditions[index % kinds];
        }
        Self { conditions }
    }

    fn one(&self, bits: &mut Bits) -> Condition {
        self.conditions[bits.take(3) as usize]
    }
}

/// What is drawn in place of a condition that this site cannot have: one eleven rows further down
/// the catalogue or, past its end, the first, which is a different one for each and can hold on
/// every site.
fn stand_in(condition: Condition) -> Condition {
    *Condition::ALL.get(condition as usize + 11).unwrap_or(&Condition::ALL[0])
}

/// Draws one step after another, and keeps in mind roughly how things stand.
struct Author {
    swarm: Swarm,
    held: EnumSet<Condition>,
    running: bool,
    just_changed: bool,
}

impl Author {
    fn step(&mut self, bits: &mut Bits) -> Step {
        let step = self.next(bits);
        match step {
            Step::Do(Operation::Start | Operation::Restart) => self.running = true,
            Step::Do(Operation::Stop | Operation::Kill) => self.running = false,
            Step::Inject(fault) => {
                self.held -= fault.condition.entry().excludes;
                self.held.insert(fault.condition);
            }
            Step::Repair(repair) => {
                for (condition, how) in repair.entry().clears {
                    if self.held.remove(*condition)
                        && let Clearing::Becomes(other) = how
                    {
                        self.held.insert(*other);
                    }
                }
            }
            _ => {}
        }
        self.just_changed = matches!(step, Step::Inject(_) | Step::Repair(_) | Step::Logging(_));
        step
    }

    fn next(&self, bits: &mut Bits) -> Step {
        if !self.running && bits.once_in(1) {
            return Step::Do(Operation::Start);
        }
        if self.just_changed && bits.once_in(1) {
            return bits.one_of(&[
                Step::Cycles(1),
                Step::Cycles(1),
                Step::Do(Operation::Restart),
                Step::Do(Operation::Dirsync),
            ]);
        }
        match bits.take(8) {
            0..=63 => Step::Inject(self.fault(bits)),
            64..=111 => Step::Repair(self.repair(bits)),
            112..=167 => Step::Cycles(cycles(bits)),
            168..=177 => Step::Do(Operation::Start),
            178..=193 => Step::Do(Operation::Restart),
            194..=203 => Step::Do(Operation::Stop),
            204..=213 => Step::Do(Operation::Kill),
            214..=229 => Step::Do(Operation::Dirsync),
            230..=249 => mail(bits),
            _ => Step::Logging(logging(bits)),
        }
    }

    fn fault(&self, bits: &mut Bits) -> Fault {
        let condition = self.swarm.one(bits);
        let fault = default_fault(condition);
        if bits.once_in(1) { in_setting(fault, bits.take(8) as usize) } else { fault }
    }

    /// Three times in four something that clears a condition that holds.
    fn repair(&self, bits: &mut Bits) -> Repair {
        if self.held.is_empty() || bits.once_in(2) {
            return bits.one_of(Repair::ALL);
        }
        let condition = bits.member(self.held);
        condition
            .and_then(|condition| bits.member(cleared_by(condition)))
            .unwrap_or(Repair::Analyze)
    }
}

/// Mostly one cycle, sometimes as many as end a life of the service (C8), and once in a long while
/// as many as a number of two digits can count.
fn cycles(bits: &mut Bits) -> u16 {
    match bits.take(6) {
        0..=47 => 1,
        48..=57 => 2,
        58..=61 => 3,
        62 => 4 + bits.take(3) as u16,
        _ if bits.once_in(6) => 256 + bits.take(4) as u16,
        _ => 12 + bits.take(4) as u16,
    }
}

/// Queues about the sizes at which batches end (C5).
fn mail(bits: &mut Bits) -> Step {
    let to = bits.one_of(Direction::ALL);
    Step::Mail(to, bits.one_of(&[1, 1, 1, 2, 2, 4, 5, 5, 6, 6, 10, 15, 16, 16, 17, 32]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fits;

    #[test]
    fn what_a_site_cannot_have_is_replaced_by_what_every_site_can() {
        for entry in &event70_rule::CATALOGUE {
            if entry.hosts == EnumSet::all() && entry.databases == EnumSet::all() {
                continue;
            }
            let instead = stand_in(entry.condition).entry();
            assert_eq!(instead.hosts, EnumSet::all(), "{}", entry.condition);
            assert_eq!(instead.databases, EnumSet::all(), "{}", entry.condition);
        }
    }

    #[test]
    fn a_drawn_scenario_fits_its_site_and_has_the_length_asked_for() {
        let mut scenario = Scenario::default();
        let mut lengths = std::collections::BTreeSet::new();
        for index in 0..20_000 {
            case(1, index, &Lengths::default(), &mut scenario);
            assert!(fits(&scenario, &scenario.setup), "case {index}");
            lengths.insert(scenario.timeline.len());
        }
        assert_eq!(lengths, (1..=60).collect());
    }

    /// The value was computed with the reference code of SplitMix64 in another language, so that a
    /// case means the same on every machine and in every version.
    #[test]
    fn the_stream_is_splitmix64() {
        let mut stream = Stream(1_234_567);
        let drawn: Vec<u64> = (0..3).map(|_| stream.next()).collect();
        let published =
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!(drawn, published);
    }
}
