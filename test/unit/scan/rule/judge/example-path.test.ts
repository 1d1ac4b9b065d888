import { expect, test } from "vitest";
import { isExamplePath } from "../../../../../src/scan/rule/judge/example-path.ts";

test.each([
  "srv/tests/a.py",
  "./srv/app/test/key.pem",
  "a/testdata/key",
  "srv/app/__tests__/a.js",
  "srv/app/src/__mocks__/a.js",
  "srv/app/test_data/server.key",
  "srv/app/integration-tests/server.key",
  "etc/ssl/private/ssl-cert-snakeoil.key",
  "srv/app/src/login.test.js",
  "srv/app/test_login.py",
  "srv/app/login_test.go",
  "srv/app/.env.example",
  "home/a/work/examples/config.yml",
  "tmp/x.tgz/package/test/key.pem",
  "srv/app/testcerts/server.key",
  "opt/ansible/corp/plugins/modules/user.py",
  "srv/play/roles/db/molecule/default/converge.yml",
  "srv/app/pkg/fstest/key.pem",
  "srv/app/testsetup/id_rsa",
  "srv/app/ssl/samplecerts/client-key.pem",
  "srv/app/docs/_examples/key.pem",
  "srv/app/internal/certs/testclientkey.pem",
  "srv/app/core/src/dockerTest/resources/a/server.key",
  "srv/celery/t/unit/security/__init__.py",
  "srv/app/integration/resources/tls/local.key",
  "usr/share/mysql/mysql-test/std_data/cakey.pem",
  "./usr/lib/php/php-tests/key.pem",
])("what is for tests shows how something is done: %s", (path) => {
  expect(isExamplePath(path, false)).toBe(true);
});

test.each([
  "srv/latest/a",
  "srv/contest.txt",
  "srv/demo/server.key",
  "test/server.key",
  "./srv/demo/server.key",
  "srv/demo-app/server.key",
  "opt/acme/demo-app/server.key",
  "app/mock-server/config.yml",
  "home/demo/id_rsa",
  "home/test/work/a.py",
  "home/tests/a.py",
  "srv/testserver/server.key",
  "srv/molecule/server.key",
  "srv/app/plugins/modules/key.pem",
  "srv/app/fastest/server.key",
  "srv/app/certlatest/server.key",
  "srv/app/src/latest/resources/server.key",
  "srv/t/data/server.key",
  "srv/app/integration/keys/server.key",
  "srv/share/acme-test/server.key",
  "usr/share/acme-latest/server.key",
])("what is only named so is somebody's own: %s", (path) => {
  expect(isExamplePath(path, false)).toBe(false);
});

test.each([
  "home/demo/.aws/credentials",
  "home/test/.netrc",
  "srv/app/demo/.docker/config.json",
  "srv/app/test/.env",
  "srv/app/test/.env.production",
  "srv/app/test/.npmrc",
  "srv/app/test/.git-credentials",
  "srv/app/test/settings.xml",
  "srv/app/test/.kube/config",
  "srv/app/test/kubeconfig",
])("a file that programs read logins from is one wherever it lies: %s", (path) => {
  expect(isExamplePath(path, false)).toBe(false);
});

test.each([
  "srv/app/node_modules/x/test/.env",
  "tmp/x.whl/demo_app/key.pem",
  "srv/app/node_modules/demo-app/key.pem",
  "usr/lib/python3/dist-packages/aiohttp_test_certs/server.key",
])("in what was published a part of a name is enough: %s", (path) => {
  expect(isExamplePath(path, true)).toBe(true);
});
