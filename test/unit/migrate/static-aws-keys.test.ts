// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the shell's own variables
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stepsOf } from "../../../src/dockerfile/index.ts";
import { readTemplate } from "../../../src/dockerfile/template/read-template.ts";
import { migrated, withoutIdentity } from "./migrated.ts";

const KEYS = "--mount=type=secret,id=k,env=AWS_ACCESS_KEY_ID --mount=type=secret,id=s,env=AWS_SECRET_ACCESS_KEY";
const FILES = "--mount=type=secret,id=k --mount=type=secret,id=s";
const read = (step: string) => migrated(`FROM a\n${step}\n`, "static-aws-keys");
const step = (text: string) => withoutIdentity(read(text).after).slice("FROM a\n".length, -1);

describe("static keys that a step mounts", () => {
  it("become a web identity on the same step, in the place of the old mounts", () => {
    const { after, goneIds } = read(`RUN --network=host ${KEYS} --mount=type=cache,target=/c sccache make`);
    expect(after).toBe(
      "FROM a\nRUN --network=host --mount=type=secret,id=aws-identity-token,target=/run/secrets/aws-identity-token,required=true,mode=0444 " +
        "--mount=type=secret,id=aws-identity-token-file,env=AWS_WEB_IDENTITY_TOKEN_FILE,required=true " +
        "--mount=type=secret,id=aws-identity-role-arn,env=AWS_ROLE_ARN,required=true " +
        "--mount=type=secret,id=aws-identity-sts,env=AWS_STS_REGIONAL_ENDPOINTS,required=true " +
        "--mount=type=cache,target=/c sccache make\n",
    );
    expect(goneIds).toEqual(["k", "s"]);
  });

  it("are those of the recipe aws where nothing compiles through sccache", () => {
    expect(read(`RUN ${KEYS} aws s3 ls s3://b`).after).toContain("env=AWS_CONFIG_FILE");
    expect(read(`RUN ${KEYS} ./fetch`).after).toContain("env=AWS_CONFIG_FILE");
    expect(read(`ENV SCCACHE_REGION=r\nRUN ${KEYS} ./build`).after).toContain("env=AWS_WEB_IDENTITY_TOKEN_FILE");
    expect(read(`RUN ${KEYS} . ./use-sccache.sh && make`).after).toContain("env=AWS_WEB_IDENTITY_TOKEN_FILE");
  });

  it.each([
    [
      `RUN ${FILES} export AWS_ACCESS_KEY_ID=$(cat /run/secrets/k) AWS_SECRET_ACCESS_KEY=$(cat /run/secrets/s) && make`,
      "RUN ID make",
    ],
    [
      `RUN ${FILES} export AWS_ACCESS_KEY_ID="$(</run/secrets/k)"; export AWS_SECRET_ACCESS_KEY=\`cat /run/secrets/s\`; make`,
      "RUN ID make",
    ],
    [
      `RUN ${FILES} AWS_ACCESS_KEY_ID=$(cat /run/secrets/k) AWS_SECRET_ACCESS_KEY=$(cat /run/secrets/s) make`,
      "RUN ID make",
    ],
    [
      `RUN ${FILES} AWS_ACCESS_KEY_ID=$(cat /run/secrets/k) \\\n    AWS_SECRET_ACCESS_KEY=$(cat /run/secrets/s) \\\n    make`,
      "RUN ID \\\n    make",
    ],
    [
      `RUN ${FILES} env A=1 AWS_ACCESS_KEY_ID=$(cat /run/secrets/k) AWS_SECRET_ACCESS_KEY=$(cat /run/secrets/s) make`,
      "RUN ID env A=1 make",
    ],
    [
      `RUN ${FILES} set -e; A=1 AWS_ACCESS_KEY_ID=$(cat /run/secrets/k) AWS_SECRET_ACCESS_KEY=$(cat /run/secrets/s) make`,
      "RUN ID set -e; A=1 make",
    ],
    [
      `RUN ${FILES} export A=1 AWS_ACCESS_KEY_ID=$(cat /run/secrets/k) B=2 AWS_SECRET_ACCESS_KEY=$(cat /run/secrets/s) && make`,
      "RUN ID export A=1 B=2 && make",
    ],
    [
      `RUN ${FILES} make a && \\\n    export AWS_ACCESS_KEY_ID=$(cat /run/secrets/k) && \\\n    # why\n    export AWS_SECRET_ACCESS_KEY=$(cat /run/secrets/s) && \\\n    make`,
      "RUN ID make a && \\\n    # why\n    make",
    ],
    [
      `RUN ${FILES} <<EOF\nexport AWS_ACCESS_KEY_ID=$(cat /run/secrets/k)\nexport AWS_SECRET_ACCESS_KEY=$(cat /run/secrets/s)\nmake\nEOF`,
      "RUN ID <<EOF\nmake\nEOF",
    ],
    ["RUN --mount=type=secret,id=c,target=/root/.aws/credentials make", "RUN ID make"],
    [
      `RUN ${FILES} export AWS_ACCESS_KEY_ID=$(cat /run/secrets/k 2>/dev/null || true) AWS_SECRET_ACCESS_KEY="$(cat /run/secrets/s || echo "")" && make && unset AWS_ACCESS_KEY_ID`,
      "RUN ID make && unset AWS_ACCESS_KEY_ID",
    ],
    [
      `RUN ${KEYS} env | sort && aws --endpoint-url=https://s3.eu-west-1.amazonaws.com s3 ls`,
      "RUN ID env | sort && aws --endpoint-url=https://s3.eu-west-1.amazonaws.com s3 ls",
    ],
    ["RUN --mount=type=secret,id=c export AWS_SHARED_CREDENTIALS_FILE=/run/secrets/c && make", "RUN ID make"],
    [
      'RUN --mount=type=secret,id=x,env=MY_KEY --mount=type=secret,id=y,env=MY_SECRET export AWS_ACCESS_KEY_ID=$MY_KEY AWS_SECRET_ACCESS_KEY="${MY_SECRET}" && make',
      "RUN ID make",
    ],
    [`ONBUILD RUN ${KEYS} make`, "ONBUILD RUN ID make"],
    [`RUN ${KEYS} ["make"]`, 'RUN ID ["make"]'],
    [
      `RUN ${KEYS} --mount=type=secret,id=t,env=AWS_SESSION_TOKEN --mount=type=secret,id=t2,env=AWS_SECURITY_TOKEN aws s3 ls`,
      "RUN ID aws s3 ls",
    ],
  ])("go in every form, with what sets them, and nothing else of the step does: %s", (before, after) => {
    expect(step(before)).toBe(after);
    expect(read(before).remarks).toEqual([]);
  });

  it.each([
    ["RUN --mount=type=secret,id=k,env=AWS_ACCESS_KEY_ID make", "of the pair it has only AWS_ACCESS_KEY_ID"],
    [
      `RUN ${KEYS} aws configure set aws_access_key_id $AWS_ACCESS_KEY_ID`,
      "its own text names AWS_ACCESS_KEY_ID elsewhere",
    ],
    [`RUN ${KEYS} aws --profile other s3 ls`, "it asks for a profile"],
    [
      `RUN ${FILES} if [ -f /run/secrets/k ]; then export AWS_ACCESS_KEY_ID=$(cat /run/secrets/k); fi; make`,
      "it stands in a condition",
    ],
    [`RUN ${FILES} make || export AWS_ACCESS_KEY_ID=$(cat /run/secrets/k) && make`, "it stands in a condition"],
    [
      `RUN ${FILES} test -n x && export AWS_ACCESS_KEY_ID=$(cat /run/secrets/k); make`,
      "would then depend on what stands before it",
    ],
    [`RUN ${FILES} make && export AWS_ACCESS_KEY_ID=$(cat /run/secrets/k)`, "nothing that surely runs follows it"],
    [
      "RUN --mount=type=secret,id=k,env=AWS_ACCESS_KEY_ID export AWS_SECRET_ACCESS_KEY=$(./secret) && make",
      "from something that is no mount of its own",
    ],
    [
      `RUN ${KEYS} aws configure set region eu-west-1 && aws s3 ls`,
      "it runs `aws configure`, which writes to the file",
    ],
    [`RUN ${KEYS} mkdir -p ~/.aws && cp cfg ~/.aws/config && aws s3 ls`, "it has an AWS configuration of its own"],
    [
      `RUN ${KEYS} --mount=type=secret,id=c,target=/root/.aws/config aws s3 ls`,
      "it has an AWS configuration of its own",
    ],
    [
      "RUN --mount=type=secret,id=c,target=/root/.aws/credentials cat ~/.aws/credentials",
      "it has an AWS configuration",
    ],
    [
      `RUN ${KEYS} --mount=type=secret,id=r,env=AWS_ROLE_ARN sccache make`,
      "it has a web identity of its own beside them",
    ],
    [
      `RUN ${KEYS} aws --endpoint-url https://s3.example.com s3 ls`,
      "--endpoint-url names a store that may not be AWS's",
    ],
    [`RUN ${KEYS} --mount=type=secret,id=e,env=SCCACHE_ENDPOINT sccache make`, "SCCACHE_ENDPOINT names a store"],
    [`RUN ${KEYS} s3cmd get s3://b/x`, "it runs s3cmd, which may not take a web identity"],
    [`RUN ${KEYS} printenv > .env && make`, "it keeps all its variables in a file (by printenv)"],
    [`RUN ${KEYS} env | sort | tee log`, "it keeps all its variables in a file (by env)"],
    [
      `RUN ${FILES} read -r AWS_ACCESS_KEY_ID < /run/secrets/k && read -r AWS_SECRET_ACCESS_KEY < /run/secrets/s && make`,
      "its own text names AWS_ACCESS_KEY_ID elsewhere",
    ],
    [
      "RUN --mount=type=secret,\\\nid=k,env=AWS_ACCESS_KEY_ID --mount=type=secret,id=s,env=AWS_SECRET_ACCESS_KEY make",
      "broken over lines",
    ],
  ])("stay as they are, with the reason, where it is not certain: %s", (before, reason) => {
    const { after, remarks } = read(before);
    expect(after).toBe(`FROM a\n${before}\n`);
    expect(remarks).toMatchObject([{ kind: "left", line: 2 }]);
    expect(remarks[0]!.what).toContain(reason);
  });

  it("for a store of one's own are left", () => {
    const { text, remarks } = read(`ENV SCCACHE_ENDPOINT=https://minio.example.com\nRUN ${KEYS} sccache make`);
    expect(text).toBeUndefined();
    expect(remarks).toMatchObject([{ kind: "left", line: 3, what: expect.stringContaining("SCCACHE_ENDPOINT names") }]);
    expect(read(`ENV SCCACHE_ENDPOINT=https://s3.amazonaws.com\nRUN ${KEYS} sccache make`).remarks).toEqual([]);
  });

  it("stay needed by name where another step of the file still asks for them", () => {
    expect(read(`RUN ${KEYS} echo $AWS_ACCESS_KEY_ID\nRUN ${KEYS} make`).goneIds).toEqual([]);
  });

  it("go beside a region and a bucket that the step has by mounts of its own", () => {
    const host = { SCCACHE_BUCKET: "b", SCCACHE_S3_KEY_PREFIX: "p", AWS_REGION: "r" };
    const own = "--mount=type=secret,id=r,env=AWS_REGION --mount=type=secret,id=b,env=SCCACHE_BUCKET";
    const { after } = migrated(`FROM a\nRUN ${KEYS} ${own} python setup.py\n`, "static-aws-keys", { host });
    expect(after).toContain(`env=SCCACHE_S3_KEY_PREFIX,required=true ${own} python setup.py`);
    expect(after.match(/env=(?:AWS|SCCACHE)_(?:REGION|BUCKET)/g)).toEqual(["env=AWS_REGION", "env=SCCACHE_BUCKET"]);
  });

  it("of one step that is not certain keep no other step from being done", () => {
    const { after, remarks } = read(`RUN ${KEYS} echo $AWS_ACCESS_KEY_ID\nRUN ${KEYS} make`);
    expect(withoutIdentity(after)).toBe(`FROM a\nRUN ${KEYS} echo $AWS_ACCESS_KEY_ID\nRUN ID make\n`);
    expect(remarks).toHaveLength(1);
  });

  it("are held against the policy: a step that may not have a web identity keeps the file from being changed", () => {
    const policy = [{ path: "/etc/policy.yaml", file: { version: 1 as const, grants: [{ secret: "other" }] } }];
    expect(() => migrated(`FROM a\nRUN ${KEYS} make\n`, "static-aws-keys", { policy })).toThrow("may not go to");
  });

  it("need a frontend that takes variables, where the recipe gives them so", () => {
    expect(() => migrated(`FROM a\nRUN ${KEYS} sccache make\n`, "static-aws-keys", { envMounts: false })).toThrow(
      "takes no variable from a mount",
    );
  });
});

