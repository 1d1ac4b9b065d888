import { expect, test } from "vitest";
import { isExposed, refuseExposed } from "../../../src/buildx/endpoint.ts";

test.each([
  "tcp://10.0.0.1:1234",
  "tcp://builder.example.com:1234",
  "http://10.0.0.1",
  "TCP://10.0.0.1:1",
  "tcp://[2001:db8::1]:1234",
  "tcp://127.example.com:1",
  "tcp://host.docker.internal:2375",
  "tcp://0.0.0.0:2375",
])("%s without TLS sends secrets over the network", (address) => {
  expect(isExposed({ address, tls: false })).toBe(true);
  expect(isExposed({ address, tls: true })).toBe(false);
});

test.each([
  "tcp://127.0.0.1:1234",
  "tcp://127.8.9.10:1",
  "tcp://localhost:1234",
  "tcp://[::1]:1234",
  "tcp://:2375",
  "unix:///var/run/docker.sock",
  "ssh://user@10.0.0.1",
  "npipe:////./pipe/docker_engine",
  "docker-container://buildkitd",
  "kubernetes:///x",
])("%s does not", (address) => {
  expect(isExposed({ address, tls: false })).toBe(false);
});

test("a builder with one such endpoint is refused, and the error names it", () => {
  const endpoints = [
    { address: "unix:///a", tls: false },
    { address: "tcp://10.0.0.1:1", tls: false },
  ];
  expect(() => refuseExposed("far", endpoints)).toThrow(
    expect.objectContaining({
      code: "BUILDER",
      message: expect.stringContaining("far is reached at tcp://10.0.0.1:1"),
    }),
  );
  expect(() => refuseExposed("near", endpoints.slice(0, 1))).not.toThrow();
});
