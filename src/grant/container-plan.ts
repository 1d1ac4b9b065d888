import { SealError } from "../error.ts";
import { type Content, type RecipeMount, type Serving, type Surroundings, secretsIn } from "../recipe/recipe.ts";
import type { SourceConfig } from "../source/kind/kind.ts";
import { remedyForClash } from "./clash.ts";
import { cleanPath } from "./mount.ts";
import type { Remarks } from "./notice.ts";
import type { WantedSecret } from "./plan.ts";
import type { Policy } from "./policy.ts";
import { allowGrant } from "./policy-grant.ts";
import type { GrantRequest } from "./request.ts";
import { sameContent } from "./same-content.ts";
import { serveSecret, twoSources, undeclared } from "./secret-serving.ts";

/**
 * The one folder that a container gets. It is mounted as a folder, so that a file that is put in the place of another is
 * seen in it: a mount of a single file would show the old one for ever.
 */
export const containerFolder = "/run/secrets";

export type ContainerInput = {
  readonly requests: readonly GrantRequest[];
  /** The names under `secrets:` of buildseal.yaml. */
  readonly declared: ReadonlySet<string>;
  /** What they say; left out, none is known to a policy that pins them. */
  readonly sources?: Readonly<Record<string, SourceConfig>> | undefined;
  /** What is known of the container: its image's settings and what the command line sets. */
  readonly surroundings: (request: Extract<GrantRequest, { kind: "recipe" }>) => Surroundings;
  /** Whether the user himself gives the variable (`-e`). */
  readonly isGiven: (variable: string) => boolean;
  readonly policy: Policy;
};

/** `file`: its path in the mounted folder, without a `/` before it. */
export type ContainerPlace =
  | { readonly kind: "file"; readonly file: string }
  | { readonly kind: "variable"; readonly variable: string };

export type ContainerGrant = Remarks & {
  readonly what: string;
  readonly origin: string;
  readonly form: string;
  readonly why: string;
  readonly items: readonly { readonly id: string; readonly secrets: readonly string[]; readonly shows: string }[];
};

/** What a container gets, and why. */
export type ContainerPlan = {
  readonly grants: readonly ContainerGrant[];
  /** What has to be made: id → content. */
  readonly contents: ReadonlyMap<string, Content>;
  /** … and where it goes. */
  readonly places: ReadonlyMap<string, ContainerPlace>;
  readonly secrets: ReadonlyMap<string, WantedSecret>;
};

/**
 * Plans what a container gets. Nothing is asked of a source, and nothing is written.
 *
 * @throws SealError GRANT, POLICY
 */
export function planContainer(input: ContainerInput): ContainerPlan {
  const contents = new Map<string, Content>();
  const places = new Map<string, ContainerPlace>();
  const secrets = new Map<string, WantedSecret>();
  const owners = new Map<string, string>();
  const grants = input.requests.map((request): ContainerGrant => {
    const serving = serve(request, input);
    const what = request.kind === "recipe" ? `recipe ${request.recipe.name}` : `secret ${request.secret}`;
    const { form, why, notices } = serving;
    const notes = [...(serving.notes ?? [])];
    const items = serving.mounts.flatMap((mount) => {
      const own = secretsIn(mount.content);
      if (isLeftToTheUser(mount, request, input)) {
        notes.push(`the command line gives ${shownOf(mount)} itself, and that is left as it is`);
        return [];
      }
      const place = placeOf(mount, request, what);
      for (const secret of own) {
        const recipe = request.kind === "recipe" ? request.recipe.name : undefined;
        const { sources = {} } = input;
        const source = Object.hasOwn(sources, secret) ? sources[secret] : serving.brings[secret];
        allowGrant(input.policy, { secret, recipe, source }, "container");
        want(secrets, secret, request, serving, input.declared);
      }
      const id = idFor(mount, place, contents, places);
      refuseClash({ id, mount, place, what, origin: request.origin }, places, owners);
      owners.set(id, what);
      contents.set(id, mount.content);
      places.set(id, place);
      return [{ id, secrets: own, shows: shownOf(mount) }];
    });
    return { what, origin: request.origin, form, why, items, notices, notes };
  });
  return { grants, contents, places, secrets };
}

function serve(request: GrantRequest, { declared, surroundings }: ContainerInput): Serving {
  if (request.kind === "secret") return serveSecret(request, declared);
  const serving = request.recipe.serve(request.options, surroundings(request));
  if ("needs" in serving) throw new Error(`recipe ${request.recipe.name} asks for env mounts in a container`);
  return serving;
}

