import { type Mount, mountsOf } from "../dockerfile/mount.ts";
import type { Settings } from "../dockerfile/settings.ts";
import type { Script } from "../dockerfile/shell/script.ts";
import type { Step } from "../dockerfile/step.ts";
import { SealError } from "../error.ts";
import {
  type Content,
  type Recipe,
  type RecipeMount,
  type Serving,
  type Surroundings,
  secretsIn,
} from "../recipe/recipe.ts";
import type { SourceConfig } from "../source/kind/kind.ts";
import { type CommentGrant, parseComment } from "./comment.ts";
import { cleanPath, placeCover, placeMount } from "./mount.ts";
import { allowGrant, type Policy } from "./policy.ts";
import { type GrantRequest, requestRecipe } from "./request.ts";
import { printSelector, selects } from "./selector.ts";
import { readerOf, surroundingsOf } from "./surroundings.ts";

/** What the plan is made from. Nothing here is secret, and nothing is asked of a source. */
export type PlanInput = {
  /** What the user calls the Dockerfile. */
  readonly displayName: string;
  readonly steps: readonly Step[];
  /** Whether a build of the target runs the step. */
  readonly reached: (step: Step) => boolean;
  readonly settings: (step: Step) => Settings;
  /** What the step runs; asked only where a recipe wants to know. */
  readonly script: (step: Step) => Script;
  /** A variable of the host; asked only for those that a recipe says it reads. */
  readonly host: (name: string) => string | undefined;
  /** Whether the frontend takes `env=` on a secret mount. */
  readonly envMounts: boolean;
  readonly requests: readonly GrantRequest[];
  readonly recipes: ReadonlyMap<string, Recipe>;
  /** The names under `secrets:` of buildseal.yaml. */
  readonly declared: ReadonlySet<string>;
  /** The ids of the user's own `--secret`s: not ours, though one may begin like one of ours. */
  readonly userIds: ReadonlySet<string>;
  readonly policy: Policy;
  /** The mounts are written into the file, and are not for this build alone. */
  readonly written?: true;
};

/** One mount of one step: a new one, or one of ours that the user already wrote. */
export type PlannedMount = {
  readonly id: string;
  /** What its content is made of. */
  readonly secrets: readonly string[];
  readonly shows: string;
  /** The text to insert; nothing where the step has the mount already. */
  readonly text: string | undefined;
};

export type PlannedGrant = {
  readonly what: string;
  readonly origin: string;
  readonly chosen: string;
  readonly form: string;
  readonly why: string;
  readonly mounts: readonly PlannedMount[];
};

export type PlannedStep = { readonly step: Step; readonly reached: boolean; readonly grants: readonly PlannedGrant[] };

export type Plan = {
  readonly steps: readonly PlannedStep[];
  /** What has to lie in the store: id → content. Only for steps that the build reaches. */
  readonly contents: ReadonlyMap<string, Content>;
  /** The secrets to mint: those that a reached step gets. Those that the configuration does not declare with their source. */
  readonly secrets: ReadonlyMap<string, WantedSecret>;
  readonly notices: readonly string[];
  /** Why the builder's own frontend is not enough, where it is not. */
  readonly needsEnvMounts: string | undefined;
};

/** `optional`: without an identity for it the build goes on; only recipes that can be done without want it. */
export type WantedSecret = { readonly optional: boolean; readonly source: SourceConfig | undefined };

/** A secret that a recipe brings, and by which one. */
type Brought = { readonly recipe: Recipe; readonly source: SourceConfig | undefined };

/**
 * Which step gets which mounts, and why.
 *
 * @throws SealError GRANT, POLICY
 */
export function planGrants(input: PlanInput): Plan {
  const draft = new Draft(input);
  for (const request of input.requests) draft.addRequest(request);
  for (const step of input.steps) draft.addComments(step);
  for (const step of input.steps) draft.addHandwritten(step);
  return draft.finish();
}

/** The plan while it grows; one call makes it and it never leaves this file. */
class Draft {
  readonly #input: PlanInput;
  readonly #steps = new Map<Step, PlannedGrant[]>();
  readonly #contents = new Map<string, Content>();
  readonly #reachedIds = new Set<string>();
  readonly #brought = new Map<string, Brought>();
  readonly #secrets = new Map<string, WantedSecret>();
  readonly #notices = new Set<string>();
  #needsEnvMounts: string | undefined;

