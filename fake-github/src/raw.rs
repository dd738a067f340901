//! Files as they are, at `/raw/owner/name/branch/path`.

use crate::answer::{Answer, not_found};
use crate::serve::Asking;
use crate::world::World;

pub(crate) fn answer(world: &World, asking: &Asking, path: &str) -> Answer {
    read(world, asking, path).unwrap_or_else(not_found)
}

fn read(world: &World, asking: &Asking, path: &str) -> Option<Answer> {
    let path = percent_encoding::percent_decode_str(path);
    let path = path.decode_utf8().ok()?.into_owned();
    let mut parts = path.splitn(3, '/');
    let full_name = format!("{}/{}", parts.next()?, parts.next()?);
    let rest = parts.next()?;
    let repository = world.repository(&full_name)?;
    if !world.may_read(&asking.who, repository) {
        return None;
    }
    // Names of branches may have slashes: the first that there is ends the name.
    rest.match_indices('/').find_map(|(at, _)| {
        let entry = repository.tree(&rest[..at]).remove(&rest[at + 1..])?;
        let content = repository.git.blob(&entry.sha)?;
        Some(Answer::bytes("text/plain; charset=utf-8", content))
    })
}
