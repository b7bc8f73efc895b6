use door::MyConnector;

fn main() -> std::process::ExitCode {
    let is_planted = std::env::var_os("DOOR_BUG").is_some();
    let make = if is_planted { MyConnector::buggy } else { MyConnector::default };
    event70::testing::Suite::new(make)
        .standard()
        .folder("tests/faults")
        .snapshots("tests/snapshots")
        .explore(20_000)
        .certify(0)
        .main()
}
