import { describe, expect, test } from "vitest";
import type { GrantEntry } from "../../../src/grant/request-schema.ts";
import { mountsOf, noticesIn, plan, refusal } from "./plan-of.ts";

const file = "--mount=type=secret,id=aws-session,target=/run/secrets/aws-session,required=true,mode=0444";
const path = "--mount=type=secret,id=aws-session-path,env=AWS_SHARED_CREDENTIALS_FILE,required=true";
const region = "--mount=type=secret,id=aws-session-region,env=AWS_REGION,required=true";
const later = "--mount=type=secret,id=aws-session-default-region,env=AWS_DEFAULT_REGION,required=true";
const grants: GrantEntry[] = [{ with: "aws", options: { region: "us-west-2", credentials: "session" } }];

const step = (mounts: readonly string[]) => `FROM base\nUSER root\nRUN ${mounts.join(" ")} aws s3 ls\n`;

describe("a step that an earlier rewrite has put mounts into", () => {
  test.each([{ base: [] }, { base: null }])("gets a variable that is given since then: $base", async ({ base }) => {
    const made = await plan(step([file, path, region]), { grants, base });
    expect(mountsOf(made)).toEqual([undefined, undefined, undefined, later]);
    expect(noticesIn(made)).toEqual([]);
  });

  test("is served as it is where all is there", async () => {
    expect(mountsOf(await plan(step([file, path, region, later]), { grants }))).toEqual(Array(4).fill(undefined));
  });

  test("is not taken for one where the variable is missing that tells of the file", async () => {
    expect(await refusal(step([file, region, later]), { grants })).toContain("mounts aws-session at /run/secrets/");
  });

  test("is not taken for one where the variable is missing that tells of the file's folder", async () => {
    const docker: GrantEntry = { with: "docker-config", options: { registries: [{ host: "r.example.com" }] } };
    const config = "--mount=type=secret,id=docker-config,target=/run/secrets/docker/config.json,required=true";
    const text = `FROM base\nUSER root\nRUN ${config} crane pull r.example.com/a a\n`;
    expect(await refusal(text, { grants: [docker], declared: ["registry-token"] })).toContain(
      "mounts docker-config at",
    );
  });

  test("is not taken for one where none of its mounts is there", async () => {
    const made = await plan(step(["--mount=type=secret,id=mine,env=MINE"]), { grants });
    expect(mountsOf(made)[0]).toContain("target=/root/.aws/credentials");
  });
});