  constructor(input: PlanInput) {
    this.#input = input;
  }

  addRequest(request: GrantRequest): void {
    const hits = this.#choose(request);
    if (hits.length === 0 && !request.allowNone) throw hitsNothing(request, this.#input);
    for (const { step, chosen } of hits) this.#grant(step, request, chosen);
  }

  addComments(step: Step): void {
    for (const comment of step.comments) {
      const where = `${this.#input.displayName}:${comment.line}`;
      for (const asked of parseComment(comment.text, where)) {
        this.#grant(step, requestOf(asked, where, this.#input), "the comment above it");
      }
    }
  }

  /**
   * A mount of one of our ids that the user wrote by hand is a grant too, be it of a declared secret or of what another step
   * was granted: shown, and held against the policy.
   */
  addHandwritten(step: Step): void {
    const planned = new Set((this.#steps.get(step) ?? []).flatMap(({ mounts }) => mounts.map(({ id }) => id)));
    const mounts = this.#mountsOf(step);
    for (const mount of mounts) {
      this.#refuseUnreadable(step, mount);
      if (mount.type !== "secret" || mount.id === undefined || planned.has(mount.id)) continue;
      const content =
        this.#contents.get(mount.id) ??
        pathOfFile(mount, mounts, this.#input.declared) ??
        declaredSecret(mount.id, this.#input);
      if (content === undefined) continue;
      const secrets = secretsIn(content);
      for (const secret of secrets) allowGrant(this.#input.policy, { secret }, step);
      this.#contents.set(mount.id, content);
      this.#need(step, mount.id, new Map(secrets.map((secret) => [secret, this.#brought.get(secret)])));
      this.#add(step, {
        what: secrets.length === 0 ? mount.id : `secret ${secrets.join(", ")}`,
        origin: "the Dockerfile",
        chosen: "mounted by hand",
        form: "it is written",
        why: "the Dockerfile's own mount",
        mounts: [
          {
            id: mount.id,
            secrets,
            shows: mount.env ?? mount.target ?? `/run/secrets/${mount.id}`,
            text: undefined,
          },
        ],
      });
    }
  }

  finish(): Plan {
    return {
      steps: this.#input.steps
        .filter((step) => this.#steps.has(step))
        .map((step) => ({ step, reached: this.#input.reached(step), grants: this.#steps.get(step)! })),
      contents: new Map([...this.#contents].filter(([id]) => this.#reachedIds.has(id))),
      secrets: this.#secrets,
      notices: [...this.#notices],
      needsEnvMounts: this.#needsEnvMounts,
    };
  }

  #choose(request: GrantRequest): { step: Step; chosen: string }[] {
    const { steps } = this.#input;
    if (request.steps !== undefined) {
      const selector = request.steps;
      return steps.filter((step) => selects(selector, step)).map((step) => ({ step, chosen: printSelector(selector) }));
    }
    if (request.kind === "secret") return [];
    return steps.flatMap((step) => {
      if (step.onbuild) return [];
      const says = signOf(request.recipe, step, this.#surroundings(step, request.recipe));
      return says === undefined ? [] : [{ step, chosen: says }];
    });
  }

  #grant(step: Step, request: GrantRequest, chosen: string): void {
    const serving = this.#serve(step, request);
    const what = request.kind === "recipe" ? `recipe ${request.recipe.name}` : `secret ${request.secret}`;
    for (const notice of serving.notices) this.#notices.add(`${what}: ${notice}`);
    const mounts: PlannedMount[] = [];
    if (request.kind === "recipe") this.#bring(request, serving);
    for (const mount of serving.mounts) mounts.push(this.#mount(step, mount, request, mounts));
    for (const place of serving.covers ?? []) mounts.push(this.#cover(step, place));
    this.#add(step, { what, origin: request.origin, chosen, form: serving.form, why: serving.why, mounts });
  }

  #serve(step: Step, request: GrantRequest): Serving {
    if (request.kind === "secret") return serveSecret(request, this.#input.declared);
    const surroundings = this.#surroundings(step, request.recipe);
    const serving =
      this.#asRewritten(step, request, surroundings) ?? request.recipe.serve(request.options, surroundings);
    if (!("needs" in serving)) return serving;
    this.#needsEnvMounts ??= `${request.recipe.name} in ${step.label}: ${serving.why}`;
    const newer = request.recipe.serve(request.options, { ...surroundings, envMounts: true });
    if ("needs" in newer) throw new Error(`recipe ${request.recipe.name} asks for env mounts though it has them`);
    return newer;
  }

  /**
   * What `buildseal rewrite` put into the step, which knew nothing of its base image: where all of it is there, the step
   * is served, though with what is known of the base now the recipe would choose other places.
   */
  #asRewritten(
    step: Step,
    request: Extract<GrantRequest, { kind: "recipe" }>,
    surroundings: Surroundings,
  ): Serving | undefined {
    const there = this.#mountsOf(step).filter(({ type }) => type === "secret");
    if (there.length === 0) return undefined;
    for (const user of ["unknown", "other"] as const) {
      const serving = request.recipe.serve(request.options, { ...surroundings, home: undefined, user });
      if ("needs" in serving) continue;
      const isThere = (mount: RecipeMount) =>
        there.some(
          ({ id, target, env }) =>
            id === mount.id &&
            (mount.kind === "variable"
              ? env === mount.variable
              : target !== undefined && cleanPath(target) === cleanPath(mount.target)),
        );
      if (serving.mounts.every(isThere)) return serving;
    }
    return undefined;
  }

  /** @param beside the same grant's mounts so far */
  #mount(step: Step, wanted: RecipeMount, request: GrantRequest, beside: readonly PlannedMount[]): PlannedMount {
    const { policy } = this.#input;
    const secrets = secretsIn(wanted.content);
    for (const secret of secrets) {
      allowGrant(policy, { secret, recipe: request.kind === "recipe" ? request.recipe.name : undefined }, step);
    }
    const mount = { ...wanted, id: this.#idFor(wanted) };
    this.#contents.set(mount.id, mount.content);
    const brought = (secret: string) => (request.kind === "recipe" ? this.#brought.get(secret) : undefined);
    this.#need(step, mount.id, new Map(secrets.map((secret) => [secret, brought(secret)])));
    if (mount.kind === "variable" && !this.#input.envMounts) {
      this.#needsEnvMounts ??= `${step.label} gets the variable ${mount.variable}`;
    }
    const shows = mount.kind === "file" ? mount.target : mount.variable;
    const before = [...(this.#steps.get(step) ?? []).flatMap((grant) => grant.mounts), ...beside];
    const atPlace = before.find((other) => cleanPath(other.shows) === cleanPath(shows));
    if (atPlace !== undefined && atPlace.id !== mount.id) throw twoAtOnePlace(step, atPlace.id, mount.id, shows);
    const text =
      atPlace === undefined
        ? placeMount(mount, { ...step, mounts: this.#mountsOf(step) }, readerOf(this.#input.settings(step)))
        : undefined;
    return { id: mount.id, secrets, shows, text };
  }

  #cover(step: Step, place: string): PlannedMount {
    const isPlanned = (this.#steps.get(step) ?? []).some(({ mounts }) => mounts.some(({ shows }) => shows === place));
    const text = isPlanned ? undefined : placeCover(place, this.#mountsOf(step));
    return { id: "tmpfs", secrets: [], shows: place, text };
  }

  /** Where the secrets of a recipe's mounts come from: the configuration's declaration goes before what the recipe brings. */
  #bring({ recipe, origin }: Extract<GrantRequest, { kind: "recipe" }>, { mounts, brings }: Serving): void {
    const { declared } = this.#input;
    for (const secret of new Set(mounts.flatMap(({ content }) => secretsIn(content)))) {
      const source = declared.has(secret) ? undefined : brings[secret];
      if (source === undefined && !declared.has(secret))
        throw undeclared(`${origin}: recipe ${recipe.name}`, secret, declared);
      const known = this.#brought.get(secret)?.source;
      if (known !== undefined && JSON.stringify(known) !== JSON.stringify(source)) throw twoSources(origin, secret);
      this.#brought.set(secret, { recipe, source });
    }
  }

  /** The step's own mounts, their variables expanded as far as they are known. */
  #mountsOf(step: Step): readonly Mount[] {
    return mountsOf(step.run, this.#input.settings(step).expand);
  }

  /** A mount of which nobody here can say what it mounts could mount a secret of this build. */
  #refuseUnreadable(step: Step, { type, unresolved, flag }: Mount): void {
    if (step.onbuild || !this.#input.reached(step)) return;
    const key = unresolved.find((one) => one === "type" || (type === "secret" && /^(?:id|src|source)$/.test(one)));
    if (key === undefined) return;
    // what stands before the variable is part of the id
    const written = /(?:^|,)\s*"?(?:id|src|source)=([^,$'"\\`]*)/i.exec(flag.value ?? "")?.[1] ?? "";
    const candidate = [...this.#contents.keys(), ...this.#input.declared].find((id) => id.startsWith(written));
    if (candidate === undefined) return;
    throw new SealError(
      "GRANT",
      `${step.label} (line ${step.line}) has a mount whose \`${key}\` is made of a variable that is not known here: it could be ${candidate}`,
      "Write it without the variable, or give the variable a value by --build-arg or --platform",
    );
  }

  #surroundings(step: Step, recipe: Recipe): Surroundings {
    const { settings, script, host, envMounts, written } = this.#input;
    const known = surroundingsOf(settings(step), this.#mountsOf(step), () => script(step), recipe, host, envMounts);
    return written === true ? { ...known, written } : known;
  }

  /** The mount's own id, or, where another step has other content under it, one with a number. */
  #idFor(mount: RecipeMount): string {
    for (let number = 1; ; number++) {
      const id = number === 1 ? mount.id : `${mount.id}-${number}`;
      const there = this.#contents.get(id);
      if (there === undefined || sameContent(there, mount.content)) return id;
    }
  }

  #need(step: Step, id: string, secrets: ReadonlyMap<string, Brought | undefined>): void {
    // an ONBUILD step runs in the builds of others: it needs nothing here
    if (step.onbuild || !this.#input.reached(step)) return;
    this.#reachedIds.add(id);
    for (const [secret, brought] of secrets) {
      const known = this.#secrets.get(secret);
      this.#secrets.set(secret, {
        optional: (brought?.recipe.optional ?? false) && (known?.optional ?? true),
        source: known?.source ?? brought?.source,
      });
    }
  }

  #add(step: Step, grant: PlannedGrant): void {
    this.#steps.set(step, [...(this.#steps.get(step) ?? []), grant]);
  }
}

/** A secret by its name, as its grant asks for it. @throws SealError GRANT where it is not declared */
export function serveSecret(
  request: Extract<GrantRequest, { kind: "secret" }>,
  declared: ReadonlySet<string>,
): Serving {
  if (!declared.has(request.secret)) throw undeclared(request.origin, request.secret, declared);
  const { secret, field, as } = request;
  const id = field === undefined ? secret : `${secret}-${field}`;
  const content: Content = { kind: "secret", secret, ...(field === undefined ? {} : { field }) };
  if (as.env !== undefined) {
    return {
      form: "the value as a variable",
      why: "asked for (`env:`)",
      mounts: [{ kind: "variable", id, content, variable: as.env }],
      brings: {},
      notices: [],
    };
  }
  const target = as.target ?? `/run/secrets/${id}`;
  const file: RecipeMount = { kind: "file", id, content, target };
  if (as.file === undefined) return { form: "a file", why: "asked for", mounts: [file], brings: {}, notices: [] };
  const path: RecipeMount = {
    kind: "variable",
    id: `${id}-path`,
    variable: as.file,
    content: { kind: "text", render: () => target },
  };
  const why = "asked for (`file:`)";
  return { form: "a file, its path as a variable", why, mounts: [file, path], brings: {}, notices: [] };
}

export function undeclared(origin: string, secret: string, declared: ReadonlySet<string>): SealError {
  const known = declared.size === 0 ? "" : ` (there are: ${[...declared].join(", ")})`;
  return new SealError(
    "GRANT",
    `${origin}: there is no secret \`${secret}\``,
    `Declare it under \`secrets:\` in buildseal.yaml${known}`,
  );
}

export function twoSources(origin: string, secret: string): SealError {
  return new SealError(
    "GRANT",
    `${origin}: the secret \`${secret}\` would come from two different sources`,
    `Declare \`${secret}\` under \`secrets:\` in buildseal.yaml, or give both grants the same options`,
  );
}

/** What the comment says; a recipe has the options that the configuration gives it. */
function requestOf(asked: CommentGrant, where: string, { recipes, requests }: PlanInput): GrantRequest {
  if (asked.kind === "recipe") {
    const request = requestRecipe(asked.recipe, where, recipes);
    const configured = requests.find((one) => one.kind === "recipe" && one.recipe === request.recipe);
    return configured?.kind === "recipe" ? { ...request, options: configured.options } : request;
  }
  const { secret, field, file, env, target } = asked;
  return {
    kind: "secret",
    origin: where,
    steps: undefined,
    allowNone: false,
    secret,
    field,
    as: { file, env, target },
  };
}

/** Why a step would use the recipe, in one clause; undefined: nothing shows that it would. */
export function signOf(recipe: Recipe, step: Step, surroundings: Surroundings): string | undefined {
  for (const sign of recipe.signs) {
    const text = sign.except === undefined ? step.body : step.body.replace(sign.except, " ");
    if (!sign.run.test(text)) continue;
    const { variable } = sign;
    if (variable === undefined) return sign.says;
    const inEffect = surroundings
      .variables()
      .some(([name, value]) => variable.name.test(name) && variable.value.test(value));
    if (inEffect) return sign.says;
  }
  return undefined;
}

/** The variable with a file's path that `as: { file }` makes, where both were written by hand or by `rewrite`. */
function pathOfFile(
  { id = "", env }: Mount,
  mounts: readonly Mount[],
  declared: ReadonlySet<string>,
): Content | undefined {
  if (env === undefined || !id.endsWith("-path") || !declared.has(id.slice(0, -"-path".length))) return undefined;
  const file = mounts.find((other) => other.type === "secret" && `${other.id}-path` === id && other.env === undefined);
  const target = file?.target;
  return target === undefined ? undefined : { kind: "text", render: () => target };
}

/** A mount's id names a declared secret, or one field of it (`<secret>-<field>`), unless the user gives that id. */
function declaredSecret(id: string, { declared, userIds }: PlanInput): Content | undefined {
  if (declared.has(id)) return { kind: "secret", secret: id };
  if (userIds.has(id)) return;
  const [secret] = [...declared].filter((name) => id.startsWith(`${name}-`)).sort((a, b) => b.length - a.length);
  return secret === undefined ? undefined : { kind: "secret", secret, field: id.slice(secret.length + 1) };
}

function twoAtOnePlace(step: Step, first: string, second: string, place: string): SealError {
  return new SealError(
    "GRANT",
    `${step.label} (line ${step.line}) would get ${first} and ${second} at one place, ${place}`,
    "Give one of the two grants another place (`as:`), another step, or the same options",
  );
}

/** Whether two contents come out alike, whatever the values will be. */
export function sameContent(a: Content, b: Content): boolean {
  return a.kind === b.kind && sketch(a) === sketch(b);
}

/** A content with names where its values and facts will be. */
function sketch(content: Content): string {
  const placeholder = (secret: string, field = "") => `{${secret}.${field}}`;
  switch (content.kind) {
    case "secret":
      return placeholder(content.secret, content.field);
    case "text":
      return content.render(placeholder);
    case "document":
      return content.render(placeholder, (secret, fact) => `{${placeholder(secret, fact)}}`);
  }
}

function hitsNothing(request: GrantRequest, input: PlanInput): SealError {
  const what = request.kind === "recipe" ? `recipe ${request.recipe.name}` : `secret ${request.secret}`;
  const how = request.steps === undefined ? "by its own signs" : `(${printSelector(request.steps)})`;
  return new SealError(
    "GRANT",
    `${request.origin}: ${what} hits no step of ${input.displayName} ${how}`,
    request.steps === undefined
      ? `Name the steps in buildseal.yaml (\`steps: { run: … }\`), or write \`# buildseal: with=${request.kind === "recipe" ? request.recipe.name : "…"}\` above one`
      : "Correct the selector, or add `allowNone: true` where it is meant",
  );
}
