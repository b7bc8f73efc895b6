//! What can be wrong with a site, and how the programs end then: the contract's table, written as
//! what somebody does to the files.

use std::fs;
use std::process::Child;

use event70::live::lotus::fixture::{self, SiteEntry};
use event70::live::lotus::settings::{Ini, Registry};
use event70::model::{Host, IndexCode, IndexCodes};

use super::{ENTRY, LotusFixture, set_mode};

/// One thing that is wrong with a site, and how EXPORT of messages, EXPORT of the directory and
/// IMPORT end. `None`: they do not.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// Of two with the same, only one can hold.
    pub(crate) group: u8,
    /// What takes permissions away comes last.
    pub(crate) rank: u8,
    pub(crate) harm: fn(&mut LotusFixture) -> Option<Child>,
    pub(crate) ends: [Option<u8>; 3],
}

const fn case(
    group: u8,
    name: &'static str,
    harm: fn(&mut LotusFixture) -> Option<Child>,
    ends: [Option<u8>; 3],
) -> Case {
    Case { name, group, rank: 0, harm, ends }
}

const fn all(code: u8) -> [Option<u8>; 3] {
    [Some(code); 3]
}

const DAMAGED: [Option<u8>; 3] = [Some(3), Some(3), Some(1)];

/// In the order of the contract's table.
pub(crate) const CASES: &[Case] = &[
    case(0, "no resource file", no_resource_file, [Some(126), Some(126), Some(1)]),
    case(0, "no resource file, later programs", no_resource_file_of_8, [Some(0), Some(0), Some(1)]),
    case(1, "a path with a space", |site| spaced(site, false), all(3)),
    case(1, "a path with a space, an open console", |site| spaced(site, true), [None; 3]),
    case(1, "a long path, an open console", long_path, [None; 3]),
    case(2, "a wrong path", wrong_path, all(3)),
    Case { rank: 2, ..case(3, "access denied", denied, all(3)) },
    case(3, "no gateway", no_gateway, all(3)),
    case(3, "no group", no_group, all(3)),
    case(3, "no account", no_account, all(3)),
    case(3, "too many connections", used_up, all(3)),
    case(3, "an account that is locked out", locked_out, all(3)),
    case(3, "LSA2", lsa2, all(3)),
    case(4, "shut down", shut_down, all(4)),
    case(5, "locked", |site| Some(site.admin()), all(4)),
    case(6, "another version", other_version, all(1)),
    case(7, "a wrong name", wrong_name, all(3)),
    case(8, "a wrong password", wrong_password, all(3)),
    Case { rank: 1, ..case(9, "read only", read_only, [Some(0), Some(0), Some(1)]) },
    case(10, "no site entry", no_site_entry, [Some(3), Some(0), Some(0)]),
    case(10, "an entry by hand", entry_by_hand, all(0)),
    case(10, "a name beyond ASCII", extended_name, all(0)),
    case(11, "index broken", |site| index(site, IndexCode::One, IndexCode::One), all(1)),
    case(11, "index held", |site| index(site, IndexCode::Four, IndexCode::Four), all(4)),
    case(
        11,
        "index broken and held",
        |site| index(site, IndexCode::One, IndexCode::Four),
        [Some(1), Some(1), Some(4)],
    ),
    case(
        11,
        "index held and broken",
        |site| index(site, IndexCode::Four, IndexCode::One),
        [Some(4), Some(4), Some(1)],
    ),
    case(12, "damage of one pass", |site| damage(site, 1), DAMAGED),
    case(12, "damage of two passes", |site| damage(site, 2), DAMAGED),
    case(12, "damage of three passes", |site| damage(site, 3), DAMAGED),
    case(13, "fragmented", fragmented, DAMAGED),
    case(14, "a corrupt message", corrupt_message, all(0)),
];

pub(crate) fn no_resource_file(site: &mut LotusFixture) -> Option<Child> {
    fs::write(site.place.build(), "6.0\r\n").unwrap();
    fs::remove_file(site.place.resource_file()).unwrap();
    None
}

fn no_resource_file_of_8(site: &mut LotusFixture) -> Option<Child> {
    no_resource_file(site);
    fs::write(site.place.build(), "8.0\r\n").unwrap();
    None
}

pub(crate) fn spaced(site: &mut LotusFixture, open_console: bool) -> Option<Child> {
    site.move_store(r"C:\Program Files\EXCHSRVR\CCMCDATA");
    if open_console {
        site.open_console();
    }
    None
}

fn long_path(site: &mut LotusFixture) -> Option<Child> {
    site.move_store(r"C:\EXCHANGESERVER\CCMCDATA");
    site.open_console();
    None
}

