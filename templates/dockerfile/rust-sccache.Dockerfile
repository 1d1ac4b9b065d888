# Compiles Rust through sccache. Nothing of a credential stands here: `buildseal build --seal-with sccache` gives the
# cargo step the job's identity, and without an identity the same file builds uncached.
FROM rust:1 AS builder
RUN cargo install sccache --locked
ENV RUSTC_WRAPPER=sccache
WORKDIR /src
COPY . .
RUN cargo build --release && sccache --show-stats

FROM debian:stable-slim
COPY --from=builder /src/target/release/app /usr/local/bin/app
CMD ["app"]
