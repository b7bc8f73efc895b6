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
pub static CHOICES: [Choice; 28] = [
    choice(
        1,
        "A run meets its barriers in the order launch, settings file, reach, lock, version, \
         credentials, write, site entry, data; the first that stops it decides.",
    ),
    choice(2, "Within one barrier the condition that stands higher in the table decides."),
    choice(
        3,
        "Cause 5 shows in every cycle until the site entry is there, and at each start if a start runs an EXPORT, which is assumed (`start-exports`).",
    ),
    choice(
        4,
        "The reference numbers its message files from msg0001.ccm on, in four upper-case digits: one more with every message EXPORT, whatever becomes of the run and across stop, restart and kill, and 0000 follows FFFF. A connector may take any name of one to five hexadecimal digits in either case (Q164695, Q179072), if it is not that of the message EXPORT before it in the same life of the service.",
    ),
    choice(
        5,
        "Every polling interval (`poll-seconds`) one cycle: EXPORT, and another at once after each that moved as many messages as it may (`export-max`); then, while outbound mail waits, IMPORT with at most `import-max` messages a run. The defaults are those of Q168211: 15 s, 16 and 5; for a scenario they are fixed, the site keeps its programs to them, and a connector is told them.",
    ),
    choice(
        6,
        "A dirsync logs 14001, exports directory, mailing lists and bulletin boards, imports deletions and additions, and logs 14031; it ends early with the first run that does not exit 0. The additions bring the site entry. Where that was made by hand (Q156063 2.6.4 says only that it must be deleted first) or the name of the post office has extended characters (Q197258 says only that dirsync fails), IMPORT of either exits with code 1.",
    ),
    choice(
        7,
        "Of the Postoffice tab name, password and path are in force from the next start or the next run, which is assumed (`tab-takes-effect`); the store path, the program version and the resource file count from the next run.",
    ),
    choice(
        8,
        "For a program that is not found there is a 43, then an 86 that counts the restarts of this life of the service; after the last of them there is an 85 in its place, and the service is down. When a thread is started again, how often, and which threads count is assumed (`thread-restart` and others).",
    ),
    choice(
        9,
        "No level keeps an Error event back; 58, 67, 11001, 14001 and 14031 need their category at Maximum.",
    ),
    choice(
        10,
        "One CHKSTAT takes away one pass of damage; RECLAIM cures fragmentation once no damage is left; ANALYZE only looks. Maintenance is verified if ANALYZE came last and found nothing.",
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
         what it holds up and how long is assumed (`after-hang`, `hang-holds`).",
    ),
    choice(
        15,
        "11001 is logged once for each outbound message, when the first cycle after it was sent \
         hands it over, before IMPORT runs (Q181186 shows it without a 58). Where another connector \
         logs it is not judged.",
    ),
    choice(16, "Events 85 and 86 are logged at every level."),
    choice(
        17,
        "A timeline begins on 6 December 1997 at 09:00:00; a cycle takes one polling interval and \
         every other step no time. Where the calendar ends, at the end of 9999, the clock stands still; \
         the order of what happens does not depend on it.",
    ),
    choice(
        18,
        "The foreign record numbered 70 comes from MSExchangeMTA, as an Error of category General: \
         all but its source is right.",
    ),
    choice(
        19,
        "IE.RI can be missing only where it is needed: resource-file-missing stands on a db8 site \
         only. Missing, it makes EXPORT fail to run on Exchange 5.0 (Q190275) and IMPORT exit 1; \
         from 5.5 on EXPORT is not stopped (Q233164 shows a 59 and no event of EXPORT). On the live \
         site the programs of 5.5 are build 8.0, whose EXPORT does without IE.RI.",
    ),
    choice(
        20,
        "A logging step with a table changes the categories that it names; in the site's own table \
         the others are none.",
    ),
    choice(
        21,
        "Injecting what holds already gives it the new setting; without one, damage takes 1 pass, a \
         path with a space has outcome code-3, and a damaged index shows as code 1 in both programs.",
    ),
    choice(
        22,
        "A command line that no document knows exits with code 2, and a program of another name \
         is not found; that a connector asked for it is malformed.",
    ),
    choice(
        23,
        "Message EXPORT is given the name of the site entry, so a wrong name in the tab is met \
         in the tab itself: no connector can pass it wrongly, or rightly.",
    ),
    choice(
        24,
        "A connector in another process has its time from when the harness last spoke: within \
         it a run must be asked for or the command be done; events alone do not prolong it. A \
         scenario allows for 10,000 runs that move nothing, 20,000 events and 4 MiB of words \
         that no table knows; commands and mail add to that.",
    ),
    choice(
        25,
        "On the live site a program that cannot run ends with 126, a launcher that finds \
         no program with 127, as a shell says it, and one that finds no room, memory or \
         descriptor left with 125, which is trouble of the harness; every other end is a result \
         code from 0 to 4, or a death. A connector that starts the programs itself gives up by \
         itself on one that does not finish.",
    ),
    choice(
        26,
        "On the live site damage is, in this order, a control record that does not add up, a \
         broken page of the mailbox index and a wrong counter of messages; one CHKSTAT mends \
         the first that it finds. A post office is fragmented if at least 64 of its pages are \
         free, and more than half.",
    ),
    choice(
        27,
        "What no document explains ends a run of the live programs with code 1 if it is the \
         directory or the files of Exchange (a folder that is none), and \
         otherwise as damage does.",
    ),
    choice(
        28,
        "An account that may only read the post office still takes mail out of its own \
         mailbox, which is a file of its own: EXPORT goes on (Q168670).",
    ),
];