/** What the user says by `-e` goes before what a recipe would say; a grant of his own that says otherwise is a mistake. */
function isLeftToTheUser(mount: RecipeMount, request: GrantRequest, { isGiven }: ContainerInput): boolean {
  if (mount.kind !== "variable" || !isGiven(mount.variable)) return false;
  if (request.kind === "recipe" && mount.content.kind === "text") return true;
  throw new SealError(
    "GRANT",
    `${request.origin}: ${mount.variable} comes by the grant, and the command line gives it too (-e or --env-file)`,
    "Take one of the two out",
  );
}

/** @throws SealError GRANT for what a container cannot get so */
function placeOf(mount: RecipeMount, request: GrantRequest, what: string): ContainerPlace {
  if (mount.kind === "variable") {
    if (mount.content.kind === "text") return { kind: "variable", variable: mount.variable };
    throw new SealError(
      "GRANT",
      `${request.origin}: ${what} would come to the container as the value of ${mount.variable}, and who may run \`docker inspect\` reads every variable of a container`,
      request.kind === "secret"
        ? `Write \`as: { file: ${mount.variable} }\`: a file, and its path in the variable`
        : "Its consumer takes nothing but a variable there: grant the secret itself (`secret: …, container: true, as: { file: VARIABLE }`), and have the start script read it from that file",
    );
  }
  const target = cleanPath(mount.target);
  const parts = target.split("/");
  const inFolder = target.startsWith(`${containerFolder}/`) && !parts.includes("..") && !parts.includes(".");
  if (inFolder) return { kind: "file", file: target.slice(containerFolder.length + 1) };
  throw new SealError(
    "GRANT",
    `${request.origin}: ${what} would come to ${mount.target}, and a container gets its files under ${containerFolder}/ alone: only in a mounted folder it sees renewals`,
    `Let the target begin with ${containerFolder}/, and name it by a variable or a link in the image`,
  );
}

/** The secret's source: the configuration's declaration goes before what the recipe brings. */
function want(
  secrets: Map<string, WantedSecret>,
  secret: string,
  request: GrantRequest,
  { brings, lacksRole }: Serving,
  declared: ReadonlySet<string>,
): void {
  const isRecipe = request.kind === "recipe";
  const source = isRecipe && !declared.has(secret) ? brings[secret] : undefined;
  if (isRecipe && source === undefined && !declared.has(secret)) {
    throw undeclared(`${request.origin}: recipe ${request.recipe.name}`, secret, declared);
  }
  const known = secrets.get(secret);
  if (known?.source !== undefined && source !== undefined && JSON.stringify(known.source) !== JSON.stringify(source)) {
    throw twoSources(request.origin, secret);
  }
  secrets.set(secret, {
    optional: isRecipe && request.recipe.optional && (known?.optional ?? true),
    source: known?.source ?? source,
    ...(source !== undefined && lacksRole && { lacksRole }),
  });
}

/** The id under which the very content has the place already; else the mount's own, with a number where that is taken. */
function idFor(
  mount: RecipeMount,
  place: ContainerPlace,
  contents: ReadonlyMap<string, Content>,
  places: ReadonlyMap<string, ContainerPlace>,
): string {
  const atPlace = [...places].find(([, there]) => there.kind === place.kind && nameOf(there) === nameOf(place));
  if (atPlace !== undefined && sameContent(contents.get(atPlace[0])!, mount.content)) return atPlace[0];
  for (let number = 1; ; number++) {
    const id = number === 1 ? mount.id : `${mount.id}-${number}`;
    if (!contents.has(id)) return id;
  }
}

type Wanted = {
  readonly id: string;
  readonly mount: RecipeMount;
  readonly place: ContainerPlace;
  readonly what: string;
  readonly origin: string;
};

/** Two contents for one place; a file where another has its folder. @param owners id → the grant it is of */
function refuseClash(
  { id, mount, place, what, origin }: Wanted,
  places: ReadonlyMap<string, ContainerPlace>,
  owners: ReadonlyMap<string, string>,
): void {
  const name = nameOf(place);
  for (const [other, there] of places) {
    if (other === id || there.kind !== place.kind) continue;
    const taken = nameOf(there);
    if (taken !== name && !taken.startsWith(`${name}/`) && !name.startsWith(`${taken}/`)) continue;
    throw new SealError(
      "GRANT",
      `${origin}: the container would get ${other} and ${id} at one place, ${shownOf(mount)}`,
      remedyForClash([owners.get(other) ?? what, what], "container"),
    );
  }
}

const nameOf = (place: ContainerPlace): string => (place.kind === "file" ? place.file : place.variable);

const shownOf = (mount: RecipeMount): string => (mount.kind === "file" ? cleanPath(mount.target) : mount.variable);
