/** The files that a person opened, as porenet reads them: found by name, read in chunks, told of and stopped. */
import { FormatError, type PoreNetwork } from "porenet";
import { detectFormat, type NetworkFacts, readNetwork } from "porenet/io";
import type { Task } from "./tasks.ts";

/** How long the worker reads before it listens again [ms]. */
const TURN = 40;

/**
 * The network of these files: the four of a Statoil network in any order, or one of another format.
 *
 * @throws {FormatError} when they are not one network, or malformed
 */
export async function readOpened(
  files: readonly File[],
  facts: NetworkFacts,
  task: Task,
): Promise<PoreNetwork> {
  const path = chooseNetwork(files);
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  const count = (bytes: number) => {
    done += bytes;
    task.report({
      fraction: total > 0 ? done / total : 0,
      text: `${megabytes(done)} of ${megabytes(total)} MB`,
    });
  };
  const open = (name: string) => {
    const file = files.find((each) => each.name.toLowerCase() === name.toLowerCase());
    if (file) return readChunks(file, task, count);
    const found = files.map((each) => each.name).join(", ");
    throw new FormatError(
      name,
      undefined,
      "it among the files opened",
      found,
      "A Statoil network has four files: open …_link1.dat, …_link2.dat, …_node1.dat and …_node2.dat together.",
    );
  };
  return readNetwork(path, open, facts);
}

/** The name that stands for the network: the first of four, or the only one. */
function chooseNetwork(files: readonly File[]): string {
  const [first, ...others] = files;
  if (!first) throw new FormatError("", undefined, "a file", "none", "Open a network's files.");
  const isStatoil = detectFormat(first.name) === "statoil";
  const stranger = others.find(({ name }) => !isStatoil || detectFormat(name) !== "statoil");
  if (!stranger) return first.name;
  throw new FormatError(
    stranger.name,
    undefined,
    "one network at a time",
    `${files.length} files`,
    "Open them one after the other; only a Statoil network has several files.",
  );
}

/** A file's chunks, with a pause now and then in which the page is heard. */
async function* readChunks(
  file: File,
  { signal }: Task,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader();
  let turn = performance.now();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      signal.throwIfAborted();
      yield value;
      count(value.length);
      if (performance.now() - turn < TURN) continue;
      await new Promise((resolve) => setTimeout(resolve));
      turn = performance.now();
    }
  } finally {
    await reader.cancel();
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
