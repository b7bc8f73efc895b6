use std::env::var;

fn main() -> std::process::ExitCode {
    let adapter = "python3 ../../harness/examples/connector.py".to_owned();
    event70::testing::Suite::program(&var("DOOR_PROGRAM").unwrap_or(adapter))
        .folder("tests/faults")
        .explore(20)
        .main()
}
