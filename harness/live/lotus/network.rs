//! What lies between the service account and the post office (Q118469, Q118973, Q135917, Q164707,
//! Q195649).

use event70_model::Host;

use super::settings::{LSA2_CURED, LSA2_HOTFIX, Redirector, Registry};

impl Redirector {
    /// Whether the service account gets through to the server of the post office.
    ///
    /// # Errors
    /// What keeps it out.
    pub(super) fn admits(&self, registry: &Registry) -> Result<(), &'static str> {
        match self.route {
            Host::WindowsNt => Ok(()),
            Host::NetwareGateway => self.through_the_gateway().and_then(|()| self.logs_on()),
            Host::NetwareDirect => self.knows(registry).and_then(|()| self.logs_on()),
        }
    }

    fn through_the_gateway(&self) -> Result<(), &'static str> {
        let gateway = self.gateway.as_ref().ok_or("There is no gateway to the NetWare server.")?;
        if !self.ntgateway.contains(&gateway.account) {
            return Err("The gateway account is not in the group NTGATEWAY.");
        }
        let has_free = !self.connections_used_up.contains(&gateway.account);
        if has_free { Ok(()) } else { Err("The gateway account has too many connections.") }
    }

    fn knows(&self, registry: &Registry) -> Result<(), &'static str> {
        if self.locked_out.contains(&registry.service_account) {
            return Err("The NetWare server has locked the account out.");
        }
        let password = self.netware_accounts.get(&registry.service_account);
        let same = password == Some(&registry.password);
        if same { Ok(()) } else { Err("The NetWare server does not know the account.") }
    }

    fn logs_on(&self) -> Result<(), &'static str> {
        let lsa2 = self.hotfixes.iter().any(|hotfix| hotfix == LSA2_HOTFIX);
        let held = lsa2 && self.service_pack < LSA2_CURED;
        if held { Err("The connection to the NetWare server failed.") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lotus::settings::Gateway;

    fn registry() -> Registry {
        Registry {
            connector_store_path: r"C:\EXCHSRVR\CCMCDATA".to_owned(),
            shortened: None,
            service_account: "EXCHSVC".to_owned(),
            password: "x".to_owned(),
            dates: super::super::settings::DateFormat::MonthFirst,
            export_max: 16,
            import_max: 5,
        }
    }

    fn network(route: Host) -> Redirector {
        Redirector {
            route,
            service_pack: 3,
            hotfixes: Vec::new(),
            gateway: Some(Gateway { account: "GATEWAY".to_owned() }),
            netware_accounts: [("EXCHSVC".to_owned(), "x".to_owned())].into(),
            ntgateway: vec!["GATEWAY".to_owned()],
            connections_used_up: Vec::new(),
            locked_out: Vec::new(),
        }
    }

    #[test]
    fn each_way_has_its_own_obstacles() {
        type Obstacle = (fn(&mut Redirector), [bool; 3]);
        let obstacles: [Obstacle; 7] = [
            (|_| {}, [true, true, true]),
            (|network| network.gateway = None, [true, false, true]),
            (|network| network.ntgateway.clear(), [true, false, true]),
            (|network| network.netware_accounts.clear(), [true, true, false]),
            (|network| network.connections_used_up.push("GATEWAY".to_owned()), [true, false, true]),
            (|network| network.locked_out.push("EXCHSVC".to_owned()), [true, true, false]),
            (|network| network.hotfixes.push("LSA2".to_owned()), [true, false, false]),
        ];
        for (obstacle, admitted) in obstacles {
            let routes = [Host::WindowsNt, Host::NetwareGateway, Host::NetwareDirect];
            for (route, admitted) in routes.into_iter().zip(admitted) {
                let mut network = network(route);
                obstacle(&mut network);
                assert_eq!(network.admits(&registry()).is_ok(), admitted, "{network:?}");
            }
        }
    }

    #[test]
    fn the_service_pack_cures_the_hotfix() {
        let mut network = network(Host::NetwareDirect);
        network.hotfixes.push("LSA2".to_owned());
        network.service_pack = 4;
        assert_eq!(network.admits(&registry()), Ok(()));
    }
}
