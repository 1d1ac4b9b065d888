import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SealError } from "../../../src/error.ts";
import { netrc } from "../../../src/recipe/netrc.ts";
import { netrcOptions } from "../../../src/recipe/netrc-options.ts";
import { filesOf, needs, serve, signOf, variablesOf } from "./surroundings.ts";

const options = {
  hosts: [
    { host: "Files.example.com", user: "ci" },
    { host: "b.example.com", user: "x", secret: "s" },
  ],
};
const file =
  "machine files.example.com login ci password (netrc-password)\nmachine b.example.com login x password (s)\n";

describe("a netrc file", () => {
  test("lies in the home folder, one line for each host", () => {
    const serving = serve(netrc, options);
    expect(filesOf(serving)).toEqual({ "/root/.netrc": file });
    expect(serving.notices).toEqual([]);
    expect(Object.keys(filesOf(serve(netrc, { ...options, home: "/home/app" }, { user: "other" })))).toEqual([
      "/home/app/.netrc",
    ]);
    expect(Object.keys(filesOf(serve(netrc, options, { step: { NETRC: "/n" } })))).toEqual(["/n"]);
  });

  test("is named by NETRC elsewhere, which not everybody reads: that is said", () => {
    const serving = serve(netrc, options, { user: "other", home: "/home/app" });
    expect(variablesOf(serving)).toEqual({ NETRC: "/run/secrets/netrc" });
    expect([serving.notices, serving.notes?.join()]).toEqual([[], expect.stringContaining("wget")]);
    expect(needs(netrc, options, { home: undefined, envMounts: false })).toContain("home");
  });

  test("is not what the step writes itself: said where nobody in it reads that one", () => {
    const notices = (command: string, user: "root" | "other" = "root") =>
      serve(netrc, options, { body: `echo 'machine g login a' > ~/.netrc && ${command}`, user }).notices;
    for (const user of ["root", "other"] as const) {
      expect(notices("pip install x", user)).toEqual([
        expect.stringMatching(
          /itself, which Python, uv and Go do not read where NETRC names the recipe's file: name what/,
        ),
      ]);
    }
    for (const reader of [
      "git clone https://g/x",
      "sudo curl -n https://g",
      "wget https://g",
      "pip install git+https://g/x",
    ]) {
      expect(notices(reader)).toEqual([]);
    }
  });

  test("needs hosts to be named", () => {
    expect(() => serve(netrc, {})).toThrow(expect.objectContaining({ code: "GRANT" }));
  });

  test("has the login as a client sends it among what is masked", () => {
    const { content } = serve(netrc, options).mounts[0]!;
    const forms = content.kind === "document" ? content.forms?.((secret) => secret) : [];
    expect(forms).toEqual(["ci:netrc-password", "x:s"].map((text) => Buffer.from(text).toString("base64")));
  });

  test("holds a password as it is, or refuses it without showing it", () => {
    const { content } = serve(netrc, { hosts: [{ host: "h", user: "u" }] }).mounts[0]!;
    const write = (value: string) =>
      content.kind === "document"
        ? content.render(
            () => value,
            () => "",
          )
        : "";
    fc.assert(
      fc.property(fc.string({ unit: "binary-ascii", minLength: 0, maxLength: 30 }), (value) => {
        const fits = /^[\x21-\x7e]+$/.test(value) && !/["'\\]/.test(value) && !value.startsWith("#");
        try {
          // what every reader does: words between blanks
          const words = write(value).split(/\s+/);
          expect(fits && words[5] === value && words.length === 7).toBe(true);
        } catch (error) {
          if (!(error instanceof SealError)) throw error;
          expect(fits).toBe(false);
          expect(value.length > 3 && `${error.message}${error.remedy}`.includes(value)).toBe(false);
        }
      }),
    );
  });
});

test("curl with a netrc file is its sign", () => {
  for (const body of ["curl -n https://x", "curl -fsSLn https://x", "curl --netrc-optional -o a https://x"]) {
    expect(signOf(netrc as never, body)).toBeDefined();
  }
  for (const body of ["curl -fsSL https://x", "apt-get install curl", "curl --no-progress-meter https://x"]) {
    expect(signOf(netrc as never, body)).toBeUndefined();
  }
});

test("options that are no options are refused", () => {
  for (const wrong of [
    { hosts: [] },
    { hosts: [{ host: "h" }] },
    { hosts: [{ host: "https://h", user: "u" }] },
    { hosts: [{ host: "h:80", user: "u" }] },
    { hosts: [{ host: "h", user: "#u" }] },
    { machine: "h" },
  ]) {
    expect(netrcOptions.safeParse(wrong).success).toBe(false);
  }
});
