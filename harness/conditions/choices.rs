//! What the documents leave open, and how this project decides it.

/// One modelling choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// Its number: C1 is 1.
    pub number: u8,
    /// What was decided.
    pub says: &'static str,
}

const fn choice(number: u8, says: &'static str) -> Choice {
    Choice { number, says }
}

/// Every modelling choice, in order: a reader sees here what is ours and not history.
pub static CHOICES: [Choice; 20] = [
    choice(
        1,
        "A run meets its barriers in the order launch, settings file, reach, lock, version, \
         credentials, write, site entry, data; the first that stops it decides.",
    ),
    choice(2, "Within one barrier the condition that stands higher in the table decides."),
    choice(
        3,
        "Starting the service runs one EXPORT at once, so cause 5 shows at every start and again \
         in each cycle until the site entry exists.",
    ),
    choice(
        4,
        "Each message EXPORT takes the next file number, successful or not; the number survives \
         stop, restart and kill and wraps from FFFF to 0000. The reference starts at 0001.",
    ),
    choice(
        5,
        "A cycle of 15 s is EXPORT, again at once while a run moved exactly 16 messages, then \
         IMPORT of up to 5 messages a run while outbound mail waits.",
    ),
    choice(
        6,
        "Dirsync is 14001, three directory EXPORTs, two IMPORTs, 14031; the first run that does \
         not exit 0 ends it; the IMPORT of CCMDIR.IMP creates the site entry.",
    ),
    choice(7, "An edit of the Postoffice tab counts from the next run on."),
    choice(
        8,
        "A program that is not found logs 43 and then 86 with the number of restarts so far; the \
         26th in one life of the service logs 43 and 85, and the service stops.",
    ),
    choice(
        9,
        "Error events are logged at every level; 58, 67, 11001, 14001 and 14031 only at Maximum \
         of their category.",
    ),
    choice(
        10,
        "CHKSTAT repairs one pass of damage, RECLAIM cures fragmentation when no damage is left, \
         ANALYZE repairs nothing. A session is verified when ANALYZE ran last and found nothing.",
    ),
    choice(
        11,
        "On Exchange 5.5 SP1 only short paths reach the programs, so both install-path conditions \
         are decoys there.",
    ),
    choice(12, "A step that cannot do anything is a no-op, so every subsequence is a timeline."),
    choice(
        13,
        "The first IMPORT of a cycle runs whatever EXPORT did; each further one only if the IMPORT \
         before it exited 0.",
    ),
    choice(
        14,
        "A run that does not finish logs nothing and ends its part of the cycle, or its dirsync; \
         the next cycle tries again.",
    ),
    choice(
        15,
        "11001 is logged once for each outbound message, when the first cycle after it was sent \
         hands it over, before IMPORT runs (Q181186 shows it without a 58).",
    ),
    choice(16, "Events 85 and 86 are logged at every level."),
    choice(
        17,
        "A timeline begins on 6 December 1997 at 09:00:00; a cycle takes 15 s and every other step \
         no time.",
    ),
    choice(
        18,
        "The foreign record numbered 70 comes from MSExchangeMTA, as an Error of category General: \
         all but its source is right.",
    ),
    choice(
        19,
        "IE.RI can be missing only where it is needed: resource-file-missing stands on a db8 site \
         only. Missing, it makes EXPORT fail to run (Q190275) and IMPORT exit 1 (Q233164).",
    ),
    choice(
        20,
        "A logging step with a table changes the categories that it names; in the site's own table \
         the others are none.",
    ),
];