describe("static keys by ARG and ENV", () => {
  const SET =
    "ARG AWS_ACCESS_KEY_ID\nARG AWS_SECRET_ACCESS_KEY\nENV AWS_ACCESS_KEY_ID=$AWS_ACCESS_KEY_ID A=1 AWS_SECRET_ACCESS_KEY=${AWS_SECRET_ACCESS_KEY}\n";

  it("go, and the steps that show a use of them get a web identity", () => {
    const text = `FROM a AS x\n${SET}RUN apt-get update\nRUN aws s3 ls s3://b\nRUN sccache make\nFROM b\n`;
    const { after, remarks } = migrated(text, "static-aws-keys");
    expect(withoutIdentity(after)).toBe(
      "FROM a AS x\nENV A=1\nRUN apt-get update\nRUN ID aws s3 ls s3://b\nRUN ID sccache make\nFROM b\n",
    );
    expect(remarks).toEqual([]);
  });

  it("go with those that feed them, and where the other steps ask for no key", () => {
    const text =
      "FROM a AS x\nARG KEY\nARG SECRET\nENV AWS_ACCESS_KEY_ID ${KEY}\nENV AWS_SECRET_ACCESS_KEY=$SECRET\nRUN pip install awscli && cmake . && make -j8\nRUN aws s3 ls s3://b\nFROM b\n";
    const { after, remarks } = migrated(text, "static-aws-keys");
    expect(remarks).toEqual([]);
    expect(withoutIdentity(after)).toBe(
      "FROM a AS x\nRUN pip install awscli && cmake . && make -j8\nRUN ID aws s3 ls s3://b\nFROM b\n",
    );
  });

  it.each([
    [`${SET}RUN make\nFROM b`, "no step shows that it uses it"],
    [`${SET}RUN aws s3 ls s3://b`, "stays in the image"],
    [`${SET}RUN aws s3 cp $AWS_ACCESS_KEY_ID s3://b\nFROM b`, "which is left"],
    [`${SET}RUN aws s3 ls x\nRUN python fetch.py\nFROM b`, "nothing shows whether python takes it"],
    [
      "ARG KEY\nARG SECRET\nENV AWS_ACCESS_KEY_ID=$KEY AWS_SECRET_ACCESS_KEY=$SECRET\nRUN aws s3 ls x\nRUN echo $KEY\nFROM b",
      "names KEY too",
    ],
    [`${SET}LABEL a=$AWS_ACCESS_KEY_ID\nRUN aws s3 ls x\nFROM b`, "LABEL in line 5 names AWS_ACCESS_KEY_ID"],
    [`ARG AWS_ACCESS_KEY_ID=x\nARG AWS_SECRET_ACCESS_KEY\nRUN aws s3 ls x\nFROM b`, "has a value of its own"],
  ])("stay, all of them, where one thing is not certain: %s", (body, reason) => {
    const text = `FROM a AS x\n${body}\n`;
    const { after, remarks } = migrated(text, "static-aws-keys");
    expect(after).toBe(text);
    expect(remarks.map(({ what }) => what).join("; ")).toContain(reason);
  });
});