fn wrong_path(site: &mut LotusFixture) -> Option<Child> {
    site.tab.path = r"\\CCSRV\OLDDATA".to_owned();
    None
}

pub(crate) fn denied(site: &mut LotusFixture) -> Option<Child> {
    set_mode(&site.post_office(), 0);
    None
}

fn no_gateway(site: &mut LotusFixture) -> Option<Child> {
    site.on_the_network(|network| {
        (network.route, network.gateway) = (Host::NetwareGateway, None);
    });
    None
}

fn no_group(site: &mut LotusFixture) -> Option<Child> {
    site.on_the_network(|network| {
        network.route = Host::NetwareGateway;
        network.ntgateway.clear();
    });
    None
}

fn no_account(site: &mut LotusFixture) -> Option<Child> {
    site.on_the_network(|network| {
        network.route = Host::NetwareDirect;
        network.netware_accounts.insert("EXCHSVC".to_owned(), "y".to_owned());
    });
    None
}

fn used_up(site: &mut LotusFixture) -> Option<Child> {
    site.on_the_network(|network| {
        network.route = Host::NetwareGateway;
        network.connections_used_up.extend(network.ntgateway.clone());
    });
    None
}

fn locked_out(site: &mut LotusFixture) -> Option<Child> {
    site.on_the_network(|network| {
        network.route = Host::NetwareDirect;
        network.locked_out.push("EXCHSVC".to_owned());
    });
    None
}

fn lsa2(site: &mut LotusFixture) -> Option<Child> {
    site.on_the_network(|network| {
        network.route = Host::NetwareDirect;
        network.hotfixes.push("LSA2".to_owned());
    });
    None
}

pub(crate) fn shut_down(site: &mut LotusFixture) -> Option<Child> {
    fixture::shut_down(&site.post_office(), true).unwrap();
    None
}

/// Where the programs read their settings from.
fn write_ini(site: &LotusFixture, ini: &Ini) {
    let path = Registry::read(&site.place.registry()).unwrap().connector_store_path;
    let store = site.place.host_path(&path).unwrap();
    for name in ["EXPORT.INI", "IMPORT.INI"] {
        let path = store.join(name);
        let version = Ini::read(&path).unwrap().version;
        let version = if ini.version == 0 { version } else { ini.version };
        Ini { version, ..ini.clone() }.write(&path).unwrap();
        set_mode(&path, 0o644);
    }
}

fn other_version(site: &mut LotusFixture) -> Option<Child> {
    write_ini(site, &Ini { post_office: site.tab.name.clone(), version: 8 });
    None
}

fn wrong_name(site: &mut LotusFixture) -> Option<Child> {
    site.tab.name = "BRANCH".to_owned();
    write_ini(site, &Ini { post_office: "BRANCH".to_owned(), version: 0 });
    None
}

fn wrong_password(site: &mut LotusFixture) -> Option<Child> {
    site.tab.password = "OLDSECRET".to_owned();
    None
}

pub(crate) fn read_only(site: &mut LotusFixture) -> Option<Child> {
    for file in ["CLANDATA", "MLANDATA"] {
        set_mode(&site.post_office().join(file), 0o444);
    }
    set_mode(&site.post_office(), 0o555);
    None
}

pub(crate) fn no_site_entry(site: &mut LotusFixture) -> Option<Child> {
    fixture::set_site_entry(&site.post_office(), ENTRY, SiteEntry::Missing).unwrap();
    None
}

fn entry_by_hand(site: &mut LotusFixture) -> Option<Child> {
    fixture::set_site_entry(&site.post_office(), ENTRY, SiteEntry::ByHand).unwrap();
    None
}

fn extended_name(site: &mut LotusFixture) -> Option<Child> {
    fixture::spell_name(&site.post_office(), true).unwrap();
    None
}

fn index(site: &mut LotusFixture, export: IndexCode, import: IndexCode) -> Option<Child> {
    fixture::damage_index(&site.post_office(), Some(IndexCodes { export, import })).unwrap();
    None
}

fn damage(site: &mut LotusFixture, passes: u8) -> Option<Child> {
    fixture::damage(&site.post_office(), passes).unwrap();
    None
}

fn fragmented(site: &mut LotusFixture) -> Option<Child> {
    fixture::fragment(&site.post_office(), true).unwrap();
    None
}

fn corrupt_message(site: &mut LotusFixture) -> Option<Child> {
    fixture::set_corrupt_message(&site.post_office(), true).unwrap();
    None
}
