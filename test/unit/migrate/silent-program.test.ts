import { describe, expect, it } from "vitest";
import { readShell } from "../../../src/dockerfile/shell/read-shell.ts";
import { programThatMayAsk } from "../../../src/migrate/silent-program.ts";

const script = (text: string) => readShell(text, { templates: false });
const asking = (text: string) => programThatMayAsk(script(text), "compilers and installers");

describe("a program that asks for no credential", () => {
  it.each([
    "apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*",
    "cd /src && ./configure --prefix=/usr && make -j8 && make install",
    "pip install -r requirements.txt && python3 -m pip install x && python -m venv /v",
    "npm ci --omit=dev; git clone https://git.example/a",
    "bash -c 'mkdir x && cargo build --release'",
    "[ -d x ] || go build ./...",
  ])("is each one of %s", (text) => expect(asking(text)).toBeUndefined());

  it.each([
    ["python train.py", "python"],
    ["python - <<E\nimport boto3\nE", "python"],
    ["apt-get update && ./fetch.sh", "fetch.sh"],
    ["make deploy", "make"],
    ["npm run build", "npm"],
    ["cargo test", "cargo"],
    ["sh build.sh", "sh"],
    ["sudo -u app terraform init", "terraform"],
    ["$TOOL x", "a program whose name is not known here"],
    ["", "what it runs"],
  ])("is not in %s", (text, program) => expect(asking(text)).toBe(program));

  it("is no installer where only compilers are meant: it may read a token by its own file", () => {
    expect(programThatMayAsk(script("npm ci"), "compilers")).toBe("npm");
    expect(programThatMayAsk(script("go build ./... && make"), "compilers")).toBeUndefined();
  });
});