describe("a template with all its traps", () => {
  const name = "inference.Dockerfile.j2";
  const text = readFileSync(join(import.meta.dirname, "../../../fixtures/rewrite", name), "latin1");

  it("has web identity on its 8 steps, and no key is left", () => {
    const { after, steps, remarks } = migrated(text, "static-aws-keys", { name });
    expect(steps).toEqual([8, 9]);
    expect(after).not.toMatch(/AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY|aws-key-id|aws-secret/);
    expect(after.match(/id=aws-identity-token,/g)).toHaveLength(8);
    expect(remarks.every(({ kind }) => kind === "note")).toBe(true);
  });

  it("is otherwise the same, line by line", () => {
    const { after } = migrated(text, "static-aws-keys", { name });
    const rest = (file: string) =>
      file
        .split("\n")
        .filter((line) => !/aws-(?:identity|key-id|secret)|AWS_(?:ACCESS|SECRET)/.test(line))
        .join("\n");
    expect(rest(after)).toBe(rest(text));
    const mounts = (file: string) => readTemplate(Buffer.from(file), name);
    expect(stepsOf(mounts(after)).map(({ line }) => line)).toHaveLength(9);
  });

  it("keeps a conditional mount conditional, comments between mounts, and blanks behind continuations", () => {
    const { after } = migrated(text, "static-aws-keys", { name });
    expect(after).toContain('RUN {% if use_sccache == "true" %}--mount=type=secret,id=aws-identity-token,');
    expect(after).toMatch(
      /\t# the key of the cache bucket\n\t--mount=\S+\t\\\n\t# and its other half\n\t--mount=\S+\t\\ \n/,
    );
    expect(after).toContain("    # the other half\n    . use-sccache && \\\n");
  });

  it("keeps its line ends", () => {
    const { after } = migrated(text.replaceAll("\n", "\r\n"), "static-aws-keys", { name });
    expect(after).toBe(migrated(text, "static-aws-keys", { name }).after.replaceAll("\n", "\r\n"));
  });

  it("does not change a second time", () => {
    const { after } = migrated(text, "static-aws-keys", { name });
    expect(migrated(after, "static-aws-keys", { name }).edits).toEqual([]);
  });

  it("has its clean-up widened, where that was asked for and the place is certain", () => {
    const { after, remarks } = migrated(text, "static-aws-keys", { name, also: ["remove-config-log"] });
    expect(after).toContain("\trm -f config.log config.status\n");
    expect(after).toContain("find build \\( -name config.log -o -name config.status \\) -delete");
    expect(remarks.filter(({ what }) => what.endsWith("now removed"))).toHaveLength(2);
  });
});

