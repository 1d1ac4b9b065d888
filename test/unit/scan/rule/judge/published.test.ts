import { describe, expect, test } from "vitest";
import { isPublished } from "../../../../../src/scan/rule/judge/published.ts";

const published = (...files: readonly string[]) =>
  isPublished({ path: files.at(-1)!, within: files.slice(0, -1), now: 0 });

describe("was published", () => {
  test.each([
    "srv/app/node_modules/x/index.js",
    "usr/lib/python3/dist-packages/x.py",
    "usr/share/doc/x/key.pem",
    "root/go/pkg/mod/x@v1/a.go",
    "root/.cargo/registry/cache/x.crate",
    "srv/README.md",
    "usr/lib/x.d.ts",
    "usr/local/cargo/registry/src/index.crates.io-1/x-0.1.0/src/a.rs",
    "usr/local/cargo/registry/cache/index/x-0.1.0.crate",
    "opt/rclone/MANUAL.txt",
    "opt/tool/USAGE",
    "opt/tool/INSTALL.rst",
    "cache/mod/code.corp.net/x@v1.2.3/certs/server.key",
    "srv/play/ansible_collections/corp/x/plugins/modules/a.py",
    "usr/src/redis-7.0.1/tests/tls/key.pem",
    "usr/src/python_jose-3.5.0rc1/jose/jws.py",
  ])("%s, by its path", (path) => {
    expect(published(path)).toBe(true);
  });

  test.each([
    ["wheels/x-1.0-py3-none-any.whl", "x/a.py"],
    ["srv/x-0.1.0.crate", "x-0.1.0/src/a.rs"],
    ["srv/x-1.0.gem", "data.tar.gz", "lib/a.rb"],
    ["srv/X.1.0.nupkg", "lib/a.dll"],
    ["tmp/x-1.0.0.tgz", "package/lib/a.js"],
    ["srv/all.tar", "x-1.0.0.tgz", "package/lib/a.js"],
  ])("what is in the package %s", (...files) => {
    expect(published(...files)).toBe(true);
  });
});

describe("was not published", () => {
  test.each([
    "srv/app/settings.py",
    "root/.npmrc",
    "app/node_modules/.cache/babel/x.json",
    "srv/gemstone/a",
    "usr/local/cargo/credentials.toml",
    "srv/install.sh",
    "srv/INSTALL.sh",
    "srv/usage.py",
    "srv/x.whl/a.py",
    "srv/package/a.js",
    "usr/src/app/server.key",
    "usr/src/app-2/server.key",
    "srv/usr-src/app-1.2.3/server.key",
  ])("%s", (path) => {
    expect(published(path)).toBe(false);
  });

  test.each([
    ["srv/backup.tgz", "srv/app/a.js"],
    ["srv/backup.tar.gz", "package/a.js"],
    ["srv/backup.tgz", "home/package/a.js"],
  ])("what is in %s", (...files) => {
    expect(published(...files)).toBe(false);
  });
});
