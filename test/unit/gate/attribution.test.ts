import { expect, test } from "vitest";
import { layersOfInstructions } from "../../../src/gate/attribution.ts";

const made = (createdBy: string) => ({ createdBy, emptyLayer: false });
const empty = (createdBy: string) => ({ createdBy, emptyLayer: true });

test("instructions get their layers from the history's end, and the base's stay out", () => {
  const history = [
    made("ADD rootfs.tar / # buildkit"),
    empty('CMD ["bash"]'),
    empty("ARG X=1"),
    made("WORKDIR /w"),
    made("RUN |1 X=1 /bin/sh -c make # buildkit"),
    empty("ENV A=b"),
    made("COPY a b # buildkit"),
  ];
  expect(layersOfInstructions(["WORKDIR", "RUN", "COPY"], history)).toEqual([1, 2, 3]);
});

test("a history of another shape names no layer", () => {
  expect(layersOfInstructions(["RUN", "COPY"], [made("RUN a"), made("RUN b")])).toBeUndefined();
  expect(layersOfInstructions(["RUN", "RUN"], [made("RUN a")])).toBeUndefined();
});
