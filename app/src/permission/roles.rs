//! Roles as pages show them: a list of them, and one in a form.

use crate::catalog::EntityRef;
use crate::routes::Permission;

/// Every role, as the page lists them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoleList {
    pub rows: Vec<RoleRow>,
    /// Whether roles count.
    pub is_enabled: bool,
    /// Those who may do everything, whatever roles say.
    pub administrators: Vec<EntityRef>,
    /// Why who asks may not change roles; none when they may.
    pub refusal: Option<String>,
}

/// How long the name of a role may be, in characters.
pub const NAME: usize = 80;
/// Beside letters and digits, what it is made of.
pub const SIGNS: &str = " -_.,:&()+'";

/// Whether the name of a role may hold a character.
pub fn is_of_name(it: char) -> bool {
    it.is_alphanumeric() || SIGNS.contains(it)
}

/// What was just done to the role of a name. It comes in the address, which anybody can write: what
/// cannot have happened is not said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    Kept(String),
    Deleted(String),
}

impl Done {
    /// The parameter that says so.
    pub fn into_param(self) -> (&'static str, String) {
        match self {
            Self::Kept(name) => ("kept", name),
            Self::Deleted(name) => ("deleted", name),
        }
    }

    /// What the parameters say, where the list agrees; `param` gives one, empty where it is missing.
    pub fn read<'a>(param: impl Fn(&str) -> &'a str, list: &RoleList) -> Option<Self> {
        let is_there = |name: &str| list.rows.iter().any(|row| row.name == name);
        let (kept, deleted) = (param("kept"), param("deleted"));
        let is_name = deleted.chars().all(is_of_name) && deleted.chars().count() <= NAME;
        if is_there(kept) {
            Some(Self::Kept(kept.to_owned()))
        } else if !deleted.is_empty() && is_name && !is_there(deleted) {
            Some(Self::Deleted(deleted.to_owned()))
        } else {
            None
        }
    }
}

/// Where a role comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RoleSource {
    #[default]
    Configuration,
    Standard,
    Portal,
}

impl RoleSource {
    /// After the name of a role.
    pub fn words(self) -> &'static str {
        match self {
            Self::Configuration => "from the configuration",
            Self::Standard => "holds where no roles are configured",
            Self::Portal => "made here",
        }
    }
}

/// A role in a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoleRow {
    pub name: String,
    pub description: String,
    pub source: RoleSource,
    /// Who has it.
    pub members: Vec<String>,
    /// What it grants, each in words.
    pub grants: Vec<String>,
    /// How many people of the catalog have it.
    pub people: People,
    /// Who made it so, and when.
    pub changed: Option<String>,
}

/// A number of people of the catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct People {
    pub count: usize,
    /// Whether there are more people than were looked at.
    pub is_least: bool,
}

/// A role in a form, as it was sent or is to be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoleForm {
    /// The role that is changed; none for a new one.
    pub of: Option<String>,
    /// The version of it that the form began with.
    pub version: i64,
    /// The version that somebody else has saved meanwhile.
    pub overtaken: Option<i64>,
    pub name: String,
    pub description: String,
    pub signed_in: bool,
    pub guests: bool,
    pub members: Vec<String>,
    /// As `name=value`.
    pub claims: Vec<String>,
    pub grants: Vec<GrantForm>,
    /// Whether more empty lines for members and claims were asked for.
    pub more: bool,
    pub faults: Vec<FormFault>,
    /// The person for whom the preview says what they could do.
    pub person: String,
    pub preview: Option<Preview>,
}

impl RoleForm {
    /// One that is empty, but for the first grant.
    pub fn new_one() -> Self {
        Self {
            grants: vec![GrantForm::default()],
            ..Self::default()
        }
    }
}

/// One grant in a form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GrantForm {
    pub permissions: Vec<String>,
    pub condition: ConditionForm,
}

/// The condition of a grant: none without rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConditionForm {
    Rules {
        is_any: bool,
        rules: Vec<RuleForm>,
    },
    /// For what is deeper.
    Json(String),
}

impl Default for ConditionForm {
    fn default() -> Self {
        Self::Rules {
            is_any: false,
            rules: Vec::new(),
        }
    }
}

/// A rule in a form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RuleForm {
    pub is_not: bool,
    pub rule: String,
    /// Names and what stands in their fields; lists separated by commas.
    pub params: Vec<(String, String)>,
}

