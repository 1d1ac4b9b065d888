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
import { asRewritten } from "./as-rewritten.ts";
import { besideNotices, remedyForClash } from "./clash.ts";
import { commentRequests } from "./comment-request.ts";
import { declaredSecret, pathOfFile } from "./handwritten.ts";
import { cleanPath, placeCover, placeMount } from "./mount.ts";
import type { Remarks } from "./notice.ts";
import { otherUserNotices } from "./other-user.ts";
import { keptFolder } from "./own-mount.ts";
import type { Policy } from "./policy.ts";
import { allowGrant } from "./policy-grant.ts";
import type { GrantRequest } from "./request.ts";
import { sameContent } from "./same-content.ts";
import { serveSecret, twoSources, undeclared } from "./secret-serving.ts";
import { printSelector, selects } from "./selector.ts";
import { signOf } from "./sign.ts";
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
  /** What they say; left out, none is known to a policy that pins them. */
  readonly sources?: Readonly<Record<string, SourceConfig>> | undefined;
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

export type PlannedGrant = Remarks & {
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
  /** Why the builder's own frontend is not enough, where it is not. */
  readonly needsEnvMounts: string | undefined;
};

/** `optional`: without an identity for it the build goes on; only recipes that can be done without want it. */
export type WantedSecret = {
  readonly optional: boolean;
  readonly source: SourceConfig | undefined;
  /** With a role the recipe would have another source for it (`Serving.lacksRole`). */
  readonly lacksRole?: true;
};

