use std::env::var;

fn main() -> std::process::ExitCode {
    event70::testing::Suite::new(door::MyConnector::buggy)
        .folder("tests/faults")
        .known(var("DOOR_KNOWN").unwrap_or("tests/known.toml".to_owned()))
        .main()
}