describe("static keys of which it is not seen how a program takes them", () => {
  const ids = "--mount=type=secret,id=AWS_ACCESS_KEY_ID --mount=type=secret,id=aws-secret-key,target=/s";
  it.each([
    `RUN ${ids} aws configure set aws_access_key_id "$(cat /run/secrets/AWS_ACCESS_KEY_ID)" && aws s3 ls`,
    `RUN ${ids} ./fetch`,
    `RUN ${KEYS} --mount=type=secret,id=aws-session-token ./fetch`,
    `RUN ${FILES.replace("id=k", "id=AWS_ACCESS_KEY_ID")} env -u A AWS_ACCESS_KEY_ID=$(cat /run/secrets/AWS_ACCESS_KEY_ID) ./fetch`,
  ])("are left, aloud: %s", (text) => {
    const { text: after, remarks } = read(text);
    expect(after, "the file").toBeUndefined();
    expect(remarks).toMatchObject([{ kind: "left", line: 2 }]);
  });

  it.each([
    "RUN --mount=type=secret,id=aws.env . /run/secrets/aws.env && sccache make",
    "RUN --mount=type=secret,id=aws_env set -a && . /run/secrets/aws_env && set +a && sccache make",
    "RUN --mount=type=secret,id=aws,target=/creds ./fetch",
    "RUN --mount=type=bind,source=.aws,target=/root/.aws aws s3 ls",
  ])("are told by a mount's name or place: %s", (text) => {
    expect(read(text).remarks).toMatchObject([{ kind: "left", line: 2 }]);
  });

  it("are not the words that a local store takes", () => {
    const { text, remarks } = read("RUN AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test ./test-with-localstack");
    expect([text, remarks]).toEqual([undefined, []]);
    expect(read("RUN AWS_ACCESS_KEY_ID=$(./key) ./fetch").remarks).toMatchObject([{ kind: "left", line: 2 }]);
  });

  it("are not every secret", () => {
    expect(
      read("RUN --mount=type=secret,id=aws-secretsmanager-arn --mount=type=secret,id=aws-role ./fetch").remarks,
    ).toEqual([]);
    expect(read("RUN --mount=type=secret,id=env . /run/secrets/env && aws s3 ls").remarks).toEqual([]);
  });
});