/** A secret that a recipe brings, and by which one. */
type Brought = Pick<WantedSecret, "source" | "lacksRole"> & { readonly recipe: Recipe };

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
  readonly #comments: ReadonlyMap<Step, readonly GrantRequest[]>;
  readonly #steps = new Map<Step, PlannedGrant[]>();
  readonly #contents = new Map<string, Content>();
  readonly #reachedIds = new Set<string>();
  readonly #brought = new Map<string, Brought>();
  readonly #secrets = new Map<string, WantedSecret>();
  #needsEnvMounts: string | undefined;

  constructor(input: PlanInput) {
    this.#input = input;
    this.#comments = new Map(input.steps.map((step) => [step, commentRequests(step, input)]));
  }

  addRequest(request: GrantRequest): void {
    const hits = this.#choose(request);
    if (hits.length === 0 && !request.allowNone && !this.#isForComments(request)) {
      throw hitsNothing(request, this.#input);
    }
    for (const { step, chosen } of hits) this.#grant(step, request, chosen);
  }

  addComments(step: Step): void {
    for (const request of this.#comments.get(step) ?? []) this.#grant(step, request, "the comment above it");
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
      for (const secret of secrets) this.#allow(secret, undefined, step);
      this.#contents.set(mount.id, content);
      this.#need(step, mount.id, new Map(secrets.map((secret) => [secret, this.#brought.get(secret)])));
      this.#add(step, {
        what: secrets.length === 0 ? mount.id : `secret ${secrets.join(", ")}`,
        origin: "the Dockerfile",
        chosen: "mounted by hand",
        form: "it is written",
        why: "the Dockerfile's own mount",
        notices: [],
        notes: [],
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
        .map((step) => ({ step, reached: this.#input.reached(step), grants: besideEachOther(this.#steps.get(step)!) })),
      contents: new Map([...this.#contents].filter(([id]) => this.#reachedIds.has(id))),
      secrets: this.#secrets,
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
      const says = signOf(request.recipe, this.#surroundings(step, request.recipe), request.options);
      return says === undefined ? [] : [{ step, chosen: says }];
    });
  }

  /** Without steps of its own it says with what options the recipe is granted where a comment asks for it. */
  #isForComments(request: GrantRequest): boolean {
    if (request.kind !== "recipe" || request.steps !== undefined) return false;
    const asked = [...this.#comments.values()].flat();
    return asked.some((one) => one.kind === "recipe" && one.recipe === request.recipe);
  }

  #grant(step: Step, request: GrantRequest, chosen: string): void {
    const serving = this.#serve(step, request);
    const what = whatOf(request);
    const mounts: PlannedMount[] = [];
    if (request.kind === "recipe") this.#bring(request, serving);
    for (const mount of serving.mounts) mounts.push(this.#mount(step, mount, request, mounts));
    for (const place of serving.covers ?? []) mounts.push(this.#cover(step, place));
    const { form, why, notes = [] } = serving;
    const notices = [...serving.notices, ...this.#otherUserNotices(step, request, serving)];
    this.#add(step, { what, origin: request.origin, chosen, form, why, mounts, notices, notes });
  }

  #serve(step: Step, request: GrantRequest): Serving {
    if (request.kind === "secret") return serveSecret(request, this.#input.declared);
    const surroundings = this.#surroundings(step, request.recipe);
    const serving =
      asRewritten(request, surroundings, this.#mountsOf(step)) ?? request.recipe.serve(request.options, surroundings);
    if (!("needs" in serving)) return serving;
    this.#needsEnvMounts ??= `${request.recipe.name} in ${step.label}: ${serving.why}`;
    const newer = request.recipe.serve(request.options, { ...surroundings, envMounts: true });
    if ("needs" in newer) throw new Error(`recipe ${request.recipe.name} asks for env mounts though it has them`);
    return newer;
  }

  #otherUserNotices(step: Step, request: GrantRequest, { mounts }: Serving): string[] {
    if (request.kind === "secret") return [];
    const { recipe, options } = request;
    return otherUserNotices(
      { recipe, options, mounts },
      { ...step, mounts: this.#mountsOf(step) },
      this.#surroundings(step, recipe),
      readerOf(this.#input.settings(step)),
    );
  }

  /** @param beside the same grant's mounts so far */
  #mount(step: Step, wanted: RecipeMount, request: GrantRequest, beside: readonly PlannedMount[]): PlannedMount {
    const secrets = secretsIn(wanted.content);
    for (const secret of secrets) {
      this.#allow(secret, request.kind === "recipe" ? request.recipe.name : undefined, step);
    }
    const shows = wanted.kind === "file" ? wanted.target : wanted.variable;
    const earlier = this.#steps.get(step) ?? [];
    const before = [...earlier.flatMap((grant) => grant.mounts), ...beside];
    const atPlace = before.find((other) => cleanPath(other.shows) === cleanPath(shows));
    const there = atPlace === undefined ? undefined : this.#contents.get(atPlace.id);
    const isThere = there !== undefined && sameContent(there, wanted.content);
    const mount = { ...wanted, id: isThere ? atPlace!.id : this.#idFor(wanted) };
    this.#contents.set(mount.id, mount.content);
    const brought = (secret: string) => (request.kind === "recipe" ? this.#brought.get(secret) : undefined);
    this.#need(step, mount.id, new Map(secrets.map((secret) => [secret, brought(secret)])));
    if (mount.kind === "variable" && !this.#input.envMounts) {
      this.#needsEnvMounts ??= `${step.label} gets the variable ${mount.variable}`;
    }
    if (atPlace !== undefined && atPlace.id !== mount.id) {
      const what = whatOf(request);
      const other = earlier.find(({ mounts }) => mounts.includes(atPlace))?.what ?? what;
      throw twoAtOnePlace(step, [atPlace.id, mount.id], shows, [other, what]);
    }
    const text =
      atPlace === undefined
        ? placeMount(mount, { ...step, mounts: this.#mountsOf(step) }, readerOf(this.#input.settings(step)))
        : undefined;
    if (text !== undefined && request.kind === "recipe") this.#refuseKept(step, mount, request.recipe);
    return { id: mount.id, secrets, shows, text };
  }

  /** A recipe whose consumer can be told of no other place. */
  #refuseKept(step: Step, mount: RecipeMount, recipe: Recipe): void {
    const folder =
      mount.kind === "file"
        ? keptFolder(mount.target, this.#mountsOf(step), this.#input.settings(step).directory)
        : undefined;
    if (folder === undefined) return;
    throw new SealError(
      "GRANT",
      `${step.label} (line ${step.line}) has a mount of its own at ${folder}, in which ${mount.id} of recipe ${recipe.name} would lie: an empty file would stay there`,
      `Mount a folder within ${folder} that the file is not in`,
    );
  }

  #cover(step: Step, place: string): PlannedMount {
    const isPlanned = (this.#steps.get(step) ?? []).some(({ mounts }) => mounts.some(({ shows }) => shows === place));
    const text = isPlanned ? undefined : placeCover(place, this.#mountsOf(step));
    return { id: "tmpfs", secrets: [], shows: place, text };
  }

  /** @throws SealError POLICY */
  #allow(secret: string, recipe: string | undefined, step: Step): void {
    const { policy, sources = {} } = this.#input;
    const source = Object.hasOwn(sources, secret) ? sources[secret] : this.#brought.get(secret)?.source;
    allowGrant(policy, { secret, recipe, source }, step);
  }

  /** Where the secrets of a recipe's mounts come from: the configuration's declaration goes before what the recipe brings. */
  #bring({ recipe, origin }: Extract<GrantRequest, { kind: "recipe" }>, { mounts, brings, lacksRole }: Serving): void {
    const { declared } = this.#input;
    for (const secret of new Set(mounts.flatMap(({ content }) => secretsIn(content)))) {
      const source = declared.has(secret) ? undefined : brings[secret];
      if (source === undefined && !declared.has(secret))
        throw undeclared(`${origin}: recipe ${recipe.name}`, secret, declared);
      const known = this.#brought.get(secret)?.source;
      if (known !== undefined && JSON.stringify(known) !== JSON.stringify(source)) throw twoSources(origin, secret);
      this.#brought.set(secret, { recipe, source, ...(source !== undefined && lacksRole && { lacksRole }) });
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
    const known = surroundingsOf(
      settings(step),
      this.#mountsOf(step),
      { body: step.body, script: () => script(step) },
      recipe,
      host,
      envMounts,
    );
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
        ...(brought?.lacksRole && { lacksRole: true }),
      });
    }
  }

  #add(step: Step, grant: PlannedGrant): void {
    this.#steps.set(step, [...(this.#steps.get(step) ?? []), grant]);
  }
}

/** With what is to be said of each for the others. */
function besideEachOther(grants: readonly PlannedGrant[]): PlannedGrant[] {
  return grants.map((grant) => ({ ...grant, notices: [...grant.notices, ...besideNotices(grant, grants)] }));
}

/** A grant's name for people. */
function whatOf(request: GrantRequest): string {
  return request.kind === "recipe" ? `recipe ${request.recipe.name}` : `secret ${request.secret}`;
}

function twoAtOnePlace(step: Step, ids: [string, string], place: string, grants: [string, string]): SealError {
  return new SealError(
    "GRANT",
    `${step.label} (line ${step.line}) would get ${ids.join(" and ")} at one place, ${place}`,
    remedyForClash(grants, "step"),
  );
}

function hitsNothing(request: GrantRequest, input: PlanInput): SealError {
  const what = whatOf(request);
  const how = request.steps === undefined ? "by its own signs" : `(${printSelector(request.steps)})`;
  return new SealError(
    "GRANT",
    `${request.origin}: ${what} hits no step of ${input.displayName} ${how}`,
    request.steps === undefined
      ? `Name the steps in buildseal.yaml (\`steps: { run: … }\`), or write \`# buildseal: with=${request.kind === "recipe" ? request.recipe.name : "…"}\` above one`
      : "Correct the selector, or add `allowNone: true` where it is meant",
  );
}
