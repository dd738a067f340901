//! What tests share: a database of their own, an application on it, and a way to fill it.

mod app;
mod database;
pub mod github;
pub mod log;
mod seed;
mod site;

pub use app::{Answer, TestApp};
pub use database::{Engine, TestDb, schema};
pub use seed::{Seed, seed};
pub use site::Files;

/// Runs one test on each engine: `on_each_engine!(async fn name(db: TestDb) { … })`.
macro_rules! on_each_engine {
    ($(async fn $name:ident($db:ident: TestDb) $body:block)+) => {
        $(mod $name {
            use super::*;

            async fn run($db: crate::support::TestDb) $body

            #[tokio::test]
            async fn sqlite() {
                run(crate::support::Engine::Sqlite.open().await.unwrap()).await;
            }

            #[tokio::test]
            async fn postgres() {
                if let Some(db) = crate::support::Engine::Postgres.open().await {
                    run(db).await;
                }
            }
        })+
    };
}
pub(crate) use on_each_engine;
