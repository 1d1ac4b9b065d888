import { SealError } from "../error.ts";
import { doctorHelp, parseDoctorCommand } from "./doctor/arguments.ts";

/** `buildseal doctor`: what would stand in a build's way, before a build needs it. Gives the exit status. */
export async function doctor(words: readonly string[]): Promise<number> {
  const command = parseDoctorCommand(words);
  if (command.help) {
    process.stdout.write(doctorHelp());
    return 0;
  }
  const [word] = command.words;
  if (word !== undefined) {
    throw new SealError(
      "ARGUMENT",
      `doctor takes no '${word}'`,
      "It looks at the folder you are in; see 'buildseal doctor --help'",
    );
  }
  const { runDoctor } = await import("./doctor/run.ts");
  return runDoctor(command);
}
