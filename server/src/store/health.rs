//! How sources stand, for those who look after the installation.

use super::StoreError;
use super::db::Db;
use super::tx::rows;
use crate::clock::Millis;
use sqlx::Row;

/// A source as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceStanding {
    pub location: String,
    /// `failing`, `unread`, `reading`, `due` or `fresh`.
    pub state: String,
    /// Unix milliseconds; 0 when it has not been read.
    pub read_at: Millis,
    /// None when it is not read by itself.
    pub due_at: Option<Millis>,
    pub failures: i64,
}

/// A question to the table of how sources stand. What a provider lists is due when its job is.
macro_rules! of_standings {
    ($question:literal) => {
        concat!(
            "
    with standings (location, state, place, read_at, due_at, failures) as (
        select location,
            case when failures > 0 then 'failing'
                when leased_until > $1 then 'reading'
                when read_at = 0 then 'unread'
                when due_at <= $1 then 'due'
                else 'fresh' end,
            case when failures > 0 then 0 when read_at = 0 then 1 else 2 end,
            read_at, due_at, failures
        from (select location, failures, leased_until, read_at,
            coalesce(due_at, (select jobs.due_at from jobs
                where jobs.name = sources.location and jobs.due_at < 9223372036854775807)) as due_at
            from sources) as sources) ",
            $question
        )
    };
}

const LIST: &str = of_standings!(
    "select location, state, read_at, due_at, failures from standings
    where $2 = '' or state = $2
    order by place, location limit $3 offset $4"
);
const COUNT: &str = of_standings!("select state, count(*) from standings group by state");

/// Sources in a state, or with an empty one all; those that fail first.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list_standings(
    db: &Db,
    state: &str,
    limit: usize,
    offset: usize,
    now: Millis,
) -> Result<Vec<SourceStanding>, StoreError> {
    let mut tx = db.begin(now).await?;
    let (limit, offset) = (whole(limit), whole(offset));
    let now = tx.now;
    Ok(
        rows!(tx, LIST, now, state, limit, offset; row => SourceStanding {
            location: row.get(0),
            state: row.get(1),
            read_at: row.get(2),
            due_at: row.get(3),
            failures: row.get(4),
        }),
    )
}

/// How many sources there are in each state.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn count_standings(db: &Db, now: Millis) -> Result<Vec<(String, usize)>, StoreError> {
    let mut tx = db.begin(now).await?;
    let now = tx.now;
    Ok(rows!(tx, COUNT, now; row => {
        (row.get(0), usize::try_from(row.get::<i64, _>(1)).unwrap_or_default())
    }))
}

fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
