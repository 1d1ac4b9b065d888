// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the shell's own variables
import { describe, expect, it } from "vitest";
import { migrated } from "./migrated.ts";

const made = (text: string) => migrated(text, "arg-secrets");

describe("a secret in ARG or ENV", () => {
  it("becomes a mount on the steps that name it, and the ARG goes", () => {
    const text =
      "ARG NPM_TOKEN\nFROM a AS x\nARG NPM_TOKEN\nARG V=1\nRUN npm config set k=$NPM_TOKEN\nRUN make\nFROM b\n";
    const { after, remarks } = made(text);
    expect(after).toBe(
      "FROM a AS x\nARG V=1\nRUN --mount=type=secret,id=npm-token,env=NPM_TOKEN,required=true npm config set k=$NPM_TOKEN\nRUN make\nFROM b\n",
    );
    expect(remarks).toEqual([]);
    expect(migrated(after, "arg-secrets").edits).toEqual([]);
  });

  it("is one of several in an instruction: the others stay as they are written", () => {
    const text =
      "FROM a AS x\nENV A=1 \\\n    # why\n    GITHUB_TOKEN=${GITHUB_TOKEN} \\\n    B='2  3'\nARG GITHUB_TOKEN\nRUN git $GITHUB_TOKEN\nFROM b\n";
    expect(made(text).after).toBe(
      "FROM a AS x\nENV A=1 \\\n    # why\n    B='2  3'\nRUN --mount=type=secret,id=github-token,env=GITHUB_TOKEN,required=true git $GITHUB_TOKEN\nFROM b\n",
    );
    const last =
      "FROM a AS x\nENV A=1 \\\n    GITHUB_TOKEN=$GITHUB_TOKEN\nARG GITHUB_TOKEN\nRUN git $GITHUB_TOKEN\nFROM b\n";
    expect(made(last).after).toContain("FROM a AS x\nENV A=1\nRUN --mount");
  });

  it("is given to the steps of stages built upon its own too", () => {
    const text = "FROM a AS x\nARG NPM_TOKEN\nFROM x AS y\nRUN npm ci # $NPM_TOKEN\nFROM b\n";
    expect(made(text).after).toContain("FROM x AS y\nRUN --mount=type=secret,id=npm-token");
  });

  it.each([
    ["FROM a AS x\nARG NPM_TOKEN=abc\nRUN n $NPM_TOKEN\nFROM b\n", "has a value of its own"],
    ["FROM a AS x\nARG NPM_TOKEN\nRUN npm ci\nFROM b\n", "no step names it"],
    ["FROM a\nARG NPM_TOKEN\nENV NPM_TOKEN=$NPM_TOKEN\nRUN n $NPM_TOKEN\n", "stays in the image"],
    ["FROM a AS x\nARG NPM_TOKEN\nLABEL a=$NPM_TOKEN\nRUN n $NPM_TOKEN\nFROM b\n", "LABEL in line 3 names NPM_TOKEN"],
    ["ARG NPM_TOKEN\nFROM a:$NPM_TOKEN AS x\nARG NPM_TOKEN\nRUN n $NPM_TOKEN\nFROM b\n", "FROM in line 2 names"],
    ["FROM a AS x\nARG NPM_TOKEN\nENV OTHER=$NPM_TOKEN\nRUN n $NPM_TOKEN\nFROM b\n", "ENV in line 3 names"],
    ["FROM a AS x\nARG AWS_SECRET_ACCESS_KEY\nRUN n $AWS_SECRET_ACCESS_KEY\nFROM b\n", "a part of an AWS key"],
    ["FROM a AS x\nARG NPM_TOKEN\nRUN n $NPM_TOKEN\nRUN npm ci\nFROM b\n", "nothing shows whether npm takes it"],
    ["FROM a AS x\nARG API_KEY\nRUN n $API_KEY\nRUN ./build.sh\nFROM b\n", "nothing shows whether build.sh takes it"],
  ])("stays as it is, with the reason, where it is not certain: %j", (text, reason) => {
    const { after, remarks } = made(text);
    expect(after).toBe(text);
    expect(remarks.map(({ kind, what }) => `${kind}: ${what}`)).toEqual([expect.stringContaining(reason)]);
    expect(remarks[0]!.kind).toBe("left");
  });

  it("goes where the other steps run what asks for no credential", () => {
    const text =
      "FROM a AS x\nARG TOKEN\nENV TOKEN=${TOKEN:-}\nRUN apt-get update && mkdir -p /x\nRUN go build ./... && cargo build\nRUN n $TOKEN\nFROM b\n";
    const { after, remarks } = made(text);
    expect(remarks).toEqual([]);
    expect(after).not.toMatch(/^(?:ARG|ENV)/m);
  });

  it("never has its value in what is said of it", () => {
    const value = Array.from({ length: 20 }, (_, at) => String.fromCharCode(97 + at)).join("");
    const { remarks } = made(`FROM a AS x\nARG NPM_TOKEN=${value}\nENV API_KEY=${value}\nRUN n $NPM_TOKEN\nFROM b\n`);
    expect(remarks).toHaveLength(2);
    expect(JSON.stringify(remarks)).not.toContain(value);
  });

  it("is no file, switch or public key: those are left alone and not spoken of", () => {
    const text = "FROM a\nARG TOKEN_FILE\nARG ENABLE_PASSWORD=1\nARG PUBLIC_KEY\nRUN a $TOKEN_FILE $PUBLIC_KEY\n";
    expect(made(text)).toMatchObject({ after: text, remarks: [] });
  });
});

describe("an ARG in a condition of a template", () => {
  const asked = { name: "Dockerfile.j2" };

  it("is left where a step that names it may be without it", () => {
    const text = "FROM a\n{% if c %}\nARG NPM_TOKEN\n{% endif %}\nRUN npm ci $NPM_TOKEN\n";
    const { text: after, remarks } = migrated(text, "arg-secrets", asked);
    expect(after, "the file").toBeUndefined();
    expect(remarks).toMatchObject([{ kind: "left", line: 3 }]);
  });

  it("goes where the steps that name it are in the same branch", () => {
    const text = "FROM a\n{% if c %}\nARG NPM_TOKEN\nRUN npm ci $NPM_TOKEN\n{% endif %}\n";
    expect(migrated(text, "arg-secrets", asked).after).toContain("{% if c %}\nRUN --mount=type=secret,id=npm-token,");
  });
});