describe("a policy that forbids what a migration would grant", () => {
  it("is said with the line that the step has in the file", () => {
    const policy = [{ path: "/p.yaml", file: { version: 1 as const, grants: [{ secret: "other" }] } }];
    const text = "FROM a\nARG AWS_ACCESS_KEY_ID\nARG AWS_SECRET_ACCESS_KEY\nRUN aws s3 ls\n";
    expect(() => migrated(text, "static-aws-keys", { policy })).toThrow("(line 4)");
  });
});

describe("static keys in a macro of a template", () => {
  it("are said with their line", () => {
    const text = `FROM a\n{% macro m(x) %}\nRUN ${KEYS} {{ x }}\n{% endmacro %}\n# AWS_ACCESS_KEY_ID\nRUN make\n`;
    const { remarks } = migrated(text, "static-aws-keys", { name: "Dockerfile.j2" });
    expect(remarks).toMatchObject([{ kind: "left", line: 3, what: expect.stringContaining("AWS_ACCESS_KEY_ID") }]);
  });
});

describe("static keys in a template", () => {
  const template = (text: string) => migrated(text, "static-aws-keys", { name: "Dockerfile.j2" });

  it("are left where a condition brings them, and the step is there without it", () => {
    const text = "FROM a\n{% if c %}\nARG AWS_ACCESS_KEY_ID\nARG AWS_SECRET_ACCESS_KEY\n{% endif %}\nRUN aws s3 ls\n";
    const { text: after, remarks } = template(text);
    expect(after, "the file").toBeUndefined();
    expect(remarks.map(({ line, what }) => `${line} ${what}`)).toContainEqual(
      expect.stringContaining("6 stage 0 RUN 1: aws s3 ls has static AWS keys, and the template decides"),
    );
  });

  it("are left where a tag stands in what sets them", () => {
    const sets = "AWS_ACCESS_KEY_ID=$(cat /run/secrets/k) AWS_SECRET_ACCESS_KEY=$(cat /run/secrets/s)";
    const { text: after, remarks } = template(`FROM a\nRUN ${FILES} {% if c %}${sets}{% endif %} make\n`);
    expect(after, "the file").toBeUndefined();
    expect(remarks).toMatchObject([{ kind: "left", line: 2 }]);
  });
});
