import type { CiFile, ComposeFile, ComposeService } from "../document.ts";
import { namedMaps, namedTexts } from "../yaml/entry.ts";
import { asMap, asText, entriesOf, valueAt, type YamlEntry, type YamlValue } from "../yaml/yaml-value.ts";

/** A compose file; `build: PATH` has neither arguments nor secrets. */
export function readCompose(documents: readonly YamlValue[]): Omit<ComposeFile, keyof CiFile> {
  const roots = documents.flatMap((document) => asMap(document) ?? []);
  const services = roots.flatMap((root) => entriesOf(asMap(valueAt(root, "services"))).map(readService));
  const secrets = roots.flatMap((root) => {
    const declared = valueAt(root, "secrets");
    const byVariable = new Map(namedMaps(declared, "environment").map((entry) => [entry.start, entry]));
    return namedMaps(declared, "file").map((entry) =>
      entry.value === undefined ? byVariable.get(entry.start)! : entry,
    );
  });
  return { kind: "compose", services, secrets };
}

function readService(entry: YamlEntry): ComposeService {
  const service = asMap(entry.value);
  const build = asMap(valueAt(service, "build"));
  const secrets = valueAt(build, "secrets");
  const buildSecrets = (secrets?.kind === "list" ? secrets.items : []).flatMap(
    (item) => asText(item) ?? asText(valueAt(asMap(item), "source")) ?? [],
  );
  return {
    name: entry.key.text,
    start: entry.start,
    end: entry.end,
    args: namedTexts(valueAt(build, "args")),
    environment: namedTexts(valueAt(service, "environment")),
    buildSecrets,
  };
}
