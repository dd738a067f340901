//! What becomes of people and teams.

use crate::account::{Profile, Team};
use crate::github::{Github, person};
use crate::world::World;
use std::sync::MutexGuard;

impl Github {
    /// What a person says of themselves.
    pub fn profile(&self, login: &str, profile: Profile) {
        let mut world = self.world();
        person(&mut world, login);
        world.account(login).profile = profile;
    }

    /// A person may not come in any more. Only GitHub Enterprise Server does so, and from now on this
    /// is one.
    pub fn suspend_person(&self, login: &str) {
        let mut world = self.world();
        world.is_enterprise_server = true;
        world.account(login).is_suspended = true;
    }

    /// A person leaves an organisation, and thereby its teams.
    pub fn leave(&self, organization: &str, login: &str) {
        let mut world = self.world();
        let is_other = |it: &String| !it.eq_ignore_ascii_case(login);
        world.account(organization).members.retain(is_other);
        for team in world.teams.values_mut() {
            if team.organization.eq_ignore_ascii_case(organization) {
                team.members.retain(is_other);
            }
        }
    }

    /// What a team says of itself.
    pub fn describe_team(&self, organization: &str, slug: &str, description: &str) {
        let mut world = self.world();
        team(&mut world, organization, slug).description = Some(description.to_owned());
    }

    /// A team has these members from now on.
    pub fn staff_team(&self, organization: &str, slug: &str, members: &[&str]) {
        let mut world = self.world();
        let members = members.iter().map(|it| (*it).to_owned()).collect();
        team(&mut world, organization, slug).members = members;
    }

    /// A team stands below another one, or below none.
    pub fn move_team(&self, organization: &str, slug: &str, parent: Option<&str>) {
        let mut world = self.world();
        let parent = parent.map(|parent| team(&mut world, organization, parent).id);
        team(&mut world, organization, slug).parent = parent;
    }

    /// A team has another name, of which its short one is made.
    pub fn rename_team(&self, organization: &str, slug: &str, name: &str) {
        let mut world = self.world();
        let mut key = (organization.to_lowercase(), slug.to_lowercase());
        let mut team = world.teams.remove(&key).expect("there is that team");
        name.clone_into(&mut team.name);
        team.slug = name.to_lowercase().replace(' ', "-");
        key.1.clone_from(&team.slug);
        world.teams.insert(key, team);
    }

    /// A team is dissolved, and with it those below it.
    pub fn remove_team(&self, organization: &str, slug: &str) {
        let mut world = self.world();
        let mut gone = vec![team(&mut world, organization, slug).id];
        while let Some(id) = gone.pop() {
            world.teams.retain(|_, it| it.id != id);
            let below = world.teams.values().filter(|it| it.parent == Some(id));
            gone.extend(below.map(|it| it.id));
        }
    }
}

fn team<'w>(world: &'w mut MutexGuard<'_, World>, organization: &str, slug: &str) -> &'w mut Team {
    let key = (organization.to_lowercase(), slug.to_lowercase());
    world.teams.get_mut(&key).expect("there is that team")
}
