import { fitsBase62Checksum } from "../judge/checksum.ts";
import { mountIt, tokenRule } from "../judge/token.ts";

export const githubToken = tokenRule(
  {
    id: "github-token",
    title: "A GitHub token",
    severity: "error",
    what: "GitHub's personal, OAuth, user, installation and refresh tokens (`ghp_…`, `gho_…`, `ghu_…`, `ghs_…`, `ghr_…`, `github_pat_…`). The classic ones end in a checksum; one that does not fit is an *info*.",
    why: "Whoever pulls the image can do at GitHub what the token may do: read private code, push, publish packages.",
    remedy: `Revoke the token at GitHub. ${mountIt}`,
    forms: [
      {
        what: "a GitHub token",
        literals: ["ghp_", "gho_", "ghu_", "ghr_"],
        pattern: /gh[pour]_[A-Za-z0-9]{36}(?![A-Za-z0-9])/y,
        bits: 3.5,
        check: fitsBase62Checksum,
        misfit: "info",
      },
      {
        // Of an installation: it lives for an hour.
        what: "a GitHub token",
        literals: ["ghs_"],
        pattern: /ghs_[A-Za-z0-9]{36}(?![A-Za-z0-9])/y,
        bits: 3.5,
        check: fitsBase62Checksum,
        misfit: "info",
        isShortLived: true,
      },
      {
        what: "a GitHub installation token",
        literals: ["ghs_"],
        pattern: /ghs_\d{1,20}_eyJ[\w-]{10,2000}\.[\w-]{10,4000}\.[\w-]{10,1000}/y,
        bits: 3.5,
      },
      {
        what: "a GitHub token",
        literals: ["gho_", "ghu_", "ghs_", "ghr_"],
        pattern: /gh[ousr]_[A-Za-z0-9]{60,251}(?![A-Za-z0-9])/y,
        bits: 4,
      },
      {
        what: "a fine-grained GitHub token",
        literals: ["github_pat_"],
        pattern: /github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}(?![A-Za-z0-9])/y,
        bits: 3.5,
      },
    ],
  },
  4096,
);
