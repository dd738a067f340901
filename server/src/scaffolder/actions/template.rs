//! `fetch:template`, `workspace:template` and the same for single files: skeletons become files.

use super::fetch::{Folder, Source};
use super::{Action, ActionError, Call};
use crate::scaffolder::filters::filters;
use crate::scaffolder::language::Data;
use crate::scaffolder::skeleton::{
    self, Entry, EntryKind, Input, Skeleton, SkeletonError, Target, Written,
};
use crate::scaffolder::workspace::{Inside, Kind, Workspace, WorkspaceError};
use crate::scm::Scm;
use futures::future::BoxFuture;
use std::io;
use std::sync::Arc;

/// Files that are named one by one in the log.
const TOLD: usize = 100;

/// `fetch:template`.
pub(super) struct Fetch(pub(super) Source);
/// `fetch:template:file`.
pub(super) struct FetchFile(pub(super) Source);
/// `workspace:template`.
pub(super) struct Render(pub(super) Arc<Scm>);
/// `workspace:template:file`.
pub(super) struct RenderFile(pub(super) Arc<Scm>);

impl Action for Fetch {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let skeleton = prepare(call, &self.0.scm)?;
            let url = text(call, "url");
            call.log
                .info(&format!("Fetching template content from {url}"));
            let base = call.template.and_then(|it| it.base_url.as_deref());
            let token = call.input["token"].as_str();
            let folder = self.0.folder(url, base, token).await?;
            let (written, hidden) = call
                .blocking(move |workspace| {
                    let written = write(&skeleton, &folder, workspace);
                    Ok((written, skeleton.hidden()))
                })
                .await?;
            hide(call, &hidden);
            tell(call, &written?);
            Ok(())
        })
    }
}

impl Action for FetchFile {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let skeleton = prepare(call, &self.0.scm)?;
            let url = text(call, "url").to_owned();
            call.log
                .info(&format!("Fetching template content from {url}"));
            let base = call.template.and_then(|it| it.base_url.as_deref());
            let token = call.input["token"].as_str();
            let (bytes, executable) = self.0.file(&url, base, token).await?;
            let (written, hidden) = call
                .blocking(move |workspace| {
                    let written = skeleton.write_file(&url, bytes, executable, &mut On(workspace));
                    Ok((written.map_err(refused), skeleton.hidden()))
                })
                .await?;
            hide(call, &hidden);
            tell_file(call, written?);
            Ok(())
        })
    }
}

impl Action for Render {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let skeleton = prepare(call, &self.0)?;
            let (source, target) = (
                Call::path(text(call, "sourcePath"))?,
                Call::path(text(call, "targetPath"))?,
            );
            if source.is_within(&target) || target.is_within(&source) {
                return Err(ActionError::Input(
                    "targetPath must not overlap sourcePath".to_owned(),
                ));
            }
            let workspace = Arc::clone(call.workspace);
            let (written, hidden) = call
                .blocking(move |target| {
                    let folder = Part {
                        files: &workspace,
                        at: &source,
                    };
                    let written = skeleton.write(&folder, &mut On(target)).map_err(refused);
                    Ok((written, skeleton.hidden()))
                })
                .await?;
            hide(call, &hidden);
            tell(call, &written?);
            Ok(())
        })
    }
}

impl Action for RenderFile {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let skeleton = prepare(call, &self.0)?;
            let source = Call::path(text(call, "sourcePath"))?;
            let (written, hidden) = call
                .blocking(move |files| {
                    let bytes = files.read(&source)?;
                    let executable = files.find(&source)?.is_some_and(|it| it.executable);
                    let from = source.as_str();
                    let written = skeleton.write_file(from, bytes, executable, &mut On(files));
                    Ok((written.map_err(refused), skeleton.hidden()))
                })
                .await?;
            hide(call, &hidden);
            tell_file(call, written?);
            Ok(())
        })
    }
}

