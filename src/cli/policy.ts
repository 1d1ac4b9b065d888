import { parsePolicyCommand, policyHelp } from "./policy/arguments.ts";

/** `buildseal policy check`: what a checkout asks for against what the policy allows. Gives the exit status. */
export async function policy(words: readonly string[]): Promise<number> {
  const command = parsePolicyCommand(words);
  if (command.help) {
    process.stdout.write(policyHelp());
    return 0;
  }
  const { runPolicyCheck } = await import("./policy/run.ts");
  return runPolicyCheck(command);
}
