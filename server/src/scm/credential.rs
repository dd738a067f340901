//! Who asks: the credential for a repository, as its host wants to be told.

use crate::config::{Integration, Provider, Secret};
use crate::outbound::Credential;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// None means that only what is public can be read.
pub(super) fn of(integration: &Integration, repository: &[String]) -> Option<Credential> {
    let token = integration.token.as_ref();
    let bearer = || token.map(|it| Credential::authorization("Bearer", it.expose()));
    let (user, password) = (&integration.username, &integration.password);
    match integration.provider {
        Provider::Azure => {
            let token = organization_token(integration, repository).or(token)?;
            Some(basic("", token))
        }
        Provider::BitbucketCloud => match user {
            Some(user) => Some(basic(user.expose(), token.or(password.as_ref())?)),
            None => bearer(),
        },
        Provider::BitbucketServer => match (token, user, password) {
            (None, Some(user), Some(password)) => Some(basic(user.expose(), password)),
            _ => bearer(),
        },
        Provider::Gerrit => None,
        Provider::Gitea => match (user, password.as_ref()?) {
            (Some(user), password) => Some(basic(user.expose(), password)),
            (None, token) => Some(Credential::authorization("token", token.expose())),
        },
        Provider::Github | Provider::Gitlab => bearer(),
    }
}

fn basic(user: &str, password: &Secret) -> Credential {
    let pair = format!("{user}:{}", password.expose());
    Credential::authorization("Basic", &STANDARD.encode(pair))
}

/// The token for the organisation of a repository: the first of its names, or of its host.
fn organization_token<'a>(
    integration: &'a Integration,
    repository: &[String],
) -> Option<&'a Secret> {
    let organization = match integration.host.strip_suffix(".visualstudio.com") {
        Some(organization) => organization,
        None => repository.first()?,
    };
    let is_for = |it: &&String| it.eq_ignore_ascii_case(organization);
    let mut found = integration
        .organizations
        .iter()
        .filter(|it| it.organizations.iter().any(|it| is_for(&it)));
    found.next().map(|it| &it.token)
}
