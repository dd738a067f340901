//! ${{ values.name }}: starts the service and stops it politely.

use anyhow::Context as _;
use axum::{Router, routing::get};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().json().init();
{%- if values.database %}

    let url = std::env::var("DATABASE_URL").context("DATABASE_URL is not set")?;
    let pool = sqlx::PgPool::connect(&url).await.context("cannot reach the database")?;
{%- endif %}

    let port: u16 = match std::env::var("PORT") {
        Ok(text) => text.parse().context("PORT is not a port number")?,
        Err(_) => ${{ values.port }},
    };
    let listener = tokio::net::TcpListener::bind(("0.0.0.0", port)).await?;
    tracing::info!(port, "listening");

    let app = Router::new()
        .route("/healthz", get(|| async { "ok" }))
{%- if values.database %}
        .with_state(pool)
{%- endif %};
    axum::serve(listener, app)
        .with_graceful_shutdown(async {
            let _ = tokio::signal::ctrl_c().await;
        })
        .await?;
    Ok(())
}
