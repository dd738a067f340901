//! What GitHub tells of its own accord, signed.

use crate::github::Github;
use axum::body::Body;
use axum::http::Request;
use ring::hmac;
use serde_json::{Value, json};

/// A delivery in the making.
pub struct Webhook {
    event: &'static str,
    delivery: String,
    payload: Value,
}

impl Github {
    /// A push to a branch, of paths that were added, changed and removed.
    pub fn push(
        &self,
        full_name: &str,
        branch: &str,
        [added, modified, removed]: [&[&str]; 3],
    ) -> Webhook {
        let (before, after) = ("1".repeat(40), "2".repeat(40));
        let commit = json!({
            "id": after, "tree_id": after, "distinct": true, "message": "Change",
            "timestamp": "2026-01-01T00:00:00Z", "url": "http://x/commit",
            "author": {"name": "Ann", "email": "ann@example.com"},
            "committer": {"name": "Ann", "email": "ann@example.com"},
            "added": added, "modified": modified, "removed": removed,
        });
        self.event(
            "push",
            full_name,
            json!({
                "ref": format!("refs/heads/{branch}"),
                "before": before, "after": after, "base_ref": null,
                "compare": "http://x/compare", "created": false, "deleted": false, "forced": false,
                "commits": [commit], "head_commit": commit,
                "pusher": {"name": "ann", "email": "ann@example.com"},
            }),
        )
    }

    /// Something became of a repository; `changes` are those of the payload.
    pub fn told(&self, full_name: &str, action: &str, changes: Value) -> Webhook {
        let payload = json!({"action": action, "changes": changes});
        self.event("repository", full_name, payload)
    }

    /// Somebody came into an organisation (`member_added`) or left it (`member_removed`).
    pub fn told_of_member(&self, organization: &str, action: &str, login: &str) -> Webhook {
        let user = self.world().simple_user(login);
        let membership = json!({"state": "active", "role": "member", "user": user});
        let payload = json!({"action": action, "membership": membership});
        self.event_of_organization("organization", organization, payload)
    }

    /// Something became of a team (`created`, `edited`, `deleted` and others).
    pub fn told_of_team(&self, organization: &str, slug: &str, action: &str) -> Webhook {
        let team = self.team_or_name(organization, slug);
        let payload = json!({"action": action, "team": team});
        self.event_of_organization("team", organization, payload)
    }

    /// Somebody came into a team (`added`) or left it (`removed`).
    pub fn told_of_membership(
        &self,
        organization: &str,
        slug: &str,
        action: &str,
        login: &str,
    ) -> Webhook {
        let team = self.team_or_name(organization, slug);
        let member = self.world().simple_user(login);
        let payload = json!({"action": action, "scope": "team", "team": team, "member": member});
        self.event_of_organization("membership", organization, payload)
    }

    fn team_or_name(&self, organization: &str, slug: &str) -> Value {
        let world = self.world();
        let team = world.find_team(organization, slug);
        team.map_or_else(|| json!({"slug": slug}), |it| world.team(it))
    }

    fn event_of_organization(
        &self,
        event: &'static str,
        organization: &str,
        mut payload: Value,
    ) -> Webhook {
        let world = self.world();
        payload["organization"] = world.organization(organization);
        payload["sender"] = world.simple_user("ann");
        Webhook::new(event, payload)
    }

    fn event(&self, event: &'static str, full_name: &str, mut payload: Value) -> Webhook {
        let mut world = self.world();
        let known = world.repository(full_name).cloned();
        let repository = known.unwrap_or_else(|| world.new_repository(full_name));
        payload["repository"] = world.describe(&repository);
        payload["organization"] = world.simple_user(&repository.owner);
        payload["sender"] = world.simple_user("ann");
        Webhook::new(event, payload)
    }
}

impl Webhook {
    /// What GitHub sends first.
    pub fn ping() -> Self {
        let payload = json!({"zen": "Design for failure.", "hook_id": 1});
        Self::new("ping", payload)
    }

    fn new(event: &'static str, payload: Value) -> Self {
        Self {
            event,
            delivery: uuid::Uuid::new_v4().to_string(),
            payload,
        }
    }

    /// With another value at the top of the payload.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.payload[name] = value.into();
        self
    }

    #[must_use]
    pub fn delivery(mut self, id: &str) -> Self {
        id.clone_into(&mut self.delivery);
        self
    }

    /// The request, as GitHub sends it to whoever shares the secret.
    pub fn signed(&self, secret: &str) -> Request<Body> {
        let body = self.payload.to_string();
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let signature = hmac::sign(&key, body.as_bytes());
        let signature = signature.as_ref().iter();
        let signature = signature.fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        self.request(Some(&format!("sha256={signature}")), body)
    }

    pub fn unsigned(&self) -> Request<Body> {
        self.request(None, self.payload.to_string())
    }

    /// The request with any signature and body.
    pub fn request(&self, signature: Option<&str>, body: String) -> Request<Body> {
        let mut request = Request::post("/api/events/http/github")
            .header("content-type", "application/json")
            .header("user-agent", "GitHub-Hookshot/044aadd")
            .header("x-github-event", self.event)
            .header("x-github-delivery", &self.delivery)
            .header("x-github-hook-id", "1");
        if let Some(signature) = signature {
            request = request.header("x-hub-signature-256", signature);
        }
        request.body(Body::from(body)).unwrap()
    }
}
