# The everyday recipes. `just` lists them.

_default:
    @just --list

# Every promise, quickly: what is run at every edit.
test *ARGS:
    cargo test {{ARGS}}

# Everything: also what kills, floods, waits and repeats, and what other libraries check.
thorough *ARGS:
    cargo build
    EVENT70_THOROUGH=1 cargo test --workspace {{ARGS}} -- --include-ignored

# The long tier: every property over many more cases, then an hour of random scenarios.
long:
    cargo build --release
    EVENT70_LONG=1 cargo test --workspace --release -- --include-ignored
    cargo run --release -- explore --for 1h

# What CI checks.
ci:
    .ci/run

# Run scenario files: all of them, or those named.
run *PATHS:
    cargo run -- run {{PATHS}}

# Random scenarios for a minute; another seed each time.
explore *ARGS="--for 60s":
    cargo run --release -- explore {{ARGS}}

# The rule for timelines of any length.
prove *ARGS:
    cargo run --release -- prove {{ARGS}}

# Look at snapshots that changed, one by one (cargo install cargo-insta).
review:
    cargo insta review

# What the changes since a commit mean, scenario by scenario.
meaning SINCE="HEAD":
    rm -rf target/before && mkdir -p target/before
    git archive {{SINCE}} scenarios | tar -x -C target/before
    cargo run --quiet -- review --before target/before/scenarios

# Take every changed snapshot as it is; look at the diff before you commit it.
accept:
    INSTA_UPDATE=always cargo test --test scenarios
    git diff --stat snapshots

# Write the standard set, which travels in the program, anew from scenarios/.
standard:
    INSTA_UPDATE=always cargo test --test it the_standard_set_is_the_scenario_files

# Write the JSON Schema of scenario files anew.
schema:
    cargo run --quiet -- schema > scenarios/schema.json

# The benchmarks, release build.
bench *ARGS:
    cargo build --release
    cargo bench -p event70-checks {{ARGS}}

# Against other libraries doing the same work.
peers:
    cd harness/peers && cargo bench --bench proptest_state_machine
    cd harness/peers && cargo run --release --example shrink

# Source mutation: which change of the code does no test notice? (cargo install cargo-mutants; hours.)
mutants *ARGS:
    cargo mutants --workspace {{ARGS}}
