# The image of Callboard: `docker build --tag callboard .`

FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
# The caches keep a second build short; what is wanted leaves them by its copy.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo xtask build \
    && install -D target/release/callboard /out/callboard

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin callboard \
    && install --directory --owner=callboard --group=callboard /app /app/data
COPY --from=build /out/callboard /usr/local/bin/callboard

USER 10001:10001
# Without a database in the configuration, callboard.sqlite is kept here.
WORKDIR /app/data
VOLUME /app/data
ENV CALLBOARD_LISTEN=0.0.0.0:7007
EXPOSE 7007
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["callboard", "health"]
ENTRYPOINT ["callboard"]
CMD ["serve"]
