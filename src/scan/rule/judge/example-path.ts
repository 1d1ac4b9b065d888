/** Written in one: `testcerts`, `samplekeys`, Go's `fstest`. Not what a machine is called, too (`testserver`). */
const joined =
  "tests?(?:client|server)?(?:certs?|keys?|setup|utils?|helpers?|files?|resources?|suites?|support|vectors?)|samples?(?:certs?|keys?|data|configs?)|(?:fs|http|io|net|tls|ssl|ssh|crypto|certs?|keys?|e2e|unit|integration)tests?|e2e(?:utils?)?";
const word = `tests?|testdata|testing|certdata|fixtures?|examples?|samples?|demos?|mocks?|specs?|tutorials?|molecule|__tests__|snakeoil|dummyserver|${joined}`;
/** What stands beside such a word in a folder's name that is for nothing else: `test_data`, `unit-tests`. */
const beside =
  "data|keys?|certs?|certificates?|resources?|files?|suites?|utils?|helpers?|cases|support|vectors?|unit|integration|functional|system|acceptance|smoke|e2e";

const within = new RegExp(`(?:^|[/_.-])(?:${word})(?:[/_.-]|$)`, "i");
const folder = new RegExp(`^_{0,2}(?:(?:${beside})[_.-])?(?:${word})(?:[_.-](?:${word}|${beside}))?(?:__|\\.d)?$`, "i");
/** What a program or its user is called, too. */
const ownName = /^(?:test|testing|example|sample|demo|mock|spec|molecule|snakeoil)$/i;

/** As Gradle names the sources of tests, Perl the folder of its own, and packages of a system the suite that they bring. */
const suite =
  /(?:^|\/)src\/[a-z]{2,24}Tests?\/(?:java|kotlin|groovy|scala|resources)\/|^(?:\.?\/)?usr\/(?:share|lib|libexec)\/(?:[^/]{1,100}\/){0,6}[\w.+]{1,40}-(?:tests?|testsuite)\/|\/[^/]{1,100}\/(?:t\/(?:unit|lib|data)|integration\/resources)\//;

/** Modules of Ansible carry what its manual shows of them, their EXAMPLES. */
const ansible =
  /(?:^|\/)(?:plugins\/(?:modules|lookup|callback|inventory|connection|action|filter)|ansible\/modules)\/(?:[^/]{1,80}\/)?[^/]{1,100}\.py$/;

/** Programs read logins from these by themselves, wherever they lie. */
const login =
  /(?:^|\/)(?:\.aws\/[^/]+|[._]netrc|\.docker\/config\.json|\.env(?:\.(?:local|prod(?:uction)?|stag(?:e|ing)|dev(?:elopment)?))?|\.npmrc|\.git-credentials|settings\.xml|\.kube\/config|kubeconfig)$/i;

/**
 * Does a path say that what lies there is for tests or shows how something is done? In what was published a part of a
 * folder's name is enough; elsewhere `demo-app` is somebody's application, and so are `/srv/demo` and `/home/test`.
 */
export function isExamplePath(path: string, published: boolean): boolean {
  if (ansible.test(path) || suite.test(path)) return true;
  if (!within.test(path)) return false;
  if (published) return true;
  if (login.test(path)) return false;
  const folders = path.split("/").filter((part) => part !== "" && part !== ".");
  const file = folders.pop() ?? "";
  return within.test(file) || folders.some((name, depth) => folder.test(name) && !isOwn(name, depth, folders));
}

/** The first two levels below the root are named after programs and users. */
function isOwn(name: string, depth: number, folders: readonly string[]): boolean {
  return depth < 2 && (ownName.test(name) || (depth === 1 && folders[0] === "home"));
}
