/**
 * What BuildKit reports while it solves, as `--progress=rawjson` writes it (moby/buildkit client/graph.go, `SolveStatus`;
 * the field names are the same from buildx 0.13 to 0.36). Times are RFC 3339, byte strings are base64. Every field may be
 * missing: a reader must not rely on what another program writes.
 */
export type SolveStatus = {
  readonly vertexes?: readonly Vertex[];
  readonly statuses?: readonly VertexStatus[];
  readonly logs?: readonly VertexLog[];
  readonly warnings?: readonly VertexWarning[];
};

export type Vertex = {
  readonly digest: string;
  readonly inputs?: readonly string[];
  readonly name?: string;
  readonly started?: string;
  readonly completed?: string;
  readonly cached?: boolean;
  readonly error?: string;
  readonly progressGroup?: { readonly id: string; readonly name?: string; readonly weak?: boolean };
};

/** A part of a step that counts something: a layer, a transfer, an export. */
export type VertexStatus = {
  readonly id: string;
  readonly vertex: string;
  readonly name?: string;
  readonly total?: number;
  readonly current?: number;
  readonly timestamp?: string;
  readonly started?: string;
  readonly completed?: string;
};

export type VertexLog = {
  readonly vertex: string;
  /** 1: standard output, 2: standard error. */
  readonly stream?: number;
  /** Base64. */
  readonly data: string;
  readonly timestamp?: string;
};

export type VertexWarning = {
  readonly vertex?: string;
  readonly level?: number;
  /** Base64, as are the details. */
  readonly short?: string;
  readonly detail?: readonly string[];
  readonly url?: string;
  readonly sourceInfo?: SourceInfo;
  readonly range?: readonly {
    readonly start?: { readonly line?: number };
    readonly end?: { readonly line?: number };
  }[];
};

/** The file that a warning is about; the data is base64. */
export type SourceInfo = { readonly filename?: string; readonly data?: string; readonly language?: string };

/** The status in a JSON value, or undefined where it is something else. What is not of its form in it is left out. */
export function readSolveStatus(value: unknown): SolveStatus | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return undefined;
  }
  const { vertexes, statuses, logs, warnings } = value as Record<string, unknown>;
  if (![vertexes, statuses, logs, warnings].some(Array.isArray) && Object.keys(value).length > 0) {
    return undefined;
  }
  return {
    ...(Array.isArray(vertexes) && { vertexes: vertexes.filter(isVertex) }),
    ...(Array.isArray(statuses) && { statuses: statuses.filter(isVertexStatus) }),
    ...(Array.isArray(logs) && { logs: logs.filter(isVertexLog) }),
    ...(Array.isArray(warnings) && { warnings: warnings.filter(isVertexWarning) }),
  };
}

function hasStrings(item: unknown, ...names: readonly string[]): boolean {
  return (
    typeof item === "object" && item !== null && names.every((name) => typeof Reflect.get(item, name) === "string")
  );
}

function isVertex(item: unknown): item is Vertex {
  return hasStrings(item, "digest");
}

function isVertexStatus(item: unknown): item is VertexStatus {
  return hasStrings(item, "id", "vertex");
}

function isVertexLog(item: unknown): item is VertexLog {
  return hasStrings(item, "vertex", "data");
}

function isVertexWarning(item: unknown): item is VertexWarning {
  return hasStrings(item, "short");
}
