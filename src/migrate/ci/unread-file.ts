/** Whether a file often runs builds that nothing here reads: a Makefile, a pipeline of another CI service. */
export function isUnreadBuildFile(path: string): boolean {
  return /(?:^|\/)(?:(?:GNU)?makefile|[^/]*\.mk|justfile|[^/]*\.just|taskfile\.ya?ml|jenkinsfile[^/]*|\.circleci\/[^/]+\.ya?ml|\.buildkite\/[^/]+\.ya?ml|bitbucket-pipelines\.ya?ml|azure-pipelines[^/]*\.ya?ml|cloudbuild[^/]*\.ya?ml|buildspec[^/]*\.ya?ml|\.drone\.ya?ml|\.travis\.yml|\.woodpecker\.ya?ml|earthfile)$/i.test(
    path,
  );
}
