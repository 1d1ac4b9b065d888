import { describe, expect, it } from "vitest";
import { type BuildFacts, type Settings, settingsAt, settingsOf, stepsOf } from "../../../src/dockerfile/index.ts";
import { read, stepOf } from "./text-of.ts";

function settings(text: string, facts: BuildFacts = {}, body = "x"): Settings {
  const dockerfile = read(text);
  return settingsAt(dockerfile, stepOf(dockerfile, body), facts);
}

describe("the user of a step", () => {
  it.each([
    ["USER 1000:2000", { text: "1000:2000", root: false, uid: 1000, gid: 2000 }],
    ["USER 1000", { text: "1000", root: false, uid: 1000, gid: undefined }],
    ["USER root", { text: "root", root: true, uid: 0, gid: 0 }],
    ["USER 0:5", { text: "0:5", root: true, uid: 0, gid: 5 }],
    ["USER nobody", { text: "nobody", root: false, uid: undefined, gid: undefined }],
    ["ARG U=12\nUSER $U", { text: "12", root: false, uid: 12, gid: undefined }],
  ])("is as written: %s", (user, value) => {
    expect(settings(`FROM a\n${user}\nRUN x\n`).user).toEqual({ known: true, value });
  });

  it("is root from scratch, and unknown on an image that is not seen", () => {
    expect(settings("FROM scratch\nRUN x\n").user).toMatchObject({ known: true, value: { root: true, text: "" } });
    expect(settings("FROM debian\nRUN x\n").user).toEqual({ known: false, why: "the base image debian is not seen" });
  });

  it("is the base image's where that is known", () => {
    const baseImage = (reference: string, platform: string | undefined) => ({
      user: `${reference} ${platform}`,
      workingDirectory: "",
      env: [],
    });
    const text = "ARG P=linux/arm64\nFROM --platform=$P a\nRUN x\n";
    expect(settings(text, { baseImage }).user).toMatchObject({ value: { text: "a linux/arm64" } });
  });

  it("is not that of an image whose place a build context takes", () => {
    const facts = {
      contexts: new Set(["debian"]),
      baseImage: () => ({ user: "5", workingDirectory: "", env: [] }),
    };
    expect(settings("FROM docker.io/library/debian:latest\nRUN x\n", facts).user).toEqual({
      known: false,
      why: "a build context takes the place of its base",
    });
    expect(settings("FROM debian:12\nRUN x\n", facts).user).toMatchObject({ value: { uid: 5 } });
  });

  it("comes through stages, and is unknown with a variable that is", () => {
    expect(settings("FROM a AS b\nUSER 5\nFROM b\nRUN x\n").user).toMatchObject({ value: { uid: 5 } });
    expect(settings("FROM a\nUSER $U\nRUN x\n").user).toMatchObject({ known: false });
    expect(settings("FROM a\nUSER 1\nRUN x\nUSER 2\n").user).toMatchObject({ value: { uid: 1 } });
  });
});

describe("the home of a step", () => {
  it.each([
    ["FROM a\nENV HOME=/h", { known: true, value: "/h" }],
    ["FROM a\nUSER root", { known: true, value: "/root" }],
    ["FROM a\nUSER 0", { known: true, value: "/root" }],
    ["FROM a\nUSER root\nENV HOME=", { known: true, value: "/root" }],
  ])("is HOME, or that of root: %s", (text, home) => {
    expect(settings(`${text}\nRUN x\n`).home).toEqual(home);
  });

  it.each([
    ["FROM a\nUSER nobody", "nobody"],
    ["FROM a", "not seen"],
    ["FROM scratch", "scratch"],
    ["FROM a\nUSER root\nENV HOME=$NOT_KNOWN/x", "not seen"],
  ])("is not guessed: %s", (text, why) => {
    const { home } = settings(`${text}\nRUN x\n`);
    expect(home.known ? "" : home.why).toContain(why);
  });
});

