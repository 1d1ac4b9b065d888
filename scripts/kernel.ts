/** Compiles the scanner's inner loops to WebAssembly and writes it down as a module: `src/scan/kernel/wasm.ts`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";

const kernel = join(import.meta.dirname, "../src/scan/kernel");
const sources = ["kernel.ts", "tar.ts"];
const files = new Map<string, Uint8Array | string>();
const { error, stderr } = await asc.main(
  [
    ...sources,
    "--outFile",
    "kernel.wasm",
    "-O3",
    "--noAssert",
    "--runtime",
    "stub",
    "--importMemory",
    // two threads look into it
    "--sharedMemory",
    "--maximumMemory",
    "65536",
    "--enable",
    "threads",
    "--enable",
    "simd",
    "--enable",
    "relaxed-simd",
  ],
  {
    readFile: (name) => (sources.includes(name) ? readFileSync(join(kernel, "assembly", name), "utf8") : null),
    writeFile: (name, contents) => {
      files.set(name, contents);
    },
  },
);
if (error !== null) throw new Error(stderr.toString(), { cause: error });
const wasm = Buffer.from(files.get("kernel.wasm")!).toString("base64");
writeFileSync(
  join(kernel, "wasm.ts"),
  `// made of assembly/ by scripts/kernel.ts\nexport const wasm: string =\n  "${wasm}";\n`,
);
console.log(`kernel: ${Buffer.byteLength(wasm, "base64")} bytes of WebAssembly`);
