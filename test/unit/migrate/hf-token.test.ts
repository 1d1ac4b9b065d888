import { describe, expect, it } from "vitest";
import { settingsOf, stepsOf } from "../../../src/dockerfile/index.ts";
import { readDockerfile } from "../../../src/dockerfile/read.ts";
import { scriptsOf } from "../../../src/dockerfile/shell/scripts.ts";
import { planGrants } from "../../../src/grant/plan.ts";
import { recipes } from "../../../src/recipe/recipes.ts";
import { migrated } from "./migrated.ts";

const made = (text: string) => migrated(text, "hf-token");
const mounts = (id: string) =>
  `--mount=type=secret,id=${id},target=/run/secrets/${id},required=true,mode=0444 --mount=type=secret,id=${id}-path,env=HF_TOKEN_PATH,required=true`;

describe("the token of Hugging Face", () => {
  it.each([
    ["RUN --mount=type=secret,id=hf,env=HF_TOKEN,required=true hf download a/b", `RUN ${mounts("hf")} hf download a/b`],
    [
      "RUN --mount=type=secret,id=hf,env=HUGGING_FACE_HUB_TOKEN pip install -q huggingface_hub && huggingface-cli download a/b",
      `RUN ${mounts("hf")} pip install -q huggingface_hub && huggingface-cli download a/b`,
    ],
    [
      "RUN --mount=type=secret,id=hf,env=HF_TOKEN python - <<EOF\nfrom huggingface_hub import snapshot_download\nsnapshot_download('a/b')\nEOF",
      `RUN ${mounts("hf")} python - <<EOF\nfrom huggingface_hub import snapshot_download\nsnapshot_download('a/b')\nEOF`,
    ],
    [
      "RUN --mount=type=secret,id=hf_t export HF_TOKEN=$(cat /run/secrets/hf_t) && \\\n    hf download a/b",
      `RUN ${mounts("hf_t")} \\\n    hf download a/b`,
    ],
  ])("becomes a file under the id that it has, named by HF_TOKEN_PATH: %j", (before, after) => {
    const done = made(`FROM a\n${before}\n`);
    expect(done.after).toBe(`FROM a\n${after}\n`);
    expect(done.remarks).toEqual([]);
    expect(made(done.after).edits).toEqual([]);
  });

  it("by ARG and ENV becomes a file on the steps that use the hub", () => {
    const { after } = made(
      "FROM a AS x\nARG HF_TOKEN\nENV HF_TOKEN=$HF_TOKEN\nRUN make\nRUN hf download a/b\nFROM b\n",
    );
    expect(after).toBe(`FROM a AS x\nRUN make\nRUN ${mounts("hf-token")} hf download a/b\nFROM b\n`);
  });

  it.each([
    [
      "RUN --mount=type=secret,id=hf,env=HF_TOKEN hf download --token $HF_TOKEN a/b",
      "its own text names HF_TOKEN elsewhere",
    ],
    ["RUN --mount=type=secret,id=hf,env=HF_TOKEN HF_TOKEN_PATH=/x hf download a/b", "it has HF_TOKEN_PATH already"],
    [
      'RUN --mount=type=secret,id=hf,env=HF_TOKEN python - <<EOF\nimport os\nfrom huggingface_hub import login\nlogin(os.environ["HF_TOKEN"])\nEOF',
      "names HF_TOKEN elsewhere, which it would not have then",
    ],
    ["RUN --mount=type=secret,id=hf,env=HF_TOKEN python /app/x.py", "python may read the variable itself"],
    ["RUN --mount=type=secret,id=hf,env=HF_TOKEN ./download.sh", "download.sh may read the variable itself"],
    [
      "RUN --mount=type=secret,id=hf,env=HF_TOKEN huggingface-cli login --token $HF_TOKEN",
      "its login writes the token to a file that stays",
    ],
    [
      "RUN --mount=type=secret,id=HF_TOKEN hf auth login --token $(cat /run/secrets/HF_TOKEN)",
      "its login writes the token to a file that stays",
    ],
    ["RUN --mount=type=secret,id=hf,env=HUGGINGFACE_TOKEN python x.py", "no library of Hugging Face's does"],
    ["ARG HF_TOKEN\nRUN hf download a/b\nRUN python x.py", "nothing shows whether python takes it"],
    ["ARG HF_TOKEN\nRUN make", "no step shows that it uses it"],
  ])("stays as it is, with the reason, where it is not certain: %j", (before, reason) => {
    const text = `FROM a AS x\n${before}\nFROM b\n`;
    const { after, remarks } = made(text);
    expect(after).toBe(text);
    expect(remarks.map(({ what }) => what)).toEqual([expect.stringContaining(reason)]);
  });

  it("so mounted is served by a build that declares it, the path's variable too", () => {
    const { after } = made("FROM a\nRUN --mount=type=secret,id=hf,env=HF_TOKEN hf download a/b\n");
    const dockerfile = readDockerfile(Buffer.from(after));
    const plan = planGrants({
      displayName: "Dockerfile",
      steps: stepsOf(dockerfile),
      settings: settingsOf(dockerfile),
      script: scriptsOf(dockerfile),
      reached: () => true,
      host: () => undefined,
      envMounts: true,
      requests: [],
      recipes,
      declared: new Set(["hf"]),
      userIds: new Set(),
      policy: [],
    });
    const path = plan.contents.get("hf-path");
    expect(path?.kind === "text" && path.render(() => "")).toBe("/run/secrets/hf");
    expect(plan.contents.get("hf")).toEqual({ kind: "secret", secret: "hf" });
  });
});