describe("the variables of a step", () => {
  it("are those of ENV and ARG, with defaults and build arguments, expanded as BuildKit does", () => {
    const text = [
      "ARG TAG=1",
      "FROM scratch AS base",
      "ENV A=a B='$A' C=\"$A b\"",
      "ENV D=$A E=$" + "{A:+set} F=$" + "{NONE:-$A}",
      "ENV NONE=",
      "ENV G=$" + "{NONE:-$A} H=$" + "{A%a}z",
      "ARG I=$A",
      "ARG J",
      "ARG TAG",
      "FROM base",
      "RUN x",
      "",
    ].join("\n");
    const { variables } = settings(text, { buildArgs: new Map([["J", "given"]]) });
    const known = Object.fromEntries(
      [...variables()].map(([name, value]) => [name, value.known ? value.value : value.why]),
    );
    expect(known).toMatchObject({ A: "a", B: "$A", C: " b", D: "a", E: "set", F: "a", G: "a", H: "z", NONE: "" });
    expect(known).toMatchObject({ I: "a", J: "given", TAG: "1" });
  });

  it("are unknown where the base image may set them, and known once the file does", () => {
    const { variable, expand } = settings("FROM a\nENV A=1 B=$C\nRUN x\n");
    expect(variable("A")).toEqual({ known: true, value: "1" });
    expect(variable("B")).toMatchObject({ known: false });
    expect(variable("D")).toEqual({ known: false, why: "the base image a is not seen" });
    expect(expand("$A/x")).toEqual({ known: true, value: "1/x" });
    expect(expand("$D/x")).toMatchObject({ known: false });
    expect(expand("$" + "{D:-x}")).toMatchObject({ known: false });
    expect(expand("$" + "{A:-$D}")).toEqual({ known: true, value: "1" });
    expect(expand("$" + "{A")).toMatchObject({ known: false });
  });

  it("from scratch are not set unless the file sets them", () => {
    const { variable } = settings("FROM scratch\nRUN x\n");
    expect(variable("A")).toEqual({ known: true, value: undefined });
    expect(variable("PATH")).toMatchObject({ known: true, value: expect.stringContaining("/usr/bin") });
  });

  it("of the platform are known with it", () => {
    const text = "FROM a\nARG TARGETARCH TARGETVARIANT TARGETPLATFORM BUILDARCH\nRUN x\n";
    const { variable } = settings(text, { platform: "linux/arm" });
    expect(["TARGETARCH", "TARGETVARIANT", "TARGETPLATFORM"].map((name) => variable(name))).toEqual([
      { known: true, value: "arm" },
      { known: true, value: "v7" },
      { known: true, value: "linux/arm/v7" },
    ]);
    expect(variable("BUILDARCH")).toEqual({ known: false, why: "the builder's platform is not known" });
    expect(settings(text).variable("TARGETARCH")).toMatchObject({ known: false });
  });

  it("hold for the moment of the step alone", () => {
    const dockerfile = read("FROM scratch\nENV A=1\nRUN x\nENV A=2\nRUN y\n");
    const at = settingsOf(dockerfile);
    expect(stepsOf(dockerfile).map((step) => at(step).variable("A"))).toEqual([
      { known: true, value: "1" },
      { known: true, value: "2" },
    ]);
  });

  it("by ARG are overruled in the next stage by the image's own", () => {
    const base = { user: "", workingDirectory: "", env: ["A=image"] };
    const text = "FROM a AS b\nARG A=arg B=arg\nRUN x\nFROM b\nRUN y\n";
    expect(settings(text, { baseImage: () => base }).variable("A")).toMatchObject({ value: "arg" });
    const later = settings(text, { baseImage: () => base }, "y");
    expect(later.variable("A")).toMatchObject({ value: "image" });
    expect(later.variable("B")).toMatchObject({ value: "arg" });
  });

  it("of the base stage's ONBUILD are set first", () => {
    const text = "FROM scratch AS b\nONBUILD ENV A=trigger\nONBUILD USER 7\nFROM b\nRUN x\n";
    const { variable, user } = settings(text);
    expect(variable("A")).toMatchObject({ value: "trigger" });
    expect(user).toMatchObject({ value: { uid: 7 } });
  });
});

describe("nothing is known of a step", () => {
  it("in an ONBUILD, or of a stage that a build context replaces", () => {
    const onbuild = settings("FROM scratch\nONBUILD RUN x\n");
    expect(onbuild.user).toMatchObject({ known: false, why: expect.stringContaining("ONBUILD") });
    const replaced = settings("FROM scratch AS b\nRUN x\n", { contexts: new Set(["b"]) });
    expect(replaced.home).toMatchObject({ known: false, why: expect.stringContaining("build context") });
  });
});

describe("whether a variable was set", () => {
  const text =
    "FROM a AS one\nENV FIRST=1\nRUN x\nARG SECOND=2\nRUN y\nFROM one AS two\nRUN in-two\nFROM b\nRUN in-other\n";
  const setsAt = (body: string) => settings(text, {}, body).sets;

  it("is told by its name or a pattern, before a step alone", () => {
    expect([setsAt("x")("FIRST"), setsAt("x")("SECOND"), setsAt("y")("SECOND")]).toEqual([true, false, true]);
    expect([setsAt("x")(/^SEC/), setsAt("y")(/^SEC/), setsAt("y")(/THIRD/)]).toEqual([false, true, false]);
  });

  it("goes on in the stages that are built upon it, and in no others", () => {
    expect([setsAt("in-two")("FIRST"), setsAt("in-two")(/^SEC/), setsAt("in-two")("THIRD")]).toEqual([
      true,
      true,
      false,
    ]);
    expect([setsAt("in-other")("FIRST"), setsAt("in-other")(/^SEC/)]).toEqual([false, false]);
  });
});