fn text<'a>(call: &'a Call<'_>, key: &str) -> &'a str {
    call.input[key].as_str().unwrap_or_default()
}

fn prepare(call: &Call<'_>, scm: &Scm) -> Result<Skeleton, ActionError> {
    let input = Input::read(&Data::from(call.input), call.hidden);
    let input = input.map_err(|error| ActionError::Input(error.to_string()))?;
    Skeleton::new(input, filters(scm)).map_err(|error| ActionError::Input(error.to_string()))
}

fn write(
    skeleton: &Skeleton,
    folder: &Folder,
    workspace: &Workspace,
) -> Result<Vec<Written>, ActionError> {
    let source = Part {
        files: &folder.files,
        at: &folder.at,
    };
    skeleton.write(&source, &mut On(workspace)).map_err(refused)
}

/// What has come from secrets into files is hidden from now on: files are listed, and names handed on.
fn hide(call: &Call<'_>, hidden: &[String]) {
    call.log.mask.add(hidden.iter().map(String::as_str));
}

fn tell(call: &Call<'_>, written: &[Written]) {
    let shown = written.iter().filter(|it| !it.is_path_secret).take(TOLD);
    for file in shown {
        call.log.info(&format!("Writing {}", file.path));
    }
    call.log.info(&format!(
        "Template result written: {} files and folders",
        written.len()
    ));
}

fn tell_file(call: &Call<'_>, written: bool) {
    let target = text(call, "targetPath");
    call.log.info(&if written {
        format!("Template file has been written to {target}")
    } else {
        format!("File {target} already exists in workspace, not replacing.")
    });
}

fn refused(error: SkeletonError) -> ActionError {
    ActionError::Input(error.to_string())
}

/// A folder of a workspace, as skeletons read it.
struct Part<'a> {
    files: &'a Workspace,
    at: &'a Inside,
}

impl skeleton::Source for Part<'_> {
    fn entries(&self) -> io::Result<Vec<Entry>> {
        let entries = self.files.walk(self.at).map_err(io::Error::other)?;
        let entries = entries.into_iter().filter_map(|entry| {
            let path = entry.path.below(self.at)?.to_owned();
            let kind = match entry.kind {
                Kind::Folder => EntryKind::Folder,
                Kind::File => EntryKind::File {
                    is_executable: entry.executable,
                },
                Kind::Link => match self.files.read_link(&entry.path) {
                    Ok(to) => EntryKind::Link(to),
                    Err(error) => return Some(Err(io::Error::other(error))),
                },
            };
            Some(Ok(Entry { path, kind }))
        });
        entries.collect()
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let path = self.at.join(path).map_err(io::Error::other)?;
        self.files.read(&path).map_err(io::Error::other)
    }
}

/// A workspace, as skeletons write to it.
struct On<'a>(&'a Workspace);

impl On<'_> {
    fn at(
        &self,
        path: &str,
        work: impl FnOnce(&Workspace, &Inside) -> Result<(), WorkspaceError>,
    ) -> io::Result<()> {
        let path = Inside::parse(path).map_err(io::Error::other)?;
        work(self.0, &path).map_err(io::Error::other)
    }
}

impl Target for On<'_> {
    fn exists(&self, path: &str) -> bool {
        let path = Inside::parse(path);
        path.is_ok_and(|path| self.0.find(&path).is_ok_and(|found| found.is_some()))
    }

    fn folder(&mut self, path: &str) -> io::Result<()> {
        self.at(path, Workspace::create_folder)
    }

    fn file(&mut self, path: &str, bytes: &[u8], is_executable: bool) -> io::Result<()> {
        self.at(path, |workspace, path| {
            workspace.write(path, bytes, is_executable)
        })
    }

    fn link(&mut self, path: &str, to: &str) -> io::Result<()> {
        self.at(path, |workspace, path| {
            if workspace.find(path)?.is_some() {
                workspace.remove(path)?;
            }
            workspace.link(path, to)
        })
    }
}
