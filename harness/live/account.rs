//! Names, passwords and accounts: what is entered on the tab and what is right.

use event70_model::{Database, Host, RIGHT, SITE_ENTRY, Tabbed};

use crate::lotus::fixture::Office;
use crate::lotus::settings::{Gateway, LSA2_CURED, Redirector};

/// The post office as it knows itself, on a database of either version.
pub(super) const POST_OFFICE: Office<'static> =
    Office { name: RIGHT[0], password: RIGHT[1], entry: SITE_ENTRY, database: Database::Db6 };

/// The service account of the connector, and its password.
pub(super) const SERVICE_ACCOUNT: (&str, &str) = ("EXCHSVC", "SERVICE");
/// The NetWare account of the gateway, and its password.
const GATEWAY_ACCOUNT: (&str, &str) = ("GATEWAY", "BRIDGE");
/// The service pack of Windows NT on which the hotfix matters.
pub(super) const SERVICE_PACK: u8 = LSA2_CURED - 1;

/// What an administrator gives the tools: the post office, its name and its password.
pub(super) fn arguments(right: &Tabbed) -> [String; 3] {
    [format!("/D{}", right.path), format!("/N{}", right.name), format!("/P{}", right.password)]
}

/// The network of a healthy site.
pub(super) fn network(host: Host) -> Redirector {
    let account = |(name, password): (&str, &str)| (name.to_owned(), password.to_owned());
    Redirector {
        route: host,
        service_pack: SERVICE_PACK,
        hotfixes: Vec::new(),
        gateway: (host == Host::NetwareGateway).then(gateway),
        netware_accounts: [SERVICE_ACCOUNT, GATEWAY_ACCOUNT].map(account).into(),
        ntgateway: vec![GATEWAY_ACCOUNT.0.to_owned()],
        connections_used_up: Vec::new(),
        locked_out: Vec::new(),
    }
}

/// The gateway as it is configured rightly.
pub(super) fn gateway() -> Gateway {
    Gateway { account: GATEWAY_ACCOUNT.0.to_owned() }
}