/// What is wrong, and where: `name`, `members[0]`, `grants[1].conditions.anyOf[0]`; empty for the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormFault {
    pub field: String,
    pub message: String,
}

/// What a form offers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoleOffers {
    /// Groups and people, by reference, with what they are called.
    pub people: Vec<(String, String)>,
    /// The claims that are kept.
    pub claims: Vec<String>,
    pub rules: Vec<RuleOffer>,
}

/// A rule that conditions can be made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleOffer {
    pub name: &'static str,
    /// In words.
    pub words: &'static str,
    /// What it is about, such as `catalog-entity`.
    pub about: &'static str,
    pub params: Vec<ParamOffer>,
}

/// A parameter of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParamOffer {
    pub name: &'static str,
    pub is_required: bool,
    pub hint: &'static str,
}

/// What would be another one with a role as the form has it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preview {
    /// How many people would have the role.
    pub people: People,
    /// What would change, by permission.
    pub changes: Vec<PermissionChange>,
    pub person: Option<Result<PersonPreview, String>>,
}

/// For how many people a permission would change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PermissionChange {
    pub permission: Permission,
    /// Who could do it, or do it to more.
    pub more: usize,
    /// Who could not do it any more, or not to all.
    pub fewer: usize,
    /// Who could do it under other conditions.
    pub other: usize,
}

/// What one person could do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonPreview {
    pub person: String,
    /// By what they would have the role; none when they would not.
    pub by: Option<String>,
    /// Permissions with what is so now, and what would be.
    pub lines: Vec<(Permission, &'static str, &'static str)>,
}

/// The permissions that roles can grant, in the order in which people read of them.
pub fn grantable() -> impl Iterator<Item = Permission> {
    let elsewhere = [
        Permission::Public,
        Permission::CatalogEntityCreate,
        Permission::MetricsRead,
        Permission::UserSettingsUpdate,
    ];
    let all = Permission::ALL.into_iter();
    all.filter(move |permission| !elsewhere.contains(permission))
}

/// What a permission lets somebody do, in words that follow "may".
pub fn words(permission: Permission) -> &'static str {
    match permission {
        Permission::Public => "see what everybody sees",
        Permission::CatalogEntityRead => "see entities",
        Permission::CatalogEntityCreate => "push entities",
        Permission::CatalogEntityDelete => "delete entities",
        Permission::CatalogEntityRefresh => "have entities read again",
        Permission::CatalogEntityValidate => "try whether an entity is valid",
        Permission::CatalogLocationRead => "see locations",
        Permission::CatalogLocationCreate => "register locations",
        Permission::CatalogLocationDelete => "remove locations",
        Permission::CatalogLocationAnalyze => "see what a URL would bring",
        Permission::ScaffolderParameterRead => "see what templates ask",
        Permission::ScaffolderStepRead => "run the steps of templates",
        Permission::ScaffolderActionExecute => "run actions",
        Permission::ScaffolderTaskCreate => "start templates",
        Permission::ScaffolderTaskRead => "see tasks",
        Permission::ScaffolderTaskCancel => "cancel tasks",
        Permission::ScaffolderDryRun => "try templates without effect",
        Permission::MetricsRead => "read metrics",
        Permission::AdminRead => "see how the installation does",
        Permission::AdminRolesUpdate => "make and change roles",
        Permission::UserSettingsUpdate => "keep their own settings",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_have_happened_is_not_said() {
        let row = |name: &str| RoleRow {
            name: name.to_owned(),
            ..RoleRow::default()
        };
        let list = RoleList {
            rows: vec![row("Crew")],
            ..RoleList::default()
        };
        let check = |key: &str, name: &str, expected: Option<Done>| {
            let param = |asked: &str| if asked == key { name } else { "" };
            assert_eq!(Done::read(param, &list), expected, "{key}={name}");
        };
        check("kept", "Crew", Some(Done::Kept("Crew".to_owned())));
        check("kept", "Call this number at once", None);
        check("deleted", "Desk", Some(Done::Deleted("Desk".to_owned())));
        check("deleted", "Crew", None);
        check("deleted", "see https://evil.example/", None);
        check("deleted", &"x".repeat(NAME + 1), None);
        check("done", "x", None);
    }
}
