//! What was found out once and is asked for again and again: worlds, sets of assignments, moves.

use std::hash::Hash;
use std::rc::Rc;

use event70_engine::QuickMap;
use event70_model::Assignments;
use event70_rule::Rules;

use crate::changes::{Change, changes};
use crate::moves::{Command, Move, moves};
use crate::world::World;

/// So many moves are remembered.
const KNOWN_MAX: usize = 1_000_000;

/// The place of a value that was met before.
pub(crate) type Place = u32;

/// Each value once, by its place.
#[derive(Debug)]
struct Interned<T> {
    values: Vec<T>,
    places: QuickMap<T, Place>,
}

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Self { values: Vec::new(), places: QuickMap::default() }
    }
}

impl<T: Copy + Eq + Hash> Interned<T> {
    fn place(&mut self, value: T) -> Place {
        let next = self.values.len() as Place;
        *self.places.entry(value).or_insert_with(|| {
            self.values.push(value);
            next
        })
    }
}

/// A move, with the world that it leads to by its place.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) command: Command,
    pub(crate) made: Move,
    pub(crate) after: Place,
    pub(crate) assumed: Place,
}

/// A change, with the world that it leads to by its place.
#[derive(Debug)]
pub(crate) struct Unseen {
    pub(crate) change: Change,
    pub(crate) after: Place,
    /// The events that can show it; of a change that is no injection it is not told.
    pub(crate) tells: Vec<u16>,
}

/// Everything that was found out so far.
#[derive(Debug)]
pub(crate) struct Table {
    rules: Rules,
    worlds: Interned<World>,
    masks: Interned<Assignments>,
    pub(crate) known: Vec<Known>,
    moves: QuickMap<(Place, Command), Rc<[Place]>>,
    changes: QuickMap<(Place, Command), Rc<[Unseen]>>,
}

impl Table {
    pub(crate) fn new() -> Self {
        Self {
            rules: Rules::documented(),
            worlds: Interned::default(),
            masks: Interned::default(),
            known: Vec::new(),
            moves: QuickMap::default(),
            changes: QuickMap::default(),
        }
    }

    /// Whether no more is to be found out: it takes some hundred megabytes.
    pub(crate) fn is_full(&self) -> bool {
        self.known.len() > KNOWN_MAX
    }

    pub(crate) fn rules(&self) -> &Rules {
        &self.rules
    }

    pub(crate) fn place(&mut self, world: World) -> Place {
        self.worlds.place(world)
    }

    pub(crate) fn world(&self, place: Place) -> &World {
        &self.worlds.values[place as usize]
    }

    pub(crate) fn mask(&mut self, set: Assignments) -> Place {
        self.masks.place(set)
    }

    pub(crate) fn set(&self, mask: Place) -> &Assignments {
        &self.masks.values[mask as usize]
    }

    /// What a command can lead to from a world.
    pub(crate) fn moves(&mut self, world: Place, command: Command) -> Rc<[Place]> {
        if let Some(known) = self.moves.get(&(world, command)) {
            return Rc::clone(known);
        }
        let made = moves(self.world(world), command, &self.rules);
        let places = made.into_iter().map(|made| {
            let after = self.worlds.place(made.after);
            let assumed = self.masks.place(made.assumed);
            self.known.push(Known { command, made, after, assumed });
            self.known.len() as Place - 1
        });
        let places: Rc<[Place]> = places.collect();
        self.moves.insert((world, command), Rc::clone(&places));
        places
    }

    /// What may have happened unseen before a command, and where it leads.
    pub(crate) fn changes(&mut self, world: Place, command: Command) -> Rc<[Unseen]> {
        if let Some(known) = self.changes.get(&(world, command)) {
            return Rc::clone(known);
        }
        let made = changes(self.world(world), command, &self.rules);
        let places = made.into_iter().map(|(change, after, tells)| Unseen {
            change,
            after: self.worlds.place(after),
            tells,
        });
        let places: Rc<[Unseen]> = places.collect();
        self.changes.insert((world, command), Rc::clone(&places));
        places
    }
}
