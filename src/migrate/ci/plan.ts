import type { CiDocument } from "../../workflow/document.ts";
import { type CiMigration, finishMigration, type WantedCiMigration } from "./migration.ts";
import { planArgSecrets } from "./plan-arg-secrets.ts";
import { planHfToken } from "./plan-hf-token.ts";
import { planStaticKeys } from "./plan-static-keys.ts";

/**
 * Lists what a migration concerns in a CI file or a shell script, with what is to stand there, and gives the edits of
 * those places of which it is certain. It changes nothing by itself, and sees one file: what another file must do as well
 * is said, not done.
 */
export function planCiMigration(document: CiDocument, wanted: WantedCiMigration): CiMigration {
  switch (wanted.migration) {
    case "static-aws-keys":
      return finishMigration(document, planStaticKeys(document, wanted));
    case "arg-secrets":
      return finishMigration(
        document,
        planArgSecrets(document, wanted, () => true),
      );
    case "hf-token":
      return finishMigration(document, planHfToken(document, wanted));
  }
}
