import { type CarriedSecret, secretIn } from "../../migrate/ci/carried-secret.ts";
import { scopeOf } from "../../migrate/ci/scope.ts";
import { secretIdFor } from "../../migrate/ci/secret-id.ts";
import { type BuildInput, buildsIn, type ContainerBuild } from "../../workflow/build.ts";
import { keptArguments } from "../../workflow/command/kept-argument.ts";
import type { LintRule } from "../rule.ts";

export const ciBuildArgSecret: LintRule = {
  id: "ci-build-arg-secret",
  severity: "error",
  title: "A build argument carries a secret",
  docs: {
    what: "A `--build-arg`, an action's `build-args`, or `args` of a compose or bake file whose value is a secret of the CI service, a variable that holds one, or a variable that is named like one. A secret whose name says nothing is a warning; values that are public by their names (`NEXT_PUBLIC_…`, `…_USERNAME`) are left alone.",
    why: "A build argument is kept in the image's history and in its provenance, and is part of the cache's key: whoever can pull the image or its cache reads it. A secret mount leaves nothing.",
    example: `- run: docker build --build-arg NPM_TOKEN=\${{ secrets.NPM_TOKEN }} .`,
    instead: `- run: docker build --secret id=npm-token,env=NPM_TOKEN .\n  env:\n    NPM_TOKEN: \${{ secrets.NPM_TOKEN }}\n  # and in the Dockerfile:\n  # RUN --mount=type=secret,id=npm-token,env=NPM_TOKEN,required=true npm ci`,
  },
  fix: "none",
  subject: "ci",
  *check({ document }) {
    const builds = buildsIn(document);
    const kept = keptArguments(builds);
    for (const build of builds) {
      const args = [...build.args, ...(kept.get(build) ?? [])];
      if (args.length === 0) continue;
      const scope = scopeOf(document, build);
      for (const arg of args) {
        const secret = secretIn(arg.name, arg.value, scope);
        if (secret === undefined) continue;
        yield {
          start: arg.start,
          end: arg.end,
          message: `${build.label}: the build argument ${arg.name} carries ${origin(secret, arg)}, which stays in the image's history`,
          remedy: `${instead(build, arg, secret)}; in the Dockerfile \`RUN --mount=type=secret,id=${secretIdFor(arg.name)},env=${arg.name},required=true\` in the place of \`ARG ${arg.name}\``,
          severity: secret.grade === "certain" ? "error" : "warning",
          key: arg.name,
        };
      }
    }
  },
};

function origin({ from }: CarriedSecret, { name }: BuildInput): string {
  return from === name || from === `$${name}` ? "a secret" : from;
}

/** What is to be written in the place of the argument. */
function instead(build: ContainerBuild, { name }: BuildInput, { from }: CarriedSecret): string {
  const id = secretIdFor(name);
  const variable = from.startsWith("$") ? from.slice(1) : name;
  const expression = /^(?:secrets|inputs|github|steps|needs)\./.test(from) ? from : undefined;
  switch (build.how) {
    case "command": {
      const flag = `Write \`--secret id=${id},env=${variable}\``;
      return expression === undefined
        ? flag
        : `${flag} with \`env: { ${variable}: \${{ ${expression} }} }\` at the step`;
    }
    case "bake-command":
      return `Write \`--set '*.secrets=id=${id},env=${variable}'\`${expression === undefined ? "" : ` with \`env: { ${variable}: \${{ ${expression} }} }\` at the step`}`;
    case "bake-action":
      return (
        `Write \`*.secrets=id=${id},env=${variable}\` under \`set:\`` +
        (expression === undefined ? "" : `, with \`env: { ${variable}: \${{ ${expression} }} }\` at the step`)
      );
    case "build-push-action":
      return `Write it under \`secrets:\` as \`${id}=${expression === undefined ? `$\{{ env.${variable} }}` : `$\{{ ${expression} }}`}\``;
    case "compose":
      return `Write \`secrets: [${id}]\` under \`build:\`, and \`${id}: { environment: ${variable} }\` under the file's own \`secrets:\``;
    case "bake":
      return `Write \`secret = ["id=${id},env=${variable}"]\` in the target`;
  }
}
